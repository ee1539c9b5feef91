"""Drawn networks and all kinds of knowledge: the same set of solutions as building everything.

The real Keras builds the network under every choice of values; those under which it has what is
known are the solutions. MACs alone, which Keras does not count, are those of the network read
with the values bound.
"""

from __future__ import annotations

import contextlib
import io
import json
import math
import re
import sys
from functools import cache
from itertools import product

import keras  # noqa: TC002
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import sizeup
from sizeup.cli import main

HEAD = "from keras import Input, Model, layers\ndef build(h, f, k):\n    x = start = Input((h, 4, 2))\n"
BLOCKS = {
    "plain": "x = layers.Conv2D(f, k, name='conv{n}')(x)",
    "strided": "x = layers.Conv2D(2 * f, 3, strides=k, padding='same', name='conv{n}')(x)",
    "grouped": "x = layers.Conv2D(6, 1, groups=f, name='conv{n}')(x)",
    "frozen": "x = layers.DepthwiseConv2D(k, padding='same', trainable=False, name='conv{n}')(x)",
    "norm": "x = layers.BatchNormalization(name='norm{n}')(x)",
    "group norm": "x = layers.GroupNormalization(groups=f, name='norm{n}')(x)",
    "pool": "x = layers.MaxPooling2D(k, name='pool{n}')(x)",
    "there and back": "x = layers.Concatenate(name='both{n}')([layers.UpSampling2D(name='up{n}')(layers.AveragePooling2D(2, name='down{n}')(x)), x])",
    "residual": "x = layers.Add(name='sum{n}')([x, layers.Conv2D(f, 1, name='conv{n}')(x)])",
    "flat rows": "x = layers.Reshape((3, -1, f), name='rows{n}')(x)",
}
TAIL = {
    "flat": "x = layers.Flatten()(x)",
    "pooled": "x = layers.GlobalAveragePooling2D()(x)",
}
END = "    x = layers.Dense(4, name='hidden')(x)\n    return Model(start, layers.Dense(3, name='out')(x))\n"
SPACE = {"h": (4, 5, 6), "f": (1, 2, 3), "k": (1, 2), "hidden_units": (2, 4)}
NAMES = tuple(SPACE)
KINDS = ("total", "trainable", "layer", "shape", "macs")


@cache
def real(text: str, h: int, f: int, k: int, hidden: int) -> keras.Model | None:
    """What Keras builds, None where it refuses."""
    scope: dict = {}
    exec(text.replace("Dense(4", f"Dense({hidden}"), scope)
    try:
        return scope["build"](h, f, k)
    except ValueError:
        return None


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
    blocks = draw(st.lists(st.sampled_from(sorted(BLOCKS)), min_size=1, max_size=3))
    lines = [BLOCKS[block].format(n=n) for n, block in enumerate(blocks)]
    lines.append(TAIL[draw(st.sampled_from(sorted(TAIL)))])
    text = HEAD + "".join(f"    {line}\n" for line in lines) + END
    return (
        text,
        draw(st.integers(0, 1000)),
        draw(st.sets(st.sampled_from(KINDS), min_size=1, max_size=3)),
        draw(st.booleans()),
        draw(st.sampled_from(["", "h > 2 * hidden_units", "h != 5 and h >= hidden_units"])),
    )


@given(questions())
@settings(max_examples=15, deadline=None)
def test_the_solutions_are_the_networks_that_keras_builds_with_what_is_known(question):
    text, pick, kinds, is_rounded, where = question
    used = set(re.findall(r"\w+", text.partition("\n    x")[2])) | {"hidden_units"}
    names = [name for name in NAMES if name in used]
    spaces = [SPACE[name] if name in names else SPACE[name][:1] for name in NAMES]
    built = {c: m for c in product(*spaces) if (m := real(text, *c)) is not None}
    assume(built)
    meant = sorted(built)[pick % len(built)]
    told = facts(built[meant], text, meant)
    command, ranges = [], {}
    for kind in sorted(kinds):
        said, low, high = str(told[kind]), told[kind], told[kind]
        if is_rounded and kind != "shape":
            said, low, high = rounded(told[kind])
        name = {"layer": "hidden=", "shape": f"{measured(built[meant]).name}=", "total": "build="}
        command += [f"--{kind}", name.get(kind, "") + said]
        ranges[kind] = low, high
    command += ["--where", where] if where else []
    truth = set()
    for choice, model in built.items():
        found = facts(model, text, choice)
        if eval(where or "True", {}, dict(zip(NAMES, choice, strict=True))) and all(
            low <= found[kind] <= high for kind, (low, high) in ranges.items()
        ):
            truth.add(tuple(choice[NAMES.index(name)] for name in names))
    document, status = asked(text, [*command, *varied(names), "--free", "hidden.units"])
    searched = list(document["bounds"])
    rows = {tuple(solution[name] for name in searched) for solution in document["solutions"]}
    places = [names.index(name) for name in searched]
    assert rows == {tuple(row[place] for place in places) for row in truth}
    assert len(rows) == len(document["solutions"]) == document["count"]
    assert document["complete"]
    assert status == (0 if truth else 1)


def varied(names):
    """Ranges for some names and choices for others."""
    for name in names:
        values = SPACE[name]
        text = f"{values[0]}..{values[-1]}" if name in "hf" else ",".join(map(str, values))
        yield from ("--vary", f"{name}={text}")


def asked(text, arguments):
    """The JSON of `solve` and its exit status."""
    out, stdin = io.StringIO(), sys.stdin
    sys.stdin = io.StringIO(text)
    try:
        with contextlib.redirect_stdout(out):
            status = main(["solve", "-", *arguments, "--limit", "500", "--json"])
    finally:
        sys.stdin = stdin
    return json.loads(out.getvalue()), status
