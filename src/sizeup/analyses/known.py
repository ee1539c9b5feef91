"""What a person knows of networks, as expressions and what they are known to be.

A count (`--total`, `--trainable`, `--macs`, `--layer`), a shape (`--shape`), a relation between
free names (`--where`): each becomes a `Target` for the search.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from sizeup.analyses.count import count
from sizeup.analyses.targets import Target
from sizeup.errors import UsageError
from sizeup.naming import some_of
from sizeup.network import rows
from sizeup.numbers import parse_count
from sizeup.patterns import Pattern
from sizeup.records import Record
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sizeup.analyses.count import Count
    from sizeup.dims import Dim
    from sizeup.network import Network, Row

    Wanted = tuple[Target, Network]


class AbsentError(UsageError):
    """What is spoken of is not there: a network, a layer, a side of its shape."""


class Known(Record):
    """What is known: `NAME=N` each, and relations.

    NAME is a network's for `totals`, `trainable` and `macs` (left out where there is one), and
    LAYER or NETWORK:LAYER for `layers` and `shapes`; N is exact or rounded, a shape is
    `12x12x32` without the batch, `?` for what is not known of it. `within` are networks with the
    least and the largest total that they may have.
    """

    totals: Sequence[str] = ()
    trainable: Sequence[str] = ()
    macs: Sequence[str] = ()
    layers: Sequence[str] = ()
    shapes: Sequence[str] = ()
    where: Sequence[str] = ()
    within: Sequence[tuple[Network, int, int]] = ()


def targets(known: Known, networks: Sequence[Network]) -> Iterator[Wanted]:
    """Each count and shape with the network that it is of.

    Raises UsageError for names that do not exist and for what has no formula.
    """
    for network, low, high in known.within:
        yield Target(_known(count(network).parameters, network.name), low, high), network
    counted: tuple[tuple[Sequence[str], Callable[[Count], Dim | None]], ...] = (
        (known.totals, lambda found: found.parameters),
        (known.trainable, lambda found: found.trainable),
        (known.macs, lambda found: found.macs),
    )
    for given, of in counted:
        for text in given:
            network, number = _network(text, networks)
            found = of(count(network))
            if found is None:
                raise why_unknown(network)
            yield _counted(found, number, network.name), network
    for text in known.layers:
        network, row, number = _layer(text, networks)
        yield _counted(None if row.layer.unknown else row.parameters, number, row.path), network
    for text in known.shapes:
        network, row, shape = _layer(text, networks)
        yield from ((target, network) for target in _shape(row, shape))


def _counted(found: Dim | None, number: str, name: str) -> Target:
    quantity = parse_count(number)
    return Target(_known(found, name), quantity.low, quantity.high)


def why_unknown(network: Network) -> UsageError:
    """Why nothing follows from a count of a network: what was not understood first, or is open."""
    if network.error is not None:
        return AbsentError(say("cli.invalid", name=network.name, error=network.error))
    reasons = [*network.unknown, *(row.layer.unknown for row in rows(network))]
    first = next(filter(None, reasons), None)
    if first is None:
        return UsageError(say("solve.open", name=network.name))
    return UsageError(say("solve.because", name=network.name, reason=first.reason))


def _missing(what: str, networks: Sequence[Network]) -> UsageError:
    """That something is not there; where some network is not wholly known, it may yet be."""
    known = all(
        network.error is not None
        or (network.when is None and count(network).parameters is not None)
        for network in networks
    )
    return AbsentError(what) if known else UsageError(what)


def _known(found: Dim | None, name: str) -> Dim:
    if found is None:
        raise UsageError(say("solve.unknown", name=name))
    return found


def _network(given: str, networks: Sequence[Network]) -> tuple[Network, str]:
    """The network that `NAME=N` speaks of, and N."""
    name, equals, number = given.rpartition("=")
    if not equals:
        if not networks:
            raise AbsentError(say("readers.no_name", name=name, known="-"))
        if len(networks) != 1:
            names = ", ".join(network.name for network in networks)
            raise UsageError(say("solve.which", total=number, names=names))
        return networks[0], number
    return named(name, networks), number


def named(name: str, networks: Sequence[Network]) -> Network:
    """The network that is called so, by any of its names; raises UsageError where none is.

    The outcomes of a condition have their own names: one that they share is none of them.
    """

    def is_called(network: Network) -> bool:
        spelled = [network.name, *network.aliases]
        return name in spelled or name in [part.rpartition(".")[2] for part in spelled]

    found = [network for network in networks if is_called(network)]
    exact = [network for network in found if network.name == name]
    if exact or len({network.when for network in found}) == 1:
        return (exact or found)[0]
    known = ", ".join(network.name for network in networks)
    raise _missing(say("readers.no_name", name=name, known=known), networks)


def _layer(given: str, networks: Sequence[Network]) -> tuple[Network, Row, str]:
    """The layer that `LAYER=…` or `NETWORK:LAYER=…` speaks of, and what is said of it."""
    name, equals, said = given.rpartition("=")
    if not equals:
        raise UsageError(say("cli.pair", text=repr(given)))
    network, colon, layer = name.strip().rpartition(":")
    among = [named(network, networks)] if colon else networks
    found = [(each, row) for each in among for row in rows(each) if row.path == layer]
    if not found:
        known = some_of((row.path for each in among for row in rows(each)), layer)
        raise _missing(say("solve.no_layer", name=layer, known=known), among)
    if len(found) > 1:
        names = ", ".join(f"{each.name}:{layer}" for each, _ in found)
        raise UsageError(say("solve.several_layers", name=layer, names=names))
    return *found[0], said


_TIMES = Pattern(r"\s*[x×,]\s*")


def _shape(row: Row, said: str) -> Iterator[Target]:
    """What a layer gives, side by side, the batch aside."""
    found = row.layer.calls[0].output_shapes[0] if row.layer.calls else None
    sides = [side.strip() for side in _TIMES.split(said.strip().strip("()[]"))]
    if sides[0] in ("None", "?") and found is not None and len(sides) == len(found):
        sides = sides[1:]
    if found is None:
        raise UsageError(say("solve.unknown", name=row.path))
    if len(sides) != len(found) - 1:
        raise AbsentError(say("solve.shape", name=row.path, text=repr(said)))
    for dim, side in zip(found[1:], sides, strict=True):
        if side in ("None", "?"):
            continue
        if dim is None:
            raise UsageError(say("solve.unknown", name=row.path))
        quantity = parse_count(side)
        yield Target(dim, quantity.low, quantity.high)
