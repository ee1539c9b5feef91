"""Printed summaries: what a table says is read, what it leaves open is deduced or listed."""

from __future__ import annotations

import pytest

from sizeup.analyses.count import count
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
