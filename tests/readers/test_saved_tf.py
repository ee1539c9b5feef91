"""What `tf.keras` and TensorFlow saved (`tests/fixtures/saved/make_tf.py`), and weights in shards."""

from __future__ import annotations

import json
import random
import shutil
from contextlib import suppress
from pathlib import Path

import keras
import pytest

from readers.saved_models import shared_and_nested
from sizeup.analyses.count import count
from sizeup.cli import main
from sizeup.errors import ReadError
from sizeup.network import rows
from sizeup.readers import read

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # Keras 3 under NumPy 2

SAVED = Path(__file__).parents[1] / "fixtures" / "saved" / "tf"
TRUTH = json.loads((SAVED / "truth.json").read_text())
FILES = [(name, ending) for name in sorted(TRUTH) for ending in TRUTH[name]["written"]]
READERS = {".json": "keras json", ".h5": "keras hdf5", ".keras": "keras file",
           ".weights.h5": "keras weights", ".ckpt": "tensorflow checkpoint",
           ".savedmodel": "tensorflow savedmodel"}  # fmt: skip


@pytest.mark.parametrize(("name", "ending"), FILES)
def test_what_tf_keras_saves_counts_as_there(name, ending):
    found = count(read(str(SAVED / f"{name}{ending}"))[0])
    truth = TRUTH[name]
    in_order = name.startswith("2.2.4") and ending == ".weights.h5"
    assert found.network.reader == ("keras hdf5 weights" if in_order else READERS[ending])
    assert found.network.error is None
    if ending == ".json" and name.endswith(("custom", "subclassed")):
        assert found.total is None
        return
    assert found.total == truth["total"]
    if ending not in (".weights.h5", ".ckpt"):  # which do not tell what is frozen
        assert found.trainable == truth["trainable"]


def test_the_variables_of_any_module_are_counted():
    for version in ("2.15.1", "2.21.0"):
        found = count(read(str(SAVED / f"{version}_module.savedmodel"))[0])
        assert (found.total, found.trainable) == (19, 17)


def test_what_keras_3_exports_is_counted_once():
    path = SAVED / "3.15_export.savedmodel"
    found = count(read(str(path))[0])
    assert (found.total, found.trainable) == (62, 54)
    assert count(read(str(path / "variables" / "variables.index"))[0]).total == 62


def test_layers_of_a_checkpoint_stand_in_layers():
    table = {row.path: row for row in rows(read(str(SAVED / "2.21.0_wired.ckpt"))[0])}
    cell = table["layer_with_weights-0/layer_with_weights-0/cell"]
    assert (cell.layer.kind, cell.parameters) == ("LSTM", 200)
    top = [path for path, row in table.items() if row.parent is None]
    assert top == [f"layer_with_weights-{number}" for number in range(9)]


def test_the_newest_checkpoint_of_a_directory_is_meant(tmp_path):
    for name in ("2.21.0_chain", "2.21.0_wired"):
        shutil.copy(SAVED / f"{name}.ckpt.index", tmp_path)
    (tmp_path / "checkpoint").write_text('model_checkpoint_path: "2.21.0_wired.ckpt"\n')
    assert count(read(str(tmp_path))[0]).total == 608
    assert count(read(str(tmp_path / "2.21.0_chain.ckpt.index"))[0]).total == 239


def test_a_directory_without_a_model_is_an_error(tmp_path):
    (tmp_path / "checkpoint").write_text('model_checkpoint_path: "../elsewhere"\n')
    with pytest.raises(ReadError, match="directory without a model"):
        read(str(tmp_path))


@pytest.mark.parametrize("gigabytes", [4e-7, 1e-6])
def test_weights_in_shards_are_one_network(gigabytes, tmp_path):
    model = shared_and_nested()
    path = tmp_path / "m.weights.json"
    model.save_weights(path, max_shard_size=gigabytes)
    found = count(read(str(path))[0])
    assert found.total == model.count_params()
    for shard in tmp_path.glob("*.h5"):
        shard.unlink()
    with pytest.raises(ReadError, match="not beside it"):
        read(str(path))


def test_no_shard_is_looked_for_elsewhere(tmp_path):
    inside = tmp_path / "inside"
    inside.mkdir()
    keras.Sequential([keras.Input((2,)), keras.layers.Dense(2)]).save_weights(
        tmp_path / "a.weights.h5"
    )
    (inside / "m.json").write_text(json.dumps({"weight_map": {"/layers": ["../a.weights.h5"]}}))
    with pytest.raises(ReadError, match="not beside it"):
        read(str(inside / "m.json"))


def damaged(raw, luck):
    raw = bytearray(raw)
    if luck.random() < 0.3:
        return bytes(raw[: luck.randrange(len(raw))])
    for _ in range(luck.randrange(1, 6)):
        raw[luck.randrange(len(raw))] = luck.randrange(256)
    return bytes(raw)


@pytest.mark.parametrize("name", ["2.21.0_module.savedmodel/saved_model.pb", "2.21.0_chain.ckpt.index",
                                  "2.21.0_custom.savedmodel/keras_metadata.pb",
                                  "2.21.0_custom.keras", "2.21.0_custom.h5"])  # fmt: skip
def test_damage_is_one_line_or_another_network(name, tmp_path, capsys):
    whole = SAVED / name
    if whole.parent != SAVED:
        shutil.copytree(whole.parent, tmp_path / "model")
        place, source = tmp_path / "model" / whole.name, tmp_path / "model"
    else:
        place = source = tmp_path / whole.name
    raw = whole.read_bytes()
    for seed in range(60):
        place.write_bytes(damaged(raw, random.Random(seed)))
        status = main(["count", str(source)])
        err = capsys.readouterr().err
        assert status in (0, 2, 3)
        assert err.count("\n") == (status == 2)


def test_a_message_without_end_is_an_error():
    from sizeup.readers.saved.protobuf import fields

    for raw in (b"\xff" * 30, b"\x0a\xff\xff\xff\x7f", b"\x0b", b"\x0d\x01"):
        with pytest.raises(ReadError):
            list(fields(raw))
    with suppress(ReadError):
        list(fields(bytes(range(256))))
