"""Networks that PyTorch can run too, for truths about costs."""

from __future__ import annotations

import torch

import sizeup

SOURCES = {
    "vgg2": "zoo:vgg2",
    "lenet5": "zoo:lenet5",
    "mlp": "784:300:100:10",
    "resnet50": "zoo:keras/resnet50",
    "residual": """
import keras
from keras import layers

def block(x, filters, stride):
    y = layers.ZeroPadding2D(1)(x)
    y = layers.Conv2D(filters, 3, strides=stride, use_bias=False)(y)
    y = layers.BatchNormalization()(y)
    y = layers.ReLU()(y)
    y = layers.Conv2D(filters, 3, padding="same", use_bias=False)(y)
    y = layers.BatchNormalization()(y)
    if stride > 1:
        x = layers.Conv2D(filters, 1, strides=stride)(x)
    return layers.ReLU()(layers.Add()([x, y]))

image = keras.Input((32, 32, 3))
x = layers.Conv2D(16, 3, padding="same", activation="relu")(image)
x = layers.MaxPooling2D(2)(x)
for filters, stride in [(16, 1), (32, 2), (32, 1), (64, 2)]:
    x = block(x, filters, stride)
x = layers.GlobalAveragePooling2D()(x)
model = keras.Model(image, layers.Dense(10, activation="softmax")(x))
""",
    "separable": """
import keras
from keras import layers

model = keras.Sequential([
    keras.Input((32, 32, 3)),
    layers.Conv2D(16, 3, padding="same"),
    layers.BatchNormalization(),
    layers.Activation("silu"),
    layers.SeparableConv2D(32, 3, padding="same", activation="gelu"),
    layers.DepthwiseConv2D(5, padding="same", use_bias=False),
    layers.BatchNormalization(),
    layers.ReLU(max_value=6.0),
    layers.AveragePooling2D(2),
    layers.Conv2D(64, 1, activation="sigmoid"),
    layers.GlobalAveragePooling2D(),
    layers.Dropout(0.2),
    layers.Dense(10),
])
""",
    "chain": """
import keras
from keras import layers

model = keras.Sequential([
    keras.Input((16, 16, 3)),
    layers.Conv2D(32, 3, padding="same"),
    layers.ReLU(),
    layers.Conv2D(8, 3, padding="same"),
    layers.LeakyReLU(),
    layers.Flatten(),
    layers.Dense(10),
])
""",
    "squeeze": """
import keras
from keras import layers

image = keras.Input((32, 32, 3))
x = layers.Conv2D(24, 3, padding="same", activation="swish")(image)
s = layers.GlobalAveragePooling2D(keepdims=True)(x)
s = layers.Dense(6, activation="relu")(s)
s = layers.Dense(24, activation="sigmoid")(s)
x = layers.Multiply()([x, s])
y = layers.Conv2D(8, 1, activation="tanh")(x)
x = layers.Concatenate()([x, y])
x = layers.Flatten()(x)
model = keras.Model(image, layers.Dense(10)(x))
""",
    "lstm": """
import keras
from keras import layers

model = keras.Sequential([
    keras.Input((20,), dtype="int32"),
    layers.Embedding(1000, 32),
    layers.LSTM(48, return_sequences=True),
    layers.LSTM(24),
    layers.Dense(5, activation="softmax"),
])
""",
    "gru": """
import keras
from keras import layers

model = keras.Sequential([
    keras.Input((20, 8)),
    layers.Dense(16, activation="tanh"),
    layers.GRU(32),
    layers.Dense(5),
])
""",
    "rnn": """
import keras
from keras import layers

model = keras.Sequential([
    keras.Input((20, 8)),
    layers.SimpleRNN(32, return_sequences=True),
    layers.SimpleRNN(16),
    layers.Dense(5),
])
""",
    "transformer": """
import keras
from keras import layers

def block(x):
    y = layers.LayerNormalization()(x)
    y = layers.MultiHeadAttention(4, 16)(y, y)
    x = layers.Add()([x, y])
    y = layers.LayerNormalization()(x)
    y = layers.Dense(256, activation="gelu")(y)
    y = layers.Dense(64)(y)
    y = layers.Dropout(0.1)(y)
    return layers.Add()([x, y])

tokens = keras.Input((50,), dtype="int32")
x = layers.Embedding(1000, 64)(tokens)
for _ in range(2):
    x = block(x)
x = layers.GlobalAveragePooling1D()(x)
model = keras.Model(tokens, layers.Dense(10, activation="softmax")(x))
""",
    "frozen": """
import keras
from keras import layers

bottom = keras.Sequential([
    keras.Input((32, 32, 3)),
    layers.Conv2D(16, 3, activation="relu"),
    layers.BatchNormalization(),
    layers.MaxPooling2D(),
])
bottom.trainable = False
image = keras.Input((32, 32, 3))
x = bottom(image)
x = layers.Conv2D(32, 3, activation="relu")(x)
x = layers.Flatten()(x)
model = keras.Model(image, layers.Dense(10)(x))
""",
}


def network(name):
    """One of the networks, read."""
    source = SOURCES[name]
    if "\n" not in source:
        return sizeup.read(source)[0]
    return sizeup.read("-:model", text=source)[0]


def batch(network, size):
    """A batch of zeros: whole numbers where they are looked up."""
    looked_up = any(layer.kind == "Embedding" for layer in network.graph.layers)
    dtype = torch.int32 if looked_up else torch.float32
    return torch.zeros(size, *network.graph.input_shapes[0][1:], dtype=dtype)
