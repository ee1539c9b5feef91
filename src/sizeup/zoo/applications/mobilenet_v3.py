# mypy: ignore-errors
"""MobileNetV3 as `keras.applications` has it: Howard et al. 2019, arXiv 1905.02244.

Tables 1 and 2. `minimalistic` leaves out what is slow outside of telephones: the squeezes,
the kernels of 5x5 and the hard swish.
"""

from functools import partial

from keras import layers

from sizeup.zoo.applications.common import (
    channel_axis,
    check_activation,
    correct_pad,
    image,
    image_shape,
    make_divisible,
    network,
    pooled,
)

# Expansion, filters, kernel size, strides, whether it squeezes, whether its nonlinearity is
# the hard swish.
LARGE = (
    (1, 16, 3, 1, False, False), (4, 24, 3, 2, False, False), (3, 24, 3, 1, False, False),
    (3, 40, 5, 2, True, False), (3, 40, 5, 1, True, False), (3, 40, 5, 1, True, False),
    (6, 80, 3, 2, False, True), (2.5, 80, 3, 1, False, True), (2.3, 80, 3, 1, False, True),
    (2.3, 80, 3, 1, False, True), (6, 112, 3, 1, True, True), (6, 112, 3, 1, True, True),
    (6, 160, 5, 2, True, True), (6, 160, 5, 1, True, True), (6, 160, 5, 1, True, True),
)  # fmt: skip
SMALL = (
    (1, 16, 3, 2, True, False), (72 / 16, 24, 3, 2, False, False),
    (88 / 24, 24, 3, 1, False, False), (4, 40, 5, 2, True, True), (6, 40, 5, 1, True, True),
    (6, 40, 5, 1, True, True), (3, 48, 5, 1, True, True), (3, 48, 5, 1, True, True),
    (6, 96, 5, 2, True, True), (6, 96, 5, 1, True, True), (6, 96, 5, 1, True, True),
)  # fmt: skip


def activate(x, swish):
    """The nonlinearity."""
    return layers.Activation("hard_swish")(x) if swish else layers.ReLU()(x)


def norm(x, name):
    """A batch normalization."""
    return layers.BatchNormalization(axis=channel_axis(), name=name)(x)


def squeeze(inputs, name):
    """Each channel weighed by what all channels are on average."""
    filters = inputs.shape[channel_axis()]
    x = layers.GlobalAveragePooling2D(keepdims=True, name=f"{name}_avg_pool")(inputs)
    x = layers.Conv2D(make_divisible(filters * 0.25), 1, padding="same", name=f"{name}_conv")(x)
    x = layers.ReLU(name=f"{name}_relu")(x)
    x = layers.Conv2D(filters, 1, padding="same", name=f"{name}_conv_1")(x)
    x = layers.ReLU(6.0)(x + 3.0) * (1.0 / 6.0)
    return layers.Multiply(name=f"{name}_mul")([inputs, x])


def block(x, expansion, filters, kernel_size, strides, squeezes, swish, number):
    """An inverted residual block; the first expands nothing."""
    inputs, channels = x, x.shape[channel_axis()]
    name = f"expanded_conv_{number}_" if number else "expanded_conv_"
    if number:
        width = make_divisible(channels * expansion)
        x = layers.Conv2D(width, 1, padding="same", use_bias=False, name=f"{name}expand")(x)
        x = activate(norm(x, f"{name}expand_bn"), swish)
    if strides > 1:
        x = layers.ZeroPadding2D(correct_pad(x, kernel_size), name=f"{name}depthwise_pad")(x)
    x = layers.DepthwiseConv2D(
        kernel_size, strides=strides, padding="same" if strides == 1 else "valid",
        use_bias=False, name=f"{name}depthwise",
    )(x)  # fmt: skip
    x = activate(norm(x, f"{name}depthwise_bn"), swish)
    if squeezes:
        x = squeeze(x, f"{name}squeeze_excite")
    x = layers.Conv2D(filters, 1, padding="same", use_bias=False, name=f"{name}project")(x)
    x = norm(x, f"{name}project_bn")
    if strides == 1 and channels == filters:
        x = layers.Add(name=f"{name}add")([inputs, x])
    return x


def mobilenet_v3(blocks, last, input_shape=None, alpha=1.0, minimalistic=False, include_top=True,
                 weights="imagenet", input_tensor=None, classes=1000, pooling=None,
                 dropout_rate=0.2, classifier_activation="softmax", include_preprocessing=True,
                 name=None):  # fmt: skip
    """`blocks`, and a top of convolutions whose inner one has `last` filters.

    Any size will do, with a top too, and with the weights of ImageNet.
    """
    if include_top and weights == "imagenet" and classes != 1000:
        raise ValueError("with weights='imagenet' and include_top=True, classes should be 1000")
    if weights == "imagenet" and alpha not in ((1.0,) if minimalistic else (0.75, 1.0)):
        raise ValueError("with weights='imagenet', alpha is 1.0, or 0.75 if not minimalistic")
    x = start = image(input_tensor, image_shape(False, None, input_shape, classes))
    if include_preprocessing:
        x = layers.Rescaling(scale=1.0 / 127.5, offset=-1.0)(x)
    swish = not minimalistic
    x = layers.Conv2D(16, 3, strides=2, padding="same", use_bias=False, name="conv")(x)
    x = activate(norm(x, "conv_bn"), swish)
    for number, (expansion, filters, side, strides, squeezes, swishes) in enumerate(blocks):
        x = block(x, expansion, make_divisible(filters * alpha), 3 if minimalistic else side,
                  strides, squeezes and not minimalistic, swishes and swish, number)  # fmt: skip
    width = make_divisible(x.shape[channel_axis()] * 6)
    x = layers.Conv2D(width, 1, padding="same", use_bias=False, name="conv_1")(x)
    x = activate(norm(x, "conv_1_bn"), swish)
    if include_top:
        last = make_divisible(last * alpha) if alpha > 1.0 else last
        x = layers.GlobalAveragePooling2D(keepdims=True)(x)
        x = activate(layers.Conv2D(last, 1, padding="same", name="conv_2")(x), swish)
        if dropout_rate > 0:
            x = layers.Dropout(dropout_rate)(x)
        x = layers.Conv2D(classes, 1, padding="same", name="logits")(x)
        x = layers.Flatten()(x)
        check_activation(classifier_activation, weights)
        x = layers.Activation(classifier_activation, name="predictions")(x)
    else:
        x = pooled(x, pooling)
    return network(input_tensor, start, x, name)


MobileNetV3Small = partial(mobilenet_v3, SMALL, 1024, name="MobileNetV3Small")
MobileNetV3Large = partial(mobilenet_v3, LARGE, 1280, name="MobileNetV3Large")
