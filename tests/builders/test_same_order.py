"""Images with their channels last give what they give with them first, with the same weights."""

import keras
import numpy as np
import pytest

import sizeup
from sizeup.builders.channels import channels_last

HEAD = "from keras.layers import *\nfrom keras.models import *\n"
FIRST = "data_format='channels_first'"
NETWORKS = {
    "flatten": f"""
model = Sequential([Input((2, 9, 8)), Conv2D(4, 3, {FIRST}), MaxPooling2D(2, {FIRST}),
                    Flatten('channels_last'), Dense(5)])""",
    "flattened as first": f"""
model = Sequential([Input((2, 9, 8)), Conv2D(4, 3, {FIRST}), Flatten({FIRST}), Dense(5)])""",
    "normalized behind": f"""
model = Sequential([Input((2, 9, 8)), Conv2D(4, 3, {FIRST}), BatchNormalization(axis=1),
                    Flatten('channels_last'), BatchNormalization(), Dense(5)])""",
    "branches": f"""
x = Input((3, 8, 8))
y = Conv2D(4, 3, padding='same', {FIRST})(x)
z = Conv2D(4, 1, {FIRST})(x)
y = Flatten('channels_last')(Add()([y, z]))
z = Flatten({FIRST})(z)
model = Model(x, Dense(5)(Concatenate()([y, z])))""",
    "reshaped": f"""
model = Sequential([Input((72,)), Reshape((2, 6, 6)), Conv2D(4, 3, {FIRST}), Flatten(), Dense(3)])""",
    "a slope for each place": f"""
model = Sequential([Input((4, 6, 6)), Conv2D(4, 3, {FIRST}), PReLU(), Conv2D(2, 2, {FIRST}),
                    PReLU(shared_axes=[2, 3]), Flatten(), Dense(3)])""",
    "a scale for each place": f"""
model = Sequential([Input((4, 6, 6)), Conv2D(4, 3, {FIRST}), LayerNormalization(axis=[1, 2, 3]),
                    Conv2D(2, 2, {FIRST}), LayerNormalization(axis=1), Flatten(), Dense(3)])""",
    "what knows no order": f"""
x = Input((4, 6, 6))
y = Conv2D(4, 3, padding='same', {FIRST})(x)
y = UnitNormalization(axis=1)(y)
y = Dense(6)(y)
y = Conv2D(2, 2, {FIRST})(y)
y = Permute((3, 1, 2))(y)
model = Model(x, Dense(3)(Flatten()(y)))""",
    "a slope where images leave": f"""
x = Input((2, 5, 5))
y = PReLU()(x)
y = Conv2D(3, 2, {FIRST})(y)
model = Model(x, Dense(3)(Flatten()(PReLU()(y))))""",
    "three dimensions": f"""
model = Sequential([Input((2, 5, 6, 4)), Conv3D(3, 2, {FIRST}), Flatten(), Dense(3)])""",
}


@pytest.mark.filterwarnings("ignore:.*__array__ implementation")  # Keras' NumPy backend
@pytest.mark.parametrize("text", NETWORKS.values(), ids=NETWORKS)
def test_both_orders_of_channels_give_the_same_outputs(text):
    first = sizeup.read("-", text=HEAD + text).networks[0]
    last, _ = channels_last(first, same_order=True)
    assert first.graph != last.graph
    models = [network.to_keras() for network in (first, last)]
    drawn = np.random.default_rng(0)
    weights = [drawn.uniform(0.1, 1, tuple(w.shape)) for w in models[0].weights]
    for model in models:
        model.set_weights(weights)
    x = drawn.standard_normal((3, *models[0].input_shape[1:])).astype("float32")
    turned = np.moveaxis(x, 1, -1) if x.ndim > 2 else x
    given = [keras.ops.convert_to_numpy(m(e)) for m, e in zip(models, (x, turned), strict=True)]
    np.testing.assert_allclose(given[0], given[1], rtol=1e-4)


@pytest.mark.filterwarnings("ignore:.*__array__ implementation")
def test_code_of_keras_1_flattens_in_the_order_that_it_has():
    """Keras 1 and Theano: the channels of the first pixel are not side by side."""
    text = """
model = Sequential()
model.add(Convolution2D(2, 1, 1, input_shape=(1, 2, 3), dim_ordering='th'))
model.add(Flatten())
"""
    network = sizeup.read("-", text=text).networks[0]
    pixels = np.arange(6, dtype="float32").reshape(1, 1, 2, 3)
    for built, x in (
        (network, pixels),
        (channels_last(network, same_order=True)[0], np.moveaxis(pixels, 1, -1)),
    ):
        model = built.to_keras()
        model.set_weights([np.array([[[[1.0, 10.0]]]]), np.zeros(2)])
        given = keras.ops.convert_to_numpy(model(x))[0].tolist()
        assert given == [0, 1, 2, 3, 4, 5, 0, 10, 20, 30, 40, 50]


def test_weights_and_names_of_layers_stay_as_they_were():
    first = sizeup.read("-", text=HEAD + NETWORKS["branches"]).networks[0]
    last, _ = channels_last(first, same_order=True)
    owned = [
        [(r.path, r.parameters) for r in sizeup.count(n).rows if r.parameters]
        for n in (first, last)
    ]
    assert owned[0] == owned[1]
