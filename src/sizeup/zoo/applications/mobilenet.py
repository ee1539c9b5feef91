# mypy: ignore-errors
"""MobileNet and MobileNetV2 as `keras.applications` has them.

Howard et al. 2017, arXiv 1704.04861, Table 1, and Sandler et al. 2018, arXiv 1801.04381,
Table 2. `alpha` widens or narrows every layer.
"""

import keras
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
    predictions,
)

SIZES = (128, 160, 192, 224)
SIZES_V2 = (96, *SIZES)

# Filters and strides of each depthwise block.
BLOCKS = (
    (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1), (512, 1), (512, 1),
    (512, 1), (512, 1), (1024, 2), (1024, 1),
)  # fmt: skip

# Filters, strides of the first block and number of blocks in each stage.
STAGES_V2 = (
    (16, 1, 1), (24, 2, 2), (32, 2, 3), (64, 2, 4), (96, 1, 3), (160, 2, 3), (320, 1, 1),
)  # fmt: skip


def norm_relu(x, norm, relu):
    """A batch normalization and a nonlinearity that ends at six; their names."""
    x = layers.BatchNormalization(axis=channel_axis(), name=norm)(x)
    return layers.ReLU(6.0, name=relu)(x)


def rows_of(shape):
    """The height of an image."""
    return shape[1] if channel_axis() == 1 else shape[0]


def trained_rows(shape, weights, sizes):
    """The height in the model's name; the weights are of the default where none fits."""
    rows = rows_of(shape)
    columns = shape[2] if channel_axis() == 1 else shape[1]
    return 224 if weights == "imagenet" and (rows != columns or rows not in sizes) else rows


def depthwise_block(x, filters, strides, depth_multiplier, number):
    """A convolution of 3x3 on each channel by itself, and one of 1x1 over all of them."""
    if strides > 1:
        x = layers.ZeroPadding2D(((0, 1), (0, 1)), name=f"conv_pad_{number}")(x)
    name = f"conv_dw_{number}"
    x = layers.DepthwiseConv2D(
        3, padding="same" if strides == 1 else "valid", depth_multiplier=depth_multiplier,
        strides=strides, use_bias=False, name=name,
    )(x)  # fmt: skip
    x = norm_relu(x, f"{name}_bn", f"{name}_relu")
    name = f"conv_pw_{number}"
    x = layers.Conv2D(filters, 1, padding="same", use_bias=False, name=name)(x)
    return norm_relu(x, f"{name}_bn", f"{name}_relu")


def MobileNet(input_shape=None, alpha=1.0, depth_multiplier=1, dropout=1e-3, include_top=True,
              weights="imagenet", input_tensor=None, pooling=None, classes=1000,
              classifier_activation="softmax", name=None):  # fmt: skip
    """Thirteen depthwise blocks; the top is a convolution."""
    shape = image_shape(include_top, weights, input_shape, classes, SIZES)
    if weights == "imagenet" and depth_multiplier != 1:
        raise ValueError("with weights='imagenet', depth_multiplier must be 1")
    if weights == "imagenet" and alpha not in (0.25, 0.5, 0.75, 1.0):
        raise ValueError("with weights='imagenet', alpha must be 0.25, 0.50, 0.75 or 1.0")
    x = start = image(input_tensor, shape)
    x = layers.Conv2D(int(32 * alpha), 3, padding="same", use_bias=False, strides=2, name="conv1")(
        x
    )
    x = norm_relu(x, "conv1_bn", "conv1_relu")
    for number, (filters, strides) in enumerate(BLOCKS, 1):
        x = depthwise_block(x, int(filters * alpha), strides, depth_multiplier, number)
    if include_top:
        x = layers.GlobalAveragePooling2D(keepdims=True)(x)
        x = layers.Dropout(dropout, name="dropout")(x)
        x = layers.Conv2D(classes, 1, padding="same", name="conv_preds")(x)
        x = layers.Reshape((classes,), name="reshape_2")(x)
        check_activation(classifier_activation, weights)
        x = layers.Activation(classifier_activation, name="predictions")(x)
    else:
        x = pooled(x, pooling, average=None, maximum=None)
    if name is None:
        name = f"mobilenet_{alpha:0.2f}_{trained_rows(shape, weights, SIZES)}"
    return network(input_tensor, start, x, name)


def inverted_block(x, filters, strides, number):
    """Six times as many channels, 3x3 on each by itself, and few channels again."""
    inputs, channels = x, x.shape[channel_axis()]
    name = f"block_{number}_" if number else "expanded_conv_"
    if number:
        x = layers.Conv2D(6 * channels, 1, padding="same", use_bias=False, name=f"{name}expand")(x)
        x = norm_relu(x, f"{name}expand_BN", f"{name}expand_relu")
    if strides > 1:
        x = layers.ZeroPadding2D(correct_pad(x, 3), name=f"{name}pad")(x)
    x = layers.DepthwiseConv2D(
        3, strides=strides, use_bias=False, padding="same" if strides == 1 else "valid",
        name=f"{name}depthwise",
    )(x)  # fmt: skip
    x = norm_relu(x, f"{name}depthwise_BN", f"{name}depthwise_relu")
    x = layers.Conv2D(filters, 1, padding="same", use_bias=False, name=f"{name}project")(x)
    x = layers.BatchNormalization(axis=channel_axis(), name=f"{name}project_BN")(x)
    if strides == 1 and channels == filters:
        return layers.Add(name=f"{name}add")([inputs, x])
    return x


def default_shape(input_shape, input_tensor, include_top):
    """A square tensor of one of the sizes says the size where `input_shape` does not."""
    if input_shape is None and include_top and keras.utils.is_keras_tensor(input_tensor):
        shape = input_tensor.shape[1:]
        height, width = shape[1:] if channel_axis() == 1 else shape[:2]
        if height == width and height in SIZES_V2:
            return (3, height, width) if channel_axis() == 1 else (height, width, 3)
    return input_shape


def check_widths(input_shape, input_tensor):
    """The caller's tensor has to be as wide as the caller's shape says."""
    if input_shape is not None and input_tensor is not None:
        if not keras.utils.is_keras_tensor(input_tensor):
            raise ValueError("input_tensor is not a Keras tensor")
        width = input_tensor.shape[1 if channel_axis() == 1 else 2]
        if width != input_shape[1]:
            raise ValueError("input_shape and the shape of input_tensor differ")


def MobileNetV2(input_shape=None, alpha=1.0, include_top=True, weights="imagenet",
                input_tensor=None, pooling=None, classes=1000, classifier_activation="softmax",
                name=None):  # fmt: skip
    """Seventeen inverted residual blocks."""
    check_widths(input_shape, input_tensor)
    input_shape = default_shape(input_shape, input_tensor, include_top)
    shape = image_shape(include_top, weights, input_shape, classes, SIZES_V2)
    if weights == "imagenet" and alpha not in (0.35, 0.50, 0.75, 1.0, 1.3, 1.4):
        raise ValueError("with weights='imagenet', alpha must be 0.35, 0.50, 0.75, 1.0, 1.3 or 1.4")
    x = start = image(input_tensor, shape)
    x = layers.Conv2D(
        make_divisible(32 * alpha), 3, strides=2, padding="same", use_bias=False, name="Conv1"
    )(x)
    x = norm_relu(x, "bn_Conv1", "Conv1_relu")
    number = 0
    for filters, first, repeat in STAGES_V2:
        for i in range(repeat):
            width = make_divisible(int(filters * alpha))
            x = inverted_block(x, width, first if i == 0 else 1, number)
            number += 1
    last = make_divisible(1280 * alpha) if alpha > 1.0 else 1280
    x = layers.Conv2D(last, 1, use_bias=False, name="Conv_1")(x)
    x = norm_relu(x, "Conv_1_bn", "out_relu")
    if include_top:
        x = layers.GlobalAveragePooling2D()(x)
        x = predictions(x, classes, classifier_activation, weights)
    else:
        x = pooled(x, pooling, average=None, maximum=None)
    if name is None:
        name = f"mobilenetv2_{alpha:0.2f}_{trained_rows(shape, weights, SIZES_V2)}"
    return network(input_tensor, start, x, name)
