"""The hook of `.pre-commit-hooks.yaml`, run by the real pre-commit in a git repository on disk.

pre-commit installs sizeup from a repository of what is here, for which it needs a package index.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ("src", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml")
PRE_COMMIT = shutil.which("pre-commit")
NET = """
import keras
net = keras.Sequential([keras.Input((20,)), keras.layers.Dense(5)])
"""
TOTAL = 20 * 5 + 5

pytestmark = pytest.mark.skipif(PRE_COMMIT is None, reason="pre-commit is not installed")


def run(folder, *command):
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def committed(folder):
    me = ("-c", "user.name=sizeup", "-c", "user.email=sizeup@localhost")
    for command in (("init", "-q", "."), ("add", "-A"), (*me, "commit", "-q", "-m", "all")):
        done = run(folder, "git", *command)
        assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    folder = tmp_path_factory.mktemp("package")
    for name in PACKAGE:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    return committed(folder)


@pytest.fixture
def hooked(tmp_path, package):
    """Budgets as a person writes them, and what a commit under them says."""
    (tmp_path / "net.py").write_text(NET)
    committed(tmp_path)

    def asked(most):
        (tmp_path / "sizeup.toml").write_text(f'sources = ["net.py"]\nmax_parameters = {most}\n')
        run(tmp_path, "git", "add", "-A")
        return run(tmp_path, PRE_COMMIT, "try-repo", str(package), "sizeup-check", "--all-files")

    return asked


def test_a_commit_that_breaks_a_budget_is_stopped(hooked):
    kept, broken = hooked(TOTAL), hooked(TOTAL - 1)
    assert kept.returncode == 0, kept.stdout + kept.stderr
    assert broken.returncode == 1
    assert "net max_parameters      104     105  100.9 %  BROKEN" in broken.stdout


def test_a_mistake_in_the_budgets_is_told(hooked):
    assert "sizeup.toml: max_parameters: 'many' is not a number" in hooked('"many"').stdout
