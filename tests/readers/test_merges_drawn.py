"""Drawn merges in the spelling of Keras 0 and 1 against the same graph in today's Keras."""

from __future__ import annotations

import math

import keras
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sizeup.analyses.count import count
from sizeup.readers import read

MERGED = {"sum": keras.layers.Add, "mul": keras.layers.Multiply, "ave": keras.layers.Average,
          "max": keras.layers.Maximum, "concat": keras.layers.Concatenate}  # fmt: skip

BRANCHES = st.lists(
    st.tuples(st.integers(1, 9), st.lists(st.integers(1, 9), max_size=2)), min_size=2, max_size=4
)


@st.composite
def drawn(draw):
    """A mode and branches, each its input and the widths of its layers; most modes want one width."""
    mode = draw(st.sampled_from(sorted(MERGED)))
    branches = draw(BRANCHES)
    width = draw(st.integers(1, 9))
    same = [(entering, [*widths, width]) for entering, widths in branches]
    return mode, same if mode != "concat" else [(e, [*w, e + 1]) for e, w in branches]


def real(mode, branches) -> keras.Model:
    inputs = [keras.Input((entering,)) for entering, _ in branches]
    leaving = []
    for x, (_, widths) in zip(inputs, branches, strict=True):
        for width in widths:
            x = keras.layers.Dense(width)(x)  # noqa: PLW2901
        leaving.append(x)
    x = MERGED[mode]()(leaving)
    return keras.Model(inputs, keras.layers.Dense(3)(keras.layers.BatchNormalization()(x)))


def as_merge(mode, branches) -> str:
    """Sequential branches that begin a Sequential."""
    lines = ["from keras.layers.core import Dense, Merge", "branches = []"]
    for entering, widths in branches:
        lines += ["branch = Sequential()",
                  f"branch.add(Dense({widths[0]}, input_dim={entering}, init='uniform'))"]  # fmt: skip
        lines += [f"branch.add(Dense({width}))" for width in widths[1:]]
        lines += ["branches.append(branch)"]
    lines += ["model = Sequential()", f"model.add(Merge(branches, mode={mode!r}))",
              "model.add(BatchNormalization())", "model.add(Dense(3))"]  # fmt: skip
    return "\n".join(lines)


def as_graph(mode, branches) -> str:
    """Nodes of a Graph, wired by name."""
    lines = ["model = Graph()"]
    ends = []
    for i, (entering, widths) in enumerate(branches):
        lines.append(f"model.add_input(name='x{i}', input_shape=({entering},))")
        before = f"x{i}"
        for j, width in enumerate(widths):
            lines.append(f"model.add_node(Dense({width}), name='d{i}_{j}', input={before!r})")
            before = f"d{i}_{j}"
        ends.append(before)
    lines += [f"model.add_node(BatchNormalization(), name='bn', inputs={ends}, merge_mode={mode!r})",
              "model.add_node(Dense(3), name='out', input='bn')",
              "model.add_output(name='y', input='out')"]  # fmt: skip
    return "\n".join(lines)


def as_function(mode, branches) -> str:
    """`merge()` of tensors, in a functional model."""
    lines = ["inputs, ends = [], []"]
    for entering, widths in branches:
        lines += [f"x = Input(shape=({entering},))", "inputs.append(x)"]
        lines += [f"x = Dense({width})(x)" for width in widths]
        lines += ["ends.append(x)"]
    lines += [f"x = merge(ends, mode={mode!r}, concat_axis=-1)",
              "model = Model(input=inputs, output=Dense(3)(BatchNormalization()(x)))"]  # fmt: skip
    return "\n".join(lines)


@pytest.mark.parametrize("spelled", [as_merge, as_graph, as_function])
@given(case=drawn())
@settings(max_examples=15, deadline=None, derandomize=True)
def test_a_merge_is_the_same_network_in_every_spelling(spelled, case):
    model = real(*case)
    found = count(read("-", stdin=spelled(*case), keras=1)["model"])
    assert found.total == model.count_params()
    trainable = sum(math.prod(weight.shape) for weight in model.trainable_weights)
    assert found.trainable == trainable
