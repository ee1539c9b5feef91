"""HDF5 of Keras 3: whole models and weights alone; and weights held against configurations."""

from __future__ import annotations

import json
import sys
import zipfile
from pathlib import Path

import h5py
import keras
import numpy as np
import pytest
from keras import layers

from readers import saved_layers
from readers.saved_models import MODELS, chain, shared_and_nested
from readers.saved_truth import assert_same, loaded, scalars
from sizeup.analyses.count import count
from sizeup.cli import main
from sizeup.network import rows
from sizeup.readers import read
from sizeup.readers.saved.hdf5_library import Library
from sizeup.readers.saved.hdf5_tables import Tables

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # Keras 3 under NumPy 2
IN_HDF5 = sorted(MODELS.keys() - {"adapted"})
"""Keras 3 does not save low-rank adapters in the older format."""


@pytest.mark.parametrize("name", IN_HDF5)
def test_a_whole_model_in_hdf5_reads_as_its_json(name, tmp_path):
    keras.utils.clear_session()
    model = MODELS[name]()
    model.save(tmp_path / "model.h5")
    (network,) = read(str(tmp_path / "model.h5"))
    assert network.reader == "keras hdf5"
    assert_same(network, loaded(model.to_json()))


@pytest.mark.parametrize("name", sorted(MODELS))
def test_weights_alone_have_the_total_of_their_model(name, tmp_path):
    keras.utils.clear_session()
    model = MODELS[name]()
    stored = sum(_scalars(model.weights, without="lora"))
    model.save_weights(tmp_path / "model.weights.h5")
    (network,) = read(str(tmp_path / "model.weights.h5"))
    assert count(network).total == stored
    statistics = [w for w in model.weights if "moving" in w.path]
    seeds = [w for w in model.non_trainable_variables if "seed" in w.path]
    assert count(network).parameters - count(network).trainable >= scalars(statistics)
    assert not seeds or count(network).total < scalars(model.variables)


def _scalars(weights, without):
    return [scalars([weight]) for weight in weights if without not in weight.path]


@pytest.mark.parametrize("kind", saved_layers.kinds())
def test_every_layer_of_keras_reads_from_its_archive_and_its_weights(kind, tmp_path):
    keras.utils.clear_session()
    model = saved_layers.model_of(kind)
    if model is None:
        assert kind in NOT_HERE
        return
    model.save(tmp_path / "model.keras")
    (network,) = read(str(tmp_path / "model.keras"))
    assert_same(network, model)
    model.save_weights(tmp_path / "model.weights.h5")
    assert count(read(str(tmp_path / "model.weights.h5"))[0]).total == model.count_params()


NOT_HERE = {
    "CategoryEncoding", "Equalization", "GroupedQueryAttention", "HashedCrossing", "Hashing",
    "IntegerLookup", "RandomColorDegeneration", "STFTSpectrogram", "StringLookup", "TextVectorization",
}  # fmt: skip
"""Layers that this Keras cannot make without TensorFlow, or of these arguments."""


def test_stored_layers_have_names_kinds_and_weights(tmp_path):
    shared_and_nested().save_weights(tmp_path / "m.weights.h5")
    table = {row.path: row for row in rows(read(str(tmp_path / "m.weights.h5"))[0])}
    assert table["twice"].layer.kind == "Dense"
    assert table["inner/encoder"].parent == "inner"
    lstm = next(row for row in table.values() if row.layer.kind == "LSTM")
    assert [(w.name, w.shape) for w in lstm.weights] == [
        ("cell/kernel", (4, 20)), ("cell/recurrent_kernel", (5, 20)), ("cell/bias", (20,))]  # fmt: skip


@pytest.mark.parametrize("ending", ["keras", "h5"])
def test_layers_that_networks_of_keras_bring_along_are_known(ending, tmp_path):
    keras.utils.clear_session()
    scale = keras.src.applications.convnext.LayerScale(1e-6, 4, name="scale")
    model = keras.Sequential([keras.Input((3,)), layers.Dense(4), scale, layers.Dense(2)])
    model.save(tmp_path / f"m.{ending}")
    network = read(str(tmp_path / f"m.{ending}"))[0]
    assert_same(network, model)
    assert count(network).macs == 3 * 4 + 4 * 2
    assert not network.notes


@keras.saving.register_keras_serializable("mine")
class Scale(layers.Layer):
    def build(self, shape):
        self.factor = self.add_weight(name="factor", shape=(shape[-1],))
        self.seen = self.add_weight(name="seen", shape=(), trainable=False)

    def call(self, x):
        return x * self.factor


@keras.saving.register_keras_serializable("mine")
class Net(keras.Model):
    def __init__(self, **more):
        super().__init__(**more)
        self.hidden = layers.Dense(4)
        self.scale = Scale()

    def call(self, x):
        return self.scale(self.hidden(x))


@pytest.mark.parametrize("ending", ["keras", "h5"])
def test_the_weights_of_a_layer_that_is_not_known_are_counted_where_they_are_stored(
    ending, tmp_path
):
    keras.utils.clear_session()
    model = keras.Sequential([keras.Input((3,)), layers.Dense(5), Scale(name="s"), layers.Dense(2)])
    path = tmp_path / f"m.{ending}"
    model.save(path)
    found = count(read(str(path))[0])
    assert found.total == model.count_params()
    assert any("do not tell what of them is trained" in note.text for note in found.notes)
    unseen = count(read("-", stdin=model.to_json())[0])
    assert unseen.total is None
    assert unseen.at_least == 20 + 12


def test_a_model_of_a_class_of_its_own_is_counted_by_its_weights(tmp_path):
    keras.utils.clear_session()
    model = Net(name="net")
    model(keras.ops.zeros((1, 3)))
    model.save(tmp_path / "m.keras")
    (network,) = read(str(tmp_path / "m.keras"))
    assert count(network).total == model.count_params() == 21
    assert network.kind == "Net"
    assert network.name == "net"
    assert {row.path: row.parameters for row in rows(network)} == {"dense": 16, "scale": 5}


@keras.saving.register_keras_serializable("mine")
class More(keras.Model):
    """A functional model that owns more than the layers between its ends."""

    def __init__(self, *ends, **more):
        super().__init__(*ends, **more)
        self.also = self.layers[1]
        self.extra = layers.Dense(7)
        self.extra.build((None, 3))
        self.own = self.add_weight(shape=(11,), name="own")


def test_a_class_of_a_persons_own_may_own_more_than_its_layers(tmp_path):
    keras.utils.clear_session()
    entering = keras.Input((4,))
    model = More(entering, layers.Dense(2)(layers.Dense(3)(entering)))
    assert model.count_params() == 15 + 8 + 28 + 11
    found = count(read("-", stdin=model.to_json())[0])
    assert (found.total, found.at_least) == (None, 23)
    model.save(tmp_path / "m.keras")
    assert count(read(str(tmp_path / "m.keras"))[0]).total == model.count_params()
    model.save(tmp_path / "m.h5")  # which does not hold the extra layer
    assert count(read(str(tmp_path / "m.h5"))[0]).total is None
    inside = keras.Input((4,))
    around = keras.Model(inside, layers.Dense(5)(model(inside)))
    around.save(tmp_path / "a.keras")
    assert count(read(str(tmp_path / "a.keras"))[0]).total == around.count_params()


def test_what_an_optimizer_keeps_is_not_counted(tmp_path):
    keras.utils.clear_session()
    model = chain()
    model.compile("adam", "mse", metrics=["mae"])
    model.optimizer.build(model.trainable_variables)
    for name in ("m.keras", "m.h5", "m.weights.h5"):
        (model.save_weights if "weights" in name else model.save)(tmp_path / name)
        assert count(read(str(tmp_path / name))[0]).total == model.count_params()


@pytest.mark.filterwarnings("ignore::UserWarning")  # an input cannot be quantized
def test_quantized_weights_are_counted_as_they_are_stored(tmp_path):
    keras.utils.clear_session()
    model = keras.Sequential([keras.Input((8,)), layers.Dense(16), layers.Dense(4)])
    model.quantize("int8")
    model.save(tmp_path / "m.keras")
    found = count(read(str(tmp_path / "m.keras"))[0])
    assert found.total == model.count_params()
    assert found.trainable == scalars(model.trainable_weights)
    assert found.bytes == 8 * 16 + 4 * (16 + 16) + 16 * 4 + 4 * (4 + 4)


def test_weights_that_are_not_those_of_the_configuration_are_not_claimed(tmp_path, capsys):
    keras.utils.clear_session()
    chain().save(tmp_path / "m.keras")
    with zipfile.ZipFile(tmp_path / "m.keras") as archive:
        config = json.loads(archive.read("config.json"))
        stored = archive.read("model.weights.h5")
    for layer in config["config"]["layers"]:
        if layer["class_name"] == "Dense":
            layer["config"]["units"] = 11
    with zipfile.ZipFile(tmp_path / "m.keras", "w") as archive:
        archive.writestr("config.json", json.dumps(config))
        archive.writestr("model.weights.h5", stored)
    assert main(["count", str(tmp_path / "m.keras"), "--json"]) == 3
    found = json.loads(capsys.readouterr().out)["networks"][0]
    assert found["parameters"]["total"] is None
    note = next(note["text"] for note in found["notes"] if note["level"] == "unknown")
    assert "its configuration makes 1352×11, 11, but the file stores 1352×10, 10" in note


@pytest.mark.parametrize("name", ["shared and nested", "wrappers", "frozen parts"])
def test_stored_layers_without_names_are_told_by_their_classes(name, tmp_path):
    keras.utils.clear_session()
    model = MODELS[name]()
    model.save(tmp_path / "m.keras")
    with zipfile.ZipFile(tmp_path / "m.keras") as archive:
        archive.extract("model.weights.h5", tmp_path)
        config = archive.read("config.json")

    def forget(_, thing):
        thing.attrs.pop("name", None)

    with h5py.File(tmp_path / "model.weights.h5", "r+") as file:  # as Keras 3.0 wrote them
        file.visititems(forget)
    with zipfile.ZipFile(tmp_path / "m.keras", "w") as archive:
        archive.writestr("config.json", config)
        archive.write(tmp_path / "model.weights.h5", "model.weights.h5")
    assert_same(read(str(tmp_path / "m.keras"))[0], loaded(model.to_json()))


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_an_archive_is_counted_without_unpacking_its_weights(compression, tmp_path, monkeypatch):
    keras.utils.clear_session()
    chain().save(tmp_path / "m.keras")
    with zipfile.ZipFile(tmp_path / "m.keras") as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(tmp_path / "m.keras", "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    monkeypatch.setitem(sys.modules, "h5py", None)
    found = count(read(str(tmp_path / "m.keras"))[0])
    assert found.total == chain().count_params()
    packed = compression == zipfile.ZIP_DEFLATED
    assert any("not looked at" in note.text for note in found.notes) == packed


@pytest.mark.parametrize("ending", ["h5", "weights.h5"])
def test_hdf5_of_keras_is_read_without_h5py(ending, tmp_path, monkeypatch):
    keras.utils.clear_session()
    path = str(tmp_path / f"m.{ending}")
    model = MODELS["frozen parts"]()
    (model.save if ending == "h5" else model.save_weights)(path)
    monkeypatch.setitem(sys.modules, "h5py", None)
    assert count(read(path)[0]).total == model.count_params()


def _newest(path):
    with h5py.File(path, "w", libver="latest") as file:
        file["layers/dense/vars/0"] = np.zeros((3, 4), "f4")
        file["layers/dense/vars/1"] = np.zeros((4,), "f4")
        file["layers/dense/vars"].attrs["name"] = "d"
    return str(path)


def test_hdf5_of_newer_formats_is_read_by_h5py(tmp_path):
    (network,) = read(_newest(tmp_path / "m.h5"))
    assert count(network).total == 16
    assert [layer.name for layer in network.graph.layers] == ["d"]


def test_hdf5_of_newer_formats_says_what_to_install(tmp_path, monkeypatch, capsys):
    path = _newest(tmp_path / "m.h5")
    monkeypatch.setitem(sys.modules, "h5py", None)
    assert main(["count", path]) == 2
    assert "pip install 'sizeup[keras]'" in capsys.readouterr().err


def test_tables_say_what_the_library_says(tmp_path):
    """Each file of the fixtures, and one with large groups, long names and attributes of all kinds."""

    def fill(file):
        for number in range(3000):
            file.create_dataset(f"many/{number}", (number % 7, 2), "f2")
        group = file.create_group("attributes")
        group.attrs["text"] = "é" * 70_000
        group.attrs["fixed"] = np.array([b"a", b"bcd"])
        group.attrs["texts"] = ["", "long " * 100, "c"]
        group.attrs["none"] = np.array([], "S3")
        group.attrs["number"] = -5
        group.attrs.update({f"a{number}": "x" * 200 for number in range(200)})
        for kind in ("f8", "i1", "u2", "i8", "?"):
            file.create_dataset(f"kinds/{kind.strip('?') or 'bool'}", (2,), kind)
        file["link"] = h5py.SoftLink("/many")

    made = _written(tmp_path / "made.h5", fill)
    fixtures = Path(__file__).parents[1] / "fixtures" / "saved"
    for path in (made, *sorted(map(str, fixtures.rglob("*.h5")))):
        with Path(path).open("rb", buffering=0) as raw, h5py.File(path) as library:
            ours, theirs = Tables(raw), Library(library)
            tensors, groups = ours.contents()
            assert (sorted(tensors, key=str), sorted(groups)) == (
                sorted(theirs.tensors(), key=str), sorted(theirs.contents()[1]))  # fmt: skip
            for group in ["/", *groups[:300]]:
                assert ours.groups(group) == theirs.groups(group)
                for name in library[group].attrs:
                    stem = name.rstrip("0123456789") or name
                    assert ours.attribute(stem, group) == theirs.attribute(stem, group)


# -- what means harm -------------------------------------------------------------------------


def _written(path, fill):
    with h5py.File(path, "w") as file:
        fill(file)
    return str(path)


def _external(file):
    file["layers"] = h5py.ExternalLink("other.h5", "/")
    file.create_group("vars")


def _dangling(file):
    file.create_group("model_weights").attrs["layer_names"] = ["a"]


def _elsewhere(file):
    group = file.create_group("model_weights")
    group.attrs["layer_names"] = ["a"]
    group["a"] = h5py.ExternalLink("other.h5", "/")


def _unheld(file):
    group = file.create_group("model_weights")
    group.attrs["layer_names"] = ["a"]
    group.create_group("a").attrs["weight_names"] = ["kernel"]


def _nested(file):
    file.attrs["model_config"] = "[" * 30_000


def _not_a_model(file):
    file.attrs["model_config"] = "{}"


def _foreign(file):
    file["data/values"] = [1, 2, 3]


@pytest.mark.parametrize("fill", [_dangling, _elsewhere, _unheld, _nested, _not_a_model, _foreign])
def test_hdf5_that_is_no_model_is_one_line(fill, tmp_path, capsys):
    _written(tmp_path / "other.h5", lambda file: file.create_dataset("kernel", (3, 4), "f4"))
    assert main(["count", _written(tmp_path / "m.h5", fill)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1


def test_links_to_other_files_are_not_followed(tmp_path):
    _written(tmp_path / "other.h5", lambda file: file.create_dataset("dense/vars/0", (3, 4), "f4"))
    assert count(read(_written(tmp_path / "m.weights.h5", _external))[0]).total == 0


def test_a_group_in_itself_ends(tmp_path):
    def fill(file):
        group = file.create_group("layers/dense/vars")
        group["0"] = [1.0, 2.0]
        group["again"] = file["layers"]

    assert count(read(_written(tmp_path / "m.h5", fill))[0]).total == 2


def test_a_claim_of_huge_shapes_costs_nothing(tmp_path):
    def fill(file):
        file.create_dataset("layers/dense/vars/0", (10**9, 10**9), "f4", chunks=(1, 1))

    assert count(read(_written(tmp_path / "m.h5", fill))[0]).total == 10**18


@pytest.mark.parametrize("part", [9, 100, 500, 1000])
def test_cut_hdf5_is_one_line(part, tmp_path, capsys):
    chain().save_weights(tmp_path / "m.weights.h5")
    path = tmp_path / "cut.h5"
    path.write_bytes((tmp_path / "m.weights.h5").read_bytes()[:part])
    assert main(["count", str(path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1
