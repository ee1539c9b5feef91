"""Budgets: what they hold networks to, and what they say where they are wrong themselves."""

import json

import keras
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import layers

from sizeup.analyses.count import count
from sizeup.analyses.measures import activations
from sizeup.cli import main
from sizeup.readers.live import read_live

NET = """
from keras import Sequential, layers

def build(units=50, classes=10):
    return Sequential([
        layers.Dense(units, input_shape=(784,), name="hidden"), layers.Dense(classes, name="out")])
"""
TOTAL = 784 * 50 + 50 + 50 * 10 + 10


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.py").write_text(NET)

    def write(text, name="sizeup.toml"):
        (tmp_path / name).write_text(text)
        return tmp_path

    return write


def checked(capsys, *arguments):
    status = main(["check", "--json", *arguments])
    return status, json.loads(capsys.readouterr().out)


def limits(document):
    return {limit["limit"]: limit for n in document["networks"] for limit in n["limits"]}


def said(capsys, *arguments):
    assert main(["check", *arguments]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    return error


@pytest.mark.parametrize(("most", "status"), [(TOTAL, 0), (TOTAL - 1, 1)])
def test_a_budget_is_kept_up_to_its_last_parameter(project, capsys, most, status):
    project(f'[tool.sizeup]\nsources = ["net.py"]\nmax_parameters = {most}\n', "pyproject.toml")
    found, document = checked(capsys)
    assert found == status
    assert document["ok"] is (status == 0)
    (network,) = document["networks"]
    assert network["name"] == "build"
    kept = {key: network["limits"][0][key] for key in ("limit", "allowed", "actual", "ok")}
    assert kept == {
        "limit": "max_parameters", "allowed": most, "actual": TOTAL, "ok": status == 0,
    }  # fmt: skip


def test_every_limit_has_its_unit(project, capsys):
    project(
        'sources = ["net.py:build"]\nmax_parameters = "39.8k"\nmax_macs = "39.7k"\n'
        'max_bytes = "156KiB"\nmax_activations = "240B"\n'
    )
    status, document = checked(capsys)
    found = {name: (each["allowed"], each["actual"]) for name, each in limits(document).items()}
    assert status == 0
    assert found == {
        "max_parameters": (39_800, TOTAL),
        "max_macs": (39_700, 784 * 50 + 50 * 10),
        "max_bytes": (156 * 1024, TOTAL * 4),
        "max_activations": (240 * 10**9, 60),
    }
    project('sources = ["net.py:build"]\nmax_activations = "0.24kB"\n')
    assert limits(checked(capsys)[1])["max_activations"]["actual"] == 240


def test_growth_is_measured_from_what_was_recorded(project, capsys):
    folder = project('sources = ["*.py"]\nmax_growth = "2%"\n')
    status, document = checked(capsys)
    assert (status, document["ok"], limits(document)["max_growth"]["ok"]) == (3, False, None)
    assert checked(capsys, "--update")[0] == 0
    assert f"parameters = {TOTAL}" in (folder / "sizeup.lock").read_text()
    (folder / "net.py").write_text(NET.replace("units=50", "units=51"))
    status, document = checked(capsys)
    assert status == 0
    assert limits(document)["max_growth"]["allowed"] == TOTAL + TOTAL * 2 // 100
    (folder / "net.py").write_text(NET.replace("units=50", "units=52"))
    status, document = checked(capsys)
    assert status == 1
    assert limits(document)["max_growth"]["baseline"] == TOTAL


def test_the_baseline_does_not_hang_on_where_it_is_called_from(project, capsys, monkeypatch):
    folder = project('sources = ["*.py"]\nmax_growth = "0%"\n')
    main(["check", "--update"])
    before = (folder / "sizeup.lock").read_bytes()
    (folder / "inside").mkdir()
    monkeypatch.chdir(folder / "inside")
    capsys.readouterr()
    assert checked(capsys, "--update")[0] == 0
    assert (folder / "sizeup.lock").read_bytes() == before
    assert not (folder / "inside" / "sizeup.lock").exists()


def test_nearer_limits_and_settings_replace_the_general(project, capsys):
    project(
        'sources = ["net.py"]\nmax_parameters = 10\nmax_macs = "1M"\n'
        "[networks.build]\nmax_parameters = 90_000\nset = { units = 100 }\n"
    )
    status, document = checked(capsys)
    assert status == 0
    assert len(document["networks"]) == 1
    found = limits(document)
    assert found["max_parameters"]["actual"] == 784 * 100 + 100 + 100 * 10 + 10
    assert found["max_macs"]["actual"] == 784 * 100 + 100 * 10


def test_a_list_of_networks_has_sources_of_its_own(project, capsys):
    project(
        '[[networks]]\nsource = "net.py:build"\nmax_parameters = 39_760\n'
        '[[networks]]\nsource = "784:10"\nmax_parameters = 7_849\n'
    )
    status, document = checked(capsys)
    assert status == 1
    assert [n["limits"][0]["ok"] for n in document["networks"]] == [True, False]


def test_a_pattern_passes_over_code_without_networks(project, capsys):
    folder = project('sources = ["**/*.py"]\nmax_parameters = "1M"\n')
    (folder / "tools.py").write_text("limit = 3\n")
    assert checked(capsys)[0] == 0
    project('sources = ["tools.py"]\nmax_parameters = "1M"\n')
    assert "no network" in said(capsys)


def test_what_is_open_or_unknown_is_neither_kept_nor_broken(project, capsys):
    folder = project('sources = ["net.py"]\nmax_parameters = 30_000\n')
    (folder / "net.py").write_text(NET.replace("units=50, classes=10", "classes, units=50"))
    status, document = checked(capsys)
    assert (status, limits(document)["max_parameters"]["ok"]) == (1, False)  # 39,250 are certain
    project('sources = ["net.py"]\nmax_parameters = 50_000\n')
    status, document = checked(capsys)
    assert (status, document["ok"], limits(document)["max_parameters"]["ok"]) == (3, False, None)
    assert "classes" in limits(document)["max_parameters"]["why"]
    project('sources = ["net.py"]\nmax_parameters = 50_000\nset = { classes = 10 }\n')
    assert checked(capsys)[0] == 0


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("max_parameters = 5", "sources"),
        ('sources = ["net.py"]\nmax_parameter = 5', "max_parameter is no key"),
        ('sources = ["net.py"]\nmax_parameters = "many"', "max_parameters"),
        ('sources = ["net.py"]\nmax_parameters = true', "max_parameters cannot be True"),
        ('sources = ["net.py"]\nmax_growth = 2', 'as "2%"'),
        ('sources = ["gone/*.py"]\nmax_parameters = 5', "no file matches gone/*.py"),
        ('sources = ["net.py"]\n[networks.other]\nmax_macs = 5', "networks.other: no network"),
        ('sources = ["net.py"]\nset = 3', "set cannot be 3: give a table, as { nb_classes = 10 }"),
        ('sources = ["net.py"]\nnetworks = 3', "networks cannot be 3: give a table for each"),
        (
            'sources = ["net.py"]\n[networks]\na = 3',
            "networks.a cannot be 3: give a table of limits",
        ),
        (
            'sources = ["net.py"]\nkeras = true',
            "keras cannot be True: give a version, as 1, 2 or 3",
        ),
        (
            'sources = ["net.py"]\n[[networks]]\nname = 3',
            "networks[1].name cannot be 3: give a name",
        ),
        ("sources = 3", 'sources cannot be 3: give a text or a list of them, as ["model.py"]'),
        ('sources = ["net.py"]', "sets no limit: add one of max_parameters"),
        ('sources = ["net.py"]\nmax_macs = 5\nset = { n = 3 }', "set: no source has the name n"),
        (
            'sources = ["net.py"]\n[networks.build]\nset = { n = 3 }\nmax_macs = 5',
            "networks.build.set: no source has the name n",
        ),
        ("[[networks]]\nmax_macs = 3", "sources"),
        ("sources = [", "no TOML"),
    ],
)
def test_mistakes_in_the_budgets_are_one_line_with_file_and_key(project, capsys, text, says):
    project(text)
    error = said(capsys)
    assert "sizeup.toml" in error
    assert says in error


def test_a_setting_is_for_those_of_the_sources_that_know_it(project, capsys):
    folder = project(
        'sources = ["net.py", "other.py"]\nset = { units = 5 }\nmax_parameters = "1M"\n'
    )
    (folder / "other.py").write_text(NET.replace("units", "width"))
    _, document = checked(capsys)
    counts = [network["limits"][0]["actual"] for network in document["networks"]]
    assert counts == [784 * 5 + 5 + 5 * 10 + 10, TOTAL]


@pytest.mark.parametrize("damage", ["xx[", "[net]\nparameters = 'x'", "\udcff"])
def test_a_damaged_baseline_is_written_anew(project, capsys, damage):
    folder = project('sources = ["net.py"]\nmax_growth = "2%"\n')
    (folder / "sizeup.lock").write_bytes(damage.encode(errors="surrogateescape"))
    error = said(capsys)
    assert "sizeup.lock" in error
    assert "write it anew with `sizeup check --update`" in error
    assert checked(capsys, "--update")[0] == 0
    assert checked(capsys)[0] == 0


def test_no_budgets_at_all_says_where_to_write_them(project, capsys):
    assert "[tool.sizeup]" in said(capsys)


def test_markdown_is_a_table_with_the_delta(project, capsys):
    folder = project('sources = ["net.py"]\nmax_growth = "1%"\n')
    main(["check", "--update"])
    (folder / "net.py").write_text(NET.replace("units=50", "units=60"))
    capsys.readouterr()
    assert main(["check", "--markdown"]) == 1
    table = capsys.readouterr().out.splitlines()
    assert table[2].startswith("| limit | allowed |")
    assert "+7,950 since the baseline" in table[4]


def outputs_of_keras(model):
    """Elements that the real layers give for one sample."""
    total = 0
    for layer in model._flatten_layers(include_self=False, recursive=True):
        if isinstance(layer, keras.Model | layers.InputLayer):
            continue
        for node in layer._inbound_nodes:
            for tensor in node.outputs:
                count = 1
                for length in tensor.shape[1:]:
                    count *= length
                total += count
    return total


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=4), st.integers(5, 12), st.booleans())
def test_activations_are_what_the_layers_of_keras_give(widths, side, shared):
    x = inputs = keras.Input((side, side, 3))
    for width in widths:
        x = layers.Conv2D(width, 2, padding="same")(x)
        x = layers.BatchNormalization()(x)
    twice = layers.Dense(4)
    x = layers.Add()([twice(x), twice(x)]) if shared else twice(x)
    x = layers.Dense(2)(layers.Flatten()(layers.MaxPooling2D()(x)))
    model = keras.Model(inputs, x)
    assert activations(count(read_live(model))) == outputs_of_keras(model)


@pytest.mark.parametrize("name", ["MobileNetV2", "DenseNet121"])
def test_activations_of_real_applications(name):
    model = getattr(keras.applications, name)(weights=None)
    assert activations(count(read_live(model))) == outputs_of_keras(model)


def test_a_nested_model_gives_what_its_layers_give():
    inner = keras.Sequential([keras.Input((8,)), layers.Dense(5), layers.Dense(3)])
    inputs = keras.Input((8,))
    model = keras.Model(inputs, layers.Dense(2)(inner(inputs)))
    assert activations(count(read_live(model))) == 5 + 3 + 2


def test_a_layer_of_the_source_s_own_gives_what_the_layers_inside_it_give(project, capsys):
    folder = project('sources = ["net.py"]\nmax_activations = 100\n')
    (folder / "net.py").write_text(
        "import keras\nfrom keras import layers\n\n"
        "class Scaled(layers.Layer):\n"
        "    def __init__(self):\n        super().__init__()\n        self.dense = layers.Dense(5)\n"
        "    def build(self, shape):\n        self.scale = self.add_weight(shape=(5,))\n"
        "    def call(self, x):\n        return self.dense(self.dense(x))\n\n"
        "x = keras.Input((5,))\nnet = keras.Model(x, layers.Dense(2)(Scaled()(x)))\n"
    )
    _, document = checked(capsys)
    assert limits(document)["max_activations"]["actual"] == 5 + 5 + 2


def test_activations_of_what_is_not_known_are_not_claimed(project, capsys):
    folder = project('sources = ["net.py"]\nmax_activations = 100\n')
    (folder / "net.py").write_text(
        "from keras import layers, Sequential\nfrom mine import Attention\n"
        "net = Sequential([layers.Dense(5, input_shape=(5,)), Attention(), layers.Dense(2)])\n"
    )
    status, document = checked(capsys)
    limit = limits(document)["max_activations"]
    assert (status, limit["actual"], limit["ok"]) == (3, None, None)


def test_a_batch_that_is_fixed_is_not_counted():
    model = keras.Sequential([keras.Input(batch_shape=(7, 3)), layers.Dense(5), layers.Dense(2)])
    assert activations(count(read_live(model))) == 5 + 2
