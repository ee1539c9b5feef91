"""What would make networks smaller: a table of changes, and what each gives up."""

from __future__ import annotations

from sizeup.dims import Expr
from sizeup.places import places
from sizeup.present import units
from sizeup.present.blocks import Entries, Entry, Grid, Paragraph
from sizeup.present.letters import letters_for
from sizeup.present.sections import formula
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sizeup.analyses.advise import Advice, Advised
    from sizeup.dims import Dim
    from sizeup.present.blocks import Block, Page

    Letters = Mapping[str, str]

NONE = "–"


def page(found: Sequence[Advised]) -> Page:
    """Each network with its sizes and the changes in a table; then what these give up."""
    groups: list[tuple[Block, ...]] = [tuple(_network(each)) for each in found]
    listed = [advice for each in found for advice in each.advice]
    if listed:
        groups.append((Paragraph("", strong=say("advise.costs")), _prices(listed)))
        groups.append((Paragraph(say("advise.training"), quiet=True),))
    return tuple(groups)


def _prices(listed: Sequence[Advice]) -> Block:
    """What changes give up and who says so, those of one move together."""
    moves: dict[str, list[Advice]] = {}
    for advice in listed:
        moves.setdefault(advice.move, []).append(advice)
    return Entries(
        tuple(
            Entry(
                ", ".join(str(each.number) for each in group),
                f"{group[0].gives_up} ({group[0].source})",
            )
            for group in moves.values()
        )
    )


def _network(found: Advised) -> Iterator[Block]:
    before, letters = found.before, letters_for(free.name for free in found.before.free)
    title = say("advise.title", name=before.network.name)
    if before.network.error is not None:
        yield Paragraph(before.network.error, strong=title)
        return
    count = _number(before.parameters, letters, f"≥{units.GLUE}{before.at_least:,}")
    sizes = [say("advise.parameters", count=count)]
    if isinstance(before.macs, int):
        sizes.append(say("advise.macs", count=units.macs(before.macs)))
    if isinstance(found.activations, int):
        sizes.append(say("advise.activations", count=units.macs(found.activations)))
    yield Paragraph(units.JOINT.join(sizes), strong=title)
    if before.free and found.values is not None:
        names = [f"{letters[name]}{units.GLUE}{name}" for name in found.values if name in letters]
        yield Paragraph(say("page.free", names=units.JOINT.join(names), why=before.free[0].why))
        chosen = units.JOINT.join(f"{n}{units.GLUE}{v:,}" for n, v in found.values.items())
        yield Paragraph(say("advise.values", values=chosen), quiet=True)
    if found.values is None:
        yield Paragraph(say("advise.no_values"))
    elif not found.advice:
        yield Paragraph(say("advise.none"))
    else:
        yield _table(found, letters)


def _table(found: Advised, letters: Letters) -> Block:
    """The changes with their numbers; formulas stand below what they are formulas of."""
    if any(isinstance(each.effect, Expr) for each in found.advice):
        return Entries(
            tuple(
                Entry(f"{each.number}.", _what(each), _after(each, letters))
                for each in found.advice
            ),
            numbers=True,
        )
    head = ("", *(say(f"advise.{key}_head") for key in ("parameters", "macs", "activations")), "")
    return Grid(head, tuple(_row(each) for each in found.advice), words=True)


def _after(advice: Advice, letters: Letters) -> str:
    after = advice.parameters[1]
    if after is None:
        return _number(advice.effect, letters, NONE)
    return say("advise.parameters", count=_number(after, letters, NONE))


def _row(advice: Advice) -> tuple[str, ...]:
    after = advice.parameters[1]
    assert isinstance(advice.effect, int)
    count = units.signed(advice.effect) if after is None else _number(after, {}, NONE)
    return (f"{advice.number}.", f"{count}{_share(advice.parameters)}",
            _changed(advice.macs), _changed(advice.activations), _what(advice))  # fmt: skip


def _share(pair: tuple[Dim | None, Dim | None]) -> str:
    before, after = pair
    if not isinstance(before, int) or not isinstance(after, int) or not before:
        return ""
    return f" {units.percent(after, before):>8}"


def _changed(pair: tuple[Dim | None, Dim | None]) -> str:
    """What there is after a change, or that it is as before."""
    before, after = pair
    if not isinstance(after, int):
        return NONE
    return say("advise.same") if before == after else units.macs(after)


def _what(advice: Advice) -> str:
    """The change, and where it is to be made."""
    where = say("page.place", place=places(advice.lines)) if advice.lines else ""
    return f"{advice.what}{where}"


def _number(dim: Dim | None, letters: Letters, unknown: str) -> str:
    if dim is None:
        return unknown
    return units.number(dim) if isinstance(dim, int) else formula(dim, letters)
