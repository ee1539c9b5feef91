"""Files that older Keras wrote against today's code: whether they belong, and why not.

The files: `tests/fixtures/saved/make_old.py`, `make_tf.py` and `make_weights.py`.
"""

from __future__ import annotations

from pathlib import Path

import h5py
import keras
import numpy as np
import pytest
from keras import layers

import sizeup
from sizeup.analyses.weights import fit_weights
from sizeup.cli import main
from sizeup.readers import read
from sizeup.readers.live import read_live
from sizeup.readers.saved import read_weights

SAVED = Path(__file__).parents[1] / "fixtures" / "saved"
RECURRENT = "[Input((7,)), Embedding(20, 5), LSTM(4, return_sequences=True), GRU(3, return_sequences=True%s), SimpleRNN(2), Dense(3)]"
SMALL = "[Input((8, 8, 8)), Conv2D(4, 3), MaxPooling2D(), Flatten(), Dense(6), BatchNormalization(), Dense(3)]"
INNER = "inner = Sequential([Input((3,)), Dense(4), Dense(5)], name='inner')\n"
WIRED = """
encoder = Sequential([Input((6, 4)), LSTM(5, return_sequences=True), GRU(3{gru})])
left, right, inside = Input((6, 4)), Input((6, 4)), Input((3,))
inner = Model(inside, [Dense(2)(inside), Dense(4, name="other")(inside)], name="inner")
twice, frozen = Dense(3, name="twice"), Dense(4, trainable=False)
one, two = inner(twice(encoder(left)))
both = concatenate([frozen(one), two, twice(encoder(right))])
x = Bidirectional(LSTM(2, return_sequences=True))(TimeDistributed(Dense(3))(left))
x = RNN([GRUCell(3{gru}), LSTMCell(2)])(x)
net = Model([left, right], [Dense(2)(both), add([x, Dense(2)(x)])])
"""
NESTED_1 = """
encoder = Sequential([Input((5, 4)), Bidirectional(LSTM(3, return_sequences=True)), TimeDistributed(Dense(2))])
left, right = Input((5, 4)), Input((5, 4))
twice = Dense(3)
both = concatenate([twice(Flatten()(encoder(left))), twice(Flatten()(encoder(right)))])
net = Model([left, right], Dense(2)(Dense(4, trainable=False)(both)))
"""


def chain(text):
    return f"net = Sequential({text})"


def network(code):
    imports = "from keras import *\nfrom keras.layers import *\n"
    return sizeup.read("-", text=imports + code, keras=3)["net"]


CASES = {
    "old/0.2.0_small_and_complete.weights": (
        chain(SMALL), "conv2d_1: kernels are stored filters first, as Keras 1 did"),
    "old/1.0.8_small_and_complete.weights": (chain(SMALL), "conv2d_1: kernels are stored filters first"),
    "old/1.0.8_small_and_complete": (chain(SMALL), "conv2d_1: kernels are stored filters first"),
    "old/1.2.2_small_and_complete.weights": (chain(SMALL), None),
    "old/2.3.1_small_and_complete.weights": (chain(SMALL), None),
    "old/0.2.0_recurrent.weights": (
        chain(RECURRENT % ""), "lstm_1, gru_1: an older Keras' layout, every gate with tensors of its own"),
    "old/1.2.2_recurrent.weights": (
        chain(RECURRENT % ""), "as Keras 1 had them; gru_1: other biases are stored: set reset_after"),
    "old/1.2.2_recurrent": (chain(RECURRENT % ", reset_after=False"), "every gate with tensors of its own"),
    "old/2.3.1_recurrent.weights": (chain(RECURRENT % ""), "gru_1: other biases are stored: set reset_after"),
    "old/2.3.1_recurrent": (chain(RECURRENT % ", reset_after=False"), None),
    "old/1.2.2_shared_and_nested.weights": (NESTED_1, "sequential_1: an older Keras' layout, every gate"),
    "old/2.0.9_shared_and_nested.weights": (NESTED_1, None),
    "old/2.3.1_shared_and_nested": (NESTED_1, None),
    "tf/2.2.4_wired.weights": (WIRED.format(gru=""), "sequential_1, rnn_1: other biases are stored"),
    "tf/2.2.4_wired": (WIRED.format(gru=", reset_after=False"), None),
    "tf/2.2.4_wired.ckpt": (WIRED.format(gru=", reset_after=False"), None),
    "tf/2.21.0_wired": (WIRED.format(gru=""), None),
    "tf/2.21.0_wired.weights": (WIRED.format(gru=""), None),
    "tf/2.15.1_wired.weights": (WIRED.format(gru=", reset_after=False"), "other biases are stored"),
    "tf/2.21.0_wired.ckpt": (WIRED.format(gru=""), None),
    "tf/2.21.0_custom.savedmodel": (
        chain("[Input((3,)), Dense(5), Dense(5), Dense(2)]"), "the first difference: dense_2"),
    "weights/one_dimension": (
        chain("[Input((8, 4)), Conv1D(5, 3), Flatten(), Dense(2)]"), "conv1d_1: an older Keras' layout"),
    "weights/separable": (
        chain("[Input((8, 8, 4)), SeparableConv2D(5, 3, depth_multiplier=2), GlobalAveragePooling2D(), Dense(2)]"),
        "separable_conv2d_1: kernels are stored filters first"),
    "weights/images_in_time": (
        chain("[Input((3, 6, 6, 4)), ConvLSTM2D(2, 3, padding='same'), Flatten(), Dense(2)]"),
        "conv_lstm2d_1: an older Keras' layout, every gate"),
    "weights/oldest_normalization": (
        chain("[Input((2, 6, 6)), Conv2D(4, 3, data_format='channels_first'), BatchNormalization(1), Flatten(), Dense(3)]"),
        "batch_normalization_1: an older Keras' layout, which normalized every element of an image apart"),
    "weights/cudnn": (
        chain("[Input((5, 4)), LSTM(3, return_sequences=True), GRU(2), Dense(2)]"),
        "lstm_1, gru_1: the layout of CuDNNLSTM and CuDNNGRU"),
    "weights/renorm": (
        chain("[Input((3,)), Dense(4), BatchNormalization(), Dense(2)]"),
        "batch_normalization_1: an older Keras' layout, one side has the statistics of renorm"),
    "weights/nested": (chain("[Input((3,)), Dense(4), Dense(5), Dense(2)]"),
        "a nested model: the weights hold inner as one layer, the network its 2 layers one by one"),
    "weights/flat": (INNER + chain("[Input((3,)), inner, Dense(2)]"),
        "a nested model saved flat: inner is one layer of the network, the weights hold its 2 layers"),
    "weights/nested_frozen": (INNER + chain("[Input((3,)), inner, Dense(2)]"),
        "inner: the same tensors in another order, for what is trained is stored first"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_files_of_older_keras_against_code_of_today(name):
    code, cause = CASES[name]
    path = str(SAVED / name) + ("" if name.endswith(("ckpt", "savedmodel")) else ".h5")
    stored = read_weights(path) or read(path)[0]
    found = fit_weights(network(code), stored)
    assert found.ok is (cause is None), found.cause
    if cause is not None:
        assert cause in found.cause


def test_a_nested_model_fits_as_it_was_saved():
    plain = network(INNER + chain("[Input((3,)), inner, Dense(2)]"))
    frozen = network(
        INNER + "inner.layers[0].trainable = False\n" + chain("[Input((3,)), inner, Dense(2)]")
    )
    assert fit_weights(plain, read_weights(str(SAVED / "weights/nested.h5"))).ok
    assert fit_weights(frozen, read_weights(str(SAVED / "weights/nested_frozen.h5"))).ok
    assert not fit_weights(frozen, read_weights(str(SAVED / "weights/nested.h5"))).ok


@pytest.mark.parametrize(("name", "flipped"), [
    ("old/0.2.0_small_and_complete.weights", True), ("old/1.2.2_small_and_complete", True),
    ("old/2.3.1_small_and_complete.weights", True), ("old/2.3.1_recurrent.weights", False),
    ("old/1.2.2_recurrent", False), ("tf/2.21.0_chain", False),
])  # fmt: skip
def test_flipped_kernels_are_spoken_of_where_they_may_be(name, flipped):
    remarks = fit_weights(network(chain(SMALL)), read_weights(f"{SAVED / name}.h5")).remarks
    assert any("are flipped: shapes cannot show it" in remark for remark in remarks) is flipped


SUMMARY = """
Model: "sequential"
_________________________________________________________________
 Layer (type)                Output Shape              Param #
=================================================================
 conv2d (Conv2D)             (None, 6, 6, 4)           112
 max_pooling2d (MaxPooling2  (None, 3, 3, 4)           0
 D)
 batch_normalization (Batch  (None, 3, 3, 4)           16
 Normalization)
 flatten (Flatten)           (None, 36)                0
 dense (Dense)               (None, {classes})                 {count}
=================================================================
Total params: {total}
"""


def test_a_printed_summary_has_the_kernels_that_are_stored():
    stored = read_weights(str(SAVED / "tf/2.21.0_chain.h5"))
    same = SUMMARY.format(classes=3, count=111, total=239)
    found = fit_weights(sizeup.read("-", text=same)[0], stored)
    assert found.ok, found.cause
    assert found.pairs[0].layer.shapes == ((3, 3, 3, 4), (4,))
    other = sizeup.read("-", text=SUMMARY.format(classes=5, count=185, total=313))[0]
    assert "another number of classes: dense has 5" in fit_weights(other, stored).cause


# -- files that Keras of today writes ----------------------------------------------------------


def nested(frozen=False):
    inner = keras.Sequential([keras.Input((3,)), layers.Dense(4), layers.Dense(5)], name="inner")
    inner.layers[0].trainable = not frozen
    return keras.Sequential([keras.Input((3,)), inner, layers.Dense(2)])


def flat():
    return keras.Sequential([keras.Input((3,)), layers.Dense(4), layers.Dense(5), layers.Dense(2)])


def _loads(model, path):
    try:
        model.load_weights(path)
    except ValueError:
        return False
    return True


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("ending", ["h5", "weights.h5"])
@pytest.mark.parametrize(("make", "other"), [
    (nested, nested), (nested, flat), (flat, nested), (flat, flat),
    (nested, lambda: nested(frozen=True)),
])  # fmt: skip
def test_what_is_nested_loads_where_it_is_nested(make, other, ending, tmp_path):
    keras.utils.clear_session()
    model, stored = make(), other()
    path = str(tmp_path / f"x.{ending}")
    (stored.save if ending == "h5" else stored.save_weights)(path)
    found = fit_weights(read_live(model), read_weights(path))
    assert found.ok is _loads(model, path)
    assert found.ok or "nested" in found.cause or "same tensors in another order" in found.cause


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_separable_convolution_stored_as_two_layers(tmp_path):
    two = [layers.DepthwiseConv2D(3, use_bias=False), layers.Conv2D(5, 1)]
    keras.Sequential([keras.Input((8, 8, 4)), *two, layers.Flatten()]).save(tmp_path / "x.h5")
    one = network(chain("[Input((8, 8, 4)), SeparableConv2D(5, 3)]"))
    cause = fit_weights(one, read_weights(str(tmp_path / "x.h5"))).cause
    assert cause == "separable_conv2d_1 is one layer of the network, the weights hold it as 2"


def test_channels_that_stand_at_the_other_end(tmp_path):
    code = chain("[Input({}), Conv2D(4, 3{}), Flatten(), Dense(2)]")
    here = network(code.format("(3, 32, 32)", ", data_format='channels_last'"))
    there = network(code.format("(3, 32, 32)", ", data_format='channels_first'"))
    found = fit_weights(here, there)
    assert "channels_last in the network, channels_first in the weights" in found.cause
    fitting = fit_weights(network(code.format("(32, 32, 3)", "")), there)
    assert fitting.ok
    assert "comes in another order, which shapes cannot show" in fitting.remarks[0]


@pytest.mark.parametrize(("names", "cause"), [
    (["gamma", "beta"], "batch_normalization_1: one side lacks the running statistics"),
    (["beta", "moving_mean", "moving_variance"], "one side lacks gamma or beta: set scale or center"),
    (["moving_mean", "moving_variance"], "one side lacks gamma or beta"),
])  # fmt: skip
def test_normalizations_with_less_than_today(names, cause, tmp_path):
    path = str(tmp_path / "x.h5")
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = np.array([b"bn", b"dense"])
        for layer, tensors in {"bn": dict.fromkeys(names, (4,)),
                               "dense": {"kernel": (4, 3), "bias": (3,)}}.items():  # fmt: skip
            group = file.create_group(layer)
            group.attrs["weight_names"] = np.array([name.encode() for name in tensors])
            for name, shape in tensors.items():
                group[name] = np.zeros(shape)
    found = fit_weights(
        network(chain("[Input((4,)), BatchNormalization(), Dense(3)]")), read_weights(path)
    )
    assert cause in found.cause


def test_the_two_layers_of_233_into_231_are_named():
    code = (
        "x = inputs = Input((6,))\n"
        "for number in range(231):\n"
        "    x = Dense(6)(Dense(9)(x)) if number == more else x\n"
        "    x = Dense(6)(x)\n"
        "net = Model(inputs, x)\n"
    )
    less, more = (network(f"more = {number}\n{code}") for number in (-1, 90))
    assert fit_weights(less, more).cause == (
        "233 layers of weights into 231: the network has none for dense_91, dense_92"
    )
    assert fit_weights(more, less).cause == (
        "231 layers of weights into 233: the weights have none for dense_91, dense_92"
    )


def test_the_command_reads_what_a_whole_model_stores(tmp_path, capsys):
    code = tmp_path / "net.py"
    code.write_text(f"from keras import *\nfrom keras.layers import *\n{chain(RECURRENT % '')}\n")
    stored = str(SAVED / "old/1.2.2_recurrent.h5")
    assert main(["weights", str(code), stored]) == 1
    assert "every gate with tensors of its own" in " ".join(capsys.readouterr().out.split())
