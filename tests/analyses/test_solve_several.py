"""Several networks at once, and printed summaries: the solutions are what the real Keras builds."""

from __future__ import annotations

import contextlib
import io
import json
from itertools import product

import keras
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import sizeup
from drawn_networks import NAMES, SPACE, asked, built, names_of, texts, varied
from sizeup.cli import main


@given(texts(), texts(), st.integers(0, 1000), st.booleans())
@settings(max_examples=8, deadline=None)
def test_names_that_networks_share_have_one_value_in_both(one, other, pick, equal):
    """What is known of two networks together, of names that are one in both."""
    first, second = built(one), built(other)
    names = [name for name in NAMES if name in {*names_of(one), *names_of(other)}]

    def of(models, text, choice):
        used = names_of(text)
        return models.get(
            tuple(v if n in used else SPACE[n][0] for n, v in zip(NAMES, choice, strict=True))
        )

    choices = [
        choice
        for choice in product(*(SPACE[n] if n in names else SPACE[n][:1] for n in NAMES))
        if of(first, one, choice) is not None and of(second, other, choice) is not None
    ]
    assume(choices)
    totals = {
        c: (of(first, one, c).count_params(), of(second, other, c).count_params()) for c in choices
    }
    meant = totals[choices[pick % len(choices)]]
    relation = "f == k" if equal and {"f", "k"} <= {*names} else ""
    truth = {
        tuple(choice[NAMES.index(name)] for name in names)
        for choice, found in totals.items()
        if found == meant and (not relation or choice[1] == choice[2])
    }
    command = ["--total", f"build={meant[0]}", "--total", f"other={meant[1]}"]
    command += ["--where", relation] if relation else []
    text = one + other.replace("def build", "def other")
    found, status = asked("solve", text, [*command, *varied(names), "--limit", "500"])
    rows = {tuple(solution[name] for name in names) for solution in found["solutions"]}
    assert (rows, found["complete"], status) == (truth, True, 0 if truth else 1)


def network(filters=4, kernel=3, pool=2, units=6, *, sequential=True, same=False):
    layers = [
        keras.layers.Conv2D(filters, kernel, padding="same" if same else "valid", name="first"),
        keras.layers.BatchNormalization(name="norm"),
        keras.layers.Conv2D(5, 3, name="second"),
        keras.layers.MaxPooling2D(pool, name="pool"),
        keras.layers.Dropout(0.5, name="drop"),
        keras.layers.Flatten(name="flat"),
        keras.layers.Dense(units, name="hidden"),
        keras.layers.Dense(3, name="out"),
    ]
    if sequential:
        return keras.Sequential([keras.Input((13, 13, 2)), *layers])
    x = start = keras.Input((13, 13, 2), name="start")
    for layer in layers:
        x = layer(x)
    return keras.Model(start, x)


FREED = {
    "filters": ("first.filters", range(1, 9)),
    "kernel": ("first.kernel_size", range(1, 6)),
    "pool": ("pool.pool_size", range(1, 5)),
    "units": ("hidden.units", range(1, 12)),
}


@pytest.mark.parametrize("names", [("filters", "units"), ("kernel", "pool"), ("pool", "units")])
@pytest.mark.parametrize("sequential", [True, False])
def test_a_printed_summary_is_solved_as_the_network_that_printed_it(names, sequential, tmp_path):
    """Every choice of values that the real Keras builds with the total that was meant."""
    lines = []
    network(sequential=sequential).summary(print_fn=lambda line, **_: lines.append(line))
    (tmp_path / "printed.txt").write_text("\n".join(lines))
    truth: dict[int, set[tuple[int, ...]]] = {}
    for choice in product(*(FREED[name][1] for name in names)):
        with contextlib.suppress(ValueError):
            built = network(**dict(zip(names, choice, strict=True)))
            truth.setdefault(built.count_params(), set()).add(choice)
    wanted = sorted(truth, key=lambda total: (-len(truth[total]), total))
    for total in (wanted[0], wanted[-1], network().count_params()):
        command = ["solve", str(tmp_path / "printed.txt"), "--total", str(total), "--json"]
        for name in names:
            free, values = FREED[name]
            command += ["--free", free]
            command += ["--vary", f"{free.replace('.', '_')}={values[0]}..{values[-1]}"]
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            assert main(command) == 0
        found = json.loads(out.getvalue())
        keys = [FREED[name][0].replace(".", "_") for name in names]
        assert {tuple(each[key] for key in keys) for each in found["solutions"]} == truth[total]
        assert found["complete"]


def test_what_was_taken_of_a_summary_is_said(tmp_path, capsys):
    lines = []
    network(same=True).summary(print_fn=lambda line, **_: lines.append(line))
    (tmp_path / "printed.txt").write_text("\n".join(lines))
    command = ["solve", str(tmp_path / "printed.txt"), "--free", "hidden.units"]
    assert main([*command, "--total", str(network(same=True).count_params())]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "pool is: taken as pool_size 2" in said


def test_what_a_summary_does_not_tell_is_refused_in_words(capsys):
    table = "tests/fixtures/modules/torchinfo_question.txt"
    layer = "VGG/Sequential:1-1/Conv2d:2-1"
    assert main(["solve", table, "--free", f"{layer}.filters", "--total", "604035"]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "does not say the filters of this Conv2d" in said


def test_a_count_is_the_same_whatever_is_presumed(tmp_path):
    from sizeup.analyses.presumed import presumed

    lines = []
    network(same=True).summary(print_fn=lambda line, **_: lines.append(line))
    (tmp_path / "printed.txt").write_text("\n".join(lines))
    (printed,) = sizeup.read(str(tmp_path / "printed.txt"))
    assert sizeup.count(presumed(printed)).total == sizeup.count(printed).total


DEEP = """from keras import Input, Sequential, layers
def build(deep):
    model = Sequential([Input((4,))])
    for _ in range(deep):
        model.add(layers.Dense(3))
    return model
"""
WIDE = """from keras import Input, Model, layers
start = Input((None, None, 3))
model = Model(start, layers.Conv2D(f, 3)(start))
"""


@pytest.mark.parametrize(("text", "asked", "why"), [
    (DEEP, "--total", "for _ in range(deep):"), (WIDE, "--macs", "open by design"),
])  # fmt: skip
def test_why_nothing_follows_from_a_count_is_said(text, asked, why, tmp_path, capsys):
    (tmp_path / "net.py").write_text(text)
    assert main(["solve", str(tmp_path / "net.py"), asked, "1000"]) == 2
    said = capsys.readouterr().err
    assert why in said
    assert said.count("\n") == 1
