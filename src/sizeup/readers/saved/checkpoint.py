"""TensorFlow's checkpoints: the names and shapes in the index, and none of the data.

The index is a table of sorted keys in blocks (LevelDB's format, `tensorflow/tsl/lib/io/table`), whose
values are `BundleEntryProto`s (`tensorflow/core/protobuf/tensor_bundle.proto`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from sizeup.errors import ReadError
from sizeup.network import Network
from sizeup.readers.saved.protobuf import integer, messages, varint
from sizeup.readers.saved.stored import APART, Stored, StoredLayer
from sizeup.words import say

FOOTER, TRAILER = 48, 5
"""Bytes at the end of a table, and behind each block: its compression and checksum."""
MAGIC = bytes.fromhex("57fb808b247547db")
"""How a table ends."""
MAX_INDEX = 200_000_000
"""Bytes of the largest index that is read; that of a network with 10,000 tensors has 1,000,000."""
DTYPES = {1: "float32", 2: "float64", 3: "int32", 4: "uint8", 5: "int16", 6: "int8", 9: "int64",
          10: "bool", 14: "bfloat16", 17: "uint16", 19: "float16", 22: "uint32", 23: "uint64"}  # fmt: skip
"""The types of numbers by TensorFlow's own; others hold none (7: strings)."""
VALUE = "/.ATTRIBUTES/VARIABLE_VALUE"
SLOT = ".OPTIMIZER_SLOT"
COUNTERS = frozenset(
    {"save_counter", "global_step", "beta1_power", "beta2_power", "_CHECKPOINTABLE_OBJECT_GRAPH"}
)
STATES = frozenset({"int32", "int64", "uint32"})
COPIES = "_all_variables"
"""Where a model that Keras 3 exports holds its weights once more."""
FIRST = ("kernel", "depthwise_kernel", "pointwise_kernel", "recurrent_kernel", "gamma", "beta")
"""Names in the order in which Keras lists the weights of a layer; those of an index are sorted."""
BESIDE = frozenset({"optimizer", "keras_api", "save_counter", "_optimizer", "metrics"})
"""What a checkpoint holds beside the network."""


def read_index(path: str) -> list[Stored]:
    """All tensors that an index lists. Raises ReadError where it is none, or damaged."""
    size = os.path.getsize(path)
    if size > MAX_INDEX:
        raise ReadError(say("saved.large", name=os.path.basename(path)), source=path)
    with open(path, "rb") as file:
        raw = file.read()
    try:
        return [_stored(key, value) for key, value in _entries(raw) if key]
    except ReadError as error:
        error.source = path
        raise


def _entries(raw: bytes) -> Iterator[tuple[str, bytes]]:
    if len(raw) < FOOTER or raw[-len(MAGIC) :] != MAGIC:
        raise ReadError(say("saved.checkpoint"))
    footer = raw[-FOOTER:]
    _, at = varint(footer, 0)
    _, at = varint(footer, at)
    for _, handle in _block(raw, footer[at:]):
        yield from (
            (key.decode("utf-8", errors="replace"), value) for key, value in _block(raw, handle)
        )


def _block(raw: bytes, handle: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The keys and values of a block; a key leaves out what it shares with the one before."""
    offset, at = varint(handle, 0)
    size, _ = varint(handle, at)
    if offset + size + TRAILER > len(raw):
        raise ReadError(say("saved.checkpoint"))
    if raw[offset + size]:
        raise ReadError(say("saved.snappy"))
    block = raw[offset : offset + size]
    restarts = int.from_bytes(block[-4:], "little")
    end = len(block) - 4 * (restarts + 1)
    key, at = b"", 0
    while at < end:
        shared, at = varint(block, at)
        fresh, at = varint(block, at)
        length, at = varint(block, at)
        if shared > len(key) or at + fresh + length > end:
            raise ReadError(say("saved.checkpoint"))
        key = key[:shared] + block[at : at + fresh]
        at += fresh
        yield key, block[at : at + length]
        at += length


def _stored(key: str, entry: bytes) -> Stored:
    return Stored(key, shape_of(next(messages(entry, 2), b"")), DTYPES.get(integer(entry, 1), ""))


def shape_of(proto: bytes) -> tuple[int, ...]:
    """A `TensorShapeProto`."""
    return tuple(integer(dim, 1) for dim in messages(proto, 2))


def weights(tensors: Sequence[Stored]) -> list[Stored]:
    """The weights of the network among what a checkpoint holds, under plain names.

    What an optimizer keeps of a weight has its name with one more in it, and its shape. A model that
    Keras 3 exports holds every weight twice. Counters and states of random numbers are integers.
    """
    plain = [each.changed(path=each.path.removesuffix(VALUE)) for each in tensors
             if each.dtype and SLOT not in each.path]  # fmt: skip
    shapes = {each.path: each.shape for each in plain}
    twice = any(each.path.startswith("variables/") for each in plain)
    return [
        each for each in plain
        if each.path.partition("/")[0] not in (BESIDE | {COPIES} if twice else BESIDE)
        and each.path not in COUNTERS and APART.isdisjoint(each.path.split("/"))
        and shapes.get(each.path.rpartition("/")[0]) != each.shape
        and not (each.dtype in STATES and each.shape in ((), (2,)))
    ]  # fmt: skip


def by_path(tensors: Sequence[Stored], name: str = "") -> StoredLayer:
    """Layers in layers, as the slashes in the names of tensors tell them."""
    own, below = [], dict[str, list[Stored]]()
    for tensor in tensors:
        first, slash, rest = tensor.path.partition("/")
        if slash:
            below.setdefault(first, []).append(tensor.changed(path=rest))
        else:
            own.append(tensor)
    inside = tuple(by_path(below[first], first) for first in sorted(below, key=_natural))
    own.sort(key=lambda tensor: FIRST.index(tensor.path) if tensor.path in FIRST else len(FIRST))
    return StoredLayer(name, name, tuple(own), inside)


def _natural(name: str) -> tuple[str, int]:
    """`layer-10` behind `layer-9`."""
    stem, _, number = name.rpartition("-")
    return (stem, int(number)) if number.isdecimal() else (name, 0)


def read_checkpoint(path: str, source: str, *, name: str) -> Network:
    """The network of the weights that an index lists."""
    from sizeup.readers.saved.weights import network_of

    found = weights(read_index(path))
    if not found:
        raise ReadError(say("saved.empty_checkpoint"), source=source)
    network = network_of(by_path(found), name, by_class=False)
    return network.changed(source=source, reader="tensorflow checkpoint")
