"""Operations in the spellings of Keras 1 and 2 and of TensorFlow, which the real Keras 3 lacks.

Truths are counted by hand from the documented shapes; where Keras 3 has the operation under
another name, `tests/rules/test_operations*.py` hold the rule against it.
"""

from __future__ import annotations

import textwrap

import pytest

from readers.keras_truth import read_text
from sizeup.analyses.count import count
from sizeup.dims import bind as bind_dim
from sizeup.rules.graphs import bind

KERAS_2 = "from keras import backend as K\nfrom keras.layers import *\nfrom keras.models import *\n"
TF = (
    "import tensorflow as tf\nfrom tensorflow.keras import backend as K\n"
    "from tensorflow.keras.layers import *\nfrom tensorflow.keras.models import *\n"
)

WIDTHS = {
    # what is done to `i` of shape (None, 8, 6, 4): the last dimension, and all but the batch
    "K.mean(i, axis=[1, 2])": (4,),
    "K.sum(i, axis=-1, keepdims=True)": (8, 6, 1),
    "K.permute_dimensions(i, (0, 3, 1, 2))": (4, 8, 6),
    "K.batch_flatten(i)": (192,),
    "K.reshape(i, (-1, 48, 4))": (48, 4),
    "K.reshape(i, (K.shape(i)[0], -1))": (192,),
    "K.repeat_elements(i, 2, axis=1)": (16, 6, 4),
    "K.repeat(K.mean(i, axis=[1, 2]), 5)": (5, 4),
    "K.tile(i, [1, 2, 1, 3])": (16, 6, 12),
    "K.expand_dims(i)": (8, 6, 4, 1),
    "K.squeeze(K.expand_dims(i, 1), 1)": (8, 6, 4),
    "K.concatenate([i, i])": (8, 6, 8),
    "K.stack([i, i], axis=1)": (2, 8, 6, 4),
    "K.resize_images(i, 2, 3, 'channels_last')": (16, 18, 4),
    "K.spatial_2d_padding(i, ((1, 0), (2, 2)))": (9, 10, 4),
    "K.conv2d(i, K.ones((3, 3, 4, 7)), strides=(2, 2), padding='same')": (4, 3, 7),
    "K.depthwise_conv2d(i, K.ones((3, 3, 4, 2)))": (6, 4, 8),
    "K.pool2d(i, (2, 2), strides=(2, 2))": (4, 3, 4),
    "K.dot(i, K.zeros((4, 9)))": (8, 6, 9),
    "K.batch_dot(K.reshape(i, (-1, 48, 4)), K.reshape(i, (-1, 4, 48)))": (48, 48),
    "K.one_hot(K.argmax(i), 10)": (8, 6, 10),
    "K.gather(K.zeros((30, 5)), K.argmax(i))": (8, 6, 5),
    "K.reverse(i, 1)": (8, 6, 4),
    "K.l2_normalize(i, axis=-1)": (8, 6, 4),
    "K.switch(K.greater(i, 0), i, K.zeros_like(i))": (8, 6, 4),
    "K.in_train_phase(lambda: i * 2, i)": (8, 6, 4),
    "K.clip(i, 0, 1) + K.random_normal(K.shape(i))": (8, 6, 4),
    "K.random_normal(shape=(K.shape(i)[0], 4)) * K.mean(i, [1, 2])": (4,),
    "i[:, 0]": (6, 4),
    "i[..., :3]": (8, 6, 3),
    "i[:, ::2, -1, None]": (4, 1, 4),
    "i[:, :, :, K.int_shape(i)[-1] // 2:]": (8, 6, 2),
    "K.map_fn(lambda e: K.sum(e, axis=0), i)": (6, 4),
    "K.foldl(lambda a, e: a + e, K.permute_dimensions(i, (1, 0, 2, 3)))": (6, 4),
    "-i ** 2 / 3 - 1": (8, 6, 4),
}  # fmt: skip

TENSORFLOW = {
    "tf.reduce_max(i, [1, 2], keep_dims=True)": (1, 1, 4),
    "tf.concat(3, [i, i])": (8, 6, 8),
    "tf.concat([i, i], 1)": (16, 6, 4),
    "tf.transpose(i, perm=[0, 2, 1, 3])": (6, 8, 4),
    "tf.split(i, [1, 3], axis=-1)[1]": (8, 6, 3),
    "tf.split(i, num_or_size_splits=2, axis=3)[0]": (8, 6, 2),
    "tf.unstack(i, axis=1)[0]": (6, 4),
    "tf.space_to_depth(i, 2)": (4, 3, 16),
    "tf.nn.depth_to_space(i, block_size=2)": (16, 12, 1),
    "tf.image.resize(i, [4, 5])": (4, 5, 4),
    "tf.image.resize_bilinear(i, tf.shape(i)[1:3] * 2, align_corners=True)": (16, 12, 4),
    "tf.compat.v1.image.resize_nearest_neighbor(i, (2, 2))": (2, 2, 4),
    "tf.nn.conv2d(i, tf.ones([3, 3, 4, 5]), strides=[1, 2, 2, 1], padding='SAME')": (4, 3, 5),
    "tf.nn.max_pool(i, ksize=[1, 2, 2, 1], strides=[1, 2, 2, 1], padding='VALID')": (4, 3, 4),
    "tf.nn.avg_pool2d(i, 2, 2, 'SAME')": (4, 3, 4),
    "tf.pad(i, [[0, 0], [1, 1], [2, 2], [0, 0]], mode='REFLECT')": (10, 10, 4),
    "tf.slice(i, [0, 1, 0, 0], [-1, 4, -1, 2])": (4, 6, 2),
    "tf.strided_slice(i, [0, 0, 0, 0], [9, 4, 6, 4], [1, 2, 1, 1])": (2, 6, 4),
    "tf.gather(i, [0, 2], axis=3)": (8, 6, 2),
    "tf.matmul(i, i, transpose_b=True)": (8, 6, 6),
    "tf.einsum('bhwc,cd->bhwd', i, tf.zeros((4, 11)))": (8, 6, 11),
    "tf.tensordot(i, tf.zeros((4, 3)), axes=[[3], [0]])": (8, 6, 3),
    "tf.nn.moments(i, [1, 2])[0]": (4,),
    "tf.nn.top_k(i, k=2).values": (8, 6, 2),
    "tf.argmax(i, axis=-1)": (8, 6),
    "tf.reshape(i, tf.stack([tf.shape(i)[0], 8, 24]))": (8, 24),
    "tf.reshape(i, tf.concat([tf.shape(i)[:1], [48, 4]], axis=0))": (48, 4),
    "tf.reshape(i, [-1, tf.reduce_prod(tf.shape(i)[1:])])": (192,),
    "tf.tile(tf.reduce_mean(i, [1, 2], keepdims=True), [1, 8, 6, 1])": (8, 6, 4),
    "tf.where(i > 0, i, 0.0)": (8, 6, 4),
    "tf.extract_image_patches(i, [1, 2, 2, 1], [1, 2, 2, 1], [1, 1, 1, 1], 'VALID')": (4, 3, 16),
    "tf.cond(True, lambda: i, lambda: i[:, 0])": (8, 6, 4),
    "tf.image.grayscale_to_rgb(i[..., :1])": (8, 6, 3),
    "tf.while_loop(lambda a, x: a < 3, lambda a, x: (a + 1, x * 2), [0, i])[1]": (8, 6, 4),
}  # fmt: skip


@pytest.mark.parametrize(
    ("head", "code", "shape"),
    [(KERAS_2, *case) for case in WIDTHS.items()] + [(TF, *case) for case in TENSORFLOW.items()],
)
def test_shapes(head, code, shape):
    """Outside of any layer, and in a Lambda of the same code."""
    text = head + f"i = Input((8, 6, 4))\nmodel = Model(i, Dense(3)({code}))\n"
    inside = head + (
        f"def f(i):\n    return {code}\n"
        "i = Input((8, 6, 4))\nmodel = Model(i, Dense(3)(Lambda(f)(i)))\n"
    )
    for each in (text, inside):
        network = read_text(each)["model"]
        dense = network.graph.layers[-1]
        assert network.error is None, network.error
        assert dense.kind == "Dense"
        assert dense.calls[0].input_shapes[0][1:] == shape
        assert count(network).total == 3 * shape[-1] + 3


def only(text: str, **settings: object):
    """The network `model` of a text."""
    return read_text(text, **settings)["model"]


def test_what_costs_multiplications_in_a_lambda_is_counted():
    network = only(
        KERAS_2
        + textwrap.dedent("""
        i = Input((10, 4))
        s = Lambda(lambda x: K.softmax(K.batch_dot(x, K.permute_dimensions(x, (0, 2, 1)))))(i)
        x = Lambda(lambda t: K.batch_dot(t[0], t[1]))([s, i])
        model = Model(i, Dense(2)(x))
    """)
    )
    macs = {layer.name: layer.calls[0].macs for layer in network.graph.layers}
    assert (macs["lambda_1"], macs["lambda_2"]) == (10 * 4 * 10, 10 * 10 * 4)


def test_windows_put_into_the_batch_are_all_worked_on():
    """Swin's windows: 4 windows of 16 places, and the projection costs what it costs the image."""
    network = only(TF + textwrap.dedent("""
        def partition(x, w):
            h, wd, c = x.shape[1:]
            x = tf.reshape(x, (tf.shape(x)[0], h // w, w, wd // w, w, c))
            return tf.reshape(tf.transpose(x, (0, 1, 3, 2, 4, 5)), (-1, w * w, c))
        i = Input((8, n, 12))
        x = Dense(5)(partition(i, 4))
        x = tf.reshape(x, (-1, 8, n, 5))
        model = Model(i, Dense(3)(x))
    """), n=8)  # fmt: skip
    macs = {layer.name: layer.calls[0].macs for layer in network.graph.layers}
    assert macs["dense_1"] == 8 * 8 * 12 * 5
    assert macs["dense_2"] == 8 * 8 * 5 * 3


def test_a_bound_formula_is_the_network_that_was_bound():
    """Weights, slices and windows hold symbols; bound later they are what reading with values gives."""
    text = TF + textwrap.dedent("""
        class Scale(Layer):
            def build(self, s):
                self.w = self.add_weight(shape=(s[-1], width), name="w")
            def call(self, x):
                return tf.matmul(x[..., :], self.w)
        i = Input((8, 8, depth))
        x = tf.reshape(i, (-1, 4, depth))
        x = Scale()(x)
        x = tf.reshape(x, (-1, 64, width))[:, :, : width // 2]
        model = Model(i, Dense(3)(Flatten()(x)))
    """)
    free = only(text)
    values = {"width": 6, "depth": 5}
    bound, read = bind(free, values), only(text, **values)
    assert count(bound).total == count(read).total == 5 * 6 + 64 * 3 * 3 + 3
    assert bind_dim(count(free).parameters, values) == count(read).total
    assert count(bound).macs == count(read).macs


def test_a_backend_function_without_a_rule_owns_nothing_but_hides_what_follows():
    network = only(
        TF
        + textwrap.dedent("""
        i = Input((8, 4))
        x = Dense(5)(i)
        loss = Lambda(lambda t: K.ctc_batch_cost(t, t, t, t), name="ctc")(x)
        model = Model(i, loss)
    """)
    )
    assert count(network).total == 25
    hidden = count(
        only(
            TF
            + textwrap.dedent("""
        i = Input((8, 4))
        x = Lambda(lambda t: tf.signal.overlap_and_add(t, 2))(Dense(5)(i))
        model = Model(i, Dense(2)(x))
    """)
        )
    )
    assert (hidden.total, hidden.at_least) == (None, 25)
    assert any(
        "tensorflow.signal.overlap_and_add" in note.text and note.line for note in hidden.notes
    )


def test_a_lambda_that_cannot_be_followed_is_taken_at_its_word():
    text = KERAS_2 + textwrap.dedent("""
        from my_project import project
        i = Input((8, 4))
        x = Lambda(project, output_shape={})(i)
        model = Model(i, Dense(2)(x))
    """)
    for said in ("(8, 7)", "lambda s: (s[0], s[1], 7)"):
        found = count(only(text.format(said)))
        assert found.total == 7 * 2 + 2
        assert any(note.level == "assumed" and "output_shape" in note.text for note in found.notes)
    assert count(only(text.format(None))).total is None


def test_a_lambda_that_contradicts_its_function_is_warned_of():
    """Keras 3 believes `output_shape`; `tf.keras` of TensorFlow 2 believed the function."""
    body = "i = Input((8,))\nx = Lambda(lambda t: t[:, :2], output_shape=(5,))(i)\nmodel = Model(i, Dense(1)(x))\n"
    for head, total in ((KERAS_2, 6), (TF, 3)):
        found = count(only(head + body))
        assert found.total == total
        assert [note.level for note in found.notes if "says that it gives" in note.text] == [
            "warning"
        ]


def test_a_tensor_that_does_not_fit_makes_an_invalid_network():
    for code in ("i + K.zeros((5,))", "K.concatenate([i, i[:, :4]], axis=-1)", "i[:, 9]",
                 "K.dot(i, K.zeros((3, 9)))"):  # fmt: skip
        network = only(KERAS_2 + f"i = Input((8, 4))\nmodel = Model(i, Dense(1)({code}))\n")
        assert network.error is not None, code


def test_an_array_is_no_input_and_has_no_batch():
    network = only(
        TF
        + textwrap.dedent("""
        import numpy as np
        i = Input((6, 4))
        table = np.random.rand(6, 4).astype("float32")
        x = i + table * 2 + tf.constant([1.0, 2.0, 3.0, 4.0])
        model = Model(i, Dense(2)(x))
    """)
    )
    assert [layer.kind for layer in network.graph.layers if layer.kind == "InputLayer"] == [
        "InputLayer"
    ]
    assert count(network).total == 10


def test_shapes_of_arrays_made_in_the_text_feed_sizes():
    network = only(
        TF
        + textwrap.dedent("""
        import numpy as np
        x_train = np.zeros((100, 28, 28, 1))
        y = np.random.randint(0, 10, size=(100, 10))
        x_train = x_train.reshape(-1, 28 * 28) / 255
        model = Sequential([Input(x_train.shape[1:]), Dense(y.shape[1])])
    """)
    )
    assert count(network).total == 784 * 10 + 10


def test_weights_that_a_layer_of_keras_1_lists_itself_are_its_own():
    """`K.variable` in `build`, as the attention layers of 2016 have it: 50·30 + 30 + 30 scalars."""
    text = KERAS_2 + textwrap.dedent("""
        class Att(Layer):
            def build(self, shape):
                self.W = K.variable(K.random_normal((shape[-1], 30)))
                self.b = K.variable(K.zeros((30,)))
                self.u = K.variable({})
                self.trainable_weights = [self.W, self.b, self.u]
                super(Att, self).build(shape)
            def call(self, x, mask=None):
                a = K.squeeze(K.dot(K.tanh(K.bias_add(K.dot(x, self.W), self.b)), self.u), -1)
                a = K.exp(a) / K.cast(K.sum(K.exp(a), axis=1, keepdims=True), K.floatx())
                return K.sum(x * K.expand_dims(a), axis=1)
        i = Input((9, 50))
        model = Model(i, Dense(5)(Att()(i)))
    """)
    assert count(only(text.format("K.random_normal((30, 1))"))).total == 1560 + 255
    hidden = count(only(text.format("load('u.npy')")))
    assert (hidden.total, hidden.at_least) == (None, 1530)


def test_a_layer_that_cannot_be_followed_is_taken_at_its_word():
    found = count(
        only(
            KERAS_2
            + textwrap.dedent("""
        class Strange(Layer):
            def build(self, s):
                self.w = self.add_weight(shape=(s[-1], 3), name="w")
            def call(self, x):
                return K.ctc_batch_cost(x, self.w, x, x)
            def compute_output_shape(self, s):
                return s[:-1] + (3,)
        i = Input((9, 5))
        model = Model(i, Dense(4)(Strange()(i)))
    """)
        )
    )
    assert found.total == 15 + 16
    assert any(
        note.level == "assumed" and "compute_output_shape" in note.text for note in found.notes
    )


def test_keras_is_found_in_tensorflow():
    network = only("from tensorflow import keras\nfrom tensorflow.keras import layers\n"
                   "i = layers.Input((4,))\nmodel = keras.Model(i, layers.Dense(3)(i))\n")  # fmt: skip
    assert count(network).total == 15


def test_a_lambda_inside_a_wrapper_is_unknown_and_not_invalid():
    network = only(
        KERAS_2
        + textwrap.dedent("""
        i = Input((5, 9, 4))
        x = TimeDistributed(Lambda(lambda t: K.max(t, axis=1)))(Dense(4)(i))
        model = Model(i, Dense(3)(x))
    """)
    )
    assert network.error is None
    assert (count(network).total, count(network).at_least) == (None, 20)
