"""Keras' own architectures, read from the text of the installed Keras: what Keras builds of them.

The truth of all 40 stands in `applications.json`, made by `applications_truth.py`; some are built
here besides, in other shapes and in the other channel order.
"""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import keras
import pytest

from readers.applications_truth import SIDE, TABLE, VARIANTS, described, digest, listed
from sizeup.analyses.count import count
from sizeup.network import rows
from sizeup.readers import read
from sizeup.readers.source import read_source
from sizeup.readers.source.trees import on_disk

FOLDER = Path(keras.__file__).parent / "src" / "applications"
TRUTH = json.loads(TABLE.read_text())
MODULES = sorted({entry["module"] for entry in TRUTH.values()})
LARGE = {"convnext", "densenet", "efficientnet", "efficientnet_v2", "nasnet"}
"""Whose other variants are read in `tests/heavy`."""


def layers_of(network):
    """Name, kind, parameters and trainable parameters of every layer that Keras would list."""
    return [
        (row.path, row.layer.kind, row.parameters, row.trainable)
        for row in rows(network)
        if row.parent is None and not row.layer.kind.startswith("ops.")
    ]


def sizes(network):
    found = count(network)
    layers = layers_of(network)
    return {
        "total": found.total,
        "trainable": found.trainable,
        "digest": digest(layers),
    }, listed(layers)


def names_in(module):
    return [name for name, entry in TRUTH.items() if entry["module"] == module]


def test_the_table_holds_all_architectures():
    assert len(TRUTH) == 40
    public = {name for name in dir(keras.applications) if name[:1].isupper()}
    assert set(TRUTH) == public


def assert_reads_as_keras_builds(module, variant):
    """All architectures of a file, with the arguments of a variant."""
    reading = read(f"{FOLDER / module}.py", {"weights": None, **VARIANTS[variant]})
    for name in names_in(module):
        expected = {k: v for k, v in TRUTH[name][variant].items() if k != "macs"}
        network = reading[name]
        assert network.error is None
        assert count(network).free == ()
        found, layers = sizes(network)
        if variant == "default":
            assert layers == TRUTH[name]["layers"]
        assert found == expected
        macs = count(network).macs
        if macs is not None:  # the sides of its input are open
            assert macs == TRUTH[name][variant]["macs"]


@pytest.mark.parametrize(
    ("module", "variant"),
    [(m, v) for v in VARIANTS for m in MODULES if v == "default" or m not in LARGE],
)
def test_the_text_gives_what_keras_builds(module, variant):
    assert_reads_as_keras_builds(module, variant)


@pytest.mark.parametrize("module", ["mobilenet_v3"])
def test_macs_where_the_default_leaves_the_sides_open(module):
    sides = {"weights": None, "input_shape": (SIDE, SIDE, 3)}
    reading = read(f"{FOLDER / module}.py", sides)
    for name in names_in(module):
        assert count(reading[name]).macs == TRUTH[name]["default"]["macs"]


@pytest.mark.parametrize(
    "module", ["convnext", "efficientnet", "mobilenet_v3", "resnet_v2", "vgg16"]
)
def test_weights_to_load_are_no_obstacle(module):
    """The default is to load weights, which leaves the totals as they are."""
    reading = read(f"{FOLDER / module}.py")
    for name in names_in(module):
        found = count(reading[name])
        assert (found.total, found.free) == (TRUTH[name]["default"]["total"], ())
        assert not [note for note in found.notes if note.level == "unknown"]


LIVE = {
    "MobileNet of a quarter": ("mobilenet", "MobileNet", {"alpha": 0.25, "input_shape": (128, 128, 3)}),
    "MobileNet doubled in depth": ("mobilenet", "MobileNet", {"depth_multiplier": 2}),
    "MobileNetV2 of more than its width": ("mobilenet_v2", "MobileNetV2", {"alpha": 1.3}),
    "MobileNetV2 of open sides": (
        "mobilenet_v2", "MobileNetV2", {"include_top": False, "pooling": "max"}),
    "MobileNetV3 without its extras": ("mobilenet_v3", "MobileNetV3Small", {"minimalistic": True}),
    "MobileNetV3 without preprocessing": (
        "mobilenet_v3", "MobileNetV3Small",
        {"include_preprocessing": False, "input_shape": (96, 96, 1), "classes": 7}),
    "VGG16 on one channel": (
        "vgg16", "VGG16", {"include_top": False, "input_shape": (48, 64, 1), "pooling": "avg"}),
    "Xception of few classes": ("xception", "Xception", {"classes": 3, "input_shape": (150, 150, 3)}),
    "ResNet50 on odd sides": (
        "resnet", "ResNet50", {"include_top": False, "input_shape": (97, 65, 3)}),
}  # fmt: skip


def built(name, arguments):
    keras.utils.clear_session()
    return described(getattr(keras.applications, name)(weights=None, **arguments))


@pytest.mark.parametrize("case", LIVE)
def test_other_arguments_give_what_keras_builds_now(case):
    module, name, arguments = LIVE[case]
    network = read(f"{FOLDER / module}.py:{name}", {"weights": None, **arguments})[0]
    assert sizes(network) == built(name, arguments)


@pytest.fixture
def channels_first():
    keras.config.set_image_data_format("channels_first")
    yield
    keras.config.set_image_data_format("channels_last")


FIRST = [("mobilenet", "MobileNet"), ("mobilenet_v2", "MobileNetV2"), ("resnet", "ResNet50"),
         ("mobilenet_v3", "MobileNetV3Small"), ("efficientnet", "EfficientNetB0")]  # fmt: skip


@pytest.mark.parametrize(("module", "name"), FIRST)
def test_channels_first_gives_what_keras_builds_now(module, name, channels_first):
    text = (
        "from keras.src import backend\n"
        "backend.set_image_data_format('channels_first')\n"
        f"from keras.src.applications import {module}\n"
        f"model = {module}.{name}(weights=None)\n"
    )
    around = partial(on_disk, str(FOLDER / "probe.py"))
    networks, _ = read_source(text, project=around)
    assert sizes(networks[0]) == built(name, {})
