"""What layers of old Keras keep for backward, and multiply there, against modules of PyTorch."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

import sizeup
from heavy.test_costs_torch import counted, plain_recurrent_layers, saved_bytes
from sizeup.analyses.flops import flops
from sizeup.analyses.products import backward
from sizeup.analyses.steps import run

__all__ = ["plain_recurrent_layers"]
BATCH, WIDTH = 3, 8
FUNCTIONS = {"linear": lambda x: x, "relu": torch.relu, "tanh": torch.tanh,
             "softplus": torch.nn.functional.softplus}  # fmt: skip


class Highway(torch.nn.Module):
    def __init__(self, function):
        super().__init__()
        self.carried, self.gate = torch.nn.Linear(WIDTH, WIDTH), torch.nn.Linear(WIDTH, WIDTH)
        self.function = FUNCTIONS[function]

    def forward(self, x):
        gate = torch.sigmoid(self.gate(x))
        return self.function(self.carried(x)) * gate + x * (1 - gate)


class Maxout(torch.nn.Module):
    def __init__(self, units, maps):
        super().__init__()
        self.units, self.linear = units, torch.nn.Linear(WIDTH, units * maps)

    def forward(self, x):
        return self.linear(x).unflatten(-1, (-1, self.units)).max(dim=1).values


class Steps(torch.nn.Module):
    """A recurrent layer at every picture of a film."""

    def __init__(self, features, units):
        super().__init__()
        self.layer = torch.nn.LSTM(features, units, batch_first=True)

    def forward(self, x):
        return self.layer(x.flatten(0, 1))[0][:, -1].unflatten(0, x.shape[:2])


def old(layers):
    imports = "from keras.models import Sequential\nfrom keras.layers import *\n"
    return sizeup.read("-", text=f"{imports}model = Sequential([{layers}])").networks[0]


def dense():
    return torch.nn.Linear(WIDTH, WIDTH)


CASES = {
    **{f"a highway of {name} at first": (
        f"Highway(activation='{name}', input_shape=(8,))", lambda name=name: Highway(name))
       for name in FUNCTIONS},
    **{f"a highway of {name} later": (
        f"Dense(8, input_shape=(8,)), Highway(activation='{name}')",
        lambda name=name: torch.nn.Sequential(dense(), Highway(name)))
       for name in FUNCTIONS},
    "the largest of maps": (
        "MaxoutDense(5, nb_feature=3, input_shape=(8,))", lambda: Maxout(5, 3)),
    "the largest of maps later": (
        "Dense(8, input_shape=(8,)), MaxoutDense(5, nb_feature=4)",
        lambda: torch.nn.Sequential(dense(), Maxout(5, 4))),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_saved_for_backward(name):
    text, make = CASES[name]
    expected = saved_bytes(make().train(), torch.rand(BATCH, WIDTH))
    assert sizeup.costs(old(text), batch=BATCH).training.saved == expected


@pytest.mark.parametrize("name", CASES)
def test_macs_backward(name):
    text, make = CASES[name]
    module, x = make().train(), torch.rand(BATCH, WIDTH)
    assert_backward(old(text), module, x)


def test_macs_backward_of_recurrence_at_every_picture():
    network = old("TimeDistributed(LSTM(4), input_shape=(3, 6, 5))")
    assert_backward(network, Steps(5, 4).train(), torch.rand(BATCH, 3, 6, 5))


def assert_backward(network, module, x):
    forward = counted(lambda: module(x))
    both = counted(lambda: module(x).sum().backward())
    gradients = [backward(f.task, f.needed, trained=f.trained) for f in flops(run(network, BATCH))]
    assert sizeup.costs(network, batch=BATCH).count.macs == forward
    assert BATCH * sum(gradients) == both - forward
