"""Inputs, Dense, Embedding and the layers that change nothing, beside the real Keras."""

import numpy as np
import pytest
from drawing import SIZES, input_shapes, left_open
from hypothesis import given
from hypothesis import strategies as st
from truth import assert_same

from sizeup.dims import symbol
from sizeup.errors import SizingError
from sizeup.network import Parameter
from sizeup.rules.registry import size

n = symbol("n")


@given(st.data(), input_shapes(least=1), SIZES, st.booleans(), st.sampled_from([None, 0, 1, 3]))
def test_dense_is_sized_as_by_keras(data, shape, units, use_bias, lora_rank):
    values = {}
    config = {
        "units": data.draw(left_open(units, values)),
        "use_bias": use_bias,
        "lora_rank": lora_rank,
    }
    assert_same("Dense", config, [data.draw(left_open(shape, values))], values)


@given(st.data(), input_shapes(least=1), SIZES, SIZES, st.sampled_from([None, 0, 2]))
def test_embedding_is_sized_as_by_keras(data, shape, rows, columns, lora_rank):
    values = {}
    config = {
        "input_dim": data.draw(left_open(rows, values)),
        "output_dim": data.draw(left_open(columns, values)),
        "lora_rank": lora_rank,
        "mask_zero": data.draw(st.booleans()),
    }
    sizing = assert_same("Embedding", config, [data.draw(left_open(shape, values))], values)
    assert sizing.macs == 0


@given(
    st.data(),
    input_shapes(),
    st.sampled_from(
        [
            ("Activation", {"activation": "softmax"}),
            ("Activation", {"activation": "gelu"}),
            ("Identity", {}),
            ("Masking", {"mask_value": -1.0}),
        ]
    ),
)
def test_layers_that_change_nothing_own_nothing(data, shape, case):
    values = {}
    sizing = assert_same(*case, [data.draw(left_open(shape, values))], values)
    assert sizing.parameters == ()
    assert sizing.macs == 0


@pytest.mark.parametrize(
    ("kind", "config", "shape"),
    [
        ("Dense", {"units": 0}, (None, 3)),
        ("Dense", {"units": -2}, (None, 3)),
        ("Dense", {"units": None}, (None, 3)),
        ("Dense", {"units": "10"}, (None, 3)),
        ("Dense", {"units": 2.5}, (None, 3)),
        ("Dense", {"units": (3,)}, (None, 3)),
        ("Dense", {"units": 3}, (None,)),
        ("Dense", {"units": 3}, (5,)),
        ("Dense", {"units": 3}, (None, None)),
        ("Dense", {"units": 3}, (None, 7, None)),
        ("Dense", {"units": 3, "lora_rank": -1}, (None, 7)),
        ("Dense", {"units": 3, "lora_rank": 2, "kernel_constraint": "non_neg"}, (None, 7)),
        ("Embedding", {"input_dim": 0, "output_dim": 3}, (None, 3)),
        ("Embedding", {"input_dim": 3, "output_dim": -1}, (None, 3)),
        ("Embedding", {"input_dim": True, "output_dim": 3}, (None, 3)),
        ("Embedding", {"input_dim": 3, "output_dim": None}, (None, 3)),
        (
            "Embedding",
            {"input_dim": 3, "output_dim": 2, "lora_rank": 2, "embeddings_constraint": "non_neg"},
            (None, 7),
        ),
    ],
)
def test_refuses_what_keras_refuses(kind, config, shape):
    assert assert_same(kind, config, [shape]) is None


@pytest.mark.parametrize(
    ("config", "shape", "says"),
    [
        ({"units": 0}, (None, 3), r"Dense needs a positive integer for units.* 0"),
        ({"units": 3}, (None,), r"Dense needs .* rank 2 or more.* \(None,\)"),
        ({"units": 3}, (None, n, None), r"Dense .* axis -1 .* \(None, n, None\).* open"),
    ],
)
def test_error_names_the_kind_what_is_wrong_and_the_shape(config, shape, says):
    with pytest.raises(SizingError, match=says):
        size("Dense", config, [shape])


def test_whether_there_is_a_bias_is_never_guessed():
    with pytest.raises(SizingError, match=r"Dense .* use_bias .* True or False"):
        size("Dense", {"units": 3, "use_bias": symbol("use_bias")}, [(None, 5)])


@given(
    st.data(),
    st.sampled_from(["Dense", "Embedding", "ReversibleEmbedding"]),
    st.sampled_from(["int8", "int4", "float8"]),
    st.sampled_from([None, None, 2]),
)
def test_quantized_layers_are_sized_as_by_keras(data, kind, mode, lora_rank):
    values = {}
    config = {"units": 5} if kind == "Dense" else {"input_dim": 9, "output_dim": 5}
    if kind == "ReversibleEmbedding":
        config["tie_weights"] = data.draw(st.booleans())
    if (kind, mode) != ("ReversibleEmbedding", "int4") and (kind, mode) != ("Embedding", "int4"):
        config["lora_rank"] = lora_rank  # Keras cannot adapt a table of 4 bits
    config = {name: data.draw(left_open(value, values)) for name, value in config.items()}
    config["dtype"] = f"{mode}_from_float32"
    assert_same(kind, config, [data.draw(left_open((None, 7), values))], values)


@pytest.mark.parametrize("mode", ["int4/16", "gptq/4/32", "awq/4/32"])
def test_quantization_in_blocks_is_refused(mode):
    with pytest.raises(SizingError, match=mode):
        size("Dense", {"units": 3, "dtype": f"{mode}_from_float32"}, [(None, 5)])


class Counted:
    """A number that counts how often it is multiplied."""

    multiplications = 0

    def __mul__(self, other):
        Counted.multiplications += 1
        return self

    def __add__(self, other):
        return self


def counted(shape):
    return np.array([Counted() for _ in range(int(np.prod(shape)))], dtype=object).reshape(shape)


@pytest.mark.parametrize("shape", [(1, 5), (1, 4, 5), (1, 2, 3, 4), (1, 1, 1)])
@pytest.mark.parametrize("units", [1, 6])
def test_macs_of_dense_are_the_multiplications_of_its_matrix_product(shape, units):
    Counted.multiplications = 0
    counted(shape) @ counted((shape[-1], units))
    assert size("Dense", {"units": units}, [(None, *shape[1:])]).macs == Counted.multiplications


def test_macs_of_dense_at_open_positions_are_open():
    assert size("Dense", {"units": 3}, [(None, None, 5)]).macs is None
    assert size("Dense", {"units": n}, [(None, 7, 5)]).macs == 35 * n


@pytest.mark.parametrize("shape", [(None, 28, 28, 1), (32, n), (None,)])
def test_input_layer_passes_its_shape_on(shape):
    sizing = size("InputLayer", {"batch_shape": shape}, [shape])
    assert sizing.outputs == (shape,)
    assert sizing.parameters == ()


def test_parameters_of_question_sized_dense_are_the_published_ones():
    # The first fully connected layer of VGG16 (Simonyan and Zisserman, 2014): 102,764,544.
    sizing = size("Dense", {"units": 4096}, [(None, 7 * 7 * 512)])
    assert sum(p.count for p in sizing.parameters) == 102_764_544
    assert sizing.parameters[0] == Parameter("kernel", (25088, 4096))
