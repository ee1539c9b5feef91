"""Texts that ask which Keras, TensorFlow or module is there before they build."""

from __future__ import annotations

from textwrap import dedent

import pytest

from readers.keras_truth import assert_reads_as_keras, read_text
from sizeup.analyses.count import count

HEAD = """
import importlib.util
import keras
from keras import Input, layers
"""

PROGRAMS = {
    "the first number of a text": """
        wide = int(keras.__version__.split(".", maxsplit=1)[0]) >= 3
        """,
    "a version that is taken apart": """
        from packaging import version

        wide = version.parse(keras.__version__).major >= 3
        """,
    "versions compared": """
        from packaging.version import Version, parse

        wide = Version(keras.__version__) >= parse("2.16") and parse("2.9.1") < parse("2.10")
        """,
    "parts of a release": """
        from packaging import version

        wide = version.parse("3.1.2").release == (3, 1, 2) and version.parse("3.1").micro == 0
        """,
    "a module that is looked for": """
        wide = importlib.util.find_spec("numpy") is not None
        """,
    "a module of Python's own": """
        try:
            from pathlib import Path
            wide = True
        except ImportError:
            from pathlib2 import Path
            wide = False
        """,
}


@pytest.mark.parametrize("asked", PROGRAMS.values(), ids=PROGRAMS)
def test_what_is_built_is_what_the_real_keras_builds(asked):
    model = "model = keras.Sequential([Input((4,)), layers.Dense(7 if wide else 3)])"
    assert_reads_as_keras(f"{HEAD}{dedent(asked)}\n{model}\n")


CODE = """
from tensorflow import keras
import tensorflow as tf
from tensorflow.keras import layers

units = 5 if tf.__version__.startswith("2.") else 6
model = keras.Sequential([keras.Input((4,)), layers.Dense(units)])
"""


def test_the_version_that_a_text_is_read_as_is_noted():
    (network,) = read_text(CODE)
    found = count(network)
    assert found.total == 4 * 5 + 5
    assert "tensorflow.__version__ is read as 2.20.0" in {note.text for note in found.notes}


def test_a_version_can_be_set():
    (network,) = read_text(CODE, **{"tf.__version__": "1.15.0"})
    assert count(network).total == 4 * 6 + 6


def test_what_keras_2_would_be_is_said_where_the_versions_differ():
    text = CODE.replace('tf.__version__.startswith("2.")', 'keras.__version__ >= "3"')
    (network,) = read_text(text)
    assert count(network).total == 4 * 5 + 5
    assert any("Keras 2" in note.text and "30" in note.text for note in network.notes)


def test_a_module_that_nobody_knows_may_be_there_or_not():
    asked = "units = 7 if importlib.util.find_spec('some_accelerator') is not None else 3"
    model = "model = keras.Sequential([Input((4,)), layers.Dense(units)])"
    found = {count(network).total for network in read_text(f"{HEAD}{asked}\n{model}\n")}
    assert found == {4 * 7 + 7, 4 * 3 + 3}
