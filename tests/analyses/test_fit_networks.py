"""Drawn networks inside drawn budgets: the best settings are those that building everything finds.

The real Keras builds the network under every choice of values and tells its parameters and the
shapes that its layers give. MACs, which it does not count, are those of the network read with the
values bound.
"""

from __future__ import annotations

import math

import keras
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import sizeup
from drawn_networks import NAMES, asked, built, names_of, texts, varied

OBJECTIVES = {
    "parameters": lambda n, v: n["parameters"],
    "macs": lambda n, v: n["macs"],
    "h": lambda n, v: v["h"],
    "activations - 3*hidden_units*h": lambda n, v: (
        n["activations"] - 3 * v["hidden_units"] * v["h"]
    ),
}


def measures(text: str, choice: tuple[int, ...], model: keras.Model) -> dict[str, int]:
    bound = dict(zip(("h", "f", "k"), choice, strict=False))
    read = sizeup.read("-", bound, text=text.replace("Dense(4", f"Dense({choice[3]}"))
    return {
        "parameters": model.count_params(),
        "macs": sizeup.count(read["build"]).macs,
        "activations": sum(
            math.prod(layer.output.shape[1:])
            for layer in model.layers
            if not isinstance(layer, keras.layers.InputLayer)
        ),
    }


@given(
    text=texts(),
    picks=st.tuples(st.integers(0, 999), st.integers(0, 999)),
    limited=st.sets(st.sampled_from(("parameters", "macs", "activations")), min_size=1),
    objective=st.sampled_from(sorted(OBJECTIVES)),
    smallest=st.booleans(),
    where=st.sampled_from(["", "h > 2 * hidden_units or parameters > 200", "h != 5"]),
)
@settings(max_examples=15, deadline=None)
def test_the_best_settings_are_those_that_building_everything_finds(
    text, picks, limited, objective, smallest, where
):
    models = built(text)
    assume(models)
    known = {choice: measures(text, choice, model) for choice, model in models.items()}
    one, other = (sorted(known)[pick % len(known)] for pick in picks)
    budgets = {name: max(known[one][name], known[other][name]) - 1 for name in limited}
    truth = {}
    for choice, found in known.items():
        values = dict(zip(NAMES, choice, strict=True))
        if all(found[name] <= most for name, most in budgets.items()) and eval(
            where or "True", {}, {**values, **found}
        ):
            truth[choice] = OBJECTIVES[objective](found, values)
    names = names_of(text)
    command = [part for name, most in budgets.items() for part in (f"--max-{name}", str(most))]
    command += ["--where", where] if where else []
    command += ["--minimize" if smallest else "--maximize", objective]
    document, status = asked("fit", text, [*command, *varied(names), "--limit", "8"])
    ranked = sorted(truth.values(), reverse=not smallest)
    listed = document["settings"]
    assert [setting["objective"] for setting in listed] == ranked[:8]
    assert document["proved"]
    assert status == (0 if truth else 1)
    for setting in listed:
        choices = [
            c for c in truth if all(c[NAMES.index(n)] == v for n, v in setting["values"].items())
        ]
        assert choices, setting
        assert {truth[c] for c in choices} == {setting["objective"]}
        for name in ("parameters", "macs", "activations"):
            assert {known[c][name] for c in choices} == {setting[name]}
    assert document["complete"]
    if truth:
        assert document["count"] == ranked.count(ranked[0])
    for part in document["parts"]:
        measure = part["limit"].removeprefix("max_")
        kept = [v for c, v in truth.items() if known[c][measure] <= part["allowed"]]
        assert (part["best"] and part["best"]["objective"]) == (
            (min if smallest else max)(kept, default=None)
        )
