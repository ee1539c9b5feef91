"""`keras.applications` in source: what sizeup reads is what the real ones are, layer by layer."""

from __future__ import annotations

import importlib
import math
import re

import keras
import pytest

from readers.keras_truth import read_text
from sizeup.analyses.count import count
from sizeup.network import rows
from sizeup.readers import read
from sizeup.zoo import APPLICATIONS, find
from sizeup.zoo.applications import HOMES

INITIALIZERS = ("GlorotUniform", "VarianceScaling", "HeNormal")

# Totals as Keras' documentation and its own models have them, of those that take Keras seconds.
LARGE = {
    "ConvNeXtSmall": 50_223_688,
    "ConvNeXtBase": 88_591_464,
    "ConvNeXtLarge": 197_767_336,
    "ConvNeXtXLarge": 350_196_968,
    "NASNetLarge": 88_949_818,
    "EfficientNetB6": 43_265_143,
    "EfficientNetB7": 66_658_687,
    "EfficientNetV2M": 54_431_388,
    "EfficientNetV2L": 119_027_848,
}


@pytest.fixture(scope="module", autouse=True)
def _quick_keras():
    """Weights of zeros, which cost nothing to draw."""
    patch = pytest.MonkeyPatch()
    for name in INITIALIZERS:
        patch.setattr(
            getattr(keras.initializers, name),
            "__call__",
            lambda self, shape, dtype=None: keras.ops.zeros(shape, dtype),
        )
    yield
    patch.undo()


def scalars(weights) -> int:
    return sum(math.prod(weight.shape) for weight in weights)


def stem(name: str) -> str:
    """A name without the number that tells it from others of its kind."""
    return re.sub(r"_\d+$", "", name)


def real(model) -> list[tuple]:
    return [
        (
            stem(layer.name),
            type(layer).__name__,
            scalars(layer.weights),
            scalars(layer.trainable_weights),
        )
        for layer in model.layers
    ]


def ours(network) -> list[tuple]:
    return [
        (stem(row.layer.name), row.layer.kind, row.parameters, row.trainable)
        for row in rows(network)
        if row.parent is None and not row.layer.kind.startswith("ops.")
    ]


def assert_reads(name: str, arguments: str) -> None:
    keras.utils.clear_session()
    call = f"keras.applications.{name}({arguments})"
    model = eval(call)
    network = read_text(f"import keras\nmodel = {call}")["model"]
    found = count(network)
    assert network.error is None, network.error
    assert ours(network) == real(model)
    assert found.total == model.count_params()
    assert found.trainable == scalars(model.trainable_weights)
    last = network.graph.outputs[0]
    shape = network.graph.layers[last.layer].calls[last.call].output_shapes[last.output]
    assert shape == model.output_shape
    assert model.name in network.aliases


SLOW_BESIDES = ("ConvNeXt", "InceptionResNetV2")  # their own layers are run to get their shapes


@pytest.mark.parametrize("name", [n for n in HOMES if n not in LARGE])
def test_every_network_with_its_top_is_keras_own(name):
    small = ", input_shape=(75, 75, 3)" if name.startswith(SLOW_BESIDES) else ""
    assert_reads(name, f"weights=None{small}")


@pytest.mark.parametrize("name", LARGE)
def test_the_largest_have_the_totals_that_keras_documents(name):
    network = read_text(f"m = keras.applications.{name}()")["m"]
    assert count(network).total == LARGE[name]


KINDS = (
    "VGG19 ResNet50 ResNet50V2 InceptionV3 Xception MobileNet MobileNetV2 MobileNetV3Large "
    "DenseNet121 NASNetMobile EfficientNetB0 EfficientNetV2B0 EfficientNetV2S"
).split()


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("arguments", [
    "weights=None, include_top=False, input_shape=(75, 97, 1), pooling='max'",
    "weights=None, input_shape=(128, 128, 3), classes=7, classifier_activation=None",
])  # fmt: skip
def test_arguments_mean_what_they_mean_to_keras(name, arguments):
    assert_reads(name, arguments)


@pytest.mark.parametrize(("name", "arguments"), [
    ("VGG16", "include_top=False, weights=None"),
    ("ResNet50V2", "False, None, None, (64, 64, 3), 'avg'"),
    ("DenseNet121", "include_top=False, weights=None, name='features'"),
    ("MobileNet", "alpha=0.5, depth_multiplier=2, weights=None"),
    ("MobileNet", "(160, 160, 3), 0.25, weights=None, classes=5"),
    ("MobileNet", "include_top=False, weights=None"),
    ("MobileNetV2", "alpha=0.35, weights=None"),
    ("MobileNetV2", "alpha=1.4, weights=None, include_top=False"),
    ("MobileNetV2", "(96, 96, 3), 1.3, weights=None"),
    ("MobileNetV3Small", "minimalistic=True, weights=None, include_preprocessing=False"),
    ("MobileNetV3Large", "alpha=0.75, weights=None, dropout_rate=0, classes=3"),
    ("MobileNetV3Large", "alpha=1.5, weights=None, include_top=False, pooling='avg'"),
    ("MobileNetV3Small", "weights=None, alpha=2.0, input_shape=(40, 50, 3)"),
    ("NASNetMobile", "weights=None, include_top=False"),
    ("EfficientNetV2B1", "weights=None, include_preprocessing=False"),
    ("ConvNeXtTiny", "weights=None, include_preprocessing=False, input_shape=(32, 32, 3)"),
])  # fmt: skip
def test_arguments_of_single_families(name, arguments):
    assert_reads(name, arguments)


@pytest.mark.parametrize("name", [
    "VGG16", "ResNet50", "ResNet50V2", "InceptionV3", "Xception", "MobileNet", "MobileNetV2",
])  # fmt: skip
@pytest.mark.parametrize("arguments", [
    "weights=None", "weights=None, include_top=False, input_shape=(3, 96, 80), pooling='avg'",
])  # fmt: skip
def test_channels_first(name, arguments):
    keras.utils.clear_session()
    call = f"keras.applications.{name}({arguments})"
    keras.config.set_image_data_format("channels_first")
    try:
        model = eval(call)
    finally:
        keras.config.set_image_data_format("channels_last")
    text = f"import keras\nkeras.config.set_image_data_format('channels_first')\nmodel = {call}"
    assert ours(read_text(text)["model"]) == real(model)


INVALID = [
    ("VGG16", "weights=None, include_top=False, input_shape=(31, 64, 3)"),
    ("InceptionV3", "weights=None, include_top=False, input_shape=(74, 96, 3)"),
    ("Xception", "weights=None, include_top=False, input_shape=(70, 96, 3)"),
    ("ResNet50", "weights=None, input_shape=(None, None, 3)"),
    ("ResNet50", "weights=None, include_top=False, input_shape=(64, 64)"),
    ("VGG19", "classes=10"),
    ("VGG19", "include_top=False, input_shape=(64, 64, 1)"),
    ("DenseNet121", "input_shape=(64, 64, 3)"),
    ("MobileNet", "alpha=0.3"),
    ("MobileNet", "depth_multiplier=2"),
    ("MobileNetV2", "input_shape=(100, 100, 3)"),
    ("MobileNetV3Small", "alpha=0.5"),
    ("VGG16", "classifier_activation='sigmoid'"),
    ("VGG16", "no_such_argument=1"),
]


@pytest.mark.parametrize(("name", "arguments"), INVALID)
def test_what_keras_refuses_is_no_network(name, arguments):
    call = f"keras.applications.{name}({arguments})"
    with pytest.raises((ValueError, TypeError)):
        eval(call)
    network = read_text(f"\nmodel = {call}")[0]
    assert network.error
    assert network.error_line == 2


@pytest.mark.parametrize("name", [
    "VGG19", "ResNet50", "ResNet50V2", "InceptionV3", "InceptionResNetV2", "Xception", "MobileNet",
    "MobileNetV2", "MobileNetV3Small", "DenseNet121", "NASNetMobile", "EfficientNetB0",
    "EfficientNetV2S", "ConvNeXtTiny",
])  # fmt: skip
def test_the_zoos_files_are_keras_code_that_builds_the_same(name):
    module = importlib.import_module(f"sizeup.zoo.applications.{HOMES[name]}")
    built = []
    for function in (getattr(module, name), getattr(keras.applications, name)):
        keras.utils.clear_session()
        model = function(weights=None, include_top=False, input_shape=(75, 75, 3), pooling="avg")
        layers = [
            (
                layer.name,
                type(layer).__name__,
                [tuple(w.shape) for w in layer.weights],
                layer.output.shape,
            )
            for layer in model.layers
        ]
        built.append((model.name, layers))
    assert built[0] == built[1]


def test_every_network_of_keras_is_there():
    theirs = {name for name in dir(keras.applications) if name[0].isupper()}
    assert theirs == HOMES.keys()


@pytest.mark.parametrize("architecture", APPLICATIONS, ids=[a.name for a in APPLICATIONS])
def test_the_zoo_names_keras_networks_and_what_its_documentation_says_of_them(architecture):
    assert find(architecture.name.upper()) is architecture
    millions = float(re.match(r"([\d.]+) million", architecture.published)[1])
    found = count(read(f"zoo:{architecture.name}")[0])
    if "paper" in architecture.published:  # Keras' own differs from it a little
        assert found.trainable / 1e6 == pytest.approx(millions, rel=0.02)
    elif "convnext" in architecture.name:  # to one decimal, of which some are cut
        assert millions in {round(found.total / 1e6, 1), math.floor(found.total / 1e5) / 10}
    else:
        assert round(found.total / 1e6, 1) == millions


def test_a_name_that_no_paper_has_in_the_zoo_is_keras():
    assert find("MobileNetV2") is find("mobilenet_v2") is find("keras/mobilenetv2")
    assert find("resnet50") is not find("keras/resnet50")


def test_arguments_of_keras_networks_in_the_zoo_can_be_set():
    assert read_and_count("zoo:keras/vgg16", include_top=False) == 14_714_688
    assert read_and_count("zoo:vgg16") == read_and_count("zoo:keras/vgg16") == 138_357_544


def read_and_count(source, **settings):
    return count(read(source, settings)[0]).total
