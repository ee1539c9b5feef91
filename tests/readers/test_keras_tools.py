"""What networks borrow from the inside of Keras' applications."""

from __future__ import annotations

import pytest

from readers.keras_truth import assert_reads_as_keras, read_text, run
from sizeup.analyses.count import count

pytestmark = pytest.mark.filterwarnings("ignore:This model usually expects")

NETWORK = """
import keras
from keras import layers
from keras.src.applications.imagenet_utils import obtain_input_shape

def build(input_shape=None, top=True, weights=None, order="channels_last"):
    shape = obtain_input_shape(input_shape, default_size=40, min_size=20, data_format=order,
                               require_flatten=top, weights=weights)
    image = keras.Input(shape)
    x = layers.Conv2D(4, 3, data_format=order)(image)
    pool = layers.Flatten() if top else layers.GlobalAveragePooling2D(data_format=order)
    return keras.Model(image, layers.Dense(5)(pool(x)))

model = build({})
"""

PADDED = """
import keras
from keras import layers
from keras.src.applications import imagenet_utils

image = keras.Input(({}, 8, 3))
x = layers.ZeroPadding2D(imagenet_utils.correct_pad(image, {}))(image)
x = layers.Flatten()(layers.DepthwiseConv2D({}, strides=2)(x))
model = keras.Model(image, layers.Dense(2)(x))
"""


@pytest.mark.parametrize("arguments", [
    "", "top=False", "(32, 24, 3)", "(32, 24, 1)", "(None, 24, 2), top=False",
    "weights='imagenet'", "(40, 40, 3), weights='imagenet'", "order='channels_first'",
    "(5, 24, 32), order='channels_first'", "None, False, None, 'channels_first'",
])  # fmt: skip
def test_the_shape_of_an_image_is_the_one_that_keras_obtains(arguments):
    assert_reads_as_keras(NETWORK.format(arguments))


@pytest.mark.parametrize("arguments", [
    "(10, 40, 3)", "(None, 40, 3)", "(40, 40)", "(40, 40, 1), weights='imagenet'",
    "(32, 40, 3), weights='imagenet'", "(2, 10, 40), order='channels_first'",
])  # fmt: skip
def test_shapes_that_keras_refuses_are_refused(arguments):
    text = NETWORK.format(arguments)
    with pytest.raises(ValueError, match=r"shape|size|channels"):
        run(text)
    assert read_text(text)[0].error is not None


def test_up_to_keras_2_0_8_a_top_was_asked_for_by_its_name():
    text = """
        from keras.layers import Dense, Flatten, Input
        from keras.models import Model
        from keras.applications.imagenet_utils import _obtain_input_shape

        def build(input_shape=None, include_top=True):
            input_shape = _obtain_input_shape(input_shape, default_size=8, min_size=4,
                                              data_format="channels_last", include_top=include_top)
            image = Input(shape=input_shape)
            return Model(image, Dense(2)(Flatten()(image)))

        model = build()
        """
    assert count(read_text(text)["model"]).total == 8 * 8 * 3 * 2 + 2


@pytest.mark.parametrize("side", [7, 8])
@pytest.mark.parametrize("kernel_size", [3, 5])
def test_padding_is_corrected_as_keras_does(side, kernel_size):
    assert_reads_as_keras(PADDED.format(side, kernel_size, kernel_size))


def test_up_to_keras_2_separable_layers_were_convolutions_and_took_their_arguments():
    text = """
        from keras_applications import nasnet
        from keras.layers import DepthwiseConv2D, Input, SeparableConv2D
        from keras.models import Sequential

        model = Sequential([Input((8, 8, 3)),
                            SeparableConv2D(4, (3, 3), kernel_initializer="he_normal"),
                            DepthwiseConv2D((3, 3), kernel_regularizer="l2")])
        """
    # as tf_keras 2.21 counts it
    assert count(read_text(text)["model"]).total == (9 * 3 + 3 * 4 + 4) + (9 * 4 + 4)
