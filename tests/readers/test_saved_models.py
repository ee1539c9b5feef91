"""Models that the real Keras 3 saves: what sizeup reads is what Keras loads again."""

from __future__ import annotations

import json

import keras
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readers.applications_truth import TABLE
from readers.saved_models import MODELS, chain, drawn
from readers.saved_truth import assert_json_reads, assert_same, loaded
from readers.test_keras_applications import _quick_keras  # noqa: F401  (weights cost nothing)
from sizeup.analyses.count import count
from sizeup.readers import read

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # Keras 3 under NumPy 2


@pytest.mark.parametrize("name", MODELS)
def test_json_reads_as_what_keras_makes_of_it(name):
    keras.utils.clear_session()
    assert_json_reads(MODELS[name]())


@pytest.mark.parametrize("name", MODELS)
def test_an_archive_reads_as_what_keras_loads(name, tmp_path):
    keras.utils.clear_session()
    path = str(tmp_path / "model.bin")  # told by its content
    model = MODELS[name]()
    model.save(tmp_path / "model.keras")
    (tmp_path / "model.keras").rename(path)
    (network,) = read(path)
    assert network.reader == "keras file"
    assert network.source == path
    assert_same(network, loaded(model.to_json()))


@settings(max_examples=40)
@given(st.data())
def test_whatever_keras_saves_reads_the_same(data):
    assert_json_reads(drawn(data))


def test_a_lambda_whose_output_is_told_by_what_it_enters():
    entering = keras.Input((4,))
    twice = keras.layers.Lambda(lambda t: keras.ops.concatenate([t, t]))
    model = keras.Model(entering, keras.layers.Dense(3)(twice(entering)))
    assert_same(read("-", stdin=model.to_json())[0], model)


@pytest.mark.parametrize("name", ["MobileNetV3Small", "EfficientNetV2B0", "ConvNeXtTiny", "NASNetMobile",
                                  "DenseNet121"])  # fmt: skip
def test_networks_of_keras_read_exactly(name):
    keras.utils.clear_session()
    model = getattr(keras.applications, name)(weights=None)
    network = read("-", stdin=model.to_json())[0]
    assert_same(network, model)
    open_sides = None in model.input_shape[1:]
    truth = None if open_sides else json.loads(TABLE.read_text())[name]["default"]["macs"]
    assert count(network).macs == truth


def test_a_chain_without_input_has_a_formula():
    model = keras.Sequential([keras.layers.Dense(3), keras.layers.Dense(2)])
    found = count(read("-", stdin=model.to_json())[0])
    assert found.total is None
    assert found.formula == "3*input_shape_0 + 11"


def test_nothing_in_a_file_has_a_line():
    found = count(read("-", stdin=chain().to_json())[0]).as_dict()
    assert {layer["line"] for layer in found["layers"]} == {None}


def test_a_name_picks_the_network_of_a_file(tmp_path):
    path = tmp_path / "stored.json"
    path.write_text(chain().to_json())
    (network,) = read(str(path))
    assert read(f"{path}:{network.name}")[0] == network
