"""Imports lead into the files beside a source, which are read as it is and never run."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import textwrap

import keras
import pytest

from readers.keras_truth import real_layers
from sizeup.analyses.count import count
from sizeup.cli import main
from sizeup.errors import SizeupError
from sizeup.network import rows
from sizeup.readers import read

BLOCKS = """
    from keras import layers

    WIDTH = 4

    def conv_block(x, filters=WIDTH):
        x = layers.Conv2D(filters, 3, padding="same")(x)
        return layers.MaxPooling2D()(x)

    def head(x, classes):
        return layers.Dense(classes)(layers.Flatten()(x))

    class Scale(layers.Layer):
        def build(self, shape):
            self.scale = self.add_weight(shape=(shape[-1],))

        def call(self, x):
            return x * self.scale
"""
BODY = """
    x = inputs = keras.Input((16, 16, 3))
    x = {block}(x, 8)
    x = {block}(x)
    model = keras.Model(inputs, {head}(x, 10))
"""


def net(imports: str, block: str = "conv_block", head: str = "head") -> str:
    """A source that builds its network of parts of another file."""
    return "import keras\n" + textwrap.dedent(imports) + textwrap.dedent(
        BODY.format(block=block, head=head))  # fmt: skip


SIBLING = {"net.py": "", "blocks.py": BLOCKS}
INSIDE = {"mypkg/__init__.py": "", "mypkg/net.py": "", "mypkg/parts/__init__.py": "",
          "mypkg/parts/blocks.py": BLOCKS}  # fmt: skip
CASES = {
    "import a file": (SIBLING, "net", net("import blocks", "blocks.conv_block", "blocks.head")),
    "import a file under another name": (
        SIBLING, "net", net("import blocks as b", "b.conv_block", "b.head")),
    "from a file": (SIBLING, "net", net("from blocks import conv_block as block, head", "block")),
    "from a file all names": (SIBLING, "net", net("from blocks import *")),
    "all names that __all__ lists": (
        {"net.py": "", "blocks.py": textwrap.dedent(BLOCKS).replace("conv_block", "_block")
         + "__all__ = ['_block', 'head']\n"},
        "net", net("from blocks import *", "_block")),
    "relative to the package": (
        INSIDE, "mypkg.net", net("from .parts.blocks import conv_block, head")),
    "from the package itself": (
        INSIDE, "mypkg.net", net("from .parts import blocks", "blocks.conv_block", "blocks.head")),
    "absolute, from inside of the package": (
        INSIDE, "mypkg.net", net("from mypkg.parts.blocks import conv_block, head")),
    "a package beside its own": (
        {"other/__init__.py": "", "other/blocks.py": BLOCKS, "mypkg/__init__.py": ""},
        "mypkg.net", net("from other.blocks import conv_block, head")),
    "a dotted module under another name": (
        INSIDE, "mypkg.net", net("import mypkg.parts.blocks as b", "b.conv_block", "b.head")),
    "a dotted module by its whole name": (
        INSIDE, "mypkg.net",
        net("import mypkg.parts.blocks", "mypkg.parts.blocks.conv_block", "mypkg.parts.blocks.head")),
    "what __init__ hands on": (
        {**INSIDE, "mypkg/parts/__init__.py": "from .blocks import conv_block, head\n"},
        "mypkg.net", net("from mypkg.parts import conv_block, head")),
    "what __init__ hands on of all names": (
        {**INSIDE, "mypkg/parts/__init__.py": "from .blocks import *\n"},
        "mypkg.net", net("from . import parts", "parts.conv_block", "parts.head")),
    "two packages up": (
        {**INSIDE, "mypkg/models/__init__.py": "", "mypkg/models/net.py": ""},
        "mypkg.models.net", net("from ..parts.blocks import conv_block, head")),
    "a package that hides a module behind its function": (
        {**INSIDE, "mypkg/parts/__init__.py": "from .blocks import head, conv_block as blocks\n"},
        "mypkg.net", net("from mypkg.parts import blocks, head", "blocks")),
    "a folder without __init__": (
        {"net.py": "", "parts/blocks.py": BLOCKS}, "net",
        net("from parts.blocks import conv_block, head")),
    "a condition that is known": (
        SIBLING, "net", net("FAST = False\nif FAST:\n    import nowhere\nelse:\n"
                            "    from blocks import conv_block, head")),
    "relative, or else as a file": (
        SIBLING, "net", net("try:\n    from .nowhere import conv_block\nexcept ImportError:\n"
                            "    from blocks import conv_block\nfrom blocks import head")),
    "a name that is not there, or else another": (
        SIBLING, "net", net("try:\n    from blocks import fast_block as conv_block\n"
                            "except ImportError:\n    from blocks import conv_block\n"
                            "from blocks import head")),
    "inside of a function": (
        SIBLING, "net", net("def conv_block(x, *a):\n    from blocks import conv_block as b\n"
                            "    return b(x, *a)\ndef head(x, n):\n    import blocks\n"
                            "    return blocks.head(x, n)")),
    "a layer of the other file": (
        SIBLING, "net", net("from blocks import Scale, conv_block\nimport blocks\n"
                            "def head(x, n):\n    return Scale()(blocks.head(x, n))")),
    "two files in a circle": (
        {"net.py": "", "blocks.py": "import parts\n" + textwrap.dedent(BLOCKS),
         "parts.py": "import blocks\ndef head(x, n):\n    return blocks.head(x, n)\n"},
        "net", net("from blocks import conv_block\nfrom parts import head")),
    "a constant that is changed from outside": (
        SIBLING, "net", net("import blocks\nblocks.WIDTH = 6\n"
                            "def conv_block(x, n=None):\n"
                            "    return blocks.conv_block(x, n or blocks.WIDTH)\n"
                            "head = blocks.head")),
    "a module made by its own loops": (
        {"net.py": "", "blocks.py": textwrap.dedent(BLOCKS) + "LAYERS = [\n"
         "    layers.Dense(n) for n in (3, 4)]\nclass Config:\n    width = 5\n"},
        "net", net("from blocks import LAYERS, Config, conv_block\ndef head(x, n):\n"
                   "    for layer in LAYERS:\n        x = layer(x)\n"
                   "    return keras.layers.Dense(Config.width)(x)")),
    "a name of a file that is imported in a circle": (
        {"mypkg/__init__.py": "from mypkg import parts\n",
         "mypkg/parts.py": "from mypkg.blocks import conv_block, Scale\nfrom mypkg import blocks\n"
         "def block(x, *a):\n    return conv_block(x, *a)\n",
         "mypkg/blocks.py": textwrap.dedent(BLOCKS), "mypkg/net.py": ""},
        "mypkg.net", net("from mypkg.parts import block\nfrom mypkg.blocks import head", "block")),
    "Keras' own names that another file has of a star": (
        {"net.py": "", "blocks.py": "from keras.layers import *\nfrom keras.ops import *\n"
         "def conv_block(x, n=4):\n    return relu(Conv2D(n, 3)(x))\n"}, "net",
        net("import blocks\ndef head(x, n):\n"
            "    return blocks.exp(blocks.Dense(n)(blocks.mean(x, axis=[1, 2])))",
            "blocks.conv_block")),
    "handed on by a second star": (
        {"net.py": "", "names.py": "from keras.layers import *\n",
         "blocks.py": textwrap.dedent(BLOCKS) + "from names import *\n"}, "net",
        net("import blocks\nfrom blocks import conv_block\n"
            "def head(x, n):\n    return blocks.Dense(n)(blocks.Flatten()(x))")),
    "by a computed name": (
        SIBLING, "net", net("import importlib\nblocks = importlib.import_module('blo' + 'cks')",
                            "blocks.conv_block", "blocks.head")),
}  # fmt: skip


@pytest.fixture
def place(tmp_path, monkeypatch):
    """Writes files, and imports modules of them that are forgotten afterwards."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.invalidate_caches()
    known = set(sys.modules)
    yield lambda files: write(tmp_path, files)
    written = {path.stem for path in tmp_path.rglob("*")}
    for name in set(sys.modules) - known:
        if name.partition(".")[0] in written:
            del sys.modules[name]


def write(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))


@pytest.mark.parametrize("case", CASES)
def test_parts_from_other_files_are_read_as_keras_builds_them(case, place):
    files, module, text = CASES[case]
    source = module.replace(".", "/") + ".py"
    place({**files, source: text})
    keras.utils.clear_session()
    model = importlib.import_module(module).model
    reading = read(source)
    found = count(reading["model"])
    assert found.network.error is None, found.network.error
    assert found.total == model.count_params()
    assert [
        (row.layer.kind, row.parameters, row.trainable)
        for row in rows(found.network)
        if row.parent is None and not row.layer.kind.startswith("ops.")
    ] == real_layers(model)
    assert len(reading) == 1


def test_lines_know_the_file_that_they_are_of(place, capsys):
    place({**SIBLING, "net.py": net("import blocks", "blocks.conv_block", "blocks.head")})
    layers = count(read("net.py")[0]).as_dict()["layers"]
    assert [(layer["line"], layer.get("file")) for layer in layers] == [
        (3, None), (7, "blocks.py"), (8, "blocks.py"), (7, "blocks.py"), (8, "blocks.py"),
        (11, "blocks.py"), (11, "blocks.py"),
    ]  # fmt: skip


def test_what_goes_wrong_in_another_file_is_said_with_its_name(place, capsys):
    broken = textwrap.dedent(BLOCKS).replace("layers.Flatten()(x)", "layers.Conv1D(2, 3)(x)")
    place({**SIBLING, "net.py": net("from blocks import *"), "blocks.py": broken})
    assert main(["count", "net.py"]) == 2
    said = capsys.readouterr().err
    assert "net.py: blocks.py:11: " in said
    assert said.count("\n") == 1


def test_an_unknown_in_another_file_is_noted_with_its_name(place, capsys):
    opened = textwrap.dedent(BLOCKS).replace("layers.Flatten()(x)", "mystery(x)")
    place({**SIBLING, "net.py": net("from blocks import *"), "blocks.py": opened})
    found = count(read("net.py")[0]).as_dict()
    notes = [note for note in found["notes"] if note["level"] == "unknown"]
    assert found["parameters"]["total"] is None
    assert found["parameters"]["at_least"] == (3 * 9 * 8 + 8) + (8 * 9 * 4 + 4)
    assert {(note["line"], note.get("file")) for note in notes} == {(11, "blocks.py")}
    assert main(["count", "net.py"]) == 3
    assert "blocks.py:11" in capsys.readouterr().out


def test_what_another_file_leaves_open_is_free(place):
    opened = textwrap.dedent(BLOCKS).replace("WIDTH = 4", "import os\nWIDTH = width_of(os)")
    place({**SIBLING, "net.py": net("from blocks import *"), "blocks.py": opened})
    free = count(read("net.py")[0]).as_dict()["free"]
    assert [(f["expression"], f["line"], f["file"]) for f in free] == [
        ("width_of(os)", 5, "blocks.py")
    ]


def test_constants_and_arguments_of_another_file_can_be_bound(place):
    text = net("from blocks import conv_block, head")
    place({**SIBLING, "net.py": text})
    place({"blocks.py": textwrap.dedent(BLOCKS).replace("= 4", "= 5")})
    assert read("net.py", {"WIDTH": 7})[0].graph.layers[3].parameters[0].shape == (3, 3, 8, 7)
    with pytest.raises(SizeupError, match="WIDHT"):
        read("net.py", {"WIDHT": 7})


def test_models_of_other_files_are_listed_only_where_the_source_holds_them(place):
    made = "import keras\nmodel = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])\n"
    place({"made.py": made, "a.py": "import made\n" + made.replace("model", "own"),
           "b.py": "from made import model as taken\n"})  # fmt: skip
    assert [network.name for network in read("a.py")] == ["own"]
    assert [network.name for network in read("b.py")] == ["taken"]


def test_functions_of_other_files_are_no_networks_of_the_source(place):
    build = (
        "def build(n):\n    return keras.Sequential([keras.Input((3,)), keras.layers.Dense(n)])\n"
    )
    place({"made.py": "import keras\n" + build, "net.py": "from made import build\nimport keras\n"
           "def two():\n    return build(2)\n"})  # fmt: skip
    assert [(n.name, count(n).total) for n in read("net.py")] == [("two", 8)]


def test_what_another_file_builds_for_itself_is_no_network_of_the_source(place):
    probing = textwrap.dedent(BLOCKS) + textwrap.dedent("""
        import keras

        def width(n):
            probe = keras.Sequential([keras.Input((3,)), layers.Dense(n)])
            return probe.output_shape[-1]
    """)
    place({"blocks.py": probing, "net.py": "import blocks, keras\nmodel = keras.Sequential("
           "[keras.Input((2,)), keras.layers.Dense(blocks.width(5))])\n"})  # fmt: skip
    assert [(n.name, count(n).total) for n in read("net.py")] == [("model", 15)]


def test_a_module_that_fails_fails_again_at_its_next_import(place):
    text = """
        import keras
        try:
            import blocks
        except ValueError:
            width = 3
        try:
            import blocks
        except ValueError:
            width += 4
        model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(width)])
    """
    place({"blocks.py": "raise ValueError('no')\n", "net.py": text})
    assert count(read("net.py")[0]).total == 21


def test_only_one_name_main(place):
    place({"made.py": "import keras\nWIDTH = 3\nif __name__ == '__main__':\n    WIDTH = 4\n",
           "net.py": "import keras\nfrom made import WIDTH\nif __name__ == '__main__':\n"
           "    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(WIDTH)])\n"})  # fmt: skip
    assert count(read("net.py")[0]).total == 9


def test_a_project_is_read_from_its_root(place):
    place({"pyproject.toml": "", "src/lib/__init__.py": "", "src/lib/blocks.py": BLOCKS,
           "scripts/train.py": net("from lib.blocks import conv_block, head")})  # fmt: skip
    assert count(read("scripts/train.py")[0]).total is not None


def test_the_version_of_keras_is_told_by_the_files_too(place):
    old = """
        from keras.models import Sequential
        from keras.layers import Convolution2D, Activation
        def build():
            model = Sequential()
            model.add(Convolution2D(4, 3, 3, border_mode="same", input_shape=(8, 8, 3)))
            return model
    """
    place({"made.py": old, "net.py": "from made import build\nmodel = build()\n"})
    assert count(read("net.py")[0]).total == 3 * 9 * 4 + 4


UNSEEN = {
    "nothing": None,
    "a pipe": "fifo",
    "binary": b"\0\1\2",
    "a folder": "folder",
    "a file that is far too large": b"x = 1\n" * 400_000,
    "broken code": b"def f(:\n  )))\n\n((",
    "a loop without end": b"x = 0\nwhile True:\n    x += 1\n",
}


@pytest.mark.parametrize("case", UNSEEN)
def test_a_file_that_cannot_be_read_stays_open(case, place, tmp_path):
    content = UNSEEN[case]
    place({"net.py": net("from blocks import conv_block\ndef head(x, n):\n"
                         "    return keras.layers.Dense(n)(keras.layers.Flatten()(x))")})  # fmt: skip
    if content == "fifo":
        os.mkfifo(tmp_path / "blocks.py")
    elif content == "folder":
        (tmp_path / "blocks.py").mkdir()
    elif content is not None:
        (tmp_path / "blocks.py").write_bytes(content)
    found = count(read("net.py")[0])
    assert found.total is None
    assert "blocks" in " ".join(note.text for note in found.notes)


def test_nothing_outside_of_the_project_is_read(place):
    place({"outside.py": BLOCKS, "inner/pyproject.toml": "", "inner/pkg/__init__.py": "",
           "inner/pkg/net.py": net("from ...outside import conv_block, head")})  # fmt: skip
    assert count(read("inner/pkg/net.py")[0]).total is None


def test_pasted_text_has_no_files_beside_it(place):
    text = net("from blocks import *")
    place({**SIBLING, "net.py": text})
    assert count(read("-", stdin=text)[0]).total is None


def test_a_revision_has_its_own_files(place, tmp_path):
    place({**SIBLING, "net.py": net("from blocks import *")})
    git = ["git", "-c", "user.name=n", "-c", "user.email=n@x", "-C", str(tmp_path)]
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "first"]):
        subprocess.run([*git, *command], check=True)
    before = count(read("net.py")[0]).total
    place({"blocks.py": textwrap.dedent(BLOCKS).replace("= 4", "= 40")})
    (tmp_path / "sub").mkdir()
    assert count(read("git:HEAD:net.py")[0]).total == before
    os.chdir(tmp_path / "sub")
    assert count(read("git:HEAD:../net.py")[0]).total == before
    assert count(read("../net.py")[0]).total != before


def test_each_file_is_parsed_once_however_often_evaluation_restarts(place, monkeypatch):
    from sizeup.readers.source import modules

    parsed = []
    repair = modules.repair
    monkeypatch.setattr(modules, "repair", lambda text: parsed.append(text) or repair(text))
    text = net("from blocks import *\nif flag:\n    other = 1")
    place({**SIBLING, "net.py": text + "if deep > 3:\n    model = keras.Model(inputs, x)\n"})
    assert len(read("net.py")) == 2
    assert len(parsed) == 1


def test_a_file_that_is_not_needed_is_not_parsed(place, monkeypatch):
    from sizeup.readers.source import modules

    place({"net.py": "import keras\nfrom keras import layers\nmodel = keras.Sequential("
           "[keras.Input((4,)), layers.Dense(3)])\ndef f(x):\n    if False:\n        import big\n",
           "big.py": "x = 1\n"})  # fmt: skip
    monkeypatch.setattr(modules, "repair", None)
    assert count(read("net.py")[0]).total == 15
