"""Digits and letters as several fonts write them: what the networks of the question tell apart."""

from __future__ import annotations

from itertools import product
from pathlib import Path

from sizeup.training.data import Data

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

CLASSES = "0123456789ABCDEFGHIJKLMNPQRSTUVWXYZ"
"""35 of them: an O is not told from a 0."""
SIDE = 28
MOST = 20_000
TESTS = 5_000
FONTS = ("DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-Oblique", "DejaVuSansMono",
         "DejaVuSansMono-Bold", "DejaVuSerif", "DejaVuSerif-Bold", "DejaVuSerif-Italic",
         "STIXGeneral", "STIXGeneralBol", "STIXGeneralItalic", "cmr10", "cmb10", "cmss10",
         "cmtt10", "cmti10")  # fmt: skip
"""Those that Matplotlib ships."""
CANVAS, HEIGHT = 56, 36
"""Pixels of a side, and of a letter, before it is transformed."""


def characters(samples: int, tests: int = TESTS) -> Data:
    """Images of (28, 28, 1), white on black, turned, sheared, scaled, moved, and with noise.

    The same for the same versions of Matplotlib (its fonts) and Pillow (which draws them).
    """
    glyphs = _glyphs()
    return Data(
        name="characters",
        train=_draw(glyphs, samples, seed=0),
        test=_draw(glyphs, tests, seed=1),
        classes=tuple(CLASSES),
    )


def _glyphs() -> list[list[Any]]:
    """For each class an image by each font."""
    import matplotlib as mpl
    from PIL import Image, ImageDraw, ImageFont

    home = Path(mpl.get_data_path(), "fonts", "ttf")
    fonts = [ImageFont.truetype(home / f"{name}.ttf", HEIGHT) for name in FONTS]
    drawn: list[list[Any]] = [[] for _ in CLASSES]
    for (number, character), font in product(enumerate(CLASSES), fonts):
        image = Image.new("L", (CANVAS, CANVAS))
        left, top, right, bottom = font.getbbox(character)
        place = ((CANVAS - left - right) / 2, (CANVAS - top - bottom) / 2)
        ImageDraw.Draw(image).text(place, character, fill=255, font=font)
        drawn[number].append(image)
    return drawn


def _draw(glyphs: list[list[Any]], samples: int, seed: int) -> tuple[Any, Any]:
    import numpy as np
    from PIL import Image

    random = np.random.default_rng(seed)
    labels = random.permutation(np.arange(samples) % len(CLASSES))
    fonts = random.integers(len(FONTS), size=samples)
    matrices = _affine(random, samples)
    images = np.empty((samples, SIDE, SIDE), np.uint8)
    for place, (label, font, matrix) in enumerate(zip(labels, fonts, matrices, strict=True)):
        turned = glyphs[label][font].transform(
            (SIDE, SIDE), Image.Transform.AFFINE, matrix, resample=Image.Resampling.BILINEAR
        )
        images[place] = turned
    spread = random.uniform(0, 30, (samples, 1, 1)).astype(np.float32)
    noise = random.standard_normal(images.shape, np.float32) * spread
    noisy = np.clip(images + noise, 0, 255).astype(np.uint8)
    return noisy[..., None], labels


def _affine(random: Any, samples: int) -> Any:
    """Where the pixels of each image come from on the canvas: six numbers as Pillow takes them."""
    import numpy as np

    angle = np.radians(random.uniform(-15, 15, samples))
    shear = random.uniform(-0.2, 0.2, samples)
    scale = CANVAS / SIDE / random.uniform(0.8, 1.15, (2, samples))
    moved = random.uniform(-2, 2, (2, samples))
    sine, cosine = np.sin(angle), np.cos(angle)
    a, b = scale[0] * cosine, scale[0] * (shear - sine)
    d, e = scale[1] * sine, scale[1] * cosine
    middle = (SIDE - 1) / 2
    c = CANVAS / 2 - a * (middle + moved[0]) - b * (middle + moved[1])
    f = CANVAS / 2 - d * (middle + moved[0]) - e * (middle + moved[1])
    return np.stack([a, b, c, d, e, f], axis=1)
