"""What the source leaves open: names that become symbols, conditions, loops over data, bindings."""

from __future__ import annotations

import math
import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readers.keras_truth import read_text
from sizeup.analyses.count import count
from sizeup.errors import UsageError
from sizeup.readers import source
from sizeup.readers.source.machine import MAX_STEPS, Budget

HEAD = "import keras\nfrom keras import layers\nfrom keras.layers import *\nfrom keras.models import Sequential, Model\n"


def reading(text: str, **bound: object):
    return read_text(HEAD + textwrap.dedent(text), **bound)


def bound(text: str, given: dict[str, object], name: str = "model"):
    return count(read_text(HEAD + textwrap.dedent(text), **given)[name])


def found(text: str, name: str = "model", **given: object):
    return count(reading(text, **given)[name])


def free(text: str, name: str = "model", **given: object) -> list[tuple[str, str]]:
    return [(f.name, f.expression) for f in found(text, name, **given).free]


OPEN = {
    "a name that is never assigned": ("Dense(units)", [("units", "units")], {"units": 5}),
    "a dimension of data": (
        "Dense(y_train.shape[1])", [("y_train_shape_1", "y_train.shape[1]")], {"y_train.shape[1]": 5}),
    "a length of data": ("Dense(len(chars))", [("len_chars", "len(chars)")], {"len(chars)": 5}),
    "a setting of an unseen object": ("Dense(args.units)", [("args_units", "args.units")], {"args.units": 5}),
    "an entry of an unseen mapping": (
        "Dense(config['units'])", [("config_units", "config['units']")], {"config['units']": 5}),
    "an unseen function": ("Dense(choose(3))", [("choose_3", "choose(3)")], {"choose(3)": 5}),
}  # fmt: skip


@pytest.mark.parametrize("case", OPEN)
def test_what_the_source_leaves_open_is_a_symbol_that_can_be_bound(case):
    layer, names, binding = OPEN[case]
    text = f"model = Sequential([keras.Input((7,)), {layer}])\n"
    assert free(text) == names
    formula = found(text).formula
    assert formula is not None
    assert eval(formula, {}, {names[0][0]: 5}) == 40
    assert bound(text, binding).total == 40
    assert bound(text, {names[0][0]: 5}).total == 40


def test_an_open_input_shape_gets_its_rank_from_the_first_layer_that_tells_it():
    text = "model = Sequential([keras.Input(input_shape), Activation('relu'), Conv2D(4, 3), GlobalMaxPooling2D(), Dense(2)])"
    found_ = found(text)
    assert [f.expression for f in found_.free][-1] == "input_shape[2]"
    assert (
        eval(found_.formula, {}, {"input_shape_0": 9, "input_shape_1": 9, "input_shape_2": 3})
        == 112 + 10
    )
    assert found(text, input_shape=(9, 9, 3)).total == 122
    assert (
        found(
            "model = Sequential([Dense(4, input_shape=x_train.shape[1:])])",
            **{"x_train.shape[1]": 6},
        ).total
        == 28
    )


BUILDER = """
WIDTH = 6
def build(units=8, depth=2):
    model = Sequential()
    model.add(keras.Input((4,)))
    for _ in range(depth):
        model.add(Dense(units))
    model.add(Dense(WIDTH))
    return model
"""


@pytest.mark.parametrize(("call", "given_", "total"), [
    ("", {}, 4 * 8 + 8 + 72 + 54), ("", {"units": 2}, 10 + 6 + 18), ("", {"WIDTH": 1}, 40 + 72 + 9),
    ("net = build(3)", {}, 15 + 12 + 24), ("net = build(3)", {"units": 2}, 10 + 6 + 18),
    ("net = build(units=3, depth=1)", {"units": 2, "depth": 3}, 10 + 6 + 6 + 18),
    ("net = build(3)", {"depth": 1}, 15 + 24),
])  # fmt: skip
def test_a_setting_overrides_constants_defaults_and_what_calls_pass(call, given_, total):
    assert found(BUILDER + call + "\n", "build", **given_).total == total


def test_a_setting_that_the_source_lacks_is_an_error_and_an_unused_one_is_not():
    with pytest.raises(UsageError):
        found(BUILDER, "build", nothing=1)
    assert found(BUILDER + "unused = 3\n", "build", unused=9).total == 166


def test_functions_that_nothing_calls_are_evaluated_with_their_arguments_open():
    text = "def build(n, k=3):\n    return Model(i := keras.Input((n,)), Dense(k)(i))\n"
    found_ = found(text, "build")
    assert (found_.formula, [f.why for f in found_.free]) == (
        "3*n + 3",
        ["argument without default"],
    )


WHEN = """
def build(deep):
    model = Sequential([keras.Input((4,)), Dense(3)])
    if {condition}:
        model.add(Dense(5))
    model.add(Dense(2))
    return model
"""


@pytest.mark.parametrize(("condition", "yes", "no"), [
    ("deep", "deep", "not deep"), ("not deep", "not deep", "deep"), ("deep > 3", "deep > 3", "deep <= 3"),
    ("deep == 'a'", "deep == 'a'", "deep != 'a'"), ("deep is None", "deep is None", "deep is not None"),
    ("rows > 32", "rows > 32", "rows <= 32"),
])  # fmt: skip
def test_an_undecided_condition_gives_a_network_for_each_outcome(condition, yes, no):
    networks = reading(WHEN.format(condition=condition)).networks
    assert {(n.name, n.when, count(n).total) for n in networks} == {
        (f"build[{yes}]", yes, 15 + 20 + 12), (f"build[{no}]", no, 15 + 8)}  # fmt: skip


def test_both_outcomes_answer_to_the_function_and_a_binding_decides():
    text = WHEN.format(condition="deep")
    assert len(read_text(HEAD + text).networks) == 2
    (network,) = read_text(HEAD + text, deep=True).networks
    assert (network.name, network.when, count(network).total) == ("build", None, 47)


def test_the_same_condition_twice_is_decided_once():
    text = """
    def build(deep):
        model = Sequential([keras.Input((4,)), Dense(5 if deep else 3)])
        if not deep:
            model.add(Dense(7))
        return model
    """
    assert {(n.when, count(n).total) for n in reading(text)} == {
        ("deep", 25),
        ("not deep", 15 + 28),
    }


@pytest.mark.parametrize("harmless", [
    "if weights_path:\n    model.load_weights(weights_path)",
    "if verbose:\n    model.summary()\n    print(model)",
    "if verbose > 2:\n    x = 1\nelse:\n    x = 2",
    "if not valid:\n    raise ValueError('invalid')",
    "for epoch in range(epochs):\n    model.fit(x, y)",
    "while running:\n    model.train_on_batch(x, y)",
    "model.compile(optimizer=Adam(lr) if fast else SGD(lr), loss='mse')",
])  # fmt: skip
def test_conditions_and_loops_that_change_nothing_say_nothing(harmless):
    (network,) = reading(
        "model = Sequential([keras.Input((4,)), Dense(3)])\n" + harmless + "\n"
    ).networks
    assert (network.when, network.free, count(network).total) == (None, (), 15)
    assert [note for note in network.notes if note.level == "unknown"] == []


def test_too_many_outcomes_are_an_unknown_with_a_lower_bound():
    branches = "".join(f"    if a{i}:\n        model.add(Dense({i + 1}))\n" for i in range(4))
    text = f"def build():\n    model = Sequential([keras.Input((4,)), Dense(3)])\n{branches}    return model\n"
    (network,) = reading(text).networks
    found_ = count(network)
    assert (found_.total, found_.formula, found_.at_least) == (None, None, 15)
    assert any(note.level == "unknown" for note in found_.notes)


@pytest.mark.parametrize("loop", [
    "for word in words:\n    model.add(Dense(5))", "while more():\n    model.add(Dense(5))",
    "for i in range(depth):\n    model.add(Dense(5))",
    "for i, w in enumerate(widths):\n    model.add(Dense(w))",
    "[model.add(Dense(w)) for w in widths]", "x = [model.add(Dense(w)) for v in (1, 2) for w in widths]",
    "any(model.add(Dense(w)) for w in widths if w)", "{w: model.add(Dense(w)) for w in widths}",
    "for w in widths:\n    if w > 3:\n        model.add(Dense(5))",
    "for w in widths:\n    if w > 3:\n        continue\n    model.add(Dense(5))",
    "for w in widths:\n    if w == 'M':\n        model.add(Dropout(0.5))\n    else:\n        model.add(Dense(w))",
])  # fmt: skip
def test_a_loop_over_what_is_not_in_the_text_gives_a_lower_bound_and_its_line(loop):
    found_ = found("model = Sequential([keras.Input((4,)), Dense(3)])\n" + loop + "\n")
    assert (found_.total, found_.formula) == (None, None)
    assert found_.at_least >= 15
    assert {n.line for n in found_.notes if n.level == "unknown"} <= {6, 7}
    assert any(n.level == "unknown" for n in found_.notes)


def test_what_a_loop_of_unknown_length_adds_is_not_certain():
    text = """
    i = keras.Input((4,))
    x = Dense(3)(i)
    for w in widths:
        x = Dense(100)(x)
        if w:
            x = BatchNormalization()(x)
    model = Model(i, Dense(2)(x))
    """
    found_ = found(text)
    assert (found_.total, found_.formula, found_.at_least) == (None, None, 15)


@pytest.mark.parametrize("text", [
    "x = mystery(3)(x)", "x = mystery(x)", "x = mystery.layer(units=3)(x)", "x = keras.layers.Frobnicate(3)(x)",
    "x = sum(mystery(x) for _ in range(2))", "x, y = mystery(x)", "x = mystery(x)[0]", "x = mystery(Dense)(x)",
    "for f in fs:\n    x = f(x)", "x = fs[0](x)", "x = {'a': mystery}['a'](x)",
])  # fmt: skip
def test_a_layer_that_cannot_be_seen_is_never_a_silent_zero(text):
    whole = f"i = keras.Input((4,))\nx = Dense(3)(i)\n{text}\nmodel = Model(i, Dense(2)(x))\n"
    found_ = found(whole)
    assert (found_.total, found_.formula) == (None, None)
    assert any(note.level == "unknown" for note in found_.notes)


FRACTIONS = ["int(n * 0.5)", "int(n / 4)", "n // 3 + 1", "int(n * 0.75) + 2", "int((n + 1) / 2)",
             "int(n * 1.5)", "max(8, int(n + 4) // 8 * 8)", "math.ceil(n / 2)", "math.floor(n * 0.25) + 1",
             "-(-n // 3)", "n % 7 + 1", "min(n, 10)", "abs(-n)", "int(round(n))", "int(n * 2 / 4)", "n << 2",
             "int(np.ceil(n / 8.0))", "(n + 2 * 1 - 3) // 2 + 1", "int(n ** 2)", "divmod(n, 3)[0] + 1"]  # fmt: skip


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.sampled_from(FRACTIONS), st.integers(8, 400))
def test_arithmetic_on_a_free_name_is_what_python_computes(expression, n):
    import numpy as np

    text = f"import math\nimport numpy as np\nmodel = Sequential([keras.Input((1,)), Dense({expression}, use_bias=False)])\n"
    formula = found(text).formula
    if formula is None:  # honest: it is not followed
        assert any(note.level == "unknown" for note in found(text).notes)
    else:
        real = eval(expression, {"math": math, "np": np, "n": n})
        assert eval(formula, {"max": max, "min": min}, {"n": n}) == real
        assert found(text, n=n).total == real


@pytest.mark.parametrize("expression", ["int(n * 0.3)", "int(n / 3.3)", "int(math.sqrt(n))", "int(math.log2(n))",
                                        "round(n * 0.5)", "int(n ** 0.5)"])  # fmt: skip
def test_rounding_that_no_formula_can_follow_is_unknown_until_bound(expression):
    text = f"import math\nmodel = Sequential([keras.Input((2,)), Dense({expression})])\n"
    assert (found(text).total, found(text).formula) == (None, None)
    assert found(text, n=50).total == 3 * eval(expression, {"math": math, "n": 50})


def test_names_that_the_source_gives_networks():
    text = """
    class Nets:
        @staticmethod
        def small(n):
            return Sequential([keras.Input((4,)), Dense(n)])
        def big(self):
            return Sequential([keras.Input((4,)), Dense(50)])
    def train():
        local = Sequential([keras.Input((4,)), Dense(9)], name="chosen")
        local.fit(x, y)
    def build():
        return Sequential([keras.Input((4,)), Dense(2)])
    first = build()
    first.add(Dense(1))
    """
    networks = reading(text)
    assert [n.name for n in networks] == ["build", "first", "Nets.small", "Nets.big", "train.local"]
    totals = {
        "Nets.big": 250,
        "big": 250,
        "train.local": 45,
        "local": 45,
        "chosen": 45,
        "build": 10,
        "first": 13,
    }
    assert {name: count(networks[name]).total for name in totals} == totals


def test_names_that_occur_twice_are_numbered():
    text = "def f(n):\n    return Sequential([keras.Input((n,)), Dense(1)])\na, b, c = f(1), f(2), f(3)\n"
    assert [(n.name, count(n).total) for n in reading(text)] == [("f", 2), ("f#2", 3), ("f#3", 4)]


def test_a_function_means_what_it_returned_and_a_variable_what_it_holds():
    text = """
    def base():
        return Sequential([keras.Input((4,)), Dense(3)])
    net = base()
    net.trainable = False
    """
    networks = reading(text)
    assert count(networks["base"]).trainable == 15
    assert count(networks["net"]).trainable == 0


def test_the_discriminator_of_a_gan_is_frozen_only_inside_of_it():
    text = """
    def make_d():
        return Sequential([keras.Input((8,)), Dense(4), Dense(1)])
    def make_g():
        return Sequential([keras.Input((2,)), Dense(8)])
    d, g = make_d(), make_g()
    d.compile('adam', 'mse')
    d.trainable = False
    z = keras.Input((2,))
    gan = Model(z, d(g(z)))
    """
    networks = reading(text)
    assert (count(networks["make_d"]).trainable, count(networks["d"]).trainable) == (41, 0)
    assert (count(networks["gan"]).total, count(networks["gan"]).trainable) == (41 + 24, 24)


@pytest.mark.parametrize(("shape", "first", "noted"), [
    ("(3, 224, 224)", True, True), ("(224, 224, 3)", False, False), ("(1, rows, cols)", True, True),
    ("(rows, cols, 3)", False, False), ("(a, b, c)", False, True), ("(64, 64, 64)", False, True),
])  # fmt: skip
def test_the_channel_order_is_told_by_the_literal(shape, first, noted):
    network = reading(f"model = Sequential([keras.Input({shape}), Conv2D(4, 3)])\n")["model"]
    conv = network.graph.layers[-1]
    assert conv.config["data_format"] == ("channels_first" if first else "channels_last")
    assert any("channels_" in note.text for note in network.notes) is noted


def test_a_binding_never_changes_the_channel_order():
    text = "model = Sequential([keras.Input((a, b, c)), Conv2D(4, 3)])\n"
    network = reading(text, a=3, b=64, c=64)["model"]
    assert network.graph.layers[-1].config["data_format"] == "channels_last"


def test_a_helper_that_cannot_be_seen_may_give_the_input_shape():
    text = """
    def build(input_shape=None):
        input_shape = helper.obtain(input_shape, size=224)
        i = layers.Input(shape=input_shape)
        return Model(i, Dense(2)(GlobalAveragePooling2D()(Conv2D(4, 3)(i))))
    """
    found_ = found(text, "build")
    last = found_.free[-1]
    assert last.expression.endswith("[2]")
    assert eval(found_.formula, {}, {last.name: 3}) == 112 + 10


@pytest.mark.parametrize("text", [
    "class Twice(Dense):\n    def call(self, x):\n        return super().call(x) * 2\nlayer = Twice(3)",
    "class Mine(Dense):\n    def __init__(self, n, **kw):\n        super().__init__(n, **kw)\nlayer = Mine(3)",
])  # fmt: skip
def test_a_class_that_derives_from_a_layer_owns_what_that_layer_owns(text):
    assert found(text + "\nmodel = Sequential([keras.Input((4,)), layer])\n").total == 15


@pytest.mark.parametrize(
    "code",
    [
        "list(map(model.add, widths))",
        "list(map(lambda w: model.add(Dense(w)), widths))",
        "[model.add(Dense(w)) for w in widths]",
        "list(filter(lambda w: model.add(Dense(w)), widths))",
        "from functools import reduce\nreduce(lambda a, w: model.add(Dense(w)), widths)",
    ],
)
def test_a_model_grown_by_a_callback_over_open_data_is_a_lower_bound(code):
    text = f"model = Sequential([Dense(3, input_shape=(2,))])\n{code}\n"
    found = count(read_text(text)["model"])
    assert found.total is None
    assert found.formula is None
    assert found.at_least == 9


def test_code_that_repair_leaves_out_makes_a_lower_bound():
    found = count(
        read_text("def f(:\n    x = = 3\nm = Sequential([Dense(2, input_shape=(3,))])\n")["m"]
    )
    assert (found.total, found.at_least) == (None, 8)
    assert [note.line for note in found.notes if note.level == "unknown"] == [1]


BUILT_TWICE = """
def base(n):
    return Sequential([Dense(n, input_shape=(3,))])
def one():
    b = base(4)
    i = Input((3,))
    return Model(i, Dense(1)(b(i)))
def two():
    b = base(5)
    i = Input((3,))
    return Model(i, Dense(1)(b(i)))
def three():
    b = base(5)
    i = Input((3,))
    return Model(i, Dense(2)(b(i)))
"""


def test_what_two_functions_build_are_networks_and_no_outcomes_of_a_condition():
    networks = read_text(BUILT_TWICE)
    assert [(n.name, n.when, count(n).total) for n in networks] == [
        ("base", None, 16), ("one", None, 21), ("base#2", None, 20), ("two", None, 26),
        ("three", None, 32),
    ]  # fmt: skip


TWO_LOADS = """
x = load()
y = load()
m = Sequential([Dense(x, input_shape=(3,)), Dense(y)])
"""


def test_open_values_that_are_written_alike_are_bound_each_by_its_own_name():
    free = count(read_text(TWO_LOADS)["m"])
    first, second = (f.name for f in free.free)
    bound = count(read_text(TWO_LOADS, **{first: 4, second: 5})["m"])
    assert eval(free.formula, {}, {first: 4, second: 5}) == bound.total == 16 + 25


def test_a_layer_of_keras_without_a_rule_is_named_as_such():
    text = "from keras.layers import NoSuchLayer\nm = Sequential([Dense(2, input_shape=(3,)), NoSuchLayer(4)])\n"
    notes = count(read_text(text)["m"]).notes
    assert [note.text for note in notes if "no rule for Keras' NoSuchLayer" in note.text]


def test_a_variable_means_what_it_holds_at_the_end():
    text = "m = Sequential([Dense(3, input_shape=(4,))])\nm = Sequential([m, Dense(2)])\n"
    reading = read_text(text)
    assert [(n.name, count(n).total) for n in reading] == [("m", 15), ("m#2", 23)]
    assert count(reading["m"]).total == 23
    assert count(reading["m#2"]).total == 23


def test_a_function_of_keras_that_is_not_known_does_not_end_its_caller():
    text = """
        from keras.utils import get_file

        def build():
            model = Sequential([Dense(3, input_shape=(4,))])
            model.load_weights(get_file("weights.h5", "https://example.org/weights.h5"))
            return model
        """
    assert found(text, "build").total == 15


def test_conditions_of_different_calls_that_read_alike_are_numbered():
    reading = read_text("""
        import keras, helpers
        def block(x):
            return keras.layers.Dense(5 if helpers.is_wide(3) else 6)(x)
        x = inputs = keras.Input((4,))
        model = keras.Model(inputs, block(block(x)))
    """)
    assert [(n.when, count(n).total) for n in reading] == [
        ("helpers.is_wide(3) and (helpers.is_wide(3))#2", 25 + 30),
        ("helpers.is_wide(3) and (not helpers.is_wide(3))#2", 25 + 36),
        ("not helpers.is_wide(3) and (helpers.is_wide(3))#2", 30 + 35),
        ("not helpers.is_wide(3) and (not helpers.is_wide(3))#2", 30 + 42),
    ]


def test_a_condition_that_is_asked_twice_is_decided_once():
    reading = read_text("""
        import keras
        options = load()
        x = inputs = keras.Input((3,))
        if "a" in options:
            x = keras.layers.Dense(4)(x)
        if "a" in options:
            x = keras.layers.Dense(5)(x)
        model = keras.Model(inputs, x)
    """)
    assert [count(n).total for n in reading] == [16 + 25, 0]


def test_what_a_long_call_gives_has_a_name_that_can_be_typed():
    text = """
        import keras, helpers
        size = helpers.find_size(None, default_size=224, min_size=32, data_format="channels_last")
        x = inputs = keras.Input((size[0],))
        model = keras.Model(inputs, keras.layers.Dense(2)(x))
    """
    found = count(read_text(text)[0])
    assert found.formula == "2*helpers_find_size_0 + 2"
    assert found.free[0].expression.startswith("helpers.find_size(None, ")
    assert count(read_text(text, helpers_find_size_0=3)[0]).total == 8


def test_a_function_whose_docstring_is_set_is_no_function_that_is_used():
    reading = read_text("""
        import keras
        def small():
            return build(3)
        def build(units):
            return keras.Sequential([keras.Input((2,)), keras.layers.Dense(units)])
        small.__doc__ = build.__doc__ = "…"
    """)
    assert [(n.name, count(n).total) for n in reading] == [("small", 9)]


def test_an_order_that_the_budget_cannot_try_leaves_the_other_one(monkeypatch):
    """Deciding the channel order may run a program twice; steps for once still answer."""
    text = """
        model = Sequential([Conv2D(8, 3, input_shape=(rows, columns, depth))])
        for i in range(100):
            model.add(Conv2D(8, 1))
        """
    budget = Budget()
    monkeypatch.setattr(source, "Budget", lambda: budget)
    twice = found(text)
    spent = MAX_STEPS - budget.steps
    budget.steps = budget.watched = spent * 2 // 3
    once = found(text)
    assert once.formula == twice.formula == "72*depth + 7208"
    assert [note.text for note in once.notes] == [note.text for note in twice.notes]
