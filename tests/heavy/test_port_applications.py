"""Keras' own architectures and the papers' as `sizeup port` prints them, built by the real Keras."""

import sys

import pytest

import sizeup
from builders.test_port import assert_ports
from sizeup.zoo import APPLICATIONS, ARCHITECTURES

NAMES = [each.name for each in (*APPLICATIONS, *ARCHITECTURES)]

DEEP = 100_000
"""Keras itself builds more than some thousand layers only with more frames than Python's 1,000."""


@pytest.fixture(autouse=True)
def deep_networks():
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(DEEP)
    yield
    sys.setrecursionlimit(before)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_printed_is_the_same_network(name):
    assert_ports(sizeup.read(f"zoo:{name}").networks[0])
