"""Every layer that the installed Keras exports has a rule, or a reason not to."""

import inspect
from contextlib import suppress

import keras
import pytest

from sizeup.dims import DimError, symbol
from sizeup.errors import SizingError
from sizeup.readers.source.keras.names import FOREIGN, kind_of
from sizeup.rules.registry import HOMES, REQUIRED, find_rule, size

NOT_SIZED_BY_A_RULE = {
    "Layer",  # the base of the source's own classes, which are followed call by call
    "InputSpec",  # says what a layer takes; no layer itself
    *FOREIGN,  # their weights are in files or objects of another program: unknown, said so
}
ELSEWHERE = set(
    "RNN SimpleRNN LSTM GRU SimpleRNNCell LSTMCell GRUCell StackedRNNCells ConvLSTM1D ConvLSTM2D "
    "ConvLSTM3D Bidirectional TimeDistributed SpectralNormalization Wrapper Lambda".split()
)
"""Layers that hold others, or functions."""

EXPORTED = {name: cls for name, cls in vars(keras.layers).items() if inspect.isclass(cls)}


def test_keras_exports_the_layers_that_this_is_about():
    assert len(EXPORTED) > 150


def test_every_layer_that_keras_exports_has_a_rule():
    kinds = {cls.__name__ for cls in EXPORTED.values()}
    assert kinds - HOMES.keys() - NOT_SIZED_BY_A_RULE - ELSEWHERE == set()
    assert not NOT_SIZED_BY_A_RULE & HOMES.keys()
    assert kinds >= NOT_SIZED_BY_A_RULE


@pytest.mark.parametrize("name", sorted(EXPORTED.keys() - NOT_SIZED_BY_A_RULE))
def test_every_name_that_keras_exports_is_known_by_its_class(name):
    kind = EXPORTED[name].__name__
    if kind in HOMES or kind not in ELSEWHERE:
        assert kind_of(name) == kind
        assert find_rule(kind) is not None


n = symbol("n")
STRANGE = [None, "x", -1, 0, 1.5, (1, 2), (), n, {}, (None,), True, (n, n), ("a", "b"), 10**9]
SOUND = {
    "equation": "abc,cd->abd", "output_shape": (None, 5), "units": 3, "num_heads": 2, "key_dim": 3,
    "head_dim": 2, "num_query_heads": 4, "num_key_value_heads": 2, "input_dim": 5, "output_dim": 3,
    "num_tokens": 4, "num_bins": 4, "height": 2, "width": 3, "scale": 2, "max_number": 2,
}  # fmt: skip
FAMILIES = {
    "einsum",
    "attention",
    "preprocessing",
    "lookups",
    "spectrograms",
    "augmentation",
    "resizing",
}


@pytest.mark.parametrize("kind", sorted(kind for kind, home in HOMES.items() if home in FAMILIES))
@pytest.mark.parametrize(
    "shape", [(None, 4, 6), (None, 8, 8, 3), (None,), (None, None), (n, n, n), ()]
)
def test_a_rule_sizes_or_refuses_whatever_it_is_given(kind, shape):
    """Never another exception than what says why."""
    rule = find_rule(kind)
    base = {
        name: SOUND.get(name, 0.5)
        for name, default in rule.signature.items()
        if default is REQUIRED or name in ("num_tokens", "num_bins")
    }
    modes = [{}, {"output_mode": "one_hot"}] if "output_mode" in rule.arguments else [{}]
    for name in {**rule.arguments, **rule.options}:
        for value in STRANGE:
            for mode in modes:
                config = {**base, **mode, name: value}
                with suppress(SizingError, DimError):
                    size(kind, config, [shape] * (rule.least or 1))
