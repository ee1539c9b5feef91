"""What people do with tensors in functional models and layers: read as the real Keras builds it."""

from __future__ import annotations

import textwrap

import pytest

from readers.keras_truth import assert_reads_as_keras

HEAD = (
    "import keras\nimport numpy as np\nfrom keras import layers, ops\nfrom keras.layers import *\n"
    "from keras.models import Model, Sequential\n"
)

SNIPPETS = {
    "channel shuffle of ShuffleNet in a Lambda": """
        def channel_shuffle(x, groups):
            height, width, channels = x.shape[1:]
            per_group = channels // groups
            x = ops.reshape(x, [-1, height, width, groups, per_group])
            x = ops.transpose(x, (0, 1, 2, 4, 3))
            return ops.reshape(x, [-1, height, width, channels])
        i = Input((8, 8, 3))
        x = Conv2D(24, 1)(i)
        x = Lambda(channel_shuffle, arguments={"groups": 3}, name="shuffle")(x)
        x = DepthwiseConv2D(3, padding="same")(x)
        model = Model(i, Conv2D(4, 1)(x))
    """,
    "squeeze and excitation": """
        def se(x, ratio=4):
            filters = x.shape[-1]
            s = ops.mean(x, axis=[1, 2])
            s = Dense(filters // ratio, activation="relu")(s)
            s = Dense(filters, activation="sigmoid")(s)
            return x * ops.reshape(s, (-1, 1, 1, filters))
        i = Input((8, 8, 16))
        model = Model(i, Dense(2)(GlobalMaxPooling2D()(se(i))))
    """,
    "a capsule's squash": """
        def squash(v, axis=-1):
            s = ops.sum(ops.square(v), axis=axis, keepdims=True)
            return s / (1 + s) / ops.sqrt(s + keras.backend.epsilon()) * v
        i = Input((12, 12, 1))
        x = Conv2D(16, 5, strides=2)(i)
        x = Reshape((-1, 8))(x)
        x = Lambda(squash, name="squash")(x)
        x = Lambda(lambda v: ops.sqrt(ops.sum(ops.square(v), -1)), name="length")(x)
        model = Model(i, Dense(10)(x))
    """,
    "a capsule layer with routing": """
        class Capsules(Layer):
            def __init__(self, number, size, routings=2, **kw):
                super().__init__(**kw)
                self.number, self.size, self.routings = number, size, routings
            def build(self, shape):
                self.W = self.add_weight(shape=[self.number, shape[1], self.size, shape[2]], name="W")
            def call(self, x):
                x = ops.expand_dims(ops.expand_dims(x, 1), -1)
                x = ops.tile(x, [1, self.number, 1, 1, 1])
                hat = ops.squeeze(ops.matmul(self.W, x), -1)
                b = ops.zeros_like(hat[:, :, :, 0])
                for n in range(self.routings):
                    c = ops.softmax(b, axis=1)
                    out = ops.einsum("bnij,bni->bnj", hat, c)
                    b = b + ops.einsum("bnij,bnj->bni", hat, out)
                return out
        i = Input((6, 4))
        model = Model(i, Dense(3)(Flatten()(Capsules(5, 7)(i))))
    """,
    "space to depth in YOLO": """
        def reorganize(x):
            return ops.nn.space_to_depth(x, 2)
        i = Input((16, 16, 3))
        a = Conv2D(4, 3, padding="same")(i)
        b = Conv2D(6, 3, strides=2, padding="same")(a)
        x = Concatenate()([Lambda(reorganize)(a), b])
        model = Model(i, Conv2D(5, 1)(x))
    """,
    "siamese distance": """
        def base():
            i = Input((8,))
            return Model(i, Dense(4)(Dense(6)(i)))
        def distance(vectors):
            x, y = vectors
            return ops.sqrt(ops.maximum(ops.sum(ops.square(x - y), axis=1, keepdims=True), 1e-7))
        encode = base()
        a, b = Input((8,)), Input((8,))
        l1 = Lambda(lambda t: ops.abs(t[0] - t[1]))([encode(a), encode(b)])
        l2 = Lambda(distance, name="l2")([encode(a), encode(b)])
        model = Model([a, b], [Dense(1)(l1), Dense(1)(l2)])
    """,
    "a VAE that samples in a Lambda": """
        def sample(args):
            mean, log_var = args
            batch = ops.shape(mean)[0]
            dim = mean.shape[1]
            return mean + ops.exp(0.5 * log_var) * keras.random.normal(shape=(1, dim))
        i = Input((12,))
        h = Dense(8)(i)
        mean, log_var = Dense(2)(h), Dense(2)(h)
        z = Lambda(sample, output_shape=(2,))([mean, log_var])
        model = Model(i, Dense(12)(z))
    """,
    "a VAE that samples in a layer": """
        class Sampling(Layer):
            def call(self, inputs):
                mean, log_var = inputs
                epsilon = keras.random.normal(ops.shape(mean)[1:])
                return mean + ops.exp(0.5 * log_var) * epsilon
        i = Input((12,))
        h = Dense(8)(i)
        z = Sampling()([Dense(3, name="m")(h), Dense(3, name="v")(h)])
        model = Model(i, Dense(12)(z))
    """,
    "attention with weights of its own": """
        class Attention_(Layer):
            def build(self, shape):
                self.W = self.add_weight(shape=(shape[-1], shape[-1]), name="W")
                self.b = self.add_weight(shape=(shape[-1],), name="b")
                self.u = self.add_weight(shape=(shape[-1],), name="u")
            def call(self, x):
                uit = ops.tanh(ops.dot(x, self.W) + self.b)
                ait = ops.exp(ops.squeeze(ops.dot(uit, ops.expand_dims(self.u, -1)), -1))
                ait = ait / ops.sum(ait, axis=1, keepdims=True)
                return ops.sum(x * ops.expand_dims(ait, -1), axis=1)
        i = Input((9, 6))
        model = Model(i, Dense(3)(Attention_()(i)))
    """,
    "scaled dot products of heads": """
        def heads(x, n):
            x = ops.reshape(x, (-1, x.shape[1], n, x.shape[2] // n))
            return ops.transpose(x, (0, 2, 1, 3))
        i = Input((9, 8))
        q, k, v = (heads(Dense(8)(i), 2) for _ in range(3))
        scores = ops.matmul(q, ops.transpose(k, (0, 1, 3, 2))) / ops.sqrt(4.0)
        x = ops.matmul(ops.softmax(scores), v)
        x = ops.reshape(ops.transpose(x, (0, 2, 1, 3)), (-1, 9, 8))
        model = Model(i, Dense(5)(x + i))
    """,
    "a grouped convolution by slices": """
        i = Input((8, 8, 12))
        groups = []
        for c in range(3):
            x = Lambda(lambda z, c=c: z[:, :, :, c * 4:(c + 1) * 4])(i)
            groups.append(Conv2D(5, 3, use_bias=False)(x))
        x = concatenate(groups, axis=-1)
        model = Model(i, BatchNormalization()(x))
    """,
    "pixels shuffled by reshaping": """
        def pixel_shuffle(x, r=2):
            b, h, w, c = x.shape
            x = ops.reshape(x, (-1, h, w, r, r, c // (r * r)))
            x = ops.transpose(x, (0, 1, 3, 2, 4, 5))
            return ops.reshape(x, (-1, h * r, w * r, c // (r * r)))
        i = Input((6, 6, 3))
        x = Lambda(pixel_shuffle)(Conv2D(16, 3, padding="same")(i))
        model = Model(i, Conv2D(3, 3)(x))
    """,
    "positions added to an embedding": """
        class Positions(Layer):
            def __init__(self, length, dim, **kw):
                super().__init__(**kw)
                self.table = Embedding(length, dim)
                self.length = length
            def call(self, x):
                positions = ops.expand_dims(ops.arange(0, self.length, 1), 0)
                return x + self.table(positions)
        i = Input((10,))
        x = Positions(10, 6)(Embedding(30, 6)(i))
        model = Model(i, Dense(2)(Flatten()(x)))
    """,
    "sines of positions": """
        def encoding(length, depth):
            positions = np.arange(length)[:, np.newaxis]
            depths = np.arange(depth // 2)[np.newaxis, :] / (depth // 2)
            rates = 1 / (10000 ** depths)
            radians = positions * rates
            return np.concatenate([np.sin(radians), np.cos(radians)], axis=-1)
        i = Input((10, 8))
        x = i * ops.sqrt(8.0) + encoding(10, 8)[np.newaxis, :10, :]
        model = Model(i, Dense(2)(x))
    """,
    "ghost features cut off": """
        def ghost(x, filters, ratio=2):
            first = Conv2D(filters // ratio, 1)(x)
            more = DepthwiseConv2D(3, padding="same", depth_multiplier=ratio)(first)
            more = more[:, :, :, : filters - filters // ratio]
            return ops.concatenate([first, more], axis=-1)
        i = Input((8, 8, 3))
        model = Model(i, Conv2D(2, 1)(ghost(ghost(i, 9), 12)))
    """,
    "patches for a vision transformer": """
        class Patches(Layer):
            def __init__(self, size):
                super().__init__()
                self.size = size
            def call(self, images):
                h, w, c = images.shape[1:]
                patches = ops.image.extract_patches(images, size=self.size)
                n = (h // self.size) * (w // self.size)
                return ops.reshape(patches, (ops.shape(images)[0], n, self.size * self.size * c))
        class PatchEncoder(Layer):
            def __init__(self, n, dim):
                super().__init__()
                self.n = n
                self.projection = Dense(dim)
                self.position = Embedding(n, dim)
            def call(self, patch):
                positions = ops.expand_dims(ops.arange(start=0, stop=self.n, step=1), axis=0)
                return self.projection(patch) + self.position(positions)
        i = Input((12, 12, 3))
        x = PatchEncoder(9, 10)(Patches(4)(i))
        model = Model(i, Dense(2)(LayerNormalization()(x)))
    """,
    "a class token in front": """
        class Token(Layer):
            def build(self, s):
                self.token = self.add_weight(shape=(1, 1, s[-1]), name="token")
            def call(self, x):
                token = ops.broadcast_to(self.token, (ops.shape(x)[0], 1, x.shape[-1]))
                return ops.concatenate([token, x], axis=1)
        i = Input((7, 6))
        x = Token()(i)
        model = Model(i, [Dense(2)(x[:, 0]), Dense(3)(Flatten()(x[:, 1:]))])
    """,
    "shortcuts of CIFAR's ResNets padded with zeros": """
        def shortcut(x):
            return ops.pad(x[:, ::2, ::2, :], [[0, 0], [0, 0], [0, 0], [2, 2]])
        i = Input((9, 9, 4))
        y = Conv2D(8, 3, strides=2, padding="same")(i)
        model = Model(i, Dense(2)(Flatten()(y + Lambda(shortcut)(i))))
    """,
    "Lambda of all kinds": """
        def first(x): return x[:, 0]
        class Norm:
            def __call__(self, x): return x / ops.norm(x, axis=-1, keepdims=True)
        i = Input((5, 4))
        a = Lambda(first)(i)
        b = Lambda(ops.relu, name="r")(i)
        c = Lambda(lambda x, mask=None: ops.max(x, axis=1))(b)
        d = Lambda(lambda x: ops.stack([x, x], axis=1))(c)
        p, q = Lambda(lambda x: [x[..., :1], x[..., 1:]])(d)
        model = Model(i, [Dense(2)(a), Dense(3)(p), Dense(4)(q)])
    """,
    "a Lambda that calls layers of its own": """
        inner = Dense(7)
        i = Input((6,))
        x = Lambda(lambda t: inner(t))(i)
        model = Model(i, Dense(2)(x))
    """,
    "a Lambda in a Sequential": """
        model = Sequential([
            Input((8, 8, 1)), Lambda(lambda x: x / 127.5 - 1.0),
            Lambda(lambda x: ops.concatenate([x] * 3, axis=-1)), Conv2D(4, 3),
            Lambda(lambda x: ops.mean(x, [1, 2])), Dense(3)])
    """,
    "a Lambda whose shape is said": """
        i = Input((6, 4))
        x = Lambda(lambda t: ops.sum(t, axis=1), output_shape=(4,))(i)
        y = Lambda(lambda t: t[:, 0], output_shape=lambda s: (s[0], s[2]))(i)
        model = Model(i, [Dense(2)(x), Dense(3)(y)])
    """,
    "comparisons and masks": """
        i = Input((6,), dtype="int32")
        e = Embedding(20, 4)(i)
        mask = ops.cast(ops.not_equal(i, 0), "float32")
        x = ops.sum(e * ops.expand_dims(mask, -1), 1) / ops.maximum(ops.sum(mask, 1, keepdims=True), 1.0)
        y = ops.where(x > 0, x, ops.zeros_like(x))
        model = Model(i, Dense(2)(y))
    """,
    "pieces by split and unstack": """
        i = Input((6, 8))
        a, b = ops.split(i, 2, axis=-1)
        rows = ops.unstack(a, axis=1)
        gate = ops.sigmoid(b) * a
        parts = ops.split(gate, [2, 3], axis=1)
        model = Model(i, [Dense(2)(rows[0]), Dense(3)(Flatten()(parts[1])), Dense(4)(Flatten()(parts[2]))])
    """,
    "top values and indices": """
        i = Input((9, 5))
        values, indices = ops.top_k(i, 3)
        hot = ops.one_hot(ops.argmax(i, axis=-1), 5)
        taken = ops.take(i, [0, 2], axis=1)
        model = Model(i, [Dense(2)(Flatten()(values)), Dense(3)(Flatten()(hot)), Dense(2)(Flatten()(taken))])
    """,
    "images resized": """
        i = Input((8, 6, 3))
        x = ops.image.resize(i, (16, 12))
        y = ops.repeat(ops.repeat(i, 2, axis=1), 2, axis=2)
        model = Model(i, Dense(2)(Flatten()(Conv2D(2, 3)(x + y))))
    """,
    "a convolution with a kernel of its own": """
        class Fixed(Layer):
            def build(self, s):
                self.k = self.add_weight(shape=(3, 3, s[-1], 5), name="k", trainable=False)
            def call(self, x):
                x = ops.conv(x, ops.convert_to_tensor(self.k), strides=2, padding="same")
                return ops.max_pool(x, (2, 2), strides=(2, 2))
        i = Input((16, 16, 3))
        model = Model(i, Dense(2)(Flatten()(Fixed()(i))))
    """,
    "moments over images": """
        class InstanceNorm(Layer):
            def build(self, s):
                self.scale = self.add_weight(shape=s[-1:], name="scale")
                self.offset = self.add_weight(shape=s[-1:], name="offset")
            def call(self, x):
                mean, variance = ops.moments(x, axes=[1, 2], keepdims=True)
                return self.scale * (x - mean) * ops.rsqrt(variance + 1e-5) + self.offset
        i = Input((8, 8, 4))
        model = Model(i, Conv2D(3, 3)(InstanceNorm()(i)))
    """,
    "axes moved and swapped": """
        i = Input((4, 6, 8))
        a = ops.moveaxis(i, -1, 1)
        b = ops.swapaxes(a, 1, 2)
        c = ops.roll(ops.flip(b, axis=1), 1, axis=2)
        model = Model(i, Dense(2)(ops.cumsum(c, axis=1)))
    """,
    "a gram matrix of factors": """
        i = Input((5, 4))
        x = ops.einsum("bij,bkj->bik", i, i)
        y = i @ ops.transpose(i, (0, 2, 1))
        upper = [x[:, a, b] for a in range(5) for b in range(a)]
        z = ops.stack(upper, axis=1)
        model = Model(i, [Dense(3)(z), Dense(2)(Flatten()(x * y))])
    """,
}


@pytest.mark.parametrize("name", SNIPPETS)
def test_reads_what_keras_builds(name: str) -> None:
    assert_reads_as_keras(HEAD + textwrap.dedent(SNIPPETS[name]))
