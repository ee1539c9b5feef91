"""Data sets that others keep: scikit-learn's digits, and those that Keras loads."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

from sizeup.errors import UsageError
from sizeup.training.data import Data
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

GARMENTS = ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker",
            "Bag", "Ankle boot")  # fmt: skip
THINGS = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship",
          "truck")  # fmt: skip
DIGITS = tuple("0123456789")
DEBIAN = Path("/usr/share/datasets/fashion-mnist")
"""Where Debian's package dataset-fashion-mnist puts its files."""


def digits() -> Data:
    """1,797 handwritten digits of 8×8 pixels, which scikit-learn holds."""
    from sklearn.datasets import load_digits

    found = load_digits()
    images = (found.images * (255 / 16)).round().astype("uint8")[..., None]
    return Data("digits", (images, found.target), None, DIGITS, scalable=True)


def fashion_mnist() -> Data:
    """70,000 garments of 28×28 pixels: Debian's files where they are, else Keras'."""
    if not DEBIAN.is_dir():
        return _of_keras("fashion-mnist", "fashion_mnist", GARMENTS)
    parts = [_idx(f"{kind}-{part}.gz") for kind in ("train", "t10k")
             for part in ("images-idx3-ubyte", "labels-idx1-ubyte")]  # fmt: skip
    train, test = (parts[0][..., None], parts[1]), (parts[2][..., None], parts[3])
    return Data("fashion-mnist", train, test, GARMENTS)


def _idx(name: str) -> Any:
    """An array of bytes: after two zeros its type and rank, its lengths, its content."""
    import numpy as np

    with gzip.open(DEBIAN / name) as file:
        content = file.read()
    rank = content[3]
    lengths = np.frombuffer(content, ">u4", rank, 4).astype(int)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * rank).reshape(lengths)


def _of_keras(name: str, module: str, classes: tuple[str, ...]) -> Data:
    from importlib import import_module

    loader = import_module(f"keras.datasets.{module}")
    try:
        train, test = loader.load_data()
    except Exception as error:
        # Keras raises a plain Exception where it cannot fetch the file
        home = Path(os.environ.get("KERAS_HOME", "~/.keras"), "datasets")
        reason = " ".join(str(error).split())
        raise UsageError(say("data.fetch", name=name, home=home, reason=reason)) from error
    pairs = [(x if x.ndim > 3 else x[..., None], y.reshape(-1)) for x, y in (train, test)]
    return Data(name, pairs[0], pairs[1], classes)


LOADERS: dict[str, Callable[[], Data]] = {
    "digits": digits,
    "fashion-mnist": fashion_mnist,
    "mnist": lambda: _of_keras("mnist", "mnist", DIGITS),
    "cifar10": lambda: _of_keras("cifar10", "cifar10", THINGS),
    "cifar100": lambda: _of_keras("cifar100", "cifar100", tuple(map(str, range(100)))),
}
