"""Layers that alter pictures of one size: turned, coloured, mixed. They own nothing.

Random states are no parameters.
"""

from __future__ import annotations

from functools import partial

from sizeup.errors import SizingError
from sizeup.rules.checks import channels_first, differ, least_rank, text
from sizeup.rules.registry import Sizing, rule
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sizeup.network import Shape
    from sizeup.rules.registry import Config

RANGE = "value_range=(0, 255)"
FILLING = "fill_mode='reflect', interpolation='bilinear', seed=None, fill_value=0.0"
FORMAT = "data_format=None"
SEED = "seed=None"

SIGNATURES = {
    "AugMix": f"{RANGE}, num_chains=3, chain_depth=3, factor=0.3, alpha=1.0, all_ops=True, "
    f"interpolation='bilinear', {SEED}, {FORMAT}",
    "AutoContrast": RANGE,
    "ContrastLimitedAdaptiveHistogramEqualization": f"{RANGE}, clip_limit=4.0, "
    f"tile_grid_size=(8, 8), {FORMAT}",
    "CutMix": f"factor=1.0, {SEED}, {FORMAT}",
    "Equalization": f"{RANGE}, bins=256, {FORMAT}",
    "MaxNumBoundingBoxes": "max_number, fill_value=-1",
    "MixUp": f"alpha=0.2, {FORMAT}, {SEED}",
    "RandAugment": f"{RANGE}, num_ops=2, factor=0.5, interpolation='bilinear', {SEED}, {FORMAT}",
    "RandomBrightness": f"factor, {RANGE}, {SEED}",
    "RandomColorDegeneration": f"factor, {RANGE}, {FORMAT}, {SEED}",
    "RandomColorJitter": f"{RANGE}, brightness_factor=None, contrast_factor=None, "
    f"saturation_factor=None, hue_factor=None, {SEED}, {FORMAT}",
    "RandomContrast": f"factor, {RANGE}, {SEED}",
    "RandomElasticTransform": "factor=1.0, scale=1.0, interpolation='bilinear', "
    f"fill_mode='reflect', fill_value=0.0, {RANGE}, {SEED}, {FORMAT}",
    "RandomErasing": f"factor=1.0, scale=(0.02, 0.33), fill_value=None, {RANGE}, {SEED}, {FORMAT}",
    "RandomFlip": f"mode='horizontal_and_vertical', {SEED}, {FORMAT}",
    "RandomGaussianBlur": f"factor=1.0, kernel_size=3, sigma=1.0, {RANGE}, {FORMAT}, {SEED}",
    "RandomGrayscale": f"factor=0.5, {FORMAT}, {SEED}",
    "RandomHue": f"factor, {RANGE}, {FORMAT}, {SEED}",
    "RandomInvert": f"factor=1.0, {RANGE}, {SEED}, {FORMAT}",
    "RandomPerspective": "factor=1.0, scale=1.0, interpolation='bilinear', fill_value=0.0, "
    f"{SEED}, {FORMAT}",
    "RandomPosterization": f"factor, {RANGE}, {FORMAT}, {SEED}",
    "RandomRotation": f"factor, {FILLING}, {FORMAT}",
    "RandomSaturation": f"factor, {RANGE}, {FORMAT}, {SEED}",
    "RandomSharpness": f"factor, {RANGE}, {FORMAT}, {SEED}",
    "RandomShear": "x_factor=0.0, y_factor=0.0, interpolation='bilinear', fill_mode='reflect', "
    f"fill_value=0.0, {FORMAT}, {SEED}",
    "RandomTranslation": f"height_factor, width_factor, {FILLING}, {FORMAT}",
    "RandomZoom": f"height_factor, width_factor=None, {FILLING}, {FORMAT}",
    "Solarization": f"addition_factor=0.0, threshold_factor=0.0, {RANGE}, {SEED}",
}  # fmt: skip
"""The constructors of layers that leave every shape as it is."""

FACTORS = ("factor", "x_factor", "y_factor", "height_factor", "width_factor",
           "addition_factor", "threshold_factor")  # fmt: skip
"""The arguments that say how much, as a number or as a lower and an upper one."""

BOUNDS = {
    "RandomBrightness": (-1, 1), "RandomRotation": (-1, 1), "RandomTranslation": (-1, 1),
    "RandomZoom": (-1, 1), "RandomPosterization": (1, 8), "RandomColorDegeneration": (-1, 1),
    "RandomSaturation": (-1, 1),
}  # fmt: skip
"""How much may be asked for where that is not from 0 to 1."""


def unchanged(kind: str, config: Config, *shapes: Shape) -> Sizing:
    """Other pictures of the same shape."""
    for name in FACTORS:
        if name in config:
            _check_factor(kind, name, config[name])
    first = channels_first(kind, config)
    if kind == "RandomColorDegeneration":  # the one that looks at the colours before it runs
        for shape in shapes:
            least_rank(kind, shape, 3)
            channels = shape[-3 if first else -1]
            if differ(channels, 3):
                raise SizingError(say("rules.colours", kind=kind, shape=text(shape)))
    return Sizing(shapes)


def _check_factor(kind: str, name: str, value: Any) -> None:
    """How much is a number within bounds; two of them are never both beyond the same end."""
    least, most = BOUNDS.get(kind, (0, 1))
    ends = tuple(value) if isinstance(value, tuple | list) else (value, value)
    known = all(isinstance(end, int | float) for end in ends)
    pair = len(ends) == 2
    if isinstance(value, str) or not pair or (known and (ends[0] > most or ends[1] < least)):
        raise SizingError(
            say("rules.factor", kind=kind, name=name, least=least, most=most, value=text(value))
        )


for _kind, _signature in SIGNATURES.items():
    rule(_kind, signature=_signature, also="bounding_box_format=None, data_format=None")(
        partial(unchanged, _kind)
    )
