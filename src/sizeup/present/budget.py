"""The best settings inside a budget, as a page: the best, those behind it, and what less buys."""

from __future__ import annotations

from sizeup.analyses.check import ELEMENT
from sizeup.analyses.solve import DEFAULT
from sizeup.present import units
from sizeup.present.blocks import Entries, Entry, Grid, Paragraph
from sizeup.present.solutions import choices, listing, said
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sizeup.analyses.fit import Fit
    from sizeup.analyses.solve import Bounds
    from sizeup.present.blocks import Block, Page

MEASURES = ("parameters", "macs", "activations")
"""The columns of a table, budgeted or not."""


def page(found: Fit) -> Page:
    """What is best, with those behind it, and what would be best within less."""
    groups = [tuple(_answer(found)), tuple(_settings(found)), tuple(_parts(found))]
    return tuple(group for group in groups if group)


def _answer(found: Fit) -> Iterator[Block]:
    budgets = listing([_budget(found, name, most) for name, most in found.budgets.items()])
    within = say("fit.within", budgets=budgets) if budgets else ""
    spans = _spans(found.bounds)
    if not found.settings:
        key = "fit.none" if found.proved else "fit.not_found"
        yield Paragraph(say(key, within=within, bounds=spans))
        return
    best = found.settings[0]
    value = units.number(best.objective)
    what = say("fit.objective", expression=found.objective, value=value)
    if found.objective in MEASURES:
        what = say("fit.value", value=value, measure=say(f"fit.{found.objective}"))
    key = "fit.best" if found.proved else "fit.best_so_far"
    yield Paragraph(say(key, what=what, within=within, bounds=spans))
    if found.count > 1 or not found.counted:
        key = "fit.ties" if found.counted else "fit.ties_at_least"
        yield Paragraph(say(key, count=units.number(found.count)))
    edges = [name for name, value in best.values.items()
             if found.bounds[name] == DEFAULT and value == DEFAULT[-1]]  # fmt: skip
    if edges:
        yield Paragraph(say("fit.edge", name=edges[0], value=units.number(DEFAULT[-1]),
                            most=4 * DEFAULT[-1]))  # fmt: skip


def _spans(bounds: Mapping[str, Bounds]) -> str:
    alike: dict[str, list[str]] = {}
    for name, span in bounds.items():
        alike.setdefault(said(list(span)), []).append(name)
    return units.JOINT.join(f"{listing(names)} {span}" for span, names in alike.items())


def _budget(found: Fit, name: str, most: int) -> str:
    """`500,000 parameters`, `8 MiB of activations`."""
    if name == "bytes":
        return say("fit.of_size", size=units.size(most))
    if name == "activations" and found.in_bytes:
        return say("fit.of_activations", size=units.size(most * ELEMENT))
    return say("fit.value", value=units.number(most), measure=say(f"fit.{name}"))


def _settings(found: Fit) -> Iterator[Block]:
    """A line for each setting: its values and measures."""
    if not found.settings:
        return
    names = list(dict.fromkeys(name for setting in found.settings for name in setting.values))
    several = len({setting.network.name for setting in found.settings}) > 1
    own = found.objective not in (*MEASURES, *names)
    rows = []
    for setting in found.settings:
        row = [setting.network.name] if several else []
        row += [units.value(setting.values.get(n, "")) for n in names]
        row += [_measure(setting.measures[name]) for name in MEASURES]
        rows.append((*row, *([_measure(setting.objective)] if own else [])))
    head = [*([say("fit.network")] if several else []), *names,
            *(say(f"fit.{name}") for name in MEASURES), *([found.objective] if own else [])]  # fmt: skip
    yield Grid(tuple(head), tuple(rows), named=several)


def _parts(found: Fit) -> Iterator[Block]:
    """What would be best within less, where that is less."""
    able = [(part, part.best) for part in found.parts if part.best is not None]
    able = [(p, best) for p, best in able if best.objective != found.settings[0].objective]
    if able:
        yield Paragraph("", strong=say("fit.less"))
        yield Entries(tuple(
            Entry(_budget(found, part.measure, part.allowed),
                  say("fit.part" if part.proved else "fit.part_so_far",
                      value=_measure(best.objective), objective=found.objective,
                      values=choices({name: [value] for name, value in best.values.items()})))
            for part, best in able
        ))  # fmt: skip


def _measure(value: int | str | None) -> str:
    if isinstance(value, int):
        return units.number(value)
    return "" if value is None else value
