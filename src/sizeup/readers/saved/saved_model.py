"""SavedModel directories: the Keras configuration in them, and the variables of the object graph.

Sources: `tensorflow/core/protobuf/saved_model.proto`, `meta_graph.proto`,
`saved_object_graph.proto`, and Keras 2's `saved_metadata.proto`.
"""

from __future__ import annotations

import os.path
from collections.abc import Mapping, Sequence

from sizeup.errors import ReadError
from sizeup.network import Network
from sizeup.readers.saved.checkpoint import COPIES, DTYPES, by_path, read_index, shape_of, weights
from sizeup.readers.saved.protobuf import fields, integer, messages, sections, text
from sizeup.readers.saved.stored import APART, Stored, StoredLayer
from sizeup.readers.saved.text import is_architecture, parsed, read_architecture
from sizeup.records import Record
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

GRAPH, METADATA, INDEX = "saved_model.pb", "keras_metadata.pb", "variables/variables.index"
READER = "tensorflow savedmodel"
META_GRAPH, OBJECT_GRAPH, NODES = 2, 7, 1
USER_OBJECT, VARIABLE = 4, 7
MAX_OBJECTS = 500_000_000
"""Bytes of the object graph that are read: it holds no data."""
LAYER = ("layer-", "layer_with_weights-")
"""How Keras names the layers of a model among its attributes."""
NOT_WEIGHTS = frozenset({"optimizer", "_optimizer", "keras_api", "metrics", "compiled_loss",
                         "compiled_metrics", "loss", "signatures", "regularization_losses"})  # fmt: skip


class Node(Record):
    """An object: what its attributes hold by their names, its metadata, its variable if it is one."""

    children: tuple[tuple[str, int], ...]
    metadata: str = ""
    variable: Stored | None = None


def read_saved_model(path: str, *, name: str) -> Network:
    """The network of a SavedModel. Raises ReadError where nothing in it can be read."""
    try:
        nodes = _nodes(os.path.join(path, GRAPH))
        metadata = _metadata(os.path.join(path, METADATA), nodes)
        document = metadata.get(0)
        version = document.get("keras_version") if document else None
        if document is None or not is_architecture(document):
            return _of_variables(path, nodes, name)
        stored = _stored(nodes, 0, metadata, set())
        if not stored.inside:  # a class of a person's own
            found = _of_variables(path, nodes, _name_of(document) or name)
            return found.changed(kind=str(document["class_name"]))
        from sizeup.readers.saved.settling import settled

        network = read_architecture(document, path, READER, name=name, version=version)
        return settled(network, stored)
    except ReadError as error:
        error.source = path
        raise
    except OSError as error:
        reason = error.strerror or str(error)
        raise ReadError(say("readers.unreadable", reason=reason), source=path) from None


def _nodes(path: str) -> list[Node]:
    """The objects of the first graph; none where it was saved without them, as by TensorFlow 1."""
    with open(path, "rb") as file:
        for number, begin, end in sections(file, os.path.getsize(path)):
            if number != META_GRAPH:
                continue
            file.seek(begin)
            for inner, start, stop in sections(file, end):
                if inner == OBJECT_GRAPH:
                    if stop - start > MAX_OBJECTS:
                        raise ReadError(say("saved.large", name=GRAPH))
                    file.seek(start)
                    return [_node(each) for each in messages(file.read(stop - start), NODES)]
            break
    return []


def _node(raw: bytes) -> Node:
    children, metadata, variable = [], "", None
    for number, value in fields(raw):
        if not isinstance(value, bytes):
            continue
        if number == 1:
            children.append((text(value, 2), integer(value, 1)))
        elif number == USER_OBJECT:
            metadata = text(value, 3)
        elif number == VARIABLE:
            shape = shape_of(next(messages(value, 2), b""))
            trained = bool(integer(value, 3))
            variable = Stored(text(value, 6), shape, DTYPES.get(integer(value, 1), ""), trained)
    return Node(tuple(children), metadata, variable)


def _metadata(path: str, nodes: Sequence[Node]) -> dict[int, Mapping[str, Any]]:
    """What Keras wrote of its objects, by their numbers: in a file of its own since TensorFlow 2.5."""
    told = {number: node.metadata for number, node in enumerate(nodes) if node.metadata}
    if os.path.exists(path):
        with open(path, "rb") as file:
            raw = file.read(MAX_OBJECTS)
        told |= {integer(each, 2): text(each, 5) for each in messages(raw, 1)}
    found = {number: parsed(words) for number, words in told.items() if words.startswith("{")}
    return {number: data for number, data in found.items() if isinstance(data, dict)}


def _stored(
    nodes: Sequence[Node], number: int, metadata: Mapping[int, Mapping[str, Any]], seen: set[int]
) -> StoredLayer:
    """A model's layers with their variables; a layer in a layer stays one row."""
    inside = []
    for attribute, child in nodes[number].children:
        if attribute.startswith(LAYER) and child < len(nodes) and child not in seen:
            seen.add(child)
            label = _name_of(metadata.get(child, {})) or attribute
            inside.append(StoredLayer(label, label, tuple(_variables(nodes, child, set()))))
    return StoredLayer("", "", (), tuple(inside))


def _name_of(told: Mapping[str, Any]) -> str | None:
    name = told.get("name")
    return name if isinstance(name, str) else None


def _variables(nodes: Sequence[Node], start: int, seen: set[int]) -> list[Stored]:
    """All variables that an object leads to, each once."""
    found, pending = [], [start]
    while pending:
        number = pending.pop()
        if number in seen or number >= len(nodes):
            continue
        seen.add(number)
        node = nodes[number]
        if node.variable is not None and node.variable.dtype:
            found.append(node.variable)
        apart = NOT_WEIGHTS
        if any(name == "variables" for name, _ in node.children):
            apart |= {COPIES}
        pending.extend(child for name, child in reversed(node.children) if name not in apart)
    return [each for each in found if APART.isdisjoint(each.path.split("/"))]


def _of_variables(path: str, nodes: Sequence[Node], name: str) -> Network:
    """A model that Keras did not save, or of a class of its own: the network of its variables."""
    from sizeup.readers.saved.weights import network_of

    found = _variables(nodes, 0, set()) if nodes else []
    if not found:
        found = weights(read_index(os.path.join(path, INDEX)))
    if not found:
        raise ReadError(say("saved.empty_checkpoint"))
    network = network_of(by_path(found), name, by_class=False)
    return network.changed(source=path, reader=READER)
