"""What code of packages says that no other test does, against the real Keras."""

from __future__ import annotations

import pytest

from keras_truth import assert_reads_as_keras

IDIOMS = {
    "a mask beside what a softmax is of": """
        import keras
        scores, mask = keras.Input((4, 6, 6)), keras.Input((1, 1, 6), dtype="bool")
        kept = keras.layers.Dropout(0.1)(keras.layers.Softmax()(scores, mask))
        model = keras.Model([scores, mask], keras.layers.Dense(3)(kept))
        """,
}


@pytest.mark.parametrize("text", IDIOMS.values(), ids=IDIOMS)
def test_idioms_of_packages_read_as_keras(text: str) -> None:
    assert_reads_as_keras(text)
