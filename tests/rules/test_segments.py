"""Segments of a tensor, and the parts of sparse ones, against Keras and TensorFlow's own word."""

from __future__ import annotations

import pytest
from keras import ops

from rules.test_operations import assert_same_operation
from sizeup.errors import SizingError
from sizeup.rules.registry import size


@pytest.mark.parametrize("number", [None, 4])
@pytest.mark.parametrize("shape", [(6,), (6, 3), (6, 3, 2)])
def test_segments(shape, number):
    if number is None:  # how many there are hangs on the data
        assert size("ops.segment", {}, [shape, (6,)]).outputs == ((None, *shape[1:]),)
        return
    assert_same_operation("ops.segment", {"num_segments": number}, [shape, (6,)],
                          lambda x, i: ops.segment_sum(x, ops.cast(i, "int32"), number))  # fmt: skip


def test_ids_have_no_more_axes_than_what_they_divide():
    with pytest.raises(SizingError):
        size("ops.segment", {}, [(6,), (6, 2)])


def test_parts_of_sparse_tensors_are_as_long_as_there_are_elements():
    assert size("ops.indices", {}, [(5, 7)]).outputs == ((None, 2),)
    assert size("ops.values", {}, [(5, 7)]).outputs == ((None,),)
