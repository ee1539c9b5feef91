"""The registry: each kind once, in one place, with the signature that Keras has."""

import inspect
import subprocess
import sys

import pytest
from truth import keras_layer

from sizeup.rules.registry import (
    HOMES,
    MODULES,
    REQUIRED,
    find_rule,
    parse_signature,
    rule,
    size,
)

GONE = {"CuDNNGRU", "CuDNNLSTM"}
LAYERS = sorted(kind for kind, home in HOMES.items()
                if home != "legacy" and not kind.startswith("ops.") and kind not in GONE)  # fmt: skip
"""The kinds that Keras 3 has as layers; the others are operations, and layers of older versions."""


def keras_signature(kind):
    """Names and defaults of a Keras constructor; what its **kwargs take is common to all."""
    parameters = inspect.signature(keras_layer(kind)).parameters.values()
    return [
        (p.name, REQUIRED if p.default is p.empty else p.default)
        for p in parameters
        if p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)
    ]


@pytest.mark.parametrize("kind", LAYERS)
def test_signature_is_that_of_the_keras_layer(kind):
    found = find_rule(kind)
    assert found is not None
    assert list(found.signature.items()) == keras_signature(kind)


@pytest.mark.parametrize("kind", LAYERS)
def test_kind_is_a_class_name_of_keras_not_an_alias(kind):
    assert keras_layer(kind).__name__ == kind


def test_importing_the_home_of_a_kind_registers_it_and_no_kind_is_homeless():
    """In a fresh process, every module in a registry of its own, whatever it imports."""
    script = """
import sys
from importlib import import_module
from sizeup.rules.registry import HOMES, MODULES
every = set()
for module, kinds in MODULES.items():
    for loaded in [name for name in sys.modules if name.startswith("sizeup.rules.")]:
        del sys.modules[loaded]
    import_module(f"sizeup.rules.{module}")
    registered = set(sys.modules["sizeup.rules.registry"]._RULES)
    assert set(kinds.split()) <= registered, (module, set(kinds.split()) - registered)
    every |= registered
assert every == set(HOMES), every ^ set(HOMES)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_no_kind_has_two_homes():
    assert sum(len(kinds.split()) for kinds in MODULES.values()) == len(HOMES)


def test_second_rule_for_a_kind_is_an_error():
    find_rule("Conv2D")
    with pytest.raises(ValueError, match="two rules for Conv2D"):
        rule("Conv2D", signature="filters")(lambda config, x: None)


def test_unknown_kind_has_no_rule_and_no_size():
    assert find_rule("Conv2") is None
    assert find_rule("conv2d") is None
    with pytest.raises(KeyError):
        size("Conv2", {}, [(None, 8, 8, 3)])


def test_signature_keeps_order_and_tells_required_from_none():
    parsed = parse_signature("units, activation=None, shape=(1, 1)")
    assert list(parsed.items()) == [
        ("units", REQUIRED),
        ("activation", None),
        ("shape", (1, 1)),
    ]
