"""EinsumDense and ReversibleEmbedding beside the real Keras."""

import keras
import pytest
from drawing import SIZES, input_shapes, left_open
from hypothesis import given
from hypothesis import strategies as st
from truth import assert_same

from sizeup.dims import symbol
from sizeup.errors import SizingError
from sizeup.rules.registry import size

n = symbol("n")
EQUATIONS = (
    "ab,bc->ac abc,cd->abd abc,bd->adc abc,cde->abde abcd,cde->abe abc,bcd->ad ab,cb->ac "
    "...x,xy->...y ...bc,cd->...bd ...ab,bc->...ac ab...,bc->ac... abc...,bd->adc... "
    "ab,b->ab abc,c->abc abc,bc->abc abc,d->abcd ab,bc->ca abc,de->abc ab,bc a,b->c ab, bc->ac "
    "...ab,bc->ac aab,bc->ac"
).split(" ")


@given(st.data())
def test_einsum_dense_is_sized_as_by_keras(data):
    values = {}
    equation = data.draw(st.sampled_from(EQUATIONS))
    shape = data.draw(input_shapes(least=2, most=4))
    output_shape = data.draw(
        SIZES
        | st.lists(st.sampled_from([None, 2, 3, *shape[1:]]), min_size=1, max_size=3).map(tuple)
    )
    letters = equation.partition("->")[2].strip(".") or "a"
    config = {
        "equation": equation,
        "output_shape": data.draw(left_open(output_shape, values)),
        "bias_axes": data.draw(
            st.sampled_from([None, letters[-1], letters[:2], letters[1:], "z", ""])
        ),
        "lora_rank": data.draw(st.sampled_from([None, None, 2])),
    }
    assert_same("EinsumDense", config, [data.draw(left_open(shape, values))], values)


@pytest.mark.parametrize(
    ("equation", "output_shape", "bias_axes", "shape"),
    [
        ("abc,cd->abd", (None, 64), "d", (None, 32, 128)),
        ("abc,cd->abd", (32, 64), "bd", (None, 32, 128)),
        ("ab,bc->ac", 64, "c", (None, 128)),
        ("...x,xy->...y", 64, "y", (None, 32, 10, 128)),
        ("abc,bd->adc", (8, 128), "d", (None, 32, 128)),
        ("ab...,bc->ac...", 5, "c", (None, 32, 10, 12)),
        ("abc,cde->abde", (None, 4, 16), "de", (None, 10, 64)),
        ("abcd,cde->abe", (None, 64), "e", (None, 10, 4, 16)),
    ],
)
def test_equations_of_the_documentation_are_sized(equation, output_shape, bias_axes, shape):
    config = {"equation": equation, "output_shape": output_shape, "bias_axes": bias_axes}
    assert assert_same("EinsumDense", config, [shape]) is not None


@pytest.mark.parametrize(
    ("equation", "output_shape", "shape", "macs"),
    [
        ("abc,cd->abd", (None, 64), (None, 32, 128), 32 * 128 * 64),
        ("abc,bd->adc", (8, 128), (None, 32, 128), 32 * 8 * 128),
        ("...x,xy->...y", 64, (None, 3, 5, 7), 3 * 5 * 7 * 64),
        ("ab...,bc->ac...", 5, (None, 32, 10, 12), 32 * 5 * 10 * 12),
        ("abc,cd->abd", (None, n), (None, None, 8), None),
        ("abc,cd->abd", (None, n), (None, 6, 8), 48 * n),
    ],
)
def test_macs_are_the_product_of_all_axes_but_the_batch(equation, output_shape, shape, macs):
    assert (
        size("EinsumDense", {"equation": equation, "output_shape": output_shape}, [shape]).macs
        == macs
    )


@pytest.mark.parametrize(
    ("config", "shape", "says"),
    [
        ({"equation": "ab,bc", "output_shape": 3}, (None, 4), "equation 'ab,bc'"),
        ({"equation": "ab,bc->ac", "output_shape": 3, "bias_axes": "b"}, (None, 4), "output ac, .* 'b'"),
        ({"equation": "abc,cd->abd", "output_shape": (9, 3)}, (None, 4, 5), r"'abc,cd->abd' to \(None, 4, 5\)"),
    ],
)  # fmt: skip
def test_error_names_the_equation_and_the_shape(config, shape, says):
    with pytest.raises(SizingError, match=says):
        size("EinsumDense", config, [shape])


@given(st.data(), input_shapes(), SIZES, SIZES, st.booleans(), st.sampled_from([None, 2]))
def test_reversible_embedding_is_sized_as_by_keras(data, shape, rows, columns, tied, lora_rank):
    values = {}
    config = {
        "input_dim": data.draw(left_open(rows, values)),
        "output_dim": data.draw(left_open(columns, values)),
        "tie_weights": tied,
        "lora_rank": lora_rank,
    }
    assert_same("ReversibleEmbedding", config, [data.draw(left_open(shape, values))], values)


@pytest.mark.parametrize("tied", [True, False])
def test_the_way_back_of_a_reversible_embedding_is_as_in_keras(tied):
    config = {"input_dim": 11, "output_dim": 4, "tie_weights": tied}
    layer = keras.layers.ReversibleEmbedding(**config)
    there = layer(keras.KerasTensor((None, 7), "int32"))
    back = layer(there, reverse=True)
    sizing = size("ReversibleEmbedding", {**config, "reverse": True}, [tuple(there.shape)])
    assert sizing.outputs == (tuple(back.shape),)
    assert [p.shape for p in sizing.parameters] == [tuple(w.shape) for w in layer.weights]
    assert sizing.macs == 7 * 4 * 11
