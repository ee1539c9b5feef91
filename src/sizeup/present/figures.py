"""What training came to, drawn: PNG and SVG beside the runs."""

from __future__ import annotations

from math import sqrt

from sizeup.present import units
from sizeup.present.fonts import Letters
from sizeup.training.comparing import learning_curves
from sizeup.training.runs import place_of
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import Any

    from sizeup.training.comparing import Comparison, Trained

    Shown = Callable[[str], str]
    """A name as it is drawn."""

FORMATS = ("png", "svg")
COLOURS = 10
GREY = "0.75"
MOST_CLASSES = 40
"""A matrix of more has no names at its sides."""


def draw(found: Comparison) -> tuple[Path, ...]:
    """`comparison` (accuracy against size, and learning curves) and a confusion matrix each."""
    from matplotlib import rc_context

    names = [each.name for each in found.networks]
    letters = Letters([found.data, *names, *found.classes])
    # names are what they are, also where they hold $, which begins a formula elsewhere
    style = {"svg.hashsalt": "sizeup", "svg.fonttype": "path", "font.size": 9,
             "font.family": letters.families, "text.parse_math": False}  # fmt: skip
    paths = []
    with rc_context(style):
        for name, figure in _figures(found, letters.shown):
            for form in FORMATS:
                path = found.folder / f"{name}.{form}"
                metadata = {"Date": None} if form == "svg" else None
                figure.savefig(path, format=form, metadata=metadata, dpi=150)
                paths.append(path)
    return tuple(paths)


def _figures(found: Comparison, shown: Shown) -> Iterator[tuple[str, Any]]:
    yield "comparison", _comparison(found, shown)
    for each in found.networks:
        if each.confusion:
            yield f"confusion-{place_of(each.name, 0).parent}", _confusion(found, each, shown)


def _figure(width: float, height: float) -> Any:
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def _comparison(found: Comparison, shown: Shown) -> Any:
    """Networks that were trained to the end in colours, those that were not behind them in grey."""
    figure = _figure(10, 4.2)
    sizes, curves = figure.subplots(1, 2)
    ended = [each for each in found.networks if each.accuracy is not None]
    for each in found.networks:
        if each not in ended:
            _curves(curves, each, GREY)
    middle = (
        sqrt(min(e.parameters for e in ended) * max(e.parameters for e in ended)) if ended else 0
    )
    handles = []
    for number, each in enumerate(ended):
        colour = f"C{number % COLOURS}"
        _point(sizes, each, colour, shown(each.name), left=each.parameters > middle)
        handles.append(_curves(curves, each, colour))
    sizes.set_xlabel(say("train.axis_parameters"))
    sizes.set_ylabel(say("train.axis_accuracy", judged=found.judged))
    sizes.set_xscale("log")
    sizes.xaxis.set_major_formatter(lambda value, _: units.macs(round(value)))
    sizes.xaxis.set_minor_formatter(lambda value, _: units.macs(round(value)))
    sizes.tick_params(axis="x", which="both", labelrotation=30)
    sizes.margins(0.25)
    curves.set_xlabel(say("train.axis_epoch"))
    curves.set_ylabel(say("train.axis_validation"))
    curves.xaxis.get_major_locator().set_params(integer=True)
    for axes in (sizes, curves):
        axes.grid(alpha=0.3)
        axes.spines[["top", "right"]].set_visible(False)
    if ended:
        names = [shown(each.name) for each in ended]
        legend = figure.legend(handles, map(str, range(len(names))), loc="outside lower center",
                               ncols=3, frameon=False)  # fmt: skip
        for text, name in zip(legend.get_texts(), names, strict=True):
            text.set_text(name)  # a label that begins with _ would be left out
    title = say("train.title", data=shown(found.data), classes=len(found.classes))
    figure.suptitle(title)
    return figure


def _curves(axes: Any, trained: Trained, colour: str) -> Any:
    """The validation accuracy of each run; returns the first."""
    lines = [axes.plot(range(1, len(curve) + 1), [100 * value for value in curve], color=colour,
                       alpha=0.8, marker=".")[0] for curve in learning_curves(trained)]  # fmt: skip
    return lines[0]


def _point(axes: Any, trained: Trained, colour: str, name: str, *, left: bool) -> None:
    assert trained.accuracy is not None
    spread = None if trained.spread is None else 100 * trained.spread
    place = (trained.parameters, 100 * trained.accuracy)
    axes.errorbar(*place, yerr=spread, fmt="o", color=colour, capsize=4)
    axes.annotate(name, place, xytext=(-6 if left else 6, 6), textcoords="offset points",
                  ha="right" if left else "left", color=colour)  # fmt: skip


def _confusion(found: Comparison, trained: Trained, shown: Shown) -> Any:
    matrix = trained.confusion or []
    shares = [[cell / (sum(row) or 1) for cell in row] for row in matrix]
    side = min(9.0, 3 + 0.18 * len(matrix))
    figure = _figure(side + 0.8, side)
    axes = figure.subplots()
    image = axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    figure.colorbar(image, ax=axes, shrink=0.8)
    if len(matrix) <= MOST_CLASSES:
        names = [shown(each) for each in found.classes]
        axes.set_xticks(range(len(matrix)), names, fontsize=7, rotation=90)
        axes.set_yticks(range(len(matrix)), names, fontsize=7)
    axes.set_xlabel(say("train.axis_taken"))
    axes.set_ylabel(say("train.axis_true"))
    axes.set_title(say("train.title_confusion", name=shown(trained.name), judged=found.judged))
    return figure
