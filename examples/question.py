"""A deeper network with fewer parameters.

Somebody built two convolutional networks, the second of them the first with two more
convolutions in the middle and a wider dense layer, and counted their parameters: 604,035 for
the first, 336,387 for the second. How can the deeper one be the smaller one?

    sizeup examples/question.py

The first network hands its dense layer a map of 32 x 12 x 12 = 4,608 values, and that layer
alone owns 589,952 of the parameters. The second network's extra block shrinks the map to
64 x 4 x 4 = 1,024 values before they reach the dense layer.
"""

import keras
from keras import layers

nb_filters = 32
nb_conv = 3
img_rows = 28
img_cols = 28
nb_pool = 2
nb_classes = 35


def VGG1(weights_path):  # noqa: N802 (the name that was asked about)
    """The first network: 604,035 parameters."""
    model = keras.Sequential(
        [
            keras.Input((img_rows, img_cols, 1)),
            layers.Conv2D(nb_filters, nb_conv, activation="relu"),
            layers.Conv2D(nb_filters, nb_conv, activation="relu"),
            layers.MaxPooling2D(nb_pool),
            layers.Dropout(0.25),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dropout(0.5),
            layers.Dense(nb_classes, activation="softmax"),
        ]
    )
    if weights_path:
        model.load_weights(weights_path)
    return model


def VGG2(weights_path):  # noqa: N802 (the name that was asked about)
    """The second network, deeper and smaller: 336,387 parameters."""
    model = keras.Sequential(
        [
            keras.Input((img_rows, img_cols, 1)),
            layers.Conv2D(nb_filters, nb_conv, activation="relu"),
            layers.Conv2D(nb_filters, nb_conv, activation="relu"),
            layers.MaxPooling2D(nb_pool),
            layers.Dropout(0.25),
            layers.Conv2D(64, nb_conv, activation="relu"),
            layers.Conv2D(64, nb_conv, activation="relu"),
            layers.MaxPooling2D(nb_pool),
            layers.Dropout(0.25),
            layers.Flatten(),
            layers.Dense(256, activation="relu"),
            layers.Dropout(0.5),
            layers.Dense(nb_classes, activation="softmax"),
        ]
    )
    if weights_path:
        model.load_weights(weights_path)
    return model
