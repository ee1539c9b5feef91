"""A multilayer perceptron written as its widths."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keras_networks import keras_chain
from sizeup.errors import ReadError
from sizeup.network import rows
from sizeup.readers.mlp import is_mlp, read_mlp


@settings(max_examples=20)
@given(st.lists(st.integers(1, 300), min_size=2, max_size=6))
def test_layers_and_totals_are_those_of_keras(widths):
    network = read_mlp(":".join(map(str, widths)))
    model = keras_chain((None, widths[0]), [("Dense", {"units": n}) for n in widths[1:]])
    assert [row.parameters for row in rows(network)] == [
        layer.count_params() for layer in model.layers
    ]
    last = network.graph.layers[-1].calls[0]
    assert last.output_shapes == (model.output_shape,)


@pytest.mark.parametrize(
    ("text", "total"), [("784:2000:2000:10", 5_592_010), ("784:2000:50:2000:10", 1_792_060)]
)
def test_the_networks_of_the_question_have_the_counts_that_keras_gives(text, total):
    widths = [int(width) for width in text.split(":")]
    model = keras_chain((None, widths[0]), [("Dense", {"units": n}) for n in widths[1:]])
    assert model.count_params() == total
    assert sum(row.parameters for row in rows(read_mlp(text))) == total


def test_the_text_is_the_name_and_the_source():
    network = read_mlp("784:10")
    assert (network.name, network.source, network.reader) == ("784:10", "784:10", "mlp")
    assert network.graph.layers[0].name == "dense_1"


def test_blanks_around_widths_do_not_matter():
    assert read_mlp("784 : 10").graph == read_mlp("784:10").graph


@pytest.mark.parametrize(
    "text",
    ["784", "", ":", "784:", "784::10", "784:0:10", "784:-5", "784:2.5", "784:1_0", "784:+5",
     "784:ten", "784:²", "784:٣", "784:" + "9" * 5000],
)  # fmt: skip
def test_what_is_no_list_of_widths_is_refused_in_one_line(text):
    with pytest.raises(ReadError) as caught:
        read_mlp(text)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 100


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("784:10", True), ("784:-10", True), ("784: 10", True), ("784", False), ("model.py", False),
     ("model.py:VGG1", False), ("zoo:vgg16", False), ("", False), ("-:VGG1", False)],
)  # fmt: skip
def test_paths_and_names_are_not_taken_for_widths(text, is_one):
    assert is_mlp(text) is is_one
