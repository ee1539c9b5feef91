"""Reading runs nothing, has budgets, and answers hostile text with an error of sizeup's own."""

from __future__ import annotations

import ast
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sizeup.errors import SizeupError
from sizeup.readers import read
from sizeup.readers.source import read_source

MODEL = "import keras\nfrom keras import layers\nmodel = keras.Sequential([keras.Input((4,)), layers.Dense(3)])\n"
EFFECTS = {
    "open": "open('trace', 'w').write('x')",
    "with open": "with open('trace', 'w') as f:\n    f.write('x')",
    "os.system": "import os\nos.system('touch trace')",
    "subprocess": "import subprocess\nsubprocess.run(['touch', 'trace'])",
    "pathlib": "from pathlib import Path\nPath('trace').write_text('x')",
    "eval": "eval(\"open('trace', 'w')\")",
    "exec": "exec(\"open('trace', 'w')\")",
    "compile": "exec(compile(\"open('trace', 'w')\", 'a', 'exec'))",
    "__import__": "__import__('os').system('touch trace')",
    "a module beside it": "import trapped\nfrom trapped import *\nx = trapped.value",
    "importlib": "import importlib\nimportlib.import_module('trapped')",
    "attributes of builtins": "().__class__.__base__.__subclasses__()[0]('trace')\nprint.__self__.open('trace', 'w')",
    "a decorator": "@eval\ndef f():\n    open('trace', 'w')",
    "a default": "def f(x=open('trace', 'w')):\n    return x",
    "a class body": "class A:\n    x = open('trace', 'w')",
    "np.save": "import numpy as np\nnp.save('trace', 1)",
    "pickle": "import pickle\npickle.loads(b\"cos\\nsystem\\n(S'touch trace'\\ntR.\")",
    "format": "'{0.__class__.__init__.__globals__}'.format(print)",
    "model.save": "model.save('trace')\nmodel.save_weights('trace')",
}


@pytest.mark.parametrize("effect", EFFECTS)
def test_nothing_that_is_read_is_run(effect, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "trapped.py").write_text("open('trace', 'w').write('x')\nvalue = 1\n")
    (tmp_path / "net.py").write_text(MODEL + EFFECTS[effect] + "\n")
    before = sorted(p.name for p in tmp_path.iterdir())
    assert read("net.py")["model"].error is None
    assert sorted(p.name for p in tmp_path.iterdir()) == before
    assert "trapped" not in sys.modules


DEFECT = "sizeup cannot follow"
"""What an error says that nobody raised on purpose."""


def one_line(error: SizeupError) -> None:
    assert "\n" not in str(error)
    assert DEFECT not in str(error)


HOSTILE = {
    "an endless loop": "while True:\n    pass",
    "an endless loop that counts": "i = 0\nwhile True:\n    i += 1",
    "a huge list": "x = [0] * 10**9",
    "a huge string": "x = 'a' * 10**10",
    "a huge power": "x = 10 ** 10 ** 10",
    "a power of powers": "x = 2\nfor i in range(100):\n    x = x ** x",
    "a huge shift": "x = 1 << 10**12",
    "a wide field": "x = '%1000000000d' % 1",
    "a wide format": "x = '{:1000000000d}'.format(1)",
    "a wide f-string": "x = f'{1:1000000000d}'",
    "a wide f-string by a name": "n = 10**9\nx = f'{1:{n}d}'",
    "a justified string": "x = 'a'.ljust(10**10)",
    "a zfill": "x = '1'.zfill(10**10)",
    "a joined string": "x = ('a' * 1000).join(['b' * 1000] * 100000)",
    "a replaced string": "x = ('a' * 100000).replace('a', 'b' * 100000)",
    "a huge range as a list": "x = list(range(10**10))",
    "a sum over a huge range": "x = sum(range(10**10))",
    "nested comprehensions": "x = [i for i in range(10**5) for j in range(10**5)]",
    "a doubling list": "x = [1]\nwhile True:\n    x = x + x",
    "a list that extends itself": "x = [1]\nwhile True:\n    x.extend(x)",
    "a list that holds itself": "x = []\nx.append(x)\ny = str(x) + str(x == [x])",
    "endless recursion": "def f(n):\n    return f(n + 1)\nf(0)",
    "recursion of two": "f = lambda n: g(n)\ng = lambda n: f(n)\nf(1)",
    "a product that explodes": "import itertools\nx = list(itertools.product(range(1000), repeat=9))",
    "a long repeat": "import itertools\nx = list(itertools.repeat(1, 10**10))",
    "a factorial": "import math\nx = math.factorial(10**9)",
    "a float overflow": "x = int(1e308 * 10)\ny = int(float('nan'))",
    "a long range of layers": "for i in range(10**9):\n    model.add(layers.Dense(3))",
    "a text of digits": "x = int('9' * 10**6)",
    "bytes": "x = bytes(10**10)",
    "a dict that explodes": "x = {i: i for i in range(10**9)}",
    "branches without end": "\n".join(f"if a{i}:\n    model.add(layers.Dense({i + 1}))" for i in range(40)),
    "conditions nested deep": "\n".join(" " * i + f"if a{i}:" for i in range(60))
    + "\n" + " " * 60 + "model.add(layers.Dense(2))",
    "a power of a name": "x = n ** 1000000\nmodel.add(layers.Dense(x))",
    "a product of sums": "x = 1\nfor i in range(60):\n    x = x * (a + b + c + i)\nmodel.add(layers.Dense(x))",
    "a wide pow": "x = pow(10, 10**10)",
    "a numpy range": "import numpy as np\nx = np.arange(10**12)",
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_what_never_ends_is_ended_with_a_clear_answer(case):
    try:
        networks, _ = read_source(MODEL + HOSTILE[case] + "\n")
    except SizeupError as error:
        one_line(error)
    else:
        assert networks


DEEP = {
    "parentheses": "x = " + "(" * 5000 + "1" + ")" * 5000,
    "brackets": "x = " + "[" * 3000 + "]" * 3000,
    "minus signs": "x = " + "-" * 20000 + "1",
    "a long sum": "x = " + " + ".join(["1"] * 20000),
    "attributes": "x = a" + ".b" * 5000,
    "calls": "x = " + "f(" * 150 + ")" * 150,
    "nested blocks": "\n".join(" " * i + "if 1:" for i in range(99)) + "\n" + " " * 99 + "x = 1",
    "a long comparison": "x = " + " < ".join(["a"] * 3000),
    "a long and": "x = " + " and ".join(["a"] * 3000),
    "many lines": "x = 1\n" * 100_000,
    "a long line": "x = '" + "a" * 1_000_000 + "'",
    "many quotes": "'" * 5001,
    "many brackets open": "(" * 5000,
    "nulls of other kinds": "\x01\x02\u200b\ufeff\u2028" * 100,
    "lone surrogates": "x = '\ud800'",
    "keywords": "if " * 3000,
    "lambdas": "x = " + "lambda: " * 2000 + "1",
}


@pytest.mark.parametrize("case", DEEP)
def test_text_that_is_deep_or_long_costs_seconds_and_a_clear_answer(case):
    try:
        read_source(MODEL + DEEP[case] + "\n")
    except SizeupError as error:
        one_line(error)


SEED = """import keras
from keras import layers
UNITS = [4, 8]
class Block(layers.Layer):
    def __init__(self, n, **kw):
        super().__init__(**kw)
        self.d = layers.Dense(n)
    def call(self, x):
        return self.d(x) + x
def build(shape, depth=2, act="relu", *rest, flag=False, **options):
    inputs = keras.Input(shape)
    x = inputs
    for i in range(depth):
        x = layers.Conv2D(UNITS[i % 2], (3, 3), padding="same", activation=act)(x)
        if flag or i > limit:
            x = layers.BatchNormalization()(x)
    h, w, c = x.shape[1:]
    x = layers.Reshape((h * w, c))(x)
    x = Block(c)(x)
    while c > 3:
        c //= 2
    try:
        x = layers.Dense(int(c * 0.5) + options["k"])(x)
    except KeyError as e:
        x = layers.Dense(UNITS[-1])(x)
    return keras.Model(inputs, layers.Flatten()(x))
model = build((8, 8, 3))
seq = keras.Sequential([layers.Dense(u) for u in UNITS])
seq.add(layers.Dense(len(names), name="%s_%d" % ("a", 1)))
other = build(size, n, flag=True, **{"k": 2})
"""
NODES = [node for node in ast.walk(ast.parse(SEED)) if isinstance(node, ast.expr)]
PARTS = (ast.Starred, ast.Slice, ast.FormattedValue)  # no expressions of their own
PIECES = sorted({ast.unparse(node) for node in NODES if not isinstance(node, PARTS)} | {
    "None", "0", "-1", "''", "()", "[]", "{}", "1.5", "1e400", "True", "x", "model.layers", "...",
    "lambda: 0", "range(3)", "seq", "layers", "keras", "Block", "b'a'", "2j", "slice(1)", "open",
})  # fmt: skip


class Swap(ast.NodeTransformer):
    """Puts one expression in the place of the n-th."""

    def __init__(self, place: int, piece: str) -> None:
        self.left, self.piece = place, piece

    def visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, ast.expr) and isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
            self.left -= 1
            if self.left == 0:
                return ast.parse(self.piece, mode="eval").body
        return self.generic_visit(node)


def reads_or_says_why(text: str) -> None:
    try:
        networks, _ = read_source(text)
    except SizeupError as error:
        one_line(error)
        return
    for network in networks:
        assert DEFECT not in (network.error or "")
        assert all(DEFECT not in note.text for note in network.notes)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, len(NODES)), st.sampled_from(PIECES)), min_size=1, max_size=3)
)
def test_a_mutated_program_raises_nothing_but_errors_of_sizeup(swaps):
    tree = ast.parse(SEED)
    for place, piece in swaps:
        tree = ast.fix_missing_locations(Swap(place, piece).visit(tree))
    reads_or_says_why(ast.unparse(tree))


@settings(max_examples=40, derandomize=True, deadline=None)
@given(
    st.integers(0, len(SEED)), st.integers(0, 60), st.text("()[]{}:=,.'\"\n \t\\#@*x1é", max_size=6)
)
def test_a_damaged_text_raises_nothing_but_errors_of_sizeup(start, length, inserted):
    reads_or_says_why(SEED[:start] + inserted + SEED[start + length :])
