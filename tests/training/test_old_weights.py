"""Weights that older Keras stored give in today's model what they gave in theirs.

What they gave was recorded there: `tests/fixtures/trained`, Keras 0.3.3 and 1.2.2 on Theano and
tf_keras 2.21.
"""

import shutil
from pathlib import Path

import h5py
import keras
import numpy as np
import pytest

import sizeup
from sizeup.builders.channels import channels_last
from sizeup.errors import UsageError
from sizeup.training.loading import loader

FIXTURES = Path(__file__).parents[1] / "fixtures" / "trained"
CASES = sorted(path.stem for path in FIXTURES.glob("*.npz"))
pytestmark = pytest.mark.filterwarnings("ignore:.*__array__ implementation")  # Keras' NumPy backend


def network(case):
    version, name = case.rsplit("_", 1)
    major = int(version.removeprefix("tf_").removeprefix("keras_")[0])
    text = (FIXTURES / f"networks_{max(major, 1)}.py").read_text()
    return sizeup.read("-", text=text, keras=major, tf_keras=version.startswith("tf"))[name]


def outputs(one, path, x, *, turned=False, **options):
    model = one.to_keras()
    loader(one, str(path), **options)(model)
    return keras.ops.convert_to_numpy(model(np.moveaxis(x, 1, -1) if turned else x))


@pytest.mark.parametrize("case", CASES)
def test_they_give_what_they_gave(case):
    one, truth = network(case), np.load(FIXTURES / f"{case}.npz")
    x = truth["x"].astype("float32") if truth["x"].ndim > 2 else truth["x"]
    theano = case.startswith("keras")
    found = outputs(one, FIXTURES / f"{case}.h5", x, flip=theano)
    np.testing.assert_allclose(found, truth["y"], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("case", ["keras_1.2.2_images", "tf_keras_2.21_places"])
def test_and_with_the_channels_last_where_they_were_first(case):
    one, truth = network(case), np.load(FIXTURES / f"{case}.npz")
    turned, _ = channels_last(one, same_order=True)
    assert turned.graph.input_shapes != one.graph.input_shapes
    load = loader(one, str(FIXTURES / f"{case}.h5"), flip=True)
    model = turned.to_keras()
    load(model)
    found = keras.ops.convert_to_numpy(model(np.moveaxis(truth["x"], 1, -1).astype("float32")))
    np.testing.assert_allclose(found, truth["y"], rtol=1e-4, atol=1e-5)


def test_theano_s_kernels_need_to_be_turned_round():
    case = "keras_1.2.2_images"
    truth = np.load(FIXTURES / f"{case}.npz")
    found = outputs(network(case), FIXTURES / f"{case}.h5", truth["x"].astype("float32"))
    assert np.abs(found - truth["y"]).max() > 1e-3


def test_a_file_that_names_theano_says_so_itself(tmp_path):
    case = "keras_1.2.2_images"
    shutil.copy(FIXTURES / f"{case}.h5", tmp_path / "named.h5")
    with h5py.File(tmp_path / "named.h5", "r+") as file:
        file.attrs["backend"] = b"theano"
    truth = np.load(FIXTURES / f"{case}.npz")
    found = outputs(network(case), tmp_path / "named.h5", truth["x"].astype("float32"))
    np.testing.assert_allclose(found, truth["y"], rtol=1e-4, atol=1e-5)


def test_a_kernel_of_equal_sides_is_turned_where_it_is_old(tmp_path):
    """(3, 3, 3, 3) fits as it is and turned: only what wrote it tells."""
    text = """
model = Sequential()
model.add(Convolution2D(3, 3, 3, input_shape=(3, 6, 6), dim_ordering='th'))
"""
    one = sizeup.read("-", text=text).networks[0]
    model = one.to_keras()
    kernel = np.arange(81.0).reshape(3, 3, 3, 3)
    with h5py.File(tmp_path / "old.h5", "w") as file:
        group = file.create_group("convolution2d_1")
        group["convolution2d_1_W"], group["convolution2d_1_b"] = kernel, np.zeros(3)
        group.attrs["weight_names"] = [b"convolution2d_1_W", b"convolution2d_1_b"]
        file.attrs["layer_names"] = [b"convolution2d_1"]
    loader(one, str(tmp_path / "old.h5"))(model)
    loaded = keras.ops.convert_to_numpy(model.layers[0].kernel)
    np.testing.assert_array_equal(loaded, kernel.transpose(2, 3, 1, 0))


def test_what_does_not_fit_says_why():
    with pytest.raises(UsageError, match="do not belong to images"):
        outputs(network("keras_1.2.2_images"), FIXTURES / "keras_1.2.2_sequences.h5", np.zeros(1))


@pytest.mark.parametrize(
    ("saved_as", "called"),
    [
        ("w.weights.h5", "w.weights.h5"),
        ("w.weights.h5", "w.h5"),
        ("m.keras", "m.keras"),
        ("m.keras", "m"),
    ],
)
def test_today_s_weights_are_keras_own_business(tmp_path, saved_as, called):
    one = network("tf_keras_2.21_images")
    saved = one.to_keras()
    (saved.save if "keras" in saved_as else saved.save_weights)(tmp_path / saved_as)
    (tmp_path / saved_as).rename(tmp_path / called)
    x = np.ones((1, 9, 8, 2), "float32")
    found = outputs(one, tmp_path / called, x)
    np.testing.assert_allclose(found, keras.ops.convert_to_numpy(saved(x)), rtol=1e-5)
