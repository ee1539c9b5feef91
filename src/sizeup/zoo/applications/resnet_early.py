# mypy: ignore-errors
"""ResNet50 as `keras.applications` had it up to Keras 2.1: He et al. 2015, arXiv 1512.03385.

It owns what today's does. Its layers have other names, and it ends in a pooling of 7x7 without a
top too.
"""

from keras import layers

from sizeup.zoo.applications.common import channel_axis, image, image_shape, network, pooled


def norm(x, name):
    """A batch normalization."""
    return layers.BatchNormalization(axis=channel_axis(), name=name)(x)


def relu(x):
    """The nonlinearity."""
    return layers.Activation("relu")(x)


def block(x, filters, strides, project, name):
    """1x1, 3x3, 1x1; the shortcut is projected in a stage's first block."""
    conv, bn, inputs = f"res{name}_branch", f"bn{name}_branch", x
    x = layers.Conv2D(filters, 1, strides=strides, name=f"{conv}2a")(x)
    x = relu(norm(x, f"{bn}2a"))
    x = layers.Conv2D(filters, 3, padding="same", name=f"{conv}2b")(x)
    x = relu(norm(x, f"{bn}2b"))
    x = layers.Conv2D(4 * filters, 1, name=f"{conv}2c")(x)
    x = norm(x, f"{bn}2c")
    if project:
        inputs = layers.Conv2D(4 * filters, 1, strides=strides, name=f"{conv}1")(inputs)
        inputs = norm(inputs, f"{bn}1")
    return relu(layers.add([x, inputs]))


def ResNet50(include_top=True, weights="imagenet", input_tensor=None, input_shape=None,
             pooling=None, classes=1000):  # fmt: skip
    """Four stages of 3, 4, 6 and 3 blocks."""
    shape = image_shape(include_top, weights, input_shape, classes, least=197)
    start = image(input_tensor, shape)
    x = layers.ZeroPadding2D(3)(start)
    x = relu(norm(layers.Conv2D(64, 7, strides=2, name="conv1")(x), "bn_conv1"))
    x = layers.MaxPooling2D(3, strides=2)(x)
    for stage, letters in enumerate(("abc", "abcd", "abcdef", "abc"), 2):
        for letter in letters:
            strides = 2 if letter == "a" and stage > 2 else 1
            x = block(x, 16 * 2**stage, strides, letter == "a", f"{stage}{letter}")
    x = layers.AveragePooling2D(7, name="avg_pool")(x)
    if include_top:
        x = layers.Flatten()(x)
        x = layers.Dense(classes, activation="softmax", name="fc1000")(x)
    else:
        x = pooled(x, pooling, average=None, maximum=None)
    return network(input_tensor, start, x, "resnet50")
