"""`sizeup port`: the code that it prints, run by the real Keras, is the same network."""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
from pathlib import Path

import keras
import pytest

import sizeup
from builders.building import assert_same_network
from builders.test_live import SOURCES, ZOO, read
from sizeup.builders.code import port
from sizeup.cli import main

FIXTURES = Path(__file__).parents[1] / "fixtures" / "saved"
QUESTION = Path(__file__).parents[2] / "examples" / "question.txt"


def run(code: str, function: str, *arguments: int) -> keras.Model:
    """What the function of the code makes under the real Keras."""
    keras.utils.clear_session()
    scope: dict[str, object] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(code, "<port>", "exec"), scope)
        return scope[function](*arguments)


def assert_ports(network: sizeup.Network, *, keep: bool = True) -> str:
    found = port([network], keep_data_format=keep)
    assert found.complete, found.networks[0].why
    model = run(found.code, found.networks[0].function)
    assert_same_network(network, model, names=False)
    return found.code


@pytest.mark.parametrize("name", SOURCES)
def test_what_is_printed_is_the_same_network(name):
    assert_ports(read(SOURCES[name], "model"))


@pytest.mark.parametrize("name", ZOO)
def test_the_zoo_is_printed(name):
    assert_ports(sizeup.read(f"zoo:{name}").networks[0])


def formatted(code: str) -> str:
    ruff = [sys.executable, "-m", "ruff", "format", "--line-length", "88", "-"]
    return subprocess.run(ruff, input=code, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("name", [*SOURCES, "zoo:resnet20", "zoo:keras/inceptionv3"])
def test_a_formatter_leaves_it_as_it_is(name):
    pytest.importorskip("ruff")
    network = (
        sizeup.read(name).networks[0] if name.startswith("zoo") else read(SOURCES[name], "model")
    )
    code = port([network]).code
    assert formatted(code) == code


def test_the_question_runs_today():
    values = {"nb_filters": 32, "nb_conv": 3, "img_rows": 28, "img_cols": 28, "nb_pool": 2,
              "nb_classes": 35}  # fmt: skip
    found = port(list(sizeup.read(str(QUESTION))))
    for name, total in (("VGG1", 604_035), ("VGG2", 336_387)):
        model = run(found.code, name, *values.values())
        assert model.count_params() == total


def test_what_is_not_known_stands_as_a_comment(capsys, tmp_path):
    path = tmp_path / "net.py"
    path.write_text(
        "def good():\n    return Sequential([Dense(3, input_shape=(2,))])\n"
        "def bad():\n    return Sequential([Dense(3, input_shape=(2,)), Unseen(4)])\n"
    )
    assert main(["port", str(path)]) == 3
    code = capsys.readouterr().out
    assert "# bad cannot be written in Keras 3" in code
    assert run(code, "good").count_params() == 9


def test_json_and_files(capsys, tmp_path):
    assert main(["port", "784:10", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    name = document["networks"][0]["function"]
    assert run(document["code"], name).count_params() == 7850
    assert main(["port", "784:10", "-o", str(tmp_path / "net.py")]) == 0
    assert (tmp_path / "net.py").read_text() == document["code"]
