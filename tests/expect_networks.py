"""Networks as people write them, and what one of them may be in which a single thing is otherwise.

Each case is a network, the text that is changed in it, and what names the cause: the true number
is that of the changed text as the real Keras counts it. Sizes are usual ones of tutorials and papers.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import NamedTuple

import sizeup
from sizeup.numbers import parse_count

ZOO = Path(sizeup.__file__).parent / "zoo"


class Case(NamedTuple):
    """A network that was changed: `old` in its text is `new`; `cause` is what names the change.

    `build` gives the model in the changed text; `number` is the true count where Keras has none.
    """

    network: str
    old: str
    new: str
    cause: str
    number: int | None = None


NETWORKS = {
    "mnist_cnn": """
import keras
from keras import layers
num_classes = 10
model = keras.Sequential([
    keras.Input((28, 28, 1)),
    layers.Conv2D(32, (3, 3), activation="relu"),
    layers.Conv2D(64, (3, 3), activation="relu"),
    layers.MaxPooling2D((2, 2)),
    layers.Dropout(0.25),
    layers.Flatten(),
    layers.Dense(128, activation="relu"),
    layers.Dropout(0.5),
    layers.Dense(num_classes, activation="softmax"),
])
""",
    "cifar_cnn": """
from keras.models import Sequential
from keras.layers import Conv2D, MaxPooling2D, Dropout, Flatten, Dense, Activation, Input
model = Sequential()
model.add(Input((32, 32, 3)))
model.add(Conv2D(32, (3, 3), padding="same"))
model.add(Activation("relu"))
model.add(Conv2D(32, (3, 3)))
model.add(Activation("relu"))
model.add(MaxPooling2D(pool_size=(2, 2)))
model.add(Dropout(0.25))
model.add(Conv2D(64, (3, 3), padding="same"))
model.add(Activation("relu"))
model.add(Conv2D(64, (3, 3)))
model.add(Activation("relu"))
model.add(MaxPooling2D(pool_size=(2, 2)))
model.add(Dropout(0.25))
model.add(Flatten())
model.add(Dense(512))
model.add(Activation("relu"))
model.add(Dropout(0.5))
model.add(Dense(10))
model.add(Activation("softmax"))
""",
    "imdb_lstm": """
from keras import Sequential, Input
from keras.layers import Embedding, LSTM, Dense
max_features = 20000
model = Sequential([
    Input((80,)),
    Embedding(max_features, 128),
    LSTM(128, dropout=0.2, recurrent_dropout=0.2),
    Dense(1, activation="sigmoid"),
])
""",
    "text_cnn": """
import keras
from keras import layers
VOCABULARY = 30000
EMBEDDING = 300
def text_cnn(classes=2, filters=100, sizes=(3, 4, 5)):
    tokens = keras.Input((100,), dtype="int32")
    x = layers.Embedding(VOCABULARY, EMBEDDING)(tokens)
    pooled = []
    for size in sizes:
        y = layers.Conv1D(filters, size, activation="relu")(x)
        pooled.append(layers.GlobalMaxPooling1D()(y))
    x = layers.Concatenate()(pooled)
    x = layers.Dropout(0.5)(x)
    return keras.Model(tokens, layers.Dense(classes, activation="softmax")(x))
model = text_cnn()
""",
    "unet": """
import keras
from keras import layers
def double(x, filters):
    for _ in range(2):
        x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
    return x
def unet(base=64, channels=1, depth=4):
    inputs = keras.Input((256, 256, channels))
    x, skips = inputs, []
    for level in range(depth):
        x = double(x, base * 2**level)
        skips.append(x)
        x = layers.MaxPooling2D(2)(x)
    x = double(x, base * 2**depth)
    for level in reversed(range(depth)):
        x = layers.Conv2DTranspose(base * 2**level, 2, strides=2)(x)
        x = layers.Concatenate()([skips[level], x])
        x = double(x, base * 2**level)
    return keras.Model(inputs, layers.Conv2D(1, 1, activation="sigmoid")(x))
model = unet()
""",
    "gpt": """
import keras
from keras import layers
def block(x, width, heads):
    y = layers.LayerNormalization()(x)
    y = layers.MultiHeadAttention(heads, width // heads)(y, y, use_causal_mask=True)
    x = layers.Add()([x, y])
    y = layers.LayerNormalization()(x)
    y = layers.Dense(4 * width, activation="gelu")(y)
    y = layers.Dense(width)(y)
    return layers.Add()([x, y])
def gpt2(vocabulary=50257, context=1024, width=768, depth=12, heads=12):
    tokens = keras.Input((context,), dtype="int32")
    places = keras.Input((context,), dtype="int32")
    x = layers.Embedding(vocabulary, width, name="words")(tokens)
    x = layers.Add()([x, layers.Embedding(context, width, name="positions")(places)])
    for _ in range(depth):
        x = block(x, width, heads)
    x = layers.LayerNormalization()(x)
    outputs = layers.Dense(vocabulary, use_bias=False, name="words_out")(x)
    return keras.Model([tokens, places], outputs)
model = gpt2()
""",
    "vit": """
import keras
from keras import layers
PATCH = 16
def encoder(x, heads, hidden):
    width = x.shape[-1]
    y = layers.LayerNormalization()(x)
    x = layers.Add()([x, layers.MultiHeadAttention(heads, width // heads)(y, y)])
    y = layers.Dense(hidden, activation="gelu")(layers.LayerNormalization()(x))
    return layers.Add()([x, layers.Dense(width)(y)])
def vit(side=224, width=768, depth=12, classes=1000):
    image = keras.Input((side, side, 3))
    x = layers.Conv2D(width, PATCH, strides=PATCH)(image)
    x = layers.Reshape(((side // PATCH) ** 2, width))(x)
    for _ in range(depth):
        x = encoder(x, 12, 3072)
    x = layers.LayerNormalization()(x)
    x = layers.GlobalAveragePooling1D()(x)
    return keras.Model(image, layers.Dense(classes)(x))
model = vit()
""",
    "autoencoder": """
from keras import Input, Model
from keras.layers import Dense
encoding_dim = 32
image = Input((784,))
x = Dense(128, activation="relu")(image)
x = Dense(64, activation="relu")(x)
code = Dense(encoding_dim, activation="relu")(x)
x = Dense(64, activation="relu")(code)
x = Dense(128, activation="relu")(x)
decoded = Dense(784, activation="sigmoid")(x)
model = Model(image, decoded)
""",
    "seq2seq": """
from keras import Input, Model
from keras.layers import LSTM, Dense
num_encoder_tokens = 71
num_decoder_tokens = 93
latent_dim = 256
encoder_inputs = Input((None, num_encoder_tokens))
encoder_outputs, state_h, state_c = LSTM(latent_dim, return_state=True)(encoder_inputs)
decoder_inputs = Input((None, num_decoder_tokens))
decoder_outputs, _, _ = LSTM(latent_dim, return_sequences=True, return_state=True)(
    decoder_inputs, initial_state=[state_h, state_c])
decoder_outputs = Dense(num_decoder_tokens, activation="softmax")(decoder_outputs)
model = Model([encoder_inputs, decoder_inputs], decoder_outputs)
""",
    "dqn": """
from keras import Sequential, Input
from keras.layers import Conv2D, Dense, Flatten
model = Sequential([
    Input((84, 84, 4)),
    Conv2D(32, 8, strides=4, activation="relu"),
    Conv2D(64, 4, strides=2, activation="relu"),
    Conv2D(64, 3, strides=1, activation="relu"),
    Flatten(),
    Dense(512, activation="relu"),
    Dense(18),
])
""",
    "siamese": """
from keras import Input, Model, Sequential, layers
encoder = Sequential([
    Input((105, 105, 1)),
    layers.Conv2D(64, 10, activation="relu"), layers.MaxPooling2D(),
    layers.Conv2D(128, 7, activation="relu"), layers.MaxPooling2D(),
    layers.Conv2D(128, 4, activation="relu"), layers.MaxPooling2D(),
    layers.Conv2D(256, 4, activation="relu"), layers.Flatten(),
    layers.Dense(4096, activation="sigmoid"),
], name="encoder")
left, right = Input((105, 105, 1)), Input((105, 105, 1))
distance = layers.Subtract()([encoder(left), encoder(right)])
model = Model([left, right], layers.Dense(1, activation="sigmoid")(distance))
""",
    "wavenet": """
import keras
from keras import layers
def residual(x, filters, dilation):
    tanh = layers.Conv1D(filters, 2, padding="causal", dilation_rate=dilation, activation="tanh")(x)
    gate = layers.Conv1D(filters, 2, padding="causal", dilation_rate=dilation, activation="sigmoid")(x)
    y = layers.Multiply()([tanh, gate])
    skip = layers.Conv1D(filters, 1)(y)
    return layers.Add()([x, skip]), skip
def wavenet(filters=64, stacks=2, layers_per_stack=10, outputs=256):
    inputs = keras.Input((None, 1))
    x = layers.Conv1D(filters, 2, padding="causal")(inputs)
    skips = []
    for _ in range(stacks):
        for i in range(layers_per_stack):
            x, skip = residual(x, filters, 2**i)
            skips.append(skip)
    x = layers.Add()(skips)
    x = layers.Conv1D(outputs, 1, activation="relu")(x)
    return keras.Model(inputs, layers.Conv1D(outputs, 1, activation="softmax")(x))
model = wavenet()
""",
}

ZOOS = {
    "lenet5": ("lenet.py", "lenet5"),
    "alexnet": ("alexnet.py", "alexnet"),
    "vgg16": ("vgg.py", "vgg16"),
    "resnet18": ("resnet.py", "resnet18"),
    "resnet50": ("resnet.py", "resnet50"),
    "resnet20": ("resnet_cifar.py", "resnet20"),
}
"""Networks that ship with sizeup: their file and the function in it."""

APPLICATIONS = {
    "mobilenet": "MobileNet",
    "mobilenetv2": "MobileNetV2",
    "keras_vgg16": "VGG16",
    "keras_resnet50": "ResNet50",
    "densenet121": "DenseNet121",
}

CASES = (
    Case("mnist_cnn", "Conv2D(64", "Conv2D(32", r"conv2d_2.filters 64 → 32"),
    Case("mnist_cnn", "num_classes = 10", "num_classes = 26", r"classes\b.* 10 → 26"),
    Case("mnist_cnn", "(3, 3)", "(5, 5)", r"kernel_size of all 2 .* 3 → 5"),
    Case("mnist_cnn", "Dense(128", "Dense(256", r"dense_1.units 128 → 256"),
    Case("mnist_cnn", "(28, 28, 1)", "(32, 32, 1)", r"sides of the input 28 → 32"),
    Case("mnist_cnn", "(28, 28, 1)", "(28, 28, 3)", r"channels of the input 1 → 3"),
    Case("mnist_cnn", '"relu"),\n    layers.M', '"relu", padding="same"),\n    layers.M', r"conv2d_2|padding"),
    Case("mnist_cnn", "layers.Flatten()", "layers.GlobalAveragePooling2D()", r"flatten_1 made GlobalAv"),
    Case("mnist_cnn", "layers.Dropout(0.25)", "layers.BatchNormalization()", r"BatchNorm"),
    Case("cifar_cnn", "Dense(512)", "Dense(1024)", r"dense_1.units 512 → 1,024"),
    Case("cifar_cnn", 'Conv2D(64, (3, 3), padding="same")', 'SeparableConv2D(64, (3, 3), padding="same")',
         r"conv2d_3 made SeparableConv2D"),
    Case("cifar_cnn", "Conv2D(32, (3, 3), padding", "Conv2D(32, (5, 5), padding",
         r"conv2d_1.kernel_size 3 → 5"),
    Case("cifar_cnn", "Dense(10)", "Dense(100)", r"classes.* 10 → 100"),
    Case("cifar_cnn", "model.add(Flatten())", "model.add(Flatten())\nmodel.add(Dense(512))", r"dense_1 2 times"),
    Case("imdb_lstm", "max_features = 20000", "max_features = 10000", r"max_features 20000 → 10000"),
    Case("imdb_lstm", "Embedding(max_features, 128)", "Embedding(max_features, 100)",
         r"output_dim 128 → 100"),
    Case("imdb_lstm", "LSTM(128", "LSTM(64", r"lstm_1.units 128 → 64"),
    Case("imdb_lstm", "LSTM(128, dropout=0.2, recurrent_dropout=0.2)", "Bidirectional(LSTM(128))",
         r"Bidirectional"),
    Case("imdb_lstm", "LSTM(128, dropout", "GRU(128, dropout", r"made GRU"),
    Case("imdb_lstm", "", "", r"second bias", 2_560_000 + 4 * (128 * 128 + 128 * 128 + 2 * 128) + 129),
    Case("text_cnn", "filters=100", "filters=128", r"filters 100 → 128"),
    Case("text_cnn", "EMBEDDING = 300", "EMBEDDING = 100", r"EMBEDDING 300 → 100"),
    Case("text_cnn", "sizes=(3, 4, 5)", "sizes=(3, 4, 7)", r"sizes .*, 7\)"),
    Case("text_cnn", "", "", r"embeddings not counted", 100 * 300 * (3 + 4 + 5) + 300 + 602),
    Case("unet", "base=64", "base=32", r"base 64 → 32"),
    Case("unet", "depth=4", "depth=3", r"depth 4 → 3"),
    Case("unet", "channels=1", "channels=3", r"channels\b.* 1 → 3"),
    Case("unet", "filters, 3,", "filters, 5,", r"kernel_size of all 18 .* 3 → 5"),
    Case("gpt", "", "", r"tied", 124_439_808),
    Case("gpt", "depth=12", "depth=6", r"depth 12 → 6"),
    Case("gpt", "4 * width", "2 * width", r"3,072 → 1,536"),
    Case("gpt", "width=768", "width=512", r"width 768 → 512"),
    Case("vit", "PATCH = 16", "PATCH = 32", r"PATCH 16 → 32"),
    Case("vit", "classes=1000", "classes=21843", r"classes 1000 → 21843"),
    Case("autoencoder", "encoding_dim = 32", "encoding_dim = 16", r"encoding_dim 32 → 16"),
    Case("autoencoder", "784", "1024", r"784 → 1,?024"),
    Case("seq2seq", "latent_dim = 256", "latent_dim = 512", r"latent_dim 256 → 512"),
    Case("dqn", "Dense(18)", "Dense(4)", r"classes.* 18 → 4"),
    Case("dqn", "Conv2D(64, 4", "Conv2D(32, 4", r"conv2d_2.filters 64 → 32"),
    Case("dqn", "(84, 84, 4)", "(84, 84, 1)", r"channels of the input 4 → 1"),
    Case("siamese", "Dense(4096", "Dense(2048", r"dense_?\d*.units 4,096 → 2,048"),
    Case("wavenet", "filters=64", "filters=32", r"filters 64 → 32"),
    Case("wavenet", "layers_per_stack=10", "layers_per_stack=9", r"layers_per_stack 10 → 9"),
    Case("wavenet", "stacks=2", "stacks=3", r"stacks 2 → 3"),
    Case("lenet5", 'padding="same", ', "", r"padding valid"),
    Case("alexnet", "groups=2", "groups=1", r"groups\b.* 2 → 1"),
    Case("vgg16", "Dense(4096", "Dense(512", r"units of all 2 .* 4,096 → 512"),
    Case("vgg16", "classes=1000", "classes=10", r"classes\b.* 1,?000 → 10"),
    Case("vgg16", "(224, 224, 3)", "(32, 32, 3)", r"sides? of the input 224 → 32|input_shape"),
    Case("vgg16", 'activation="relu")(x)\n            if', 'activation="relu")(layers.BatchNormalization()(x))\n            if',
         r"BatchNormalization after"),
    Case("resnet18", "bias=False", "bias=True", r"use_bias in all 20 Conv"),
    Case("resnet18", "(basic, (2, 2, 2, 2)", "(basic, (3, 4, 6, 3)", r"repeats\b.* \(3, 4, 6, 3\)"),
    Case("resnet50", "", "", r"trainable parameters alone", 25_557_032),
    Case("resnet50", "64 * 2**stage", "32 * 2**stage", r"width|filters"),
    Case("resnet50", "classes=1000", "classes=10", r"classes\b.* 1,?000 → 10"),
    Case("resnet20", "resnet(3,", "resnet(5,", r"\bn\b.* 3 → 5|n = 5"),
    Case("resnet20", "(16, 32, 64)", "(32, 64, 128)", r"×32/16|widths|\(16, 32, 64\) → \(32, 64, 128\)"),
    Case("mobilenet", "", "alpha=0.75", r"alpha 1.0 → 0.75"),
    Case("mobilenet", "", "include_top=False", r"include_top"),
    Case("mobilenetv2", "", "alpha=1.4", r"alpha 1.0 → 1.4"),
    Case("mobilenetv2", "", "classes=10", r"classes\b.* 1,?000 → 10"),
    Case("keras_vgg16", "", "include_top=False", r"include_top"),
    Case("keras_resnet50", "", "include_top=False", r"include_top"),
    Case("densenet121", "", "classes=10", r"classes\b.* 1,?000 → 10"),
)  # fmt: skip


def text_of(case: Case) -> str | None:
    """The text of a network as it was before the change; None for Keras' applications."""
    if case.network in NETWORKS:
        return NETWORKS[case.network]
    if case.network in ZOOS:
        file, builder = ZOOS[case.network]
        text = (ZOO / file).read_text(encoding="utf-8")
        return f"{text}\n\nmodel = {builder}()\n"
    return None


def source_of(case: Case) -> str:
    """What `sizeup count` is given."""
    if case.network in APPLICATIONS:
        return f"zoo:keras/{APPLICATIONS[case.network].lower()}"
    return "-:model"


def truth(case: Case) -> int:
    """How many parameters the changed network has, by the real Keras."""
    import keras

    if case.number is not None:
        return case.number
    keras.utils.clear_session()
    if case.network in APPLICATIONS:
        build = f"keras.applications.{APPLICATIONS[case.network]}(weights=None, {case.new})"
        return eval(build, {"keras": keras}).count_params()
    text = text_of(case)
    assert text is not None
    assert case.old in text, case
    changed = text.replace(case.old, case.new)
    if "SeparableConv2D" in case.new:
        changed = changed.replace("import Conv2D", "import SeparableConv2D, Conv2D")
    if "Bidirectional" in case.new:
        changed = changed.replace("import Embedding", "import Bidirectional, Embedding")
    if "GRU" in case.new:
        changed = changed.replace("import Embedding", "import GRU, Embedding")
    scope: dict[str, object] = {"__name__": "changed"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(changed, "<changed>", "exec"), scope)
    return scope["model"].count_params()


def rounded(number: int, other: int | None) -> str:
    """As papers write it: with three digits that count, or as many as tell it from another."""
    unit, size = ("M", 10**6) if number >= 10**6 else ("k", 10**3)
    fewest = max(0, 3 - len(str(number // size)))
    written = [f"{number / size:.{digits}f}{unit}" for digits in range(fewest, 7)]
    quantities = [(text, parse_count(text)) for text in written]
    return next(text for text, q in quantities if other is None or not q.low <= other <= q.high)
