"""`Graph` of Keras 0 and 1.0, which wired layers by their names, and the autoencoder of Keras 0."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from sizeup.errors import ReadError
from sizeup.readers.saved.described import Described, described
from sizeup.readers.source.calls import call
from sizeup.readers.source.keras import graph_model
from sizeup.readers.source.keras.classes import keras_member
from sizeup.readers.source.keras.objects import ModelValue
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sizeup.readers.saved.layers import Make
    from sizeup.readers.source.machine import Machine

    Value = Any


def graph(m: Machine, make: Make, told: Described) -> ModelValue:
    """The network between named inputs and outputs."""
    config, node = told.config, ast.Name(told.name or "graph")
    made: ModelValue = call(m, keras_member("Graph"), [], {}, node)
    made.explicit = told.name
    nodes = config.get("nodes")
    nodes = nodes if isinstance(nodes, dict) else {}
    for each in _listed(config, "input_config"):
        graph_model.add_input(m, made, [], _arguments(each), node)
    for each in _listed(config, "node_config"):
        given, layer = _arguments(each), nodes.get(each.get("name"))
        inner = described(layer) if layer is not None else None
        if inner is not None and inner.kind == "Siamese":
            given["layer"] = make(inner.config.get("layer"))
            graph_model.add_shared_node(m, made, [], given, node)
        else:
            given["layer"] = make(layer) if layer is not None else None
            graph_model.add_node(m, made, [], given, node)
    for each in _listed(config, "output_config"):
        graph_model.add_output(m, made, [], _arguments(each), node)
    return made


def _listed(config: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    entries = config.get(name)
    if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
        raise ReadError(say("saved.no_layers"))
    return entries


def _arguments(told: Mapping[str, Any]) -> dict[str, Value]:
    """The arguments of the method that an entry was made with; shapes are tuples in code."""
    return {name: tuple(value) if name.endswith("shape") and isinstance(value, list) else value
            for name, value in told.items() if value is not None}  # fmt: skip
