"""What code of packages asks of tensors, and takes from Keras' own classes, against Keras."""

from __future__ import annotations

import pytest

from readers.keras_truth import assert_reads_as_keras, read_text
from sizeup.analyses.count import count
from sizeup.readers.source import session

IDIOMS = {
    "a property that takes only symbolic tensors": """
        import keras

        class Pyramid(keras.Model):
            def __init__(self, width):
                image = keras.Input((8,), name="images")
                x = keras.layers.Dense(width)(image)
                super().__init__(inputs={"images": image}, outputs=keras.layers.Dense(2)(x))
                self.levels = {"P1": x}

            @property
            def levels(self):
                return self._levels

            @levels.setter
            def levels(self, value):
                for level in value.values():
                    if not isinstance(level, keras.KerasTensor):
                        raise TypeError("no tensor")
                self._levels = value

        model = Pyramid(5)
        """,
    "symbolic outside of a layer, not inside": """
        import keras

        class Asks(keras.layers.Layer):
            def build(self, shape):
                self.small, self.large = keras.layers.Dense(3), keras.layers.Dense(5)
                self.small.build(shape)
                self.large.build(shape)

            def call(self, x):
                inner = keras.ops.relu(x)
                return (self.small if isinstance(inner, keras.KerasTensor) else self.large)(inner)

        image = keras.Input((4,))
        x = Asks()(image)
        units = 7 if isinstance(x, keras.KerasTensor) else 9
        model = keras.Model(image, keras.layers.Dense(units)(x))
        """,
    "functions that only Keras 3's own legacy backend still has": """
        import keras
        from keras.src.legacy.backend import int_shape
        from keras.src.legacy import backend as K

        image = keras.Input((6, 6, 8))
        x = keras.layers.Conv2D(int(int_shape(image)[-1] // 2), 3)(image)
        model = keras.Model(image, keras.layers.Dense(K.int_shape(x)[-1] * 2)(x))
        """,
}


@pytest.mark.parametrize("text", IDIOMS.values(), ids=IDIOMS)
def test_idioms_of_packages_read_as_keras(text: str) -> None:
    assert_reads_as_keras(text)


def test_a_builder_that_is_too_long_to_follow_is_unknown_and_not_invalid(monkeypatch):
    text = """
        import keras

        def build():
            model = keras.Sequential([keras.Input((4,))])
            for width in range(100):
                model.add(keras.layers.Dense(width + 1))
            return model
        """
    monkeypatch.setattr(session, "FUNCTION_STEPS", 100)
    (network,) = read_text(text)
    assert network.error is None
    assert network.unknown
    assert count(network).total is None
