"""Every layer that the installed Keras exports has a rule, or a reason not to."""

import inspect

import keras
import pytest

from sizeup.readers.source.keras.names import FOREIGN, kind_of
from sizeup.rules.registry import HOMES, find_rule

NOT_SIZED_BY_A_RULE = {
    "Layer",  # the base of the source's own classes, which are followed call by call
    "InputSpec",  # says what a layer takes; no layer itself
    *FOREIGN,  # their weights are in files or objects of another program: unknown, said so
}
ELSEWHERE = set(
    "RNN SimpleRNN LSTM GRU SimpleRNNCell LSTMCell GRUCell StackedRNNCells ConvLSTM1D ConvLSTM2D "
    "ConvLSTM3D Bidirectional TimeDistributed SpectralNormalization Wrapper Lambda Pipeline".split()
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
