"""Each kind of damage by itself and inside of another one, with the lines that statements keep."""

from __future__ import annotations

import ast
import html
import random
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sizeup.readers.source.repair import repair

QUESTION = Path(__file__).parents[2] / "examples" / "question.txt"


@dataclass(frozen=True)
class Case:
    """Pasted text, the code that it is, and the line of each statement of its first level."""

    pasted: str
    clean: str
    lines: tuple[int, ...]


MODEL = "m = Sequential()\nm.add(Dense(4))\n"
DEFINED = "def f(x):\n    x = Dense(4)(x)\n    return x\n"

CASES = {
    "intact": Case(MODEL, MODEL, (1, 2)),
    "prose in English": Case(f"Here is my model:\n\n{MODEL}\nWhy is it so big?\n", MODEL, (3, 4)),
    "prose in Chinese": Case(f"模型代码如下\n{MODEL}请问哪里写错了?\n", MODEL, (2, 3)),
    "prose in Russian": Case(f"Вот мой код:\n{MODEL}Почему так много?\n", MODEL, (2, 3)),
    "prose in Arabic": Case(f"هذا هو النموذج\n{MODEL}لماذا؟\n", MODEL, (2, 3)),
    "prose between": Case(
        "m = Sequential()\n\nand then\n\nm.add(Dense(4))\n", MODEL, (1, 5)
    ),
    "fences": Case(
        f"Install it:\n```bash\npip install keras\nx = 3\n```\n```python\n{MODEL}```\nbye\n"
        "```text\nTotal = 20\n```\n",
        MODEL,
        (7, 8),
    ),
    "fences without label": Case(f"Text.\n\n```\n{MODEL}```\n", MODEL, (4, 5)),
    "fences never closed": Case(f"Text.\n\n```python\n{MODEL}", MODEL, (4, 5)),
    "code-block": Case(
        "Usage\n=====\n\n.. code-block:: bash\n\n    pip install keras\n\n"
        ".. code-block:: python\n\n    m = Sequential()\n    m.add(Dense(4))\n\nThat is it.\n",
        MODEL,
        (10, 11),
    ),
    "prompts": Case(
        ">>> m = Sequential()\n>>> m.add(Dense(4))\n>>> m.count_params()\n20\n>>> def f(x):\n"
        "...     return x\n...\n",
        f"{MODEL}m.count_params()\ndef f(x):\n    return x\n",
        (1, 2, 3, 5),
    ),
    "notebook": Case(
        "In [3]: m = Sequential()\n\nIn [4]: m.add(Dense(4))\n   ...: m.count_params()\n"
        "Out[4]: 20\n",
        f"{MODEL}m.count_params()\n",
        (1, 3, 4),
    ),
    "line numbers": Case(
        "1 def f(x):\n2     x = Dense(4)(x)\n3     return x\n4 f(3)\n", f"{DEFINED}f(3)\n", (1, 4)
    ),
    "line numbers with dots": Case(
        " 9. def f(x):\n10.     x = Dense(4)(x)\n11.     return x\n", DEFINED, (1,)
    ),
    "HTML": Case(
        "<pre><code>m = Sequential()\nm.add(Dense(4, name=&quot;a&#39;b&quot;))\n"
        "y = 3 if a &lt; b &amp; c &gt; d else 4</code></pre>\n<p>Why <b>so</b> big?</p>\n",
        "m = Sequential()\nm.add(Dense(4, name=\"a'b\"))\ny = 3 if a < b & c > d else 4\n",
        (1, 2, 3),
    ),
    "line breaks of HTML": Case("m = Sequential()<br/>m.add(Dense(4))<br>\n", MODEL, (1, 1)),
    "smart quotes": Case(
        "m.add(Dense(4, activation=‘relu’))\nm.add(Dense(5, name=“out”))\n",
        "m.add(Dense(4, activation='relu'))\nm.add(Dense(5, name='out'))\n",
        (1, 2),
    ),
    "full-width marks": Case(
        "m.add(Dense(4,activation='relu'))\n", "m.add(Dense(4, activation='relu'))\n", (1,)
    ),
    "marks inside of strings stay": Case(
        "m.add(Dense(4,name='a,“b”'))\n", "m.add(Dense(4, name='a,“b”'))\n", (1,)
    ),
    "invisible characters": Case(
        "\ufeffdef f(x):\r\n\xa0\xa0\xa0\xa0x\u2009=\xa0Dense(4)\u200b(x)\r\n    return x\r\n",
        DEFINED,
        (1,),
    ),
    "tabs among blanks": Case("def f(x):\n\tx = Dense(4)(x)\n        return x\n", DEFINED, (1,)),
    "tabs of four": Case("def f(x):\n\tx = Dense(4)(x)\n    return x\n", DEFINED, (1,)),
    "Python 2 prints": Case(
        "print 'a', x\nprint >>f, x\nprint 'b',\n",
        "print('a', x)\nprint(x, file=f)\nprint('b', end=' ')\n",
        (1, 2, 3),
    ),
    "Python 2 exceptions": Case(
        "try:\n    f(1)\nexcept E, e:\n    raise E, 'm'\n",
        "try:\n    f(1)\nexcept E as e:\n    raise E('m')\n",
        (1,),
    ),
    "Python 2 expressions": Case(
        "x = `f(3)`\ny = f(x) <> 0777\nz = f(10L)\n",
        "x = repr(f(3))\ny = f(x) != 0o777\nz = f(10)\n",
        (1, 2, 3),
    ),
    "Python 2 exec": Case("exec s\nexec s in n\nf(3)\n", "exec(s)\nexec(s, n)\nf(3)\n", (1, 2, 3)),
    "Python 2 tuple parameters": Case(
        "def f(x, (a, b)):\n    return x + a\n",
        "def f(x, _1):\n    (a, b) = _1\n    return x + a\n",
        (1,),
    ),
    "Python 2 tuple lambda": Case(
        "g = lambda (a, b), c: a + c\n", "g = lambda _0, c: (lambda a, b: a + c)(*_0)\n", (1,)
    ),
    "magics": Case(
        "%matplotlib inline\n!pip install keras\nm = Sequential()\nfiles = !ls\n"
        "%time m.add(Dense(4))\n",
        MODEL,
        (3, 5),
    ),
    "bracket open at a line's end": Case(
        "m = Sequential(\nm.add(Dense(4)\nm.summary()\n", f"{MODEL}m.summary()\n", (1, 2, 3)
    ),
    "bracket of the wrong kind": Case(
        "m.add(Conv2D(4, (3, 3]))\nm.summary()\n", "m.add(Conv2D(4, (3, 3)))\nm.summary()\n", (1, 2)
    ),
    "bracket too many": Case("m = Sequential())\nm.add(Dense(4)))\n", MODEL, (1, 2)),
    "quote missing": Case(
        "m.add(Activation('relu))\nm.add(Activation(relu'))\n",
        "m.add(Activation('relu'))\nm.add(Activation('relu'))\n",
        (1, 2),
    ),
    "colon missing": Case("def f(x)\n    x = Dense(4)(x)\n    return x\n", DEFINED, (1,)),
    "comma missing": Case(
        "m.add(Dense(4 activation='relu'))\nm.add(Dense(4,\n    name='a'\n    use_bias=False))\n",
        "m.add(Dense(4, activation='relu'))\nm.add(Dense(4, name='a', use_bias=False))\n",
        (1, 2),
    ),
    "patch": Case(
        "diff --git a/n.py b/n.py\nindex 1a2b3c..4d5e6f 100644\n--- a/n.py\n+++ b/n.py\n"
        "@@ -1,2 +1,2 @@\n m = Sequential()\n-m.add(Dense(8))\n+m.add(Dense(4))\n",
        MODEL,
        (6, 8),
    ),
    "quoted mail": Case(
        "On Monday someone wrote:\n> > m = Sequential()\n> > m.add(Dense(4))\n> It is too big.\n",
        MODEL,
        (2, 3),
    ),
    "cut out of a method": Case(
        "        x = Dense(4)(x)\n        return x\n", "x = Dense(4)(x)\nreturn x\n", (1, 2)
    ),
    "first line of a method flush left": Case(
        "m = Sequential()\n        m.add(Dense(4))\n        m.summary()\n",
        f"{MODEL}m.summary()\n",
        (1, 2, 3),
    ),
    "indentation lost": Case("def f(x):\nx = Dense(4)(x)\nreturn x\n", DEFINED, (1,)),
}  # fmt: skip

WRAPPED = {
    "nothing": lambda text: text,
    "quoted": lambda text: "".join(f"> {line}\n" for line in text.splitlines()),
    "escaped": lambda text: html.escape(text, quote=False),
    "CRLF": lambda text: "\ufeff" + text.replace("\r", "").replace("\n", "\r\n"),
    "trailing blanks": lambda text: text.replace("\n", " \n"),
}


PAIRS = [
    (name, wrap)
    for name, case in CASES.items()
    for wrap in WRAPPED
    if not (wrap == "escaped" and "<" in case.pasted + case.clean)  # its own markup is escaped too
]


@pytest.mark.parametrize(("name", "wrap"), PAIRS)
def test_damage_is_undone_and_statements_keep_their_lines(name, wrap):
    case = CASES[name]
    found = repair(WRAPPED[wrap](case.pasted))
    assert ast.unparse(found.tree) == ast.unparse(ast.parse(case.clean))
    assert tuple(node.lineno for node in found.tree.body) == case.lines
    assert not [note for note in found.notes if note.level in ("unknown", "assumed")]
    assert found.alternatives == ()
    assert found.python2 == name.startswith("Python 2")


FUNCTION = "def f(x):\nm = Sequential()\n"

AMBIGUOUS = {
    "for": (f"{FUNCTION}for i in range(3):\nm.add(Dense(4))\nm.add(Dense(5))\nreturn m\n", 3, 5),
    "while": (f"{FUNCTION}while n < 3:\nm.add(Dense(4))\nm.add(Dense(5))\nreturn m\n", 3, 5),
    "if": (f"{FUNCTION}if deep:\nm.add(Dense(4))\nm.add(Dense(5))\nreturn m\n", 3, 5),
    "else": (
        f"{FUNCTION}if deep:\nm.add(Dense(4))\nelse:\nm.add(Dense(5))\nm.add(Dense(6))\nreturn m\n",
        5,
        7,
    ),
    "functional": (
        f"{FUNCTION}for i in range(3):\nx = Dense(4)(x)\nx = Dense(5)(x)\nreturn x\n",
        3,
        5,
    ),
}


@pytest.mark.parametrize("name", AMBIGUOUS)
def test_a_body_that_may_end_after_its_first_line_is_told_with_the_other_reading(name):
    text, header, line = AMBIGUOUS[name]
    found = repair(text)

    def sizes(tree: ast.Module) -> tuple[int, ...]:
        function = tree.body[0]
        assert isinstance(function, ast.FunctionDef)
        return tuple(len(n.orelse or n.body) for n in function.body if hasattr(n, "orelse"))

    assert sorted(map(sizes, (found.tree, *found.alternatives))) == [(1,), (2,)]
    [note] = [note for note in found.notes if note.level == "assumed"]
    assert note.line == header
    assert f"line {line} " in note.text


def test_no_more_than_four_readings_but_every_doubt_is_told():
    loop = "for i in range(3):\nm.add(Dense(4))\nm.add(Dense(5))\nm.add(Flatten())\n"
    found = repair("m = Sequential()\n" + loop * 9)
    assert len(found.alternatives) == 3
    doubted = {note.line for note in found.notes if note.level == "assumed"}
    assert doubted == {2 + 4 * place for place in range(9)}


def test_a_loop_that_says_where_it_ends_has_one_reading():
    found = repair("m = Sequential()\nfor i in (1, 2):\nm.add(Dense(i))\nm.add(Dense(2 * i))\n")
    assert found.alternatives == ()
    assert not [note for note in found.notes if note.level == "assumed"]


def test_the_question_has_one_reading():
    found = repair(QUESTION.read_text(encoding="utf-8"))
    assert found.alternatives == ()
    assert [note.text for note in found.notes] == ["38 lines re-indented"]
    functions = [node for node in found.tree.body if isinstance(node, ast.FunctionDef)]
    assert [node.name for node in functions] == ["VGG1", "VGG2"]
    for function in functions:
        assert [len(node.body) for node in function.body if isinstance(node, ast.If)] == [1]


LOST = {
    "body missing": ("m = Sequential()\ndef f(x):\n", "m = Sequential()\ndef f(x): pass\n", 2),
    "bracket open at the end": (f"{MODEL}m.add(Dense(12", f"{MODEL}m.add(Dense(12))\n", 3),
    "string cut off": (f"{MODEL}m.add(Activation('re", f"{MODEL}m.add(Activation('re'))\n", 3),
    "beginning missing": (f"4, activation='relu'))\n{MODEL}", MODEL, 1),
    "unreadable": (f"{MODEL}m.add(Conv2D(4 ** ** 3))\n", MODEL, 3),
    "else without if": (f"{MODEL}else:\n    m.add(Dense(5))\n", None, 3),
}


@pytest.mark.parametrize("name", LOST)
def test_what_is_lost_is_unknown_and_has_its_line(name):
    pasted, clean, line = LOST[name]
    found = repair(pasted)
    assert line in [note.line for note in found.notes if note.level == "unknown"]
    if clean is not None:
        assert ast.unparse(found.tree) == ast.unparse(ast.parse(clean))


@pytest.mark.parametrize("text", ["", "\n\n", "\0", "Hello there.", "``` \n", "\ud800", ")" * 300])
def test_text_without_code_has_an_empty_tree(text):
    assert repair(text).tree.body == []


PIECES = st.sampled_from(
    [*"()[]{}:,'\"\\#\t\n`@%!<>&;.", "    ", "def f(x):\n", "if x:\n", "else:\n", "return x\n", ">>> ",
     "... ", "```\n", "try:\n", "lambda (a, b): ", "print ", '"""', "@@ -1 +1 @@\n", "+", "-", "class A:\n"]
)  # fmt: skip


def sound(text: str) -> None:
    found = repair(text)
    last = text.count("\n") + text.count("\r") + 1
    for tree in (found.tree, *found.alternatives):
        ast.unparse(tree)
        assert all(1 <= getattr(node, "lineno", 1) <= last for node in ast.walk(tree))
    assert all(1 <= note.line <= last for note in found.notes if note.line)


@settings(max_examples=120, derandomize=True, deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_read(text):
    sound(text)


@settings(max_examples=200, derandomize=True, deadline=None)
@given(
    st.sampled_from(sorted(CASES)),
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 4), PIECES), max_size=6),
)
def test_any_mutation_of_code_is_read(name, edits):
    text = CASES[name].pasted
    for position, length, piece in edits:
        place = position % (len(text) + 1)
        text = text[:place] + piece + text[place + length :]
    sound(text)


BROKEN = (
    "for i in range(3)", "m.add(Dense((4)", "x = Conv2D(3, 'a)(x)", "if x", "def f(x)", "return m",
    "else", "print 'a'", "m.add(Dense(10 activation='relu'))", "Hello world, it is broken",
)  # fmt: skip


def test_work_grows_with_the_broken_lines_and_no_faster():
    draw = random.Random(0)
    lines = [draw.choice(BROKEN) for _ in range(2400)]
    small, large = (calls_of("\n".join(lines[:n])) for n in (600, 2400))
    assert large < 5 * small


def calls_of(text):
    """How many functions repairing a text calls: the same on every machine."""
    count = 0

    def counted(_frame, event, _argument):
        nonlocal count
        count += event == "call"

    sys.setprofile(counted)
    try:
        assert repair(text).tree.body
    finally:
        sys.setprofile(None)
    return count
