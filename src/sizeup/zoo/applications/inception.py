# mypy: ignore-errors
"""Inception-v3 and Inception-ResNet-v2 as `keras.applications` has them.

Szegedy et al. 2015, arXiv 1512.00567, and 2016, arXiv 1602.07261. Both begin alike. Branches
are written as rows of (filters, kernel size) or (filters, kernel size, strides).
"""

from keras import layers

from sizeup.zoo.applications.common import (
    channel_axis,
    image,
    image_shape,
    network,
    pooled,
    predictions,
)


class CustomScaleLayer(layers.Layer):
    """The first of two tensors and the second times `scale`; owns nothing."""

    def __init__(self, scale, **kwargs):
        super().__init__(**kwargs)
        self.scale = scale

    def call(self, inputs):
        """`inputs` are two tensors of one shape; the shape stays."""
        return inputs[0] + inputs[1] * self.scale

    def get_config(self):
        """What makes it again."""
        return {**super().get_config(), "scale": self.scale}


def convolution(x, filters, kernel_size, strides=1, padding=None, name=None):
    """A convolution without bias, its normalization without scale, and the nonlinearity.

    A stride takes whole windows only, if `padding` does not say otherwise.
    """
    padding = padding or ("same" if strides == 1 else "valid")
    x = layers.Conv2D(
        filters, kernel_size, strides=strides, padding=padding, use_bias=False, name=name
    )(x)
    x = layers.BatchNormalization(axis=channel_axis(), scale=False, name=name and f"{name}_bn")(x)
    return layers.Activation("relu", name=name and f"{name}_ac")(x)


def branch(x, *rows):
    """One convolution after the other."""
    for row in rows:
        x = convolution(x, *row)
    return x


def average(x, filters):
    """The branch that pools."""
    x = layers.AveragePooling2D(3, strides=1, padding="same")(x)
    return convolution(x, filters, 1)


def mixed(branches, name=None):
    """The branches side by side."""
    return layers.Concatenate(axis=channel_axis(), name=name)(branches)


def stem(x):
    """What both networks begin with: an eighth of the side, 192 filters."""
    x = convolution(x, 32, 3, strides=2)
    x = convolution(x, 32, 3, padding="valid")
    x = convolution(x, 64, 3)
    x = layers.MaxPooling2D(3, strides=2)(x)
    x = convolution(x, 80, 1, padding="valid")
    x = convolution(x, 192, 3, padding="valid")
    return layers.MaxPooling2D(3, strides=2)(x)


def block_a(x, filters, name):
    """Kernels of 1, 5, and twice 3; `filters` are those of the pooling branch."""
    return mixed([branch(x, (64, 1)), branch(x, (48, 1), (64, 5)),
                  branch(x, (64, 1), (96, 3), (96, 3)), average(x, filters)], name)  # fmt: skip


def block_b(x, width, name):
    """Kernels of 7, each as a row and a column, once and twice."""
    row, column = (1, 7), (7, 1)
    once = (width, 1), (width, row), (192, column)
    twice = (width, 1), (width, column), (width, row), (width, column), (192, row)
    return mixed([branch(x, (192, 1)), branch(x, *once), branch(x, *twice),
                  average(x, 192)], name)  # fmt: skip


def both_ways(x, name=None):
    """A row and a column of 3, side by side."""
    return mixed([convolution(x, 384, (1, 3)), convolution(x, 384, (3, 1))], name)


def block_c(x, name, inner):
    """Kernels of 3 as a row beside a column; `inner` names the first of these pairs."""
    one = branch(x, (320, 1))
    once = both_ways(branch(x, (384, 1)), inner)
    twice = both_ways(branch(x, (448, 1), (384, 3)))
    return mixed([one, once, twice, average(x, 192)], name)


def InceptionV3(include_top=True, weights="imagenet", input_tensor=None, input_shape=None,
                pooling=None, classes=1000, classifier_activation="softmax",
                name="inception_v3"):  # fmt: skip
    """Three blocks A, four B and two C, and a reduction between them."""
    shape = image_shape(include_top, weights, input_shape, classes, sizes=(299,), least=75)
    start = image(input_tensor, shape)
    x = stem(start)
    for i, filters in enumerate((32, 64, 64)):
        x = block_a(x, filters, f"mixed{i}")
    x = mixed([branch(x, (384, 3, 2)), branch(x, (64, 1), (96, 3), (96, 3, 2)),
               layers.MaxPooling2D(3, strides=2)(x)], "mixed3")  # fmt: skip
    for i, width in enumerate((128, 160, 160, 192), 4):
        x = block_b(x, width, f"mixed{i}")
    x = mixed([branch(x, (192, 1), (320, 3, 2)),
               branch(x, (192, 1), (192, (1, 7)), (192, (7, 1)), (192, 3, 2)),
               layers.MaxPooling2D(3, strides=2)(x)], "mixed8")  # fmt: skip
    for i in range(2):
        x = block_c(x, f"mixed{9 + i}", f"mixed9_{i}")
    return top(x, start, include_top, weights, input_tensor, pooling, classes,
               classifier_activation, name)  # fmt: skip


def top(x, start, include_top, weights, input_tensor, pooling, classes, activation, name):
    """What both networks end with."""
    if include_top:
        x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
        x = predictions(x, classes, activation, weights)
    else:
        x = pooled(x, pooling, average=None, maximum=None)
    return network(input_tensor, start, x, name)


BLOCKS = {
    "block35": (((32, 1),), ((32, 1), (32, 3)), ((32, 1), (48, 3), (64, 3))),
    "block17": (((192, 1),), ((128, 1), (160, (1, 7)), (192, (7, 1)))),
    "block8": (((192, 1),), ((192, 1), (224, (1, 3)), (256, (3, 1)))),
}


def residual(x, kind, number, scale, activate=True):
    """Branches whose outcome, brought back to the channels that entered, is added scaled."""
    name = f"{kind}_{number}"
    up = mixed([branch(x, *rows) for rows in BLOCKS[kind]], f"{name}_mixed")
    up = layers.Conv2D(x.shape[channel_axis()], 1, padding="same", name=f"{name}_conv")(up)
    x = CustomScaleLayer(scale)([x, up])
    return layers.Activation("relu", name=f"{name}_ac")(x) if activate else x


def InceptionResNetV2(include_top=True, weights="imagenet", input_tensor=None, input_shape=None,
                      pooling=None, classes=1000, classifier_activation="softmax",
                      name="inception_resnet_v2"):  # fmt: skip
    """Ten, twenty and ten residual blocks, and a reduction between them."""
    shape = image_shape(include_top, weights, input_shape, classes, sizes=(299,), least=75)
    start = image(input_tensor, shape)
    x = stem(start)
    x = mixed([branch(x, (96, 1)), branch(x, (48, 1), (64, 5)),
               branch(x, (64, 1), (96, 3), (96, 3)), average(x, 64)], "mixed_5b")  # fmt: skip
    for i in range(1, 11):
        x = residual(x, "block35", i, 0.17)
    x = mixed([branch(x, (384, 3, 2)), branch(x, (256, 1), (256, 3), (384, 3, 2)),
               layers.MaxPooling2D(3, strides=2)(x)], "mixed_6a")  # fmt: skip
    for i in range(1, 21):
        x = residual(x, "block17", i, 0.1)
    x = mixed([branch(x, (256, 1), (384, 3, 2)), branch(x, (256, 1), (288, 3, 2)),
               branch(x, (256, 1), (288, 3), (320, 3, 2)),
               layers.MaxPooling2D(3, strides=2)(x)], "mixed_7a")  # fmt: skip
    for i in range(1, 10):
        x = residual(x, "block8", i, 0.2)
    x = residual(x, "block8", 10, 1.0, activate=False)
    x = convolution(x, 1536, 1, name="conv_7b")
    return top(x, start, include_top, weights, input_tensor, pooling, classes,
               classifier_activation, name)  # fmt: skip
