"""`--set weights_path=FILE`: the weights that the code loads are checked, and training begins there."""

import json
import shutil
from pathlib import Path

import pytest

from sizeup.cli import main

FIXTURES = Path(__file__).parents[1] / "fixtures" / "trained"
CODE = """
def net(weights_path):
    model = Sequential()
    model.add(Convolution2D(4, 3, 3, input_shape=(2, 9, 8), dim_ordering='th'))
    model.add(Activation('relu'))
    model.add(MaxPooling2D((2, 2), dim_ordering='th'))
    model.add(Convolution2D(3, 2, 2, dim_ordering='th'))
    model.add(Flatten())
    model.add(Dense(6))
    model.add(Dropout(.5))
    model.add(Dense(nb_classes))
    model.add(Activation('softmax'))
    if weights_path:
        model.load_weights(weights_path)
    return model
"""


@pytest.fixture
def source(tmp_path, monkeypatch):
    (tmp_path / "net.py").write_text(CODE)
    shutil.copy(FIXTURES / "keras_1.2.2_images.h5", tmp_path / "old.h5")
    shutil.copy(FIXTURES / "keras_1.2.2_sequences.h5", tmp_path / "other.h5")
    monkeypatch.chdir(tmp_path)
    return "net.py"


def counted(capsys, *arguments):
    status = main(["count", *arguments, "--json"])
    return status, json.loads(capsys.readouterr().out)["networks"][0]


def test_weights_of_the_time_belong_to_the_code_of_the_time(source, capsys):
    asked = ["--set", "weights_path=old.h5", "--set", "nb_classes=3"]
    status, found = counted(capsys, source, *asked)
    assert status == 0
    assert found["weights"]["convertible"]
    assert any(
        "old.h5 belong to it, in the layout of an older Keras" in n["text"] for n in found["notes"]
    )


@pytest.mark.parametrize("setting", ["weights_path=other.h5", "weights_path=old.h5"])
def test_weights_that_do_not_belong_are_a_no_with_the_cause(source, capsys, setting):
    asked = ["--set", setting, "--set", "nb_classes=5"]
    status, found = counted(capsys, source, *asked)
    assert status == 1
    assert not found["weights"]["ok"]
    assert not found["weights"]["convertible"]
    assert found["weights"]["cause"] in next(
        n["text"] for n in found["notes"] if n["level"] == "warning"
    )
    assert found["parameters"]["total"] == 4 * 19 + 3 * 17 + 12 * 6 + 6 + 35


def test_a_file_that_is_not_there_is_said(source, capsys):
    assert main(["count", source, "--set", "weights_path=missing.h5"]) == 2
    assert capsys.readouterr().err.startswith("sizeup: missing.h5: ")


def test_a_file_that_the_text_itself_names_is_not_opened(source, capsys):
    Path("net.py").write_text(CODE.replace("(weights_path)", "('missing.h5')").replace("net('missing.h5')", "net(weights_path=True)"))  # fmt: skip
    status, found = counted(capsys, source, "--set", "nb_classes=3")
    assert status == 0
    assert "weights" not in found
