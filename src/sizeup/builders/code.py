"""Networks as Keras 3 code that a person would have written, checked by reading it again."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from sizeup.builders.class_code import class_code
from sizeup.builders.full import rimmed
from sizeup.builders.layout import WIDTH, flat, laid_out
from sizeup.builders.loops import SAVED, folded
from sizeup.builders.plan import Freeze, Items
from sizeup.builders.planning import plan
from sizeup.builders.spelling import OWN, RENAMED
from sizeup.builders.variables import Named, identifier
from sizeup.errors import PortError, SizeupError
from sizeup.naming import is_automatic, snake_case
from sizeup.network import Network, Row, inside, rows
from sizeup.records import Record
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sizeup.builders.plan import Definition, Plan
    from sizeup.network import Layer

IMPORTS = ("keras", "layers", "ops")


class Ported(Record):
    """One network as a function; `why` says why there is none.

    `classes` are the names and the sources of those that the function needs.
    """

    network: Network
    function: str
    code: str
    classes: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    why: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {"name": self.network.name, "function": self.function if self.code else None,
                "notes": list(self.notes), "refused": self.why}  # fmt: skip


class Port(Record):
    """A file of Keras 3 code, and what became of each network."""

    code: str
    networks: tuple[Ported, ...]

    @property
    def complete(self) -> bool:
        """Whether every network is in the code."""
        return all(each.why is None for each in self.networks)

    def as_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {"code": self.code, "networks": [each.as_dict() for each in self.networks]}


def port(networks: Sequence[Network], *, keep_data_format: bool = False) -> Port:
    """Networks as one file of Keras 3 code, a function for each.

    What is channels_first becomes channels_last, where that can be done, unless its data format
    is to be kept. A network of which a part is not known, or that Keras 3 cannot say, stands as a
    comment in its place.
    """
    taken: set[str] = set()
    known: dict[str, Definition] = {}
    ported = []
    for network in networks:
        function = _unique(identifier(network.name), taken)
        ported.append(_port(network, function, known, keep=keep_data_format))
    return Port(_file(ported), tuple(ported))


def _port(network: Network, function: str, known: dict[str, Definition], *, keep: bool) -> Ported:
    notes: list[str] = []
    source = rimmed(network)
    if not keep:
        from sizeup.builders.channels import channels_last

        source, said = channels_last(source)
        notes += said
    try:
        found = _written(source, function, notes, known)
        _check(source, found)
    except PortError as error:
        return Ported(network, function, "", notes=tuple(notes), why=str(error))
    return found.changed(network=network)


def _written(
    network: Network, function: str, notes: Sequence[str], known: dict[str, Definition]
) -> Ported:
    made = plan(network, partial(_name, automatic=_automatic(network)), known)
    notes = [*notes, *made.notes, *([say("port.own")] if made.definitions else [])]
    body = _laid(_body(made, network), network)
    if not any(free.name == "model" for free in network.free):
        added = _laid(_body(made, network, added=True), network)
        if len(added) <= len(body) - SAVED and any(" for " in line for line in added):
            body = added
    names = [free.name for free in network.free if _uses(body, free.name)]
    clash = next((name for name in names if name in IMPORTS), None)
    if clash is not None:
        raise PortError(say("port.name", name=clash))
    head = _wrapped(f"def {function}(", names, "):")
    comments = [*notes, *_told(network, names)]
    lines = [f"    # {line}" for text in comments for line in textwrap.wrap(text, WIDTH - 6)]
    known.update((each.name, each) for each in made.definitions)
    classes = [(name, _class(name)) for name in made.classes]
    classes += [(each.name, class_code(each)) for each in made.definitions]
    code = "\n".join([head, *lines, *body])
    return Ported(network, function, code, tuple(classes), tuple(notes))


def _body(made: Plan, network: Network, *, added: bool = False) -> Iterator[str]:
    """The statements of a network; those of a Sequential at its end one for each layer, if so."""
    named = Named(made, {free.name for free in network.free})
    every = list(named.lines())
    for place, (targets, each, names) in enumerate(every):
        if isinstance(each, str):
            yield f"    {targets} = {each}"
        elif isinstance(each, Freeze):
            yield f"    {names[each.held.number]}.trainable = False"
        elif place == len(every) - 1 and each.targets == (made.result,):
            if added and each.value.function == "keras.Sequential":
                yield from _added(each.value, names)
            else:
                yield f"    return {flat(each.value, names)}"
            return
        else:
            yield f"    {targets} = {flat(each.value, names)}"
    yield f"    return {named.names[made.result.number]}"


def _added(value: Any, names: Mapping[int, str]) -> Iterator[str]:
    """A Sequential to which layers are added one by one, so that loops may add them."""
    entrance, *entries = value.arguments[0].entries
    start = value.changed(arguments=(Items((entrance,)),))
    yield f"    model = {flat(start, names)}"
    for entry in entries:
        yield f"    model.add({flat(entry, names)})"
    yield "    return model"


def _laid(statements: Iterable[str], network: Network) -> list[str]:
    """The lines of statements, with loops for those that repeat."""
    found = folded(list(statements), {free.name for free in network.free})
    lines = [laid_out(line) for text in found for line in text.split("\n")]
    return [line for text in lines for line in text.split("\n")]


def _uses(body: Sequence[str], name: str) -> bool:
    return any(re.search(rf"\b{re.escape(name)}\b", line) for line in body)


def _wrapped(start: str, names: Sequence[str], end: str) -> str:
    line = start + ", ".join(names) + end
    if len(line) <= WIDTH:
        return line
    inside = "    " + ", ".join(names)
    if len(inside) <= WIDTH:
        return f"{start}\n{inside}\n{end}"
    return "\n".join([start, *(f"    {name}," for name in names), end])


def _told(network: Network, names: Sequence[str]) -> list[str]:
    """What is known of the arguments."""
    groups: dict[str, list[str]] = {}
    for free in network.free:
        if free.name in names:
            spelled = "" if free.expression == free.name else f"{free.expression}, "
            groups.setdefault(spelled + free.why, []).append(free.name)
    return [f"{', '.join(group)}: {why}" for why, group in groups.items()]


def _automatic(network: Network) -> bool:
    """Whether names that Keras would give may be left to it: no other layer is called so."""
    every = list(_layers(network.graph.layers))
    stems = {snake_case(layer.kind) for layer in every}
    kept = [layer.name for layer in every if not is_automatic(layer.name, layer.kind)]
    return not any(re.sub(r"_\d+$", "", name) in stems for name in kept)


def _layers(layers: Sequence[Layer]) -> Iterator[Layer]:
    for layer in layers:
        if not layer.kind.startswith("ops."):
            yield layer
            yield from _layers(inside(layer))


def _name(layer: Layer, *, automatic: bool) -> str | None:
    return (
        None if automatic and is_automatic(layer.name, layer.kind) else layer.name.replace("/", "_")
    )


def _check(network: Network, found: Ported) -> None:
    """Read the code, and compare: raises PortError where it does not say the same network."""
    from sizeup.readers.source import read_source

    try:
        networks, _ = read_source(_file([found]), "port", {})
    except SizeupError as error:
        raise PortError(say("port.unread", reason=error.what)) from None
    again = next((each for each in networks if each.name == found.function), None)
    if again is None or again.error is not None:
        reason = again.error if again is not None else ", ".join(n.name for n in networks)
        raise PortError(say("port.unread", reason=reason))
    ours, theirs = (sorted(map(_digest, _top(each)), key=str) for each in (network, again))
    if ours != theirs:
        pairs = zip(ours, theirs, strict=False)
        first = next((f"{a} ≠ {b}" for a, b in pairs if a != b), f"{len(ours)} ≠ {len(theirs)}")
        raise PortError(say("port.differs", what=first))


def _top(network: Network) -> list[Row]:
    """The layers that have to be the same; inputs stand before a chain or among the layers."""
    return [
        row
        for row in rows(network)
        if row.parent is None
        and not row.layer.kind.startswith("ops.")
        and row.layer.kind != "InputLayer"
    ]


def _digest(row: Row) -> tuple[object, ...]:
    kind = RENAMED.get(row.layer.rule, row.layer.rule)
    if kind in OWN or any(call.body for call in row.layer.calls):
        kind = "a model"
    shapes = row.layer.calls[0].output_shapes if row.layer.calls else ()
    return kind, row.parameters, row.trainable, shapes


def _file(ported: Sequence[Ported]) -> str:
    """Imports, classes that Keras 3 does not have, and functions; comments where there is none."""
    classes = {name: text for each in ported for name, text in each.classes}
    parts = list(classes.values())
    for each in ported:
        refusal = say("port.refused", name=each.network.name, why=each.why)
        comment = "\n".join(f"# {line}" for line in textwrap.wrap(refusal, WIDTH - 2))
        parts.append(each.code or comment)
    text = "\n\n\n".join(parts)
    used = [name for name in ("layers", "ops") if re.search(rf"\b{name}\.", text)]
    imports = ["import keras"] if re.search(r"\bkeras\.", text) else []
    imports += [f"from keras import {', '.join(used)}"] if used else []
    gap = "\n\n\n" if any(each.code for each in ported) or classes else "\n\n"
    return "\n".join(imports) + (gap if imports else "") + text + "\n"


def _class(name: str) -> str:
    """The source of a layer that Keras 3 does not have."""
    path = Path(__file__).with_name("legacy.py")
    text = path.read_text(encoding="utf-8")
    node = next(n for n in ast.parse(text).body if isinstance(n, ast.ClassDef) and n.name == name)
    first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
    return "\n".join(text.splitlines()[first - 1 : node.end_lineno])


def _unique(name: str, taken: set[str]) -> str:
    found, number = name, 1
    while found in taken or found in IMPORTS:
        number += 1
        found = f"{name}_{number}"
    taken.add(found)
    return found
