"""The table of sentences holds what sizeup says, and nothing else."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import sizeup
from sizeup.words import MESSAGES

FILES = [path for path in Path(sizeup.__file__).parent.rglob("*.py") if path.name != "words.py"]
TREES = [ast.parse(path.read_text(encoding="utf-8")) for path in FILES]
STRINGS = {
    node.value
    for tree in TREES
    for node in ast.walk(tree)
    if isinstance(node, ast.Constant) and isinstance(node.value, str)
}


def _patterns() -> set[str]:
    """The keys that are put together, as `f"story.{how}"`, as patterns with a group for each part."""
    keys = [
        call.args[0]
        for tree in TREES
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "say" and call.args
    ]
    return {_pattern(key) for key in keys if isinstance(key, ast.JoinedStr | ast.BinOp)}


def _pattern(key: ast.expr) -> str:
    if isinstance(key, ast.BinOp):
        return _pattern(key.left) + _pattern(key.right)
    if isinstance(key, ast.JoinedStr):
        return "".join(map(_pattern, key.values))
    return re.escape(key.value) if isinstance(key, ast.Constant) else "(.+)"


def test_every_sentence_is_said_somewhere():
    """A key stands in the code, or its parts do where it is put together of them."""
    patterns = [re.compile(pattern) for pattern in _patterns()]
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
    said = {
        call.args[0].value
        for tree in TREES
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", "") == "say"
        and isinstance(call.args[0], ast.Constant)
    }
    assert said <= MESSAGES.keys()
