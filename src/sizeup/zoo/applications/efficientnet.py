# mypy: ignore-errors
"""EfficientNet as `keras.applications` has it: Tan and Le 2019, arXiv 1905.11946.

Table 1 is the baseline; the other networks are wider and deeper by a factor each.
"""

import math
from functools import partial

from keras import layers

from sizeup.zoo.applications.common import (
    channel_axis,
    correct_pad,
    image,
    image_shape,
    make_divisible,
    network,
    pooled,
    predictions,
)

# Kernel size, repeats, filters in and out, expansion, strides of the first.
STAGES = (
    (3, 1, 32, 16, 1, 1), (3, 2, 16, 24, 6, 2), (5, 2, 24, 40, 6, 2), (3, 3, 40, 80, 6, 2),
    (5, 3, 80, 112, 6, 1), (5, 4, 112, 192, 6, 2), (3, 1, 192, 320, 6, 1),
)  # fmt: skip
DROP = 0.2
DEVIATIONS = (0.229, 0.224, 0.225)


def norm_swish(x, norm, activation):
    """A batch normalization and the nonlinearity; their names."""
    x = layers.BatchNormalization(axis=channel_axis(), name=norm)(x)
    return layers.Activation("swish", name=activation)(x)


def squeeze(inputs, filters, name):
    """Each channel weighed by what all channels are on average, through `filters` of them."""
    width = inputs.shape[channel_axis()]
    shape = (width, 1, 1) if channel_axis() == 1 else (1, 1, width)
    x = layers.GlobalAveragePooling2D(name=f"{name}se_squeeze")(inputs)
    x = layers.Reshape(shape, name=f"{name}se_reshape")(x)
    x = layers.Conv2D(filters, 1, padding="same", activation="swish", name=f"{name}se_reduce")(x)
    x = layers.Conv2D(width, 1, padding="same", activation="sigmoid", name=f"{name}se_expand")(x)
    return layers.Multiply(name=f"{name}se_excite")([inputs, x])


def skip(x, inputs, drop, name):
    """What entered, and what the block made of it, some of which is dropped in training."""
    if drop > 0:
        x = layers.Dropout(drop, noise_shape=(None, 1, 1, 1), name=f"{name}drop")(x)
    return layers.Add(name=f"{name}add")([x, inputs])


def block(x, before, after, kernel_size, expansion, strides, drop, name):
    """Expand, convolve each channel by itself, squeeze, project."""
    inputs = x
    if expansion != 1:
        x = layers.Conv2D(
            before * expansion, 1, padding="same", use_bias=False, name=f"{name}expand_conv"
        )(x)
        x = norm_swish(x, f"{name}expand_bn", f"{name}expand_activation")
    if strides == 2:
        x = layers.ZeroPadding2D(correct_pad(x, kernel_size), name=f"{name}dwconv_pad")(x)
    x = layers.DepthwiseConv2D(
        kernel_size, strides=strides, padding="valid" if strides == 2 else "same",
        use_bias=False, name=f"{name}dwconv",
    )(x)  # fmt: skip
    x = norm_swish(x, f"{name}bn", f"{name}activation")
    x = squeeze(x, max(1, int(before * 0.25)), name)
    x = layers.Conv2D(after, 1, padding="same", use_bias=False, name=f"{name}project_conv")(x)
    x = layers.BatchNormalization(axis=channel_axis(), name=f"{name}project_bn")(x)
    return skip(x, inputs, drop, name) if strides == 1 and before == after else x


def efficientnet(width, depth, size, dropout, include_top=True, weights="imagenet",
                 input_tensor=None, input_shape=None, pooling=None, classes=1000,
                 classifier_activation="softmax", name=None):  # fmt: skip
    """`width` and `depth` times the baseline, on images of `size`."""
    shape = image_shape(include_top, weights, input_shape, classes, (size,))
    x = start = image(input_tensor, shape)
    x = layers.Rescaling(1.0 / 255.0)(x)
    x = layers.Normalization(axis=channel_axis())(x)
    if weights == "imagenet":
        x = layers.Rescaling([1.0 / math.sqrt(deviation) for deviation in DEVIATIONS])(x)
    x = layers.ZeroPadding2D(correct_pad(x, 3), name="stem_conv_pad")(x)
    stem = make_divisible(32 * width)
    x = layers.Conv2D(stem, 3, strides=2, use_bias=False, name="stem_conv")(x)
    x = norm_swish(x, "stem_bn", "stem_activation")
    total = sum(math.ceil(depth * repeat) for _, repeat, _, _, _, _ in STAGES)
    done = 0
    for stage, (side, repeat, before, after, expansion, first) in enumerate(STAGES, 1):
        after = make_divisible(after * width)
        for i in range(math.ceil(depth * repeat)):
            entering = make_divisible(before * width) if i == 0 else after
            x = block(x, entering, after, side, expansion, first if i == 0 else 1,
                      DROP * done / total, f"block{stage}{chr(97 + i)}_")  # fmt: skip
            done += 1
    last = make_divisible(1280 * width)
    x = layers.Conv2D(last, 1, padding="same", use_bias=False, name="top_conv")(x)
    x = norm_swish(x, "top_bn", "top_activation")
    return top(x, start, dropout, include_top, weights, input_tensor, pooling, classes,
               classifier_activation, name)  # fmt: skip


def top(x, start, dropout, include_top, weights, input_tensor, pooling, classes, activation, name):
    """What all networks end with, those of version 2 too."""
    if include_top:
        x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
        x = layers.Dropout(dropout, name="top_dropout")(x)
        x = predictions(x, classes, activation, weights)
    else:
        x = pooled(x, pooling)
    return network(input_tensor, start, x, name)


EfficientNetB0 = partial(efficientnet, 1.0, 1.0, 224, 0.2, name="efficientnetb0")
EfficientNetB1 = partial(efficientnet, 1.0, 1.1, 240, 0.2, name="efficientnetb1")
EfficientNetB2 = partial(efficientnet, 1.1, 1.2, 260, 0.3, name="efficientnetb2")
EfficientNetB3 = partial(efficientnet, 1.2, 1.4, 300, 0.3, name="efficientnetb3")
EfficientNetB4 = partial(efficientnet, 1.4, 1.8, 380, 0.4, name="efficientnetb4")
EfficientNetB5 = partial(efficientnet, 1.6, 2.2, 456, 0.4, name="efficientnetb5")
EfficientNetB6 = partial(efficientnet, 1.8, 2.6, 528, 0.5, name="efficientnetb6")
EfficientNetB7 = partial(efficientnet, 2.0, 3.1, 600, 0.5, name="efficientnetb7")
