# mypy: ignore-errors
"""NASNet-A as `keras.applications` has it: Zoph et al. 2017, arXiv 1707.07012, Figure 4."""

import keras
from keras import layers

from sizeup.zoo.applications.common import (
    correct_pad,
    image,
    image_shape,
    network,
    pooled,
    predictions,
)


def norm(x, name):
    """A batch normalization."""
    return layers.BatchNormalization(momentum=0.9997, epsilon=1e-3, name=name)(x)


def relu(x, name=None):
    """The nonlinearity."""
    return layers.Activation("relu", name=name)(x)


def convolution(x, filters, name):
    """A convolution of 1x1 without bias."""
    return layers.Conv2D(filters, 1, padding="same", use_bias=False, name=name)(x)


def separable(x, filters, kernel_size, name, strides=1):
    """Twice a separable convolution; the first strides."""
    x = relu(x)
    if strides == 2:
        x = layers.ZeroPadding2D(correct_pad(x, kernel_size), name=f"separable_conv_1_pad_{name}")(
            x
        )
    x = layers.SeparableConv2D(
        filters, kernel_size, strides=strides, padding="valid" if strides == 2 else "same",
        use_bias=False, name=f"separable_conv_1_{name}",
    )(x)  # fmt: skip
    x = relu(norm(x, f"separable_conv_1_bn_{name}"))
    x = layers.SeparableConv2D(
        filters, kernel_size, padding="same", use_bias=False, name=f"separable_conv_2_{name}"
    )(x)
    return norm(x, f"separable_conv_2_bn_{name}")


def average(x, name, strides=1, padding="same"):
    """An average over 3x3."""
    return layers.AveragePooling2D(3, strides=strides, padding=padding, name=name)(x)


def maximum(x, name):
    """The greatest of 3x3, at every other place."""
    return layers.MaxPooling2D(3, strides=2, name=name)(x)


def add(name, *tensors):
    """The sum."""
    return layers.Add(name=name)(list(tensors))


def adjust(before, x, filters, name):
    """The cell before last, brought to the side of `x` and to `filters`."""
    if before is None:
        return x
    if before.shape[-2] != x.shape[-2]:
        before = relu(before, f"adjust_relu_1_{name}")
        one = layers.AveragePooling2D(1, strides=2, name=f"adjust_avg_pool_1_{name}")(before)
        one = convolution(one, filters // 2, f"adjust_conv_1_{name}")
        two = layers.ZeroPadding2D(((0, 1), (0, 1)))(before)
        two = layers.Cropping2D(((1, 0), (1, 0)))(two)
        two = layers.AveragePooling2D(1, strides=2, name=f"adjust_avg_pool_2_{name}")(two)
        two = convolution(two, filters // 2, f"adjust_conv_2_{name}")
        return norm(layers.Concatenate(axis=-1)([one, two]), f"adjust_bn_{name}")
    if before.shape[-1] != filters:
        before = convolution(relu(before), filters, f"adjust_conv_projection_{name}")
        return norm(before, f"adjust_bn_{name}")
    return before


def normal(x, before, filters, name):
    """A cell that keeps the side, and the cell before it."""
    p = adjust(before, x, filters, name)
    h = norm(convolution(relu(x), filters, f"normal_conv_1_{name}"), f"normal_bn_1_{name}")
    one = add(f"normal_add_1_{name}", separable(h, filters, 5, f"normal_left1_{name}"),
              separable(p, filters, 3, f"normal_right1_{name}"))  # fmt: skip
    two = add(f"normal_add_2_{name}", separable(p, filters, 5, f"normal_left2_{name}"),
              separable(p, filters, 3, f"normal_right2_{name}"))  # fmt: skip
    three = add(f"normal_add_3_{name}", average(h, f"normal_left3_{name}"), p)
    four = add(f"normal_add_4_{name}", average(p, f"normal_left4_{name}"),
               average(p, f"normal_right4_{name}"))  # fmt: skip
    five = add(f"normal_add_5_{name}", separable(h, filters, 3, f"normal_left5_{name}"), h)
    cell = layers.Concatenate(axis=-1, name=f"normal_concat_{name}")
    return cell([p, one, two, three, four, five]), x


def reduction(x, before, filters, name):
    """A cell that halves the side, and the cell before it."""
    p = adjust(before, x, filters, name)
    h = norm(convolution(relu(x), filters, f"reduction_conv_1_{name}"), f"reduction_bn_1_{name}")
    wide = layers.ZeroPadding2D(correct_pad(h, 3), name=f"reduction_pad_1_{name}")(h)
    one = add(f"reduction_add_1_{name}", separable(h, filters, 5, f"reduction_left1_{name}", 2),
              separable(p, filters, 7, f"reduction_right1_{name}", 2))  # fmt: skip
    two = add(f"reduction_add_2_{name}", maximum(wide, f"reduction_left2_{name}"),
              separable(p, filters, 7, f"reduction_right2_{name}", 2))  # fmt: skip
    three = add(f"reduction_add3_{name}", average(wide, f"reduction_left3_{name}", 2, "valid"),
                separable(p, filters, 5, f"reduction_right3_{name}", 2))  # fmt: skip
    four = add(None, two, average(one, f"reduction_left4_{name}"))
    five = add(f"reduction_add4_{name}", separable(one, filters, 3, f"reduction_left4_{name}"),
               maximum(wide, f"reduction_right5_{name}"))  # fmt: skip
    cell = layers.Concatenate(axis=-1, name=f"reduction_concat_{name}")
    return cell([two, three, four, five]), x


def nasnet(filters, repeat, stem, skip_reduction, size, input_shape, include_top, weights,
           input_tensor, pooling, classes, classifier_activation, name):  # fmt: skip
    """Three times `repeat` normal cells, of `filters` and twice and four times as many."""
    if keras.config.image_data_format() == "channels_first":
        raise ValueError("NASNet does not support the channels_first image data format")
    if weights == "imagenet" and isinstance(input_shape, tuple) and None in input_shape:
        raise ValueError("with weights='imagenet', input_shape must be static")
    start = image(input_tensor, image_shape(include_top, weights, input_shape, classes, (size,)))
    x = layers.Conv2D(stem, 3, strides=2, use_bias=False, name="stem_conv1")(start)
    x = norm(x, "stem_bn1")
    x, before = reduction(x, None, filters // 4, "stem_1")
    x, before = reduction(x, before, filters // 2, "stem_2")
    for stage in range(3):
        width = filters * 2**stage
        if stage > 0:
            x, last = reduction(x, before, width, f"reduce_{stage * repeat}")
            before = before if skip_reduction else last
        for i in range(repeat):
            x, before = normal(x, before, width, f"{stage * repeat + i + (stage > 0)}")
    x = relu(x)
    if include_top:
        x = layers.GlobalAveragePooling2D()(x)
        x = predictions(x, classes, classifier_activation, weights)
    else:
        x = pooled(x, pooling, average=None, maximum=None)
    return network(input_tensor, start, x, name)


def NASNetMobile(input_shape=None, include_top=True, weights="imagenet", input_tensor=None,
                 pooling=None, classes=1000, classifier_activation="softmax",
                 name="nasnet_mobile"):  # fmt: skip
    """NASNet-A (4 @ 1056)."""
    if not include_top and input_shape is None:
        input_shape = (224, 224, 3)
    return nasnet(44, 4, 32, False, 224, input_shape, include_top, weights, input_tensor,
                  pooling, classes, classifier_activation, name)  # fmt: skip


def NASNetLarge(input_shape=None, include_top=True, weights="imagenet", input_tensor=None,
                pooling=None, classes=1000, classifier_activation="softmax",
                name="nasnet_large"):  # fmt: skip
    """NASNet-A (6 @ 4032)."""
    return nasnet(168, 6, 96, True, 331, input_shape, include_top, weights, input_tensor,
                  pooling, classes, classifier_activation, name)  # fmt: skip
