"""Subclassed models and layers as the real Keras tracks them, against what sizeup reads."""

from __future__ import annotations

import textwrap
import warnings

from readers.keras_truth import _scalars, read_text, run
from sizeup.analyses.count import Count, count

TYPE_CHECKING = False
if TYPE_CHECKING:
    import keras

HEAD = (
    "import keras\nimport numpy as np\nfrom keras import layers, ops, Model\n"
    "from keras.layers import *\nfrom keras.models import Sequential\n"
)


def found(text: str, name: str = "model", **settings: object) -> Count:
    """The count of a network of a text that begins with the usual imports."""
    return count(read_text(HEAD + text, **settings)[name])


def assert_tracks_as_keras(text: str, name: str = "model") -> None:
    """Totals, trainable split and the counts of `model.layers`, in its order, agree."""
    text = textwrap.dedent(text)
    with warnings.catch_warnings():  # the NumPy backend warns of itself while Keras traces
        warnings.simplefilter("ignore")
        model = run(HEAD + text, name)
    ours = found(text, name)
    assert ours.network.error is None, ours.network.error
    assert not [note for note in ours.notes if note.level == "unknown"], ours.notes
    assert (ours.total, ours.trainable) == totals(model)
    rows = [
        row for row in ours.rows
        if row.parent is None and row.layer.tracked and row.layer.kind != ours.network.kind
        and not row.layer.kind.startswith("ops.")
    ]  # fmt: skip
    if any(row.shared_with for row in ours.rows):  # Keras counts them in every layer that has them
        kinds = [row.layer.kind for row in rows[: len(model.layers)]]
        assert kinds == [type(layer).__name__ for layer in model.layers]
    else:
        counts = [(row.layer.kind, row.parameters, row.trainable) for row in rows]
        assert counts == [(type(layer).__name__, *totals(layer)) for layer in model.layers]


def totals(layer: keras.Layer) -> tuple[int, int]:
    """All scalars of a layer's weights, and those that are trainable."""
    return _scalars(layer.weights), _scalars(layer.trainable_weights)
