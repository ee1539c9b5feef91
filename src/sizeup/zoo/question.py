# mypy: ignore-errors
"""The networks of the question that sizeup began with, and those of an answer to it.

Somebody counted the parameters of two convolutional networks: 604,035 for the first and
336,387 for the deeper second, and asked how that can be. An answer made the same point with
two perceptrons: a narrow layer between two wide ones makes a network deeper and smaller.
Images are channels_last.
"""

import keras
from keras import layers


def convolutions(filters, kernel_size, pool_size):
    """Two convolutions and a pooling."""
    return [
        layers.Conv2D(filters, kernel_size, activation="relu"),
        layers.Conv2D(filters, kernel_size, activation="relu"),
        layers.MaxPooling2D(pool_size),
        layers.Dropout(0.25),
    ]


def classifier(units, classes):
    """A hidden dense layer and the classes."""
    return [
        layers.Flatten(),
        layers.Dense(units, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(classes, activation="softmax"),
    ]


def vgg1(nb_filters=32, nb_conv=3, img_rows=28, img_cols=28, nb_pool=2, nb_classes=35):
    """The first network: the dense layer sees a large map. 604,035 parameters."""
    return keras.Sequential(
        [
            keras.Input((img_rows, img_cols, 1)),
            *convolutions(nb_filters, nb_conv, nb_pool),
            *classifier(128, nb_classes),
        ],
        name="vgg1",
    )


def vgg2(nb_filters=32, nb_conv=3, img_rows=28, img_cols=28, nb_pool=2, nb_classes=35):
    """The second network: more convolutions shrink the map first. 336,387 parameters."""
    return keras.Sequential(
        [
            keras.Input((img_rows, img_cols, 1)),
            *convolutions(nb_filters, nb_conv, nb_pool),
            *convolutions(64, nb_conv, nb_pool),
            *classifier(256, nb_classes),
        ],
        name="vgg2",
    )


def perceptron(inputs, hidden, classes, name):
    """A multilayer perceptron with the `hidden` widths in between."""
    model = keras.Sequential([keras.Input((inputs,))], name=name)
    for units in hidden:
        model.add(layers.Dense(units, activation="relu"))
    model.add(layers.Dense(classes, activation="softmax"))
    return model


def mlp_2000_2000(inputs=784, classes=10):
    """784:2000:2000:10, two wide layers. 5,592,010 parameters."""
    return perceptron(inputs, (2000, 2000), classes, "mlp_2000_2000")


def mlp_2000_50_2000(inputs=784, classes=10):
    """784:2000:50:2000:10, a narrow one between them. 1,792,060 parameters."""
    return perceptron(inputs, (2000, 50, 2000), classes, "mlp_2000_50_2000")
