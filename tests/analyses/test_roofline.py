"""The roofline bound: exact, and on the right side of the ridge."""

from fractions import Fraction

import pytest

import sizeup
from sizeup.analyses.roofline import bound, device, intensity
from sizeup.cli import main
from sizeup.errors import UsageError


def test_a_device_is_two_rates():
    on = device("19.5T, 1.5T")
    assert (on.flops, on.bytes, on.ridge) == (19_500_000_000_000, 1_500_000_000_000, 13)


@pytest.mark.parametrize("wrong", ["", "19T", "1,2,3", "0,1", "fast,slow"])
def test_what_is_no_device_is_refused(wrong):
    with pytest.raises(UsageError, match="FLOP/s"):
        device(wrong)


@pytest.mark.parametrize(
    ("flops", "moved", "seconds", "by"),
    [
        (1000, 10, Fraction(10), "compute"),
        (1000, 100, Fraction(10), "compute"),  # on the ridge
        (1000, 101, Fraction(101, 10), "memory"),
        (0, 0, Fraction(0), "compute"),
    ],
)
def test_the_longer_of_both(flops, moved, seconds, by):
    found = bound(flops, moved, device("100,10"))
    assert (found.seconds, found.by) == (seconds, by)


def test_what_is_open_has_no_bound():
    assert bound(None, 10, device("100,10")) is None
    assert intensity(10, None) is None


def test_a_network_takes_as_long_as_its_layers():
    found = sizeup.costs("zoo:vgg2", device="1T,100G")
    assert found.bound.seconds == sum(layer.bound.seconds for layer in found.layers)
    conv = found.layers[0]  # 28×28 pixels in, 26×26×32 out, 320 parameters, 4 bytes each
    assert conv.moved == 4 * (28 * 28 + 26 * 26 * 32 + 320)
    assert conv.bound.seconds == Fraction(conv.moved, 10**11)
    assert next(layer for layer in found.layers if layer.kind == "Flatten").moved == 0


def test_the_command_shows_times(capsys):
    assert main(["costs", "zoo:vgg2", "--device", "19.5T,1.5T"]) == 0
    assert "FLOP/B" in capsys.readouterr().out
    assert main(["costs", "zoo:vgg2", "--device", "fast"]) == 2
