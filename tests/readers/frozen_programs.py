"""Programs whose parts are frozen and thawed, in every order: each builds `model`.

They run alike in Keras 2 and 3, which do not train the same of them. `drawn_program` writes more.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

HEAD = """\
import numpy as np
import keras
from keras import layers, Model
from keras.layers import *
from keras.models import Sequential
"""

BASE = """
base = Sequential([keras.Input((5,)), Dense(4), BatchNormalization(), Dense(3)])
"""
AROUND = "model = Sequential([keras.Input((5,)), base, Dense(2)])\n"

PROGRAMS = {
    "the last layer of a frozen model is thawed": BASE
    + "base.trainable = False\nbase.layers[-1].trainable = True\n"
    + AROUND,
    "all but normalization is thawed": BASE
    + "base.trainable = False\nfor layer in base.layers:\n"
    + "    if not isinstance(layer, BatchNormalization):\n        layer.trainable = True\n"
    + AROUND,
    "a layer is added to a frozen model": BASE
    + "base.trainable = False\nbase.add(Dense(7))\n"
    + AROUND,
    "the model around is frozen, and a part thawed": BASE
    + AROUND
    + "model.trainable = False\nbase.trainable = True\n",
    "the model around thaws its parts": BASE
    + AROUND
    + "base.trainable = False\nmodel.trainable = False\nmodel.trainable = True\n",
    "numbers as flags": BASE + "base.trainable = 0\nbase.layers[0].trainable = 1\n" + AROUND,
    "a functional model made frozen": """
i = keras.Input((5,))
inner = Model(i, Dense(3)(i), trainable=False)
model = Sequential([keras.Input((5,)), inner, Dense(2)])
""",
    "a functional model, thawed from the end": """
i = keras.Input((5,))
base = Model(i, Dense(4)(Dense(4)(i)))
base.trainable = False
base.layers[-1].trainable = True
o = keras.Input((5,))
model = Model(o, Dense(2)(base(o)))
""",
    "a shared layer, frozen by one of its models": """
shared = Dense(5)
a, b = (Sequential([keras.Input((5,)), shared], name=name) for name in "ab")
a.trainable = False
model = Sequential([keras.Input((5,)), a, b, Dense(2)])
""",
    "a shared layer, thawed by the other of its models": """
shared = Dense(5)
a, b = (Sequential([keras.Input((5,)), shared], name=name) for name in "ab")
a.trainable = False
b.trainable = True
model = Sequential([keras.Input((5,)), a, b, Dense(2)])
""",
    "an adversary that is frozen in its game": """
g = Sequential([keras.Input((4,)), Dense(8)], name="g")
d = Sequential([keras.Input((8,)), Dense(1)], name="d")
d.trainable = False
z = keras.Input((4,))
model = Model(z, d(g(z)))
""",
    "a wrapper made frozen": """
model = Sequential([keras.Input((4, 5)), TimeDistributed(Dense(3), trainable=False), LSTM(2)])
""",
    "what a frozen wrapper holds is thawed": """
held = Dense(3)
wrapper = TimeDistributed(held)
wrapper.trainable = False
held.trainable = True
model = Sequential([keras.Input((4, 5)), wrapper, LSTM(2)])
""",
    "a wrapper in a wrapper, thawed inside": """
held = Dense(3)
wrapper = TimeDistributed(TimeDistributed(held))
wrapper.trainable = False
held.trainable = True
model = Sequential([keras.Input((4, 6, 5)), wrapper, Dense(2)])
""",
    "a wrapped model, thawed inside": BASE
    + "base.trainable = False\nbase.layers[0].trainable = True\n"
    + "model = Sequential([keras.Input((4, 5)), TimeDistributed(base), LSTM(2)])\n",
    "two directions made frozen": """
model = Sequential([keras.Input((4, 5)), Bidirectional(LSTM(3), trainable=False), Dense(2)])
""",
    "two directions of a frozen layer": """
model = Sequential([keras.Input((4, 5)), Bidirectional(LSTM(3, trainable=False)), Dense(2)])
""",
    "one direction is thawed": """
both = Bidirectional(LSTM(3))
both.trainable = False
both.forward_layer.trainable = True
model = Sequential([keras.Input((4, 5)), both, Dense(2)])
""",
    "an RNN made frozen": """
model = Sequential([keras.Input((4, 5)), RNN(LSTMCell(3), trainable=False), Dense(2)])
""",
    "a cell made frozen": """
cells = [LSTMCell(3, trainable=False), SimpleRNNCell(2)]
model = Sequential([keras.Input((4, 5)), RNN(cells), Dense(2)])
""",
    "an LSTM made frozen": """
model = Sequential([keras.Input((4, 5)), LSTM(3, trainable=False), Dense(2)])
""",
    "a convolutional LSTM made frozen": """
model = Sequential([keras.Input((4, 8, 8, 2)), ConvLSTM2D(3, 3, trainable=False), Dense(2)])
""",
    "a convolutional LSTM frozen before it is built": """
layer = ConvLSTM2D(3, 3)
layer.trainable = False
model = Sequential([keras.Input((4, 8, 8, 2)), layer, Dense(2)])
""",
    "attention made frozen": """
i = keras.Input((4, 8))
model = Model(i, Dense(2)(MultiHeadAttention(2, 3, trainable=False)(i, i)))
""",
    "attention frozen before it is built": """
attend = MultiHeadAttention(2, 3)
attend.trainable = False
i = keras.Input((4, 8))
model = Model(i, Dense(2)(attend(i, i)))
""",
    "attention frozen after it is built": """
attend = MultiHeadAttention(2, 3)
i = keras.Input((4, 8))
model = Model(i, Dense(2)(attend(i, i)))
attend.trainable = False
""",
    "a layer of the source's own with weights, made frozen": """
class Scaled(Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.inner = Dense(3)
    def build(self, shape):
        self.scale = self.add_weight(shape=(shape[-1],), initializer="ones", name="scale")
        self.inner.build(shape)
        self.built = True
    def call(self, x):
        return self.inner(x * self.scale)
model = Sequential([keras.Input((5,)), Scaled(trainable=False), Dense(2)])
""",
    "a layer of the source's own that makes parts in build, frozen before": """
class Late(Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.early = Dense(3)
    def build(self, shape):
        self.late = Dense(4)
        self.early.build(shape)
        self.late.build((None, 3))
        self.built = True
    def call(self, x):
        return self.late(self.early(x))
layer = Late()
layer.trainable = False
model = Sequential([keras.Input((5,)), layer, Dense(2)])
""",
    "a model that freezes itself halfway": """
class Net(Model):
    def __init__(self):
        super().__init__()
        self.a = Dense(3)
        self.trainable = False
        self.b = Dense(4)
    def call(self, x):
        return self.b(self.a(x))
model = Sequential([keras.Input((5,)), Net(), Dense(2)])
""",
    "a model that freezes itself, by itself": """
class Net(Model):
    def __init__(self):
        super().__init__()
        self.a = Dense(3)
        self.trainable = False
        self.b = Dense(4)
    def call(self, x):
        return self.b(self.a(x))
model = Net()
model(np.zeros((1, 5)))
""",
    "the copy of a frozen chain": BASE
    + "base.trainable = False\nbase.layers[-1].trainable = True\n"
    + "base = keras.models.clone_model(base)\n"
    + AROUND,
    "the copy of a network with a frozen part": BASE
    + "base.trainable = False\nbase.layers[-1].trainable = True\n"
    + "o = keras.Input((5,))\nmodel = keras.models.clone_model(Model(o, Dense(3)(base(o))))\n",
    "the copy of a wrapper is another one": """
one = Sequential([keras.Input((4, 5)), TimeDistributed(Dense(5))], name="one")
other = keras.models.clone_model(one)
other.trainable = False
i = keras.Input((4, 5))
model = Model(i, Add()([one(i), other.layers[-1](i)]))
""",
    "a kernel that two layers use": """
class Back(Layer):
    def __init__(self, dense):
        super().__init__()
        self.dense = dense
    def build(self, shape):
        self.kernel = self.dense.kernel
        self.bias = self.add_weight(shape=(5,), name="bias")
        self.built = True
    def call(self, x):
        return x
dense = Dense(3)
i = keras.Input((5,))
model = Model(i, Back(dense)(dense(i)))
dense.trainable = False
""",
}

CLASSES = """
class Pair(Layer):
    def __init__(self, a, b, **kwargs):
        super().__init__(**kwargs)
        self.a, self.b = a, b
    def call(self, x):
        return self.b(self.a(x))

class Net(Model):
    def __init__(self, *parts, **kwargs):
        super().__init__(**kwargs)
        self.parts = list(parts)
    def call(self, x):
        for part in self.parts:
            x = part(x)
        return x

"""

LEAVES = (
    "Dense(5{})",
    "BatchNormalization({})",
    "LSTM(5, return_sequences=True{})",
    "TimeDistributed(Dense(5{}))",
    "Bidirectional(SimpleRNN(5, return_sequences=True{}), merge_mode='sum')",
    "RNN([SimpleRNNCell(4), SimpleRNNCell(5{})], return_sequences=True)",
    "Conv1D(5, 1{})",
)


def drawn_program(choose: Callable[[int], int]) -> str:
    """A program that nests parts and sets flags; `choose` gives a number below its argument."""
    lines, size, chains = [], 0, []

    def flag() -> str:
        return ("", "", ", trainable=False")[choose(3)]

    def new(code: str) -> None:
        nonlocal size
        lines.append(f"p{size} = {code}")
        size += 1

    def some() -> list[str]:
        number = 1 + choose(min(3, size))
        return list(dict.fromkeys(f"p{choose(size)}" for _ in range(number)))

    def function(name: str, parts: list[str], options: str = "") -> None:
        lines.append("i = x = keras.Input((3, 5))")
        lines.extend(f"x = {part}(x)" for part in parts)
        lines.append(f"{name} = Model(i, x{options})")

    new(LEAVES[choose(len(LEAVES))].format(""))
    for _ in range(2 + choose(9)):
        match choose(8):
            case 0 | 1:
                new(LEAVES[choose(len(LEAVES))].format(flag()).replace("(, ", "("))
            case 2:
                first = "keras.Input((3, 5)), " * choose(2)
                new(f"Sequential([{first}{', '.join(some())}], name='p{size}')")
                chains.append(size - 1)
            case 3:
                function(f"p{size}", some(), f", name='p{size}'{flag()}")
                size += 1
            case 4:
                parts = some()
                kind = "Pair" if len(parts) == 2 and choose(2) else "Net"
                new(f"{kind}({', '.join(parts)}{flag()})")
            case 5 if chains:
                chain = chains[choose(len(chains))]
                lines.append(f"p{chain}.add({LEAVES[choose(2)].format('')})")
            case _:
                lines.append(f"p{choose(size)}.trainable = {bool(choose(2))}")
    function("model", [*some(), f"p{size - 1}"][-2:])
    lines.extend(f"p{choose(size)}.trainable = {bool(choose(2))}" for _ in range(choose(3)))
    return CLASSES + "\n".join(lines) + "\n"
