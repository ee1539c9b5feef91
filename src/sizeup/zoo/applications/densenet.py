# mypy: ignore-errors
"""DenseNet as `keras.applications` has it: Huang et al. 2016, arXiv 1608.06993, Table 1.

Growth rate 32, bottlenecks, and half of the channels kept between the blocks.
"""

from functools import partial

import keras
from keras import layers

from sizeup.zoo.applications.common import image, image_shape, network, pooled, predictions

GROWTH = 32


def norm_relu(x, name):
    """A batch normalization and the nonlinearity."""
    dot = name and f"{name}_"
    x = layers.BatchNormalization(axis=3, epsilon=1.001e-5, name=f"{dot}bn")(x)
    return layers.Activation("relu", name=f"{dot}relu")(x)


def grow(x, name):
    """Adds `GROWTH` channels to those that entered."""
    new = norm_relu(x, f"{name}_0")
    new = layers.Conv2D(4 * GROWTH, 1, use_bias=False, name=f"{name}_1_conv")(new)
    new = norm_relu(new, f"{name}_1")
    new = layers.Conv2D(GROWTH, 3, padding="same", use_bias=False, name=f"{name}_2_conv")(new)
    return layers.Concatenate(axis=3, name=f"{name}_concat")([x, new])


def transition(x, name):
    """Half the channels, half the side."""
    x = norm_relu(x, name)
    x = layers.Conv2D(int(x.shape[3] * 0.5), 1, use_bias=False, name=f"{name}_conv")(x)
    return layers.AveragePooling2D(2, strides=2, name=f"{name}_pool")(x)


def densenet(repeats, include_top=True, weights="imagenet", input_tensor=None, input_shape=None,
             pooling=None, classes=1000, classifier_activation="softmax", name=None):  # fmt: skip
    """Four blocks that grow as often as `repeats` says, with transitions between them."""
    if keras.config.image_data_format() == "channels_first":
        raise ValueError("DenseNet does not support the channels_first image data format")
    x = start = image(input_tensor, image_shape(include_top, weights, input_shape, classes))
    x = layers.ZeroPadding2D(3)(x)
    x = layers.Conv2D(64, 7, strides=2, use_bias=False, name="conv1_conv")(x)
    x = norm_relu(x, "conv1")
    x = layers.ZeroPadding2D(1)(x)
    x = layers.MaxPooling2D(3, strides=2, name="pool1")(x)
    for block, repeat in enumerate(repeats, 2):
        for i in range(1, repeat + 1):
            x = grow(x, f"conv{block}_block{i}")
        if block < 5:
            x = transition(x, f"pool{block}")
    x = norm_relu(x, "")
    if include_top:
        x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
        x = predictions(x, classes, classifier_activation, weights)
    else:
        x = pooled(x, pooling)
    return network(input_tensor, start, x, name)


DenseNet121 = partial(densenet, (6, 12, 24, 16), name="densenet121")
DenseNet169 = partial(densenet, (6, 12, 32, 32), name="densenet169")
DenseNet201 = partial(densenet, (6, 12, 48, 32), name="densenet201")
