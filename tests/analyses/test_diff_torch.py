"""What torchinfo and torchsummary printed of a network, beside the same network in Keras.

The tables were printed by torchinfo 1.8 and torchsummary 1.5 of networks made in PyTorch.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import sizeup

PRINTED = Path(__file__).parents[1] / "fixtures" / "modules"
QUESTION = """
from keras import Sequential, layers
def build(f=32, k=3, units=128, classes=35, pool=2, side=28, padding="valid", bias=True):
    return Sequential([
        layers.Input((side, side, 1)),
        layers.Conv2D(f, k, activation="relu", padding=padding, use_bias=bias),
        layers.Conv2D(f, 3, activation="relu"),
        layers.MaxPooling2D(pool),
        layers.Dropout(0.25),
        layers.Flatten(),
        layers.Dense(units, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(classes, activation="softmax"),
    ])
"""
RECURRENT = """
from keras import Sequential, layers
def build(units=128):
    return Sequential([
        layers.Input((20,)), layers.Embedding(1000, 64), layers.LSTM(units), layers.Dense(2)])
"""


def changes(text, printed, tmp_path, **bound):
    """The changes from the code to the table, with the difference that they sum to."""
    file = tmp_path / "code.py"
    file.write_text(text)
    code = sizeup.read(str(file), bound)[0]
    table = sizeup.read(str(PRINTED / printed))[0]
    for one, other in ((code, table), (table, code)):
        found = sizeup.diff(one, other)
        assert found.delta == sizeup.count(other).total - sizeup.count(one).total
        assert sum(change.effect for change in found.changes) == found.delta
    return [(change.what, change.effect) for change in sizeup.diff(code, table).changes]


TABLES = ["torchinfo_question.txt", "torchinfo_question_bare.txt", "torchsummary_question.txt"]


@pytest.mark.parametrize("printed", TABLES)
def test_a_network_of_keras_and_the_table_of_the_same_in_pytorch_do_not_differ(printed, tmp_path):
    assert changes(QUESTION, printed, tmp_path) == []


@pytest.mark.parametrize(("bound", "what"), [
    ({"f": 48}, "filters 48 → 32 throughout (2 Conv2D)"),
    ({"k": 5}, "Conv2D 32: kernel_size 5 → 3"),
    ({"units": 256}, "Dense 256 → 128"),
    ({"classes": 10}, "head 10 → 35 classes"),
    ({"pool": 3}, "MaxPooling2D: pool_size 3 → 2"),
    ({"side": 32}, "images 32 → 28"),
    ({"padding": "same"}, "Conv2D 32: padding same → valid"),
    ({"bias": False}, "Conv2D 32: use_bias False → True"),
])  # fmt: skip
@pytest.mark.parametrize("printed", ["torchinfo_question.txt", "torchsummary_question.txt"])
def test_one_change_is_told_as_in_code(bound, what, printed, tmp_path):
    assert [told for told, _ in changes(QUESTION, printed, tmp_path, **bound)] == [what]


def test_a_width_is_told_where_the_table_shows_no_shapes(tmp_path):
    found = changes(QUESTION, "torchinfo_question_bare.txt", tmp_path, units=256)
    assert [what for what, _ in found] == ["Dense 256 → 128"]


def test_branches_may_be_listed_in_another_order(tmp_path):
    table = sizeup.read(str(PRINTED / "torchinfo_resnet18.txt"))[0]
    (change,) = sizeup.diff(table, "zoo:resnet18").changes
    assert change.what == (
        "BatchNormalization: moving mean and variance counted, which tables of PyTorch leave out, "
        "20 times"
    )
    assert change.effect == 9_600  # torchvision's resnet18: buffers of 20 norms of 4,800 channels


def test_a_second_bias_is_told_as_such(tmp_path):
    found = changes(RECURRENT, "torchinfo_lstm.txt", tmp_path)
    assert found == [("LSTM 128: a second bias, as PyTorch has it", 4 * 128)]


def test_macs_of_a_table_are_those_of_the_network_that_it_shows(tmp_path):
    file = tmp_path / "code.py"
    file.write_text(QUESTION)
    found = sizeup.diff(str(file), str(PRINTED / "torchinfo_question.txt"), of="macs")
    assert (found.delta, found.changes) == (0, ())


@pytest.mark.parametrize(("one", "other"), [
    ("torchinfo_question.txt", "torchinfo_resnet18.txt"),
    ("torchinfo_resnet18.txt", "torchinfo_question_bare.txt"),
    ("torchsummary_question.txt", "torchinfo_lstm.txt"),
])  # fmt: skip
def test_two_tables_differ_by_what_their_modules_own(one, other):
    found = sizeup.diff(str(PRINTED / one), str(PRINTED / other))
    assert sum(change.effect for change in found.changes) == found.delta
    assert "a different architecture" not in [change.what for change in found.changes]


def test_modules_of_two_tables_that_pass_on_nothing_known_are_compared_one_by_one(tmp_path):
    wider = (PRINTED / "torchinfo_question.txt").read_text().replace("589,952", "1,179,904")
    wider = wider.replace("[1, 128]", "[1, 256]").replace("4,515", "8,995")
    (tmp_path / "wider.txt").write_text(wider.replace("604,035", "1,198,467"))
    found = sizeup.diff(str(PRINTED / "torchinfo_question.txt"), str(tmp_path / "wider.txt"))
    assert [(change.what, change.effect) for change in found.changes] == [
        ("Linear: parameters 589,952 → 1,179,904", 589_952),
        ("Linear: weight 35×128 → 35×256", 4_480),
    ]


def test_a_stack_of_gates_beside_two_layers_is_no_crash(tmp_path):
    stacked = (PRINTED / "torchinfo_lstm.txt").read_text().replace("99,328", "231,424")
    (tmp_path / "two.txt").write_text(stacked.replace("163,586", "295,682"))
    (tmp_path / "code.py").write_text(RECURRENT.replace(
        "layers.LSTM(units)", "layers.LSTM(units, return_sequences=True), layers.LSTM(units)"
    ))  # fmt: skip
    found = sizeup.diff(str(tmp_path / "two.txt"), str(tmp_path / "code.py"))
    assert found.delta == -2 * 4 * 128  # a bias of each layer less
    assert sum(change.effect for change in found.changes) == found.delta
