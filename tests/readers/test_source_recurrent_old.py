"""Recurrent layers as older versions spelled them, against the figures of their time."""

from __future__ import annotations

from textwrap import dedent

import pytest

from readers.keras_truth import read_text
from sizeup.analyses.count import count
from sizeup.network import rows


def read(text, name="model"):
    return read_text(dedent(text))[name]


def owned(text, name="model"):
    """Kind and parameters of every row that owns any."""
    return [(r.layer.kind, r.parameters) for r in rows(read(text, name)) if r.parameters]


def notes(text):
    return [note.text for note in count(read(text)).notes if note.level == "assumed"]


SPELLED = {
    "positional": "LSTM(32, 'uniform', 'orthogonal', 'one', 'tanh', 'hard_sigmoid')",
    "by name": "LSTM(output_dim=32, init='uniform', inner_init='orthogonal', dropout_W=0.2,"
    " dropout_U=0.2, forget_bias_init='one', inner_activation='hard_sigmoid',"
    " W_regularizer=None, U_regularizer=l2(0.1), b_regularizer=None, consume_less='gpu')",
    "backwards": "LSTM(32, inner_init='uniform', go_backwards=True, unroll=True)",
}


@pytest.mark.parametrize("layer", SPELLED.values(), ids=SPELLED)
def test_keras_1_spelled_the_arguments_of_an_lstm_otherwise(layer):
    text = f"""
        from keras.models import Sequential
        from keras.layers.recurrent import LSTM
        from keras.layers import Dense
        model = Sequential()
        model.add({
        layer.replace("LSTM(", "LSTM(input_dim=8, input_length=10, ", 1)
        if "output_dim" in layer
        else layer[:-1] + ", input_dim=8, input_length=10)"
    })
        model.add(Dense(3, init='uniform'))
    """
    assert owned(text) == [("LSTM", 4 * 32 * (8 + 32 + 1)), ("Dense", 33 * 3)]


def test_the_convolutional_lstm_of_the_keras_1_example():
    # keras 1.2.2, examples/conv_lstm.py
    text = """
        from keras.models import Sequential
        from keras.layers.convolutional import Convolution3D
        from keras.layers.convolutional_recurrent import ConvLSTM2D
        from keras.layers.normalization import BatchNormalization
        model = Sequential()
        model.add(ConvLSTM2D(nb_filter=40, nb_row=3, nb_col=3, input_shape=(None, 40, 40, 1),
                             border_mode='same', return_sequences=True))
        model.add(ConvLSTM2D(40, 3, 3, border_mode='same', return_sequences=True))
        model.add(Convolution3D(nb_filter=1, kernel_dim1=1, kernel_dim2=3, kernel_dim3=3,
                                activation='sigmoid', border_mode='same', dim_ordering='tf'))
    """
    assert owned(text) == [("ConvLSTM2D", 59_200), ("ConvLSTM2D", 115_360), ("Conv3D", 361)]


GRU = """
    {imports}
    model = Sequential([GRU(10, input_shape=(7, 5){more})])
"""
ONE, TWO = 3 * 10 * (5 + 10 + 1), 3 * 10 * (5 + 10 + 2)


@pytest.mark.parametrize(
    ("imports", "more", "expected"),
    [
        ("import tensorflow as tf; from tensorflow.keras.layers import GRU", "", TWO),
        ("from keras import ops; from keras.layers import GRU", "", TWO),
        ("from keras.layers.recurrent import GRU", "", ONE),
        ("from keras.layers.recurrent import GRU", ", inner_init='uniform'", ONE),
        ("from keras.layers.recurrent import GRU", ", reset_after=True", TWO),
        ("from keras import ops; from keras.layers import GRU", ", reset_after=False", ONE),
    ],
)
def test_the_biases_of_a_gru_are_those_of_its_keras(imports, more, expected):
    assert count(read(GRU.format(imports=imports, more=more))).total == expected


def test_that_a_gru_is_read_with_one_bias_is_said_where_it_matters():
    old = "from keras.layers.recurrent import GRU"
    assert any("reset_after" in text for text in notes(GRU.format(imports=old, more="")))
    for more in (", reset_after=False", ", use_bias=False"):
        assert not notes(GRU.format(imports=old, more=more))


def test_cudnn_layers_own_two_biases():
    text = """
        from keras.layers import CuDNNLSTM, CuDNNGRU, Bidirectional, Dense
        from keras.models import Sequential
        model = Sequential()
        model.add(Bidirectional(CuDNNLSTM(64, return_sequences=True), input_shape=(70, 300)))
        model.add(CuDNNGRU(32))
        model.add(Dense(1, activation="sigmoid"))
    """
    # 2 directions of 4·(300·64 + 64·64 + 2·64): cuDNN keeps a bias for the input and one for the state
    assert owned(text) == [("Bidirectional", 187_392), ("CuDNNGRU", 15_552), ("Dense", 33)]


def test_states_in_a_list_with_the_input_are_states():
    text = """
        from keras.layers import LSTM, Input, Dense
        from keras.models import Model
        x, h, c = Input((None, 8)), Input((16,)), Input((16,))
        y, h2, c2 = LSTM(16, return_state=True)([x, h, c])
        model = Model([x, h, c], [Dense(2)(y), h2, c2])
    """
    assert owned(text) == [("LSTM", 4 * 16 * (8 + 16 + 1)), ("Dense", 34)]


def test_an_input_shape_inside_of_a_bidirectional_is_its_own():
    text = """
        from keras.layers import LSTM, Bidirectional
        from keras.models import Sequential
        model = Sequential()
        model.add(Bidirectional(LSTM(16, input_shape=(20, 8), return_sequences=True)))
    """
    assert owned(text) == [("Bidirectional", 2 * 4 * 16 * (8 + 16 + 1))]


def test_a_mask_brings_its_layers_along_and_no_size():
    text = """
        import keras
        from keras import layers, ops
        x, lengths = keras.Input((9, 4)), keras.Input((3,))
        mask = ops.greater(layers.Dense(9)(lengths), 0)
        model = keras.Model([x, lengths], layers.LSTM(5)(x, mask=mask))
    """
    assert count(read(text)).total == (3 * 9 + 9) + 4 * 5 * (4 + 5 + 1)


def test_a_state_that_is_kept_needs_a_batch_only_once_data_is_there():
    text = """
        from keras.layers import LSTM
        from keras.models import Sequential
        model = Sequential()
        model.add(LSTM(5, stateful=True))
    """
    assert count(read(text)).formula == "20*input_shape_1 + 120"
