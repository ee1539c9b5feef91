"""All texts that other tests read, printed by `sizeup port` and built by the real Keras."""

from __future__ import annotations

import importlib
import textwrap

import pytest

from builders.building import assert_same_network
from builders.test_port import run
from readers.keras_truth import read_text
from sizeup.analyses.count import count
from sizeup.builders.code import port

TABLES = {
    "test_adversarial": "FOLLOWED", "test_constant_calls": "TEXTS", "test_corpus_idioms": "IDIOMS",
    "test_fine_tuning": "SNIPPETS", "test_idioms_data": "SNIPPETS", "test_idioms_options": "SAME",
    "test_idioms_python": "SNIPPETS", "test_idioms_surgery": "SNIPPETS",
    "test_package_idioms": "PROGRAMS", "test_source_layers": "SNIPPETS",
    "test_source_recurrent": "SNIPPETS", "test_source_truth": "SNIPPETS",
}  # fmt: skip
REFUSED = {
    "test_adversarial": 3, "test_constant_calls": 4, "test_corpus_idioms": 1,
    "test_idioms_surgery": 1, "test_package_idioms": 1, "test_source_layers": 3,
    "test_source_recurrent": 6, "test_source_truth": 2,
}  # fmt: skip
"""How many are refused at most: masks by hand, cells and subclasses of Keras' own, constants."""


def _networks(module, table):
    loaded = importlib.import_module(f"readers.{module}")
    imports = getattr(loaded, "IMPORTS", "")
    for key, given in getattr(loaded, table).items():
        text = given if isinstance(given, str) else given[0]
        whole = loaded._text(text) if hasattr(loaded, "_text") else textwrap.dedent(text)
        whole = imports + whole if isinstance(imports, str) and "import" not in whole else whole
        for network in read_text(whole).networks[:2]:
            if network.error is None and not network.free and count(network).total is not None:
                yield key, network


@pytest.mark.parametrize("module", TABLES)
def test_what_is_printed_is_the_same_network(module):
    met = refused = 0
    for key, network in _networks(module, TABLES[module]):
        met += 1
        found = port([network], keep_data_format=True)
        (ported,) = found.networks
        if not found.complete:
            refused += 1
            continue
        model = run(found.code, ported.function)
        assert_same_network(network, model, names=False)
        again = read_text(found.code)[ported.function]
        assert count(again).total == count(network).total, key
    assert met
    assert refused <= REFUSED.get(module, 0)
