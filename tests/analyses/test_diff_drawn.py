"""Edits of drawn networks: what is found is what was done, and worth what real models say."""

from __future__ import annotations

import re

import keras
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapley_truth import effects, shapley

import sizeup

layers = keras.layers


def convolutional(made, numbers):
    """Blocks of convolutions, flattened or pooled, as tutorials have them."""
    width, hidden, classes, further = numbers
    side = 24 if "images" in made else 20
    x = image = keras.Input((side, side, 3))
    for stage in range(2):
        filters = (width + 3 if "width" in made else width) * (stage + 1)
        x = layers.Conv2D(filters, 3, padding="same", use_bias="bias" not in made)(x)
        if "norm" in made:
            x = layers.BatchNormalization()(x)
        x = layers.Activation("relu")(x)
        if "deeper" in made and stage:
            x = layers.Conv2D(further + 40, (2, 3), padding="same")(x)
        x = layers.MaxPooling2D()(x)
    x = layers.GlobalMaxPooling2D()(x) if "bridge" in made else layers.Flatten()(x)
    x = layers.Dense(hidden + (5 if "hidden" in made else 0), activation="relu")(x)
    x = layers.Dropout(0.3)(x)
    head = layers.Dense(classes + (7 if "classes" in made else 0), activation="softmax")
    return keras.Model(image, head(x))


def recurrent(made, numbers):
    """Words, an embedding, recurrent layers, as for a sentiment."""
    words, width, units, classes = numbers
    text = keras.Input((12,), dtype="int32")
    tokens = words + (11 if "words" in made else 0)
    x = layers.Embedding(tokens, width + (3 if "width" in made else 0))(text)
    first = layers.LSTM(units, return_sequences=True)
    x = layers.Bidirectional(first)(x) if "both" in made else first(x)
    x = layers.GRU(units + (4 if "units" in made else 0), return_sequences=True)(x)
    if "deeper" in made:
        x = layers.LayerNormalization()(x)
    x = (layers.SimpleRNN if "kind" in made else layers.GRU)(units)(x)
    return keras.Model(text, layers.Dense(classes, activation="softmax")(x))


def transformer(made, numbers):
    """Attention and feed-forward blocks with skips; the width is one of the whole."""
    width, hidden, classes, _ = numbers
    width = 4 * (width + (2 if "width" in made else 0))
    x = sequence = keras.Input((9, width))
    for _ in range(3 if "blocks" in made else 2):
        heads, size = (4 if "heads" in made else 2), (5 if "size" in made else 3)
        y = layers.MultiHeadAttention(heads, size)(x, x)
        x = layers.LayerNormalization()(layers.Add()([x, y]))
        y = layers.Dense(hidden + (6 if "hidden" in made else 0), activation="gelu")(x)
        x = layers.LayerNormalization()(layers.Add()([x, layers.Dense(width)(y)]))
    x = layers.GlobalAveragePooling1D()(x)
    return keras.Model(sequence, layers.Dense(classes, activation="softmax")(x))


def two_inputs(made, numbers):
    """An image and a vector, joined; one branch may have a further layer."""
    width, hidden, outputs, further = numbers
    image, vector = keras.Input((10, 10, 1)), keras.Input((6,))
    x = layers.Conv2D(width, 5 if "kernel" in made else 3)(image)
    x = layers.Flatten()(layers.AveragePooling2D(2)(x))
    y = vector
    if "branch" in made:
        y = layers.Dense(further + 30, activation="tanh")(y)
    y = layers.Dense(hidden + (4 if "hidden" in made else 0), activation="relu")(y)
    joined = layers.Concatenate()([x, y])
    return keras.Model([image, vector], layers.Dense(outputs)(joined))


# edits in the order of their layers, which settles the remainders of shares
FAMILIES = {
    convolutional: {
        "images": "images 20 → 24",
        "width": "filters|Conv2D",
        "bias": "use_bias True → False",
        "norm": "BatchNormalization inserted",
        "deeper": "Conv2D .* inserted|instead of",
        "bridge": "Flatten replaced by GlobalMaxPooling2D",
        "hidden": "Dense",
        "classes": "head .* classes",
    },
    recurrent: {
        "words": "Embedding.*input_dim|input_dim",
        "width": "Embedding",
        "both": "Bidirectional around",
        "units": "GRU",
        "deeper": "LayerNormalization inserted",
        "kind": "GRU .*replaced by SimpleRNN",
    },
    transformer: {
        "width": "→",
        "heads": "num_heads 2 → 4",
        "size": "key_dim 3 → 5",
        "hidden": "units|Dense",
        "blocks": "blocks instead of|inserted",
    },
    two_inputs: {
        "kernel": "kernel_size 3.* → 5",
        "branch": "Dense .* inserted",
        "hidden": "Dense|units",
    },
}


def compared(family, numbers, edits):
    """Both live models, as a user hands them over."""
    return sizeup.diff(family((), numbers), family(edits, numbers))


@st.composite
def drawn(draw, most=3):
    family = draw(st.sampled_from(sorted(FAMILIES, key=lambda each: each.__name__)))
    numbers = draw(st.lists(st.integers(3, 9), min_size=4, max_size=4, unique=True))
    edits = draw(st.sets(st.sampled_from(sorted(FAMILIES[family])), min_size=1, max_size=most))
    return family, numbers, [edit for edit in FAMILIES[family] if edit in edits]


@pytest.mark.parametrize(
    ("family", "edit", "what"),
    [(family, *each) for family, edits in FAMILIES.items() for each in edits.items()],
    ids=lambda each: getattr(each, "__name__", str(each)).replace(" ", "-"),
)
def test_one_edit_is_named_and_is_worth_what_keras_says(family, edit, what):
    numbers = [5, 7, 4, 6]
    found = compared(family, numbers, (edit,))
    truth = family((edit,), numbers).count_params() - family((), numbers).count_params()
    assert found.delta == truth
    telling = [change for change in found.changes if change.effect]
    assert len(telling) <= 1
    named = telling or found.changes
    assert re.search(what, named[0].what), [change.what for change in found.changes]
    if telling:
        assert (telling[0].effect, telling[0].alone, telling[0].undone) == (truth, truth, truth)


@settings(max_examples=40)
@given(drawn())
def test_effects_of_several_edits_are_the_shapley_values_over_real_models(case):
    family, numbers, edits = case
    found = compared(family, numbers, edits)
    totals = {}

    def total(made):
        if made not in totals:
            totals[made] = family(made, numbers).count_params()
        return totals[made]

    assert found.delta == total(frozenset(edits)) - total(frozenset())
    assert sum(change.effect for change in found.changes) == found.delta
    expected = shapley(edits, total)
    telling = [each for each in effects(found) if any(each)]
    assert sorted(telling) == sorted(each for each in expected if any(each))


def test_layers_between_blocks_are_told_beside_them_and_counted_as_they_are():
    numbers = [5, 7, 4, 6]
    (change,) = compared(transformer, numbers, ("blocks",)).changes
    assert "MultiHeadAttention" in change.what
    assert "2 blocks" not in change.what
