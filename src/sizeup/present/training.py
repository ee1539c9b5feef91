"""What training came to, as a page."""

from __future__ import annotations

from sizeup.present import units
from sizeup.present.blocks import Grid, Paragraph
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sizeup.present.blocks import Block, Page
    from sizeup.training.comparing import Comparison, Trained, Verdict

VALIDATION = "validation"
"""What networks are judged by where the data have no test samples."""
MOST_PAIRS = 3
"""Confusions of each network that are named."""


def page(found: Comparison) -> Page:
    """The table, the verdict, what is confused, and where everything is."""
    groups = (table(found, found.networks), _verdicts(found), _confusions(found), _remarks(found))
    return tuple(tuple(group) for group in groups if group)


def table(found: Comparison, networks: Sequence[Trained]) -> list[Block]:
    """Networks with what they cost and what they came to."""
    title = say("train.table" if found.samples else "train.title", data=found.data,
                classes=len(found.classes), samples=units.number(found.samples))  # fmt: skip
    apart = found.judged != VALIDATION
    heads = [say(f"train.head_{name}", judged=found.judged)
             for name in ("network", "parameters", "macs", "memory", "seconds",
                          *(["validation"] if apart else []), "accuracy", "wrong")]  # fmt: skip
    grid = Grid(tuple(heads), tuple(_row(each, apart=apart) for each in networks))
    said = Paragraph(say("train.same_samples"), quiet=True)
    return [Paragraph(title), grid, *([] if apart or not found.samples else [said])]


def _row(trained: Trained, *, apart: bool) -> tuple[str, ...]:
    wrong = None if trained.accuracy is None else 1 - trained.accuracy
    return (
        trained.name,
        units.number(trained.parameters),
        "–" if trained.macs is None else units.macs(trained.macs),
        "–" if trained.training_bytes is None else units.size(trained.training_bytes),
        "–" if trained.seconds is None else f"{trained.seconds:.1f}",
        *([share(trained.validation)] if apart else []),
        share(trained.accuracy, trained.spread),
        share(wrong),
    )


def share(value: float | None, spread: float | None = None) -> str:
    """`97.3 %`, with a standard deviation as `97.3 ± 0.2 %`."""
    if value is None:
        return "–"
    shown = f"{100 * value:.2f}"
    return f"{shown}{units.GLUE}%" if spread is None else (
        f"{shown}{units.GLUE}±{units.GLUE}{100 * spread:.2f}{units.GLUE}%")  # fmt: skip


def _verdicts(found: Comparison) -> list[Block]:
    verdicts = found.verdicts
    if not verdicts:
        return []
    blocks: list[Block] = [Paragraph(sentence(each)) for each in verdicts]
    by = {each.by for each in verdicts}
    if "seeds" in by:
        blocks.append(Paragraph(say("train.by_seeds", share=f"95{units.GLUE}%"), quiet=True))
    if "samples" in by:
        samples = units.number(found.samples)
        blocks.append(Paragraph(say("train.by_samples", samples=samples), quiet=True))
    if len(verdicts) > 1:
        said = say("train.at_once", networks=len(verdicts) + 1)
        blocks.append(Paragraph(said, quiet=True))
    return blocks


def sentence(verdict: Verdict) -> str:
    """Which network is better, by how much, and what of."""
    percent = f"{abs(100 * verdict.fewer):.0f}{units.GLUE}%"
    key = "fewer" if verdict.fewer > 0 else "more"
    size = say(f"train.{key}", percent=percent) if verdict.fewer else say("train.as_many")
    return say(
        "train.better" if verdict.sure else "train.unsure",
        better=verdict.better,
        worse=verdict.worse,
        difference=f"{100 * verdict.difference:.2f}",
        margin=f"{100 * verdict.margin:.2f}",
        size=size,
    )


def _confusions(found: Comparison) -> list[Block]:
    blocks: list[Block] = []
    for trained in found.networks:
        pairs = [say("train.pair", true=found.classes[true], taken=found.classes[taken], count=n)
                 for n, true, taken in _worst(trained)]  # fmt: skip
        if pairs:
            said = say("train.confused", name=trained.name, pairs=", ".join(pairs))
            blocks.append(Paragraph(said))
    return blocks


def _worst(trained: Trained) -> list[tuple[int, int, int]]:
    """(times, true class, taken class) of what is confused most."""
    cells = [(count, true, taken) for true, row in enumerate(trained.confusion or ())
             for taken, count in enumerate(row) if count and true != taken]  # fmt: skip
    return sorted(cells, key=lambda cell: (-cell[0], cell[1:]))[:MOST_PAIRS]


def _remarks(found: Comparison) -> list[Block]:
    remarks = [Paragraph(text) for text in _unfinished(found)]
    return [*remarks, Paragraph(say("train.folder", folder=found.folder), quiet=True)]


def _unfinished(found: Comparison) -> Iterator[str]:
    for trained in found.networks:
        for run in trained.runs:
            epochs = len(run.state.epochs)
            if run.state.ended == "nan":
                yield say("train.nan_run", name=trained.name, seed=run.seed, epoch=epochs + 1)
            elif run.result is None:
                yield say("train.open_run", name=trained.name, seed=run.seed, epochs=epochs)
