"""Where a formula changes and where its network ends, as the real Keras has it."""

from __future__ import annotations

from itertools import pairwise

import keras
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keras import layers

import sizeup
from sizeup.analyses.count import count
from sizeup.analyses.growth import Growth, growth
from sizeup.cli import main
from sizeup.dims import bind

TEXT = """
from keras import Input, Sequential, layers
def build(h, w, c, p, q):
    return Sequential([
        Input((h, w, 2)),
        layers.Conv2D(3, c, name="conv"),
        layers.MaxPooling2D(p, name="pool"),
        layers.Conv2D(2, c, strides=q, name="late"),
        layers.Flatten(),
        layers.Dense(3),
    ])
"""


def grown(text: str = TEXT, **bound: int) -> dict[str, Growth]:
    (network,) = sizeup.read("-", bound, text=text)
    return {each.name: each for each in growth(count(network))}


def real(h: int, w: int, c: int, p: int, q: int) -> int | None:
    """What Keras counts, None where there is no network."""
    try:
        return keras.Sequential(
            [
                keras.Input((h, w, 2)),
                layers.Conv2D(3, c),
                layers.MaxPooling2D(p),
                layers.Conv2D(2, c, strides=q),
                layers.Flatten(),
                layers.Dense(3),
            ]
        ).count_params()
    except ValueError:
        return None


@given(c=st.integers(1, 3), p=st.integers(1, 3), q=st.integers(1, 2))
def test_the_least_value_is_the_first_that_keras_takes(c, p, q):
    ends = grown(c=c, p=p, q=q)["h"].limits
    first = next(h for h in range(1, 60) if real(h, 30, c, p, q) is not None)
    assert [(end.at_least, end.at_most) for end in ends] == ([(first, None)] if first > 1 else [])


@given(c=st.integers(1, 3), p=st.integers(1, 3), q=st.integers(1, 2))
def test_bounds_in_other_names_are_those_of_the_numbers(c, p, q):
    symbolic, numeric = grown(q=q)["h"], grown(c=c, p=p, q=q)["h"]
    needed = max(bind(end.at_least, {"c": c, "p": p}) for end in symbolic.limits)
    assert needed == max((end.at_least for end in numeric.limits), default=1)


@pytest.mark.parametrize(("h", "p"), [(9, 2), (14, 3), (12, 1)])
def test_the_largest_kernel_is_the_last_that_keras_takes(h, p):
    text = TEXT.replace('layers.Conv2D(2, c, strides=q, name="late"),', "")
    one = grown(text, h=h, w=30, p=p)["c"]
    most = min(end.at_most for end in one.limits)
    sides = {c: (h - c + 1) // p for c in range(1, h + 2)}
    assert most == max(c for c, side in sides.items() if side >= 1)


def test_the_layer_that_has_nothing_left_is_named_with_its_axis():
    ends = grown(c=3, p=2, q=1)
    assert [(e.layer, e.axis) for e in ends["h"].limits] == [("late", "row")]
    assert [(e.layer, e.axis) for e in ends["w"].limits] == [("late", "column")]


@given(c=st.integers(1, 3), p=st.integers(1, 4), q=st.integers(1, 3))
def test_within_a_step_the_count_stays_and_at_its_end_it_changes(c, p, q):
    found = grown(c=c, p=p, q=q)["h"]
    totals = [real(h, 30, c, p, q) for h in range(20, 60)]
    runs = [1]
    for one, other in pairwise(totals):
        runs = [*runs, 1] if one != other else [*runs[:-1], runs[-1] + 1]
    if found.step is None:
        assert max(runs) == 1
        return
    assert set(runs[1:-1]) == {found.step.width} == {p * q}
    first, last = found.step.alike
    assert last - first + 1 == found.step.width
    before, here, there, beyond = (real(h, 30, c, p, q) for h in (first - 1, first, last, last + 1))
    assert before != here == there != beyond


def test_a_step_in_another_name_is_that_name():
    found = grown(c=3, q=1)["h"]
    assert (str(found.step.width), found.step.alike) == ("p", None)


def test_floors_that_are_out_of_step_have_none():
    text = """
from keras import Input, Model, layers
def build(h):
    x = Input((h, 2))
    one = layers.Flatten()(layers.MaxPooling1D(2)(x))
    other = layers.Flatten()(layers.MaxPooling1D(2)(layers.ZeroPadding1D((0, 1))(x)))
    return Model(x, [layers.Dense(3)(one), layers.Dense(3)(other)])
"""
    found = grown(text)["h"]
    assert found.step is None, "one of the floors goes at each value"
    assert len(found.steps) in (0, 2)


U_NET = """
from keras import Input, Model, layers
def build(size):
    x = Input((size, size, 1))
    down = layers.MaxPooling2D(3)(layers.MaxPooling2D(2)(x))
    up = layers.UpSampling2D(6)(down)
    return Model(x, layers.Conv2D(2, 1)(layers.Concatenate()([x, up])))
"""


def test_sizes_that_have_to_agree_are_multiples():
    found = grown(U_NET)["size"]
    assert (found.multiple, found.layers) == (6, ())

    def built(size: int) -> bool:
        scope: dict = {}
        exec(U_NET, scope)
        try:
            scope["build"](size)
        except ValueError:
            return False
        return True

    assert [size for size in range(1, 26) if built(size)] == [6, 12, 18, 24]


def test_the_example_lies_in_the_outcome_of_its_condition():
    text = """
from keras import Input, Sequential, layers
def build(rows):
    net = Sequential([Input((rows, 3))])
    if rows > 100:
        net.add(layers.MaxPooling1D(4))
    net.add(layers.MaxPooling1D(3))
    net.add(layers.Flatten())
    net.add(layers.Dense(4))
    return net
"""
    first, second = sizeup.read("-", text=text)
    (one,), (other,) = growth(count(first)), growth(count(second))
    assert (one.step.width, other.step.width) == (12, 3)
    assert one.step.alike[1] > 100
    assert other.step.alike[0] <= 100


def test_a_person_reads_the_step_and_the_end(tmp_path, capsys):
    path = tmp_path / "net.py"
    path.write_text(TEXT)
    main(["count", str(path), "--set", "c=3", "--set", "p=2", "--set", "q=1"])
    shown = " ".join(capsys.readouterr().out.split())
    assert "in steps of 2: 8 and 9 give the same count" in shown
    assert "at least 8: below, late has no row left" in shown
