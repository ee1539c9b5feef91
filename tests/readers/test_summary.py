"""Printed summaries: what a table says is read, what it leaves open is deduced or listed."""

from __future__ import annotations

import pytest

from sizeup.analyses.count import count
from sizeup.errors import ReadError
from sizeup.readers import read

IMAGE = """\
Model: "digits"
_________________________________________________________________
 Layer (type)                Output Shape              Param #
=================================================================
 input_1 (InputLayer)        [(None, 28, 28, 1)]       0

 conv2d_7 (Conv2D)           (None, 26, 26, 64)        640

 max_pooling2d (MaxPooling2  (None, 13, 13, 64)        0
 D)

 flatten (Flatten)           (None, 10816)             0

 dense (Dense)               (None, 10)                108170

=================================================================
Total params: 108810 (425.04 KB)
Trainable params: 108810 (425.04 KB)
Non-trainable params: 0 (0.00 Byte)
_________________________________________________________________
"""


def counted(text):
    (network,) = read("-", stdin=text)
    return count(network)


def weights(found, name):
    (row,) = [row for row in found.as_dict()["layers"] if row["name"] == name]
    return [tuple(weight["shape"]) for weight in row["weights"]]


def levels(found):
    return {note.level for note in found.notes}


def test_a_window_that_only_one_kernel_fits_is_deduced():
    found = counted(IMAGE)
    assert weights(found, "conv2d_7") == [(3, 3, 1, 64), (64,)]
    assert weights(found, "dense") == [(10816, 10), (10,)]
    assert found.total == 108810
    assert found.trainable == 108810
    assert not found.notes


def test_a_row_knows_its_line_kind_and_shapes():
    found = counted("Look:\n\n" + IMAGE).as_dict()
    row = found["layers"][2]
    assert found["reader"] == "printed summary"
    assert found["name"] == "digits"
    assert (row["name"], row["kind"], row["line"]) == ("max_pooling2d", "MaxPooling2D", 11)
    assert row["input_shapes"] == [[None, 26, 26, 64]]
    assert row["output_shape"] == [None, 13, 13, 64]


def test_several_kernels_are_listed_and_none_is_claimed():
    same = IMAGE.replace("26, 26, 64", "28, 28, 64").replace("13, 13", "14, 14")
    same = same.replace("10816", "12544").replace("108170", "125450").replace("108810", "126090")
    found = counted(same)
    assert weights(found, "conv2d_7") == []
    (note,) = found.notes
    assert note.level == "assumed"
    assert note.line == 7
    assert "3·3·1·64 + 64" in note.text
    assert "1·9·1·64 + 64" in note.text
    assert found.total == 126090


@pytest.mark.parametrize("line", ["640", "108170"])
def test_a_row_that_does_not_add_up_is_warned_of(line):
    wrong = str(int(line) + 1)
    found = counted(IMAGE.replace(f" {line}\n", f" {wrong}\n"))
    assert found.total is None
    assert found.at_least == 108810
    assert any(n.level == "warning" and n.line for n in found.notes)


def test_a_total_that_does_not_add_up_is_warned_of():
    found = counted(IMAGE.replace("Total params: 108810", "Total params: 108910"))
    assert found.total is None
    assert found.at_least == 108810
    assert any(n.level == "warning" and n.line == 17 for n in found.notes)


def test_a_table_that_breaks_off_is_a_lower_bound():
    found = counted("\n".join(IMAGE.splitlines()[:12]))
    assert found.total is None
    assert found.at_least == 640
    assert "unknown" in levels(found)


def test_rows_that_are_left_out_are_what_the_total_lacks():
    lines = IMAGE.splitlines()
    lines[5:7] = ["..."]
    found = counted("\n".join(lines))
    assert found.total == 108810
    assert found.rows[-1].parameters == 640
    assert "warning" in levels(found)


CODE = """\
model = Sequential()
model.add(Conv2D(64, (3, 3), input_shape=(28, 28, 1)))
model.add(MaxPooling2D())
model.add(Flatten())
model.add(Dense({units}))
"""


def test_code_and_its_summary_are_one_network():
    (network,) = read("-", stdin=CODE.format(units=10) + IMAGE)
    assert network.reader == "python source"
    assert not network.notes
    assert count(network).total == 108810


def test_code_comes_first_and_a_disagreement_is_said():
    code, printed = read("-", stdin=IMAGE + CODE.format(units=12))
    assert (code.reader, printed.reader) == ("python source", "printed summary")
    (note,) = code.notes
    assert (note.level, note.line) == ("warning", 17)
    assert "108,810" in note.text
    assert count(printed).total == 108810


def test_two_summaries_are_two_networks():
    first, second = read("-", stdin=f"Mine:\n{IMAGE}\nTheirs:\n{IMAGE.replace('digits', 'others')}")
    assert (first.name, second.name) == ("digits", "others")
    assert second.line == first.line + 22


def test_lost_blanks_do_no_harm():
    found = counted("\n".join(" ".join(line.split()) for line in IMAGE.splitlines()))
    assert found.total == 108810
    assert weights(found, "dense") == [(10816, 10), (10,)]


def test_a_count_that_is_wrapped_is_joined():
    (header,) = [line for line in IMAGE.splitlines() if "Param" in line]
    below = " " * header.index("Param") + "0"
    assert counted(IMAGE.replace("108170\n\n", f"10817\n{below}\n\n")).total == 108810


def test_layers_without_weights_yet_are_unknown():
    found = counted(IMAGE.replace("  108170\n", "  0 (unused)\n").replace("108810", "640"))
    assert found.rows[-1].path in found.unknown
    assert "unknown" in levels(found)


def test_the_optimizer_is_no_part_of_the_total():
    text = IMAGE.replace("Total params: 108810", "Total params: 326432")
    found = counted(
        text.replace("0 (0.00 Byte)", "0 (0.00 B)\nOptimizer params: 217622 (850.09 KB)")
    )
    assert found.total == 108810
    assert found.trainable == 108810


def test_a_total_of_twice_what_is_frozen_is_not_believed():
    """Keras 2 adds what was trainable at compilation and what is frozen now."""
    text = IMAGE.replace("Total params: 108810", "Total params: 217620")
    text = text.replace("Non-trainable params: 0", "Non-trainable params: 108810")
    found = counted(text)
    assert found.total is None
    assert found.at_least == 108810


@pytest.mark.parametrize("text", [
    "Layer (type)  Output Shape  Param #\n",
    "Layer (type) Output Shape Param #\n====\n(((((\n[[[[ 5\n",
    "┃ Layer (type) ┃ Output Shape ┃ Param # ┃\n│││││││\n│ └ │ ( │ 9 │\n",
    "Layer (type:depth-idx)   Param #\n=========\n├─: 1-1  3\n│ │ │ └─A: 9-9  [  5\n",
    "Layer (type)   Output Shape   Param #\nConv2d-1  [  3\n",
])  # fmt: skip
def test_scraps_of_tables_are_no_defects(text):
    with pytest.raises(ReadError) as error:
        read("-", stdin=text)
    assert "defect" not in str(error.value)


def test_an_lstm_that_torchsummary_does_not_count_is_unknown():
    text = """\
----------------------------------------------------------------
        Layer (type)               Output Shape         Param #
================================================================
              LSTM-1  [[-1, 9, 7], [-1, 2, 7]]               0
            Linear-2                    [-1, 3]              24
================================================================
Total params: 24
Trainable params: 24
Non-trainable params: 0
----------------------------------------------------------------
"""
    found = counted(text)
    assert found.total is None
    assert found.at_least == 24
