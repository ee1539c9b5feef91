"""Data sets, by name or by path."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from sizeup.errors import UsageError
from sizeup.records import Record
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Samples = tuple[Any, Any]

NAMES = ("digits", "characters", "fashion-mnist", "mnist", "cifar10", "cifar100")


FEWEST = 2
"""Samples, one of them kept aside, and classes to tell apart."""


class Data(Record):
    """Samples and the classes that they belong to.

    `train` is the samples and their labels, `test` others to judge by, None where there are none.
    Samples that are `images` are bytes of (number, rows, columns, channels), others are what
    enters a network. Labels count from 0 in the order of `classes`. What is `scalable` may be
    resized without asking.
    """

    name: str
    train: Samples
    test: Samples | None
    classes: tuple[str, ...]
    images: bool = True
    scalable: bool = False

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of a sample."""
        return tuple(self.train[0].shape[1:])

    @property
    def digest(self) -> str:
        """What tells these samples from others: a digest of all of them."""
        import numpy as np

        found = sha256(repr(self.classes).encode())
        for array in (*self.train, *(self.test or ())):
            found.update(f"{array.dtype} {array.shape}".encode())
            found.update(np.ascontiguousarray(array).data)
        return found.hexdigest()


def load(name: str, samples: int | None = None, *, resize: bool = False) -> Data:
    """The data of that name, or in the folder or the `.npz` file of that path.

    `samples` is the most of them to train with; `resize` lets images of a folder be scaled to the
    commonest of their sizes. Raises UsageError where there is no such data,
    with what to do about it.
    """
    data = _few(_load(name, samples, resize=resize), samples)
    if len(data.train[0]) < FEWEST or len(data.classes) < FEWEST:
        raise UsageError(say("data.few", name=name, samples=len(data.train[0]),
                             classes=len(data.classes)))  # fmt: skip
    return data


def _load(name: str, samples: int | None, *, resize: bool) -> Data:
    if name == "characters":
        from sizeup.training.data.characters import MOST, characters

        return characters(MOST if samples is None else samples)
    if name in NAMES:
        from sizeup.training.data import named

        return named.LOADERS[name]()
    from sizeup.training.data import files

    if Path(name).is_dir():
        return files.folder(name, resize=resize)
    if Path(name).is_file():
        return files.archive(name)
    raise UsageError(say("data.unknown", name=name, names=", ".join(NAMES)))


def _few(data: Data, samples: int | None) -> Data:
    """Of no more samples, drawn evenly from all."""
    x, y = data.train
    if samples is None or samples >= len(x):
        return data
    import numpy as np

    chosen = np.sort(np.random.default_rng(0).permutation(len(x))[:samples])
    return data.changed(train=(x[chosen], y[chosen]))
