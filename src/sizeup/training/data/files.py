"""Data of one's own: a folder with a sub-folder per class, or an archive of arrays."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from sizeup.errors import UsageError
from sizeup.training.data import Data
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

ENDINGS = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".ppm", ".pgm")
NAMED = 5
"""Damaged images that are named."""


def folder(path: str, *, resize: bool = False) -> Data:
    """Images in sub-folders that name their classes; all of one size, or scaled to the commonest.

    Grey where all of them are, else RGB. What is hidden is no class and no image. Raises
    UsageError where there are no such sub-folders, one of them has no images, images cannot be
    read, or are of several sizes without `resize`.
    """
    import numpy as np

    classes = [each.name for each in _seen(path) if each.is_dir()]
    files = [[file for file in _seen(Path(path, name)) if file.suffix.lower() in ENDINGS]
             for name in classes]  # fmt: skip
    _refuse_empty(path, dict(zip(classes, files, strict=True)))
    found = [(file, label) for label, each in enumerate(files) for file in each]
    images = _images([file for file, _ in found])
    deepest = max(image.ndim for image in images)
    if deepest > 2:
        images = [np.repeat(i[..., None], 3, -1) if i.ndim == 2 else i for i in images]
    if resize:
        images = _alike(images)
    for (file, _), image in zip(found, images, strict=True):
        if image.shape != images[0].shape:
            sizes = ["×".join(map(str, each.shape[:2])) for each in (images[0], image)]
            raise UsageError(say("data.sizes", first=sizes[0], file=file, size=sizes[1]))
    x = np.stack(images)
    labels = np.array([label for _, label in found])
    return Data(path, (x if x.ndim > 3 else x[..., None], labels), None, tuple(classes))


def _seen(path: str | Path) -> list[Path]:
    """What is in a folder and not hidden."""
    return sorted(each for each in Path(path).iterdir() if not each.name.startswith("."))


def _refuse_empty(path: str, found: Mapping[str, Sequence[Path]]) -> None:
    """Raise where there are no images at all, and where a sub-folder has none."""
    empty = [name for name, files in found.items() if not files]
    if len(empty) < len(found):
        if empty:
            raise UsageError(say("data.empty", path=path, names=", ".join(empty)))
        return
    deeper = [name for name in empty if any(each.is_dir() for each in _seen(Path(path, name)))]
    if deeper:
        raise UsageError(say("data.deeper", path=path, deeper=Path(path, deeper[0])))
    raise UsageError(say("data.folder", path=path))


def _images(files: Sequence[Path]) -> list[Any]:
    """The pixels of all. Raises UsageError that names those that cannot be read."""
    read, unread = [], []
    for file in files:
        try:
            read.append(_pixels(file))
        except Exception as error:  # noqa: BLE001  (a damaged image fails in many ways)
            unread.append((file, " ".join(str(error).split())))
    if len(unread) == 1:
        raise UsageError(say("data.image", file=unread[0][0], reason=unread[0][1]))
    if unread:
        names = ", ".join(str(file) for file, _ in unread[:NAMED])
        more = say("data.more", count=len(unread) - NAMED) if len(unread) > NAMED else ""
        raise UsageError(say("data.images", count=len(unread), names=names + more))
    return read


def _alike(images: Sequence[Any]) -> list[Any]:
    """Images scaled to the commonest of their sizes, the largest of several such."""
    import numpy as np
    from PIL import Image

    counts = Counter(image.shape[:2] for image in images)
    rows, columns = max(counts, key=lambda size: (counts[size], size))
    return [
        image
        if image.shape[:2] == (rows, columns)
        else np.asarray(Image.fromarray(image).resize((columns, rows), Image.Resampling.BILINEAR))
        for image in images
    ]


def _pixels(file: Path) -> Any:
    import numpy as np
    from PIL import Image

    with Image.open(file) as image:
        if image.mode.startswith("I"):  # 16 bits, whose upper half Pillow would cut off
            return (np.asarray(image).astype(np.int64) >> 8).clip(0, 255).astype(np.uint8)
        grey = image.mode in ("1", "L", "LA")
        return np.asarray(image.convert("L" if grey else "RGB"))


def archive(path: str) -> Data:
    """Arrays `x` and `y` of a `.npz` file, and `x_test` and `y_test` where it has them.

    `x` is samples: images where they are bytes of rank 3 or 4, else as they enter a network.
    `y` is whole numbers, or names, of classes. Raises UsageError for anything else.
    """
    import numpy as np

    try:
        with Path(path).open("rb") as raw, np.load(raw, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
    except Exception as error:  # a damaged archive fails in many ways
        raise UsageError(say("data.archive", path=path, reason=error)) from error
    x, y = (_either(arrays, path, part) for part in ("x", "y"))
    if x.ndim < 1 or y.ndim < 1 or x.dtype.kind not in "biuf":
        raise UsageError(say("data.samples", path=path))
    if not all(map(_finite, (x, arrays.get("x_test", x)))):
        raise UsageError(say("data.no_numbers", path=path))
    labels, classes = _labels(y, path)
    if len(x) != len(labels) or len(x) == 0:
        raise UsageError(say("data.lengths", path=path, x=len(x), y=len(labels)))
    images = x.dtype == np.uint8 and x.ndim in (3, 4)
    test = None
    if "x_test" in arrays and "y_test" in arrays:
        numbered = {name: number for number, name in enumerate(classes)}
        try:
            others = np.array([numbered[str(each)] for each in _flat(arrays["y_test"])])
        except KeyError as error:
            raise UsageError(say("data.other_class", path=path, name=error.args[0])) from error
        given = arrays["x_test"]
        if given.shape != (len(others), *x.shape[1:]) or given.dtype != x.dtype:
            raise UsageError(say("data.test", path=path, x=x.shape, kind=x.dtype, test=given.shape,
                                 other=given.dtype, labels=len(others)))  # fmt: skip
        test = (_deep(given, images), others)
    return Data(path, (_deep(x, images), labels), test, classes, images=images)


def _either(arrays: dict[str, Any], path: str, part: str) -> Any:
    """`x`, or `x_train` as Keras' own files have it."""
    for name in (part, f"{part}_train"):
        if name in arrays:
            return arrays[name]
    raise UsageError(say("data.no_array", path=path, name=part, names=", ".join(arrays)))


def _finite(x: Any) -> bool:
    import numpy as np

    return x.dtype.kind != "f" or bool(np.isfinite(x).all())


def _deep(x: Any, images: bool) -> Any:
    return x[..., None] if images and x.ndim == 3 else x


def _labels(y: Any, path: str) -> tuple[Any, tuple[str, ...]]:
    """Numbers from 0, and what they stand for, in the order of their numbers or names."""
    import numpy as np

    if y.dtype.kind not in "iubUS" or y.size != len(y):
        raise UsageError(say("data.labels", path=path))
    names, labels = np.unique(_flat(y), return_inverse=True)
    return labels.reshape(-1), tuple(map(str, names.tolist()))


def _flat(y: Any) -> Any:
    """Labels one after the other, bytes as the text that they are."""
    import numpy as np

    return (
        np.char.decode(y.reshape(-1), "utf-8", "replace") if y.dtype.kind == "S" else y.reshape(-1)
    )
