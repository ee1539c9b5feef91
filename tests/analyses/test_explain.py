"""The whole answer: the question's published figures, and other networks that must read as well."""

import json
from pathlib import Path

import keras
import pytest

from sizeup.analyses import explain as module
from sizeup.analyses.explain import explain
from sizeup.analyses.flat import flatten
from sizeup.analyses.journey import depth, journey_to
from sizeup.analyses.verdict import (
    Agreement,
    Deeper,
    Disagreement,
    Doubt,
    Impossible,
    Invalid,
    Pooling,
    Share,
)
from sizeup.errors import UsageError
from sizeup.readers import read

QUESTION = str(Path(__file__).parents[2] / "examples" / "question.txt")
DENSE = "m = Sequential([Dense(64, input_dim=100), Dense(10)])"  # 6,464 + 650 parameters
OPEN = "m = Sequential([Dense(4 * n, input_dim=7), Dense(2)])"  # 40 n + 2 parameters


def explained(*sources):
    return explain([read(source) for source in sources])


def explained_text(prose, *code):
    text = "\n\n".join([prose, *(f"    {line}" for line in code)])
    return explain([read("-", stdin=text)])


def of_kind(explanation, kind):
    return [finding for finding in explanation.findings if isinstance(finding, kind)]


@pytest.fixture(scope="module")
def question():
    return explained(QUESTION)


def question_in_keras(second):
    """The networks that were asked about, as real Keras builds them."""
    layers = keras.layers
    block = [layers.Conv2D(64, 3), layers.Conv2D(64, 3), layers.MaxPooling2D(2)]
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.Conv2D(32, 3),
        layers.Conv2D(32, 3),
        layers.MaxPooling2D(2),
        *(block if second else []),
        layers.Flatten(),
        layers.Dense(256 if second else 128),
        layers.Dense(35),
    ])  # fmt: skip


def test_the_totals_in_the_text_are_taken_in_their_order(question):
    assert [each.quantity.stated for each in question.stated] == [604_035, 336_387]
    notes = json.loads(json.dumps(question.as_dict()))["networks"][0]["notes"]
    assert [n["level"] for n in notes if "604035 in the text" in n["text"]] == ["assumed"]


def test_the_totals_give_the_hyperparameters_and_no_others(question):
    values = dict(
        nb_filters=32, nb_conv=3, img_rows=28, img_cols=28, nb_pool=2, nb_classes=35
    )  # fmt: skip
    assert question.solutions.listed[0].values == values
    assert (question.solutions.count, question.solutions.complete) == (4, True)
    assert {"left": "(img_rows - 2*nb_conv + 2)//nb_pool", "right": "12"} in [
        relation.as_dict() for relation in question.solutions.shared.relations
    ]


def test_the_plainest_solution_gives_the_published_counts(question):
    rows = [[row.parameters for row in c.rows if row.parameters] for c in question.bound]
    assert rows == [[320, 9_248, 589_952, 4_515], [320, 9_248, 18_496, 36_928, 262_400, 8_995]]
    assert [c.total for c in question.bound] == [604_035, 336_387]
    assert [c.macs for c in question.bound] == [6_097_408, 9_976_704]


def test_the_difference_is_told_change_by_change(question):
    assert question.difference.delta == -267_648
    assert [(c.effect, c.alone) for c in question.difference.changes] == [
        (-632_704, -403_328),
        (365_056, 594_432),
    ]


def test_nothing_is_wrong_with_the_question(question):
    assert question.wrong is False
    assert of_kind(question, Agreement) == [Agreement(("VGG1", "VGG2"), solved=True, exact=True)]
    (deeper,) = of_kind(question, Deeper)
    assert (deeper.deep, deeper.depths, deeper.totals) == ("VGG2", (6, 4), (336_387, 604_035))


@pytest.mark.parametrize("second", [False, True])
def test_the_journey_of_the_image_is_that_of_keras(question, second):
    share = of_kind(question, Share)[second]
    model = question_in_keras(second)
    sides = [28, *(layer.output.shape[1] for layer in model.layers if len(layer.output.shape) == 4)]
    assert [step.sides for step in share.journey.steps] == [(side, side) for side in sides]
    assert share.journey.width == model.layers[-2].input.shape[1]
    pools = [step.factor for step in share.journey.steps if step.by == "pool"]
    assert pools == [2] * (1 + second)


def test_the_second_pooling_is_named_with_what_it_does(question):
    (pooling,) = of_kind(question, Pooling)
    assert (pooling.network, pooling.number) == ("VGG2", 2)
    assert (pooling.before, pooling.after) == ((64, 8, 8), (64, 4, 4))


@pytest.mark.parametrize("second", [False, True])
def test_global_pooling_leaves_what_keras_counts(question, second):
    layers = question_in_keras(second).layers
    pooled = keras.Sequential([
        keras.Input((28, 28, 1)),
        *(type(each).from_config(each.get_config()) for each in layers[:-3]),
        keras.layers.GlobalAveragePooling2D(),
        *(type(each).from_config(each.get_config()) for each in layers[-2:]),
    ])  # fmt: skip
    assert of_kind(question, Share)[second].pooled == pooled.count_params()


def test_perceptrons_in_the_text_are_counted_too():
    found = explained_text("784:2000:2000:10 against 784:2000:50:2000:10", DENSE)
    counts = [(c.network.name, c.total) for c in found.mentioned]
    assert counts == [("784:2000:2000:10", 5_592_010), ("784:2000:50:2000:10", 1_792_060)]


@pytest.mark.parametrize(
    ("name", "layers"),
    [("vgg16", 16), ("vgg19", 19), ("resnet50", 50), ("resnet152", 152), ("resnet110", 110)],
)
def test_depth_is_the_number_in_a_networks_name(name, layers):
    assert depth(flatten(read(f"zoo:{name}")[0].graph)) == layers


def test_other_pairs_read_as_well():
    pair = explained("zoo:vgg19", "zoo:resnet152")
    (deeper,) = of_kind(pair, Deeper)
    (share,) = of_kind(pair, Share)
    assert (deeper.deep, deeper.depths) == ("resnet152", (152, 19))
    assert (share.layer, share.parameters) == ("dense_1", 102_764_544)  # 25,088 · 4,096 + 4,096
    assert share.journey.factors == (7, 7, 512)
    assert pair.wrong is False


def test_two_perceptrons_have_no_image_and_no_journey():
    pair = explained("784:2000:2000:10", "784:2000:50:2000:10")
    assert pair.difference.delta == 1_792_060 - 5_592_010
    assert [share.journey for share in of_kind(pair, Share)] == [None, None]
    assert of_kind(pair, Deeper)[0].depths == (4, 3)


def test_three_networks_have_no_difference_but_findings():
    three = explained("zoo:vgg1", "zoo:vgg2", "zoo:lenet5")
    assert three.difference is None
    assert len(of_kind(three, Share)) == 3


def test_one_plain_network_is_not_accused_of_anything():
    one = explained("784:10")
    assert (one.findings, one.wrong) == ((), None)


def test_a_total_that_the_code_gives_is_agreement():
    found = explained_text("It has 7,114 parameters.", DENSE)
    assert found.findings == (Agreement(("m",), solved=False, exact=True),)
    assert explained_text("It has 7.1k parameters.", DENSE).wrong is False


def test_a_total_that_the_code_does_not_give_is_wrong():
    found = explained_text("It has 7,115 parameters.", DENSE)
    assert found.findings == (Disagreement("m", "7,115", 7_114, 1),)
    assert found.wrong is True


def test_totals_in_another_order_are_still_those_of_the_code():
    code = [DENSE, "k = Sequential([Dense(10, input_dim=784)])"]
    found = explained_text("7,850 and 7,114 parameters", *code)
    assert [each.text for each in found.stated] == ["7,114", "7,850"]
    assert found.wrong is False


def test_totals_that_no_values_give_are_wrong():
    found = explained_text("count_params() gives 1,001", OPEN)
    assert found.findings == (Impossible(("m",), proved=True),)
    assert found.wrong is True
    assert found.bound is found.counts


def test_a_rounded_total_is_solved_within_its_rounding():
    found = explained_text("about 4k parameters", OPEN)
    assert 3_500 <= found.bound[0].total <= 4_499
    assert of_kind(found, Agreement)[0].exact is False


def test_more_totals_than_networks_are_left_alone():
    found = explained_text("1,234 or 5,678 parameters", OPEN)
    assert (found.stated, found.solutions, found.findings) == ((), None, ())


def test_without_the_solver_all_else_is_answered(monkeypatch):
    def missing(*_):
        raise UsageError("not installed")

    monkeypatch.setattr(module, "solve_networks", missing)
    found = explained(QUESTION)
    assert (found.unsolved, found.solutions, found.wrong) == ("not installed", None, None)
    assert found.difference is not None


def test_names_that_occur_in_two_sources_are_not_mixed_up(tmp_path):
    for name, total, code in (
        ("a", "2,002", OPEN),
        ("b", "8,003", "m = Sequential([Dense(4 * k, input_dim=7), Dense(3)])"),  # 44 k + 3
    ):
        (tmp_path / f"{name}.md").write_text(f"{total} parameters\n\n    {code}\n")
    found = explained(str(tmp_path / "a.md"), str(tmp_path / "b.md"))
    assert found.solutions.listed == ()  # 44 k + 3 is never 8,003
    (tmp_path / "b.md").write_text((tmp_path / "b.md").read_text().replace("8,003", "4,403"))
    found = explained(str(tmp_path / "a.md"), str(tmp_path / "b.md"))
    assert found.solutions.listed[0].values == {"n": 50, "k": 100}


def test_an_invalid_network_among_others_is_wrong_and_the_rest_is_answered():
    code = [DENSE, "bad = Sequential([Conv2D(8, 5, input_shape=(4, 4, 1))])"]
    found = explained_text("Two networks:", *code)
    assert [finding.network for finding in of_kind(found, Invalid)] == ["bad"]
    assert found.wrong is True
    assert found.difference is None
    assert found.counts[0].total == 7_114


def test_what_is_unknown_leaves_the_verdict_open():
    code = "i = Input((4,)); m = Model(i, mystery(Dense(3)(i)))"
    found = explained_text("It has 1,234 parameters.", code)
    assert [finding.level for finding in of_kind(found, Doubt)] == ["unknown"]
    assert found.wrong is None
    assert found.counts[0].at_least == 15


def test_the_largest_layer_is_found_inside_of_nested_models():
    text = (
        "base = Sequential([Input((8, 8, 3)), Conv2D(16, 3), Flatten()])\n"
        "m = Sequential([Input((8, 8, 3)), base, Dense(64), Dense(10)])"
    )
    found = explain([read("-:m", stdin=text)])
    (share,) = of_kind(found, Share)
    assert (share.layer, share.journey.factors) == ("dense_1", (6, 6, 16))
    assert share.pooled == 448 + 16 * 64 + 64 + 650


def test_a_layer_that_sees_no_flattened_image_has_no_journey():
    text = "m = Sequential([Input((8, 8, 3)), Flatten(), Dense(4), Dense(9000), Dense(1)])"
    graph = flatten(read("-", stdin=text)[0].graph)
    places = {layer.name: number for number, layer in enumerate(graph.layers)}
    assert journey_to(graph, places["dense_2"]) is None
    assert journey_to(graph, places["dense_1"]).factors == (8, 8, 3)


def test_strides_and_uneven_sides_are_told():
    text = (
        "m = Sequential([Input((64, 48, 3)), Conv2D(32, (3, 5), strides=2), MaxPooling2D(3, 2),"
        " Flatten(), Dense(512), Dense(9), Dense(9)])"
    )
    (share,) = of_kind(explain([read("-", stdin=text)]), Share)
    steps = [(step.sides, step.by, step.factor) for step in share.journey.steps]
    assert steps == [((64, 48), "", 1), ((31, 22), "stride", 2), ((15, 10), "pool", 2)]


def test_the_json_is_plain_data(question):
    document = json.loads(json.dumps(question.as_dict()))
    assert document["wrong"] is False
    assert [finding["kind"] for finding in document["findings"]] == [
        "agreement", "deeper", "share", "share", "pooling",
    ]  # fmt: skip
    assert [each["total"] for each in document["stated"]] == [604_035, 336_387]
