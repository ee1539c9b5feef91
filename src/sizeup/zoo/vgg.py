# mypy: ignore-errors
"""The VGG networks: one recipe at six depths.

Karen Simonyan and Andrew Zisserman, "Very deep convolutional networks for large-scale image
recognition", 2014, arXiv 1409.1556. The functions build the columns of its Table 1:

    A       vgg11        133 million parameters (Table 2)
    A-LRN   vgg11_lrn    133
    B       vgg13        133
    C       vgg16_1x1    134
    D       vgg16        138
    E       vgg19        144

Every network has five blocks of convolutions that keep the size of the map, each followed by
a pooling that halves it, and then three dense layers that hold most of the parameters.
Images are channels_last.
"""

import keras
from keras import layers, ops

FILTERS = (64, 128, 256, 512, 512)

# The kernel sizes of the convolutions in each of the five blocks.
A = ((3,), (3,), (3, 3), (3, 3), (3, 3))
B = ((3, 3), (3, 3), (3, 3), (3, 3), (3, 3))
C = ((3, 3), (3, 3), (3, 3, 1), (3, 3, 1), (3, 3, 1))
D = ((3, 3), (3, 3), (3, 3, 3), (3, 3, 3), (3, 3, 3))
E = ((3, 3), (3, 3), (3, 3, 3, 3), (3, 3, 3, 3), (3, 3, 3, 3))


class LocalResponseNormalization(layers.Layer):
    """Divides every activation by the energy of the five channels around it; owns no weights.

    Section 3.3 of the AlexNet paper (Krizhevsky et al. 2012), with its constants.
    """

    def call(self, x):
        """`x` is (batch, height, width, channels); the shape stays."""
        channels = x.shape[-1]
        squares = ops.pad(ops.square(x), ((0, 0), (0, 0), (0, 0), (2, 2)))
        energy = sum(squares[..., i : i + channels] for i in range(5))
        return x / (2 + 1e-4 * energy) ** 0.75

    def compute_output_shape(self, input_shape):
        """The shape stays."""
        return input_shape


def vgg(column, input_shape, classes, name, normalize=False):
    """The network of one column; `normalize` adds A-LRN's layer after the first convolution."""
    inputs = keras.Input(input_shape)
    x = inputs
    for filters, kernel_sizes in zip(FILTERS, column, strict=True):
        for kernel_size in kernel_sizes:
            x = layers.Conv2D(filters, kernel_size, padding="same", activation="relu")(x)
            if normalize:
                x = LocalResponseNormalization()(x)
                normalize = False
        x = layers.MaxPooling2D(2)(x)
    x = layers.Flatten()(x)
    for _ in range(2):
        x = layers.Dense(4096, activation="relu")(x)
        x = layers.Dropout(0.5)(x)
    outputs = layers.Dense(classes, activation="softmax")(x)
    return keras.Model(inputs, outputs, name=name)


def vgg11(input_shape=(224, 224, 3), classes=1000):
    """Column A: 8 convolutions and 3 dense layers."""
    return vgg(A, input_shape, classes, "vgg11")


def vgg11_lrn(input_shape=(224, 224, 3), classes=1000):
    """Column A-LRN: A with a local response normalization, which owns nothing."""
    return vgg(A, input_shape, classes, "vgg11_lrn", normalize=True)


def vgg13(input_shape=(224, 224, 3), classes=1000):
    """Column B: 10 convolutions and 3 dense layers."""
    return vgg(B, input_shape, classes, "vgg13")


def vgg16_1x1(input_shape=(224, 224, 3), classes=1000):
    """Column C: B and a convolution of 1x1 in each of the last three blocks."""
    return vgg(C, input_shape, classes, "vgg16_1x1")


def vgg16(input_shape=(224, 224, 3), classes=1000):
    """Column D: C with 3x3 in place of the 1x1."""
    return vgg(D, input_shape, classes, "vgg16")


def vgg19(input_shape=(224, 224, 3), classes=1000):
    """Column E: 16 convolutions and 3 dense layers."""
    return vgg(E, input_shape, classes, "vgg19")
