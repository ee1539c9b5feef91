# mypy: ignore-errors
"""Residual networks as `keras.applications` has them, of both versions.

He et al. 2015, arXiv 1512.03385 (version 1), and 2016, arXiv 1603.05027 (version 2, which
normalizes and activates before it convolves). Other than in the papers, convolutions have
biases (in version 2 those without a normalization behind them), paddings are layers of their
own, and version 2 strides at the end of a stage.
"""

from functools import partial

from keras import layers

from sizeup.zoo.applications.common import (
    channel_axis,
    image,
    image_shape,
    network,
    pooled,
    predictions,
)


def norm(x, name):
    """A batch normalization."""
    return layers.BatchNormalization(axis=channel_axis(), epsilon=1.001e-5, name=name)(x)


def norm_relu(x, name):
    """A batch normalization and the nonlinearity."""
    return layers.Activation("relu", name=f"{name}_relu")(norm(x, f"{name}_bn"))


def block_v1(x, filters, strides, project, name):
    """1x1, 3x3, 1x1; the shortcut is projected in a stage's first block."""
    shortcut = x
    if project:
        shortcut = layers.Conv2D(4 * filters, 1, strides=strides, name=f"{name}_0_conv")(x)
        shortcut = norm(shortcut, f"{name}_0_bn")
    x = layers.Conv2D(filters, 1, strides=strides, name=f"{name}_1_conv")(x)
    x = norm_relu(x, f"{name}_1")
    x = layers.Conv2D(filters, 3, padding="same", name=f"{name}_2_conv")(x)
    x = norm_relu(x, f"{name}_2")
    x = layers.Conv2D(4 * filters, 1, name=f"{name}_3_conv")(x)
    x = norm(x, f"{name}_3_bn")
    x = layers.Add(name=f"{name}_add")([shortcut, x])
    return layers.Activation("relu", name=f"{name}_out")(x)


def block_v2(x, filters, strides, project, name):
    """The same on what was normalized and activated; a shortcut that strides is pooled."""
    before = norm_relu(x, f"{name}_preact")
    shortcut = x
    if project:
        shortcut = layers.Conv2D(4 * filters, 1, strides=strides, name=f"{name}_0_conv")(before)
    elif strides > 1:
        shortcut = layers.MaxPooling2D(1, strides=strides)(x)
    x = layers.Conv2D(filters, 1, use_bias=False, name=f"{name}_1_conv")(before)
    x = norm_relu(x, f"{name}_1")
    x = layers.ZeroPadding2D(1, name=f"{name}_2_pad")(x)
    x = layers.Conv2D(filters, 3, strides=strides, use_bias=False, name=f"{name}_2_conv")(x)
    x = norm_relu(x, f"{name}_2")
    x = layers.Conv2D(4 * filters, 1, name=f"{name}_3_conv")(x)
    return layers.Add(name=f"{name}_out")([shortcut, x])


def resnet(version, repeats, include_top=True, weights="imagenet", input_tensor=None,
           input_shape=None, pooling=None, classes=1000, classifier_activation="softmax",
           name=None):  # fmt: skip
    """Four stages of as many blocks as `repeats` says.

    All but the first stage of version 1, and all but the last of version 2, halve the map.
    """
    x = start = image(input_tensor, image_shape(include_top, weights, input_shape, classes))
    x = layers.ZeroPadding2D(3, name="conv1_pad")(x)
    x = layers.Conv2D(64, 7, strides=2, name="conv1_conv")(x)
    if version == 1:
        x = norm_relu(x, "conv1")
    x = layers.ZeroPadding2D(1, name="pool1_pad")(x)
    x = layers.MaxPooling2D(3, strides=2, name="pool1_pool")(x)
    block = block_v1 if version == 1 else block_v2
    for stage, repeat in enumerate(repeats):
        halving = 1 if version == 1 and stage > 0 else repeat if version == 2 and stage < 3 else 0
        for i in range(1, repeat + 1):
            strides = 2 if i == halving else 1
            x = block(x, 64 * 2**stage, strides, i == 1, f"conv{stage + 2}_block{i}")
    if version == 2:
        x = norm_relu(x, "post")
    if include_top:
        x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
        x = predictions(x, classes, classifier_activation, weights)
    else:
        x = pooled(x, pooling)
    return network(input_tensor, start, x, name)


ResNet50 = partial(resnet, 1, (3, 4, 6, 3), name="resnet50")
ResNet101 = partial(resnet, 1, (3, 4, 23, 3), name="resnet101")
ResNet152 = partial(resnet, 1, (3, 8, 36, 3), name="resnet152")
ResNet50V2 = partial(resnet, 2, (3, 4, 6, 3), name="resnet50v2")
ResNet101V2 = partial(resnet, 2, (3, 4, 23, 3), name="resnet101v2")
ResNet152V2 = partial(resnet, 2, (3, 8, 36, 3), name="resnet152v2")
