"""Subclassed models and custom layers: what is read is what the real Keras tracks and counts."""

from __future__ import annotations

import pytest

from readers.subclass_truth import assert_tracks_as_keras

MODELS = {
    "attributes, called once": """
        class Net(Model):
            def __init__(self):
                super().__init__()
                self.conv = Conv2D(8, 3, activation="relu")
                self.flat = Flatten()
                self.out = Dense(10)
            def call(self, x):
                return self.out(self.flat(self.conv(x)))
        model = Net()
        model(keras.Input((12, 12, 1)))
    """,
    "order of attributes, not of calls": """
        class Net(Model):
            def __init__(self):
                super().__init__()
                self.last = Dense(2)
                self.first = Dense(7)
            def call(self, x):
                return self.last(self.first(x))
        model = Net()
        model(np.zeros((1, 5)))
    """,
    "a layer that is never called owns nothing": """
        class Net(Model):
            def __init__(self):
                super().__init__()
                self.a = Dense(3)
                self.unused = Dense(100)
            def call(self, x):
                return self.a(x)
        model = Net()
        model(np.zeros((2, 5)))
    """,
    "lists, nested lists, dicts and tuples": """
        class Net(Model):
            def __init__(self):
                super().__init__()
                self.blocks = [[Dense(4), Dense(5)], [Dense(6)]]
                self.heads = {"a": Dense(1), "b": Dense(2, use_bias=False)}
                self.pair = (Dense(3), BatchNormalization())
            def call(self, x):
                for block in self.blocks:
                    for layer in block:
                        x = layer(x)
                for layer in self.pair:
                    x = layer(x)
                return {name: head(x) for name, head in self.heads.items()}
        model = Net()
        model(np.zeros((1, 9)))
    """,
    "a list that grows after other attributes": """
        class Net(Model):
            def __init__(self, widths):
                super().__init__()
                self.hidden = []
                self.norm = LayerNormalization()
                for i, width in enumerate(widths):
                    self.hidden.append(Dense(width, name=f"hidden_{i}"))
                self.out = Dense(1)
            def call(self, x):
                x = self.norm(x)
                for layer in self.hidden:
                    x = layer(x)
                return self.out(x)
        model = Net([8, 4, 2])
        model(np.zeros((1, 6)))
    """,
    "setattr and getattr": """
        class Net(Model):
            def __init__(self, depth=3):
                super().__init__()
                self.depth = depth
                for i in range(depth):
                    setattr(self, f"conv{i}", Conv1D(4 * (i + 1), 3, padding="same"))
                    setattr(self, "bn%d" % i, BatchNormalization())
            def call(self, x, training=False):
                for i in range(self.depth):
                    x = getattr(self, f"conv{i}")(x)
                    x = getattr(self, "bn%d" % i)(x, training=training)
                return x
        model = Net()
        model(np.zeros((1, 10, 2)))
    """,
    "super with arguments and a name": """
        class Net(Model):
            def __init__(self, units=4, **kwargs):
                super(Net, self).__init__(name="net", **kwargs)
                self.d1 = Dense(units)
                self.d2 = Dense(units)
            def call(self, inputs, training=None, mask=None):
                x = self.d1(inputs)
                if training:
                    x = x * 2
                return self.d2(x)
        model = Net(units=6)
        model(keras.Input((3,)))
    """,
    "inheritance and a mixin": """
        class Describe:
            def describe(self):
                return "a net"
        class Base(Describe, Model):
            def __init__(self, width):
                super().__init__()
                self.width = width
                self.stem = self.make_stem()
            def make_stem(self):
                return Dense(self.width)
            def features(self, x):
                return self.stem(x)
        class Net(Base):
            def __init__(self, width, classes):
                super().__init__(width)
                self.head = Dense(classes)
            def make_stem(self):
                return Dense(self.width * 2)
            def call(self, x):
                return self.head(self.features(x))
        model = Net(4, 3)
        model(np.zeros((1, 5)))
    """,
    "a dictionary of inputs": """
        class Net(Model):
            def __init__(self):
                super().__init__()
                self.user = Embedding(50, 8)
                self.age = Dense(4)
                self.out = Dense(1)
            def call(self, inputs):
                user = ops.squeeze(self.user(inputs["user"]), axis=1)
                return self.out(ops.concatenate([user, self.age(inputs["age"])], axis=-1))
        model = Net()
        model({"user": np.zeros((2, 1), "int32"), "age": np.zeros((2, 3))})
    """,
    "a pair of inputs taken apart": """
        class Siamese(Model):
            def __init__(self):
                super().__init__()
                self.encoder = Sequential([Dense(8, activation="relu"), Dense(4)])
                self.out = Dense(1, activation="sigmoid")
            def call(self, inputs):
                left, right = inputs
                return self.out(ops.abs(self.encoder(left) - self.encoder(right)))
        model = Siamese()
        model([keras.Input((6,)), keras.Input((6,))])
    """,
    "two positional tensors and a keyword": """
        class Net(Model):
            def __init__(self):
                super().__init__()
                self.q, self.k = Dense(4), Dense(4)
                self.bias = Dense(4, use_bias=False)
            def call(self, query, key, *, extra=None, training=False):
                x = self.q(query) + self.k(key)
                if extra is not None:
                    x = x + self.bias(extra)
                return x
        model = Net()
        model(keras.Input((3,)), keras.Input((5,)), extra=keras.Input((2,)))
    """,
    "the same tensor twice": """
        class Cross(Layer):
            def __init__(self):
                super().__init__()
                self.a, self.b, self.c = Dense(4), Dense(4), Dense(4)
            def call(self, q, k, v):
                return self.a(q) + self.b(k) + self.c(v)
        class Net(Model):
            def __init__(self):
                super().__init__()
                self.cross = Cross()
            def call(self, x):
                return self.cross(x, x, ops.concatenate([x, x], axis=-1))
        model = Net()
        model(np.zeros((1, 3)))
    """,
    "a functional model as an attribute": """
        def make_encoder():
            inputs = keras.Input((16, 16, 1))
            x = Conv2D(4, 3, strides=2, activation="relu")(inputs)
            x = Flatten()(x)
            return Model(inputs, [Dense(3, name="mean")(x), Dense(3, name="log_var")(x)], name="encoder")
        class VAE(Model):
            def __init__(self, encoder, decoder):
                super().__init__()
                self.encoder, self.decoder = encoder, decoder
                self.loss_tracker = keras.metrics.Mean(name="loss")
                self.seed = keras.random.SeedGenerator(1)
            def call(self, x):
                mean, log_var = self.encoder(x)
                return self.decoder(mean + ops.exp(0.5 * log_var))
        decoder = Sequential([keras.Input((3,)), Dense(16 * 16), Reshape((16, 16, 1))])
        model = VAE(make_encoder(), decoder)
        model(keras.Input((16, 16, 1)))
    """,
    "a GAN without a call": """
        class GAN(Model):
            def __init__(self, generator, discriminator, latent_dim):
                super().__init__()
                self.generator = generator
                self.discriminator = discriminator
                self.latent_dim = latent_dim
                self.d_loss = keras.metrics.Mean(name="d")
                self.built = True
            def compile(self, d_optimizer, g_optimizer, loss_fn):
                super().compile()
                self.loss_fn = loss_fn
            def train_step(self, real):
                fake = self.generator(real)
                loss = self.loss_fn(real, self.discriminator(fake))
                return {"d": loss}
        generator = Sequential([keras.Input((8,)), Dense(32), BatchNormalization(), Dense(10)])
        discriminator = Sequential([keras.Input((10,)), Dense(16), Dense(1)])
        model = GAN(generator, discriminator, 8)
        model.compile(None, None, keras.losses.BinaryCrossentropy())
    """,
    "sub-models made in build": """
        class Net(Model):
            def __init__(self, depth, **kwargs):
                super().__init__(**kwargs)
                self.depth = depth
            def build(self, input_shape):
                self.stack = Sequential([Dense(input_shape[-1]) for _ in range(self.depth)])
                self.head = Dense(input_shape[-1] // 2)
                super().build(input_shape)
            def call(self, x):
                return self.head(self.stack(x))
        model = Net(2)
        model(np.zeros((4, 6)))
    """,
    "frozen layers and frozen parts": """
        class Net(Model):
            def __init__(self, base):
                super().__init__()
                base.trainable = False
                self.base = base
                self.extra = [Dense(4, trainable=False), Dense(3)]
                self.out = Dense(2)
            def call(self, x):
                x = self.base(x)
                for layer in self.extra:
                    x = layer(x)
                return self.out(x)
        model = Net(Sequential([keras.Input((5,)), Dense(4), BatchNormalization()]))
        model(np.zeros((1, 5)))
    """,
    "a model frozen after it was called": """
        class Net(Model):
            def __init__(self):
                super().__init__()
                self.stages = [Dense(4), Dense(5)]
                self.out = Dense(2)
            def call(self, x):
                for stage in self.stages:
                    x = stage(x)
                return self.out(x)
        model = Net()
        model(np.zeros((1, 3)))
        for layer in model.layers[:-1]:
            layer.trainable = False
    """,
    "one call reaches other layers than the next": """
        class Net(Model):
            def __init__(self):
                super().__init__()
                self.encode, self.decode = Dense(3), Dense(6)
            def call(self, x, backwards=False):
                return self.decode(x) if backwards else self.encode(x)
        model = Net()
        model(np.zeros((1, 6)))
        model(np.zeros((1, 3)), backwards=True)
    """,
    "a layer of a part, called directly": """
        class Part(Layer):
            def __init__(self):
                super().__init__()
                self.one, self.two = Dense(4), Dense(5)
            def call(self, x):
                return self.two(self.one(x))
        class Net(Model):
            def __init__(self):
                super().__init__()
                self.part = Part()
                self.out = Dense(1)
            def call(self, x):
                return self.out(self.part(x)) + self.out(self.part.two(self.part.one(x)))
        model = Net()
        model(np.zeros((1, 3)))
    """,
    "methods between call and the layers": """
        class Net(Model):
            def __init__(self):
                super().__init__()
                self.encoder, self.decoder = Dense(3), Dense(7)
            def encode(self, x):
                return self.encoder(x)
            def decode(self, z):
                return self.decoder(z)
            def call(self, x):
                z = self.encode(x)
                return self.decode(z), z
        model = Net()
        model(np.zeros((1, 7)))
    """,
    "a subclass of a functional model": """
        class Net(Model):
            def __init__(self, size, **kwargs):
                inputs = keras.Input((size,))
                x = Dense(5)(inputs)
                super().__init__(inputs=inputs, outputs=Dense(2)(x), **kwargs)
        model = Net(4)
    """,
    "a subclass of Sequential": """
        class Net(Sequential):
            def __init__(self, size):
                super().__init__()
                self.add(keras.Input((size,)))
                self.add(Dense(5))
                self.add(Dense(2))
        model = Net(4)
    """,
    "own weights beside layers": """
        class Net(Model):
            def __init__(self):
                super().__init__()
                self.scale = self.add_weight(shape=(1, 4), initializer="ones", name="scale")
                self.dense = Dense(4)
            def call(self, x):
                return self.dense(x) * self.scale
        model = Net()
        model(np.zeros((1, 3)))
    """,
    "a model inside a functional model": """
        class Encoder(Model):
            def __init__(self, units):
                super().__init__()
                self.a, self.b = Dense(units), Dense(units // 2)
            def call(self, x):
                return self.b(self.a(x))
        inputs = keras.Input((6,))
        encoder = Encoder(8)
        model = Model(inputs, Dense(2)(encoder(inputs)))
    """,
    "a layer that two share": """
        class Reader(Layer):
            def __init__(self, table):
                super().__init__()
                self.table = table
                self.out = Dense(3)
            def call(self, x):
                return self.out(self.table(x))
        table = Embedding(20, 4)
        class Net(Model):
            def __init__(self):
                super().__init__()
                self.one, self.two = Reader(table), Reader(table)
            def call(self, x):
                return self.one(x) + self.two(x)
        model = Net()
        model(np.zeros((1, 7), dtype="int32"))
    """,
    "a layer that the attributes do not hold": """
        outside = Dense(50)
        class Net(Model):
            def __init__(self):
                super().__init__()
                self.inside = Dense(3)
            def call(self, x):
                return self.inside(outside(x))
        model = Net()
        model(np.zeros((1, 3)))
    """,
    "layers inside a plain object": """
        class Helper:
            def __init__(self):
                self.dense = Dense(9)
            def __call__(self, x):
                return self.dense(x)
        class Net(Model):
            def __init__(self):
                super().__init__()
                self.helper = Helper()
                self.out = Dense(2)
            def call(self, x):
                return self.out(self.helper(x))
        model = Net()
        model(np.zeros((1, 3)))
    """,
    "a list that Keras copies": """
        class Net(Model):
            def __init__(self):
                super().__init__()
                layers_ = [Dense(2)]
                self.stack = layers_
                layers_.append(Dense(70))
                self.stack.insert(0, Dense(5))
                self.stack.append(Dense(3))
            def call(self, x):
                for layer in self.stack:
                    x = layer(x)
                return x
        model = Net()
        model(np.zeros((1, 4)))
    """,
    "a functional graph built from self's layers": """
        class Net:
            def __init__(self):
                self.conv = Conv2D(3, 3)
            def model(self):
                inputs = keras.Input((8, 8, 2))
                return Model(inputs, GlobalAveragePooling2D()(self.conv(inputs)))
        model = Net().model()
    """,
    "model() shows a subclassed one": """
        class Net(Model):
            def __init__(self):
                super().__init__()
                self.d = Dense(4)
            def call(self, x):
                return self.d(x)
            def build_graph(self, shape):
                x = keras.Input(shape=shape)
                return Model(inputs=[x], outputs=self.call(x))
        model = Net().build_graph((3,))
    """,
}

LAYERS = {
    "a decorated layer": """
        @keras.saving.register_keras_serializable(package="mine")
        class Scale(Layer):
            def build(self, input_shape):
                self.gamma = self.add_weight(shape=(input_shape[-1],), initializer="ones")
            def call(self, x):
                return x * self.gamma
        inputs = keras.Input((4, 5))
        model = Model(inputs, Scale(name="scale")(inputs))
    """,
    "weights in several spellings": """
        class Weights(Layer):
            def __init__(self, n, **kwargs):
                super().__init__(**kwargs)
                self.n = n
            def build(self, input_shape):
                d = int(input_shape[-1])
                self.a = self.add_weight((d, self.n), "glorot_uniform", name="a")
                self.b = self.add_weight(name="b", shape=(self.n,), initializer="zeros",
                                         trainable=False, dtype="float32")
                self.c = self.add_weight(shape=[self.n], regularizer="l2")
                self.s = self.add_weight(name="s")
                self.v = keras.Variable(np.zeros((2, d)), name="v")
                self.w = keras.Variable(initializer="zeros", shape=(d,), trainable=False)
            def call(self, x):
                return ops.matmul(x, self.a) + self.b + self.c * self.s
        inputs = keras.Input((6,))
        model = Model(inputs, Weights(3)(inputs))
    """,
    "weights made in __init__": """
        class Linear(Layer):
            def __init__(self, units=32, input_dim=32):
                super().__init__()
                self.w = self.add_weight(shape=(input_dim, units), initializer="random_normal",
                                         trainable=True)
                self.b = self.add_weight(shape=(units,), initializer="zeros", trainable=True)
            def call(self, inputs):
                return ops.matmul(inputs, self.w) + self.b
        inputs = keras.Input((4,))
        model = Model(inputs, Linear(3, 4)(inputs))
    """,
    "lists of weights": """
        class Cross(Layer):
            def __init__(self, depth):
                super().__init__()
                self.depth = depth
            def build(self, shape):
                dim = shape[1]
                self.ws = []
                self.bs = []
                for i in range(self.depth):
                    self.ws.append(self.add_weight(shape=(dim, 1), name=f"w{i}"))
                    self.bs.append(self.add_weight(shape=(dim, 1), name=f"b{i}"))
            def call(self, x):
                y = x
                for w, b in zip(self.ws, self.bs):
                    y = x * ops.matmul(y, w) + ops.squeeze(b, -1) + y
                return y
        inputs = keras.Input((7,))
        model = Model(inputs, Dense(1)(Cross(3)(inputs)))
    """,
    "weights from the shapes of several inputs": """
        class Bilinear(Layer):
            def build(self, input_shape):
                left, right = input_shape
                self.w = self.add_weight(shape=(left[-1], right[-1]), name="w")
            def call(self, inputs):
                a, b = inputs
                return ops.sum(ops.matmul(a, self.w) * b, axis=-1, keepdims=True)
        a, b = keras.Input((3,)), keras.Input((5,))
        model = Model([a, b], Bilinear()([a, b]))
    """,
    "build with one argument for each input": """
        class Film(Layer):
            def build(self, x_shape, condition_shape):
                self.w = self.add_weight(shape=(condition_shape[-1], x_shape[-1]))
            def call(self, x, condition):
                return x * ops.matmul(condition, self.w)
        x, c = keras.Input((3,)), keras.Input((5,))
        model = Model([x, c], Film()(x, c))
    """,
    "build with one argument gets the first input's shape": """
        class Gate(Layer):
            def build(self, input_shape):
                self.w = self.add_weight(shape=input_shape[1:], name="w")
            def call(self, x, gate):
                return x * self.w + gate
        x, g = keras.Input((3,)), keras.Input((3,))
        model = Model([x, g], Gate()(x, g))
    """,
    "a dictionary of shapes": """
        class Mix(Layer):
            def build(self, shapes):
                self.w = self.add_weight(shape=(shapes["a"][-1], 2))
                self.v = self.add_weight(shape=(shapes["b"][-1], 2))
            def call(self, inputs):
                return ops.matmul(inputs["a"], self.w) + ops.matmul(inputs["b"], self.v)
        a, b = keras.Input((3,)), keras.Input((4,))
        model = Model([a, b], Mix()({"a": a, "b": b}))
    """,
    "sub-layers built by build": """
        class MLP(Layer):
            def __init__(self, units):
                super().__init__()
                self.one, self.two = Dense(units, activation="gelu"), Dense(units)
            def build(self, input_shape):
                self.one.build(input_shape)
                self.two.build((*input_shape[:-1], self.one.units))
                self.built = True
            def call(self, x):
                return self.two(self.one(x))
        inputs = keras.Input((4, 6))
        model = Model(inputs, MLP(8)(inputs))
    """,
    "squeeze and excitation": """
        class SEBlock(Layer):
            def __init__(self, ratio=4, **kwargs):
                super().__init__(**kwargs)
                self.ratio = ratio
                self.pool = GlobalAveragePooling2D()
            def build(self, input_shape):
                channels = input_shape[-1]
                self.fc1 = Dense(channels // self.ratio, activation="relu", use_bias=False)
                self.fc2 = Dense(channels, activation="sigmoid", use_bias=False)
                super().build(input_shape)
            def call(self, x):
                s = self.fc2(self.fc1(self.pool(x)))
                return x * ops.reshape(s, (-1, 1, 1, x.shape[-1]))
        inputs = keras.Input((8, 8, 16))
        model = Model(inputs, SEBlock()(inputs))
    """,
    "a residual network of blocks": """
        class Residual(Layer):
            def __init__(self, filters, strides=1, **kwargs):
                super().__init__(**kwargs)
                self.main = [Conv2D(filters, 3, strides=strides, padding="same", use_bias=False),
                             BatchNormalization(), ReLU(),
                             Conv2D(filters, 3, padding="same", use_bias=False), BatchNormalization()]
                self.skip = []
                if strides > 1:
                    self.skip = [Conv2D(filters, 1, strides=strides, use_bias=False), BatchNormalization()]
                self.act = ReLU()
            def call(self, x, training=None):
                z = x
                for layer in self.main:
                    z = layer(z)
                for layer in self.skip:
                    x = layer(x)
                return self.act(z + x)
        model = Sequential([keras.Input((16, 16, 3)), Conv2D(8, 3, padding="same")])
        previous = 8
        for filters in [8] * 2 + [16] * 2:
            model.add(Residual(filters, strides=1 if filters == previous else 2))
            previous = filters
        model.add(GlobalAveragePooling2D())
        model.add(Dense(10))
    """,
    "a dense block": """
        class DenseBlock(Layer):
            def __init__(self, n, growth):
                super().__init__()
                self.convs = [Sequential([BatchNormalization(), ReLU(), Conv2D(growth, 3, padding="same")])
                              for _ in range(n)]
                self.join = Concatenate()
            def call(self, x):
                for conv in self.convs:
                    x = self.join([x, conv(x)])
                return x
        inputs = keras.Input((8, 8, 4))
        model = Model(inputs, DenseBlock(3, 5)(inputs))
    """,
    "a UNet": """
        class Down(Layer):
            def __init__(self, f):
                super().__init__()
                self.c1, self.c2 = Conv2D(f, 3, padding="same"), Conv2D(f, 3, padding="same")
                self.pool = MaxPooling2D()
            def call(self, x):
                skip = self.c2(self.c1(x))
                return self.pool(skip), skip
        class Up(Layer):
            def __init__(self, f):
                super().__init__()
                self.up = Conv2DTranspose(f, 2, strides=2)
                self.c = Conv2D(f, 3, padding="same")
            def call(self, x, skip):
                return self.c(ops.concatenate([self.up(x), skip], axis=-1))
        class UNet(Model):
            def __init__(self, base=4, depth=2):
                super().__init__()
                self.downs = [Down(base * 2 ** i) for i in range(depth)]
                self.middle = Conv2D(base * 2 ** depth, 3, padding="same")
                self.ups = [Up(base * 2 ** i) for i in reversed(range(depth))]
                self.out = Conv2D(1, 1, activation="sigmoid")
            def call(self, x):
                skips = []
                for down in self.downs:
                    x, skip = down(x)
                    skips.append(skip)
                x = self.middle(x)
                for up, skip in zip(self.ups, reversed(skips)):
                    x = up(x, skip)
                return self.out(x)
        model = UNet()
        model(keras.Input((16, 16, 3)))
    """,
    "single-head attention by hand": """
        class Attention_(Layer):
            def __init__(self, dim):
                super().__init__()
                self.q, self.k, self.v = (Dense(dim, use_bias=False) for _ in range(3))
                self.out = Dense(dim)
            def call(self, x, mask=None):
                q, k, v = self.q(x), self.k(x), self.v(x)
                scores = ops.matmul(q, ops.transpose(k, (0, 2, 1))) / 8.0
                return self.out(ops.matmul(ops.softmax(scores, axis=-1), v))
        inputs = keras.Input((5, 8))
        model = Model(inputs, Attention_(8)(inputs))
    """,
    "several heads by reshaping": """
        class Heads(Layer):
            def __init__(self, dim, heads):
                super().__init__()
                self.dim, self.heads = dim, heads
                self.depth = dim // heads
                self.wq, self.wk, self.wv, self.dense = Dense(dim), Dense(dim), Dense(dim), Dense(dim)
            def split(self, x, batch):
                x = ops.reshape(x, (batch, -1, self.heads, self.depth))
                return ops.transpose(x, (0, 2, 1, 3))
            def call(self, v, k, q, mask=None):
                batch = ops.shape(q)[0]
                q, k, v = (self.split(w(t), batch) for w, t in
                           ((self.wq, q), (self.wk, k), (self.wv, v)))
                a = ops.softmax(ops.matmul(q, ops.transpose(k, (0, 1, 3, 2))))
                x = ops.transpose(ops.matmul(a, v), (0, 2, 1, 3))
                return self.dense(ops.reshape(x, (batch, -1, self.dim)))
        inputs = keras.Input((6, 8))
        model = Model(inputs, Heads(8, 2)(inputs, inputs, inputs))
    """,
    "a mixture of experts": """
        class MoE(Layer):
            def __init__(self, n, units):
                super().__init__()
                self.experts = [Dense(units, name=f"expert_{i}") for i in range(n)]
                self.gate = Dense(n, activation="softmax")
            def call(self, x):
                g = self.gate(x)
                outs = ops.stack([e(x) for e in self.experts], axis=1)
                return ops.sum(outs * ops.expand_dims(g, -1), axis=1)
        inputs = keras.Input((5,))
        model = Model(inputs, MoE(4, 3)(inputs))
    """,
    "a graph convolution": """
        class GraphConv(Layer):
            def __init__(self, units, **kwargs):
                super().__init__(**kwargs)
                self.units = units
            def build(self, input_shape):
                features = input_shape[0][-1]
                self.kernel = self.add_weight(shape=(features, self.units), name="kernel")
                self.bias = self.add_weight(shape=(self.units,), name="bias", initializer="zeros")
            def call(self, inputs):
                x, adjacency = inputs
                return ops.relu(ops.matmul(adjacency, ops.matmul(x, self.kernel)) + self.bias)
        x, a = keras.Input((10, 6)), keras.Input((10, 10))
        h = GraphConv(8)([x, a])
        model = Model([x, a], GraphConv(3)([h, a]))
    """,
    "a coupling layer of a flow": """
        class Coupling(Layer):
            def __init__(self, hidden, flip):
                super().__init__()
                self.flip = flip
                self.hidden = hidden
            def build(self, shape):
                half = shape[-1] // 2
                self.net = Sequential([Dense(self.hidden, activation="relu"), Dense(2 * half)])
                self.log_scale = self.add_weight(shape=(half,), initializer="zeros")
            def call(self, x):
                a, b = ops.split(x, 2, axis=-1)
                if self.flip:
                    a, b = b, a
                s, t = ops.split(self.net(a), 2, axis=-1)
                b = b * ops.exp(s * self.log_scale) + t
                return ops.concatenate([b, a] if self.flip else [a, b], axis=-1)
        inputs = keras.Input((6,))
        x = inputs
        for i in range(3):
            x = Coupling(7, i % 2 == 1)(x)
        model = Model(inputs, x)
    """,
    "an antirectifier": """
        class Antirectifier(Layer):
            def __init__(self, initializer="he_normal", **kwargs):
                super().__init__(**kwargs)
                self.initializer = keras.initializers.get(initializer)
            def build(self, input_shape):
                dim = input_shape[-1]
                self.kernel = self.add_weight(shape=(dim * 2, dim), initializer=self.initializer,
                                              name="kernel", trainable=True)
            def call(self, inputs):
                inputs = inputs - ops.mean(inputs, axis=-1, keepdims=True)
                pos, neg = ops.relu(inputs), ops.relu(-inputs)
                return ops.matmul(ops.concatenate([pos, neg], axis=-1), self.kernel)
            def get_config(self):
                base = super().get_config()
                return dict(list(base.items()))
        model = Sequential([keras.Input((6,)), Dense(8), Antirectifier(), Dense(2)])
    """,
    "a subclass of Dense with more weights": """
        class Gated(Dense):
            def __init__(self, units, **kwargs):
                super().__init__(units, activation="relu", **kwargs)
            def build(self, input_shape):
                super().build(input_shape)
                self.gate = self.add_weight(shape=(self.units,), name="gate")
            def call(self, x):
                return super().call(x) * self.gate
        inputs = keras.Input((4,))
        model = Model(inputs, Gated(3)(inputs))
    """,
    "a subclass of Dense that uses its kernel": """
        class Plain(Dense):
            def call(self, x):
                return ops.matmul(x, self.kernel) + self.bias
        inputs = keras.Input((4,))
        model = Model(inputs, Plain(3)(inputs))
    """,
    "a subclass of Conv2D with its own build": """
        class Masked(Conv2D):
            def __init__(self, kind, **kwargs):
                super().__init__(**kwargs)
                self.kind = kind
            def build(self, input_shape):
                super().build(input_shape)
                self.mask = np.zeros(self.kernel.shape)
            def call(self, x):
                return super().call(x)
        inputs = keras.Input((9, 9, 2))
        model = Model(inputs, Masked("A", filters=4, kernel_size=3, padding="same")(inputs))
    """,
    "a subclass of a subclass": """
        class A(Layer):
            def __init__(self, units, **kwargs):
                super().__init__(**kwargs)
                self.units = units
            def build(self, shape):
                self.w = self.add_weight(shape=(shape[-1], self.units), name="w")
            def call(self, x):
                return ops.matmul(x, self.w)
        class B(A):
            def build(self, shape):
                super().build(shape)
                self.b = self.add_weight(shape=(self.units,), name="b")
            def call(self, x):
                return super().call(x) + self.b
        inputs = keras.Input((4,))
        model = Model(inputs, B(3)(A(5)(inputs)))
    """,
    "a wrapper of a layer that is given": """
        class Twice(Layer):
            def __init__(self, layer, **kwargs):
                super().__init__(**kwargs)
                self.layer = layer
            def call(self, x):
                return self.layer(self.layer(x))
        inputs = keras.Input((4,))
        model = Model(inputs, Twice(Dense(4))(inputs))
    """,
    "quantizing vectors": """
        class VectorQuantizer(Layer):
            def __init__(self, n, dim, beta=0.25, **kwargs):
                super().__init__(**kwargs)
                self.n, self.dim, self.beta = n, dim, beta
                self.embeddings = self.add_weight(shape=(dim, n), initializer="uniform", name="codes")
            def call(self, x):
                flat = ops.reshape(x, (-1, self.dim))
                distances = ops.sum(flat ** 2, axis=1, keepdims=True) - ops.matmul(flat, self.embeddings)
                return x * ops.mean(distances)
        inputs = keras.Input((8, 8, 6))
        model = Model(inputs, Conv2D(2, 1)(VectorQuantizer(10, 6)(inputs)))
    """,
    "a sampling layer": """
        class Sampling(Layer):
            def __init__(self, **kwargs):
                super().__init__(**kwargs)
                self.seed_generator = keras.random.SeedGenerator(1337)
            def call(self, inputs):
                mean, log_var = inputs
                batch, dim = ops.shape(mean)[0], ops.shape(mean)[1]
                epsilon = keras.random.normal(shape=(batch, dim), seed=self.seed_generator)
                return mean + ops.exp(0.5 * log_var) * epsilon
        inputs = keras.Input((5,))
        mean, log_var = Dense(2)(inputs), Dense(2)(inputs)
        model = Model(inputs, [mean, log_var, Sampling()([mean, log_var])])
    """,
    "stochastic depth and a learned scale": """
        class Scale(Layer):
            def __init__(self, init, dim, **kwargs):
                super().__init__(**kwargs)
                self.init, self.dim = init, dim
            def build(self, _):
                self.gamma = self.add_weight(shape=(self.dim,),
                                             initializer=keras.initializers.Constant(self.init))
            def call(self, x):
                return x * self.gamma
        class Block(Layer):
            def __init__(self, dim, **kwargs):
                super().__init__(**kwargs)
                self.dw = DepthwiseConv2D(3, padding="same")
                self.norm = LayerNormalization(epsilon=1e-6)
                self.up, self.down = Dense(4 * dim, activation="gelu"), Dense(dim)
                self.scale = Scale(1e-6, dim)
                self.drop = Dropout(0.1)
            def call(self, x):
                y = self.scale(self.down(self.up(self.norm(self.dw(x)))))
                return x + self.drop(y)
        inputs = keras.Input((6, 6, 4))
        model = Model(inputs, Block(4)(Block(4)(inputs)))
    """,
    "windows that are shifted": """
        class Window(Layer):
            def __init__(self, dim, size, shift):
                super().__init__()
                self.size, self.shift = size, shift
                self.norm = LayerNormalization()
                self.qkv = Dense(dim * 3)
                self.out = Dense(dim)
            def build(self, input_shape):
                self.table = self.add_weight(shape=((2 * self.size - 1) ** 2, 2), name="table")
            def call(self, x):
                height, width, dim = x.shape[1:]
                y = self.norm(x)
                if self.shift > 0:
                    y = ops.roll(y, shift=[-self.shift, -self.shift], axis=[1, 2])
                y = ops.reshape(y, (-1, height * width, dim))
                q, k, v = ops.split(self.qkv(y), 3, axis=-1)
                y = self.out(ops.matmul(ops.softmax(ops.matmul(q, ops.transpose(k, (0, 2, 1)))), v))
                return x + ops.reshape(y, (-1, height, width, dim))
        inputs = keras.Input((4, 4, 6))
        model = Model(inputs, Window(6, 2, 1)(Window(6, 2, 0)(inputs)))
    """,
    "weights that are conditional": """
        class Norm(Layer):
            def __init__(self, scale=True, center=True, **kwargs):
                super().__init__(**kwargs)
                self.use_scale, self.use_center = scale, center
            def build(self, shape):
                self.gamma = self.add_weight(shape=shape[-1:], name="gamma") if self.use_scale else None
                if self.use_center:
                    self.beta = self.add_weight(shape=shape[-1:], name="beta")
            def call(self, x):
                x = x if self.gamma is None else x * self.gamma
                return x + self.beta if self.use_center else x
        inputs = keras.Input((6,))
        model = Model(inputs, Norm(scale=False)(Norm(center=False)(Norm()(inputs))))
    """,
    "tied weights": """
        class Decoder(Layer):
            def __init__(self, embedding, **kwargs):
                super().__init__(**kwargs)
                self.embedding = embedding
            def build(self, shape):
                self.bias = self.add_weight(shape=(self.embedding.input_dim,), name="bias")
            def call(self, x):
                return ops.matmul(x, ops.transpose(self.embedding.embeddings)) + self.bias
        inputs = keras.Input((5,), dtype="int32")
        embedding = Embedding(30, 4)
        model = Model(inputs, Decoder(embedding)(embedding(inputs)))
    """,
    "a weight of another layer as an attribute": """
        class Tied(Layer):
            def __init__(self, dense, **kwargs):
                super().__init__(**kwargs)
                self.kernel = dense.kernel
                self.bias = self.add_weight(shape=(dense.kernel.shape[0],), name="b")
            def call(self, x):
                return ops.matmul(x, ops.transpose(self.kernel)) + self.bias
        inputs = keras.Input((6,))
        dense = Dense(3)
        x = dense(inputs)
        model = Model(inputs, Tied(dense)(x))
    """,
    "a layer made in call is not counted": """
        class Careless(Layer):
            def __init__(self):
                super().__init__()
                self.kept = Dense(4)
            def call(self, x):
                return self.kept(Dense(9)(x))
        inputs = keras.Input((3,))
        model = Model(inputs, Careless()(inputs))
    """,
    "from its own config": """
        class Linear(Layer):
            def __init__(self, units, use_bias=True, **kwargs):
                super().__init__(**kwargs)
                self.units, self.use_bias = units, use_bias
            def build(self, shape):
                self.w = self.add_weight(shape=(shape[-1], self.units), name="w")
                if self.use_bias:
                    self.b = self.add_weight(shape=(self.units,), name="b")
            def call(self, x):
                return ops.matmul(x, self.w) + (self.b if self.use_bias else 0)
            def get_config(self):
                config = super().get_config()
                config.update({"units": self.units, "use_bias": self.use_bias})
                return config
        inputs = keras.Input((4,))
        first = Linear(3, use_bias=False, name="first")
        second = Linear.from_config({**first.get_config(), "name": "second"})
        model = Model(inputs, second(first(inputs)))
    """,
    "input_shape in Sequential": """
        class Linear(Layer):
            def __init__(self, units, **kwargs):
                super().__init__(**kwargs)
                self.units = units
            def build(self, shape):
                self.w = self.add_weight(shape=(shape[-1], self.units))
            def call(self, x):
                return ops.matmul(x, self.w)
        model = Sequential([keras.Input((5,)), Linear(4), Linear(2)])
    """,
    "a layer's own submodel": """
        class Block(Layer):
            def __init__(self, units, depth, **kwargs):
                super().__init__(**kwargs)
                self.mlp = Sequential([Dense(units) for _ in range(depth)])
                self.gates = {"in": Dense(units), "out": [Dense(units), LayerNormalization()]}
            def call(self, x):
                y = self.mlp(self.gates["in"](x))
                for layer in self.gates["out"]:
                    y = layer(y)
                return y
        inputs = keras.Input((4,))
        model = Model(inputs, Block(5, 2)(inputs))
    """,
    "frozen from inside": """
        class Block(Layer):
            def __init__(self):
                super().__init__()
                self.frozen = Dense(4)
                self.frozen.trainable = False
                self.free = Dense(4)
            def call(self, x):
                return self.free(self.frozen(x))
        block, whole = Block(), Block()
        inputs = keras.Input((4,))
        model = Model(inputs, whole(block(inputs)))
        whole.trainable = False
    """,
    "super().call of a functional subclass": """
        class Net(Model):
            def train_step(self, data):
                return {}
        inputs = keras.Input((4,))
        model = Net(inputs, Dense(2)(inputs))
    """,
    "default arguments and call_kwargs": """
        class Flexible(Layer):
            def __init__(self, units):
                super().__init__()
                self.dense = Dense(units)
                self.norm = BatchNormalization()
            def build(self, shape):
                self.dense.build(shape)
                self.norm.build((None, self.dense.units))
            def call(self, x, residual=None, **call_kwargs):
                y = self.norm(self.dense(x), **call_kwargs)
                return y if residual is None else y + residual
        inputs = keras.Input((4,))
        f = Flexible(4)
        model = Model(inputs, Flexible(4)(f(inputs), residual=inputs))
    """,
    "a layer that returns a dictionary": """
        class Split(Layer):
            def __init__(self):
                super().__init__()
                self.a, self.b = Dense(3), Dense(2)
            def call(self, x):
                return {"a": self.a(x), "b": [self.b(x), x]}
        inputs = keras.Input((4,))
        out = Split()(inputs)
        model = Model(inputs, Dense(1)(ops.concatenate([out["a"], out["b"][0], out["b"][1]], axis=-1)))
    """,
    "loops over zipped layers in call": """
        class Stack(Layer):
            def __init__(self, widths):
                super().__init__()
                self.denses = [Dense(w) for w in widths]
                self.norms = [BatchNormalization(scale=False) for _ in widths]
            def call(self, x, training=None):
                outputs = []
                for i, (dense, norm) in enumerate(zip(self.denses, self.norms)):
                    x = norm(dense(x), training=training)
                    if i % 2 == 0:
                        outputs.append(x)
                return ops.concatenate(outputs, axis=-1)
        inputs = keras.Input((4,))
        model = Model(inputs, Dense(1)(Stack((3, 5, 7))(inputs)))
    """,
    "an auxiliary head that nothing returns": """
        class Net(Model):
            def __init__(self):
                super().__init__()
                self.body, self.aux, self.head = Dense(4), Dense(3), Dense(2)
            def call(self, x):
                x = self.body(x)
                side = self.aux(x)
                self.add_loss(ops.mean(side))
                return self.head(x)
        model = Net()
        model(np.zeros((1, 3)))
    """,
}


@pytest.mark.parametrize("name", MODELS)
def test_models_of_the_sources_own_class(name):
    assert_tracks_as_keras(MODELS[name])


@pytest.mark.parametrize("name", LAYERS)
def test_layers_of_the_sources_own_class(name):
    assert_tracks_as_keras(LAYERS[name])
