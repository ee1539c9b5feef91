"""Which networks a run has built, what they are called, and in which state each is meant."""

from __future__ import annotations

from collections.abc import Iterator

from sizeup.naming import snake_case
from sizeup.network import Graph, Layer, Network, Unknown, rows
from sizeup.places import file_of
from sizeup.readers.source.keras import flags, listed, models, tf_layers, tracking, unused
from sizeup.readers.source.keras.capture import capture, held_of
from sizeup.readers.source.keras.objects import LayerValue, ModelValue
from sizeup.readers.source.keras.opening import trace_uncalled
from sizeup.readers.source.machine import Machine
from sizeup.readers.source.values import Raised
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any


def snapshot(m: Machine, model: ModelValue) -> Network:
    """A model as it is now, without its name; made anew where a layer has changed since."""
    made = model.snapshot
    if made is None or made[0] != m.changes or listed.LISTED in model.attributes:
        made = model.snapshot = (m.changes, _made(m, model))
    return made[1]


def _made(m: Machine, model: ModelValue) -> Network:
    unknown = [Unknown(model.pending.reason, model.pending.line)] if model.pending else []
    error = models.model_fault(model)
    graph = Graph(())
    if model.has_call:
        call = model.nodes[-1] if model.nodes else None
        graph = Graph(held_of(model)) if call is None or call.body is None else call.body
        if call is None:
            unknown.append(Unknown(say("source.never_called", name=model.kind), model.line))
        elif error is None and call.error:
            error = call.error, call.line
    elif model.outputs:
        ends = listed.ends_of(model)
        graph = capture(model.inputs, ends, chain=model.sequential)
        if ends != model.outputs:
            m.note("assumed", say("source.popped", name=model.name), model.line)
    elif not model.sequential:
        graph = Graph(held_of(model))
        unknown.extend(tracking.unbuilt(model))
    if model.unknown is not None:
        unknown.append(model.unknown)
    if model.parameters and not model.sequential:
        graph = _with_own(model, graph)
    return Network(
        name="",
        graph=flags.as_now(m, graph),
        kind=model.kind,
        reader="python source",
        trainable=model.trainable,
        error=error[0] if error else None,
        error_line=error[1] if error else None,
        line=model.line,
        unknown=tuple(unknown),
        weights=model.loaded,
    )


def _with_own(model: ModelValue, body: Graph) -> Graph:
    """A subclassed model's own weights as a row beside its layers."""
    own = Layer(f"{snake_case(model.kind)}_weights", model.kind, parameters=model.parameters or (),
                line=model.line, identity=model.identity)  # fmt: skip
    return Graph((*body.layers, own), body.input_shapes, body.outputs)


def networks_of(m: Machine, entry: str | None, fault: Raised | None) -> tuple[Network, ...]:
    """The networks of a run in the order in which it built them."""
    world = m.world
    found: list[tuple[int, Network]] = []
    for model in list(world.models):
        tracking.refresh(m, model)
        if model.has_call and not model.nodes:
            trace_uncalled(m, model)
        elif model.sequential and not model.inputs and not model.has_call:
            models.assume_input(m, model, None)
    for model in list(world.models):
        if model.sequential and not model.layers and model.pending is None and model.cls is None:
            continue
        for name, aliases, state in _listed(m, model):
            found.append((model.identity, state.changed(name=name, aliases=aliases)))
    if world.shown is not None:
        found.extend(_by_itself(m, world.shown))
    loose = tf_layers.network_of(m, entry)
    if loose is not None:
        found.append(loose)
    if fault is not None:
        found = _faulty(m, entry, fault, found)
    found.sort(key=lambda pair: pair[0])
    found = [(identity, _described(m, network)) for identity, network in found]
    found = found if fault else unused.with_remarks(m, found)
    return tuple(network for _, network in found)


def _by_itself(m: Machine, layer: LayerValue) -> Iterator[tuple[int, Network]]:
    """A layer as a network of its own, where all that it owns is known."""
    trace_uncalled(m, layer)
    if not layer.nodes or layer.cls is None:
        return
    call = layer.nodes[-1]
    graph = flags.as_now(m, capture(call.inputs, call.outputs))
    network = Network(layer.cls.name, graph, kind=layer.kind, reader="python source",
                      line=layer.line)  # fmt: skip
    if not any(row.layer.unknown for row in rows(network)):
        yield layer.identity, network


def _listed(m: Machine, model: ModelValue) -> list[tuple[str, tuple[str, ...], Network]]:
    """The names under which a model is listed, each with the state that it means."""
    final = snapshot(m, model)
    explicit = (model.explicit,) if model.explicit else ()
    variables = m.world.holders.get(model.identity, [])
    cls = (model.cls.name,) if model.cls is not None else ()
    aliases = (*cls, *explicit, *variables)
    returns = [(f.qualified, state) for f, returned, state in m.world.builds if returned is model]
    entries: list[tuple[str, tuple[str, ...], Network]] = []
    previous: Network | None = None
    for name, state in returns:
        name = _plain(name)  # noqa: PLW2901
        if previous is not None and _same(previous, state):
            earlier = entries.pop()
            entries.append((name, (earlier[0], *earlier[1]), state))
        else:
            entries.append((name, aliases, state))
        previous = state
    if cls:
        frozen = [entry for entry in returns if _flags(entry[1]) != _flags(final)]
        named = (_plain(name) for name, state in returns if _flags(state) == _flags(final))
        return [*((_plain(name), (), state) for name, state in frozen),
                (cls[0], (*aliases, *named), final)]  # fmt: skip
    if entries and (previous is None or _same(previous, final) or not variables):
        built = bool(model.inputs)
        last = entries[-1]
        if not _same(last[2], final) and built and not last[2].graph.layers:
            entries[-1] = (last[0], last[1], final)
        return entries
    if entries and variables:
        if not entries[-1][2].graph.layers:  # returned before it was given an input
            return [*entries[:-1], (entries[-1][0], aliases, final)]
        outside = next((name for name in variables if "." not in name), variables[-1])
        return [*entries, (outside, aliases, final)]
    if variables:
        return [(variables[0], aliases, final)]
    if model.nodes or file_of(model.line) is not None:  # used inside another network, or by another
        return []  # file, and named nowhere
    return [(model.explicit or snake_case(model.kind), aliases, final)]


def _plain(qualified: str) -> str:
    return qualified.replace("<lambda>", "lambda")


def _same(a: Network, b: Network) -> bool:
    return a.graph == b.graph and a.trainable == b.trainable and a.unknown == b.unknown


def _flags(network: Network) -> tuple[bool, frozenset[str]]:
    """What is frozen of a network, which may have been built since."""
    frozen = frozenset(layer.name for layer in network.graph.layers if not layer.trainable)
    return network.trainable, frozen


def _faulty(
    m: Machine, entry: str | None, fault: Raised, found: list[tuple[int, Network]]
) -> list[tuple[int, Network]]:
    """What a run that ended in an exception has left.

    A Sequential may have been in the making; where no network was finished, the one in the
    making is invalid, or not known where only the run was too long.
    """
    if not m.world.made_layers:
        return found
    message = fault.message or fault.kind
    if not found:
        broken = Network(entry or say("source.module_name"), Graph(()), reader="python source")
        if fault.kind == "BudgetError":  # sizeup's own patience, no fault of the source
            broken = broken.changed(unknown=(Unknown(message, fault.line),))
        else:
            broken = broken.changed(error=message, error_line=fault.line)
        return [(m.unique(), broken)]
    ended = Unknown(say("source.ended", error=message), fault.line)
    growing = {model.identity for model in m.world.models if model.sequential}
    return [
        (i, network.changed(unknown=(*network.unknown, ended)) if i in growing else network)
        for i, network in found
    ]


def _described(m: Machine, network: Network) -> Network:
    """With the names that are free in this run, and what was remarked in it."""
    return network.changed(free=tuple(m.free.values()), notes=tuple(m.notes.values()))
