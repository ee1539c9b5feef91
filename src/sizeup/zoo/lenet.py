# mypy: ignore-errors
"""LeNet-5, as it is usually written today and as it was in 1998.

Yann LeCun, Léon Bottou, Yoshua Bengio and Patrick Haffner, "Gradient-based learning applied
to document recognition", 1998, Section II.B:

    C1   6 maps, 5x5        156      S2   subsampling       12
    C3   16 maps, 5x5     1,516      S4   subsampling       32
    C5   120 units       48,120      F6   84 units      10,164
                                     together           60,000

Images are channels_last. Those of 1998 are 32x32; MNIST's 28x28 lie in their middle.
"""

import keras
from keras import layers, ops

# The maps of S2 that each of the 16 maps of C3 sees (Table I).
C3 = (
    (0, 1, 2), (1, 2, 3), (2, 3, 4), (3, 4, 5), (0, 4, 5), (0, 1, 5),
    (0, 1, 2, 3), (1, 2, 3, 4), (2, 3, 4, 5), (0, 3, 4, 5), (0, 1, 4, 5), (0, 1, 2, 5),
    (0, 1, 3, 4), (1, 2, 4, 5), (0, 2, 3, 5),
    (0, 1, 2, 3, 4, 5),
)  # fmt: skip


def lenet5(input_shape=(28, 28, 1), classes=10):
    """The common version: a full C3, plain average pooling, softmax. 61,706 parameters."""
    inputs = keras.Input(input_shape)
    x = layers.Conv2D(6, 5, padding="same", activation="tanh")(inputs)
    x = layers.AveragePooling2D(2)(x)
    x = layers.Conv2D(16, 5, activation="tanh")(x)
    x = layers.AveragePooling2D(2)(x)
    x = layers.Flatten()(x)
    x = layers.Dense(120, activation="tanh")(x)
    x = layers.Dense(84, activation="tanh")(x)
    outputs = layers.Dense(classes, activation="softmax")(x)
    return keras.Model(inputs, outputs, name="lenet5")


def squash(x):
    """The paper's scaled hyperbolic tangent (Appendix A)."""
    return 1.7159 * ops.tanh(2 / 3 * x)


def subsample(x, name):
    """Halves the map; a coefficient and a bias per channel are trained."""
    x = layers.AveragePooling2D(2)(x)
    return layers.DepthwiseConv2D(1, activation="sigmoid", name=name)(x)


def partial_convolution(x, name):
    """Every output map is a convolution of its own over the maps that it sees."""
    maps = [x[..., i : i + 1] for i in range(6)]
    outputs = []
    for i, seen in enumerate(C3):
        inputs = layers.Concatenate()([maps[j] for j in seen])
        outputs.append(layers.Conv2D(1, 5, activation=squash, name=f"{name}_{i}")(inputs))
    return layers.Concatenate()(outputs)


def random_codes(shape, dtype=None):
    """Codes of −1 and +1, in place of the paper's drawings of the digits."""
    return ops.sign(keras.random.uniform(shape, -1, 1, dtype))


class EuclideanOutput(layers.Layer):
    """The squared distance to each class's code. The codes are fixed, not trained.

    In the paper they are drawings of the digits of 7x12 pixels; put them in with `set_weights`.
    """

    def __init__(self, classes, **kwargs):
        super().__init__(**kwargs)
        self.classes = classes

    def build(self, input_shape):
        """One code per class, as long as the input."""
        self.codes = self.add_weight(
            name="codes",
            shape=(input_shape[-1], self.classes),
            initializer=random_codes,
            trainable=False,
        )

    def call(self, x):
        """`x` is (batch, features); one distance per class comes out."""
        return ops.sum(ops.square(ops.expand_dims(x, -1) - self.codes), axis=1)

    def compute_output_shape(self, input_shape):
        """(batch, classes)."""
        return (input_shape[0], self.classes)


def lenet5_1998(input_shape=(32, 32, 1), classes=10):
    """The network of Figure 2. 60,000 parameters are trained, 840 are the fixed codes."""
    inputs = keras.Input(input_shape)
    x = layers.Conv2D(6, 5, activation=squash, name="C1")(inputs)
    x = subsample(x, "S2")
    x = partial_convolution(x, "C3")
    x = subsample(x, "S4")
    x = layers.Conv2D(120, 5, activation=squash, name="C5")(x)
    x = layers.Flatten()(x)
    x = layers.Dense(84, activation=squash, name="F6")(x)
    outputs = EuclideanOutput(classes, name="output")(x)
    return keras.Model(inputs, outputs, name="lenet5_1998")
