"""The hook of `.pre-commit-hooks.yaml`, run by the real pre-commit in a git repository on disk.

pre-commit installs this repository as it is committed, for which it needs a package index.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PRE_COMMIT = shutil.which("pre-commit")
NET = """
import keras
net = keras.Sequential([keras.Input((20,)), keras.layers.Dense(5)])
"""
TOTAL = 20 * 5 + 5

pytestmark = pytest.mark.skipif(PRE_COMMIT is None, reason="pre-commit is not installed")


def run(folder, *command):
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def repository(tmp_path):
    (tmp_path / "net.py").write_text(NET)
    assert run(tmp_path, "git", "init", "-q", ".").returncode == 0
    return tmp_path


def hooked(folder, most):
    (folder / "sizeup.toml").write_text(f'sources = ["net.py"]\nmax_parameters = {most}\n')
    run(folder, "git", "add", "-A")
    return run(folder, PRE_COMMIT, "try-repo", str(ROOT), "sizeup-check", "--all-files")


def test_a_commit_that_breaks_a_budget_is_stopped(repository):
    kept, broken = hooked(repository, TOTAL), hooked(repository, TOTAL - 1)
    assert kept.returncode == 0, kept.stdout + kept.stderr
    assert broken.returncode == 1
    assert "net max_parameters      104     105  100.9 %  BROKEN" in broken.stdout


def test_a_mistake_in_the_budgets_is_told(repository):
    assert (
        "sizeup.toml: max_parameters: 'many' is not a number" in hooked(repository, '"many"').stdout
    )
