"""Python source, never run: repaired, evaluated over values of its own, listed as networks."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, partial
from itertools import chain

from sizeup.dims import Dim, Expr, as_text, total
from sizeup.errors import ReadError, UsageError
from sizeup.network import Layer, Network, Note, Unknown, held_layers, rows
from sizeup.patterns import Pattern
from sizeup.readers.source.channels import LAST, choose, likely_order
from sizeup.readers.source.dialect import infer
from sizeup.readers.source.dropped import dropped
from sizeup.readers.source.imports import reachable
from sizeup.readers.source.keras.names import kind_of
from sizeup.readers.source.machine import Budget, identifier
from sizeup.readers.source.outcomes import invalid, merge
from sizeup.readers.source.repair import Repaired, repair
from sizeup.readers.source.session import Program, run_program
from sizeup.readers.source.then import as_counted_then, as_normalized_then, trained_of
from sizeup.readers.source.written import written
from sizeup.rules.checks import text
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from sizeup.network import Free
    from sizeup.readers.source.dialect import Spoken
    from sizeup.readers.source.modules import Project

    Around = Callable[[], Project | None]

RECURSION = 20_000
"""Python frames: the interpreter takes some ten for each call of the source."""


def read_source(
    text: str,
    source: str = "-",
    settings: Mapping[str, Any] | None = None,
    spoken: Spoken | None = None,
    project: Callable[[], Project | None] = lambda: None,
    edit: Callable[[ast.Module], ast.Module] | None = None,
) -> tuple[list[Network], Repaired]:
    """The networks that a text builds, and the text as it was repaired.

    `settings` bind names: free ones, constants of the module, arguments of builders, and
    expressions as the source writes them; `spoken` says which Keras it is written for, `project`
    gives the files around the source, when an import asks for them, and `edit` makes the program
    another before it is evaluated. Raises UsageError for a name that the source does not have,
    ReadError where there is no network or the program exceeds its budget.
    """
    repaired = _program(text)
    if edit is not None:
        repaired = repaired.changed(tree=edit(repaired.tree))
    around = cache(project)
    settings = {_normal(name): value for name, value in (settings or {}).items()}
    strange = _strange_names(settings, repaired.tree, around)
    with _deep():
        networks, overridden = _networks(repaired.tree, repaired, settings, spoken, around)
        if strange - overridden:
            raise UsageError(say("source.no_name", name=min(strange - overridden)))
        networks = _with_alternatives(networks, repaired, settings, spoken, around)
    if not networks:
        raise ReadError(_nothing(repaired.tree), source=source)
    left_out = tuple(Unknown(n.text, n.line) for n in repaired.notes if n.level == "unknown")
    notes = [note for note in repaired.notes if note.level != "unknown"]
    return [
        _finished(
            network.changed(
                source=source, reader=repaired.reader, unknown=(*network.unknown, *left_out)
            ),
            notes,
        )
        for network in networks
    ], repaired


def _program(text: str) -> Repaired:
    """The program of a text, of the cells of a notebook, or of the code on a page of HTML."""
    match text.lstrip()[:1]:
        case "{":
            from sizeup.readers.source.notebook import is_notebook, read_notebook

            found = read_notebook(text) if is_notebook(text) else None
            return repair(text) if found is None else found
        case "<":
            from sizeup.readers.source.webpage import is_page, read_page

            return read_page(text) if is_page(text) else repair(text)
    return repair(text)


@contextmanager
def _deep() -> Iterator[None]:
    """Room for calls of the source that are nested deeply; the limit is put back after."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, RECURSION))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def _networks(
    tree: ast.Module,
    repaired: Repaired,
    settings: Mapping[str, Any],
    spoken: Spoken | None,
    around: Around,
) -> tuple[list[Network], frozenset[str]]:
    """Evaluate under the channel order that the text, without bindings, decides for.

    Returns the networks and the names that had a use for their bindings.
    """
    nodes = list(ast.walk(tree))
    dialect = infer(nodes, python2=repaired.python2, spoken=spoken)
    if not dialect.told:
        others = (node for other in reachable(around, tree) for node in ast.walk(other))
        dialect = infer(others, python2=repaired.python2, spoken=spoken)
    budget = Budget()
    marked = {id(n.value) for n in nodes if isinstance(n, ast.Attribute) and _is_set(n)}
    mentioned = frozenset(
        node.id
        for node in nodes
        if isinstance(node, ast.Name) and not _is_set(node) and id(node) not in marked
    )  # `f.__doc__ = …` makes no use of f
    program = Program(tree, mentioned, dialect, LAST, {}, project=around,
                      dropped=cache(partial(dropped, tree)))  # fmt: skip
    decision = choose(
        lambda order: run_program(program.changed(data_format=order), budget),
        dialect,
        likely_order(nodes),
    )
    builders = frozenset().union(*(outcome.builders for outcome in decision.outcomes))
    outcomes = decision.outcomes
    bound = program.changed(settings=settings, builders=builders, data_format=decision.order)
    if settings:
        outcomes = invalid(run_program(bound, budget), merge(outcomes))
    networks = merge(outcomes)
    if dialect.either and dialect.disputed:
        again = Budget()
        again.spare = max(0, budget.spare)  # further outcomes may take as long in all as in one
        older = merge(run_program(bound.changed(dialect=dialect.other()), again))
        networks = _with_keras2(networks, older)
    if dialect.spelling < 2:
        networks = [as_counted_then(network) for network in networks]
    if dialect.spelling == 0:
        networks = [as_normalized_then(network) for network in networks]
    if decision.note is not None:
        networks = [
            n.changed(notes=(decision.note, *n.notes)) if _has_images(n) else n for n in networks
        ]
    return networks, frozenset().union(*(outcome.overridden for outcome in outcomes))


def _nothing(tree: ast.Module) -> str:
    """That there is no network, and what would make one of the layers that the text defines."""
    bases = {node.name: [written(base).rpartition(".")[2] for base in node.bases]
             for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}  # fmt: skip
    layers = [name for name, above in bases.items() if "Layer" in above or any(map(kind_of, above))]
    if not layers:
        return say("source.no_network")
    return say("source.only_layers", names=", ".join(layers), first=layers[0])


def _with_keras2(networks: list[Network], others: list[Network]) -> list[Network]:
    """With the figures of Keras 2 where its rules give others.

    What is only known under those of Keras 2 is read by them: it was written for that one.
    """
    by_name = {other.name: other for other in others}
    older = _by_builder(others)
    chosen: list[Network] = []
    for name, found in _by_builder(networks).items():
        instead = older.get(name, [])
        if instead and all(map(_is_known, instead)) and not all(map(_is_known, found)):
            note = Note("assumed", say("source.only_keras2"), found[0].line)
            chosen += [other.changed(notes=(*other.notes, note)) for other in instead]
        else:
            chosen += [_with_figures_of(by_name.get(n.name, n), n) for n in found]
    return chosen


def _by_builder(networks: list[Network]) -> dict[str, list[Network]]:
    """Networks by what builds them, whatever conditions they hang on."""
    found: dict[str, list[Network]] = {}
    for network in networks:
        found.setdefault(network.name.partition("[")[0], []).append(network)
    return found


def _with_figures_of(other: Network, network: Network) -> Network:
    figures = _figures(other)
    if figures == _figures(network):
        return network
    note = Note("assumed", say("source.keras2", figures=figures), network.line)
    return network.changed(notes=(*network.notes, note))


def _is_set(node: ast.Name | ast.Attribute) -> bool:
    return not isinstance(node.ctx, ast.Load)


def _has_images(network: Network) -> bool:
    return any(map(_has_order, (row.layer for row in rows(network))))


def _has_order(layer: Layer) -> bool:
    """Whether the channel order says something of a layer, or of what it holds or is made of."""
    bodies = (call.body for call in layer.calls if call.body)
    return (
        "data_format" in layer.config
        or any(map(_has_order, held_layers(layer.config)))
        or any(_has_order(inner) for body in bodies for inner in body.layers)
    )


def _with_alternatives(
    networks: list[Network],
    repaired: Repaired,
    settings: Mapping[str, Any],
    spoken: Spoken | None,
    around: Around,
) -> list[Network]:
    """Where the lost indentation has several readings, the totals of the others in notes."""
    others: dict[str, list[str]] = {}
    for tree in repaired.alternatives:
        for network in _networks(tree, repaired, settings, spoken, around)[0]:
            others.setdefault(network.name, []).append(_total(network))
    return [
        network.changed(notes=(*network.notes, *_readings(network, others.get(network.name, ()))))
        for network in networks
    ]


def _readings(network: Network, totals: Sequence[str]) -> list[Note]:
    different = [total for total in dict.fromkeys(totals) if total != _total(network)]
    return [Note("assumed", say("source.other_reading", total=t), network.line) for t in different]


def _total(network: Network) -> str:
    """The total as text; what is unknown or invalid is said so."""
    if network.error is not None:
        return say("source.invalid_reading", error=network.error)
    found = rows(network)
    if network.unknown or any(row.layer.unknown for row in found):
        return say("source.unknown_reading")
    return as_text(total(row.parameters for row in found if row.parent is None))


def _figures(network: Network) -> str:
    """The total and what is trained of it, as text."""
    said = _total(network)
    if not _is_known(network):
        return said
    return say("source.figures", total=said, trained=trained_of(rows(network)))


def _is_known(network: Network) -> bool:
    return network.error is None and _total(network) != say("source.unknown_reading")


def _normal(name: str) -> str:
    """A name or expression of `--set` as `ast.unparse` writes it."""
    try:
        return written(ast.parse(name.strip(), mode="eval"))
    except (SyntaxError, ValueError):
        raise UsageError(say("source.bad_name", name=name)) from None


NUMBER = Pattern(r"_\d+$")
"""What tells symbols apart that the source writes alike."""


def _strange_names(settings: Mapping[str, Any], tree: ast.Module, around: Around) -> frozenset[str]:
    """Names that the source does not have: a mistake of the person's, if no reading needs them.

    What the text only implies can be bound too: `len(edges)` where a layer takes the edges.
    """
    wanted = frozenset(settings)
    for part in chain((tree,), reachable(around, tree)):
        for known in (_names, _expressions):
            if not wanted:  # expressions cost more to write out than the rest of the check
                return wanted
            names = known(part)
            wanted = frozenset(
                name for name in wanted
                if not {name, name.partition("[")[0], NUMBER.sub("", name)} & names
            )  # fmt: skip
    return wanted


def _names(tree: ast.Module) -> set[str]:
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    names |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    return names | _option_names(tree)


def _option_names(tree: ast.Module) -> set[str]:
    """Names that a call gives as text: `add_argument('--hidden')`, `hp.Int('units', 32, 512)`."""
    given = [
        value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        and node.func.attr.startswith(NAMING)
        for value in (*node.args, *(k.value for k in node.keywords if k.arg == "name"))
    ]  # fmt: skip
    return {
        part.value.strip("-_").replace("-", "_")
        for value in given
        for part in ast.walk(value)  # also of f"units_{i}"
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    }


NAMING = (
    "add_argument",
    "option",
    "DEFINE_",
    "suggest_",
    "Int",
    "Float",
    "Choice",
    "Boolean",
    "Fixed",
)
"""Beginnings of methods that name a hyperparameter."""


def _expressions(tree: ast.Module) -> set[str]:
    """What is no plain name, as written and as the symbol that stands for it."""
    kinds = ast.Attribute | ast.Subscript | ast.Call
    found = {written(node) for node in ast.walk(tree) if isinstance(node, kinds)}
    return found | {identifier(text) for text in found}


def _finished(network: Network, notes: Sequence[Note]) -> Network:
    """With the notes on the text, and of the free names those that it depends on."""
    used: set[str] = set()
    for row in rows(network):
        dims: list[Dim | None] = [row.macs, *(p.count for p in row.weights)]
        for call in row.layer.calls:
            for shape in (*call.input_shapes, *call.output_shapes):
                dims.extend(shape or ())
        used.update(*(dim.symbols for dim in dims if isinstance(dim, Expr)))
    free = tuple(f for f in network.free if f.name in used)
    notes = (*notes, *network.notes, *_unbuilt(network, free))
    return network.changed(free=free, notes=notes)


def _unbuilt(network: Network, free: Sequence[Free]) -> Iterator[Note]:
    """What a model that is never built would have to be given."""
    shapes = [text(shape) for shape in network.graph.input_shapes if shape is not None]
    if shapes and any(each.why == say("source.never_built") for each in free):
        yield Note("assumed", say("source.unbuilt", shapes=" and ".join(shapes)), network.line)
