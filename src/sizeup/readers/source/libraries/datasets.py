"""The data sets of Keras and scikit-learn by their shapes, and what prepares data for a network.

Shapes and numbers of classes are those that the data sets' documentation gives.
"""

from __future__ import annotations

import ast

from sizeup.dims import Dim
from sizeup.readers.source.arrays import Array, as_array, rows_of
from sizeup.readers.source.builtin_functions import table
from sizeup.readers.source.keras.arguments import Unsized, to_dim
from sizeup.readers.source.machine import Machine
from sizeup.readers.source.values import Builtin, Instance, Lost, Open
from sizeup.readers.source.written import written
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Value = Any
    Arguments = list[Any]
    Keywords = dict[str, Any]

IMAGES: dict[str, tuple[int, int, tuple[int, ...], tuple[int, ...], int]] = {
    "mnist": (60_000, 10_000, (28, 28), (), 10),
    "fashion_mnist": (60_000, 10_000, (28, 28), (), 10),
    "cifar10": (50_000, 10_000, (32, 32, 3), (1,), 10),
    "cifar100": (50_000, 10_000, (32, 32, 3), (1,), 100),
}
"""Samples to train and to test with, a sample's shape, a label's, classes."""

TABLES: dict[str, tuple[int, int, tuple[int, ...], int | None]] = {
    "imdb": (25_000, 25_000, (), 2),
    "reuters": (8_982, 2_246, (), 46),
    "boston_housing": (404, 102, (13,), None),
    "california_housing": (16_512, 4_128, (8,), None),
}
"""Rows to train and to test with, a row's shape, classes."""

SPLITTING = frozenset({"test_split", "maxlen", "version"})
"""Arguments that change how many rows there are."""


def _images(name: str) -> Callable[..., Value]:
    train, test, shape, label, classes = IMAGES[name]

    def load(m: Machine, a: Arguments, k: Keywords, _node: ast.AST) -> Value:
        sample, number = shape, classes
        if len(shape) == 3:  # Keras gives these in the channel order of its setting
            m.world.format_said = True
            if m.world.data_format == "channels_first":
                sample = (shape[2], *shape[:2])
        if name == "cifar100" and m.resolve(k.get("label_mode", a[0] if a else "fine")) == "coarse":
            number = 20
        return tuple(
            (Array((n, *sample), "uint8"), Array((n, *label), "uint8", None, number))
            for n in (train, test)
        )

    return load


def _tables(name: str) -> Callable[..., Value]:
    train, test, shape, classes = TABLES[name]

    def load(m: Machine, _a: Arguments, k: Keywords, node: ast.AST) -> Value:
        rows: tuple[Dim, ...] = (train, test)
        if SPLITTING & k.keys():
            rows = (rows_of(m, node), rows_of(m, node))
        dtype = "float64" if shape else "object"
        return tuple((Array((n, *shape), dtype), Array((n,), dtype, None, classes)) for n in rows)

    return load


SKLEARN = {"iris": (150, 4, 3), "digits": (1_797, 64, 10), "wine": (178, 13, 3),
           "breast_cancer": (569, 30, 2), "diabetes": (442, 10, None)}  # fmt: skip
"""Rows, features, classes."""


def _sklearn(name: str) -> Callable[..., Value]:
    rows, features, classes = SKLEARN[name]

    def load(m: Machine, _a: Arguments, k: Keywords, _node: ast.AST) -> Value:
        x, y = Array((rows, features)), Array((rows,), "int64", None, classes)
        if m.resolve(k.get("return_X_y")) is True:
            return x, y
        bunch = Instance(None)
        bunch.attributes = {"data": x, "target": y}
        if name == "digits":
            bunch.attributes["images"] = Array((rows, 8, 8))
        return bunch

    return load


# -- what prepares data --------------------------------------------------------------------


def _to_categorical(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
    given = {**dict(zip(("y", "num_classes"), a, strict=False)), **k}
    labels = as_array(m, given.get("y", given.get("x")), node)
    wanted = m.resolve(given.get("num_classes", given.get("nb_classes")))
    number = _classes(m, labels, node) if wanted is None else _dim(m, wanted)
    if number is None:
        return m.world.unseen_value(m, node)
    if not isinstance(labels, Array):
        return Array((rows_of(m, node), number), "float32")
    shape = labels.shape
    if len(shape) > 1 and shape[-1] == 1:
        shape = shape[:-1]
    return Array((*shape, number), "float32")


def _classes(m: Machine, labels: Value, node: ast.AST) -> Dim | None:
    """One more than the highest label, which is open where the labels are."""
    if isinstance(labels, Array) and labels.classes is not None:
        return labels.classes
    if isinstance(labels, Array) and labels.values is not None:
        from sizeup.readers.source.libraries.numpy import flat

        return int(max(flat(labels.values))) + 1
    found: Dim = m.number(m.open(("classes", m.unique()), written(node), say("source.data"), None))
    return found


def _dim(m: Machine, value: Value) -> Dim | None:
    try:
        return to_dim(m, value)
    except Unsized:
        return None


def _padded(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
    """`pad_sequences(texts, maxlen=100)`: rows of one length."""
    given = {**dict(zip(("sequences", "maxlen", "dtype"), a, strict=False)), **k}
    source = m.resolve(given.get("sequences"))
    length = m.resolve(given.get("maxlen"))
    if length is None:
        return m.world.unseen_value(m, node)
    known = source.shape[0] if isinstance(source, Array) else (
        len(source) if isinstance(source, list) else rows_of(m, node))  # fmt: skip
    dim = _dim(m, length)
    return m.world.unseen_value(m, node) if dim is None else Array((known, dim), "int32")


def _split(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    """`train_test_split(x, y)`: how many rows come to which side is open, the rest is as it was."""
    parts: list[Value] = []
    for value in a:
        array = m.resolve(value)
        if isinstance(array, list):
            array = as_array(m, array, node)
        if isinstance(array, Array):
            parts += [Array((rows_of(m, node), *array.shape[1:]), array.dtype) for _ in range(2)]
        else:
            parts += [_part_of_open(m, array, i, node) for i in range(2)]
    return parts


def _part_of_open(m: Machine, value: Value, i: int, node: ast.AST) -> Value:
    if isinstance(value, Lost):
        return value
    text = value.text if isinstance(value, Open) else written(node)
    key = ("part", getattr(value, "key", m.unique()), i, m.unique())
    return m.open(key, text, say("source.data"), getattr(node, "lineno", None))


def _same_shape(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    """`scaler.fit_transform(x)`, `normalize(x)`."""
    array = as_array(m, a[0], node) if a else None
    return (
        Array(array.shape, "float64") if isinstance(array, Array) else m.world.unseen_value(m, node)
    )


class Scaler(Instance):
    """A scaler of scikit-learn: what it gives has the shape of what it is given."""

    def __init__(self) -> None:
        super().__init__(None)

    def attribute(self, m: Machine, name: str, _node: ast.AST) -> Value:
        """`scaler.transform`, `scaler.fit`."""
        if name in ("fit_transform", "transform", "inverse_transform"):
            return Builtin(name, _same_shape)
        return Builtin(name, lambda _m, _a, _k, _n: self) if name == "fit" else m.world.inert(name)


def _scaler(_m: Machine, _a: Arguments, _k: Keywords, _node: ast.AST) -> Value:
    return Scaler()


_UTILITIES = {
    "keras.utils.to_categorical": _to_categorical, "keras.utils.normalize": _same_shape,
    "keras.utils.np_utils.to_categorical": _to_categorical,
    "keras.utils.np_utils.normalize": _same_shape, "keras.utils.pad_sequences": _padded,
    "keras.preprocessing.sequence.pad_sequences": _padded,
}  # fmt: skip

MEMBERS: dict[str, Value] = table({
    **{f"keras.datasets.{name}.load_data": _images(name) for name in IMAGES},
    **{f"keras.datasets.{name}.load_data": _tables(name) for name in TABLES},
    **{f"sklearn.datasets.load_{name}": _sklearn(name) for name in SKLEARN},
    **_UTILITIES,
    "sklearn.model_selection.train_test_split": _split,
    "sklearn.cross_validation.train_test_split": _split,
    "sklearn.preprocessing.StandardScaler": _scaler, "sklearn.preprocessing.MinMaxScaler": _scaler,
})  # fmt: skip
