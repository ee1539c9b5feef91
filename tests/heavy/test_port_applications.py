"""Keras' own architectures as `sizeup port` prints them, built by the real Keras."""

import pytest

import sizeup
from builders.test_port import assert_ports
from sizeup.zoo import APPLICATIONS

WEIGHTS_OF_ITS_OWN = "convnext"
"""The family whose LayerScale multiplies by a weight."""


@pytest.mark.parametrize("name", [a.name for a in APPLICATIONS if WEIGHTS_OF_ITS_OWN not in a.name])
def test_what_is_printed_is_the_same_network(name):
    assert_ports(sizeup.read(f"zoo:{name}").networks[0])
