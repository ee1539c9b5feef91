"""What a start may import: nobody waits for what the question at hand does not need."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

QUESTION = str(Path(__file__).parents[1] / "examples" / "question.txt")
BINDINGS = "nb_filters=32 nb_conv=3 nb_pool=2 img_rows=28 img_cols=28 nb_classes=35".split()

ALLOWED = frozenset(
    "abc annotationlib argparse ast collections contextlib copy copyreg dataclasses dis encodings "
    "enum errno functools gc gettext importlib inspect itertools json keyword linecache locale math "
    "opcode operator os re reprlib sizeup stat token tokenize types unicodedata warnings "
    "weakref".split()
)
"""Packages that counting may import besides what the interpreter has at its start."""
DENIED = ("sizeup.present", "sizeup.zoo", "sizeup.analyses.diff", "sizeup.analyses.solve",
          "sizeup.analyses.explain", "sizeup.analyses.cpsat")  # fmt: skip


def modules_after(code: str) -> set[str]:
    """The modules that a fresh interpreter has imported for `code` and not before it."""
    probe = (
        "import sys; before = set(sys.modules)\n"
        f"{code}\n"
        "print('\\n' + '\\n'.join(sorted(set(sys.modules) - before)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe], check=True, capture_output=True, text=True, timeout=60
    )
    return set(done.stderr.split())


def heavy(modules: set[str]) -> set[str]:
    """Packages of `modules` that no count needs; those with an underscore belong to others."""
    packages = {module.partition(".")[0] for module in modules}
    return {package for package in packages - ALLOWED if not package.startswith("_")}


def counting(*arguments: str) -> str:
    return f"from sizeup.cli import main; assert main({['count', '--json', *arguments]!r}) == 0"


def inside(modules: set[str], *packages: str) -> set[str]:
    """Those of `modules` that are one of `packages` or in it."""
    return {m for m in modules for p in packages if m == p or m.startswith(p + ".")}


COUNTED = {
    "pasted": counting(QUESTION),
    "bound": counting(QUESTION, *(f"--set={binding}" for binding in BINDINGS)),
    "mlp": counting("784:2000:10"),
}


def test_importing_sizeup_imports_nothing_of_it() -> None:
    found = modules_after("import sizeup")
    assert "sizeup" in found
    assert inside(found, "sizeup") == {"sizeup"}


@pytest.mark.parametrize("code", COUNTED.values(), ids=COUNTED)
def test_counting_imports_only_light_parts_of_the_standard_library(code: str) -> None:
    found = modules_after(code)
    assert "sizeup.analyses.count" in found
    assert not heavy(found)


@pytest.mark.parametrize("code", COUNTED.values(), ids=COUNTED)
def test_counting_imports_no_other_analysis_and_nothing_that_presents(code: str) -> None:
    assert not inside(modules_after(code), *DENIED)


@pytest.mark.parametrize("code", COUNTED.values(), ids=COUNTED)
def test_counting_loads_only_the_sentences_that_it_says(code: str) -> None:
    rooms = {"cli", "source", "repair"}
    allowed = {"sizeup.words", *(f"sizeup.words.{room}" for room in rooms)}
    assert inside(modules_after(code), "sizeup.words") <= allowed


def test_what_parses_is_read_without_the_machinery_that_mends_text() -> None:
    program = "def f(n):\n    return n\n"
    found = modules_after(f"from sizeup.readers.source.repair import repair; repair({program!r})")
    assert inside(found, "sizeup.readers.source.repair") == {"sizeup.readers.source.repair"}


def test_the_probe_sees_a_heavy_import() -> None:
    found = modules_after("import pathlib, sizeup.analyses.diff")
    assert "pathlib" in heavy(found)
    assert inside(found, *DENIED) == {"sizeup.analyses.diff"}
