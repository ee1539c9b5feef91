"""Data as they enter a network: split, resized, in batches whose order a seed decides."""

from __future__ import annotations

from sizeup.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from sizeup.training.data import Data, Samples
    from sizeup.training.runs import Recipe
    from sizeup.training.suiting import Layout, Suited

UNIT, STANDARD, NONE = "unit", "standard", "none"
NORMALIZATIONS = (UNIT, STANDARD, NONE)
BYTE = 255


class Feed(Record):
    """Samples as they are kept, and what makes of them what enters: (x − `shift`) · `scale`."""

    train: Samples
    validation: Samples
    test: Samples | None
    shift: Any
    scale: Any


def feeder(data: Data, recipe: Recipe) -> Callable[[Suited], Feed]:
    """What feeds a network; networks that the data enter alike share them."""
    made: dict[tuple[Layout, str], Feed] = {}

    def fed(suited: Suited) -> Feed:
        key = (suited.layout, NONE if suited.scaling or suited.tokens else recipe.normalization)
        if key not in made:
            made[key] = feed(data, key[0], recipe.validation, key[1])
        return made[key]

    return fed


def feed(data: Data, layout: Layout, validation: float, normalization: str) -> Feed:
    """Split off and lay out; the split is the same for every network and every seed.

    `validation` is the share of the training samples that is kept aside, at least one sample.
    """
    import numpy as np

    x, y = data.train
    order = np.random.default_rng(0).permutation(len(x))
    aside = min(max(1, round(len(x) * validation)), len(x) - 1)
    kept, trained = np.sort(order[:aside]), np.sort(order[aside:])
    x = _laid_out(x, layout)
    train, others = (x[trained], y[trained]), (x[kept], y[kept])
    test = data.test and (_laid_out(data.test[0], layout), data.test[1])
    shift, scale = np.float32(0), np.float32(1)
    if normalization == STANDARD:
        shift = np.float32(train[0].mean(dtype=np.float64))
        scale = np.float32(1 / max(train[0].std(dtype=np.float64), 1e-7))
    elif normalization == UNIT and x.dtype == np.uint8:
        scale = np.float32(1 / BYTE)
    return Feed(train, others, test, shift, scale)


def _laid_out(x: Any, layout: Layout) -> Any:
    """Samples of the shape that enters; images stay bytes."""
    import numpy as np

    if layout.size is not None:
        x = _resized(x, layout.size)
        if layout.first:
            x = np.moveaxis(x, -1, 1)
    elif layout.turned:
        x = np.moveaxis(x, 1, -1)
    return np.ascontiguousarray(x.reshape(len(x), *layout.shape))


def _resized(x: Any, size: tuple[int, int, int]) -> Any:
    import numpy as np
    from PIL import Image

    rows, columns, channels = size
    if x.shape[-1] != channels:
        x = x.repeat(channels, -1) if x.shape[-1] == 1 else _grey(x).repeat(channels, -1)
    if x.shape[1:3] == (rows, columns):
        return x
    resized = np.empty((len(x), rows, columns, channels), np.uint8)
    for place, image in enumerate(x):
        flat = image[..., 0] if channels == 1 else image
        small = Image.fromarray(flat).resize((columns, rows), Image.Resampling.BILINEAR)
        resized[place] = np.asarray(small).reshape(rows, columns, channels)
    return resized


def _grey(x: Any) -> Any:
    """Luma, as ITU-R BT.601 weighs the colours."""
    import numpy as np

    weights = np.array([0.299, 0.587, 0.114], np.float32)
    return (x[..., :3] @ weights).round().astype(np.uint8)[..., None]


def batches(
    samples: Samples,
    fed: Feed,
    size: int,
    *,
    seed: int | None = None,
    epoch: int = 0,
    tell: Callable[[int, int], None] | None = None,
) -> Any:
    """A data set for Keras' loops.

    With a `seed`, each epoch from `epoch` on has an order of its own that the seed and its number
    decide, so that a run that is resumed goes on as it would have. `tell` hears of each batch.
    """
    import keras
    import numpy as np

    x, y = samples

    class Batches(keras.utils.PyDataset):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.epoch = epoch
            self.order = self._drawn()

        def _drawn(self) -> Any:
            if seed is None:
                return np.arange(len(x))
            return np.random.default_rng((seed, self.epoch)).permutation(len(x))

        def __len__(self) -> int:
            return (len(x) + size - 1) // size

        def on_epoch_end(self) -> None:
            self.epoch += 1
            self.order = self._drawn()

        def __getitem__(self, number: int) -> Samples:
            chosen = self.order[number * size : (number + 1) * size]
            if tell is not None:
                tell(number, len(self))
            inputs = x[chosen]
            if inputs.dtype.kind not in "iu" or inputs.dtype == np.uint8 or fed.scale != 1:
                inputs = (inputs.astype(np.float32) - fed.shift) * fed.scale
            return inputs, y[chosen]

    return Batches()
