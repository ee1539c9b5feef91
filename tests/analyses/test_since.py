"""What became of networks since a revision, in a real git repository, and what the cause is."""

import json
import subprocess

import pytest

from sizeup.cli import main

NET = """
from keras import Sequential, layers
from blocks import block

def build(units=128):
    model = Sequential([layers.Input((28, 28, 1))])
    block(model, 32)
    model.add(layers.Flatten())
    model.add(layers.Dense(units, name="hidden"))
    model.add(layers.Dense(10, name="out"))
    return model

def other():
    return Sequential([layers.Dense(3, input_shape=(4,))])
"""
BLOCKS = """
from keras import layers

def block(model, filters):
    model.add(layers.Conv2D(filters, 3))
    model.add(layers.MaxPooling2D(2))
"""
BUDGET = 'sources = ["net.py"]\nmax_parameters = "2M"\n'
BUILD = 320 + 13 * 13 * 32 * 128 + 128 + 1290


@pytest.fixture
def repository(tmp_path, monkeypatch):
    def git(*arguments):
        who = ["-c", "user.name=n", "-c", "user.email=e@example.org", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *who, *arguments], check=True, capture_output=True, cwd=tmp_path)

    def write(name, text):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)

    for name, text in (("net.py", NET), ("blocks.py", BLOCKS), ("sizeup.toml", BUDGET)):
        write(name, text)
    git("init", "-q", "-b", "main")
    git("add", ".")
    git("commit", "-q", "-m", "first")
    monkeypatch.chdir(tmp_path)
    return write


def compared(capsys, *arguments):
    """What JSON says of each network."""
    main(["check", "--json", "--since", "main", *arguments])
    networks = json.loads(capsys.readouterr().out)["networks"]
    return {network["name"]: network.get("since") for network in networks}


def markdown(capsys, *arguments):
    status = main(["check", "--markdown", *arguments])
    return status, capsys.readouterr().out


def test_a_change_is_told_with_its_cause(repository, capsys):
    repository("net.py", NET.replace("units=128", "units=96"))
    found = compared(capsys)["build"]
    assert (found["before"], found["delta"]) == (BUILD, -32 * (13 * 13 * 32 + 1 + 10))
    assert sum(change["effect"] for change in found["changes"]) == found["delta"]
    status, text = markdown(capsys, "--since", "main")
    assert status == 0
    delta = f"−{-found['delta']:,}"
    assert (
        f"**build** since main: {BUILD:,} → {BUILD + found['delta']:,} parameters ({delta}" in text
    )
    (cause,) = [line for line in text.splitlines() if line.startswith("- ")]
    assert delta in cause
    assert "128 → 96" in cause
    assert "**other**: nothing that counts has changed since main" in text


def test_a_change_in_an_imported_file_is_a_change(repository, capsys):
    repository("blocks.py", BLOCKS.replace("Conv2D(filters, 3)", "Conv2D(filters, 5)"))
    found = compared(capsys)
    assert found["build"]["delta"] != 0
    assert found["other"]["delta"] == 0


def test_macs_are_told_where_they_alone_differ(repository, capsys):
    dilated = BLOCKS.replace("MaxPooling2D(2)", "MaxPooling2D(2)").replace(
        "layers.Conv2D(filters, 3)", "layers.Conv2D(filters, 3, padding='same', strides=1)"
    )
    same_maps = dilated.replace("MaxPooling2D(2)", "MaxPooling2D(3, strides=2)")
    repository("blocks.py", same_maps)
    _, text = markdown(capsys, "--since", "main")
    assert f"{BUILD:,} → {BUILD:,} parameters (0" in text
    assert "MACs" in text


def test_what_the_revision_does_not_have_is_said(repository, capsys):
    repository(
        "net.py",
        NET + "\ndef newer():\n    return Sequential([layers.Dense(3, input_shape=(9,))])\n",
    )
    repository("models/late.py", "from keras import Sequential, layers\n"
               "model = Sequential([layers.Dense(2, input_shape=(2,))])\n")  # fmt: skip
    repository(
        "sizeup.toml", 'sources = ["net.py", "models/*.py", "zoo:lenet5"]\nmax_parameters = "2M"\n'
    )
    found = compared(capsys)
    assert found["newer"]["why"] == "the network is not in it"
    assert found["model"]["why"] == "the file is not in it"
    assert found["lenet5"] is None


def test_settings_that_the_revision_does_not_know_are_left_out(repository, capsys):
    repository(
        "net.py",
        NET.replace("units=128", "units=128, classes=10").replace("Dense(10", "Dense(classes"),
    )
    repository("sizeup.toml", BUDGET + "set = { classes = 20, units = 64 }\n")
    found = compared(capsys)["build"]
    assert found["delta"] == 65 * 10
    assert found["before"] == 320 + 13 * 13 * 32 * 64 + 64 + 650


def test_budgets_of_another_folder(repository, capsys, tmp_path, monkeypatch):
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    repository("net.py", NET.replace("units=128", "units=64"))
    assert compared(capsys, "../sizeup.toml")["build"]["delta"] < 0
    assert compared(capsys, str(tmp_path / "sizeup.toml"))["build"]["delta"] < 0


def test_a_network_that_could_not_be_read_then(repository, capsys, tmp_path):
    broken = NET.replace("Flatten()", "Conv2D(8, 99)")
    repository("net.py", broken)
    subprocess.run(["git", "-c", "user.name=n", "-c", "user.email=e@example.org", "commit", "-qam", "broken"],
                   check=True, cwd=tmp_path)  # fmt: skip
    repository("net.py", NET)
    assert "cannot be read" in compared(capsys)["build"]["why"]


@pytest.mark.parametrize("revision", ["nowhere", "--help", "main:net.py"])
def test_a_revision_that_is_none_is_an_error(repository, capsys, revision):
    assert main(["check", f"--since={revision}"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_without_a_repository(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    (tmp_path / "net.py").write_text("from keras import Sequential, layers\n"
                                     "model = Sequential([layers.Dense(2, input_shape=(2,))])\n")  # fmt: skip
    (tmp_path / "sizeup.toml").write_text(BUDGET)
    assert main(["check", "--since", "HEAD"]) == 2
    assert "git knows no revision" in capsys.readouterr().err


def test_a_person_reads_the_same(repository, capsys):
    repository("net.py", NET.replace("units=128", "units=96"))
    main(["check", "--since", "main"])
    assert "128 → 96" in capsys.readouterr().out
