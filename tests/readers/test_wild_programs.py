"""Programs in the manner of real code, in which a reader could go astray, against the real Keras."""

from __future__ import annotations

import pytest

from readers.keras_truth import assert_reads_as_keras, read_text

PROGRAMS = {
    "a keyword given twice": """
import keras
from keras import layers
def d(**k): return layers.Dense(3, use_bias=False, **k)
opts = {"use_bias": True}
try:
    l = d(**opts)
except TypeError:
    l = layers.Dense(11)
model = keras.Sequential([keras.Input((4,)), l])
""",
    "an Embedding that is averaged": """
import keras
from keras import layers
class R(layers.Embedding):
    def call(self, x):
        return keras.ops.mean(super().call(x), axis=1)
model = keras.Sequential([keras.Input((8,)), R(50, 4), layers.Dense(3)])
""",
    "a build that leaves out its base's": """
import keras
from keras import layers, ops
class D(layers.Dense):
    def build(self, s):
        self.mine = self.add_weight(shape=(s[-1], 2), name="mine")
    def call(self, x):
        return ops.matmul(x, self.mine)
    def compute_output_shape(self, s):
        return (*s[:-1], 2)
model = keras.Sequential([keras.Input((5,)), D(7), layers.Dense(3)])
""",
    "a layer that does not fit, which the source expects": """
import keras
from keras import layers
def safe(x, f):
    try:
        y = layers.Conv2D(f, 5)(x)
    except ValueError:
        y = layers.Conv2D(f, 1, padding="same")(x)
    else:
        y = layers.BatchNormalization()(y)
    return y
i = keras.Input((9, 9, 1))
x = safe(safe(safe(i, 2), 3), 4)
model = keras.Model(i, layers.Dense(2)(layers.Flatten()(x)))
""",
    "abs of a tensor": """
import keras
from keras import layers
a, b = keras.Input((4,)), keras.Input((4,))
model = keras.Model([a, b], layers.Dense(6)(abs(a - b)))
""",
    "outputs in a dict, by its keys": """
import keras
from keras import layers
class Split(layers.Layer):
    def __init__(self, n):
        super().__init__()
        self.parts = {f"p{k}": layers.Dense(k + 1) for k in range(n)}
    def call(self, x):
        return {k: part(x) for k, part in self.parts.items()}
i = keras.Input((4,))
o = Split(3)(i)
model = keras.Model(i, {k: layers.Dense(2)(v) for k, v in reversed(list(o.items()))})
""",
    "inputs in dicts of another order": """
import keras
from keras import layers
inputs = {"wide": keras.Input((9,), name="wide"), "deep": keras.Input((4,), name="deep")}
outputs = {"w": layers.Dense(2)(inputs["wide"]), "d": layers.Dense(3)(inputs["deep"])}
inner = keras.Model(inputs, outputs)
a, b = keras.Input((4,)), keras.Input((9,))
found = inner({"deep": a, "wide": b})
model = keras.Model([a, b], [layers.Dense(5)(found["d"]), layers.Dense(7)(found["w"])])
""",
    "mixins": """
import keras
from keras import layers, ops
class Norm:
    def normed(self, x):
        if self.norm is None: return x
        return self.norm(x)
class Gate:
    gate_units = 4
    def make_gate(self):
        return layers.Dense(self.gate_units, activation="sigmoid")
class Block(Norm, Gate, layers.Layer):
    def __init__(self, units, **kw):
        super().__init__(**kw)
        self.d = layers.Dense(units); self.norm = layers.LayerNormalization(); self.g = self.make_gate()
    def call(self, x):
        return self.normed(self.d(x)) * self.g(x)
model = keras.Sequential([keras.Input((5,)), Block(4), Block(4), layers.Dense(1)])
""",
    "a layer as an attribute of a class": """
import keras
from keras import layers, ops
class Block(layers.Layer):
    shared = layers.Dense(5)
    def __init__(self):
        super().__init__()
        self.own = layers.Dense(5)
    def call(self, x):
        return self.shared(x) + self.own(x)
i = keras.Input((5,))
model = keras.Model(i, Block()(Block()(i)))
""",
    "layers of a dataclass": """
import keras
from dataclasses import dataclass, field
from keras import layers
@dataclass
class Cfg:
    widths: list = field(default_factory=lambda: [8, 4])
    head: layers.Layer = field(default_factory=lambda: layers.Dense(2))
    rate: float = 0.1
    def stack(self):
        for k, w in enumerate(self.widths):
            yield layers.Dense(w, name=f"d{k:02d}")
        yield self.head
c = Cfg(widths=[3, 3, 3])
model = keras.Sequential([keras.Input((5,)), *c.stack()])
""",
    "a counter that a closure keeps": """
import keras
from keras import layers
def counter():
    n = 0
    def nxt(step=1):
        nonlocal n
        n += step
        return n
    return nxt
c = counter()
i = x = keras.Input((5,))
while (w := c(2)) < 9:
    x = layers.Dense(w, name=f"layer_{w!r:>3}".replace(" ", "_"))(x)
model = keras.Model(i, x)
""",
    "layers by patterns": """
import keras
from keras import layers
SPEC = [("conv", 4, {"k": 3}), ("pool",), {"type": "dense", "units": 5}, ["conv", 6, {}], "flatten"]
def make(s):
    match s:
        case ("conv" | "Conv", f, {"k": k}): return layers.Conv2D(f, k)
        case ["conv", int(f), _] if f > 5: return layers.Conv2D(f, 1)
        case ("pool",): return layers.MaxPooling2D()
        case {"type": "dense", **rest}: return layers.Dense(**rest)
        case str() as name: return getattr(layers, name.capitalize())()
model = keras.Sequential([keras.Input((9, 9, 1)), *map(make, SPEC), layers.Dense(2)])
""",
    "keywords handed on three times": """
import keras
from keras import layers
def c(*a, **k): return layers.Dense(*a, **k)
def b(x, *a, act=None, **k): return c(*a, activation=act, **{**{"use_bias": False}, **k})(x)
def a(x, **k): return b(x, k.pop("n", 4), **k)
i = keras.Input((5,))
x = a(i, n=6); x = a(x, use_bias=True, act="relu"); x = a(x, n=2, name="z")
head, *mid, last = [3, 4, 5, 6]
for w in (*mid, last, head): x = a(x, n=w)
model = keras.Model(i, x)
""",
    "a recursion": """
import keras
from keras import layers
def unet(x, depth, f, skips=()):
    y = layers.Conv2D(f, 3, padding="same")(x)
    if depth == 0: return y
    down = layers.MaxPooling2D()(y)
    up = layers.Conv2DTranspose(f, 2, strides=2)(unet(down, depth - 1, f * 2, (*skips, y)))
    return layers.Conv2D(f, 3, padding="same")(layers.concatenate([up, y]))
i = keras.Input((16, 16, 1))
model = keras.Model(i, layers.Conv2D(1, 1)(unet(i, 3, 2)))
""",
    "generators": """
import keras
from keras import layers
def gen(n):
    for k in range(n):
        got = yield layers.Dense(2 ** k)
        if got: yield layers.Dropout(got)
def chain(*gs):
    for g in gs: yield from g
model = keras.Sequential([keras.Input((3,)), *chain(gen(3), (l for l in gen(2)))])
""",
    "own wrappers": """
import keras
from keras import layers
class Residual(layers.Wrapper):
    def call(self, x): return x + self.layer(x)
class Scaled(layers.Wrapper):
    def build(self, s):
        super().build(s)
        self.g = self.add_weight(shape=(), name="g", trainable=False)
    def call(self, x): return self.g * self.layer(x)
i = keras.Input((5,))
model = keras.Model(i, Residual(Scaled(layers.Dense(5)))(Scaled(Residual(layers.Dense(5)))(i)))
""",
    "merged dicts": """
import keras
from keras import layers
DEF = dict(activation="relu", use_bias=True)
CONF = {"a": {"units": 3}, "b": {"units": 5, "use_bias": False}, "c": DEF | {"units": 2}}
branches = {k: layers.Dense(**(DEF | v), name=f"{k}_{v['units']:03d}") for k, v in CONF.items()}
i = keras.Input((4,))
outs = {k: l(i) for k, l in branches.items()}
model = keras.Model(i, layers.Concatenate()([*outs.values()]))
""",
    "layers that a cache keeps": """
import keras
from functools import lru_cache, cached_property
from keras import layers
@lru_cache(maxsize=None)
def dense(n): return layers.Dense(n)
class Net:
    @cached_property
    def head(self): return layers.Dense(3)
n = Net()
i = keras.Input((4,))
x = dense(4)(dense(4)(i)); x = dense(3)(x); x = n.head(n.head(x))
model = keras.Model(i, x)
""",
}


@pytest.mark.parametrize("text", PROGRAMS.values(), ids=PROGRAMS)
def test_a_wild_program_counts_as_in_keras(text):
    assert_reads_as_keras(text)


def test_a_fault_that_a_handler_only_tells_of_is_the_networks():
    (network,) = read_text("""
        import keras
        from keras import layers
        model = keras.Sequential([keras.Input((9, 9, 1))])
        try:
            model.add(layers.Conv2D(4, 11))
        except ValueError as error:
            print(error)
    """).networks
    assert "no room for its window" in network.error
