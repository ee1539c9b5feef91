"""What training came to, drawn: PNG and SVG beside the runs."""

from __future__ import annotations

from math import sqrt

from sizeup.present import units
from sizeup.training.comparing import learning_curves
from sizeup.training.runs import place_of
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from sizeup.training.comparing import Comparison, Trained

FORMATS = ("png", "svg")
COLOURS = 10
GREY = "0.75"
MOST_CLASSES = 40
"""A matrix of more has no names at its sides."""


def draw(found: Comparison) -> tuple[Path, ...]:
    """`comparison` (accuracy against size, and learning curves) and a confusion matrix each."""
    drawn = [_comparison(found)]
    drawn += [(f"confusion-{place_of(each.name, 0).parent}", _confusion(found, each))
              for each in found.networks if each.confusion]  # fmt: skip
    paths = []
    for name, figure in drawn:
        for form in FORMATS:
            path = found.folder / f"{name}.{form}"
            metadata = {"Date": None} if form == "svg" else None
            figure.savefig(path, format=form, metadata=metadata, dpi=150)
            paths.append(path)
    return tuple(paths)


def _figure(width: float, height: float) -> Any:
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context({"svg.hashsalt": "sizeup", "font.size": 9}):
        return Figure(figsize=(width, height), layout="constrained")


def _comparison(found: Comparison) -> tuple[str, Any]:
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
    for number, each in enumerate(ended):
        colour = f"C{number % COLOURS}"
        _point(sizes, each, colour, left=each.parameters > middle)
        _curves(curves, each, colour)
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
        figure.legend(loc="outside lower center", ncols=3, frameon=False)
    figure.suptitle(say("train.title", data=found.data, classes=len(found.classes)))
    return "comparison", figure


def _curves(axes: Any, trained: Trained, colour: str) -> None:
    """The validation accuracy of each run; the first of what was trained to the end is named."""
    for run, curve in enumerate(learning_curves(trained)):
        name = None if run or colour == GREY else trained.name
        axes.plot(range(1, len(curve) + 1), [100 * value for value in curve], color=colour,
                  alpha=0.8, marker=".", label=name)  # fmt: skip


def _point(axes: Any, trained: Trained, colour: str, *, left: bool) -> None:
    assert trained.accuracy is not None
    spread = None if trained.spread is None else 100 * trained.spread
    place = (trained.parameters, 100 * trained.accuracy)
    axes.errorbar(*place, yerr=spread, fmt="o", color=colour, capsize=4)
    axes.annotate(trained.name, place, xytext=(-6 if left else 6, 6), textcoords="offset points",
                  ha="right" if left else "left", color=colour)  # fmt: skip


def _confusion(found: Comparison, trained: Trained) -> Any:
    matrix = trained.confusion or []
    shares = [[cell / (sum(row) or 1) for cell in row] for row in matrix]
    side = min(9.0, 3 + 0.18 * len(matrix))
    figure = _figure(side + 0.8, side)
    axes = figure.subplots()
    image = axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    figure.colorbar(image, ax=axes, shrink=0.8)
    if len(matrix) <= MOST_CLASSES:
        axes.set_xticks(range(len(matrix)), found.classes, fontsize=7, rotation=90)
        axes.set_yticks(range(len(matrix)), found.classes, fontsize=7)
    axes.set_xlabel(say("train.axis_taken"))
    axes.set_ylabel(say("train.axis_true"))
    axes.set_title(say("train.title_confusion", name=trained.name, judged=found.judged))
    return figure
