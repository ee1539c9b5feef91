"""What is written in another order or stands at another place is told as that, and nothing else."""

from __future__ import annotations

import keras
import pytest

import sizeup
from sizeup.analyses.diff import diff

layers = keras.layers


def chain(*inside, shape=(32, 32, 3)):
    return keras.Sequential([keras.Input(shape), *inside, layers.Dense(10, activation="softmax")])


def small(order):
    parts = {
        "conv": lambda: [layers.Conv2D(16, 3)],
        "pool": lambda: [layers.MaxPooling2D()],
        "wide": lambda: [layers.Conv2D(32, 3), layers.BatchNormalization()],
        "last": lambda: [layers.Conv2D(64, 5)],
        "flat": lambda: [layers.Flatten()],
        "hidden": lambda: [layers.Dense(100)],
        "drop": lambda: [layers.Dropout(0.5)],
    }
    return chain(*(layer for name in order.split() for layer in parts[name]()))


BEFORE = "conv pool wide last flat hidden drop"


@pytest.mark.parametrize(
    ("order", "moved"),
    [
        ("wide conv pool last flat hidden drop", "Conv2D 32, BatchNormalization moved from"),
        ("last conv pool wide flat hidden drop", "Conv2D 64 moved from"),
        ("conv pool wide last flat drop hidden", "Dropout 0.5 moved from"),
        ("conv wide pool last flat hidden drop", "moved from behind"),
    ],
)
def test_what_moved_is_one_change_worth_what_keras_says(order, moved):
    before, after = small(BEFORE), small(order)
    truth = after.count_params() - before.count_params()
    (change,) = sizeup.diff(before, after).changes
    assert moved in change.what
    assert (change.effect, change.alone, change.undone) == (truth,) * 3


def test_rows_of_what_moved_are_rows_of_one_layer():
    found = sizeup.diff(small(BEFORE), small("last conv pool wide flat hidden drop"))
    assert all(row.before and row.after for row in found.layers)
    assert sum(new - old for old, new in (row.parameters for row in found.layers)) == found.delta


def residual(first, *, swapped=False, blocks=3):
    """A network with shortcuts that are written before or behind the rest of their blocks."""
    x = image = keras.Input((16, 16, 3))
    for number in range(blocks):
        width = 8 * (number + 1)

        def shortcut(x, width=width):
            return layers.BatchNormalization()(layers.Conv2D(width, 1)(x))

        def body(x, width=width):
            y = layers.BatchNormalization()(layers.Conv2D(width, 1)(x))
            return layers.BatchNormalization()(layers.Conv2D(width, 3, padding="same")(y))

        if first:
            s, y = shortcut(x), body(x)
        else:
            y, s = body(x), shortcut(x)
        x = layers.ReLU()(layers.Add()([y, s] if swapped else [s, y]))
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10)(x))


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize("first", [False, True])
def test_the_order_in_which_branches_are_written_is_no_difference(first, swapped):
    found = sizeup.diff(residual(first=True), residual(first, swapped=swapped))
    assert (found.delta, found.changes, found.layers) == (0, (), ())


def test_blocks_of_another_hand_are_the_same_blocks():
    found = sizeup.diff("zoo:keras/resnet50", "zoo:resnet101")
    telling = [change.what for change in found.changes if change.effect]
    assert telling == [
        "use_bias True → False throughout (53 Conv2D)",
        "stage 3 (14×14) has 23 blocks instead of 6",
    ]
    assert not any("wired otherwise" in change.what for change in found.changes)


def test_networks_of_other_families_are_told_stage_by_stage():
    found = sizeup.diff("zoo:keras/inceptionv3", "zoo:keras/xception")
    whats = [change.what for change in found.changes]
    assert sum(change.effect for change in found.changes) == found.delta
    for sides in ("74×74", "37×37", "19×19", "10×10"):
        (what,) = (what for what in whats if what.startswith(f"at {sides}: "))
        assert "replaced by" in what
    assert any("4 blocks (Conv2D 192 ×10) replaced by 9 blocks" in what for what in whats)


def test_the_last_layer_is_the_last_layer_whatever_comes_before_it():
    found = sizeup.diff("zoo:resnet56", "zoo:vgg19")
    assert "head 10 → 1,000 classes" in [change.what for change in found.changes]


def turned(order, *more):
    shape = (1, 28, 28) if order == "channels_first" else (28, 28, 1)
    axis = 1 if order == "channels_first" else -1
    return chain(
        layers.Conv2D(16, 3, data_format=order),
        layers.BatchNormalization(axis=axis),
        layers.MaxPooling2D(data_format=order),
        layers.Flatten(),
        *more,
        shape=shape,
    )


def test_another_order_of_channels_is_one_change_with_its_input():
    before, after = turned("channels_first"), turned("channels_last", layers.Dense(64))
    found = sizeup.diff(before, after)
    order, dense = found.changes
    assert order.what == "channels_first → channels_last (3 layers); input 1×28×28 → 28×28×1"
    assert (order.effect, order.alone, order.undone) == (0, 0, 0)
    assert dense.effect == after.count_params() - before.count_params()


@pytest.mark.parametrize("of", ["macs", "activations"])
def test_of_macs_and_activations_layers_and_changes_say_why(of):
    found = sizeup.diff("zoo:vgg1", "zoo:vgg2", of=of)
    assert all(change.because for change in found.changes)
    rows = found.as_dict()["layers"]
    assert sum((row[of][1] or 0) - (row[of][0] or 0) for row in rows) == found.delta
    assert all(row["because"] for row in rows)


def test_several_samples_take_so_many_times_the_macs():
    one, four = (
        diff(*(sizeup.count(f"zoo:vgg{n}").network for n in (1, 2)), batch, "macs")
        for batch in (1, 4)
    )
    for single, several in zip(one.changes, four.changes, strict=True):
        assert [4 * single.effect, 4 * single.alone, 4 * single.undone] == [
            several.effect, several.alone, several.undone,
        ]  # fmt: skip
    assert four.delta == 4 * one.delta == sum(change.effect for change in four.changes)


@pytest.mark.parametrize(("pool", "strides"), [(3, None), (3, 2), (2, 1)])
def test_a_stride_that_follows_the_pool_is_no_change_of_its_own(pool, strides):
    def net(pool, strides=None):
        return chain(
            layers.Conv2D(4, 3),
            layers.MaxPooling2D(pool, strides=strides),
            layers.Flatten(),
        )

    before, after = net(2), net(pool, strides)
    truth = after.count_params() - before.count_params()
    (change,) = sizeup.diff(before, after).changes
    assert (change.effect, change.alone, change.undone) == (truth,) * 3
    assert ("pool_size" in change.what) == (pool != 2)
    assert ("strides" in change.what) == (pool == 2)
