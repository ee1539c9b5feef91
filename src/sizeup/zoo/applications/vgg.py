# mypy: ignore-errors
"""VGG as `keras.applications` has it: Simonyan and Zisserman 2014, arXiv 1409.1556.

Columns D and E of the paper's Table 1, without the dropout of its Section 3.1.
"""

from functools import partial

from keras import layers

from sizeup.zoo.applications.common import image, image_shape, network, pooled, predictions

FILTERS = (64, 128, 256, 512, 512)


def vgg(repeats, include_top=True, weights="imagenet", input_tensor=None, input_shape=None,
        pooling=None, classes=1000, classifier_activation="softmax", name=None):  # fmt: skip
    """Five blocks of as many convolutions of 3x3 as `repeats` says, and three dense layers."""
    x = start = image(input_tensor, image_shape(include_top, weights, input_shape, classes))
    for block, (filters, repeat) in enumerate(zip(FILTERS, repeats, strict=True), 1):
        for i in range(1, repeat + 1):
            x = layers.Conv2D(
                filters, 3, padding="same", activation="relu", name=f"block{block}_conv{i}"
            )(x)
        x = layers.MaxPooling2D(2, strides=2, name=f"block{block}_pool")(x)
    if include_top:
        x = layers.Flatten(name="flatten")(x)
        x = layers.Dense(4096, activation="relu", name="fc1")(x)
        x = layers.Dense(4096, activation="relu", name="fc2")(x)
        x = predictions(x, classes, classifier_activation, weights)
    else:
        x = pooled(x, pooling, average=None, maximum=None)
    return network(input_tensor, start, x, name)


VGG16 = partial(vgg, (2, 2, 3, 3, 3), name="vgg16")
VGG19 = partial(vgg, (2, 2, 4, 4, 4), name="vgg19")
