# mypy: ignore-errors
"""Xception as `keras.applications` has it: Chollet 2016, arXiv 1610.02357, Figure 5."""

from keras import layers

from sizeup.zoo.applications.common import (
    channel_axis,
    image,
    image_shape,
    network,
    pooled,
    predictions,
)


def norm(x, name=None):
    """A batch normalization."""
    return layers.BatchNormalization(axis=channel_axis(), name=name)(x)


def relu(x, name):
    """The nonlinearity."""
    return layers.Activation("relu", name=f"{name}_act")(x)


def separable(x, filters, name):
    """A separable convolution of 3x3 and its normalization."""
    x = layers.SeparableConv2D(filters, 3, padding="same", use_bias=False, name=name)(x)
    return norm(x, f"{name}_bn")


def shrinking(x, number, filters, activate=True):
    """Two separable convolutions and a pooling, beside a projection that strides.

    `activate` says whether a nonlinearity comes first.
    """
    name = f"block{number}"
    shortcut = layers.Conv2D(filters[1], 1, strides=2, padding="same", use_bias=False)(x)
    shortcut = norm(shortcut)
    if activate:
        x = relu(x, f"{name}_sepconv1")
    x = separable(x, filters[0], f"{name}_sepconv1")
    x = relu(x, f"{name}_sepconv2")
    x = separable(x, filters[1], f"{name}_sepconv2")
    x = layers.MaxPooling2D(3, strides=2, padding="same", name=f"{name}_pool")(x)
    return layers.add([x, shortcut])


def Xception(include_top=True, weights="imagenet", input_tensor=None, input_shape=None,
             pooling=None, classes=1000, classifier_activation="softmax",
             name="xception"):  # fmt: skip
    """The entry flow, eight times the middle flow, the exit flow."""
    shape = image_shape(include_top, weights, input_shape, classes, sizes=(299,), least=71)
    x = start = image(input_tensor, shape)
    for i, (filters, strides) in enumerate(((32, 2), (64, 1)), 1):
        plain = f"block1_conv{i}"
        x = layers.Conv2D(filters, 3, strides=strides, use_bias=False, name=plain)(x)
        x = relu(norm(x, f"{plain}_bn"), plain)
    x = shrinking(x, 2, (128, 128), activate=False)
    x = shrinking(x, 3, (256, 256))
    x = shrinking(x, 4, (728, 728))
    for number in range(5, 13):
        shortcut = x
        for i in range(1, 4):
            middle = f"block{number}_sepconv{i}"
            x = separable(relu(x, middle), 728, middle)
        x = layers.add([x, shortcut])
    x = shrinking(x, 13, (728, 1024))
    for i, filters in enumerate((1536, 2048), 1):
        last = f"block14_sepconv{i}"
        x = relu(separable(x, filters, last), last)
    if include_top:
        x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
        x = predictions(x, classes, classifier_activation, weights)
    else:
        x = pooled(x, pooling, average=None, maximum=None)
    return network(input_tensor, start, x, name)
