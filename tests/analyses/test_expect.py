"""What is said to explain a count is a network that the real Keras counts so."""

from __future__ import annotations

import io
import json
import re
import warnings

import keras
import pytest
from keras import layers

import sizeup
from expect_networks import CASES, NETWORKS, rounded, source_of, text_of, truth
from readers.keras_truth import run
from sizeup.analyses.expect import expect
from sizeup.analyses.expect_search import Search
from sizeup.analyses.expect_values import SIDE, WIDTH, meeting, plainest, surprise
from sizeup.cli import main
from sizeup.dims import symbol
from sizeup.numbers import parse_count

FIRST = 3
SMALL = [case for case in CASES if case.network in
         {"mnist_cnn", "imdb_lstm", "text_cnn", "autoencoder", "seq2seq", "wavenet"}]  # fmt: skip


def asked(capsys, monkeypatch, source: str, text: str | None, *more: str) -> tuple[int, dict]:
    monkeypatch.setattr("sys.stdin", io.StringIO(text or ""))
    status = main(["count", source, "--json", *more])
    return status, json.loads(capsys.readouterr().out)


def test_the_true_cause_is_among_the_first_three(capsys, monkeypatch):
    missed = []
    for case in SMALL:
        number = truth(case)
        more = ("--expect", str(number))
        status, said = asked(capsys, monkeypatch, source_of(case), text_of(case), *more)
        found = said["networks"][0]["expect"]
        assert status == 1
        assert {each["total"] for each in found["explanations"]} <= {number}
        whats = [each["what"] for each in found["explanations"][:FIRST]]
        if not any(re.search(case.cause, what) for what in whats):
            missed.append((case.network, case.cause, whats))
    assert len(missed) <= 1, missed  # BatchNormalization for Dropout is not among what is tried


def edited(old: str, new: str, text: str = "mnist_cnn") -> int:
    changed = NETWORKS[text].replace(old, new)
    assert changed != NETWORKS[text]
    return run(changed).count_params()


@pytest.mark.parametrize(
    ("old", "new", "text", "what"),
    [
        ("layers.Flatten()", "layers.GlobalAveragePooling2D()", "mnist_cnn", "made GlobalAverage"),
        ("layers.Dense(", "layers.Dense(use_bias=False, units=", "mnist_cnn", "no use_bias in all 2 Dense"),
        ("(2, 2)", "(3, 3)", "mnist_cnn", "max_pooling2d_1.pool_size 2 → 3"),
    ],
)  # fmt: skip
def test_a_flag_or_kind_gives_what_keras_counts(old, new, text, what):
    source = NETWORKS[text]
    number = run(source.replace(old, new)).count_params()
    found = expect(sizeup.read("-", text=source)["model"], parse_count(str(number)))
    assert any(what in each.as_dict()["what"] for each in found.explanations)


def test_what_is_counted_otherwise_is_what_keras_says():
    text = """
from keras import Input, Model, Sequential, layers
inner = Sequential([Input((8, 8, 3)), layers.Conv2D(5, 3, use_bias=False), layers.BatchNormalization(),
                    layers.GlobalMaxPooling2D()], name="inner")
a, b = Input((8, 8, 3)), Input((8, 8, 3))
model = Model([a, b], layers.Dense(4)(layers.Add()([inner(a), inner(b)])))
"""
    model = run(text)
    model.compile("adam")
    model.optimizer.build(model.trainable_variables)
    whole, trained = model.count_params(), sum(w.value.size for w in model.trainable_weights)
    state = sum(v.value.size for v in model.optimizer.variables)
    biases = 4
    numbers = {
        "trainable": trained, "biases": whole - biases, "optimizer": whole + state,
        "bytes": 4 * whole, "head": whole - model.layers[-1].count_params(),
        "flops": 2 * sizeup.count(sizeup.read("-", text=text)["model"]).macs,
    }  # fmt: skip
    network = sizeup.read("-", text=text)["model"]
    for kind, number in numbers.items():
        found = expect(network, parse_count(str(number)))
        kinds = {change.kind for each in found.explanations for change in each.changes}
        assert kind in kinds, (kind, number, kinds)


def test_tied_and_shared_embeddings_are_counted_once_or_twice(capsys, monkeypatch):
    text = """
from keras import Input, Model, layers
words = layers.Embedding(500, 16)
a, b = Input((7,)), Input((7,))
x = layers.Concatenate()([words(a), words(b)])
model = Model([a, b], layers.Dense(500, use_bias=False)(layers.Dense(16)(x)))
"""
    whole = run(text).count_params()
    for number, kind in ((whole - 500 * 16, "tied"), (whole + 500 * 16, "calls")):
        more = ("--expect", str(number))
        _, said = asked(capsys, monkeypatch, "-:model", text, *more)
        found = said["networks"][0]["expect"]
        assert kind in [each["kind"] for each in found["explanations"][:FIRST]]


def test_the_status_says_whether_the_total_rounds_to_it(capsys, monkeypatch):
    text = NETWORKS["mnist_cnn"]
    total = run(text).count_params()
    for number, status in (
        (str(total), 0),
        (f"{total:,}", 0),
        ("1.20M", 0),
        (str(total + 1), 1),
        ("1.21M", 1),
    ):
        got, said = asked(capsys, monkeypatch, "-", text, "--expect", number)
        found = said["networks"][0]["expect"]
        assert (got, found["fits"], found["actual"]) == (status, status == 0, total)
        assert found["explanations"] == [] or status == 1
    lost = "from keras import *\nmodel = Sequential([Input((3,)), mystery(), layers.Dense(2)])"
    got, said = asked(capsys, monkeypatch, "-", lost, "--expect", "77")
    assert (got, said["networks"][0]["expect"]["fits"]) == (3, None)


def test_a_number_that_is_none_is_refused_in_one_line(capsys):
    assert main(["count", "784:10", "--expect", "many"]) == 2
    assert main(["count", "784:10", "--expect", "nose=3"]) == 2
    errors = capsys.readouterr().err
    assert errors.count("\n") == 2
    assert "'many' is not a number" in errors


def test_the_network_is_asked_by_name_or_all_are(capsys, monkeypatch):
    text = (
        NETWORKS["mnist_cnn"] + "\nsmall = keras.Sequential([keras.Input((4,)), layers.Dense(3)])\n"
    )
    status, said = asked(capsys, monkeypatch, "-", text, "--expect", "15")
    assert status == 0
    assert [("expect" in network) for network in said["networks"]] == [False, True]
    status, said = asked(capsys, monkeypatch, "-", text, "--expect", "model=15")
    assert status == 1
    assert [("expect" in network) for network in said["networks"]] == [True, False]


def test_what_is_free_takes_the_values_that_give_the_number(capsys, monkeypatch):
    text = (
        "from keras import *\nm = Sequential([Input((30,)), layers.Dense(units), layers.Dense(7)])"
    )
    whole = run(text.replace("units", "11"), "m").count_params()
    status, said = asked(capsys, monkeypatch, "-", text, "--expect", str(whole))
    found = said["networks"][0]["expect"]
    assert (status, found["complete"]) == (0, True)
    assert [each["change"][0]["setting"] for each in found["explanations"]] == ["units=11"]
    assert asked(capsys, monkeypatch, "-", text, "--expect", str(whole + 1))[0] == 1


def test_saved_models_and_printed_summaries_are_explained_too(tmp_path, capsys, monkeypatch):
    model = run(NETWORKS["mnist_cnn"])
    saved = tmp_path / "model.keras"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of NumPy's, of Keras' own
        model.save(saved)
    number = edited("num_classes = 10", "num_classes = 12")
    _, said = asked(capsys, monkeypatch, str(saved), None, "--expect", str(number))
    first = said["networks"][0]["expect"]["explanations"][0]
    assert (first["kind"], first["total"], first["change"][0]["after"]) == ("classes", number, 12)
    lines: list[str] = []
    model.summary(print_fn=lines.append)
    _, said = asked(capsys, monkeypatch, "-", "\n".join(lines), "--expect", str(number))
    kinds = [each["kind"] for each in said["networks"][0]["expect"]["explanations"][:FIRST]]
    assert "classes" in kinds


def test_two_changes_are_found_where_one_does_not_do():
    number = edited("(28, 28, 1)", "(28, 28, 3)")
    text = NETWORKS["mnist_cnn"].replace("num_classes = 10", "num_classes = 20")
    found = expect(sizeup.read("-", text=text)["model"], parse_count(str(number)))
    pairs = [
        {change.kind for change in e.changes} for e in found.explanations if len(e.changes) == 2
    ]
    assert {"classes", "channels"} in pairs


def test_every_pair_and_every_value_is_what_keras_counts(capsys, monkeypatch):
    text = NETWORKS["autoencoder"]
    status, said = asked(capsys, monkeypatch, "-:model", text, "--expect", "300k")
    found = said["networks"][0]["expect"]
    assert status == 1
    assert len(found["explanations"]) == min(100, found["count"])
    for each in found["explanations"]:
        low, high = found["range"]
        assert low <= each["total"] <= high
        settings = [change["setting"] for change in each["change"]]
        if all(settings):
            changed = re.sub(r"encoding_dim = 32", settings[0].replace("=", " = "), text)
            assert run(changed).count_params() == each["total"]


def test_a_person_reads_the_answer_and_how_many_there_are(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(NETWORKS["mnist_cnn"]))
    number = edited("num_classes = 10", "num_classes = 26")
    assert main(["count", "-", "--expect", str(number)]) == 1
    text = capsys.readouterr().out
    assert f"model has 1,199,882 parameters, not {number}." in text
    assert "1 single change would give it, the plainest first:" in text
    assert "num_classes 10 → 26" in text
    monkeypatch.setattr("sys.stdin", io.StringIO(NETWORKS["mnist_cnn"]))
    assert main(["count", "-", "--expect", "1.2M"]) == 0
    assert "model has 1,199,882 parameters, which is 1.2M." in capsys.readouterr().out


def test_more_blocks_are_as_many_parameters_as_keras_has():
    def tower(blocks: int) -> keras.Model:
        inputs = keras.Input((8, 8, 4))
        x = inputs
        for _ in range(blocks):
            y = layers.ReLU()(layers.BatchNormalization()(layers.Conv2D(4, 3, padding="same")(x)))
            x = layers.Add()([x, layers.Conv2D(4, 3, padding="same")(y)])
        return keras.Model(inputs, layers.Dense(2)(layers.Flatten()(x)))

    network = sizeup.api._one(tower(3), None)
    for blocks in (1, 2, 4, 7, 20):
        number = tower(blocks).count_params()
        found = expect(network, parse_count(str(number)))
        changes = [e.changes[0] for e in found.explanations if e.changes[0].kind == "depth"]
        assert [(c.before, c.after) for c in changes][:1] == [(3, blocks)]


def test_the_values_that_meet_a_number_are_all_of_them():
    x = symbol("x")
    for dim in (
        54 * x**2 + 12 * x + 7,
        2048 * (x // 4) ** 2 + 5,
        (x - 3) * (x - 3) * 8 + 1,
        900 // x,
    ):
        for span in ((0, 40), (500, 3000), (61, 61)):
            truths = {
                v for v in range(1, 1025)
                if span[0] <= eval(str(dim).replace("·", "*"), {"x": v}) <= span[1]
            }  # fmt: skip
            found = {v for a, b in meeting(dim, "x", span, 1024) for v in range(a, b + 1)}
            assert found == truths, (dim, span)


def test_plain_values_come_first():
    assert plainest(WIDTH, 100, (90, 130)) == 128
    assert plainest(SIDE, 28, (28, 33)) == 32
    assert surprise(WIDTH, 64, 128) < surprise(WIDTH, 64, 100) < surprise(WIDTH, 64, 797)


@pytest.mark.parametrize(("number", "other", "text"), [
    (23_528_522, None, "23.5M"), (604_035, None, "604k"), (1_200_458, 1_199_882, "1.2005M"),
])  # fmt: skip
def test_papers_round_as_far_as_tells_numbers_apart(number, other, text):
    assert rounded(number, other) == text


def test_a_search_whose_effort_ends_among_the_flags_is_an_answer():
    (network,) = sizeup.read("zoo:lenet5").networks
    for effort in (1, 30, 200):
        assert Search(network, parse_count("44,426"), effort).run(None, None, print) is False


def test_another_number_of_classes_is_found_however_many_layers_there_are():
    (network,) = sizeup.read("zoo:keras/densenet121").networks
    found = expect(network, parse_count("7,047,754"))  # keras.applications, classes=10
    assert "1,000 → 10" in found.explanations[0].changes[0].what


def test_a_square_image_stays_square_before_one_side_alone_is_another():
    """1.40M: the second convolution keeps the size of its map, which the real Keras counts so."""
    network = sizeup.read("-", text=NETWORKS["mnist_cnn"])[0]
    found = expect(network, parse_count("1.40M"))
    whats = [explanation.changes[0].what for explanation in found.explanations]
    assert "padding same instead of valid in conv2d_2" in whats[:4]
    assert "sides of the input 28 → 30" in whats[:3]
    assert not any(what.startswith("axis") for what in whats[:4])
