"""Recurrent networks as people write them: sizeup reads what the real Keras builds."""

from __future__ import annotations

from textwrap import dedent

import pytest

from readers.keras_truth import assert_reads_as_keras, read_text, run
from sizeup.analyses.count import count
from sizeup.network import rows
from sizeup.rules.graphs import bind

HEAD = (
    "import keras\nimport numpy as np\nfrom keras import layers, ops\nfrom keras.layers import *\n"
    "from keras.models import Model, Sequential\n"
)

SNIPPETS = {
    "character-level sequence to sequence": """
        latent_dim, num_encoder_tokens, num_decoder_tokens = 256, 71, 93
        encoder_inputs = keras.Input(shape=(None, num_encoder_tokens))
        encoder = keras.layers.LSTM(latent_dim, return_state=True)
        encoder_outputs, state_h, state_c = encoder(encoder_inputs)
        encoder_states = [state_h, state_c]
        decoder_inputs = keras.Input(shape=(None, num_decoder_tokens))
        decoder_lstm = keras.layers.LSTM(latent_dim, return_sequences=True, return_state=True)
        decoder_outputs, _, _ = decoder_lstm(decoder_inputs, initial_state=encoder_states)
        decoder_dense = keras.layers.Dense(num_decoder_tokens, activation="softmax")
        decoder_outputs = decoder_dense(decoder_outputs)
        training = keras.Model([encoder_inputs, decoder_inputs], decoder_outputs)
        state_in = [keras.Input(shape=(latent_dim,)), keras.Input(shape=(latent_dim,))]
        outputs, h, c = decoder_lstm(decoder_inputs, initial_state=state_in)
        model = keras.Model([decoder_inputs, *state_in], [decoder_dense(outputs), h, c])
    """,
    "a bidirectional encoder and attention": """
        source, target = keras.Input((20,)), keras.Input((21,))
        x = Embedding(500, 32, mask_zero=True)(source)
        encoded, fh, fc, bh, bc = Bidirectional(
            LSTM(16, return_sequences=True, return_state=True, dropout=0.1))(x)
        states = [Concatenate()([fh, bh]), Concatenate()([fc, bc])]
        y = Embedding(600, 32)(target)
        y = LSTM(32, return_sequences=True)(y, initial_state=states)
        score = Dot(axes=(2, 2))([y, encoded])
        context = Dot(axes=(2, 1))([Activation("softmax")(score), encoded])
        y = TimeDistributed(Dense(24, activation="tanh"))(Concatenate()([context, y]))
        model = Model([source, target], TimeDistributed(Dense(600, activation="softmax"))(y))
    """,
    "text generation, a character at a time": """
        text = "the quick brown fox jumps over the lazy dog"
        chars = sorted(list(set(text)))
        maxlen = 40
        model = keras.Sequential([
            keras.Input(shape=(maxlen, len(chars))),
            layers.LSTM(128),
            layers.Dense(len(chars), activation="softmax"),
        ])
    """,
    "reviews read in both directions": """
        max_features = 20000
        inputs = keras.Input(shape=(None,), dtype="int32")
        x = layers.Embedding(max_features, 128)(inputs)
        x = layers.Bidirectional(layers.LSTM(64, return_sequences=True))(x)
        x = layers.Bidirectional(layers.LSTM(64))(x)
        model = keras.Model(inputs, layers.Dense(1, activation="sigmoid")(x))
    """,
    "addition as sequence to sequence": """
        DIGITS, num_layers = 3, 2
        MAXLEN, chars = DIGITS + 1 + DIGITS, "0123456789+ "
        model = keras.Sequential()
        model.add(layers.Input((MAXLEN, len(chars))))
        model.add(layers.LSTM(128))
        model.add(layers.RepeatVector(DIGITS + 1))
        for _ in range(num_layers):
            model.add(layers.LSTM(128, return_sequences=True))
        model.add(layers.TimeDistributed(layers.Dense(len(chars), activation="softmax")))
    """,
    "frames through convolutions, then an LSTM": """
        model = Sequential([keras.Input((10, 64, 48, 3))])
        for filters in (8, 16):
            model.add(TimeDistributed(Conv2D(filters, 3, padding="same", use_bias=False)))
            model.add(TimeDistributed(BatchNormalization()))
            model.add(TimeDistributed(Activation("relu")))
            model.add(TimeDistributed(MaxPooling2D((2, 2))))
        model.add(TimeDistributed(Flatten()))
        model.add(Dropout(0.5))
        model.add(LSTM(32, return_sequences=False))
        model.add(Dense(5, activation="softmax"))
    """,
    "frames through a model that is frozen but for its end": """
        def build_convnet(shape=(32, 32, 3)):
            momentum = .9
            net = keras.Sequential([keras.Input(shape)])
            for filters in (8, 16):
                net.add(Conv2D(filters, (3, 3), padding='same', activation='relu'))
                net.add(BatchNormalization(momentum=momentum))
                net.add(MaxPool2D())
            net.add(GlobalMaxPool2D())
            return net

        convnet = build_convnet()
        model = keras.Sequential()
        model.add(keras.Input((5, 32, 32, 3)))
        model.add(TimeDistributed(convnet))
        model.add(GRU(64))
        model.add(Dense(3, activation='softmax'))
        for layer in convnet.layers[:-3]:
            layer.trainable = False
    """,
    "the next frame by convolutional LSTM": """
        inp = layers.Input(shape=(None, 64, 64, 1))
        x = layers.ConvLSTM2D(filters=16, kernel_size=(5, 5), padding="same",
                              return_sequences=True, activation="relu")(inp)
        x = layers.BatchNormalization()(x)
        x = layers.ConvLSTM2D(16, (3, 3), padding="same", return_sequences=True)(x)
        x = layers.BatchNormalization()(x)
        x, h, c = layers.ConvLSTM2D(8, 1, padding="same", return_sequences=True, return_state=True)(x)
        x = layers.Conv3D(filters=1, kernel_size=(3, 3, 3), activation="sigmoid", padding="same")(x)
        model = keras.models.Model(inp, x)
    """,
    "cells of Keras, stacked": """
        x = keras.Input((None, 12))
        cells = [layers.LSTMCell(units) for units in (8, 9)] + [layers.GRUCell(7, reset_after=False)]
        y = layers.RNN(cells, return_sequences=True)(x)
        y, state = layers.RNN(layers.GRUCell(5), return_state=True)(y)
        stack = layers.StackedRNNCells([layers.SimpleRNNCell(3, use_bias=False), layers.LSTMCell(4)])
        z, first, second = layers.RNN(stack, return_state=True)(x)
        model = Model(x, layers.Concatenate()([y, state, z, first, *second]))
    """,
    "a cell of the source's own": """
        class MinimalRNNCell(keras.Layer):
            def __init__(self, units, **kwargs):
                super().__init__(**kwargs)
                self.units = units
                self.state_size = units

            def build(self, input_shape):
                self.kernel = self.add_weight(shape=(input_shape[-1], self.units),
                                              initializer='uniform', name='kernel')
                self.recurrent_kernel = self.add_weight(
                    shape=(self.units, self.units), initializer='uniform', name='recurrent_kernel')

            def call(self, inputs, states):
                prev_output = states[0]
                h = ops.matmul(inputs, self.kernel)
                output = h + ops.matmul(prev_output, self.recurrent_kernel)
                return output, [output]

        x = keras.Input((None, 5))
        y = layers.RNN(MinimalRNNCell(32), return_sequences=True)(x)
        cells = [MinimalRNNCell(32), MinimalRNNCell(64), layers.LSTMCell(3)]
        model = Model(x, layers.Dense(1)(layers.RNN(cells)(y)))
    """,
    "a cell with an output of another size than its states": """
        class Readout(keras.Layer):
            def __init__(self, units, out):
                super().__init__()
                self.units, self.out = units, out
                self.gate = layers.Dense(units)
                self.read = layers.Dense(out)
            @property
            def state_size(self):
                return [self.units, self.units]
            @property
            def output_size(self):
                return self.out
            def build(self, shape):
                self.gate.build((None, shape[-1] + self.units))
                self.read.build((None, self.units))
            def call(self, x, states, training=None):
                h, c = states
                h = self.gate(ops.concatenate([x, h], axis=-1))
                return self.read(h), [h, c + h]

        x = keras.Input((9, 5))
        y, h, c = layers.RNN(Readout(6, 4), return_state=True)(x)
        model = Model(x, [layers.Dense(2)(y), h, c])
    """,
    "a cell that derives from one of Keras": """
        class Residual(layers.GRUCell):
            def call(self, inputs, states, training=False):
                output, new_states = super().call(inputs, states)
                return output + inputs, new_states

        x = keras.Input((None, 6))
        model = Model(x, layers.Dense(2)(layers.RNN(Residual(6))(x)))
    """,
    "a state that is kept between batches": """
        model = Sequential([keras.Input(batch_shape=(4, 1, 3)),
                            SimpleRNN(8, stateful=True, return_sequences=True, unroll=True),
                            LSTM(8, stateful=True, recurrent_dropout=0.2, go_backwards=True), Dense(1)])
    """,
    "directions merged otherwise, and taken apart": """
        x = keras.Input((7, 6))
        a = Bidirectional(SimpleRNN(5), merge_mode="sum")(x)
        b, b_back = Bidirectional(GRU(5), merge_mode=None)(x)
        c = Bidirectional(LSTM(4), backward_layer=GRU(3, go_backwards=True), merge_mode="concat")(x)
        out, *states = Bidirectional(GRU(2, return_state=True, use_bias=False), name="last")(x)
        model = Model(x, Concatenate()([a, b, b_back, c, out, *states]))
    """,
    "one direction frozen, and an inner layer": """
        x = keras.Input((7, 6))
        both = Bidirectional(LSTM(3, return_sequences=True))
        steps = TimeDistributed(Dense(4))
        y = steps(both(x))
        both.forward_layer.trainable = False
        steps.layer.trainable = False
        model = Model(x, GRU(2)(y))
    """,
    "a layer that is frozen before it is wrapped": """
        lstm = LSTM(3)
        lstm.trainable = False
        x = keras.Input((7, 6))
        model = Model(x, Dense(2)(Bidirectional(lstm)(x)))
        lstm.trainable = True
    """,
    "frozen and let go again": """
        wrapped = Bidirectional(LSTM(3, trainable=False))
        x = keras.Input((7, 6))
        model = Model(x, Dense(2)(wrapped(x)))
        wrapped.trainable = False
        wrapped.trainable = True
        wrapped.backward_layer.trainable = False
    """,
    "wrappers in wrappers": """
        x = keras.Input((3, 9, 8))
        y = TimeDistributed(Bidirectional(LSTM(4)))(x)
        y = TimeDistributed(TimeDistributed(Dense(2)))(Reshape((3, 2, 4))(y))
        model = Model(x, TimeDistributed(SpectralNormalization(Dense(5)))(Flatten()(y)[:, None]))
    """,
    "spectral normalization of a discriminator": """
        model = Sequential([keras.Input((28, 28, 1))])
        for filters in (8, 16):
            model.add(SpectralNormalization(Conv2D(filters, 3, strides=2, padding="same")))
            model.add(LeakyReLU(0.2))
        model.add(Flatten())
        model.add(layers.SpectralNormalization(layers.Dense(1), power_iterations=2))
    """,
    "a wrapper of the source's own": """
        class Twice(layers.Wrapper):
            def call(self, x):
                return self.layer(x) + self.layer(x) * 0.5

        x = keras.Input((6,))
        model = Model(x, Twice(Dense(4))(x))
    """,
    "a translator of subclassed models": """
        class Encoder(keras.Model):
            def __init__(self, dim, units):
                super().__init__()
                self.units = units
                self.embedding = layers.Dense(dim)
                self.gru = layers.GRU(units, return_sequences=True, return_state=True)
            def call(self, x, hidden=None):
                x = self.embedding(x)
                output, state = self.gru(x, initial_state=hidden)
                return output, state

        class Attention(layers.Layer):
            def __init__(self, units):
                super().__init__()
                self.W1, self.W2, self.V = layers.Dense(units), layers.Dense(units), layers.Dense(1)
            def call(self, query, values):
                query = ops.expand_dims(query, 1)
                score = self.V(ops.tanh(self.W1(query) + self.W2(values)))
                weights = ops.softmax(score, axis=1)
                return ops.sum(weights * values, axis=1)

        source, step = keras.Input((16, 9)), keras.Input((1,))
        output, state = Encoder(8, 12)(source)
        context = Attention(10)(state, output)
        x = layers.Embedding(90, 8)(step)
        x = layers.Concatenate()([ops.expand_dims(context, 1), x])
        x, state = layers.GRU(12, return_sequences=True, return_state=True)(x, initial_state=state)
        model = Model([source, step], [layers.Dense(90)(x), state])
    """,
    "classes of Keras that own more": """
        class Peephole(layers.LSTMCell):
            def build(self, input_shape):
                super().build(input_shape)
                self.peep = self.add_weight(shape=(3 * self.units,), name="peep")

        class Scaled(layers.GRU):
            def build(self, input_shape):
                super().build(input_shape)
                self.scale = self.add_weight(shape=(3, 4), name="scale")

        class Gain(layers.Dense):
            def build(self, input_shape):
                super().build(input_shape)
                self.gain = self.add_weight(shape=(self.units,), name="gain")
            def call(self, x):
                return super().call(x) * self.gain

        x = keras.Input((None, 7))
        y = layers.RNN(Peephole(5), return_sequences=True)(x)
        model = Model(x, Gain(3)(Scaled(4)(y)))
    """,
    "cells that are called step by step": """
        class Unrolled(layers.Layer):
            def __init__(self, units):
                super().__init__()
                self.cell, self.gru = layers.LSTMCell(units), layers.GRUCell(units)
            def call(self, x):
                h = c = state = ops.zeros_like(x[:, 0])
                for t in range(3):
                    out, [h, c] = self.cell(x[:, t], [h, c])
                    out, state = self.gru(out, state)
                return state

        x = keras.Input((3, 6))
        model = Model(x, layers.Dense(2)(Unrolled(6)(x)))
    """,
}


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("text", SNIPPETS.values(), ids=SNIPPETS)
def test_reads_as_keras_builds(text):
    assert_reads_as_keras(HEAD + dedent(text))


def test_tf_keras_is_keras():
    text = """
        {imports}
        inputs = {k}.Input(shape=(None, 8))
        x = {k}.layers.Bidirectional({k}.layers.GRU(16, return_sequences=True))(inputs)
        x = {k}.layers.RNN({k}.layers.LSTMCell(8))(x)
        model = {k}.Model(inputs, {k}.layers.Dense(2)(x))
    """
    keras_text, tf_text = (
        dedent(text.format(imports=f"import {imports}", k=k))
        for imports, k in (("keras", "keras"), ("tensorflow as tf", "tf.keras"))
    )
    assert total(tf_text) == total(keras_text) == run(keras_text).count_params()


def test_a_cell_that_is_no_layer_is_unknown_and_ends_nothing():
    text = HEAD + dedent("""
        class Plain:
            state_size = 3
            def call(self, x, states):
                return x, states
        model = Sequential([keras.Input((4, 5)), Dense(2), RNN(Plain())])
        other = Sequential([keras.Input((4, 5)), Dense(2)])
    """)
    assert (total(text, "other"), count(read_text(text)["model"]).parameters) == (12, None)


def total(text, name="model", **settings):
    found = count(read_text(text, **settings)[name])
    return found.total if found.total is not None else found.formula


SHARED = """
    x, other = keras.Input((4, 6)), keras.Input((6,))
    inner = Sequential([keras.Input((6,)), Dense(5), BatchNormalization()], name="inner")
    dense = Dense(3)
    y = TimeDistributed(dense)(TimeDistributed(inner)(x))
    model = Model([x, other], [y, dense(inner(other))])
"""


def test_a_layer_that_is_wrapped_and_used_beside_the_wrapper_is_counted_once():
    text = HEAD + dedent(SHARED)
    network = read_text(text)["model"]
    found = count(network)
    real = run(text)
    assert found.total == real.count_params() == 6 * 5 + 5 + 4 * 5 + 5 * 3 + 3
    assert found.trainable == found.total - 10
    owners = {row.path: row.parameters for row in rows(network) if row.parameters}
    assert owners == {"time_distributed_1": 55, "time_distributed_2": 18}
    shared = {row.path: row.shared_with for row in rows(network) if row.shared_with}
    assert shared["dense_1"] == "time_distributed_2"
    assert shared["inner/dense_1"] == "time_distributed_1"


def test_an_inner_model_that_is_frozen_at_the_end_is_frozen_in_its_wrapper():
    found = count(read_text(HEAD + dedent(SHARED) + "inner.trainable = False\n")["model"])
    assert (found.total, found.trainable) == (73, 18)


def test_directions_are_copies_so_that_the_layer_itself_may_be_used_beside():
    text = HEAD + dedent("""
        lstm = LSTM(3)
        x = keras.Input((5, 4))
        model = Model(x, [Bidirectional(lstm)(x), Bidirectional(lstm)(x), lstm(x)])
    """)
    assert total(text) == run(text).count_params() == 5 * 4 * 3 * (4 + 3 + 1)


def test_a_direction_that_is_used_beside_its_wrapper_is_counted_once():
    text = HEAD + dedent("""
        both = Bidirectional(LSTM(3))
        x = keras.Input((5, 4))
        model = Model(x, [both(x), both.backward_layer(x)])
    """)
    assert total(text) == run(text).count_params() == 2 * 4 * 3 * (4 + 3 + 1)


def test_a_cell_of_two_rnns_is_counted_once():
    text = HEAD + dedent("""
        cell = GRUCell(3)
        x = keras.Input((5, 4))
        model = Model(x, [RNN(cell)(x), RNN(cell, go_backwards=True)(x)])
    """)
    assert total(text) == run(text).count_params()


def test_a_cell_that_is_stacked_on_itself_is_counted_once_but_not_its_copies():
    text = HEAD + dedent("""
        x = keras.Input((5, 4))
        model = Model(x, Bidirectional(RNN([LSTMCell(4)] * 3))(x))
    """)
    assert total(text) == run(text).count_params() == 2 * 3 * 4 * 4 * (4 + 4 + 1)
    rnn = text.replace("Bidirectional(RNN([LSTMCell(4)] * 3))", "RNN([LSTMCell(4)] * 3)")
    assert total(rnn) == run(rnn).count_params() == 4 * 4 * (4 + 4 + 1)


OPEN = """
    model = Sequential([
        keras.Input((steps, features)),
        Bidirectional(LSTM(hidden, return_sequences=True)),
        TimeDistributed(Dense(hidden // 2)),
        RNN([GRUCell(hidden), LSTMCell(units)], return_sequences=True),
        SpectralNormalization(Dense(classes)),
    ])
"""


@pytest.mark.parametrize(("hidden", "units", "features"), [(8, 3, 5), (31, 64, 1), (2, 1, 100)])
def test_open_sizes_give_the_formula_that_keras_obeys(hidden, units, features):
    text = HEAD + dedent(OPEN)
    values = {"steps": 7, "hidden": hidden, "units": units, "features": features, "classes": 4}
    bound = text.replace("model =", f"{', '.join(values)} = {tuple(values.values())}\nmodel =", 1)
    expected = run(bound).count_params()
    network = read_text(text)["model"]
    formula = count(network).formula
    assert "steps" not in formula
    assert eval(formula, {"max": max, "min": min}, dict(values)) == expected
    assert total(text, **values) == expected
    assert count(bind(network, values)).total == expected


def test_a_cell_of_the_source_with_an_open_size_is_bound_through_its_wrapper():
    text = HEAD + dedent(SNIPPETS["a cell of the source's own"]).replace("(32)", "(hidden)")
    network = read_text(text)["model"]
    real = run(f"hidden = 9\n{text}")
    assert count(bind(network, {"hidden": 9})).total == real.count_params()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("model = Sequential([keras.Input((4,)), LSTM(3)])", "rank 3"),
        ("model = Sequential([keras.Input((4, 5)), LSTM(3), LSTM(3)])", "rank 3"),
        ("model = Sequential([keras.Input((4, 5)), LSTM(3, stateful=True)])", "batch"),
        ("model = Sequential([keras.Input((4, 5)), Bidirectional(Dense(3))])", "recurrent"),
        ("model = Sequential([keras.Input((5,)), TimeDistributed(Dense(3))])", "rank 3 or more"),
        ("model = Sequential([keras.Input((5, 5)), RNN(Dense(3))])", "state_size"),
        ("model = Sequential([keras.Input((None, 8, None, 1)), ConvLSTM2D(3, 3)])", "open"),
        ("model = Sequential([keras.Input((5, 5)), SpectralNormalization(GRU(3))])", "kernel"),
    ],
)
def test_what_keras_refuses_is_no_valid_network(text, says):
    with pytest.raises((ValueError, TypeError)):
        run(HEAD + text)
    network = read_text(HEAD + text)["model"]
    assert (
        network.error is not None
        or network.unknown
        or any(row.layer.unknown for row in rows(network))
    )
    said = [network.error or "", *(n.text for n in count(network).notes)]
    assert any(says in text for text in said), said


UNSEEN = {
    "TimeDistributed(backbone)": "backbone",
    "RNN(make_cell(8))": "make_cell",
    "Bidirectional(unseen.Layer(3))": "unseen.Layer",
    "RNN([LSTMCell(3), make_cell(8)])": "make_cell",
}


@pytest.mark.parametrize("layer", UNSEEN)
def test_what_is_held_and_not_seen_makes_a_lower_bound(layer):
    text = f"{HEAD}model = Sequential([keras.Input((4, 5)), Dense(2), {layer}])"
    found = count(read_text(text)["model"])
    assert (found.parameters, found.at_least) == (None, 12)
    assert any(UNSEEN[layer] in note.text for note in found.notes if note.level == "unknown")


def test_a_cell_without_a_size_of_its_state_is_unknown():
    text = HEAD + dedent("""
        class Cell(layers.Layer):
            def __init__(self):
                super().__init__()
                self.state_size = measure()
            def call(self, x, states):
                return x, states
        model = Sequential([keras.Input((4, 5)), RNN(Cell()), Dense(2)])
    """)
    found = count(read_text(text)["model"])
    assert found.total is None
