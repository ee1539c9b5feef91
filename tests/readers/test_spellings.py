"""The table of functions on tensors: every line names a rule or a function, and what it takes."""

from __future__ import annotations

import keras
import pytest

from sizeup.readers.source.keras import functions
from sizeup.readers.source.keras.signatures import _lines, signature
from sizeup.readers.source.keras.spellings import ELEMENTWISE
from sizeup.rules.registry import REQUIRED, find_rule


@pytest.mark.parametrize("name", _lines())
def test_every_function_gives_its_rule_what_it_takes(name):
    found = signature(name)
    meant = {meaning.lstrip("*") for _, meaning, _ in found.arguments} | dict(found.settings).keys()
    if found.kind.startswith("@"):
        assert callable(functions._special(found.kind[1:]))
        return
    rule = find_rule(found.kind)
    assert rule is not None
    assert {n for n, default in rule.signature.items() if default is REQUIRED} <= meant
    if "xs" not in meant:
        assert set("xyz"[: len(rule.tensors or "x")]) <= meant


def test_names_and_arguments_are_those_of_keras():
    """Every `ops` name exists in Keras 3; arguments stand in Keras' order (`inspect.signature`)."""
    import inspect

    homes = (
        keras.ops,
        keras.ops.image,
        keras.ops.nn,
        keras.ops.linalg,
        keras.random,
        keras.activations,
    )
    for line in _lines():
        world, _, name = line.partition(".")
        if world != "ops":
            continue
        function = next((getattr(home, name) for home in homes if hasattr(home, name)), None)
        assert function is not None, name
        theirs = list(inspect.signature(function).parameters)
        ours = [spelled.lstrip("*") for spelled, _, _ in signature(line).arguments]
        known = [argument for argument in ours if argument in theirs]
        if len(ours) > 1 and name not in ("meshgrid", "einsum"):
            assert theirs[: len(known)] == known, (line, theirs)


def test_element_by_element_functions_are_known_to_keras_or_tensorflow():
    known = {n for n in ELEMENTWISE if hasattr(keras.ops, n)}
    assert len(known) > 60
