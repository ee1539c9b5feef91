"""Products of tensors against `keras.ops`, their MACs against torch's counter."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import ops

from rules.operations_truth import KNOWN, assert_same_operation, opened
from sizeup.errors import SizingError
from sizeup.rules.registry import size


@st.composite
def matrices(draw: Any) -> list[tuple[int | None, ...]]:
    """Two shapes whose matrices mostly fit."""
    m, k, n = draw(KNOWN), draw(KNOWN), draw(KNOWN)
    batch = draw(st.sampled_from([(), (None,), (None, 3), (2,)]))
    first = draw(st.sampled_from([(*batch, m, k), (k,), (None, m, k)]))
    second = draw(st.sampled_from([(*batch, k, n), (k,), (k, n), (*batch, k + 1, n)]))
    return [first, second]


@settings(max_examples=200)
@given(opened(matrices()))
def test_matmul_and_dot(drawn):
    shapes, values = drawn
    assert_same_operation("ops.matmul", {}, shapes, ops.matmul, values)
    assert_same_operation("ops.dot", {}, shapes, ops.dot, values)


@given(opened(matrices()))
def test_inner_and_outer(drawn):
    assert_same_operation("ops.inner", {}, drawn[0], ops.inner, drawn[1])
    assert_same_operation("ops.outer", {}, drawn[0], ops.outer, drawn[1])


@given(st.lists(KNOWN, min_size=3, max_size=4), st.integers(1, 2), st.data())
def test_tensordot(shape, axes, data):
    first = (None, *shape)
    second = (*first[len(first) - axes :], data.draw(KNOWN))
    assert_same_operation("ops.tensordot", {"axes": axes}, [first, second],
                          lambda a, b: ops.tensordot(a, b, axes))  # fmt: skip
    pair = ([-1], [axes - 1])
    assert_same_operation("ops.tensordot", {"axes": pair}, [first, second],
                          lambda a, b: ops.tensordot(a, b, pair))  # fmt: skip


EQUATIONS = ["ab,bc->ac", "abc,cd->abd", "abc,adc->abd", "abcd,aecd->acbe", "acbe,aecd->abcd",
             "...a,ab->...b", "abc->cab", "a...->...", "ab,ab->ab", "a,b->ab",
             "ab,bc,cd->ad", "abc,bd->acd", "ij,jk", "...ij,...jk->...ik"]  # fmt: skip


@pytest.mark.parametrize("equation", EQUATIONS)
@given(data=st.data())
@settings(max_examples=15)
def test_einsum(equation, data):
    names = equation.partition("->")[0].split(",")
    lengths = {name: data.draw(KNOWN) for name in "abcdeijk"} | {"a": None}
    dots = data.draw(st.sampled_from([(3,), (2, 4)]))
    shapes = []
    for entry in names:
        before, found, behind = entry.partition("...")
        shapes.append((*(lengths[n] for n in before), *(dots if found else ()),
                       *(lengths[n] for n in behind)))  # fmt: skip
    drawn, values = data.draw(opened(st.just(shapes)))
    assert_same_operation("ops.einsum", {"subscripts": equation}, drawn,
                          lambda *xs: ops.einsum(equation, *xs), values)  # fmt: skip


@pytest.mark.parametrize(
    ("a", "b", "axes", "result", "macs"),
    [
        ((None, 5, 4), (None, 4, 3), None, (None, 5, 3), 60),
        ((None, 5, 4), (None, 3, 4), (2, 2), (None, 5, 3), 60),
        ((None, 5, 4), (None, 3, 4), 2, (None, 5, 3), 60),
        ((None, 4), (None, 4), 1, (None, 1), 4),
        ((None, 4), (None, 4, 3), (1, 1), (None, 3), 12),
        ((None, 5, 4), (None, 4), (2, 1), (None, 5), 20),
        ((None, 2, 5, 4), (None, 4, 3), (3, 1), (None, 2, 5, 3), 120),
    ],
)
def test_batch_dot(a, b, axes, result, macs):
    """Truths: what Keras' own `K.batch_dot` documents and does (`keras/src/legacy/backend.py`)."""
    sizing = size("ops.batch_dot", {"axes": axes}, [a, b])
    assert (sizing.outputs, sizing.macs) == ((result,), macs)


def test_batch_dot_refuses_what_keras_refuses():
    for a, b, axes in [((None, 5, 4), (None, 3, 5), (2, 1)), ((None, 4), (None, 4), (0, 1)),
                       ((4,), (4,), None)]:  # fmt: skip
        with pytest.raises(SizingError):
            size("ops.batch_dot", {"axes": axes}, [a, b])


TORCH = [
    ("bij,bjk->bik", (2, 3, 4), (2, 4, 5)),
    ("bqhd,bkhd->bhqk", (2, 3, 4, 5), (2, 6, 4, 5)),
    ("bi,bi->bi", (2, 3), (2, 3)),
    ("bi,bj->bij", (2, 3), (2, 4)),
    ("bij,kl->bil", (2, 3, 4), (5, 6)),
    ("bi,ij,bj->b", (2, 3), (3, 4), (2, 4)),
]


@pytest.mark.parametrize(("equation", "shapes"), [(t[0], t[1:]) for t in TORCH])
def test_macs_of_einsum_are_those_of_torch(equation, shapes):
    torch = pytest.importorskip("torch")
    from torch.utils.flop_counter import FlopCounterMode

    from_left_to_right = torch.backends.opt_einsum.flags(enabled=False)
    with from_left_to_right, FlopCounterMode(display=False) as counter:
        torch.einsum(equation, *(torch.empty(shape) for shape in shapes))
    sizing = size(
        "ops.einsum", {"subscripts": equation}, [(None, *s[1:]) if s[0] == 2 else s for s in shapes]
    )
    assert sizing.macs * 2 == counter.get_total_flops() / 2
