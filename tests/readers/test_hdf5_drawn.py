"""HDF5 that h5py writes, drawn at random: our tables say what the library says, or leave it to it."""

from __future__ import annotations

import random
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sizeup.cli import main
from sizeup.errors import ReadError
from sizeup.readers.saved.hdf5 import inspected
from sizeup.readers.saved.hdf5_library import Library
from sizeup.readers.saved.hdf5_tables import Tables, Unsupported

NAMES = st.text("abcé_ .0123456789", min_size=1, max_size=12).filter(
    lambda name: name.strip(" .") == name
)
NUMBERS = st.sampled_from(["f2", "f4", "f8", ">f4", "i1", "i4", "u2", "i8", "?"])
STORAGE = st.sampled_from([
    {}, {"chunks": True}, {"chunks": True, "compression": "gzip"}, {"chunks": True, "shuffle": True},
    {"maxshape": "open"}, {"fillvalue": 3}, {"track_times": True},
])  # fmt: skip
TEXTS = st.text(max_size=40)
ATTRIBUTES = st.one_of(
    TEXTS, st.integers(-(2**40), 2**40), st.lists(TEXTS, min_size=1, max_size=5),
    st.lists(st.binary(min_size=1, max_size=9).filter(lambda raw: b"\0" not in raw), min_size=1, max_size=5)
    .map(np.array), st.integers(1, 70_000).map("x".__mul__), st.integers(1, 900).map(
        lambda count: np.array([b"weight_%d" % number for number in range(count)])),
)  # fmt: skip


@st.composite
def groups(draw, depth=0):
    found = {"attributes": draw(st.dictionaries(NAMES, ATTRIBUTES, max_size=3)), "inside": {}}
    for name in draw(st.lists(NAMES, max_size=4, unique=True)):
        inner = groups(depth + 1) if depth < 3 else st.nothing()
        data = st.tuples(st.lists(st.integers(0, 9), max_size=4).map(tuple), NUMBERS, STORAGE)
        found["inside"][name] = draw(inner | data)
    return found


def write(group, told):
    for name, value in told["attributes"].items():
        group.attrs[name] = value
    for name, inner in told["inside"].items():
        if isinstance(inner, dict):
            write(group.create_group(name), inner)
            continue
        shape, dtype, storage = inner
        storage = {} if not shape or 0 in shape else dict(storage)
        if storage.get("maxshape"):
            storage["maxshape"] = (None,) * len(shape)
        group.create_dataset(name, shape, dtype, **storage)


def everything(file, names):
    """All that may be asked of a file."""
    tensors, found = file.contents()
    inside = {
        group: (sorted(file.groups(group)), {name: file.attribute(name, group) for name in names.get(group, ())})
        for group in ["/", *found]
    }  # fmt: skip
    return sorted(tensors, key=str), sorted(found), inside


def has_old_names(told):
    """Whether the names of all groups can stand in the tables of the first format."""
    inner = [value for value in told["inside"].values() if isinstance(value, dict)]
    return all(map(str.isascii, told["inside"])) and all(map(has_old_names, inner))


def attributes(opened):
    names = {"/": list(opened.attrs)}
    opened.visititems(
        lambda path, thing: names.__setitem__(path, list(thing.attrs)) if isinstance(thing, h5py.Group) else None
    )  # fmt: skip
    return names


@settings(max_examples=150, deadline=None)
@given(
    groups(),
    st.sampled_from(["earliest", "v108", "v110", "latest"]),
    st.sampled_from([0, 512]),
    st.booleans(),
)
def test_tables_say_what_the_library_says_or_leave_it_to_it(told, version, block, tracked):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "drawn.h5"
        try:
            with h5py.File(
                path, "w", libver=version, userblock_size=block, track_order=tracked
            ) as file:
                write(file, told)
        except (ValueError, OSError, RuntimeError):  # an attribute that this format cannot hold
            return
        with h5py.File(path) as opened:
            names = attributes(opened)
            expected = everything(Library(opened), names)
        with path.open("rb", buffering=0) as raw:
            try:
                assert everything(Tables(raw), names) == expected
            except Unsupported:
                assert version != "earliest" or block or tracked or not has_old_names(told)
            assert inspected(raw, str(path), lambda file: everything(file, names)) == expected


# -- files that mean harm ----------------------------------------------------------------------


@pytest.fixture
def whole(tmp_path):
    """A small file with two levels of tables."""
    with h5py.File(tmp_path / "whole.h5", "w") as file:
        for number in range(400):
            file[f"layers/dense_{number}/vars/0"] = np.zeros((2, 3), "f4")
        file["layers"].attrs["names"] = ["é" * 900, "b"]
    return (tmp_path / "whole.h5").read_bytes()


def places(raw, signature):
    return [place for place in range(len(raw)) if raw.startswith(signature, place)]


def circle(raw):
    """Every tree leads to itself."""
    for place in places(raw, b"TREE"):
        used = int.from_bytes(raw[place + 6 : place + 8], "little")
        raw[place + 5] = 1
        for number in range(used):
            at = place + 32 + 16 * number
            raw[at : at + 8] = place.to_bytes(8, "little")


def many(raw):
    """Every tree and table claims as many entries as it can."""
    for signature in (b"TREE", b"SNOD"):
        for place in places(raw, signature):
            raw[place + 6 : place + 8] = b"\xff\xff"


def huge(raw):
    """Every heap and collection claims to be huge."""
    for signature in (b"HEAP", b"GCOL"):
        for place in places(raw, signature):
            raw[place + 8 : place + 16] = (2**62).to_bytes(8, "little")


def far(raw):
    """Every table lies beyond the end."""
    for place in places(raw, b"SNOD"):
        for number in range(8):
            at = place + 16 + 40 * number
            raw[at : at + 8] = (2**63).to_bytes(8, "little")


def unending(raw):
    """Every header goes on at its own beginning, without end."""
    for place in range(0, len(raw) - 24, 8):
        if (
            raw[place] == 1
            and raw[place + 1] == 0
            and 0 < raw[place + 2] < 20
            and raw[place + 4] == 1
        ):
            raw[place + 16 : place + 20] = b"\x10\0\x10\0"
            raw[place + 24 : place + 40] = (place + 16).to_bytes(8, "little") + (400).to_bytes(
                8, "little"
            )


@pytest.mark.parametrize("harm", [circle, many, huge, far, unending])
def test_tables_that_mean_harm_cost_one_line(harm, whole, tmp_path, capsys):
    raw = bytearray(whole)
    harm(raw)
    path = tmp_path / "harm.weights.h5"
    path.write_bytes(raw)
    begin = time.process_time()
    status = main(["count", str(path)])
    out, err = capsys.readouterr()
    assert status == 2, out
    assert err.count("\n") == 1
    assert time.process_time() - begin < 5


@pytest.mark.parametrize("seed", range(12))
def test_damage_is_an_error_or_other_contents(seed, whole, tmp_path):
    luck = random.Random(seed)
    path = tmp_path / "damaged.h5"
    for _ in range(8):
        raw = bytearray(whole)
        for _ in range(luck.randrange(1, 40)):
            raw[luck.randrange(min(len(raw), 30_000))] = luck.choice(
                (0, 1, 16, 255, luck.randrange(256))
            )
        path.write_bytes(raw[: luck.randrange(len(raw))] if luck.random() < 0.2 else raw)
        begin = time.process_time()
        with path.open("rb", buffering=0) as file, suppress(ReadError):
            inspected(file, str(path), lambda file: everything(file, {}))
        assert time.process_time() - begin < 5
