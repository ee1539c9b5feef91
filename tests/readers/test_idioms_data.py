"""Data of known shape: what sizeup follows through NumPy is what NumPy does."""

from __future__ import annotations

import textwrap

import keras
import numpy as np
import pytest

from readers.keras_truth import assert_reads_as_keras

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation")  # Keras' own

HEAD = (
    "import keras\nimport numpy as np\nfrom keras import layers\nfrom keras.layers import *\n"
    "from keras.models import Model, Sequential\n"
)


def _labels(count, classes, *shape):
    return (np.arange(count) % classes).astype("uint8").reshape(count, *shape)


def _loads(*pairs):
    return lambda *_, **__: tuple(pairs)


@pytest.fixture
def data_sets(monkeypatch):
    """Keras' data sets by their documented shapes; nothing is downloaded."""
    images = {"mnist": (60_000, 10), "fashion_mnist": (60_000, 10)}
    for name, (count, classes) in images.items():
        load = _loads(
            *((np.zeros((n, 28, 28), "uint8"), _labels(n, classes)) for n in (count, 10_000))
        )
        monkeypatch.setattr(getattr(keras.datasets, name), "load_data", load)
    for name, classes in (("cifar10", 10), ("cifar100", 100)):
        load = _loads(
            *((np.zeros((n, 32, 32, 3), "uint8"), _labels(n, classes, 1)) for n in (50_000, 10_000))
        )
        monkeypatch.setattr(getattr(keras.datasets, name), "load_data", load)
    texts = _loads(*((_labels(25_000, 2), _labels(25_000, 2)) for _ in range(2)))
    monkeypatch.setattr(keras.datasets.imdb, "load_data", texts)
    rows = _loads(*((np.zeros((n, 13)), np.zeros(n)) for n in (404, 102)))
    monkeypatch.setattr(keras.datasets.boston_housing, "load_data", rows)


SNIPPETS = {
    "mnist reshape": """
        from keras.datasets import mnist
        (x_train, y_train), (x_test, y_test) = mnist.load_data()
        x_train = x_train.reshape(x_train.shape[0], 784).astype('float32') / 255.
        x_test = x_test.reshape((len(x_test), np.prod(x_test.shape[1:])))
        y_train = keras.utils.to_categorical(y_train, 10)
        model = Sequential([keras.Input(shape=(x_train.shape[1],)), layers.Dense(512), layers.Dense(y_train.shape[1])])
    """,
    "mnist cnn with channel branch": """
        from keras import backend as K
        (x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
        img_rows, img_cols = x_train.shape[1:3]
        if K.image_data_format() == 'channels_first':
            x_train = x_train.reshape(x_train.shape[0], 1, img_rows, img_cols)
            input_shape = (1, img_rows, img_cols)
        else:
            x_train = x_train.reshape(x_train.shape[0], img_rows, img_cols, 1)
            input_shape = (img_rows, img_cols, 1)
        num_classes = len(np.unique(y_train))
        model = Sequential([keras.Input(input_shape), layers.Conv2D(32, 3), layers.Flatten(), layers.Dense(num_classes)])
    """,
    "cifar": """
        (x_train, y_train), (x_test, y_test) = keras.datasets.cifar10.load_data()
        assert x_train.shape == (50000, 32, 32, 3)
        x_train = x_train.astype('float32')
        x_test = x_test.astype('float32')
        x_train /= 255
        x_test /= 255
        mean = np.mean(x_train, axis=(0, 1, 2, 3)); std = np.std(x_train, axis=(0, 1, 2, 3))
        x_train = (x_train - mean) / (std + 1e-7)
        x_val, x_train = x_train[-10000:], x_train[:-10000]
        y_train = keras.utils.to_categorical(y_train)
        model = Sequential([keras.Input(shape=x_train.shape[1:]), layers.Conv2D(8, 3), layers.GlobalAveragePooling2D(), layers.Dense(y_train.shape[-1])])
    """,
    "cifar100 max": """
        (x_train, y_train), (x_test, y_test) = keras.datasets.cifar100.load_data(label_mode='fine')
        n = int(np.max(y_train)) + 1
        k = int(y_train.max()) + 1
        model = Sequential([keras.Input(shape=x_train[0].shape), layers.Flatten(), layers.Dense(n), layers.Dense(k), layers.Dense(len(set(y_train.flatten())))])
    """,
    "expand dims and others": """
        (x, y), _ = keras.datasets.fashion_mnist.load_data()
        a = np.expand_dims(x, -1)
        b = x[..., np.newaxis]
        c = x[:, :, :, None]
        d = np.stack([x] * 3, axis=-1)
        e = np.concatenate([a, b], axis=3)
        f = a.transpose(0, 3, 1, 2)
        g = np.repeat(a, 3, -1)
        h = np.pad(a, ((0, 0), (2, 2), (2, 2), (0, 0)))
        m_ = x.reshape(-1, 28 * 28)
        q = x.reshape((-1, 14, 56))
        sel = x[y == 3]
        xs = [a, b, c, d, e, g, h, f.swapaxes(1, 3)]
        outs = []
        ins = []
        for v in xs:
            i = keras.Input(v.shape[1:]); ins.append(i)
            outs.append(layers.Conv2D(2, 1)(i))
        for v in (m_, q, sel, np.squeeze(a), np.rot90(x) if False else x, a.squeeze(-1)):
            i = keras.Input(v.shape[1:]); ins.append(i)
            outs.append(layers.Dense(v.ndim)(i))
        model = Model(ins, outs)
    """,
    "random data": """
        x = np.random.random((1000, 20))
        y = np.random.randint(2, size=(1000, 1))
        z = np.random.rand(10, 4, 5)
        w = np.zeros((3, 7), dtype='int32')
        v = np.random.normal(0, 1, (6, 3))
        u = np.ones(5)
        t = np.full((2, 9), 3)
        model = Sequential([keras.Input((x.shape[1],)), layers.Dense(y.shape[1] + z.shape[2] + w.shape[-1] + v.shape[1] + len(u) + t.shape[1] + z.size // 100 + z.ndim)])
    """,
    "literals": """
        x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], "float32")
        y = np.array([[0], [1], [1], [0]])
        sizes = np.array([3, 4]) * 2
        ar = np.arange(4) + 1
        lin = np.linspace(2, 8, 3).astype(int)
        model = Sequential([keras.Input((x.shape[1],)), layers.Dense(x.shape[0]), layers.Dense(y.shape[1])])
        for s in sizes: model.add(layers.Dense(int(s)))
        for s in ar: model.add(layers.Dense(int(s)))
        for s in lin: model.add(layers.Dense(int(s)))
        model.add(layers.Dense(int(sizes.sum()) + int(np.sum(ar)) + int(np.prod(sizes)) + int(sizes.max()) + len(sizes) + int(np.mean([2, 4])) + int(ar[1]) + int(2 ** np.arange(5)[2])))
        model.add(layers.Dense(int(np.max([1, 5])) + int(np.prod(x.shape)) + int(np.array([2, 5]).tolist()[1]) + len(np.unique([1, 2, 2])) + int(np.argmax([1, 2])*0) + np.size(x) ))
    """,
    "vstack": """
        a = np.ones((2, 3)); b = np.zeros((4, 3))
        c = np.vstack([a, b]); d = np.hstack([a, a]); e = np.column_stack if False else np.concatenate((a, b))
        f = np.vstack((np.ones(3), np.ones(3))); g = np.dot(a, b.T); h = np.tile(a, (2, 2)); k = np.mean(c, axis=1); l = c.mean(axis=0)
        model = Sequential([keras.Input((c.shape[0],)), layers.Dense(d.shape[1]), layers.Dense(e.shape[0]), layers.Dense(f.shape[0]), layers.Dense(g.shape[1]), layers.Dense(h.shape[1]), layers.Dense(len(k)), layers.Dense(l.shape[0]), layers.Dense(np.eye(4).shape[1])])
    """,
    "imdb": """
        from keras.datasets import imdb
        from keras.preprocessing import sequence
        (x_train, y_train), (x_test, y_test) = imdb.load_data(num_words=500)
        x_train = keras.utils.pad_sequences([[1, 2], [3]], maxlen=40)
        x2 = sequence.pad_sequences([[1, 2], [3]], maxlen=40)
        model = Sequential([keras.Input((x_train.shape[1],)), layers.Embedding(500, 8), layers.Flatten(), layers.Dense(x2.shape[1])])
    """,
    "boston": """
        (x_train, y_train), (x_test, y_test) = keras.datasets.boston_housing.load_data()
        mean = x_train.mean(axis=0)
        x_train -= mean
        x_train /= x_train.std(axis=0)
        def build():
            m = Sequential()
            m.add(keras.Input((x_train.shape[1],)))
            m.add(layers.Dense(64))
            return m
        model = build()
    """,
    "fit builds": """
        x = np.random.rand(8, 6).astype('float32'); y = np.random.rand(8, 1)
        model = Sequential([layers.Dense(4), layers.Dense(1)])
        model.compile(loss='mse')
        model.build((None, 6))
    """,
    "call on data builds": """
        model = Sequential([layers.Dense(4), layers.Dense(1)])
        out = model(np.zeros((2, 6), 'float32'))
    """,
    "call subclass on data": """
        class M(keras.Model):
            def __init__(self):
                super().__init__()
                self.d = layers.Dense(4)
            def call(self, x): return self.d(x)
        model = M()
        model(np.ones((1, 5)))
    """,
    "loops over data": """
        (x_train, y_train), _ = keras.datasets.mnist.load_data()
        total = 0
        for i in range(len(x_train)):
            total += 1
            for j in range(28):
                total += j
        for img, lab in zip(x_train, y_train):
            img = img / 255
        x_new = np.array([im.flatten() for im in x_train[:20]])
        model = Sequential([keras.Input(x_new.shape[1:]), layers.Dense(3)])
    """,
    "sum of shapes": """
        x = np.zeros((5, 4, 3)); n = np.prod(x.shape[1:])
        w, h = x.shape[:2]
        model = Sequential([keras.Input((n,)), layers.Dense(int(n // 2)), layers.Dense(w * h), layers.Dense(sum(x.shape)), layers.Dense(x[0].size), layers.Dense(len(x[0])), layers.Dense(x[:, 0].shape[1]), layers.Dense(x.T.shape[0])])
    """,
    "acgan class": """
        class GAN():
            def __init__(self):
                self.img_rows = 28
                self.img_cols = 28
                self.channels = 1
                self.img_shape = (self.img_rows, self.img_cols, self.channels)
                self.latent_dim = 100
                self.discriminator = self.build_discriminator()
                self.discriminator.compile(loss='binary_crossentropy')
                self.generator = self.build_generator()
                z = Input(shape=(self.latent_dim,))
                img = self.generator(z)
                self.discriminator.trainable = False
                validity = self.discriminator(img)
                self.combined = Model(z, validity)
                self.combined.compile(loss='binary_crossentropy')
            def build_generator(self):
                model = Sequential()
                model.add(Dense(256, input_dim=self.latent_dim) if False else Input((self.latent_dim,)))
                model.add(Dense(256))
                model.add(LeakyReLU(negative_slope=0.2))
                model.add(BatchNormalization(momentum=0.8))
                model.add(Dense(np.prod(self.img_shape), activation='tanh') if False else Dense(int(np.prod(self.img_shape)), activation='tanh'))
                model.add(Reshape(self.img_shape))
                model.summary(print_fn=lambda *_: None)
                noise = Input(shape=(self.latent_dim,))
                img = model(noise)
                return Model(noise, img)
            def build_discriminator(self):
                model = Sequential([Input(self.img_shape), Flatten(), Dense(512), LeakyReLU(negative_slope=0.2), Dense(1, activation='sigmoid')])
                img = Input(shape=self.img_shape)
                return Model(img, model(img))
            def train(self, epochs, batch_size=128, sample_interval=50):
                (X_train, _), (_, _) = keras.datasets.mnist.load_data()
                X_train = X_train / 127.5 - 1.
                X_train = np.expand_dims(X_train, axis=3)
                valid = np.ones((batch_size, 1))
                for epoch in range(epochs):
                    idx = np.random.randint(0, X_train.shape[0], batch_size)
                    imgs = X_train[idx]
                    noise = np.random.normal(0, 1, (batch_size, self.latent_dim))
                    gen_imgs = self.generator.predict(noise)
                    d_loss_real = self.discriminator.train_on_batch(imgs, valid)
                    d_loss = 0.5 * np.add(d_loss_real, d_loss_real)
                    g_loss = self.combined.train_on_batch(noise, valid)
                    print("%d [D loss: %f, acc.: %.2f%%] [G loss: %f]" % (epoch, d_loss[0], 100 * d_loss[1], g_loss))
                    if epoch % sample_interval == 0: self.sample_images(epoch)
            def sample_images(self, epoch):
                r, c = 5, 5
                noise = np.random.normal(0, 1, (r * c, self.latent_dim))
                gen_imgs = self.generator.predict(noise)
                gen_imgs = 0.5 * gen_imgs + 0.5
        gan = GAN()
        model = gan.combined
    """,
    "vae style": """
        original_dim = 784
        latent_dim = 2
        x = Input(shape=(original_dim,))
        h = Dense(256, activation='relu')(x)
        z_mean = Dense(latent_dim)(h)
        z_log_var = Dense(latent_dim)(h)
        encoder = Model(x, [z_mean, z_log_var])
        decoder_h = Dense(256, activation='relu')
        decoder_mean = Dense(original_dim, activation='sigmoid')
        x_dec = decoder_mean(decoder_h(z_mean))
        vae = Model(x, x_dec)
        di = Input(shape=(latent_dim,))
        model = Model(di, decoder_mean(decoder_h(di)))
    """,
    "autoencoder layers -1": """
        input_img = Input(shape=(784,))
        encoded = Dense(32)(input_img)
        decoded = Dense(784)(encoded)
        autoencoder = Model(input_img, decoded)
        encoded_input = Input(shape=(32,))
        decoder_layer = autoencoder.layers[-1]
        model = Model(encoded_input, decoder_layer(encoded_input))
    """,
    "siamese": """
        def base_net(shape):
            i = Input(shape)
            return Model(i, Dense(8)(Dense(16)(i)))
        net = base_net((10,))
        a, b = Input((10,)), Input((10,))
        model = Model([a, b], Dense(1)(Subtract()([net(a), net(b)])))
    """,
    "text classification": """
        max_features, maxlen = 500, 40
        (x_train, y_train), (x_test, y_test) = keras.datasets.imdb.load_data(num_words=max_features)
        x_train = keras.utils.pad_sequences(np.array([[1, 2]] * 3), maxlen=maxlen)
        model = Sequential([Input((maxlen,)), Embedding(max_features, 16), GlobalAveragePooling1D(), Dense(1)])
        print(x_train.shape, 'x', len(x_train), "%d" % len(x_test))
    """,
    "data class loader": """
        class DataLoader:
            def __init__(self):
                (self.x, self.y), (self.xt, self.yt) = keras.datasets.cifar10.load_data()
                self.n_classes = len(np.unique(self.y))
            @property
            def shape(self): return self.x.shape[1:]
            def get(self):
                for i in range(0, len(self.x), 32):
                    yield self.x[i:i + 32], self.y[i:i + 32]
        d = DataLoader()
        bx, by = next(d.get())
        model = Sequential([Input(d.shape), Flatten(), Dense(d.n_classes), Dense(bx.shape[1]), Dense(by.shape[0])])
    """,
    "train fn decides by data": """
        def load(name='mnist'):
            if name == 'mnist': return keras.datasets.mnist.load_data()
            elif name == 'cifar10': return keras.datasets.cifar10.load_data()
            raise ValueError(name)
        (x, y), (xt, yt) = load('cifar10')
        if x.ndim == 3: x = x[..., None]
        if len(x.shape) == 4 and x.shape[-1] == 3: k = 5
        else: k = 7
        x = x.astype(np.float32) / np.float32(255)
        x, y = x[:1000], y[:1000]
        perm = np.random.permutation(len(x)); x = x[perm]; y = y[perm]
        y = keras.utils.to_categorical(y, 10)
        x = x - x.mean(axis=(0, 1, 2), keepdims=True)
        x = np.clip(x, 0, 1)
        model = Sequential([Input(x.shape[1:]), Flatten(), Dense(k), Dense(y.shape[1])])
    """,
    "one hot manual": """
        y = np.array([0, 1, 2, 1])
        oh = np.eye(3)[y]
        oh2 = np.zeros((y.size, y.max() + 1)); oh2[np.arange(y.size), y] = 1
        model = Sequential([Input((oh.shape[1],)), Dense(oh2.shape[1])])
    """,
    "meshgrid and others": """
        a = np.arange(12).reshape(3, 4)
        b = a[:, 1:3]; c = a[a > 3] ; d = a[[0, 2]]; e = a.flatten(); f = a.sum(axis=0); g = a[-1]; h = np.split(a, 2, axis=1); t = np.array_split(a, 3); u, v = np.random.rand(3, 5).shape
        n = int(a[1, 2]) + int(a[2][3]) + b.shape[1] + d.shape[0] + e.size + len(f) + g.shape[0] + h[0].shape[1] + u + v + int(a.max())
        model = Sequential([Input((n,)), Dense(2)])
    """,
}  # fmt: skip


@pytest.mark.usefixtures("data_sets")
@pytest.mark.parametrize("snippet", SNIPPETS)
def test_shapes_are_followed_as_numpy_has_them(snippet):
    assert_reads_as_keras(HEAD + textwrap.dedent(SNIPPETS[snippet]))
