"""HDF5 files of Keras: whole models, or weights alone, of every version."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from sizeup.errors import ReadError
from sizeup.network import Note
from sizeup.readers.saved.hdf5 import inspected
from sizeup.readers.saved.legacy_hdf5 import configuration, may_be_flipped, stored_layers
from sizeup.readers.saved.settling import settled
from sizeup.readers.saved.stored import VARIABLES, StoredLayer, is_tree, tree
from sizeup.readers.saved.text import read_architecture
from sizeup.readers.saved.weights import network_of
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from io import RawIOBase

    from sizeup.network import Network
    from sizeup.readers.saved.hdf5 import Hdf5


BY_CLASS, IN_ORDER = "keras weights", "keras hdf5 weights"
"""Readers of files that keep layers by their classes and numbers, and in the order of the model."""


def read_hdf5(path: str, *, name: str, weights: bool = False) -> Network:
    """The network in an HDF5 file; with `weights` what it stores, whatever its configuration says.

    Raises ReadError where it is no model's.
    """
    look = _weights if weights else _network
    with open(path, "rb", buffering=0) as file:
        return inspected(file, path, partial(look, path, name))


def _network(path: str, name: str, file: Hdf5) -> Network:
    document, version = configuration(file)
    if document is None:
        return _weights(path, name, file)
    network = read_architecture(document, path, "keras hdf5", name=name, version=version)
    return settled(network, of_model(stored_layers(file) or []))


def _weights(path: str, name: str, file: Hdf5) -> Network:
    layers = stored_layers(file)
    if not layers and not is_tree(file.groups()):
        raise ReadError(say("saved.no_weights"))
    if not layers:
        return network_of(_tree(file), name, by_class=True).changed(source=path, reader=BY_CLASS)
    network = network_of(of_model(layers), name, by_class=False)
    flipped = (Note("warning", say("saved.theano")),) if may_be_flipped(file, layers) else ()
    return network.changed(source=path, reader=IN_ORDER, notes=(*network.notes, *flipped))


def of_model(layers: list[StoredLayer]) -> StoredLayer:
    """The layers that a whole model stores, with the weights that it owns itself."""
    from sizeup.readers.saved.legacy_hdf5 import TOP_LEVEL

    own = next((each.tensors for each in layers if each.name == TOP_LEVEL), ())
    return StoredLayer("", "", own, tuple(each for each in layers if each.name != TOP_LEVEL))


def stored_in(file: RawIOBase, source: str, *, named: bool) -> StoredLayer:
    """The weights of Keras 3's own form; the names of layers, one by one, take as long again."""
    return inspected(file, source, _tree if named else _unnamed)


def _tree(file: Hdf5) -> StoredLayer:
    tensors, groups = file.contents()
    return tree(tensors, names_of(file, groups))


def _unnamed(file: Hdf5) -> StoredLayer:
    return tree(file.contents()[0], {})


def names_of(file: Hdf5, groups: Sequence[str]) -> dict[str, str]:
    """The names of the layers whose variables stand in groups, where the file tells them."""
    named = (group for group in groups if group.rpartition("/")[2] == VARIABLES)
    told = {group: file.attribute("name", group) for group in named}
    return {group: name for group, name in told.items() if isinstance(name, str)}
