"""Models that the source takes from a file or from the net: nothing in the text says what they are."""

from __future__ import annotations

from sizeup.network import Graph, Network, Unknown
from sizeup.readers.source.machine import Machine
from sizeup.readers.source.values import Open
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any

TAKES = frozenset({"load_model", "model_from_json", "model_from_yaml", "model_from_config",
                   "KerasLayer"})  # fmt: skip
"""Functions that give a whole model."""


def _takes(called: str) -> bool:
    owner, _, name = called.rpartition(".")
    if name == "from_pretrained":  # of a tokenizer it gives no model
        return "Model" in owner or "For" in owner
    return name in TAKES or (name == "load" and owner.endswith(("saved_model", "hub")))


def meet(m: Machine, value: Value, name: str | None = None) -> None:
    """Remember a model that was taken from elsewhere, and what the source calls it."""
    if isinstance(value, Open) and value.callee and _takes(value.callee):
        names = m.world.stored.setdefault(value.key, (value, []))[1]
        if name is not None and name not in names:
            names.append(name)


def networks(m: Machine) -> tuple[Network, ...]:
    """The models that were taken from elsewhere, each as one of which nothing is certain."""
    found = []
    for value, names in m.world.stored.values():
        called = value.callee or value.text
        unknown = Unknown(say("source.stored", name=called), value.line)
        named = names or [called.rpartition(".")[2]]
        found.append(Network(
            named[0], Graph(()), reader="python source", line=value.line, unknown=(unknown,),
            aliases=tuple(named[1:]),
        ))  # fmt: skip
    return tuple(found)
