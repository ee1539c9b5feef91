"""What model code in packages on PyPI does with Python and NumPy before it builds a network."""

from __future__ import annotations

import textwrap

import pytest

from readers.keras_truth import assert_reads_as_keras

HEAD = """
import keras
import numpy as np
from keras import Input, Model, layers
"""

PROGRAMS = {
    "rates of dropout for each stage": """
        def split_rates(blocks, end):
            ends = [sum(blocks[: i + 1]) for i, _ in enumerate(blocks[:-1])]
            return [rates.tolist() for rates in np.split(np.linspace(0, end, sum(blocks)), ends)]

        x = image = Input((8,))
        for blocks, rates in zip([1, 3], split_rates([1, 3], 0.3)):
            for i in range(blocks):
                x = layers.Dense(3)(x)
                if rates[i] > 0.15:
                    x = layers.Dense(5)(layers.Dropout(rates[i])(x))
        model = Model(image, x)
        """,
    "the same with a running sum": """
        parts = np.split(np.linspace(0, 0.3, 4), np.cumsum([1, 2]))
        x = image = Input((8,))
        for part in parts:
            for rate in part:
                x = layers.Dense(3 if rate > 0.15 else 4)(x)
        model = Model(image, x)
        """,
    "running sums": """
        widths = np.cumsum([2, 3, 4])
        along = np.cumsum(np.array([[1, 2], [3, 4]]))
        columns = np.ones((2, 3)).cumsum(axis=1)
        model = keras.Sequential([Input((along.shape[0],)), layers.Dense(int(widths[-1])),
                                  layers.Dense(columns.shape[1]), layers.Dense(int(along[2]))])
        """,
}


@pytest.mark.parametrize("program", PROGRAMS)
def test_it_is_read_as_keras_builds_it(program):
    assert_reads_as_keras(HEAD + textwrap.dedent(PROGRAMS[program]))
