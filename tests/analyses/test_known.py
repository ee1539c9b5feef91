"""Backwards from any known quantity: the solutions are those that the real Keras confirms."""

from __future__ import annotations

import json
import math
from itertools import product

import keras
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keras import layers

import sizeup
from sizeup.analyses.freeing import free_arguments
from sizeup.analyses.known import Known
from sizeup.analyses.relations import relations
from sizeup.cli import main
from sizeup.dims import bind, symbol
from sizeup.errors import UsageError

TEXT = """
from keras import Input, Sequential, layers
net = Sequential([
    Input((size, size + 1, 2)),
    layers.Conv2D(filters, kernel, strides=2, name="conv"),
    layers.BatchNormalization(name="norm"),
    layers.Flatten(),
    layers.Dense(units, name="dense"),
])
"""
VARY = {"size": "3..7", "filters": "1..3", "kernel": "1,2", "units": "1..4"}


def real(size: int, filters: int, kernel: int, units: int) -> keras.Model:
    return keras.Sequential(
        [
            keras.Input((size, size + 1, 2)),
            layers.Conv2D(filters, kernel, strides=2, name="conv"),
            layers.BatchNormalization(name="norm"),
            layers.Flatten(),
            layers.Dense(units, name="dense"),
        ]
    )


@pytest.fixture(scope="module")
def models() -> dict[tuple[int, int, int, int], keras.Model]:
    choices = product(range(3, 8), range(1, 4), (1, 2), range(1, 5))
    return {choice: real(*choice) for choice in choices}


def quantities(model: keras.Model) -> dict[str, object]:
    conv = model.get_layer("conv").output.shape[1:]
    return {
        "total": model.count_params(),
        "trainable": sum(math.prod(w.shape) for w in model.trainable_weights),
        "dense": model.get_layer("dense").count_params(),
        "conv": "x".join(map(str, conv)),
        "rows": f"{conv[0]}x?x?",
    }


@given(
    chosen=st.tuples(
        st.integers(3, 7), st.integers(1, 3), st.sampled_from((1, 2)), st.integers(1, 4)
    ),
    told=st.sets(st.sampled_from(("total", "trainable", "dense", "conv", "rows")), min_size=1),
)
def test_the_solutions_are_the_choices_under_which_keras_has_what_is_known(models, chosen, told):
    told -= {"rows"} if "conv" in told else set()
    known = {key: value for key, value in quantities(models[chosen]).items() if key in told}
    truth = {
        choice for choice, model in models.items()
        if known.items() <= quantities(model).items()
    }  # fmt: skip
    network = sizeup.read("-", text=TEXT)["net"]
    shape = known.get("conv", known.get("rows"))
    found = sizeup.solve(
        network,
        totals={"net": known["total"]} if "total" in known else None,
        trainable={"net": known["trainable"]} if "trainable" in known else None,
        layers={"dense": known["dense"]} if "dense" in known else None,
        shapes={"conv": str(shape)} if shape else None,
        vary=VARY,
        limit=500,
    )
    names = [name for name in VARY if name in found.bounds]
    assert found.complete
    solutions = {tuple(s.values[name] for name in names) for s in found.listed}
    places = [list(VARY).index(name) for name in names]
    assert solutions == {tuple(choice[place] for place in places) for choice in truth}


CONDITIONS = [
    "size == filters", "size != 2 * filters", "size < filters and filters < kernel",
    "1 <= size - filters <= 3", "size % 3 == 1", "max(size, kernel) // 2 >= units",
    "-size + units**2 > 0", "len(chars) == 4",
    "size == 2 or kernel == 3 and units < 2", "not (size > 3 and filters <= 2)",
    "not size == filters", "not 2 < size <= 4 or units != kernel", "not size % 2 and filters < 3",
]  # fmt: skip


@pytest.mark.parametrize("text", CONDITIONS)
def test_a_relation_holds_where_python_says_so(text):
    spelled = {name: symbol(name) for name in VARY} | {"len(chars)": symbol("chars")}
    targets = list(relations([text], spelled))
    for size, filters, kernel, units in product(range(1, 7), repeat=4):
        values = {"size": size, "filters": filters, "kernel": kernel, "units": units, "chars": size}
        scope = {**values, "chars": "x" * size}
        ours = all(t.low <= bind(t.expr, values) <= t.high for t in targets)
        assert ours is eval(text, {}, scope), values


@pytest.mark.parametrize(
    ("known", "said"),
    [
        (Known(), "name what is known"),
        (Known(layers=["nose=3"]), "no layer is called nose"),
        (Known(layers=["dense"]), "is not NAME=VALUE"),
        (Known(layers=["net:nose=3"]), "no layer is called nose"),
        (Known(shapes=["dense=3x4"]), "no shape that dense could have"),
        (Known(totals=["3"], where=["size = 3"]), "no comparison"),
        (Known(totals=["3"], where=["size or 'a'"]), "no comparison"),
        (Known(totals=["3"], where=["nose > 3"]), "nose is not free"),
        (Known(totals=["3"], where=["size in (3, 4)"]), "no comparison"),
        (Known(totals=["3"], where=["size > 1.5"]), "no comparison"),
        (Known(totals=["3"], where=["size ** size > 1"]), "no comparison"),
        (Known(totals=["3"], where=["(" * 500]), "no comparison"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(known, said):
    from sizeup.analyses.inverse import solve_networks

    with pytest.raises(UsageError, match=said) as error:
        solve_networks(list(sizeup.read("-", text=TEXT)), known)
    assert "\n" not in str(error.value)


def test_a_layer_of_several_networks_is_asked_for_by_both_names():
    readings = [sizeup.read("-", text=TEXT)] * 2
    with pytest.raises(UsageError, match="say one of net:dense, net:dense"):
        sizeup.solve(*readings, layers={"dense": 9})


@pytest.mark.parametrize("argument", ["conv.filters", "conv.kernel_size", "dense.units"])
def test_a_number_of_the_source_is_freed_as_keras_counts_it(argument):
    name = argument.replace(".", "_")
    said = TEXT.replace("size", "9").replace("filters", "3").replace("kernel", "2")
    networks = sizeup.read("-", text=said.replace("units", "4")).networks
    (freed,) = free_arguments(networks, [argument])
    formula = sizeup.count(freed).formula
    place = {"conv.filters": 1, "conv.kernel_size": 2, "dense.units": 3}[argument]
    for value in (1, 2, 5):
        choice = [9, 3, 2, 4]
        choice[place] = value
        assert eval(formula, {name: value}) == real(*choice).count_params()


def test_a_freed_number_is_found_again(capsys):
    command = ["solve", "zoo:lenet5", "--free", "dense_1.units", "--total", "61706", "--json"]
    assert main(command) == 0
    assert json.loads(capsys.readouterr().out)["solutions"] == [
        {"dense_1_units": 120, "same_count": {}}
    ]


@pytest.mark.parametrize(
    ("argument", "said"),
    [
        ("dense_9.units", "no layer is called dense_9"),
        ("units", "no layer is called units"),
        ("dense_1.activation", "is no number of the network; numbers of the layer are units"),
        ("flatten_1.nose", "numbers of the layer are -"),
    ],
)
def test_what_is_no_number_cannot_be_freed(argument, said):
    with pytest.raises(UsageError, match=said):
        free_arguments(sizeup.read("zoo:lenet5").networks, [argument])
