"""Files that are damaged or mean harm: one line of error, nothing run, little spent."""

from __future__ import annotations

import json
import resource
import struct
import time
import zipfile
import zlib

import pytest

from sizeup.analyses.count import count
from sizeup.cli import main
from sizeup.errors import ReadError
from sizeup.readers import read


def dense(**more):
    return {"class_name": "Dense", "config": {"name": "dense", "units": 3}, **more}


def functional(*layers, ends=("in", "dense")):
    first = {"class_name": "InputLayer", "name": "in", "inbound_nodes": [],
             "config": {"name": "in", "batch_input_shape": [None, 4]}}  # fmt: skip
    return {"class_name": "Model", "config": {
        "name": "m", "layers": [first, *layers], "input_layers": [[ends[0], 0, 0]],
        "output_layers": [[ends[1], 0, 0]]}}  # fmt: skip


def nested(depth):
    inner = {"class_name": "Sequential", "config": {"name": "s", "layers": []}}
    for _ in range(depth):
        inner = {"class_name": "Sequential", "config": {"name": "s", "layers": [inner]}}
    return inner


BROKEN = {
    "no layers": {"class_name": "Model", "config": {"name": "m", "layers": 3, "output_layers": []}},
    "a number for a layer": {"class_name": "Sequential", "config": [3]},
    "a layer without a class": {"class_name": "Sequential", "config": [{"class_name": 3}]},
    "a layer without a configuration": {"class_name": "Sequential", "config": [{"class_name": "Dense"}]},
    "a circle": functional(dense(name="dense", inbound_nodes=[[["dense", 0, 0, {}]]])),
    "a call on nothing": functional(dense(name="dense", inbound_nodes=[[["no", 0, 0, {}]]])),
    "an output of nothing": functional(ends=("in", "no")),
    "an output that is not there": functional(ends=("in", "in")) | {"config": {
        **functional()["config"], "output_layers": [["in", 0, 7]]}},
    "two layers of one name": functional(
        dense(name="in", inbound_nodes=[]), dense(name="dense", inbound_nodes=[[["in", 0, 0, {}]]])),
    "a call that is none": functional(dense(name="dense", inbound_nodes=[7])),
    "models in models in models": nested(300),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_configuration_is_one_line(name, tmp_path, capsys):
    path = tmp_path / "model.json"
    path.write_text(json.dumps(BROKEN[name]))
    assert main(["count", str(path)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"sizeup: {path}: ")
    assert err.count("\n") == 1


def doubling(depth):
    """Each model calls the one in it twice."""
    inner = {"class_name": "Dense", "config": {"name": "dense", "units": 4}}
    for number in range(depth):
        body = {**inner, "name": "m", "inbound_nodes": [[["in", 0, 0, {}]], [["m", 0, 0, {}]]]}
        inner = functional(body, ends=("in", "m"))
        inner["config"] |= {"name": f"level{number}", "output_layers": [["m", 1, 0]]}
    return inner


def test_models_that_double_with_each_level_are_one_line(tmp_path, capsys):
    path, start = tmp_path / "m.json", time.process_time()
    path.write_text(json.dumps(doubling(35)))
    assert main(["count", str(path)]) == 2
    assert "models call models" in capsys.readouterr().err
    assert time.process_time() - start < 10


@pytest.mark.parametrize("text", [
    '{"class_name": "Sequential", "config": ' + "[" * 100_000 + "]" * 100_000 + "}",
    '{"a":' * 100_000 + "1" + "}" * 100_000,
])  # fmt: skip
def test_deep_text_ends_in_an_error(text):
    with pytest.raises(ReadError):
        read("-", stdin=text)


def archive(path, **members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name.replace("_", "."), content)
    return str(path)


def test_a_bomb_in_an_archive_is_not_unpacked(tmp_path):
    path = archive(tmp_path / "m.keras", config_json=b"[" * 1_000_000_000)
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    with pytest.raises(ReadError, match=r"config\.json that is too large"):
        read(path)
    assert time.monotonic() - start < 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 500_000


def test_an_archive_of_more_than_four_gigabytes_is_read(tmp_path):
    """Written by hand: places beyond 4 GiB stand in fields of their own."""
    text = json.dumps({"class_name": "Sequential", "config": [dense()]}).encode()
    text = text.replace(b'"units": 3', b'"units": 3, "batch_input_shape": [null, 4]')
    crc, name, far = zlib.crc32(text), b"config.json", 5 * 2**30
    local = struct.pack("<4s5HIIIHH", b"PK\3\4", 20, 0, 0, 0, 0, crc, len(text), len(text), 11, 0)
    extra = struct.pack("<HHQQQ", 1, 24, len(text), len(text), far)
    entry = struct.pack("<4s6HIIIHHHHHII", b"PK\1\2", 45, 45, 0, 0, 0, 0, crc, 0xFFFFFFFF, 0xFFFFFFFF, 11,
                        len(extra), 0, 0, 0, 0, 0xFFFFFFFF)  # fmt: skip
    listed = entry + name + extra
    begin = far + len(local) + len(name) + len(text)
    end = struct.pack("<4sQHHIIQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, len(listed), begin)
    end += struct.pack("<4sIQI", b"PK\6\7", 0, begin + len(listed), 1)
    end += struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 1, 1, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    path = tmp_path / "m.keras"
    with path.open("wb") as file:
        file.write(b"PK\3\4")
        file.seek(far)  # a hole, which takes no room
        file.write(local + name + text + listed + end)
    with zipfile.ZipFile(path) as archive:
        assert archive.read("config.json") == text
    assert count(read(str(path))[0]).total == 15


@pytest.mark.parametrize("damage", ["cut", "other", "empty", "no json", "no model", "false size"])
def test_a_damaged_archive_is_one_line(damage, tmp_path, capsys):
    path = tmp_path / "m.keras"
    config = {"no json": "{", "no model": "{}"}.get(damage, json.dumps(BROKEN["a circle"]))
    archive(path, **({} if damage == "empty" else {"config_json": config}))
    if damage == "other":
        archive(path, notes_txt="hello")
    raw = path.read_bytes()
    if damage == "cut":
        path.write_bytes(raw[: len(raw) // 2])
    if damage == "false size":
        path.write_bytes(raw.replace(b"config.json", b"config.jsom", 1))
    assert main(["count", str(path)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1


def test_bytecode_is_never_unmarshalled(monkeypatch):
    import marshal

    loads, seen = marshal.loads, []
    monkeypatch.setattr(marshal, "loads", lambda raw: seen.append(bytes(raw)) or loads(raw))
    code = {
        "class_name": "__lambda__",
        "config": {"code": "AAAA", "defaults": None, "closure": None},
    }
    for function in (code, ["AAAA", None, None]):
        config = {"name": "l", "function": function, "batch_input_shape": [None, 4]}
        layers = [{"class_name": "Lambda", "config": config}, dense()]
        text = json.dumps({"class_name": "Sequential", "config": layers})
        (network,) = read("-", stdin=text)
        assert network.graph.layers[1].unknown is not None
    assert b"\0\0\0" not in seen


def test_what_is_huge_in_a_configuration_costs_nothing():
    config = [
        {
            "class_name": "Dense",
            "config": {"name": "a", "units": 10**30, "batch_input_shape": [None, 10**30]},
        }
    ]
    (network,) = read("-", stdin=json.dumps({"class_name": "Sequential", "config": config}))
    assert network.graph.layers[0].parameters[0].count == 10**60


def test_json_that_is_no_model_is_no_saved_model():
    with pytest.raises(ReadError, match="no network"):
        read("-", stdin='{"cells": [], "nbformat": 4}')
