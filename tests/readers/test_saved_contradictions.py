"""Configurations that do not make the weights beside them: told in every format that holds both."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import h5py
import pytest

from sizeup.analyses.count import count
from sizeup.readers import read

SAVED = Path(__file__).parents[1] / "fixtures" / "saved"
FILES = [
    "tf/2.2.4_chain.h5", "tf/2.15.1_chain.h5", "tf/2.21.0_chain.h5", "tf/2.15.1_chain.keras",
    "tf/2.21.0_chain.keras", "tf/2.15.1_custom.savedmodel", "tf/2.21.0_custom.savedmodel",
    "old/1.0.8_small_and_complete.h5", "old/1.2.2_small_and_complete.h5", "old/2.0.9_small_and_complete.h5",
    "old/2.3.1_small_and_complete.h5",
]  # fmt: skip
UNITS = [
    (b'"units": 5', b'"units": 7'),
    (b'"units": 3', b'"units": 7'),
    (b'"units": 2', b'"units": 7'),
    (b'"output_dim": 3', b'"output_dim": 7'),
]


def other(raw):
    """A configuration some of whose layers have other units; as long as it was."""
    for old, new in UNITS:
        raw = raw.replace(old, new)
    return raw


def in_hdf5(path):
    with h5py.File(path, "r+") as file:
        config = file.attrs["model_config"]
        raw = config if isinstance(config, bytes) else config.encode()
        assert other(raw) != raw
        file.attrs["model_config"] = other(raw)


def in_archive(path):
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    assert other(members["config.json"]) != members["config.json"]
    members["config.json"] = other(members["config.json"])
    with zipfile.ZipFile(path, "w") as archive:
        for name, raw in members.items():
            archive.writestr(name, raw)


def in_directory(path):
    metadata = path / "keras_metadata.pb"
    raw = metadata.read_bytes()
    assert other(raw) != raw
    metadata.write_bytes(other(raw))


CHANGES = {".h5": in_hdf5, ".keras": in_archive, ".savedmodel": in_directory}


@pytest.mark.parametrize("name", FILES)
def test_neither_is_claimed_where_they_contradict_each_other(name, tmp_path):
    path = tmp_path / Path(name).name
    (shutil.copytree if (SAVED / name).is_dir() else shutil.copy)(SAVED / name, path)
    before = count(read(str(path))[0])
    assert before.total is not None
    CHANGES[path.suffix](path)
    found = count(read(str(path))[0])
    assert found.total is None
    assert found.at_least < before.total
    assert any("but the file stores" in note.text for note in found.notes)
