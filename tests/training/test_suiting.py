"""What data decide of a network, and what is said where the two do not fit."""

from pathlib import Path

import numpy as np
import pytest

import sizeup
from sizeup.errors import UsageError
from sizeup.readers import read
from sizeup.training.data import Data
from sizeup.training.naming import namer
from sizeup.training.suiting import ExcludedError, nameless, suit
from sizeup.training.together import Plan, _suited

OPEN = """
model = Sequential()
model.add(Convolution2D(nb_filters, 3, 3, input_shape=({shape})))
model.add(Flatten())
model.add(Dense(nb_classes))
model.add(Activation('softmax'))
"""


def images(*shape, classes=10, **more):
    labels = tuple(map(str, range(classes)))
    return Data(
        "pictures", (np.zeros((4, *shape), np.uint8), np.zeros(4, int)), None, labels, **more
    )


def network(text, **settings):
    return sizeup.read("-", settings, text=text).networks[0]


def named(text, **settings):
    """A network and the function that finds the names of its sizes."""
    return network(text, **settings), namer(
        lambda more: [read("-", {**settings, **more}, stdin=text)], settings
    )


@pytest.mark.parametrize(
    ("shape", "first"), [("1, img_rows, img_cols", True), ("img_rows, img_cols, 1", False)]
)
def test_rows_columns_and_classes_come_from_the_data(shape, first):
    found = suit(network(OPEN.format(shape=shape), nb_filters=4), images(20, 24, 1))
    assert dict(found.values) == {"img_rows": 20, "img_cols": 24, "nb_classes": 10}
    assert found.layout.shape == ((1, 20, 24) if first else (20, 24, 1))
    assert found.layout.first == first
    assert sizeup.count(found.network).total == 4 * 10 + 4 * 18 * 22 * 10 + 10


def test_an_expression_of_one_name_is_solved():
    text = "model = Sequential([Input((2 * half, 2 * half, 1)), Flatten(), Dense(10)])"
    assert dict(suit(network(text), images(20, 20, 1)).values) == {"half": 10}
    with pytest.raises(UsageError, match="21×21"):
        suit(network(text), images(21, 21, 1))


def test_what_the_data_do_not_decide_is_asked_for():
    with pytest.raises(UsageError, match="--set nb_filters=…"):
        suit(network(OPEN.format(shape="1, rows, cols")), images(20, 20, 1))


@pytest.mark.parametrize("settings", [{"nb_classes": 35}, {}])
def test_another_number_of_classes_names_what_to_set(settings):
    text = ("nb_classes = 35\n" if not settings else "") + OPEN.format(shape="1, 20, 20")
    one, name_of = named(text, nb_filters=4, **settings)
    with pytest.raises(UsageError, match="35 classes apart, pictures has 10: --set nb_classes=10"):
        suit(one, images(20, 20, 1), name_of=name_of(one))


def test_another_size_names_what_to_set():
    text = "def build(side=32):\n return Sequential([Input((side, side, 1)), Flatten(), Dense(10)])"
    one, name_of = named(text)
    with pytest.raises(UsageError, match="20×20×1: --set side=20"):
        suit(one, images(20, 20, 1), name_of=name_of(one))


def test_a_head_without_a_name_is_told_by_its_units():
    with pytest.raises(UsageError, match="give its last layer 10 units"):
        suit(network("model = Sequential([Input((400,)), Dense(35)])"), images(20, 20, 1))


def test_images_are_resized_where_that_is_allowed_and_only_there():
    text = "model = Sequential([Input((32, 32, 3)), Flatten(), Dense(10)])"
    with pytest.raises(UsageError, match="32×32×3"):
        suit(network(text), images(28, 28, 1))
    assert suit(network(text), images(28, 28, 1), resize=True).layout.size == (32, 32, 3)
    assert suit(network(text), images(8, 8, 1, scalable=True)).layout.size == (32, 32, 3)


def test_one_row_of_pixels_is_taken_and_scaled_to():
    mlp = sizeup.read("784:20:10").networks[0]
    assert suit(mlp, images(28, 28, 1)).layout.shape == (784,)
    assert suit(mlp, images(8, 8, 1, scalable=True)).layout.size == (28, 28, 1)
    with pytest.raises(UsageError, match="784"):
        suit(mlp, images(20, 20, 1))


def test_small_images_are_enlarged_until_the_network_is_valid():
    text = OPEN.format(shape="rows, cols, 1").replace(
        "model.add(Flatten", "model.add(MaxPooling2D(9))\nmodel.add(Flatten"
    )
    found = suit(network(text, nb_filters=4), images(8, 8, 1, scalable=True))
    assert dict(found.values) == {"rows": 16, "cols": 16, "nb_classes": 10}
    with pytest.raises(UsageError, match="no valid network on pictures"):
        suit(network(text, nb_filters=4), images(8, 8, 1))


def test_one_output_tells_two_classes_apart():
    text = "model = Sequential([Input((400,)), Dense(1, activation='sigmoid')])"
    assert suit(network(text), images(20, 20, 1, classes=2)).values == {}
    with pytest.raises(UsageError, match="1 classes apart"):
        suit(network(text), images(20, 20, 1))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "a, b = Input((4,)), Input((4,))\nmodel = Model([a, b], Dense(10)(add([a, b])))",
            "2 inputs",
        ),
        ("model = Sequential([Input((20, 20, 1)), Conv2D(10, 3)])", "no list of classes"),
        ("model = Sequential([Input((20, 20, 1)), Flatten(), mystery(), Dense(10)])", "not known"),
        ("model = Sequential([Input((20, 20)), Flatten(), Dense(10)])", "20×20×3"),
    ],
)
def test_what_cannot_be_trained_here_says_why(text, said):
    with pytest.raises(UsageError, match=said):
        suit(network(text), images(20, 20, 3))


def test_an_outcome_that_the_data_exclude_is_left_out():
    text = """
def net():
    model = Sequential()
    model.add(Flatten(input_shape=(rows, cols, 1)))
    if rows > 10:
        model.add(Dense(50))
    model.add(Dense(10))
    return model
"""
    large, small = sizeup.read("-", text=text).networks
    assert (large.when, small.when) == ("rows > 10", "rows <= 10")
    assert suit(large, images(20, 20, 1)).network.when == "rows > 10"
    with pytest.raises(ExcludedError, match=r"net\[rows <= 10\] is not what the code builds"):
        suit(small, images(20, 20, 1))
    assert suit(small, images(8, 8, 1)).network.when == "rows <= 10"


def test_networks_that_are_compared_take_images_of_one_size():
    deep = OPEN.replace(
        "model.add(Flatten())", "model.add(MaxPooling2D())\n" * 3 + "model.add(Flatten())"
    )
    shape = "1, img_rows, img_cols"
    nets = [network(text.format(shape=shape), nb_filters=4) for text in (OPEN, deep)]
    data = images(8, 8, 1, scalable=True)
    assert [suit(each, data).layout.shape[1] for each in nets] == [8, 16]
    _, suited, _ = _suited(nets, data, Plan("d", Path()), lambda _: nameless)
    assert [each.layout.shape for each in suited] == [(1, 16, 16)] * 2


def test_what_is_fixed_decides_the_size_of_what_is_open():
    nets = [
        network(OPEN.format(shape=shape), nb_filters=4)
        for shape in ("1, img_rows, img_cols", "1, 30, 30")
    ]
    _, suited, _ = _suited(
        nets, images(8, 8, 1, scalable=True), Plan("d", Path()), lambda _: nameless
    )
    assert [each.layout.shape for each in suited] == [(1, 30, 30)] * 2


def test_numbers_that_are_meant_for_images_are_told_how_to_be_some():
    data = images(12, 12).changed(images=False)
    with pytest.raises(UsageError, match="dtype uint8"):
        suit(network(OPEN.format(shape="1, img_rows, img_cols"), nb_filters=4), data)
