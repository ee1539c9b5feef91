"""Notebooks: the program of their cells, whatever Jupyter runs beside it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readers.keras_truth import assert_is_keras, read_text, run
from sizeup.analyses.count import count
from sizeup.cli import main
from sizeup.errors import ReadError
from sizeup.readers.source import read_source

PROGRAM = """\
import keras
from keras import layers
units = 12
def block(x, filters):
    x = layers.Conv2D(filters, 3, padding="same")(x)

    return layers.ReLU()(layers.BatchNormalization()(x))

inputs = keras.Input((16, 16, 3))
x = inputs
for filters in (4, 8):
    x = layers.MaxPooling2D()(block(x, filters))
text = \"\"\"
% of a string is no magic
\"\"\"
x = layers.Dense(units)(layers.Flatten()(x))
model = keras.Model(inputs, x)
"""
BREAKS = (1, 2, 3, 8, 9, 10, 12, 15, 16)
"""Lines after which a cell may end."""


def notebook(*cells: tuple[str, str, int | None], version: int = 4, **metadata: object) -> dict:
    """A notebook of cells: kind, text, execution count."""
    listed = []
    for kind, text, run_as in cells:
        source = text.splitlines(keepends=True)
        if version == 4:
            cell = {"cell_type": kind, "metadata": {}, "source": source}
            extra = {"execution_count": run_as, "outputs": []} if kind == "code" else {}
        else:
            cell = {
                "cell_type": kind,
                "metadata": {},
                "input" if kind == "code" else "source": source,
            }
            extra = {"prompt_number": run_as, "outputs": []} if kind == "code" else {}
        listed.append(cell | extra)
    body = {"cells": listed} if version == 4 else {"worksheets": [{"cells": listed}]}
    return body | {"metadata": metadata, "nbformat": version, "nbformat_minor": 0}


def code(*texts: str) -> dict:
    return notebook(*(("code", text, None) for text in texts))


@given(
    breaks=st.sets(st.sampled_from(BREAKS)),
    version=st.sampled_from((3, 4)),
    indent=st.sampled_from((None, 1, 2)),
    ascii_only=st.booleans(),
    whole=st.booleans(),
)
def test_cells_are_one_program_whose_lines_are_those_of_the_file(
    breaks, version, indent, ascii_only, whole
):
    lines, cells, start = PROGRAM.splitlines(keepends=True), [], 0
    for end in (*sorted(breaks), len(lines)):
        cells.append(("markdown", f"größer: {end} %\n> x = 3", None))
        cells.append(("code", "".join(lines[start:end]).rstrip("\n"), len(cells)))
        start = end
    content = notebook(*cells, version=version)
    if whole:
        for cell in content.get("cells", ()):
            cell["source"] = "".join(cell["source"])
    text = json.dumps(content, indent=indent, ensure_ascii=ascii_only)
    network = read_text(text)["model"]
    assert network.reader == "notebook"
    assert_is_keras(network, run(PROGRAM))
    if indent and not whole:
        written = text.split("\n")
        for layer in network.graph.layers:
            kind = {"InputLayer": "Input"}.get(layer.kind, layer.kind)
            assert f"{kind}(" in written[layer.line - 1]


def test_what_jupyter_runs_beside_python_is_left_out():
    text = json.dumps(code(
        "%matplotlib inline\n!pip install keras \\\n  scipy\nimport keras\nfrom keras import layers",
        "%%time\nif True:\n    !ls\n    %load_ext autoreload\nfiles = !ls *.py\nkeras.Model?\n?keras",
        "%%bash\nunits=3\nmodel = 7",
        "%%capture out\nmodel = keras.Sequential([keras.Input((5,)), layers.Dense(3)])",
        "%time model.add(layers.Dense(4))\nmodel.summary?",
    ))  # fmt: skip
    truth = run(
        "import keras\nfrom keras import layers\n"
        "model = keras.Sequential([keras.Input((5,)), layers.Dense(3), layers.Dense(4)])"
    )
    network = read_text(text)["model"]
    assert_is_keras(network, truth)
    assert network.notes == ()


def test_cells_that_were_run_in_another_order_are_noted():
    network = read_text(json.dumps(notebook(
        ("code", "from keras import Input, Sequential, layers", 1),
        ("code", "model = Sequential([Input((5,)), layers.Dense(3)])", 7),
        ("code", "model.add(layers.Dense(4))", 5),
    ), indent=1))["model"]  # fmt: skip
    (note,) = network.notes
    assert note.level == "assumed"
    assert "before In [7]" in note.text
    assert str(note.line) == "In [5], line 1"
    assert count(network).total == 18 + 16


def test_lines_are_said_by_cell(tmp_path, capsys):
    path = tmp_path / "net.ipynb"
    path.write_text(json.dumps(notebook(
        ("code", "from keras import Input, Sequential, layers", 1),
        ("code", "model = Sequential([Input((4, 4, 1)),\n  layers.Conv2D(3, 9)])", 2),
    ), indent=1))  # fmt: skip
    assert main(["count", str(path)]) == 2
    assert "net.ipynb: In [2], line 1: model is no valid network" in capsys.readouterr().err
    path.write_text(path.read_text().replace("(3, 9)", "(3, 2)"))
    assert main(["count", "--json", str(path)]) == 0
    layer = json.loads(capsys.readouterr().out)["networks"][0]["layers"][0]
    assert (layer["cell"], path.read_text().split("\n")[layer["line"] - 1].strip()) == (
        "In [2], line 2", '"  layers.Conv2D(3, 2)])"')  # fmt: skip


def test_totals_in_the_prose_of_a_notebook_are_found(tmp_path, capsys):
    path = tmp_path / "net.ipynb"
    path.write_text(json.dumps(notebook(
        ("markdown", "The network has 1,512 parameters.", None),
        ("code", "from keras import *\nm = Sequential([Input((5,)), layers.Dense(units)])", None),
        ("code", "m.add(layers.Dense(40))", None),
    ), indent=1))  # fmt: skip
    assert main(["explain", "--json", str(path)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [stated["total"] for stated in found["stated"]] == [1512]
    assert found["solve"]["solutions"][0]["units"] == 32


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"cells": [', "no JSON that can be read"),
        ('{"cells": ' + "[" * 100_000, "no JSON that can be read"),
        (json.dumps(notebook(("code", "x <- 3", 1), language_info={"name": "R"})), "written in r,"),
        (json.dumps(notebook()), "no network"),
        ('{"cells": [3]}', "no network"),
        ('{"cells": [{"cell_type": "code", "source": [3, null, {"a": 1}]}]}', "no network"),
        ('{"cells": 3, "worksheets": [{"cells": [{}]}], "metadata": 3}', "no network"),
        ('{"worksheets": {"cells": 3}}', "no network"),
        ('{"worksheets": [4]}', "no network"),
    ],
)
def test_a_broken_notebook_is_an_error_of_one_line(text, said):
    with pytest.raises(ReadError) as error:
        read_source(text)
    assert said in str(error.value)
    assert "\n" not in str(error.value)
