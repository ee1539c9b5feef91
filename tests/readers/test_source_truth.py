"""Idioms of real Keras code: what sizeup reads without running is what Keras builds."""

from __future__ import annotations

import pytest

from readers.keras_truth import assert_reads_as_keras

HEAD = (
    "import keras\nimport numpy as np\nfrom keras import layers, ops\nfrom keras.layers import *\n"
    "from keras.models import Model, Sequential\n"
)

SNIPPETS = {
    "a list in Sequential": """
        model = Sequential([keras.Input((28, 28, 1)), layers.Conv2D(8, 3, activation="relu"),
                            layers.MaxPooling2D(), layers.Flatten(), layers.Dense(10)])
    """,
    "add in a loop, growing": """
        model = Sequential()
        model.add(keras.Input(shape=(32, 32, 3)))
        filters = 8
        for i in range(3):
            model.add(layers.Conv2D(filters, (3, 3), padding="same", use_bias=i > 0))
            model.add(layers.BatchNormalization())
            filters *= 2
        model.add(layers.GlobalAveragePooling2D())
        model.add(layers.Dense(units=5))
    """,
    "pop takes a layer away": """
        model = Sequential([keras.Input((4,)), layers.Dense(3), layers.Dense(9)])
        model.pop()
        model.add(layers.Dense(2))
    """,
    "nested Sequential": """
        block = Sequential([layers.Dense(7), layers.Dense(3)])
        model = Sequential([keras.Input((5,)), block, layers.Dense(2)])
    """,
    "functional with two inputs and two outputs": """
        a = keras.Input((8,), name="a")
        b = keras.Input((6,), name="b")
        x = layers.Concatenate()([layers.Dense(4)(a), layers.Dense(4)(b)])
        one = layers.Dense(1)(x)
        two = layers.Dense(2, use_bias=False)(x)
        model = Model([a, b], [one, two])
    """,
    "a layer that is called twice": """
        shared = layers.Dense(5)
        a, b = keras.Input((3,)), keras.Input((3,))
        model = Model([a, b], layers.Subtract()([shared(a), shared(b)]))
    """,
    "a model that is called twice": """
        inner_in = keras.Input((3,))
        encoder = Model(inner_in, layers.Dense(4)(layers.Dense(5)(inner_in)), name="encoder")
        a, b = keras.Input((3,)), keras.Input((3,))
        model = Model([a, b], layers.Dense(1)(layers.Add()([encoder(a), encoder(b)])))
    """,
    "helpers with defaults and keywords": """
        def conv_bn(x, filters, kernel_size=3, strides=1, *, activation="relu", **kwargs):
            x = layers.Conv2D(filters, kernel_size, strides, padding="same", use_bias=False, **kwargs)(x)
            x = layers.BatchNormalization()(x)
            return layers.Activation(activation)(x) if activation else x

        def residual(x, filters, strides=1):
            shortcut = x
            if strides != 1 or x.shape[-1] != filters:
                shortcut = conv_bn(x, filters, 1, strides, activation=None)
            y = conv_bn(x, filters, strides=strides, name=None)
            y = conv_bn(y, filters, activation=None)
            return layers.ReLU()(layers.add([y, shortcut]))

        inputs = keras.Input((16, 16, 3))
        x = conv_bn(inputs, 4)
        for width, stride in [(4, 1), (8, 2), (8, 1)]:
            x = residual(x, width, strides=stride)
        model = Model(inputs, layers.Dense(3)(layers.GlobalMaxPooling2D()(x)))
    """,
    "closures and lambdas": """
        def dense(units):
            def layer(x):
                return layers.Dense(units)(x)
            return layer
        head = lambda x, n=4: layers.Dense(n)(x)
        inputs = keras.Input((6,))
        model = Model(inputs, head(dense(8)(inputs)))
    """,
    "comprehensions and zip": """
        widths = [2 ** i for i in range(3, 6)]
        inputs = keras.Input((10,))
        branches = [layers.Dense(w, name=f"branch_{i}")(inputs) for i, w in enumerate(widths)]
        merged = layers.Concatenate()(branches)
        outs = {n: layers.Dense(u, name=n)(merged) for n, u in zip(("p", "q"), (1, 2))}
        model = Model(inputs, [outs["p"], outs["q"]])
    """,
    "layers chosen by name and in dicts": """
        config = {"layers": [("Dense", {"units": 6}), ("Dropout", {"rate": 0.5}), ("Dense", dict(units=2))]}
        model = Sequential()
        model.add(keras.Input((4,)))
        for kind, kwargs in config["layers"]:
            model.add(getattr(layers, kind)(**kwargs))
    """,
    "freezing layers in a loop": """
        inputs = keras.Input((8, 8, 3))
        x = layers.Conv2D(4, 3, name="first")(inputs)
        x = layers.BatchNormalization()(x)
        x = layers.Flatten()(x)
        model = Model(inputs, layers.Dense(2)(x))
        for layer in model.layers[:-1]:
            layer.trainable = False
    """,
    "a frozen model inside another": """
        base = Sequential([keras.Input((4,)), layers.Dense(4), layers.BatchNormalization()])
        base.trainable = False
        model = Sequential([keras.Input((4,)), base, layers.Dense(1)])
    """,
    "surgery on another model": """
        first_in = keras.Input((12, 12, 1))
        x = layers.Conv2D(3, 3, name="c1")(first_in)
        x = layers.Conv2D(4, 3, name="c2")(x)
        base = Model(first_in, layers.Dense(10)(layers.Flatten()(x)))
        cut = base.get_layer("c2").output
        model = Model(inputs=base.input, outputs=layers.Dense(2)(layers.GlobalAveragePooling2D()(cut)))
    """,
    "layers[-2].output": """
        base = Sequential([keras.Input((5,)), layers.Dense(4), layers.Dense(3), layers.Dense(2)])
        model = Model(base.inputs, layers.Dense(7)(base.layers[-2].output))
    """,
    "slices and padding of tensors": """
        inputs = keras.Input((8, 8, 4))
        x = inputs[:, ::2, ::2, :]
        x = ops.pad(x, [[0, 0], [0, 0], [0, 0], [2, 2]])
        y = layers.Conv2D(8, 3, strides=2, padding="same")(inputs)
        model = Model(inputs, layers.Dense(2)(layers.Flatten()(x + y)))
    """,
    "operators on tensors": """
        inputs = keras.Input((6,))
        x = 1.0 - layers.Dense(6, activation="sigmoid")(inputs) * 2
        model = Model(inputs, layers.Dense(3)(x / 4 + inputs))
    """,
    "shapes read back": """
        inputs = keras.Input((10, 12, 3))
        x = layers.Conv2D(5, 3)(inputs)
        h, w, c = x.shape[1:]
        x = layers.Reshape((h * w, c))(x)
        x = layers.Dense(c // 2)(x)
        model = Model(inputs, layers.Dense(x.shape[-1] * 3)(x))
    """,
    "a plain class that builds": """
        class Builder:
            scale = 2
            def __init__(self, width, depth=2):
                self.width = width
                self.depth = depth
            @property
            def units(self):
                return self.width * self.scale
            @staticmethod
            def head(x, n):
                return layers.Dense(n)(x)
            def build(self, size):
                inputs = keras.Input((size,))
                x = inputs
                for _ in range(self.depth):
                    x = layers.Dense(self.units)(x)
                return Model(inputs, self.head(x, 2))
        model = Builder(3, depth=3).build(5)
    """,
    "a custom layer without weights": """
        class Scale(layers.Layer):
            def __init__(self, factor=2.0, **kwargs):
                super().__init__(**kwargs)
                self.factor = factor
            def call(self, x):
                return x * self.factor
        inputs = keras.Input((4,))
        model = Model(inputs, layers.Dense(2)(Scale(3.0, name="scale")(inputs)))
    """,
    "a custom layer with weights": """
        class Linear(layers.Layer):
            def __init__(self, units, **kwargs):
                super().__init__(**kwargs)
                self.units = units
            def build(self, input_shape):
                self.w = self.add_weight(shape=(input_shape[-1], self.units), name="w")
                self.b = self.add_weight(shape=(self.units,), name="b", trainable=False)
            def call(self, x):
                return ops.matmul(x, self.w) + self.b
        inputs = keras.Input((4,))
        model = Model(inputs, layers.Dense(2)(Linear(6)(inputs)))
    """,
    "a custom layer made of layers": """
        class Block(layers.Layer):
            def __init__(self, units):
                super().__init__()
                self.first = layers.Dense(units)
                self.rest = [layers.Dense(units) for _ in range(2)]
            def call(self, x):
                x = self.first(x)
                for layer in self.rest:
                    x = layer(x)
                return x
        inputs = keras.Input((4,))
        model = Model(inputs, Block(3)(inputs))
    """,
    "try, with and main": """
        import os
        try:
            units = int("12")
        except ValueError:
            units = 1
        def main():
            global model
            with open(os.devnull) as f:
                pass
            model = Sequential([keras.Input((3,)), layers.Dense(units)])
        if __name__ == "__main__":
            main()
    """,
    "while, break and continue": """
        model = Sequential([keras.Input((64,))])
        width = 64
        while True:
            width //= 2
            if width == 16:
                continue
            if width < 8:
                break
            model.add(layers.Dense(width))
    """,
    "star arguments and unpacking": """
        def make(first, *rest, out=2, **options):
            inputs = keras.Input((first,))
            x = inputs
            for units in rest:
                x = layers.Dense(units, **options)(x)
            return Model(inputs, layers.Dense(out)(x))
        sizes = (7, 6, 5)
        model = make(*sizes, **{"use_bias": False})
    """,
    "global and module constants": """
        WIDTH, (DEPTH, CLASSES) = 9, (2, 4)
        def build():
            inputs = keras.Input((WIDTH,))
            x = inputs
            for _ in range(DEPTH):
                x = layers.Dense(WIDTH)(x)
            return Model(inputs, layers.Dense(CLASSES)(x))
        model = build()
    """,
    "PReLU, groups and depthwise": """
        inputs = keras.Input((9, 9, 4))
        x = layers.Conv2D(8, 3, groups=2)(inputs)
        x = layers.PReLU(shared_axes=[1, 2])(x)
        x = layers.DepthwiseConv2D(3, depth_multiplier=2)(x)
        x = layers.SeparableConv2D(6, 3, dilation_rate=1)(x)
        x = layers.Conv2DTranspose(5, 2, strides=2)(x)
        x = layers.GroupNormalization(5)(x)
        model = Model(inputs, layers.LayerNormalization()(x))
    """,
    "embedding and one-dimensional convolutions": """
        tokens = keras.Input((20,), dtype="int32")
        x = layers.Embedding(100, 8)(tokens)
        x = layers.Conv1D(6, 3, padding="causal", dilation_rate=2)(x)
        model = Model(tokens, layers.Dense(1)(layers.GlobalMaxPooling1D()(x)))
    """,
    "an unused input and an unused layer": """
        a, b = keras.Input((3,)), keras.Input((4,))
        lost = layers.Dense(9)(b)
        model = Model([a, b], layers.Dense(2)(a))
    """,
    "branches of unequal depth keep Keras' order": """
        inputs = keras.Input((8, 8, 3))
        long = layers.Conv2D(4, 1)(inputs)
        short = layers.Conv2D(4, 3, padding="same")(inputs)
        long = layers.Conv2D(5, 3, padding="same")(long)
        long = layers.Conv2D(4, 3, padding="same")(long)
        pool = layers.AveragePooling2D(3, strides=1, padding="same")(inputs)
        pool = layers.Conv2D(2, 1)(pool)
        x = layers.Concatenate()([short, long, pool])
        model = Model(inputs, layers.Dense(2)(layers.Flatten()(x)))
    """,
    "functools and recursion": """
        from functools import partial, reduce
        small = partial(layers.Dense, 3, use_bias=False)
        def stack(x, n):
            return x if n == 0 else stack(layers.Dense(n)(x), n - 1)
        inputs = keras.Input((4,))
        x = reduce(lambda x, layer: layer(x), [small(), small(name="last")], inputs)
        model = Model(inputs, stack(x, 3))
    """,
    "dataclasses and named tuples": """
        from collections import namedtuple
        from dataclasses import dataclass
        Stage = namedtuple("Stage", "units repeats")
        @dataclass
        class Config:
            stages: tuple
            classes: int = 3
        config = Config(stages=(Stage(4, 2), Stage(units=6, repeats=1)))
        model = Sequential([keras.Input((5,))])
        for stage in config.stages:
            for _ in range(stage.repeats):
                model.add(layers.Dense(stage.units))
        model.add(layers.Dense(config.classes))
    """,
    "math and numpy on sizes": """
        import math
        import numpy as np
        width = int(np.ceil(0.75 * 10)) + math.floor(7 / 2)
        model = Sequential([keras.Input((int(np.prod((2, 3, 4))),)), layers.Dense(width)])
    """,
    "a generator of layers": """
        def widths():
            for i in range(3):
                yield 4 + i
        model = Sequential([keras.Input((3,)), *(layers.Dense(w) for w in widths())])
    """,
    "match on a string": """
        kind = "wide"
        match kind:
            case "narrow":
                units = 2
            case "wide" | "broad":
                units = 20
            case _:
                units = 1
        model = Sequential([keras.Input((3,)), layers.Dense(units)])
    """,
    "a frozen discriminator inside a GAN": """
        def disc():
            m = Sequential([keras.Input((28,28,1)), Conv2D(8,3,strides=2), LeakyReLU(0.2), Flatten(), Dense(1)])
            m.compile('adam','mse')
            return m
        g = Sequential([keras.Input((10,)), Dense(7*7*4), Reshape((7,7,4)), Conv2DTranspose(4,4,strides=2,padding='same'), BatchNormalization(), Conv2DTranspose(1,4,strides=2,padding='same')])
        d = disc()
        d.trainable = False
        z = keras.Input((10,))
        model = Model(z, d(g(z)))
    """,
    "a nested model frozen after its call": """
        i = Input((6,))
        enc = Model(i, Dense(4)(i))
        model = Model(i, Dense(2)(enc(i)))
        enc.trainable = False
    """,
    "layers of nested models frozen after their call": """
        def b(n):
            i = Input((4,)); return Model(i, Dense(4, name=n+'_d')(i), name=n)
        i = Input((4,)); model = Model(i, b('x')(b('y')(i)))
        for l in model.layers:
            if 'x' in l.name: l.trainable = False
        model.get_layer('y').get_layer('y_d').trainable = False
    """,
    "a class that derives from a layer": """
        class NoBias(layers.Dense):
            def __init__(self, units, **kw):
                super().__init__(units, use_bias=False, **kw)
        model = Sequential([keras.Input((5,)), NoBias(4), NoBias(3)])
    """,
    "super().call in a class that derives from a layer": """
        class Twice(layers.Dense):
            def call(self, x):
                return super().call(x) * 2
        model = Sequential([keras.Input((5,)), Twice(4), Dense(2)])
    """,
    "layers of another model added in a loop": """
        base = Sequential([keras.Input((5,)), Dense(4), Dense(3), Dense(2)])
        model = Sequential()
        for l in base.layers[:-1]:
            l.trainable = False
            model.add(l)
        model.add(Dense(9))
        model.build((None, 5))
    """,
    "a slice of another model's layers": """
        base = Sequential([keras.Input((5,)), Dense(4), Dense(3), Dense(2)])
        model = Sequential(base.layers[:-1] + [Dense(9)])
        model.build((None, 5))
    """,
    "lists of layers taken apart": """
        ls = [keras.Input((5,)), Dense(4), Dense(3)]
        ls.insert(2, Dense(11))
        ls += [Dense(2)]
        del ls[1]
        model = Sequential(ls)
    """,
    "compose by reduce": """
        from functools import reduce
        def compose(*fs): return reduce(lambda f, g: lambda *a, **k: g(f(*a, **k)), fs)
        def CBL(*a, **k): return compose(Conv2D(*a, use_bias=False, **k), BatchNormalization(), LeakyReLU(0.1))
        i = Input((16,16,3))
        model = Model(i, compose(CBL(8,(3,3)), MaxPooling2D(), CBL(4,(1,1)))(i))
    """,
    "tensors split and joined": """
        i = Input((8,8,12))
        a, b, c = ops.split(i, 3, axis=-1)
        x = ops.concatenate([Conv2D(3,1)(a), Conv2D(4,1)(b), c], axis=-1)
        model = Model(i, Dense(2)(Flatten()(x)))
    """,
    "channels shuffled": """
        def shuffle(x, g):
            h, w, c = x.shape[1:]
            x = ops.reshape(x, (-1, h, w, g, c//g))
            x = ops.transpose(x, (0,1,2,4,3))
            return ops.reshape(x, (-1, h, w, c))
        i = Input((8,8,12))
        x = Conv2D(24,1,groups=3)(i)
        x = shuffle(x, 3)
        x = DepthwiseConv2D(3, padding='same')(x)
        model = Model(i, Conv2D(4,1)(x))
    """,
    "closures that read the loop's variable": """
        fs = []
        for n in (2,3,4):
            fs.append(lambda x: Dense(n)(x))
        i = Input((3,)); x = i
        for f in fs: x = f(x)
        model = Model(i, x)
    """,
    "a default that is mutated": """
        def f(x, sizes=[4, 3]):
            for s in sizes: x = Dense(s)(x)
            sizes.append(2)
            return x
        i = Input((5,))
        model = Model(i, f(f(i)))
    """,
    "widths rounded to multiples": """
        def make_div(v, d=8):
            n = max(d, int(v + d/2)//d*d)
            if n < 0.9*v: n += d
            return n
        i = Input((16,16,3))
        x = i
        for f in (16, 24, 32): x = Conv2D(make_div(f*0.35), 3)(x)
        model = Model(i, x)
    """,
    "sublayers made in build": """
        class L(layers.Layer):
            def build(self, s):
                self.d = Dense(s[-1] * 2)
                self.d.build(s)
                self.e = self.add_weight(shape=(s[-1],), name='e')
                super().build(s)
            def call(self, x): return self.d(x * self.e)
        i = Input((6,))
        model = Model(i, Dense(2)(L()(i)))
    """,
    "embeddings multiplied": """
        u, m_ = Input((1,)), Input((1,))
        eu = Flatten()(Embedding(30, 6)(u)); em = Flatten()(Embedding(40, 6)(m_))
        model = Model([u, m_], Dense(1)(Dot(axes=1)([eu, em])))
    """,
    "a property with a setter": """
        class A:
            def __init__(self): self._u = 2
            @property
            def u(self): return self._u
            @u.setter
            def u(self, v): self._u = v * 2
        a = A(); a.u = 5
        i = Input((4,)); model = Model(i, Dense(a.u)(i))
    """,
    "one layer three times in a list": """
        ls = [Dense(4)] * 3
        i = Input((4,)); x = i
        for l in ls: x = l(x)
        model = Model(i, x)
    """,
    "a model of two inputs and outputs as a layer": """
        a = Input((3,)); b = Input((4,))
        m1 = Model([a, b], [Dense(2)(a), Dense(5)(b)])
        p, q = Input((3,)), Input((4,))
        x, y = m1([p, q])
        model = Model([p, q], concatenate([x, y]))
    """,
    "a network spelled in a string": """
        spec = "conv:4,pool,conv:8,dense:3"
        i = Input((16,16,1)); x = i
        for s in spec.split(','):
            k, _, n = s.partition(':')
            if k == 'conv': x = Conv2D(int(n), 3)(x)
            elif k == 'pool': x = MaxPooling2D()(x)
            elif s.startswith('dense'): x = Dense(int(n))(Flatten()(x))
        model = Model(i, x)
    """,
    "strides, padding and cropping": """
        i = Input((13,17,2))
        a = Conv2D(3,(3,5),strides=(2,3),padding='same')(i)
        b = Conv2D(3,(3,5),strides=(2,3),padding='valid')(i)
        c = Conv2DTranspose(2,3,strides=2,padding='valid')(b)
        d = Conv2DTranspose(2,3,strides=2,padding='same',output_padding=1)(a)
        e = Cropping2D(((1,0),(2,1)))(ZeroPadding2D((1,2))(i))
        model = Model(i, [Dense(1)(Flatten()(t)) for t in (a,b,c,d,e)])
    """,
    "builders that inherit": """
        class A:
            units = 3
            def __init__(self, k=1): self.k = k
            def head(self, x): return Dense(self.units * self.k)(x)
            def make(self):
                i = Input((4,)); return Model(i, self.head(i))
        class B(A):
            units = 5
            def __init__(self): super().__init__(k=2)
            def head(self, x): return Dense(1)(super().head(x))
        model = B().make()
    """,
    "return inside try and finally": """
        def f(x):
            try:
                return Dense(3)(x)
            finally:
                Dense(50)(x)
        i = Input((4,)); model = Model(i, f(i))
    """,
    "Python's rounding": """
        i = Input((4,)); x = i
        for n in (round(2.5), round(3.5), -(-7//2), int(-2.7)+5, 7 % -3 + 4, divmod(17, 5)[1], abs(-3), round(7.6), int('0x10', 16), sum([1,2]), max([3,2], default=1), min(4, 2)):
            x = Dense(n)(x)
        model = Model(i, x)
    """,
    "operations on tensors": """
        i = Input((6,4))
        a = ops.expand_dims(i, -1); b = ops.squeeze(a, -1); c = ops.mean(b, axis=1, keepdims=True); d = c * b
        e = ops.sum(d, axis=-1); f = ops.concatenate([e, i[:, 0, :]], axis=-1); g = ops.relu(f) ** 2
        h = ops.reshape(i, (-1, 24)); k = ops.max(h, axis=-1, keepdims=True)
        model = Model(i, [Dense(2)(g), Dense(3)(h), Dense(4)(k)])
    """,
    "lists that are the same object": """
        a = [2]; b = a; b.append(3); c = list(a); c.append(50); a += [4]
        i = Input((4,)); x = i
        for n in b: x = Dense(n)(x)
        model = Model(i, x)
    """,
}


@pytest.mark.parametrize("name", SNIPPETS)
def test_reads_what_keras_builds(name: str) -> None:
    import textwrap

    assert_reads_as_keras(HEAD + textwrap.dedent(SNIPPETS[name]))
