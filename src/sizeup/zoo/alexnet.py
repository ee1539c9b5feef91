# mypy: ignore-errors
"""AlexNet with its two groups.

Alex Krizhevsky, Ilya Sutskever and Geoffrey Hinton, "ImageNet classification with deep
convolutional neural networks", 2012: 60 million parameters. It was trained on two GPUs that
saw half of the channels each, except where they exchanged them; the halves are the groups of
the convolutions 2, 4 and 5. The paper says 224x224, but its first convolution gives 55x55
only for images of 227x227. Images are channels_last.

    convolutions   96 of 11x11/4, 256 of 5x5 in 2 groups, 384 of 3x3,
                   384 of 3x3 in 2 groups, 256 of 3x3 in 2 groups
    dense          4096, 4096, 1000
"""

import keras
from keras import layers, ops


class LocalResponseNormalization(layers.Layer):
    """Divides every activation by the energy of the five channels around it; owns no weights.

    Section 3.3 of the paper, with its constants.
    """

    def call(self, x):
        """`x` is (batch, height, width, channels); the shape stays."""
        channels = x.shape[-1]
        squares = ops.pad(ops.square(x), ((0, 0), (0, 0), (0, 0), (2, 2)))
        energy = sum(squares[..., i : i + channels] for i in range(5))
        return x / (2 + 1e-4 * energy) ** 0.75

    def compute_output_shape(self, input_shape):
        """The shape stays."""
        return input_shape


def convolution(x, filters, kernel_size, groups=1):
    """A convolution that keeps the size of the map."""
    return layers.Conv2D(filters, kernel_size, padding="same", groups=groups, activation="relu")(x)


def alexnet(input_shape=(227, 227, 3), classes=1000, groups=2):
    """The network of Figure 2; with `groups=1` no convolution is split."""
    inputs = keras.Input(input_shape)
    x = layers.Conv2D(96, 11, strides=4, activation="relu")(inputs)
    x = LocalResponseNormalization()(x)
    x = layers.MaxPooling2D(3, strides=2)(x)
    x = convolution(x, 256, 5, groups)
    x = LocalResponseNormalization()(x)
    x = layers.MaxPooling2D(3, strides=2)(x)
    x = convolution(x, 384, 3)
    x = convolution(x, 384, 3, groups)
    x = convolution(x, 256, 3, groups)
    x = layers.MaxPooling2D(3, strides=2)(x)
    x = layers.Flatten()(x)
    for _ in range(2):
        x = layers.Dense(4096, activation="relu")(x)
        x = layers.Dropout(0.5)(x)
    outputs = layers.Dense(classes, activation="softmax")(x)
    return keras.Model(inputs, outputs, name="alexnet")
