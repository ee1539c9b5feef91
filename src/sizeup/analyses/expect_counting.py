"""Other ways to count one network: what may stand in a paper in place of its parameters.

The network stays as it is; parts are left out or counted twice, or bytes, MACs and FLOPs are
taken for parameters. Each way is a function of the rows alone, so it counts changed networks too.
"""

from __future__ import annotations

from sizeup.analyses.count import count
from sizeup.dims import Dim, symbols, total
from sizeup.network import rows
from sizeup.records import Record
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from sizeup.analyses.count import Count
    from sizeup.network import Network, Parameter, Row

    Wanted = Callable[[Row, Parameter], bool]

STATISTICS = frozenset({"moving_mean", "moving_variance", "running_mean", "running_var"})
NORMS = ("BatchNorm", "LayerNorm", "GroupNorm", "InstanceNorm", "RMSNorm")
MILLION, MEBI = 10**6, 1 << 20
ADAM, MOMENTUM, BESIDE = 2, 1, 2
"""Variables that an optimizer keeps for each trainable parameter; two more are its own."""


class Way(Record):
    """A way to count: its kind, what it is in words, its number, and how unlikely it is.

    `also` says whether it is usual together with a change of the network; `key` is what it counts,
    as `likeness` tells it, where that are parameters once each.
    """

    kind: str
    what: str
    value: Dim
    cost: int
    also: bool = False
    key: object = None


def ways(network: Network) -> Iterator[Way]:
    """All ways that give another number than the total, the likelier first where two agree."""
    found = count(network)
    whole = found.parameters
    if whole is None:
        return
    seen: set[object] = {likeness(network)}
    for way in (*_parts(found, whole), *_units(found, whole)):
        key = way.key or (way.kind, way.what)
        if key not in seen and way.value not in (0, whole):
            seen.add(key)
            yield way


def _parts(found: Count, whole: Dim) -> Iterator[Way]:
    """Only some parameters, or some of them twice."""
    table, trained = found.rows, found.trainable
    if trained is not None:
        yield _kept(
            "trainable", say("expect.trainable"), 0, table, lambda _, p: p.trainable, also=True
        )
    yield _kept("statistics", say("expect.no_statistics"), 0, table, _but(_is_statistic), also=True)
    yield _kept("biases", say("expect.no_biases"), 3, table, _but(_is_bias), also=True)
    yield _kept("embeddings", say("expect.no_embeddings"), 1, table, _but(_is_embedding), also=True)
    yield _kept("norms", say("expect.no_norms"), 3, table, _but(_is_norm))
    yield from _uncounted_statistics(table, whole)
    twice = total(p.count for row in table for p in row.weights if p not in row.own)
    yield Way("shared", say("expect.shared"), whole + twice, 1)
    again = total(
        p.count * (len(row.layer.calls) - 1)
        for row in table
        for p in row.own
        if len(row.layer.calls) > 1
    )
    yield Way("calls", say("expect.calls"), whole + again, 3)
    yield from _tied(table, whole)
    yield from _layers(table)
    if trained is not None:
        for kept, cost in ((ADAM, 3), (MOMENTUM, 4)):
            state = whole + kept * trained + BESIDE
            yield Way("optimizer", say(f"expect.optimizer_{kept}"), state, cost)


def _layers(table: Sequence[Row]) -> Iterator[Way]:
    """Some layers alone, or all without one."""
    owners = [row for row in table if row.own]
    if owners:
        head = owners[-1]
        what = say("expect.without", name=head.path)
        yield _kept("head", what, 2, table, lambda row, _: row is not head, also=True)
        what = say("expect.only", name=head.path)
        yield _kept("head_only", what, 5, table, lambda row, _: row is head)
    for kind, cost in (("Conv", 4), ("Dense", 5)):
        named = {row.path for row in table if kind in row.layer.kind}
        yield _kept("kinds", say("expect.kinds", kind=kind), cost, table, _in(named))
    for outer in table:
        if any(call.body for call in outer.layer.calls):
            inner = {row.path for row in table if row.path.startswith(f"{outer.path}/")}
            within = _in(inner | {outer.path})
            cost = 3 + outer.depth
            yield _kept("part", say("expect.only", name=outer.path), cost, table, within)
            yield _kept("part", say("expect.without", name=outer.path), cost, table, _but(within))


def _is_statistic(_: Row, parameter: Parameter) -> bool:
    return _last(parameter) in STATISTICS


def _is_bias(_: Row, parameter: Parameter) -> bool:
    return "bias" in _last(parameter)


def _is_embedding(row: Row, _: Parameter) -> bool:
    return "Embedding" in row.layer.kind


def _is_norm(row: Row, _: Parameter) -> bool:
    return row.layer.kind.startswith(NORMS)


def _but(left_out: Wanted) -> Wanted:
    return lambda row, parameter: not left_out(row, parameter)


def _in(paths: Collection[str]) -> Wanted:
    return lambda row, _: row.path in paths


def _units(found: Count, whole: Dim) -> Iterator[Way]:
    """Something else than parameters, or parameters in another unit."""
    if found.bytes is not None:
        yield Way("bytes", say("expect.bytes"), found.bytes, 2)
        mebi = found.bytes * MILLION // MEBI
        yield Way("mebibytes", say("expect.mebibytes"), mebi, 2)
    yield Way("half", say("expect.half"), 2 * whole, 5)
    yield Way("mebi", say("expect.mebi"), whole * MILLION // MEBI, 3)
    if found.macs is not None:
        yield Way("macs", say("expect.macs"), found.macs, 2)
        yield Way("flops", say("expect.flops"), 2 * found.macs, 2)


def _kept(
    kind: str,
    what: str,
    cost: int,
    table: Iterable[Row],
    wanted: Wanted,
    *,
    also: bool = False,
) -> Way:
    """The parameters that are wanted alone."""
    left = [(row, [p for p in row.own if wanted(row, p)]) for row in table]
    value = total(p.count for _, owned in left for p in owned)
    key = tuple(_trait(row, owned) for row, owned in left if owned)
    return Way(kind, what, value, cost, also, key)


def _trait(row: Row, owned: Sequence[Parameter]) -> object:
    """What tells a layer from others: its kind, what it owns, and what it gives."""
    outputs = row.layer.calls[0].output_shapes if row.layer.calls else ()
    return row.layer.kind, tuple(p.shape for p in owned), outputs


def likeness(network: Network) -> object:
    """Equal for networks that own and give the same, and for parts of others that do."""
    return tuple(_trait(row, row.own) for row in rows(network) if row.own)


def _last(parameter: Parameter) -> str:
    return parameter.name.rpartition("/")[2]


def _uncounted_statistics(table: Sequence[Row], whole: Dim) -> Iterator[Way]:
    """Running statistics where the source counts none, and PyTorch's counter of batches."""
    norms = [row for row in table if row.own and row.layer.kind.startswith("BatchNorm")]
    plain = [row for row in norms if not STATISTICS & set(map(_last, row.own))]
    if plain:
        kept = total(p.count for row in plain for p in row.own)
        yield Way("statistics", say("expect.statistics"), whole + kept, 0, also=True)
    elif norms:
        yield Way("batches", say("expect.batches"), whole + len(norms), 4)


def _tied(table: Sequence[Row], whole: Dim) -> Iterator[Way]:
    """An output's kernel that could be the embedding's, and is not."""
    tables = {
        p.shape
        for row in table
        if "Embedding" in row.layer.kind
        for p in row.own
        if not symbols(p.count)
    }
    for row in table:
        for p in row.own:
            if p.shape[::-1] in tables and row.layer.kind in {"Dense", "Linear"}:
                yield Way("tied", say("expect.tied", name=row.path), whole - p.count, 1)
