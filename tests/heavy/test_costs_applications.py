"""Costs of all of `keras.applications`: MACs as PyTorch counts them in the real Keras, all known."""

import json
from pathlib import Path

import pytest

import sizeup
from sizeup.analyses.products import products

TRUTH = json.loads(
    (Path(__file__).parents[1] / "readers" / "applications.json").read_text(encoding="utf-8")
)


def costs(name):
    """The costs of an application, an image of 224 pixels a side where it leaves that open."""
    found = sizeup.costs(f"zoo:keras/{name.lower()}")
    if found.count.macs is not None:
        return found
    return sizeup.costs(sizeup.edit(f"zoo:keras/{name.lower()}", input_shape=(None, 224, 224, 3)))


@pytest.mark.parametrize("name", TRUTH)
def test_an_application(name):
    found = costs(name)
    assert found.exact
    macs = TRUTH[name]["default"]["macs"]
    if macs is not None:
        assert sum(layer.macs for layer in found.layers) == macs
    told = [products(call.task) for call in found.calls]
    assert sum(product.macs for each in told for product in each) == found.count.macs
    assert all(layer.field is not None for layer in found.layers)
    assert found.in_place <= found.peak <= found.outputs + 4 * 3 * 600**2


def test_multiply_adds_of_papers():
    """Table 1 of He et al. 2015, arXiv 1512.03385: FLOPs there are multiply-adds, in billions."""
    table = {"resnet18": 1.8, "resnet34": 3.6, "resnet50": 3.8, "resnet101": 7.6, "resnet152": 11.3}
    for name, billions in table.items():
        macs = sizeup.costs(f"zoo:{name}").count.macs
        assert abs(macs - billions * 10**9) < 0.07 * 10**9, name
