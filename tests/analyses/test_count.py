"""Counting: the JSON to the letter, and totals that are Keras'."""

import subprocess
import sys

import keras
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keras_networks import CHANNELS_FIRST, keras_chain, network
from sizeup.analyses.count import arithmetic, count
from sizeup.dims import as_python, symbol, total
from sizeup.network import Call, Free, Graph, Layer, Network, Note, Parameter, Ref, Unknown
from sizeup.rules.graphs import bind, sequential

CONV = {"kernel_size": (3, 3), **CHANNELS_FIRST}
POOL = {"pool_size": (2, 2), **CHANNELS_FIRST}
RELU = ("Activation", {"activation": "relu"})


def vgg1(filters=32, rows=28, cols=28, classes=35):
    """The first network of the question, channels first."""
    layers = [
        ("Conv2D", {"filters": filters, **CONV}), RELU, ("Conv2D", {"filters": filters, **CONV}), RELU,
        ("MaxPooling2D", POOL), ("Dropout", {"rate": 0.25}), ("Flatten", {}), ("Dense", {"units": 128}),
        RELU, ("Dropout", {"rate": 0.5}), ("Dense", {"units": classes}), ("Activation", {"activation": "softmax"}),
    ]  # fmt: skip
    return sequential("VGG1", (None, 1, rows, cols), layers)


def open_vgg1():
    free = tuple(
        Free(name, name, 4, "name is never assigned") for name in ("f", "h", "w", "k", "unused")
    )
    return vgg1(*map(symbol, ("f", "h", "w", "k"))).changed(free=free)


def test_the_json_has_the_shape_of_the_contract():
    ours = vgg1().changed(
        source="question.md",
        reader="python source",
        notes=(Note("assumed", "channels first", 4),),
    )
    graph = ours.graph.changed(
        layers=(ours.graph.layers[0].changed(line=4), *ours.graph.layers[1:])
    )
    found = count(ours.changed(graph=graph)).as_dict()
    layers = found.pop("layers")
    assert found == {
        "name": "VGG1", "source": "question.md", "reader": "python source", "when": None,
        "parameters": {"total": 604035, "trainable": 604035, "non_trainable": 0,
                       "at_least": 604035, "bytes": 2416140},
        "macs": 6097408, "formula": None, "free": [],
        "notes": [{"level": "assumed", "line": 4, "text": "channels first"}],
    }  # fmt: skip
    assert list(layers[0].items()) == [
        ("name", "conv2d_1"), ("kind", "Conv2D"), ("parent", None), ("line", 4),
        ("input_shapes", [[None, 1, 28, 28]]), ("output_shape", [None, 32, 26, 26]),
        ("parameters", 320), ("trainable", 320), ("macs", 194688), ("arithmetic", "3·3·1·32 + 32"),
        ("weights", [{"name": "kernel", "shape": [3, 3, 1, 32], "dtype": "float32", "trainable": True},
                     {"name": "bias", "shape": [32], "dtype": "float32", "trainable": True}]),
        ("shared_with", None),
    ]  # fmt: skip
    assert [(row["name"], row["parameters"], row["arithmetic"]) for row in layers if row["parameters"]] == [
        ("conv2d_1", 320, "3·3·1·32 + 32"), ("conv2d_2", 9248, "3·3·32·32 + 32"),
        ("dense_1", 589952, "4,608·128 + 128"), ("dense_2", 4515, "128·35 + 35"),
    ]  # fmt: skip
    assert [row["arithmetic"] for row in layers if not row["parameters"]] == [""] * 8


def test_the_batch_multiplies_macs_and_nothing_else():
    one, eight = count(vgg1()).as_dict(), count(vgg1(), batch=8).as_dict()
    assert eight["macs"] == 8 * one["macs"] == 8 * 6097408
    assert [row["macs"] for row in eight["layers"]] == [8 * row["macs"] for row in one["layers"]]
    assert eight["layers"][0]["output_shape"] == [None, 32, 26, 26]
    assert eight["parameters"] == one["parameters"]


CLASSES = st.integers(1, 40)


@settings(max_examples=15)
@given(st.integers(1, 20), st.integers(6, 24), st.integers(6, 24), CLASSES)
def test_the_formula_gives_what_keras_counts(f, h, w, k):
    layers = [(layer.kind, dict(layer.config)) for layer in vgg1(f, h, w, k).graph.layers]
    truth = keras_chain((None, 1, h, w), layers).count_params()
    values = {"f": f, "h": h, "w": w, "k": k}
    found = count(open_vgg1()).as_dict()
    assert eval(found["formula"], values) == truth
    assert count(bind(open_vgg1(), values)).total == truth
    macs = count(vgg1(f, h, w, k)).macs
    assert eval(found["macs"], {"f": f, "h": h, "w": w, "k": k}) == macs


def test_while_something_is_free_what_depends_on_it_is_a_string():
    found = count(open_vgg1()).as_dict()
    assert found["parameters"]["total"] is None
    assert found["parameters"]["non_trainable"] == 0
    assert found["parameters"]["trainable"] == found["formula"]
    assert isinstance(found["parameters"]["bytes"], str)
    assert found["layers"][0]["output_shape"] == [None, "f", "h - 2", "w - 2"]
    assert found["layers"][0]["arithmetic"] == "3·3·1·f + f"
    assert found["layers"][7]["arithmetic"] == "f·⌊(h−4)/2⌋·⌊(w−4)/2⌋·128 + 128"
    assert [free["name"] for free in found["free"]] == ["f", "h", "w", "k"]


def test_what_is_certain_is_summed_while_something_is_free():
    # the only parameter without a symbol is the bias of dense_1
    assert count(open_vgg1()).at_least == 128


def test_a_name_that_only_shapes_and_macs_hang_on_is_free_and_the_formula_a_number():
    n = symbol("n")
    ours = sequential(
        "gap",
        (None, n, n, 3),
        [("Conv2D", {"filters": 4, "kernel_size": 3}), ("GlobalAveragePooling2D", {})],
    )
    found = count(ours.changed(free=(Free("n", "n", 1, ""),))).as_dict()
    assert found["free"] != []
    assert found["parameters"]["total"] is None
    assert eval(found["formula"]) == found["parameters"]["at_least"] == 4 * 28


def test_a_name_that_nothing_hangs_on_is_not_free():
    ours = vgg1().changed(free=(Free("epochs", "epochs", 1, ""),))
    assert count(ours).free == ()
    assert count(ours).total == 604035
    assert count(ours).formula is None


@pytest.mark.parametrize("batch", [1, 3])
def test_rows_without_parent_sum_to_the_total_with_symbols_too(batch):
    for ours in (vgg1(), open_vgg1(), network(frozen_nested())):
        found = count(ours, batch)
        top = [row for row in found.rows if row.parent is None]
        assert total(row.parameters for row in top) == found.parameters
        assert total(row.trainable for row in top) == found.trainable
        assert total(row.macs for row in top) * batch == found.macs


def frozen_nested():
    layers = keras.layers
    inner = keras.Sequential(
        [layers.Dense(6), layers.BatchNormalization(), layers.Dense(4)], name="inner"
    )
    inner.trainable = False
    image = keras.Input((5,))
    return keras.Model(image, layers.Dense(2, name="last")(inner(image)))


def test_a_parent_counts_its_children_and_freezes_them_as_keras_does():
    model = frozen_nested()
    found = count(network(model))
    numbers = found.as_dict()["parameters"]
    trainable = sum(weight.value.size for weight in model.trainable_weights)
    assert numbers["total"] == model.count_params()
    assert numbers["trainable"] == trainable
    assert numbers["non_trainable"] == model.count_params() - trainable
    table = {row["name"]: row for row in found.as_dict()["layers"]}
    inner = table["inner"]
    assert inner["parameters"] == model.get_layer("inner").count_params()
    assert [row["parent"] for row in table.values() if row["name"].startswith("inner/")] == [
        "inner"
    ] * 4
    assert inner["arithmetic"] == "36 + 24 + 28"
    assert not any(
        weight["trainable"] for row in table.values() for weight in row["weights"] if row["parent"]
    )


def test_a_layer_used_inside_and_outside_is_counted_once():
    layers = keras.layers
    dense = layers.Dense(5, name="twice")
    inner = keras.Sequential([keras.Input((5,)), dense], name="inner")
    image = keras.Input((5,))
    model = keras.Model(image, inner(dense(image)))
    found = count(network(model)).as_dict()
    assert found["parameters"]["total"] == model.count_params() == 30
    table = {row["name"]: row for row in found["layers"]}
    assert (table["twice"]["parameters"], table["twice"]["shared_with"]) == (30, None)
    assert (table["inner/twice"]["parameters"], table["inner/twice"]["shared_with"]) == (0, "twice")


def parameters(*shapes):
    return [Parameter(f"p{number}", shape) for number, shape in enumerate(shapes)]


@pytest.mark.parametrize(
    ("shapes", "text"),
    [
        ([], ""),
        ([(3, 3, 1, 32), (32,)], "3·3·1·32 + 32"),
        ([(64,)] * 4, "4·64"),
        ([(64,), (2, 2), (64,), (32,)], "2·64 + 2·2 + 32"),
        ([(2, 2), (2, 2)], "2·2 + 2·2"),
        ([()], "1"),
        ([(1_000_000,), (4608, 128)], "1,000,000 + 4,608·128"),
        ([(symbol("a") + 1, symbol("b"))], "(a + 1)·b"),
        ([(symbol("a") + 1,)] * 2, "2·(a + 1)"),
        ([(symbol("units"),)], "units"),
    ],
)
def test_arithmetic_is_the_products_of_the_shapes(shapes, text):
    assert arithmetic(parameters(*shapes)) == text


@settings(max_examples=60)
@given(st.lists(st.lists(st.integers(0, 3000), min_size=0, max_size=4).map(tuple), max_size=6))
def test_arithmetic_adds_up_to_the_count(shapes):
    tensors = parameters(*shapes)
    text = arithmetic(tensors).replace("·", "*").replace(",", "") or "0"
    assert eval(text) == sum(tensor.count for tensor in tensors)


def one_layer(parameter=None, **more):
    owned = (parameter,) if parameter else ()
    layer = Layer(
        "x",
        "X",
        parameters=owned,
        calls=(Call((Ref(-1),), ((None, 3),), ((None, 3),)),),
        line=5,
        **more,
    )
    return Network("n", Graph((layer,), ((None, 3),), (Ref(0),)))


@pytest.mark.parametrize(
    ("dtype", "size"),
    [
        ("float32", 4),
        ("int32", 4),
        ("float16", 2),
        ("bfloat16", 2),
        ("int8", 1),
        ("float64", 8),
        ("int64", 8),
    ],
)
def test_bytes_are_those_of_the_dtype(dtype, size):
    assert count(one_layer(Parameter("w", (3, 7), dtype))).bytes == 21 * size


def test_the_bytes_of_a_dtype_that_nobody_knows_are_unknown():
    found = count(one_layer(Parameter("w", (3, 7), "q4_k")))
    assert (found.total, found.bytes) == (21, None)


def test_an_unknown_layer_makes_the_total_a_lower_bound_that_says_so():
    unknown = (
        vgg1().graph.layers[-1].changed(unknown=Unknown("made by a function that is not here", 9))
    )
    ours = vgg1()
    found = count(
        ours.changed(graph=ours.graph.changed(layers=(*ours.graph.layers[:-1], unknown)))
    ).as_dict()
    assert found["parameters"] == {
        "total": None, "trainable": None, "non_trainable": None, "at_least": 604035, "bytes": None
    }  # fmt: skip
    assert (found["formula"], found["macs"]) == (None, None)
    row = found["layers"][-1]
    assert (row["parameters"], row["trainable"], row["macs"]) == (None, None, None)
    (note,) = found["notes"]
    assert (note["level"], note["line"]) == ("unknown", 9)
    assert "activation_4" in note["text"]
    assert "made by a function that is not here" in note["text"]


def test_an_unknown_layer_makes_what_it_is_inside_of_unknown():
    inner = one_layer(unknown=Unknown("why")).graph
    outer = Layer(
        "outer", "Functional", calls=(Call((Ref(-1),), ((None, 3),), ((None, 3),), 0, inner),)
    )
    rows = count(Network("n", Graph((outer,), ((None, 3),), (Ref(0),)))).as_dict()["layers"]
    assert [(row["name"], row["parameters"]) for row in rows] == [
        ("outer", None),
        ("outer/x", None),
    ]
    assert rows[1]["line"] == 5


def test_a_network_that_is_in_part_unknown_or_cannot_exist_has_no_total_but_a_note():
    for ours in (
        vgg1().changed(unknown=(Unknown("a branch", 3),)),
        vgg1().changed(error="a branch", error_line=3),
    ):
        found = count(ours).as_dict()
        assert found["parameters"]["total"] is None
        assert found["parameters"]["at_least"] == 604035
        assert found["notes"] == [{"level": "unknown", "line": 3, "text": "a branch"}]


def test_shapes_that_are_open_or_several_or_unknown():
    several = (
        one_layer()
        .graph.layers[0]
        .changed(
            calls=(Call((Ref(-1),), ((None, None, 3),), ((None, 3), (None, 4)), None),),
        )
    )
    found = count(Network("n", Graph((several,)))).as_dict()
    row = found["layers"][0]
    assert row["input_shapes"] == [[None, None, 3]]
    assert row["output_shape"] == [[None, 3], [None, 4]]
    assert (row["macs"], found["macs"]) == (None, None)
    untold = several.changed(calls=(Call((Ref(-1),), (None,), (None,)),))
    row = count(Network("n", Graph((untold,)))).as_dict()["layers"][0]
    assert (row["input_shapes"], row["output_shape"]) == ([None], None)
    stored = several.changed(calls=())
    row = count(Network("n", Graph((stored,)))).as_dict()["layers"][0]
    assert (row["input_shapes"], row["output_shape"], row["macs"]) == ([], None, 0)


def test_symbols_are_in_the_grammar_of_the_formula():
    assert count(open_vgg1()).as_dict()["layers"][0]["parameters"] == as_python(10 * symbol("f"))


def test_counting_imports_neither_rules_nor_what_is_heavy():
    code = (
        "import sys, sizeup.analyses.count\n"
        "heavy = {'typing', 'fractions', 'decimal', 'numpy', 'json', 'sizeup.rules.registry'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path[:0] = {sys.path!r}; " + code],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"
