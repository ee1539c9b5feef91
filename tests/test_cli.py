"""The command line as scripts see it: exit statuses, one line of error, the JSON's shape."""

from __future__ import annotations

import io
import itertools
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sizeup.cli import main

QUESTION = (Path(__file__).parents[1] / "examples" / "question.txt").read_text(encoding="utf-8")
PLAIN = {
    "nb_filters": 32,
    "nb_conv": 3,
    "img_rows": 28,
    "img_cols": 28,
    "nb_pool": 2,
    "nb_classes": 35,
}
TWO = """import keras
from keras import layers
good = keras.Sequential([keras.Input((4,)), layers.Dense(3)])
bad = keras.Sequential([keras.Input((4, 4, 1)), layers.Conv2D(2, 9)])
"""
BAD = TWO.replace("good", "# good")
UNKNOWN = """import keras
from keras import layers
from elsewhere import mystery
model = keras.Sequential([keras.Input((4,)), layers.Dense(3)])
model.add(mystery(7))
"""


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(arguments)
    said = capsys.readouterr()
    return status, said.out, said.err


def networks(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict]:
    _, out, _ = run(capsys, "count", "--json", *arguments)
    return json.loads(out)["networks"]


def settings(**values: object) -> list[str]:
    return [part for name, value in values.items() for part in ("--set", f"{name}={value}")]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "question.md").write_text(QUESTION, encoding="utf-8")
    (tmp_path / "two.py").write_text(TWO)
    (tmp_path / "bad.py").write_text(BAD)
    (tmp_path / "unknown.py").write_text(UNKNOWN)
    (tmp_path / "empty.py").write_text("  \n")
    (tmp_path / "binary.bin").write_bytes(b"\x7fELF\0\0\1\2")
    (tmp_path / "nothing.py").write_text("x = 1\nprint(x)\n")
    (tmp_path / "folder").mkdir()
    return tmp_path


WRONG = {
    "a missing file": (["count", "nowhere.py"], "nowhere.py"),
    "an empty file": (["count", "empty.py"], "empty"),
    "a binary file": (["count", "binary.bin"], "binary"),
    "a directory": (["count", "folder"], "directory"),
    "no network inside": (["count", "nothing.py"], "no network"),
    "a NAME that is not there": (["count", "two.py:third"], "good"),
    "a --set name that the source lacks": (["count", "two.py", "--set", "zzz=1"], "zzz"),
    "a --set without =": (["count", "two.py", "--set", "zzz"], "NAME=VALUE"),
    "a --set that is no name": (["count", "two.py", "--set", "a b=1"], "a b"),
    "an invalid network alone": (["count", "bad.py"], "line 4"),
    "an invalid network that is picked": (["count", "two.py:bad"], "line 4"),
    "a difference of one": (["diff", "784:10"], "two networks"),
    "a difference of three": (["diff", "784:10", "784:20", "784:30"], "3"),
    "a bad --vary": (["solve", "question.md", "--total", "VGG1=604035", "--vary", "nb_conv=x"], "x"),
    "a --vary of no free name": (
        ["solve", "question.md", "--total", "VGG1=604035", "--vary", "zzz=1..3"], "zzz"),
    "a bad --total": (["solve", "question.md", "--total", "VGG1=many"], "many"),
    "a --total of no network": (["solve", "question.md", "--total", "VGG9=604035"], "VGG9"),
    "no --total": (["solve", "question.md"], "--total"),
    "an option that does not exist": (["count", "784:10", "--frobnicate"], "--frobnicate"),
    "a batch of nothing": (["count", "784:10", "--batch", "0"], "--batch"),
    "no source": (["count"], "SOURCE"),
    "a zoo without that name": (["count", "zoo:nothing"], "nothing"),
    "a revision outside of any repository": (["count", "git:HEAD:two.py"], "git"),
    "a git source without a path": (["count", "git:HEAD"], "git:REV:PATH"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_answered_is_one_line_and_status_2(case, place, capsys, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(place.parent))
    arguments, cause = WRONG[case]
    status, out, err = run(capsys, *arguments)
    assert status == 2
    assert out == ""
    assert err.count("\n") == 1
    assert err.endswith("\n")
    assert cause in err
    assert "Traceback" not in err


def test_a_syntax_that_no_repair_mends_is_one_line(place, capsys):
    (place / "broken.py").write_text("class (((: def return ] } lambda\n")
    status, out, err = run(capsys, "count", "broken.py")
    assert (status, out, err.count("\n")) == (2, "", 1)


def test_an_invalid_network_among_several_is_listed_with_its_error(place, capsys):
    status, out, err = run(capsys, "count", "two.py", "--json")
    good, bad = json.loads(out)["networks"]
    assert status == 3
    assert err == ""
    assert good["parameters"]["total"] == 15
    assert bad["parameters"]["total"] is None
    assert bad["formula"] is None
    assert [note for note in bad["notes"] if note["line"] == 4]


def test_an_unknown_layer_gives_a_lower_bound_and_status_3(place, capsys):
    status, out, _ = run(capsys, "count", "unknown.py", "--json")
    (network,) = json.loads(out)["networks"]
    assert status == 3
    assert network["parameters"]["total"] is None
    assert network["parameters"]["at_least"] == 15
    assert network["formula"] is None
    unknown = [note for note in network["notes"] if note["level"] == "unknown"]
    assert [note["line"] for note in unknown] == [5]
    assert "mystery" in unknown[0]["text"]


def test_the_question_bound_is_as_the_contract_shows(place, capsys):
    status, out, err = run(capsys, "count", "question.md", "--json", *settings(**PLAIN))
    document = json.loads(out)
    assert (status, err) == (0, "")
    assert document["sizeup"]
    first, second = document["networks"]
    assert first["name"] == "VGG1"
    assert second["name"] == "VGG2"
    assert first["source"] == "question.md"
    assert first["reader"] == "python source"
    assert first["when"] is None
    assert first["parameters"] == {"total": 604035, "trainable": 604035, "non_trainable": 0,
                                   "at_least": 604035, "bytes": 2416140}  # fmt: skip
    assert second["parameters"]["total"] == 336387
    assert first["macs"] == 6097408
    assert first["formula"] is None
    assert first["free"] == []
    assert first["layers"][0] == {
        "name": "conv2d_1", "kind": "Conv2D", "parent": None, "line": 7,
        "input_shapes": [[None, 1, 28, 28]], "output_shape": [None, 32, 26, 26],
        "parameters": 320, "trainable": 320, "macs": 194688, "arithmetic": "3·3·1·32 + 32",
        "weights": [
            {"name": "kernel", "shape": [3, 3, 1, 32], "dtype": "float32", "trainable": True},
            {"name": "bias", "shape": [32], "dtype": "float32", "trainable": True},
        ],
        "shared_with": None,
    }  # fmt: skip
    assert [layer["name"] for layer in first["layers"]] == [
        "conv2d_1", "activation_1", "conv2d_2", "activation_2", "max_pooling2d_1", "dropout_1",
        "flatten_1", "dense_1", "activation_3", "dropout_2", "dense_2", "activation_4",
    ]  # fmt: skip
    assert [layer["line"] for layer in first["layers"]] == [7, *range(10, 21)]
    assumed = [note for note in first["notes"] if note["level"] == "assumed" and note["line"] == 7]
    assert any("channels_first" in note["text"] for note in assumed)


def test_the_question_free_is_a_formula_of_its_names(place, capsys):
    status, out, _ = run(capsys, "count", "question.md", "--json")
    first = json.loads(out)["networks"][0]
    assert status == 0
    assert first["parameters"]["total"] is None
    names = ["nb_filters", "nb_conv", "img_rows", "img_cols", "nb_pool", "nb_classes"]
    assert [free["name"] for free in first["free"]] == names
    assert first["free"][0] == {"name": "nb_filters", "expression": "nb_filters", "line": 7,
                                "why": "name is never assigned"}  # fmt: skip
    assert isinstance(first["macs"], str)
    assert isinstance(first["layers"][0]["parameters"], str)
    assert first["layers"][0]["output_shape"][1] == "nb_filters"
    assert first["layers"][7]["output_shape"] == [None, 128]
    assert set(first["formula"]) <= set("abcdefghijklmnopqrstuvwxyz_0123456789+-*/% ()")


def test_the_formula_gives_at_any_values_what_set_gives(place, capsys):
    free = {network["name"]: network["formula"] for network in networks(capsys, "question.md")}
    tried = 0
    for filters, conv, rows, pool, classes in itertools.product(
        (1, 8), (1, 3, 4), (28, 41), (2, 3), (5,)
    ):
        values = {"nb_filters": filters, "nb_conv": conv, "img_rows": rows, "img_cols": rows + 3,
                  "nb_pool": pool, "nb_classes": classes}  # fmt: skip
        for network in networks(capsys, "question.md", *settings(**values)):
            total = network["parameters"]["total"]
            if total is not None:
                assert eval(free[network["name"]], {"max": max, "min": min}, values) == total
                tried += 1
    assert tried > 20


def test_a_partial_binding_leaves_the_rest_free(place, capsys):
    (network,) = networks(capsys, "question.md:VGG1", *settings(nb_conv=3, nb_pool=2))
    assert [free["name"] for free in network["free"]] == [
        "nb_filters",
        "img_rows",
        "img_cols",
        "nb_classes",
    ]


def test_standard_input_with_and_without_a_name(place, capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO(TWO))
    assert [n["name"] for n in networks(capsys, "-")] == ["good", "bad"]
    monkeypatch.setattr(sys, "stdin", io.StringIO(TWO))
    (network,) = networks(capsys, "-:good")
    assert (network["source"], network["parameters"]["total"]) == ("-", 15)


def test_a_file_as_it_was_in_a_revision(place, capsys):
    def git(*arguments: str) -> None:
        who = ["-c", "user.name=n", "-c", "user.email=e@example.org", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *who, *arguments], check=True, capture_output=True, cwd=place)

    git("init", "-q")
    git("add", "two.py")
    git("commit", "-q", "-m", "first")
    (place / "two.py").write_text(TWO.replace("Dense(3)", "Dense(30)"))
    (before,) = networks(capsys, "git:HEAD:two.py:good")
    assert before["parameters"]["total"] == 15
    assert len(networks(capsys, "git:HEAD:two.py")) == 2
    status, out, _ = run(capsys, "diff", "--json", "git:HEAD:two.py:good", "two.py:good")
    assert (status, json.loads(out)["delta"]) == (0, 135)
    status, _, err = run(capsys, "count", "git:HEAD:absent.py")
    assert (status, err.count("\n")) == (2, 1)


@pytest.mark.parametrize(("source", "trainable"), [
    ("zoo:vgg16", 138_357_544), ("zoo:resnet152", 60_192_808), ("784:2000:50:2000:10", 1_792_060),
])  # fmt: skip
def test_published_totals(source, trainable, capsys):
    (network,) = networks(capsys, source)
    assert network["parameters"]["trainable"] == trainable


def test_solve_says_no_with_status_1_where_it_is_proved(place, capsys):
    pytest.importorskip("ortools")
    fixed = settings(nb_conv=3, nb_pool=2, img_rows=28, img_cols=28)
    call = ("solve", "question.md", "--json", *fixed, "--total")
    status, out, _ = run(capsys, *call, "VGG1=7")
    assert (status, json.loads(out)["count"], json.loads(out)["complete"]) == (1, 0, True)
    status, out, _ = run(capsys, *call, "VGG1=604035", "--total", "VGG2=336387")
    found = json.loads(out)
    assert status == 0
    assert found["solutions"][0]["nb_filters"] == 32
    assert found["solutions"][0]["nb_classes"] == 35


def test_set_has_to_be_known_to_one_source_only(place, capsys):
    found = networks(capsys, "question.md", "two.py:good", *settings(**PLAIN))
    assert [n["parameters"]["total"] for n in found] == [604035, 336387, 15]
    status, _, err = run(capsys, "count", "question.md", "two.py", "--set", "zzz=3")
    assert (status, err.count("\n")) == (2, 1)


@pytest.mark.parametrize("arguments", [
    ["count", "question.md"], ["explain", "two.py"], ["count", "unknown.py", "--depth", "1"],
    ["zoo"], ["diff", "784:2000:2000:10", "784:2000:50:2000:10"], ["--help"], ["--version"],
])  # fmt: skip
def test_a_person_gets_text_and_no_error(arguments, place, capsys):
    status, out, err = run(capsys, *arguments)
    assert status in (0, 3)
    assert out.strip()
    assert err == ""


def process(*arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "sizeup", *arguments], check=False,
                          input=text, capture_output=True, text=True)  # fmt: skip


def test_the_process_itself_ends_with_the_status_and_one_line(place):
    done = process("count", "nowhere.py", "--json")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    done = process("count", "-", "--json", text=UNKNOWN)
    assert (done.returncode, done.stderr) == (3, "")
    assert json.loads(done.stdout)["networks"][0]["parameters"]["at_least"] == 15


def test_the_same_call_prints_the_same_bytes(place):
    first, second = (process("count", "question.md", "--json").stdout for _ in range(2))
    assert first == second
    assert first


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full")
def test_an_answer_that_cannot_be_written_is_an_error_of_one_line():
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([sys.executable, "-m", "sizeup", "count", "784:10"], check=False,
                              stdout=full, stderr=subprocess.PIPE, text=True)  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.startswith("sizeup: the answer cannot be written")
    assert done.stderr.count("\n") == 1


def test_a_reader_that_leaves_early_is_no_error():
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run([sys.executable, "-m", "sizeup", "zoo"], check=False, stdout=writer,
                          stderr=subprocess.PIPE, text=True)  # fmt: skip
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, "")


def test_what_lies_in_the_folder_is_never_imported(tmp_path):
    for name in ("json", "grp", "tarfile", "difflib"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('imported')\n")
    done = subprocess.run(
        [sys.executable, "-m", "sizeup", "solve", "784:10", "--total", "7850", "--json"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


def test_of_many_layers_an_error_names_those_that_come_near(capsys):
    assert main(["count", "zoo:resnet50", "--free", "conv2d.filters"]) == 2
    error = capsys.readouterr().err
    assert "conv2d_1, conv2d_2" in error
    assert "more" in error
    assert len(error) < 300
