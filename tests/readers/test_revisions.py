"""`git:REV:PATH`: paths as git writes them, files that moved, saved models, what is not there."""

from __future__ import annotations

import subprocess

import keras
import pytest

import sizeup
from sizeup.cli import main

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # Keras' own, when it saves
NET = """from keras import layers, Sequential
from conf import WIDTH
def build():
    return Sequential([layers.Input((20,)), layers.Dense(WIDTH), layers.Dense(2)])
"""


def git(*arguments):
    identity = ("-c", "user.name=n", "-c", "user.email=n@example.org")
    subprocess.run(["git", *identity, *arguments], check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """Two commits: the second widens the network, and moves its file."""
    folder = tmp_path / "sub"
    folder.mkdir()
    monkeypatch.chdir(folder)
    git("init", "-q", str(tmp_path))
    (folder / "net.py").write_text(NET)
    (folder / "conf.py").write_text("WIDTH = 128\n")
    keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)]).save(folder / "saved.keras")
    git("add", "-A", ".")
    git("commit", "-q", "-m", "one")
    (folder / "conf.py").write_text("WIDTH = 64\n")
    git("mv", "net.py", "moved.py")
    git("commit", "-q", "-a", "-m", "two")
    return folder


@pytest.mark.parametrize("path", ["net.py", "sub/net.py", "./net.py", "net.py:build"])
def test_a_file_that_moved_is_compared_with_what_it_was(path, repository):
    found = sizeup.diff(f"git:HEAD~1:{path}", "moved.py")
    assert found.delta == (20 * 64 + 64 + 64 * 2) - (20 * 128 + 128 + 128 * 2)
    assert [change.what for change in found.changes] == ["Dense 128 → 64"]


def test_a_saved_model_of_a_revision_is_read(repository):
    (repository / "saved.keras").unlink()
    assert sizeup.count("git:HEAD:sub/saved.keras").total == 4 * 3 + 3


@pytest.mark.parametrize(("source", "said"), [
    ("git:HEAD~9:net.py", "HEAD~9"),
    ("git:nonsense:net.py", "nonsense"),
    ("git:HEAD:net.py", "net.py"),
    ("git:HEAD:absent.py:build", "absent.py"),
    ("git:HEAD~1:net.py:nope", "no network is called nope"),
    ("git:HEAD::x", "cannot show"),
    ("git:HEAD:.", "directory"),
    ("git:HEAD", "git:REV:PATH"),
])  # fmt: skip
def test_what_is_not_there_is_said_in_one_line(source, said, repository, capsys):
    assert main(["count", source]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_without_git_that_is_said(repository, monkeypatch, capsys):
    monkeypatch.setenv("PATH", "")
    assert main(["count", "git:HEAD:moved.py"]) == 2
    assert "git is not installed" in capsys.readouterr().err
