"""The zoo against the papers: every network is built by the real Keras and counted there."""

from __future__ import annotations

import ast
import importlib
import math
import runpy
import subprocess
import sys
from functools import partial
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers

from sizeup.zoo import ARCHITECTURES, Architecture, find, path

EXAMPLES = Path(__file__).parents[1] / "examples"
NAMES = [architecture.name for architecture in ARCHITECTURES]
FILES = sorted({architecture.file for architecture in ARCHITECTURES})

# Trainable parameters, exactly, where a figure is published: LeCun et al. for lenet5-1998,
# torchvision's documentation for VGG 11 to 19 (a local response normalization adds nothing)
# and the ImageNet ResNets, the question and its answer for their own networks, and the figures
# generally quoted for the common LeNet-5, two-group AlexNet and ResNet-20.
EXACT = {
    "lenet5": 61_706,
    "lenet5-1998": 60_000,
    "alexnet": 60_965_224,
    "vgg11": 132_863_336,
    "vgg11-lrn": 132_863_336,
    "vgg13": 133_047_848,
    "vgg16": 138_357_544,
    "vgg19": 143_667_240,
    "resnet18": 11_689_512,
    "resnet34": 21_797_672,
    "resnet50": 25_557_032,
    "resnet101": 44_549_160,
    "resnet152": 60_192_808,
    "resnet20": 269_722,
    "vgg1": 604_035,
    "vgg2": 336_387,
    "mlp-2000-2000": 5_592_010,
    "mlp-2000-50-2000": 1_792_060,
}

# Trainable parameters in millions, with the decimals that the papers print.
MILLIONS = {
    "vgg11": "133",
    "vgg11-lrn": "133",
    "vgg13": "133",
    "vgg16-1x1": "134",
    "vgg16": "138",
    "vgg19": "144",
    "resnet20": "0.27",
    "resnet32": "0.46",
    "resnet44": "0.66",
    "resnet56": "0.85",
    "resnet110": "1.7",
    "resnet1202": "19.4",
}

# Multiply-adds in units of 10^8, as Table 1 of He et al. prints them. ResNet-34 and -50 make
# 36.6 and 38.6 of them: the paper prints 3.6 and 3.8 G, which is cut, not rounded.
MACS_ROUNDED = {"resnet18": 18, "resnet101": 76, "resnet152": 113}
MACS_CUT = {"resnet34": 36, "resnet50": 38}


@pytest.fixture(scope="module", autouse=True)
def _quick_keras():
    """Weights of zeros, which cost nothing to draw, and room for 1,202 layers."""
    patch, limit = pytest.MonkeyPatch(), sys.getrecursionlimit()
    patch.setattr(
        keras.initializers.GlorotUniform,
        "__call__",
        lambda self, shape, dtype=None: keras.ops.zeros(shape, dtype),
    )
    sys.setrecursionlimit(10_000)
    yield
    sys.setrecursionlimit(limit)
    patch.undo()


def module(name: str):
    return importlib.import_module(f"sizeup.zoo.{find(name).file.removesuffix('.py')}")


def build(name: str):
    return getattr(module(name), find(name).builder)()


def count(weights) -> int:
    return sum(math.prod(weight.shape) for weight in weights)


def count_macs(model, kinds=(layers.Conv2D, layers.DepthwiseConv2D, layers.Dense)) -> int:
    """Every element of a kernel multiplies once at each position of the output."""
    return sum(
        math.prod(layer.kernel.shape) * math.prod(layer.output.shape[1:-1])
        for layer in model.layers
        if isinstance(layer, kinds)
    )


@pytest.mark.parametrize("name", NAMES)
def test_real_keras_counts_what_was_published(name):
    model = build(name)
    trainable, published = count(model.trainable_weights), find(name).published
    assert name in EXACT or name in MILLIONS, "every network of the zoo has a truth"
    if name in EXACT:
        assert trainable == EXACT[name]
    if name in MILLIONS:
        decimals = len(MILLIONS[name].partition(".")[2])
        assert f"{trainable / 1e6:.{decimals}f}" == MILLIONS[name]
        assert published.startswith(f"{MILLIONS[name]} million")
    if name in MACS_ROUNDED:
        assert round(count_macs(model) / 1e8) == MACS_ROUNDED[name]
        assert published.startswith(f"{MACS_ROUNDED[name] / 10} G multiply-adds")
    if name in MACS_CUT:
        assert count_macs(model) // 10**8 == MACS_CUT[name]
        assert published.startswith(f"{MACS_CUT[name] / 10} G multiply-adds")

    moving = sum(
        2 * math.prod(layer.gamma.shape)
        for layer in model.layers
        if isinstance(layer, layers.BatchNormalization)
    )
    codes = 84 * 10 if name == "lenet5-1998" else 0
    assert model.count_params() == trainable + moving + codes


def test_vgg_costs_what_the_resnet_paper_says_of_it():
    # He et al. give 15.3 and 19.6 G; the first leaves the dense layers out, the second does not.
    assert round(count_macs(build("vgg16"), layers.Conv2D) / 1e8) == 153
    assert round(count_macs(build("vgg19")) / 1e8) == 196


def test_lenet5_has_the_connections_of_1998():
    def connections(layer):
        size = math.prod(layer.output.shape[1:])
        match layer:
            case layers.AveragePooling2D():  # each output sums four values
                return 4 * size
            case layers.DepthwiseConv2D():  # and has a bias; its coefficient is on the sum
                return size
            case layers.Conv2D():
                return layer.count_params() * math.prod(layer.output.shape[1:-1])
        return layer.count_params()

    assert sum(map(connections, build("lenet5-1998").layers)) == 340_908


def test_lenet5_connects_c3_as_table_1_does():
    table = [
        "X...XXX..XXXX.XX",
        "XX...XXX..XXXX.X",
        "XXX...XXX..X.XXX",
        ".XXX..XXXX..X.XX",
        "..XXX..XXXX.XX.X",
        "...XXX..XXXX.XXX",
    ]
    columns = [tuple(i for i in range(6) if table[i][j] == "X") for j in range(16)]
    assert tuple(columns) == module("lenet5-1998").C3


@pytest.mark.parametrize("name", ["alexnet", "vgg11-lrn"])
def test_local_response_normalization_is_krizhevskys_formula(name):
    x = np.linspace(-9, 9, 2 * 1 * 3 * 7, dtype="float32").reshape(2, 1, 3, 7)
    expected = np.empty_like(x)
    for i in range(7):
        energy = (x[..., max(0, i - 2) : min(6, i + 2) + 1] ** 2).sum(-1)
        expected[..., i] = x[..., i] / (2 + 1e-4 * energy) ** 0.75
    layer = module(name).LocalResponseNormalization()
    np.testing.assert_allclose(keras.ops.convert_to_numpy(layer(x)), expected, rtol=1e-5)
    assert layer.weights == []


@pytest.mark.parametrize("architecture", ARCHITECTURES, ids=NAMES)
def test_every_name_finds_its_architecture(architecture):
    for name in (architecture.name, *architecture.aliases):
        assert find(name) is find(name.replace("-", "_").upper()) is architecture


def test_find_knows_nothing_else():
    assert find("vgg17") is None


@pytest.mark.parametrize("file", FILES)
def test_index_lists_every_builder_of_a_file_and_no_other(file):
    source = Path(path(Architecture("", file, "", "", ""))).read_text(encoding="utf-8")
    builders = {
        node.name
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef) and len(node.args.args) == len(node.args.defaults)
    }
    assert builders == {a.builder for a in ARCHITECTURES if a.file == file}


def test_index_imports_no_framework():
    code = "import sys, sizeup.zoo; sys.exit(bool({'keras', 'numpy'} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_example_runs_on_todays_keras_with_the_questions_totals():
    example = runpy.run_path(str(EXAMPLES / "question.py"))
    assert example["VGG1"](None).count_params() == 604_035
    assert example["VGG2"](None).count_params() == 336_387


@pytest.mark.filterwarnings("ignore:Do not pass an `input_shape`")
def test_pasted_example_holds_the_questions_networks_and_totals():
    text = (EXAMPLES / "question.txt").read_text(encoding="utf-8")
    code, inside, above = [], False, ""
    for line in text.splitlines():
        inside = inside or line.startswith("def ")
        if inside:
            depth = 0 if line.startswith("def ") else 2 if above.startswith("if ") else 1
            code.append("    " * depth + line)
        inside, above = inside and line != "return model", line

    def convolution(filters, rows, columns, border_mode="valid", **shape):
        return layers.Conv2D(
            filters, (rows, columns), padding=border_mode, data_format="channels_first", **shape
        )

    world = {
        **{name: getattr(layers, name) for name in ("Activation", "Dense", "Dropout", "Flatten")},
        "Sequential": keras.Sequential,
        "Convolution2D": convolution,
        "MaxPooling2D": partial(layers.MaxPooling2D, data_format="channels_first"),
    }
    world.update(nb_filters=32, nb_conv=3, img_rows=28, img_cols=28, nb_pool=2, nb_classes=35)
    exec("\n".join(code), world)
    for name, total in (("VGG1", 604_035), ("VGG2", 336_387)):
        assert world[name](None).count_params() == total
        assert str(total) in text
