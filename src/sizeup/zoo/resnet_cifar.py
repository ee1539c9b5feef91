# mypy: ignore-errors
"""The residual networks for CIFAR-10.

Kaiming He, Xiangyu Zhang, Shaoqing Ren and Jian Sun, "Deep residual learning for image
recognition", 2015, arXiv 1512.03385, Section 4.2 and Table 6. With n blocks per stage a
network has 6n + 2 layers:

    layers   n     parameters
    20       3      0.27 million
    32       5      0.46
    44       7      0.66
    56       9      0.85
    110      18     1.7
    1202     200   19.4

These count what is trained, not the moving statistics of the normalizations. Shortcuts own
nothing (option A): where a stage halves the map they skip every other pixel, and pad the new
channels with zeros. Images are channels_last.

Keras walks a network recursively: resnet1202 needs sys.setrecursionlimit(10_000).
"""

import keras
from keras import layers, ops


def convolution(x, filters, strides=1):
    """A convolution of 3x3 without bias, and its batch normalization."""
    x = layers.Conv2D(filters, 3, strides, padding="same", use_bias=False)(x)
    return layers.BatchNormalization()(x)


def shrink(x, filters):
    """Every other pixel of `x`, its channels padded with zeros to `filters`."""
    missing = filters - x.shape[-1]
    return ops.pad(x[:, ::2, ::2, :], ((0, 0), (0, 0), (0, 0), (0, missing)))


def block(inputs, filters, strides):
    """Two convolutions, added to what entered them."""
    x = layers.ReLU()(convolution(inputs, filters, strides))
    x = convolution(x, filters)
    shortcut = shrink(inputs, filters) if strides > 1 else inputs
    return layers.ReLU()(layers.Add()([x, shortcut]))


def resnet(n, input_shape, classes, name):
    """Three stages of n blocks, with 16, 32 and 64 filters."""
    inputs = keras.Input(input_shape)
    x = layers.ReLU()(convolution(inputs, 16))
    for filters in (16, 32, 64):
        for i in range(n):
            x = block(x, filters, strides=2 if filters > 16 and i == 0 else 1)
    x = layers.GlobalAveragePooling2D()(x)
    outputs = layers.Dense(classes, activation="softmax")(x)
    return keras.Model(inputs, outputs, name=name)


def resnet20(input_shape=(32, 32, 3), classes=10):
    """Twenty layers: n = 3."""
    return resnet(3, input_shape, classes, "resnet20")


def resnet32(input_shape=(32, 32, 3), classes=10):
    """Thirty-two layers: n = 5."""
    return resnet(5, input_shape, classes, "resnet32")


def resnet44(input_shape=(32, 32, 3), classes=10):
    """Forty-four layers: n = 7."""
    return resnet(7, input_shape, classes, "resnet44")


def resnet56(input_shape=(32, 32, 3), classes=10):
    """Fifty-six layers: n = 9."""
    return resnet(9, input_shape, classes, "resnet56")


def resnet110(input_shape=(32, 32, 3), classes=10):
    """A hundred and ten layers: n = 18."""
    return resnet(18, input_shape, classes, "resnet110")


def resnet1202(input_shape=(32, 32, 3), classes=10):
    """Twelve hundred and two layers: n = 200."""
    return resnet(200, input_shape, classes, "resnet1202")
