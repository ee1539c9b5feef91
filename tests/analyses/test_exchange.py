"""Networks with hardly a layer in common are told by kinds and maps, and those sum."""

from __future__ import annotations

from functools import cache

import pytest

from sizeup.analyses.count import count
from sizeup.analyses.diff import diff
from sizeup.analyses.exchange import by_kind, by_map, depth_of, largest
from sizeup.present.pages import page_of_diff
from sizeup.present.terminal import text_of
from sizeup.readers import read


@cache
def compared(before, after):
    return diff(read(before)[0], read(after)[0])


@pytest.mark.parametrize("pair", [
    ("zoo:vgg19", "zoo:resnet152"), ("zoo:resnet152", "zoo:vgg19"), ("zoo:resnet50", "zoo:alexnet"),
])  # fmt: skip
def test_both_partitions_sum_to_the_difference_and_lose_no_layer(pair):
    found = compared(*pair)
    assert found.unlike
    owners = [sum(bool(row.own) for row in count.rows) for count in (found.before, found.after)]
    for shares in (by_kind(found.before, found.after), by_map(found.before, found.after)):
        assert sum(share.difference for share in shares) == found.delta
        assert [sum(share.layers[side] for share in shares) for side in (0, 1)] == owners


@pytest.mark.parametrize("pair", [
    ("zoo:vgg16", "zoo:vgg19"), ("zoo:resnet50", "zoo:resnet101"), ("zoo:vgg1", "zoo:vgg2"),
    ("784:2000:2000:10", "784:2000:50:2000:10"), ("zoo:lenet5", "zoo:alexnet"),
])  # fmt: skip
def test_networks_that_differ_in_single_layers_are_told_by_these(pair):
    assert not compared(*pair).unlike


def test_channels_first_is_told_by_the_same_maps():
    text = """
import keras
keras.config.set_image_data_format("channels_first")
a = keras.applications.ResNet50(weights=None)
"""
    first = count(read("-", stdin=text)[0])
    last = count(read("-", stdin=text.replace("channels_first", "channels_last"))[0])
    assert by_map(first, first) == by_map(last, last)


def test_vgg19_against_resnet152_tells_the_point():
    found = compared("zoo:vgg19", "zoo:resnet152")
    assert (depth_of(found.before), depth_of(found.after)) == (19, 152)
    # the dense layers of Simonyan and Zisserman's Section 2.1, on 7x7 maps of 512 channels
    dense = (7 * 7 * 512 + 1) * 4096 + (4096 + 1) * 4096 + (4096 + 1) * 1000
    shares = {share.key: share for share in by_kind(found.before, found.after)}
    assert shares["Dense"].parameters == (dense, (2048 + 1) * 1000)
    row, owned = largest(found.before)
    assert (row.layer.kind, owned) == ("Dense", (7 * 7 * 512 + 1) * 4096)
    text = " ".join(text_of(page_of_diff(found), 100).split())
    assert "resnet152 is 8 times as deep as vgg19: 152 layers" in text
    assert "71.5 % of vgg19 are in one layer" in text
    assert "25,088·4,096 + 4,096" in text
    assert len(text_of(page_of_diff(found), 100).splitlines()) < 40


@pytest.mark.parametrize(("before", "after", "told"), [
    ("zoo:keras/nasnetmobile", "zoo:keras/nasnetlarge", [
        "3.82× the filters throughout (11 → 42 … 176 → 672)",
        "stage 2 (28×28 → 42×42) has 6 blocks instead of 4",
        "stage 3 (14×14 → 21×21) has 6 blocks instead of 4",
        "stage 4 (7×7 → 11×11) has 6 blocks instead of 4",
    ]),
    ("zoo:resnet18", "zoo:keras/vgg19", [
        "at 56×56: 2 blocks (Conv2D 64, Conv2D 64) replaced by 4 Conv2D 256",
        "GlobalAveragePooling2D replaced by Flatten",
        "Dense 4,096, Dense 4,096 inserted",
    ]),
    ("zoo:resnet56", "zoo:keras/densenet201", [
        "at 112×112: 9 blocks (Conv2D 32, Conv2D 32) replaced by Conv2D 64",
        "head 10 → 1,000 classes",
    ]),
])  # fmt: skip
def test_architectures_of_different_kinds_are_told_by_their_stages(before, after, told):
    """NASNet's cells are blocks, though two tensors pass from each to the next."""
    found = compared(before, after)
    assert sum(change.effect for change in found.changes) == found.delta
    assert [what for what in told if what not in [change.what for change in found.changes]] == []
