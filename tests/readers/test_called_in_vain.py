"""Functions that something calls with what they do not work with."""

from __future__ import annotations

from readers.keras_truth import read_text
from sizeup.analyses.count import count


def test_a_function_that_was_left_by_an_exception_is_evaluated_by_itself():
    networks = read_text("""
        import keras
        from keras import layers

        SIZES = {"small": [3], "large": [5, 7]}

        def build(classes, size="small"):
            model = keras.Sequential([keras.Input((4,))])
            for width in SIZES[size]:
                model.add(layers.Dense(width))
            model.add(layers.Dense(classes))
            return model

        class Backbone:
            def made(self):
                return build(2, size="none of these")
    """, classes=10)  # fmt: skip
    assert [count(network).total for network in networks if network.name == "build"] == [15 + 40]


def test_outputs_of_a_model_that_the_text_leaves_open_are_open():
    networks = read_text("""
        import keras

        def build(names):
            x = image = keras.Input((8,))
            base = keras.Model(image, keras.layers.Dense(3, name="d")(x))
            inner = keras.Model(image, [base.get_layer(name=n).output for n in names])
            ends = [inner.outputs[0], inner.outputs[1]]
            return keras.Model(image, keras.layers.Dense(2)(keras.layers.Add()(ends)))
    """)
    network = networks["build"]
    assert network.error is None
    assert count(network).total is None


def test_what_two_functions_build_alike_goes_by_both_names():
    networks = read_text("""
        import keras

        class Net(keras.Model):
            def __init__(self, units):
                image = keras.Input((4,))
                super().__init__(inputs=image, outputs=keras.layers.Dense(units)(image))

        def first():
            return Net(3)

        def second():
            return Net(3)
    """)
    assert [network.name for network in networks] == ["Net"]
    assert networks["first"] is networks["second"]
