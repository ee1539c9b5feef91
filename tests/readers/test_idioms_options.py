"""Hyperparameters that come from outside: defaults, what is free, and what binds it."""

from __future__ import annotations

import textwrap

import pytest

from readers.keras_truth import read_text, run
from sizeup.analyses.count import count

HEAD = (
    "import keras\nfrom keras import layers\nfrom keras.layers import *\n"
    "from keras.models import Model, Sequential\n"
)
PLAIN = HEAD + "model = Sequential([keras.Input((10,)), layers.Dense(64), layers.Dense(3)])\n"

SAME = {
    "tf.app.flags": """
        import tensorflow as tf
        flags = tf.app.flags
        FLAGS = flags.FLAGS
        flags.DEFINE_integer('hidden', 64, 'units')
        flags.DEFINE_string('name', None, 'x')
        model = Sequential([keras.Input((10,)), layers.Dense(FLAGS.hidden), layers.Dense(3)])
    """,
    "absl": """
        from absl import app, flags
        HIDDEN = flags.DEFINE_integer('hidden', 32, 'units')
        FLAGS = flags.FLAGS
        def main(argv):
            del argv
            model = Sequential([keras.Input((10,)), layers.Dense(HIDDEN.value + FLAGS.hidden), layers.Dense(3)])
        app.run(main)
    """,
    "click": """
        import click
        @click.command()
        @click.option('--hidden', default=64, help='units')
        @click.option('--out-size', '-o', default=3)
        def main(hidden, out_size):
            model = Sequential([keras.Input((10,)), layers.Dense(hidden), layers.Dense(out_size)])
        if __name__ == '__main__':
            main()
    """,
    "fire": """
        import fire
        def main(hidden=64, out=3):
            model = Sequential([keras.Input((10,)), layers.Dense(hidden), layers.Dense(out)])
        fire.Fire(main)
    """,
    "sacred": """
        from sacred import Experiment
        ex = Experiment('a')
        @ex.config
        def config():
            hidden = 32
            double = hidden * 2
        @ex.capture
        def build(n_in, double, out=3):
            return Sequential([keras.Input((n_in,)), layers.Dense(double), layers.Dense(out)])
        @ex.automain
        def main(hidden):
            model = build(hidden // 32 * 10)
    """,
    "a missing module": """
        try:
            import some_config
            hidden = 7
        except ImportError:
            hidden = 64
        model = Sequential([keras.Input((10,)), layers.Dense(hidden), layers.Dense(3)])
    """,
}


def _text(snippet: str) -> str:
    return HEAD + textwrap.dedent(snippet)


@pytest.mark.parametrize("case", SAME)
def test_defaults_of_a_command_line_are_what_is_built(case):
    (network,) = read_text(_text(SAME[case])).networks
    assert count(network).total == run(PLAIN).count_params()


ARGUMENTS = """
    import argparse
    parser = argparse.ArgumentParser()
    parser.add_argument('--hidden', type=int, {})
    args = parser.parse_args()
    model = Sequential([keras.Input((10,)), layers.Dense(args.hidden), layers.Dense(3)])
"""


@pytest.mark.parametrize("option", ["required=True", "help='units'"])
def test_an_option_without_a_default_is_free(option):
    network = read_text(_text(ARGUMENTS.format(option)))["model"]
    assert [f.name for f in network.free] == ["args_hidden"]
    assert [f.expression for f in network.free] == ["args.hidden"]
    assert count(network).total is None


BINDINGS = [
    ("required=True", "hidden"),
    ("required=True", "args.hidden"),
    ("required=True", "args_hidden"),
    ("default=5", "hidden"),
    ("default=5", "args.hidden"),
]


@pytest.mark.parametrize(("option", "name"), BINDINGS)
def test_an_option_is_bound_by_its_name(option, name):
    network = read_text(_text(ARGUMENTS.format(option)), **{name: 64})["model"]
    assert count(network).total == run(PLAIN).count_params()


def test_a_subcommand_leaves_its_options_open():
    text = """
        import argparse
        parser = argparse.ArgumentParser()
        commands = parser.add_subparsers(dest='command')
        train = commands.add_parser('train')
        train.add_argument('--hidden', type=int, default=64)
        args = parser.parse_args()
        model = Sequential([keras.Input((10,)), layers.Dense(args.hidden), layers.Dense(3)])
    """
    network = read_text(_text(text))["model"]
    assert [f.name for f in network.free] == ["args_hidden"]


@pytest.mark.parametrize("decorated", ["@hydra.main(config_name='c')", "@inject"])
def test_arguments_that_an_unseen_decorator_gives_are_free(decorated):
    text = f"""
        {decorated}
        def main(cfg):
            model = Sequential([keras.Input((10,)), layers.Dense(cfg.hidden), layers.Dense(3)])
        main()
    """
    (network,) = read_text(_text(text)).networks
    assert network.error is None
    assert [f.name for f in network.free] == ["cfg_hidden"]


SEARCH = """
    def build_model(hp):
        model = Sequential()
        model.add(keras.Input((10,)))
        for i in range(hp.Int('depth', 1, 3)):
            model.add(layers.Dense(hp.Int(f'units_{i}', min_value=32, max_value=512, step=32)))
        if hp.Boolean('norm'):
            model.add(layers.BatchNormalization())
        model.add(layers.Dense(hp.Choice('last', [3, 4]), activation=hp.Choice('act', ['relu', 'elu'])))
        return model
"""


class Defaults:
    """What Keras Tuner's first trial is given: its documented defaults, or what is fixed."""

    def __init__(self, **fixed):
        self.fixed = fixed

    def Int(self, name, min_value, max_value, step=1):  # noqa: N802
        return self.fixed.get(name, min_value)

    def Boolean(self, name, default=False):  # noqa: N802
        return self.fixed.get(name, default)

    def Choice(self, name, values):  # noqa: N802
        return self.fixed.get(name, values[0])


def _searched(**fixed):
    scope = {}
    exec(compile(_text(SEARCH), "<search>", "exec"), scope)
    return scope["build_model"](Defaults(**fixed)).count_params()


def test_sizes_of_a_search_are_free_and_its_structure_is_the_default():
    network = read_text(_text(SEARCH))["build_model"]
    found = count(network)
    assert [f.name for f in network.free] == ["units_0", "last"]
    assert "default 32" in network.free[0].why
    assert any("depth" in note.text for note in network.notes)
    assert eval(found.formula, {"units_0": 32, "last": 3}) == _searched()
    assert eval(found.formula, {"units_0": 96, "last": 4}) == _searched(units_0=96, last=4)


@pytest.mark.parametrize(
    "fixed",
    [
        {"depth": 2, "units_0": 64, "units_1": 32, "last": 3},
        {"norm": True, "units_0": 32, "last": 4},
        {"depth": 3, "units_0": 32, "units_1": 64, "units_2": 96, "last": 3, "norm": True},
    ],
)
def test_a_hyperparameter_of_a_search_is_bound_by_its_name(fixed):
    network = read_text(_text(SEARCH), **fixed)["build_model"]
    assert count(network).total == _searched(**fixed)


UNSEEN = {
    "surgery on a saved model": """
        base = keras.models.load_model('a.h5')
        model = Model(base.input, layers.Dense(5)(base.layers[-2].output))
    """,
    "a hub layer": """
        import tensorflow_hub as hub
        model = Sequential([hub.KerasLayer('url', input_shape=(8,)), layers.Dense(5)])
    """,
    "a model that grows in an open loop inside another": """
        inner = Sequential([layers.Dense(3, input_shape=(4,))])
        for _ in range(depth):
            inner.add(layers.Dense(3))
        model = Sequential([inner, layers.Dense(2)])
    """,
    "a configuration that was changed": """
        inner = Sequential([keras.Input((4,)), layers.Dense(3)])
        config = inner.get_config()
        config['layers'][1]['config']['units'] = 99
        model = Sequential([keras.Input((4,)), Sequential.from_config(config)])
    """,
    "a generator that is asked in an odd place": """
        def widths():
            x = [(yield 3), (yield 4)]
        model = Sequential([keras.Input((4,)), layers.Dense(2)])
        for width in widths():
            model.add(layers.Dense(width))
    """,
}


@pytest.mark.parametrize("case", UNSEEN)
def test_what_is_not_in_the_text_makes_no_total(case):
    found = count(read_text(_text(UNSEEN[case]))["model"])
    assert found.total is None
    assert found.formula is None


HOSTILE = {
    "a list without end": "import itertools\nx = list(itertools.count())",
    "a sum over a cycle": "import itertools\nx = sum(itertools.cycle([1, 2]))",
    "a generator without end": "def f():\n    while True:\n        yield 1\nx = list(f())",
    "a generator that grows": "def f():\n    x = []\n    while True:\n        x.append(x)\n        yield x\nfor y in f():\n    pass",
    "rows of rows": "import itertools\nx = list(itertools.product(range(100), repeat=9))",
    "a text of doubled lists": "x = [1]\nfor i in range(99):\n    x = [x, x]\ny = str(x)",
    "a key of doubled tuples": "import functools\n@functools.cache\ndef f(x):\n    return 1\nx = (1,)\nfor i in range(99):\n    x = (x, x)\nf(x)",
    "many dimensions": "import numpy as np\nx = np.zeros([9] * 100000).size",
    "a long range of numbers": "import numpy as np\nx = np.arange(10 ** 12) + 1",
    "deep JSON": "import json\nx = json.loads('[' * 100000)",
    "an iterator of itself": "def f():\n    yield from g\ng = f()\nx = list(g)",
}


@pytest.mark.parametrize("case", HOSTILE)
def test_what_never_ends_ends_in_a_clear_answer(case):
    text = HEAD + "model = Sequential([keras.Input((4,)), layers.Dense(2)])\n" + HOSTILE[case]
    assert read_text(text)["model"].error is None


def test_outcomes_that_may_hold_together_are_told_apart():
    text = """
        if here.version >= (3, 0) and here.version[0] == 3:
            units = 4
        else:
            units = 9
        if len(here.rows) > 50:
            units = 100
        model = Sequential([keras.Input((2,)), layers.Dense(units)])
    """
    found = {n.when: count(n).total for n in read_text(_text(text)).networks}
    assert sorted(found.values()) == [12, 27, 300]
    assert all(found)
