"""The table of sentences holds what sizeup says, each once and in its room, and nothing else."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path
from string import Formatter

import pytest

import sizeup
from sizeup.words import MODULES, ROOMS, messages, say

HERE = Path(sizeup.__file__).parent
MESSAGES = {key: sentence for module in MODULES for key, sentence in messages(module).items()}


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


TREES = {
    str(path.relative_to(HERE)): _tree(path)
    for path in sorted(HERE.rglob("*.py"))
    if path.parent.name != "words"
}
STRINGS = {
    node.value
    for tree in TREES.values()
    for node in ast.walk(tree)
    if isinstance(node, ast.Constant) and isinstance(node.value, str)
}
CALLS = [
    (f"{path}:{call.lineno}", call)
    for path, tree in TREES.items()
    for call in ast.walk(tree)
    if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "say"
]
"""Where something is said, with the call."""


def _keys(key: ast.expr) -> list[ast.expr]:
    """Those that `key` may be: both sides of a condition."""
    return [*_keys(key.body), *_keys(key.orelse)] if isinstance(key, ast.IfExp) else [key]


SAID = [(where, call, key) for where, call in CALLS for key in _keys(call.args[0])]
PLAIN = [(where, call, key.value) for where, call, key in SAID if isinstance(key, ast.Constant)]


def _pattern(key: ast.expr) -> str:
    """The keys that are put together, as `f"story.{how}"`, with a group for each part."""
    if isinstance(key, ast.BinOp):
        return _pattern(key.left) + _pattern(key.right)
    if isinstance(key, ast.JoinedStr):
        return "".join(map(_pattern, key.values))
    return re.escape(key.value) if isinstance(key, ast.Constant) else "(.+)"


def _blanks(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


@pytest.mark.parametrize("module", MODULES)
def test_a_module_holds_the_sentences_of_its_rooms(module):
    assert {ROOMS[key.rpartition(".")[0]] for key in messages(module)} == {module}


@pytest.mark.parametrize("module", MODULES)
def test_a_room_that_a_module_lists_says_something(module):
    spoken = {key.rpartition(".")[0] for key in messages(module)}
    assert spoken == set(MODULES[module].split())


def test_every_module_of_sentences_is_listed():
    files = {path.stem for path in (HERE / "words").glob("*.py")}
    assert files == {*MODULES, "__init__"}


def test_no_key_is_written_twice():
    keys = Counter(
        key.value
        for path in (HERE / "words").glob("*.py")
        for table in ast.walk(_tree(path))
        if isinstance(table, ast.Dict)
        for key in table.keys
    )
    assert [key for key, times in keys.items() if times > 1] == []


def test_every_sentence_is_said_somewhere():
    """A key stands in the code, or its parts do where it is put together of them."""
    composed = {_pattern(key) for _, _, key in SAID if isinstance(key, ast.JoinedStr | ast.BinOp)}
    patterns = [re.compile(pattern) for pattern in composed]
    unsaid = [
        key
        for key in MESSAGES
        if key not in STRINGS
        and not any(
            found and STRINGS.issuperset(found.groups())
            for found in (pattern.fullmatch(key) for pattern in patterns)
        )
    ]
    assert unsaid == []


def test_every_key_that_is_said_has_its_sentence():
    assert [(where, key) for where, _, key in PLAIN if key not in MESSAGES] == []


def test_what_is_said_fills_every_blank():
    unfilled = [
        (where, key, missing)
        for where, call, key in PLAIN
        if None not in (given := {word.arg for word in call.keywords})
        if (missing := _blanks(MESSAGES[key]) - given)
    ]
    assert unfilled == []


def test_what_fills_no_blank_is_not_given():
    """Where one sentence alone can be meant: the sides of a condition may need different values."""
    needless = [
        (where, unused)
        for where, call in CALLS
        if isinstance(key := call.args[0], ast.Constant)
        if (unused := {word.arg for word in call.keywords} - {None} - _blanks(MESSAGES[key.value]))
    ]
    assert needless == []


def test_a_sentence_is_filled_in():
    assert say("cli.pair", text="x") == "x is not NAME=VALUE"
