"""Drawn networks and all kinds of knowledge: the same set of solutions as building everything.

The real Keras builds the network under every choice of values; those under which it has what is
known are the solutions. MACs alone, which Keras does not count, are those of the network read
with the values bound.
"""

from __future__ import annotations

import math

import keras  # noqa: TC002
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import sizeup
from drawn_networks import NAMES, asked, built, names_of, texts, varied

KINDS = ("total", "trainable", "layer", "shape", "macs")


def facts(model: keras.Model, text: str, values: tuple[int, ...]) -> dict[str, object]:
    """What may be known of a network."""
    bound = dict(zip(("h", "f", "k"), values, strict=False))
    network = sizeup.read("-", bound, text=text.replace("Dense(4", f"Dense({values[3]}"))["build"]
    shape = measured(model).output.shape[1:]
    return {
        "total": model.count_params(),
        "trainable": sum(math.prod(w.shape) for w in model.trainable_weights),
        "layer": model.get_layer("hidden").count_params(),
        "shape": "x".join(
            ["?" if n == 1 and len(shape) > 1 else str(d) for n, d in enumerate(shape)]
        ),
        "macs": sizeup.count(network).macs,
    }


def measured(model: keras.Model) -> keras.Layer:
    """The layer whose shape is told."""
    return model.layers[-4]


def rounded(number: int) -> tuple[str, int, int]:
    """As a person rounds it, and what that may mean."""
    if number < 1000:
        return str(number), number, number
    tenths = (number + 50) // 100
    return f"{tenths // 10}.{tenths % 10}k", 100 * tenths - 50, 100 * tenths + 49


@st.composite
def questions(draw):
    """A network, under which values it is asked for, what is told of it and how."""
    return (
        draw(texts()),
        draw(st.integers(0, 1000)),
        draw(st.sets(st.sampled_from(KINDS), min_size=1, max_size=3)),
        draw(st.booleans()),
        draw(st.sampled_from(["", "h > 2 * hidden_units", "h != 5 and h >= hidden_units"])),
    )


@given(questions())
@settings(max_examples=15, deadline=None)
def test_the_solutions_are_the_networks_that_keras_builds_with_what_is_known(question):
    text, pick, kinds, is_rounded, where = question
    names, models = names_of(text), built(text)
    assume(models)
    meant = sorted(models)[pick % len(models)]
    told = facts(models[meant], text, meant)
    command, ranges = [], {}
    for kind in sorted(kinds):
        said, low, high = str(told[kind]), told[kind], told[kind]
        if is_rounded and kind != "shape":
            said, low, high = rounded(told[kind])
        name = {"layer": "hidden=", "shape": f"{measured(models[meant]).name}=", "total": "build="}
        command += [f"--{kind}", name.get(kind, "") + said]
        ranges[kind] = low, high
    command += ["--where", where] if where else []
    truth = set()
    for choice, model in models.items():
        found = facts(model, text, choice)
        if eval(where or "True", {}, dict(zip(NAMES, choice, strict=True))) and all(
            low <= found[kind] <= high for kind, (low, high) in ranges.items()
        ):
            truth.add(tuple(choice[NAMES.index(name)] for name in names))
    document, status = asked("solve", text, [*command, *varied(names), "--limit", "500"])
    searched = list(document["bounds"])
    rows = {tuple(solution[name] for name in searched) for solution in document["solutions"]}
    places = [names.index(name) for name in searched]
    assert rows == {tuple(row[place] for place in places) for row in truth}
    assert len(rows) == len(document["solutions"]) == document["count"]
    assert document["complete"]
    assert status == (0 if truth else 1)
