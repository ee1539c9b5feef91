"""Differences: the answer to the question, the JSON, and the words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapley_truth import effects, shapley

from keras_networks import CHANNELS_FIRST, keras_total
from sizeup.analyses.diff import diff
from sizeup.dims import bind, symbol
from sizeup.network import Graph, Layer, Network, Parameter, Unknown
from sizeup.readers.mlp import read_mlp
from sizeup.rules.graphs import sequential

CONV = {"kernel_size": (3, 3), **CHANNELS_FIRST}
POOL = ("MaxPooling2D", {"pool_size": (2, 2), **CHANNELS_FIRST})
RELU = ("Activation", {"activation": "relu"})


# --- the question -----------------------------------------------------------------------------


def question(*, block, units, filters=32, rows=28, classes=35):
    conv = [("Conv2D", {"filters": filters, **CONV}), RELU]
    deeper = [("Conv2D", {"filters": 64, **CONV}), RELU]
    dropout = ("Dropout", {"rate": 0.25})
    layers = [
        *conv, *conv, POOL, dropout, *([*deeper, *deeper, POOL, dropout] if block else []),
        ("Flatten", {}), ("Dense", {"units": units}), RELU, ("Dropout", {"rate": 0.5}),
        ("Dense", {"units": classes}), ("Activation", {"activation": "softmax"}),
    ]  # fmt: skip
    return (None, 1, rows, rows), layers


def question_network(name="net", **settings):
    return sequential(name, *question(**settings))


def question_total(made, **settings):
    units = 256 if "units" in made else 128
    return keras_total(*question(block="block" in made, units=units, **settings))


def test_the_question_is_answered():
    before = question_network("VGG1", block=False, units=128)
    after = question_network("VGG2", block=True, units=256)
    found = diff(before, after).as_dict()
    assert found["delta"] == -267648
    block, units = found["changes"]
    assert block == {
        "what": "the second block (Conv2D 64, Conv2D 64, MaxPooling2D)",
        "layers": ["conv2d_3", "activation_3", "conv2d_4", "activation_4", "max_pooling2d_2", "dropout_2"],
        "effect": -632704, "alone": -403328, "undone": -862080,
        "because": "it owns 55,424; it shrinks what enters dense_1 from 32·12·12 = 4,608 to "
        "64·4·4 = 1,024: 4,608·128 became 3·3·32·64 + 3·3·64·64 + 1,024·128",
    }  # fmt: skip
    assert units == {
        "what": "Dense 128 → 256", "layers": ["dense_1"],
        "effect": 365056, "alone": 594432, "undone": 135680,
        "because": "4,608·128 + 128·35 became 4,608·256 + 256·35",
    }  # fmt: skip
    assert effects(diff(before, after)) == shapley(["block", "units"], question_total)
    assert [list(row.values()) for row in found["layers"] if row["parameters"] != [None, 0]] == [
        [None, "conv2d_3", [None, 18496], "only in VGG2"],
        [None, "conv2d_4", [None, 36928], "only in VGG2"],
        ["dense_1", "dense_1", [589952, 262400], "units 128 → 256; its input is 1,024 wide instead of 4,608"],
        ["dense_2", "dense_2", [4515, 8995], "its input is 256 wide instead of 128"],
    ]  # fmt: skip
    assert list(found) == [
        "before",
        "after",
        "delta",
        "changes",
        "layers",
        "note",
        "of",
        "totals",
        "orders",
        "grouped",
        "words",
    ]
    assert found["before"]["parameters"]["total"] == 604035
    assert found["after"]["parameters"]["total"] == 336387


def test_backwards_everything_is_taken_back():
    one, two = question_network(block=False, units=128), question_network(block=True, units=256)
    there, back = effects(diff(one, two)), effects(diff(two, one))
    assert back == [(-effect, -undone, -alone) for effect, alone, undone in there]


def test_the_perceptrons_of_the_question_differ_by_one_layer():
    found = diff(read_mlp("784:2000:2000:10"), read_mlp("784:2000:50:2000:10"))
    assert found.delta == 1_792_060 - 5_592_010
    (change,) = found.changes
    assert (change.what, change.layers) == ("Dense 50 inserted", ("dense_2",))
    assert (change.effect, change.alone, change.undone) == (found.delta,) * 3
    assert change.because.endswith("2,000·2,000 became 2,000·50 + 50·2,000")


SIZES = {"filters": st.integers(1, 12), "rows": st.integers(16, 30), "classes": st.integers(1, 40)}


@settings(max_examples=6)
@given(st.fixed_dictionaries(SIZES))
def test_formulas_give_what_the_real_hybrids_have(values):
    symbols = {name: symbol(name) for name in values}
    before = question_network(block=False, units=128, **symbols)
    after = question_network(block=True, units=256, **symbols)
    found = diff(before, after)
    assert [change.effect for change in found.changes] == [None, None]
    total = {
        made: question_total(made, **values)
        for made in ((), ("block",), ("units",), ("block", "units"))
    }
    everything = total["block", "units"]
    assert bind(found.delta, values) == everything - total[()]
    for change, this, other in zip(
        found.changes, ("block", "units"), ("units", "block"), strict=True
    ):
        assert bind(change.alone, values) == total[this,] - total[()]
        assert bind(change.undone, values) == everything - total[other,]
    json = found.as_dict()
    assert eval(json["delta"], dict(values)) == everything - total[()]
    assert isinstance(json["changes"][0]["alone"], str)


# --- words and edges --------------------------------------------------------------------------


def small(*layers, shape=(None, 8, 8, 3), name="n"):
    return sequential(
        name, shape, [*layers, ("GlobalAveragePooling2D", {}), ("Dense", {"units": 2})]
    )


def conv(filters=4, kernel_size=(3, 3), **more):
    return ("Conv2D", {"filters": filters, "kernel_size": kernel_size, "padding": "same", **more})


@pytest.mark.parametrize(
    ("before", "after", "whats"),
    [
        ([conv()], [conv(8)], ["Conv2D 4 → 8"]),
        ([conv()], [conv(8, (5, 5))], ["Conv2D 4 → 8", "Conv2D 4: kernel_size 3×3 → 5×5"]),
        ([conv()], [conv(use_bias=False)], ["Conv2D 4: use_bias True → False"]),
        ([conv()], [conv(), conv(5), RELU], ["Conv2D 5 inserted"]),
        ([conv(), conv(5)], [conv()], ["Conv2D 5 removed"]),
        ([conv()], [("SeparableConv2D", {"filters": 4, "kernel_size": 3})], ["Conv2D 4 replaced by SeparableConv2D 4"]),
        ([conv()], [conv(), conv(5), ("MaxPooling2D", {})], ["the first block (Conv2D 5, MaxPooling2D)"]),
        ([conv(), conv(5), ("MaxPooling2D", {})], [conv()], ["the first block (Conv2D 5, MaxPooling2D) removed"]),
        ([conv()], [conv(), ("Dropout", {"rate": 0.5})], ["Dropout 0.5 inserted"]),
        ([conv()], [conv(kernel_size=3)], []),
        ([conv(), RELU], [conv(), RELU], []),
        ([conv(), RELU], [conv(), ("Activation", {"activation": "tanh"})], ["Activation relu → tanh"]),
    ],
)  # fmt: skip
def test_changes_are_named_as_people_name_them(before, after, whats):
    found = diff(small(*before), small(*after))
    assert [change.what for change in found.changes] == whats
    assert sum(change.effect for change in found.changes) == found.delta


def test_long_runs_are_counted_instead_of_listed():
    found = diff(small(conv()), small(conv(), *[conv(5), ("BatchNormalization", {})] * 4))
    assert [change.what for change in found.changes] == [
        "Conv2D 5 ×4, BatchNormalization ×4 inserted"
    ]
    many = diff(small(conv()), small(conv(), *[conv(n) for n in range(11, 20)]))
    assert [change.what for change in many.changes] == [
        "Conv2D 11, Conv2D 12, Conv2D 13, Conv2D 14, Conv2D 15, Conv2D 16, 3 more kinds inserted"
    ]


def test_what_no_size_hangs_on_is_worth_nothing_and_said_once():
    found = diff(
        small(conv(), RELU, conv(5), RELU),
        small(
            conv(6),
            ("Activation", {"activation": "elu"}),
            conv(5),
            ("Activation", {"activation": "elu"}),
        ),
    )
    first, second = found.changes
    assert first.what == "Conv2D 4 → 6"
    assert (second.what, second.layers) == (
        "activation relu → elu throughout (2 Activation)",
        ("activation_1", "activation_2"),
    )
    assert (second.effect, second.alone, second.undone) == (0, 0, 0)


@pytest.mark.parametrize(
    ("before", "after", "because"),
    [
        ((None, 8, 8, 3), (None, 8, 8, 1), "its input has 1 channels instead of 3"),
        ((None, 8, 8, 3), (None, 9, 9, 3), None),
    ],
)
def test_rows_say_what_changed_in_the_input(before, after, because):
    found = diff(small(conv(), shape=before), small(conv(), shape=after))
    assert [row.because for row in found.layers] == ([because] if because else [])


def test_equal_networks_do_not_differ():
    found = diff(question_network(block=True, units=128), question_network(block=True, units=128))
    assert (found.delta, found.changes, found.layers, found.note) == (0, (), (), None)


def test_sides_are_named_by_their_networks_or_by_their_order():
    one, two = small(conv(), name="one"), small(conv(), conv(5), name="two")
    assert [row.because for row in diff(one, two).layers if row.before is None] == ["only in two"]
    same = two.changed(name="one")
    assert [row.because for row in diff(one, same).layers if row.before is None] == [
        "only in the network after"
    ]
    assert [row.because for row in diff(same, one).layers if row.after is None] == [
        "only in the network before"
    ]


def test_with_an_unknown_layer_the_difference_is_unknown_and_says_so():
    one, two = small(conv(), name="one"), small(conv(5), name="two")
    unknown = two.graph.layers[0].changed(unknown=Unknown("why"))
    two = two.changed(graph=two.graph.changed(layers=(unknown, *two.graph.layers[1:])))
    found = diff(one, two).as_dict()
    assert (found["delta"], found["changes"]) == (None, [])
    assert "two" in found["note"]
    assert ["conv2d_1", "conv2d_1", [112, None]] in [
        list(row.values())[:3] for row in found["layers"]
    ]


def test_a_network_that_cannot_exist_has_no_difference_to_another():
    one, two = (
        small(conv(), name="one"),
        small(conv(5), name="two").changed(error="no room", error_line=3),
    )
    found = diff(one, two)
    assert (found.delta, found.changes) == (None, ())
    assert "two" in found.note


def test_networks_of_stored_weights_alone_are_compared_layer_by_layer():
    def stored(**counts):
        return Network(
            "w",
            Graph(
                tuple(
                    Layer(n, "Weights", parameters=(Parameter("w", (c,)),))
                    for n, c in counts.items()
                )
            ),
        )

    found = diff(stored(a=3, b=4, c=5), stored(a=3, b=7, d=1, e=2))
    assert found.delta == 1
    assert sum(change.effect for change in found.changes) == 1


def test_parameters_that_are_shared_otherwise_are_a_difference_too():
    def pair(tied):
        layers = [
            ("Dense", {"units": 4, "use_bias": False}),
            ("Dense", {"units": 4, "use_bias": False}),
        ]
        chain = sequential("n", (None, 4), layers)
        shared = tuple(
            layer.changed(parameters=tuple(p.changed(tied=tied) for p in layer.parameters))
            for layer in chain.graph.layers
        )
        return chain.changed(graph=chain.graph.changed(layers=shared))

    found = diff(pair(None), pair("one"))
    assert found.delta == -16
    assert [change.effect for change in found.changes] == [-16]
