"""Whole programs, damaged in every way that pasting damages them, come back as they were."""

from __future__ import annotations

import ast
import html
import random
import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sizeup.readers.source.repair import repair

SEQUENTIAL = """\
from keras.models import Sequential
from keras.layers import Dense, Dropout, Flatten
from keras.layers import Conv2D, MaxPooling2D
from keras import backend as K

batch_size = 128
num_classes = 10
img_rows, img_cols = 28, 28

(x_train, y_train), (x_test, y_test) = mnist.load_data()

if K.image_data_format() == 'channels_first':
    x_train = x_train.reshape(x_train.shape[0], 1, img_rows, img_cols)
    x_test = x_test.reshape(x_test.shape[0], 1, img_rows, img_cols)
    input_shape = (1, img_rows, img_cols)
else:
    x_train = x_train.reshape(x_train.shape[0], img_rows, img_cols, 1)
    x_test = x_test.reshape(x_test.shape[0], img_rows, img_cols, 1)
    input_shape = (img_rows, img_cols, 1)

x_train = x_train.astype('float32')
x_train /= 255

model = Sequential()
model.add(Conv2D(32, kernel_size=(3, 3),
                 activation='relu',
                 input_shape=input_shape))
model.add(Conv2D(64, (3, 3), activation='relu'))
model.add(MaxPooling2D(pool_size=(2, 2)))
model.add(Dropout(0.25))
model.add(Flatten())
model.add(Dense(128, activation='relu'))
model.add(Dense(num_classes, activation='softmax'))
model.compile(loss=keras.losses.categorical_crossentropy,
              optimizer=keras.optimizers.Adadelta(),
              metrics=['accuracy'])
score = model.evaluate(x_test, y_test, verbose=0)
print('Test loss:', score[0])
"""

FUNCTIONAL = """\
import keras
from keras import layers


def conv_block(x, filters, kernel=3, use_bn=True):
    x = layers.Conv2D(filters, kernel, padding='same')(x)
    if use_bn:
        x = layers.BatchNormalization()(x)
    return layers.Activation('relu')(x)


def build(input_shape=(32, 32, 3), classes=10, depth=3):
    inputs = keras.Input(shape=input_shape)
    x = inputs
    for i in range(depth):
        filters = 32 * 2 ** i
        x = conv_block(x, filters)
        x = conv_block(x, filters, kernel=1)
        x = layers.MaxPooling2D()(x)
    x = layers.GlobalAveragePooling2D()(x)
    outputs = layers.Dense(classes, activation='softmax')(x)
    return keras.Model(inputs, outputs)


model = build()
model.summary()
"""

SUBCLASSED = """\
import tensorflow as tf
from tensorflow.keras import layers


class Encoder(tf.keras.Model):
    def __init__(self, units=64, **kwargs):
        super().__init__(**kwargs)
        self.hidden = layers.Dense(units, activation='relu')
        self.blocks = [layers.Dense(units) for _ in range(3)]

    @tf.function
    def call(self, inputs, training=False):
        x = self.hidden(inputs)
        for block in self.blocks:
            x = x + block(x)
        return x


class Classifier(tf.keras.Model):
    def __init__(self, classes):
        super().__init__()
        self.encoder = Encoder(32)
        self.head = layers.Dense(classes)

    def call(self, inputs):
        features = self.encoder(inputs)
        return self.head(features)


model = Classifier(10)
model(tf.zeros((1, 784)))
print(model.count_params())
"""

KERAS_1 = """\
from keras.models import Sequential, Graph
from keras.layers.core import Dense, Activation, Merge
from keras.layers.convolutional import Convolution2D, MaxPooling2D, ZeroPadding2D

def VGG_16(weights_path=None):
    model = Sequential()
    model.add(ZeroPadding2D((1, 1), input_shape=(3, 224, 224)))
    model.add(Convolution2D(64, 3, 3, activation='relu'))
    model.add(MaxPooling2D((2, 2), strides=(2, 2)))

    model.add(Flatten())
    model.add(Dense(4096, activation='relu'))
    model.add(Dropout(0.5))
    model.add(Dense(1000, activation='softmax'))

    if weights_path:
        model.load_weights(weights_path)

    return model

if __name__ == "__main__":
    left = Sequential()
    left.add(Dense(32, input_dim=784))
    merged = Sequential()
    merged.add(Merge([left, VGG_16('vgg16_weights.h5')], mode='concat'))
    merged.compile(optimizer='sgd', loss='categorical_crossentropy')
"""

CONFIGURED = """\
import argparse
import numpy as np
from keras.layers import Input, LSTM, Embedding, Dense, Bidirectional
from keras.models import Model

CONFIG = {
    'vocabulary': 20000,
    'units': [128, 64],
    'dropout': 0.2,
}
max_features = CONFIG['vocabulary']


def make_model(config, bidirectional=True):
    tokens = Input(shape=(None,), dtype='int32')
    x = Embedding(config['vocabulary'], 128)(tokens)
    for n, units in enumerate(config['units']):
        layer = LSTM(units, return_sequences=n == 0, name='lstm_{}'.format(n))
        if bidirectional:
            x = Bidirectional(layer)(x)
        else:
            x = layer(x)
    y = Dense(1, activation='sigmoid')(x)
    return Model(tokens, y)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--epochs', type=int, default=3)
    args = parser.parse_args()
    model = make_model(CONFIG)
    model.compile('adam', 'binary_crossentropy')
    model.fit(np.ones((4, 10)), np.ones(4), epochs=args.epochs)


if __name__ == '__main__':
    main()
"""

RESIDUAL = """\
try:
    from tensorflow.keras.layers import Conv2D, Add, Input, Dense
except ImportError:
    from keras.layers import Conv2D, Add, Input, Dense


def shortcut(filters, strides):
    def apply(x):
        return Conv2D(filters, 1, strides=strides)(x)
    return apply


def residual(x, filters, strides=1):
    y = Conv2D(filters, 3, strides=strides, padding='same')(x)
    y = Conv2D(filters, 3, padding='same')(y)
    if strides != 1:
        x = shortcut(filters, strides)(x)
    return Add()([x, y])


def resnet(blocks, width=16):
    inputs = Input((32, 32, 3))
    x = Conv2D(width, 3, padding='same')(inputs)
    for stage, repeats in enumerate(blocks):
        for block in range(repeats):
            strides = 2 if stage > 0 and block == 0 else 1
            x = residual(x, width * 2 ** stage, strides)
    x = Flatten()(x)
    return Model(inputs, Dense(10)(x))


shallow = resnet([1, 1, 1])
deep = resnet(blocks=[2, 2, 2])
"""

PROGRAMS = {
    "sequential": SEQUENTIAL,
    "functional": FUNCTIONAL,
    "subclassed": SUBCLASSED,
    "keras 1": KERAS_1,
    "configured": CONFIGURED,
    "residual": RESIDUAL,
}

PROSE = (
    "Why does the deeper network have fewer parameters, 336,387 against 604,035?",
    "大家好，这是我用Keras写的模型。代码贴在下面",
    "答案 0 :(得分:2)",
    "Here is my code:",
    "Any help is appreciated!",
    "为什么层数多了，总数反而变小?请帮我看看。",
    "Total params: 604,035",
    "Is something wrong with model.add here (see below)?",
    "for example, with Dropout you don't get any weights",
    "Ответ: в свёрточном слое меньше весов.",
)

Damage = Callable[[str, random.Random], str]


def around(text: str, draw: random.Random) -> str:
    before = draw.sample(PROSE, draw.randint(1, 3))
    after = draw.sample(PROSE, draw.randint(1, 3))
    return "\n".join([*before, text, *after])


def fenced(text: str, draw: random.Random) -> str:
    mark = draw.choice(("```", "~~~", "````"))
    label = draw.choice(("python", "", "py", "Python"))
    shell = "```bash\npip install keras\n```\n" if draw.random() < 0.5 else ""
    return f"{draw.choice(PROSE)}\n\n{shell}{mark}{label}\n{text}\n{mark}\n\n{draw.choice(PROSE)}"


def prefixed(prefix: str) -> Damage:
    return lambda text, _: "".join(f"{prefix}{line}\n" for line in text.split("\n"))


def numbered(text: str, draw: random.Random) -> str:
    form = draw.choice(("{:3} {}", "{}. {}", "{}: {}", "{:03}| {}", "{:>4}\t{}"))
    start = draw.choice((1, 1, 7, 96))
    return "\n".join(form.format(n, line) for n, line in enumerate(text.split("\n"), start))


def prompted(text: str, _: random.Random) -> str:
    lines = []
    for line in text.split("\n"):
        inside = line.startswith((" ", ")", "}", "else", "except")) or not line
        lines.append(("... " if inside and lines else ">>> ") + line)
    return "\n".join(lines)


def notebook(text: str, draw: random.Random) -> str:
    first = draw.randint(1, 40)
    lines = text.split("\n")
    rest = [f"   ...: {line}" for line in lines[1:]]
    return "\n".join([f"In [{first}]: {lines[0]}", *rest, f"Out[{first}]: 604035"])


def magics(text: str, _: random.Random) -> str:
    return f"%matplotlib inline\n%%time\n!pip install keras==1.0.8\n{text}"


def markup(text: str, draw: random.Random) -> str:
    body = html.escape(text, quote=draw.random() < 0.5)
    return f"<p>Look:</p>\n<pre><code>{body}</code></pre>\n<p>What is <b>wrong</b>?</p>"


def smart_quotes(text: str, draw: random.Random) -> str:
    opening, closing = draw.choice((("‘", "’"), ("’", "’"), ("“", "”")))
    return re.sub(r"'([^'\n]*)'", rf"{opening}\1{closing}", text)


def full_width(text: str, draw: random.Random) -> str:
    marks = draw.sample("(),:=", draw.randint(1, 3))

    def widen(match: re.Match[str]) -> str:
        mark = match.group()
        return chr(ord(mark) + 0xFEE0) if mark in marks and draw.random() < 0.3 else mark

    return re.sub(r"""'[^'\n]*'|"[^"\n]*"|.""", widen, text)


def odd_blanks(text: str, draw: random.Random) -> str:
    blank = draw.choice(("\xa0", "\u2002", "\xa0"))
    return "\ufeff" + text.replace("    ", blank * 4).replace(", ", ",\u200b" + blank)


def line_ends(text: str, draw: random.Random) -> str:
    return text.replace("\n", draw.choice(("\r\n", "\r")))


def tabs(text: str, draw: random.Random) -> str:
    return "\n".join(
        re.sub(r"^( {8})+", lambda m: "\t" * (len(m.group()) // 8), line)
        if draw.random() < 0.5
        else line
        for line in text.split("\n")
    )


def uneven(text: str, draw: random.Random) -> str:
    return "\n".join(
        line[1:]
        if line.startswith("    ") and not line.startswith("     ") and draw.random() < 0.1
        else line
        for line in text.split("\n")
    )


def flush_left(text: str, _: random.Random) -> str:
    return "\n".join(line.lstrip() for line in text.split("\n"))


def collapsed(text: str, _: random.Random) -> str:
    return re.sub(r"(?m)^ +", " ", text)


def headless(text: str, _: random.Random) -> str:
    """The first line lost its indentation, the others did not."""
    return "\n        ".join(text.split("\n"))


def _statements(text: str) -> list[int]:
    """Line indices of simple statements on one line that end in a bracket."""
    return sorted(
        node.lineno - 1
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Expr | ast.Assign)
        and node.lineno == node.end_lineno
        and text.split("\n")[node.lineno - 1].endswith(")")
    )


def _edit(text: str, draw: random.Random, candidates: list[int], edit: Callable[[str], str]) -> str:
    lines = text.split("\n")
    for index in draw.sample(candidates, min(len(candidates), draw.randint(1, 2))):
        lines[index] = edit(lines[index])
    return "\n".join(lines)


def unclosed(text: str, draw: random.Random) -> str:
    return _edit(text, draw, _statements(text)[:-1], lambda line: line[:-1])


def overclosed(text: str, draw: random.Random) -> str:
    return _edit(text, draw, _statements(text)[1:], lambda line: line + ")")


def _headers(text: str) -> list[int]:
    return [
        n
        for n, line in enumerate(text.split("\n"))
        if re.match(r"\s*(def|if|for|else|class|try)\b.*:$", line)
    ]


def colonless(text: str, draw: random.Random) -> str:
    return _edit(text, draw, _headers(text), lambda line: line[:-1])


def two_colons(text: str, draw: random.Random) -> str:
    return _edit(text, draw, _headers(text), lambda line: line + ":")


def commaless(text: str, draw: random.Random) -> str:
    lines = text.split("\n")
    inside = [
        n for n, line in enumerate(lines) if line.endswith(",") and ("=" in line or "':" in line)
    ]
    return _edit(text, draw, inside, lambda line: line[:-1])


def python2(text: str, draw: random.Random) -> str:
    text = re.sub(r"print\((.*)\)", r"print \1", text)
    text = text.replace("except ImportError:", "except ImportError, error:")
    return text + draw.choice(
        ("print 'done', 0777\n", "print >>log, `model`\n", "raise ValueError, 'no'\n")
    )


def _python3(text: str, draw: random.Random) -> str:
    text = text.replace("except ImportError:", "except ImportError as error:")
    return text + draw.choice(
        ("print('done', 0o777)\n", "print(repr(model), file=log)\n", "raise ValueError('no')\n")
    )


INNER: dict[str, Damage] = {
    "smart quotes": smart_quotes,
    "full width": full_width,
    "unclosed": unclosed,
    "overclosed": overclosed,
    "colonless": colonless,
    "two colons": two_colons,
    "commaless": commaless,
    "tabs": tabs,
    "uneven": uneven,
    "headless": headless,
    "magics": magics,
    "nothing": lambda text, _: text,
}
LOSSES: dict[str, Damage] = {"flush left": flush_left, "collapsed": collapsed}
FRAMES: dict[str, Damage] = {
    "around": around,
    "fenced": fenced,
    "quoted": prefixed("> "),
    "quoted twice": prefixed("> > "),
    "numbered": numbered,
    "prompted": prompted,
    "notebook": notebook,
    "indented block": prefixed("    "),
    "markup": markup,
    "odd blanks": odd_blanks,
    "line ends": line_ends,
    "nothing": lambda text, _: text,
}


def the_same(damaged: str, clean: str) -> None:
    found = repair(damaged)
    expected = ast.parse(clean)
    assert ast.unparse(found.tree) == ast.unparse(expected), damaged
    assert ast.dump(found.tree) == ast.dump(expected)
    assert not [note for note in found.notes if note.level == "unknown"]


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("damage", [*INNER, *LOSSES])
def test_damage_inside_is_undone(program, damage):
    clean = PROGRAMS[program]
    for seed in range(4):
        the_same((INNER | LOSSES)[damage](clean, random.Random(seed)), clean)


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("frame", FRAMES)
def test_frames_are_taken_off(program, frame):
    clean = PROGRAMS[program]
    for seed in range(4):
        the_same(FRAMES[frame](clean, random.Random(seed)), clean)


@pytest.mark.parametrize("program", PROGRAMS)
def test_python_2_is_rewritten(program):
    clean = PROGRAMS[program]
    for seed in range(3):
        expected = _python3(clean, random.Random(seed))
        damaged = python2(clean, random.Random(seed))
        the_same(damaged, expected)
        assert repair(damaged).python2


@settings(max_examples=150)
@given(
    st.sampled_from(sorted(PROGRAMS)),
    st.sampled_from(sorted(INNER)),
    st.sampled_from(sorted({**LOSSES, "nothing": 0})),
    st.sampled_from(sorted(FRAMES)),
    st.integers(0, 1000),
)
def test_damages_are_undone_together(program, inner, loss, frame, seed):
    clean = PROGRAMS[program]
    draw = random.Random(seed)
    damaged = INNER[inner](clean, draw)
    if inner not in ("headless", "tabs", "uneven"):
        damaged = (LOSSES | INNER)[loss](damaged, draw)
    the_same(FRAMES[frame](damaged, draw), clean)
