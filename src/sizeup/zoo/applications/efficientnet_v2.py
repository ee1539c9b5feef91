# mypy: ignore-errors
"""EfficientNetV2 as `keras.applications` has it: Tan and Le 2021, arXiv 2104.00298.

The early stages are fused: one convolution of 3x3 in place of 1x1 and 3x3 by channel. S, M
and L are searched for by themselves, B0 to B3 are scaled from a table.
"""

import math
from functools import partial

from keras import layers

from sizeup.zoo.applications.common import channel_axis, image, image_shape
from sizeup.zoo.applications.efficientnet import norm_swish, skip, squeeze, top

# Whether fused, repeats, filters in and out, expansion, strides of the first.
B = (
    (True, 1, 32, 16, 1, 1), (True, 2, 16, 32, 4, 2), (True, 2, 32, 48, 4, 2),
    (False, 3, 48, 96, 4, 2), (False, 5, 96, 112, 6, 1), (False, 8, 112, 192, 6, 2),
)  # fmt: skip
S = (
    (True, 2, 24, 24, 1, 1), (True, 4, 24, 48, 4, 2), (True, 4, 48, 64, 4, 2),
    (False, 6, 64, 128, 4, 2), (False, 9, 128, 160, 6, 1), (False, 15, 160, 256, 6, 2),
)  # fmt: skip
M = (
    (True, 3, 24, 24, 1, 1), (True, 5, 24, 48, 4, 2), (True, 5, 48, 80, 4, 2),
    (False, 7, 80, 160, 4, 2), (False, 14, 160, 176, 6, 1), (False, 18, 176, 304, 6, 2),
    (False, 5, 304, 512, 6, 1),
)  # fmt: skip
L = (
    (True, 4, 32, 32, 1, 1), (True, 7, 32, 64, 4, 2), (True, 7, 64, 96, 4, 2),
    (False, 10, 96, 192, 4, 2), (False, 19, 192, 224, 6, 1), (False, 25, 224, 384, 6, 2),
    (False, 7, 384, 640, 6, 1),
)  # fmt: skip
DROP = 0.2
MEANS, VARIANCES = (0.485, 0.456, 0.406), (0.229**2, 0.224**2, 0.225**2)


def rounded(filters):
    """The nearest multiple of eight."""
    return max(8, int(filters + 4) // 8 * 8)


def convolution(x, filters, kernel_size, strides, name):
    """A convolution without bias."""
    return layers.Conv2D(
        filters, kernel_size, strides=strides, padding="same", use_bias=False, name=name
    )(x)


def block(x, fused, before, after, expansion, strides, drop, name):
    """Expand, convolve, squeeze, project; a fused block convolves as it expands."""
    inputs, width = x, before * expansion
    if expansion != 1:
        side, step = (3, strides) if fused else (1, 1)
        x = convolution(x, width, side, step, f"{name}expand_conv")
        x = norm_swish(x, f"{name}expand_bn", f"{name}expand_activation")
    if not fused:
        x = layers.DepthwiseConv2D(
            3, strides=strides, padding="same", use_bias=False, name=f"{name}dwconv2"
        )(x)
        x = norm_swish(x, f"{name}bn", f"{name}activation")
        x = squeeze(x, max(1, int(before * 0.25)), name)
    side, step = (3, strides) if fused and expansion == 1 else (1, 1)
    x = convolution(x, after, side, step, f"{name}project_conv")
    if fused and expansion == 1:
        x = norm_swish(x, f"{name}project_bn", f"{name}project_activation")
    else:
        x = layers.BatchNormalization(axis=channel_axis(), name=f"{name}project_bn")(x)
    return skip(x, inputs, drop, name) if strides == 1 and before == after else x


def efficientnet_v2(stages, width, depth, size, include_top=True, weights="imagenet",
                    input_tensor=None, input_shape=None, pooling=None, classes=1000,
                    classifier_activation="softmax", include_preprocessing=True,
                    name=None):  # fmt: skip
    """`width` and `depth` times the table `stages`, on images of `size`."""
    shape = image_shape(include_top, weights, input_shape, classes, (size,))
    x = start = image(input_tensor, shape)
    if include_preprocessing and stages is B and shape[0 if channel_axis() == 1 else 2] == 3:
        x = layers.Rescaling(scale=1.0 / 255)(x)
        x = layers.Normalization(mean=MEANS, variance=VARIANCES, axis=channel_axis())(x)
    elif include_preprocessing:
        x = layers.Rescaling(scale=1.0 / 128.0, offset=-1)(x)
    x = convolution(x, rounded(stages[0][2] * width), 3, 2, "stem_conv")
    x = norm_swish(x, "stem_bn", "stem_activation")
    total = sum(repeat for _, repeat, _, _, _, _ in stages)
    done = 0
    for stage, (fused, repeat, before, after, expansion, first) in enumerate(stages, 1):
        after = rounded(after * width)
        for i in range(math.ceil(depth * repeat)):
            entering = rounded(before * width) if i == 0 else after
            x = block(x, fused, entering, after, expansion, first if i == 0 else 1,
                      DROP * done / total, f"block{stage}{chr(97 + i)}_")  # fmt: skip
            done += 1
    x = convolution(x, rounded(1280 * width), 1, 1, "top_conv")
    x = norm_swish(x, "top_bn", "top_activation")
    return top(x, start, 0.2, include_top, weights, input_tensor, pooling, classes,
               classifier_activation, name)  # fmt: skip


EfficientNetV2B0 = partial(efficientnet_v2, B, 1.0, 1.0, 224, name="efficientnetv2-b0")
EfficientNetV2B1 = partial(efficientnet_v2, B, 1.0, 1.1, 240, name="efficientnetv2-b1")
EfficientNetV2B2 = partial(efficientnet_v2, B, 1.1, 1.2, 260, name="efficientnetv2-b2")
EfficientNetV2B3 = partial(efficientnet_v2, B, 1.2, 1.4, 300, name="efficientnetv2-b3")
EfficientNetV2S = partial(efficientnet_v2, S, 1.0, 1.0, 384, name="efficientnetv2-s")
EfficientNetV2M = partial(efficientnet_v2, M, 1.0, 1.0, 480, name="efficientnetv2-m")
EfficientNetV2L = partial(efficientnet_v2, L, 1.0, 1.0, 480, name="efficientnetv2-l")
