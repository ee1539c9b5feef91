"""Networks drawn as text with free names, and what the real Keras builds of them."""

from __future__ import annotations

import contextlib
import io
import json
import re
import sys
from functools import cache
from itertools import product

import keras  # noqa: TC002
from hypothesis import strategies as st

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


@cache
def real(text: str, h: int, f: int, k: int, hidden: int) -> keras.Model | None:
    """What Keras builds, None where it refuses."""
    scope: dict = {}
    exec(text.replace("Dense(4", f"Dense({hidden}"), scope)
    try:
        return scope["build"](h, f, k)
    except ValueError:
        return None


@st.composite
def texts(draw):
    """The text of a function that builds a network of up to three drawn blocks."""
    blocks = draw(st.lists(st.sampled_from(sorted(BLOCKS)), min_size=1, max_size=3))
    lines = [BLOCKS[block].format(n=n) for n, block in enumerate(blocks)]
    lines.append(TAIL[draw(st.sampled_from(sorted(TAIL)))])
    return HEAD + "".join(f"    {line}\n" for line in lines) + END


def names_of(text: str) -> list[str]:
    """The free names that a text uses."""
    used = set(re.findall(r"\w+", text.partition("\n    x")[2])) | {"hidden_units"}
    return [name for name in NAMES if name in used]


def built(text: str) -> dict[tuple[int, ...], keras.Model]:
    """Every network that Keras builds; a name that is not used has one value."""
    names = names_of(text)
    spaces = [SPACE[name] if name in names else SPACE[name][:1] for name in NAMES]
    return {c: m for c in product(*spaces) if (m := real(text, *c)) is not None}


def varied(names):
    """Ranges for some names and choices for others."""
    for name in names:
        values = SPACE[name]
        text = f"{values[0]}..{values[-1]}" if name in "hf" else ",".join(map(str, values))
        yield from ("--vary", f"{name}={text}")


def asked(command, text, arguments):
    """The JSON of a command and its exit status."""
    out, stdin = io.StringIO(), sys.stdin
    sys.stdin = io.StringIO(text)
    try:
        with contextlib.redirect_stdout(out):
            status = main([command, "-", *arguments, "--free", "hidden.units", "--json"])
    finally:
        sys.stdin = stdin
    return json.loads(out.getvalue()), status
