"""Layers that bring pictures to a size; they own nothing."""

from __future__ import annotations

from functools import partial

from sizeup.errors import SizingError
from sizeup.rules.checks import channels_first, text
from sizeup.rules.registry import Sizing, rule
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sizeup.network import Shape
    from sizeup.rules.registry import Config


def resized(kind: str, config: Config, x: Shape) -> Sizing:
    """Pictures of `height` by `width`, alone of rank 3 or in a batch of rank 4."""
    first = channels_first(kind, config)
    if len(x) not in {3, 4}:
        raise SizingError(say("rules.rank", kind=kind, expected="3 or 4", shape=text(x)))
    rows = len(x) - (2 if first else 3)
    return Sizing(((*x[:rows], config["height"], config["width"], *x[rows + 2 :]),))


rule(
    "Resizing",
    signature="height, width, interpolation='bilinear', crop_to_aspect_ratio=False, "
    "pad_to_aspect_ratio=False, fill_mode='constant', fill_value=0.0, antialias=False, data_format=None",
    also="bounding_box_format=None",
)(partial(resized, "Resizing"))
rule("CenterCrop", signature="height, width, data_format=None", also="bounding_box_format=None")(
    partial(resized, "CenterCrop")
)
rule(
    "RandomCrop",
    signature="height, width, seed=None, data_format=None, name=None",
    also="bounding_box_format=None",
)(partial(resized, "RandomCrop"))
