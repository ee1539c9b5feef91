# mypy: ignore-errors
"""The residual networks for ImageNet.

Kaiming He, Xiangyu Zhang, Shaoqing Ren and Jian Sun, "Deep residual learning for image
recognition", 2015, arXiv 1512.03385, Table 1:

    layers   blocks per stage   multiply-adds
    18       2, 2, 2, 2          1.8 G
    34       3, 4, 6, 3          3.6 G
    50       3, 4, 6, 3          3.8 G
    101      3, 4, 23, 3         7.6 G
    152      3, 8, 36, 3        11.3 G

As in the paper, a convolution has no bias, since the normalization after it has one; a
bottleneck strides in its first 1x1; and a shortcut is the identity except where dimensions
change: there it is a projection (option B). Images are channels_last.
"""

import keras
from keras import layers


def convolution(x, filters, kernel_size, strides=1):
    """A convolution and its batch normalization."""
    x = layers.Conv2D(filters, kernel_size, strides, padding="same", use_bias=False)(x)
    return layers.BatchNormalization()(x)


def relu(x):
    """The nonlinearity, as a layer of its own."""
    return layers.ReLU()(x)


def join(x, shortcut, strides):
    """What a block learned, added to what entered it."""
    filters = x.shape[-1]
    if strides > 1 or shortcut.shape[-1] != filters:
        shortcut = convolution(shortcut, filters, 1, strides)
    return relu(layers.Add()([x, shortcut]))


def basic(inputs, filters, strides):
    """Two convolutions of 3x3 (Figure 5, left)."""
    x = relu(convolution(inputs, filters, 3, strides))
    x = convolution(x, filters, 3)
    return join(x, inputs, strides)


def bottleneck(inputs, filters, strides):
    """1x1 down, 3x3, and 1x1 up to four times the filters (Figure 5, right)."""
    x = relu(convolution(inputs, filters, 1, strides))
    x = relu(convolution(x, filters, 3))
    x = convolution(x, 4 * filters, 1)
    return join(x, inputs, strides)


def resnet(block, repeats, input_shape, classes, name):
    """Four stages of blocks; every stage after the first halves the map and doubles filters."""
    inputs = keras.Input(input_shape)
    x = relu(convolution(inputs, 64, 7, strides=2))
    x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
    for stage, repeat in enumerate(repeats):
        for i in range(repeat):
            x = block(x, 64 * 2**stage, strides=2 if stage > 0 and i == 0 else 1)
    x = layers.GlobalAveragePooling2D()(x)
    outputs = layers.Dense(classes, activation="softmax")(x)
    return keras.Model(inputs, outputs, name=name)


def resnet18(input_shape=(224, 224, 3), classes=1000):
    """Eighteen layers: basic blocks."""
    return resnet(basic, (2, 2, 2, 2), input_shape, classes, "resnet18")


def resnet34(input_shape=(224, 224, 3), classes=1000):
    """Thirty-four layers: basic blocks."""
    return resnet(basic, (3, 4, 6, 3), input_shape, classes, "resnet34")


def resnet50(input_shape=(224, 224, 3), classes=1000):
    """Fifty layers: bottlenecks, as many as ResNet-34 has basic blocks."""
    return resnet(bottleneck, (3, 4, 6, 3), input_shape, classes, "resnet50")


def resnet101(input_shape=(224, 224, 3), classes=1000):
    """A hundred and one layers: bottlenecks."""
    return resnet(bottleneck, (3, 4, 23, 3), input_shape, classes, "resnet101")


def resnet152(input_shape=(224, 224, 3), classes=1000):
    """A hundred and fifty-two layers: bottlenecks."""
    return resnet(bottleneck, (3, 8, 36, 3), input_shape, classes, "resnet152")
