"""Pages of HTML: the code on them, with the lines of the page."""

from __future__ import annotations

from html import escape

from hypothesis import given
from hypothesis import strategies as st

from readers.keras_truth import assert_is_keras, read_text, run
from readers.test_notebook import BREAKS, PROGRAM

TOP = """<!DOCTYPE html>
<html lang="en"><head><title>import keras</title>
<script>var layers = "<pre>x = 3</pre>"; if (a < b && c) { model = 3 }</script>
<style>pre { color: red }</style></head>
<body>
<h1>How many parameters?</h1>
<p>My model (<b>below</b>) has <code>layers</code> = 7 &amp; more.</p>
"""


def highlighted(text: str) -> str:
    """Code as a highlighter writes it."""
    marked = escape(text).replace("def ", '<span class="k">def</span> ')
    return marked.replace("layers.", '<span class="n">layers</span><span class="o">.</span>')


@given(breaks=st.sets(st.sampled_from(BREAKS)), gutter=st.booleans(), colored=st.booleans())
def test_blocks_of_code_are_one_program_whose_lines_are_those_of_the_page(breaks, gutter, colored):
    lines, start, page = PROGRAM.splitlines(keepends=True), 0, TOP
    for end in (*sorted(breaks), len(lines)):
        block = "".join(lines[start:end])
        numbers = "\n".join(str(n) for n in range(1, end - start + 1))
        page += f"<table><tr><td><pre>{numbers}</pre></td><td>" if gutter else "<div>"
        page += (
            f'<pre><code class="x">{highlighted(block) if colored else escape(block)}</code></pre>'
        )
        page += "</td></tr></table>\n" if gutter else "</div>\n"
        page += "<p>And then, for x in y:<br/>we go on</p>\n"
        start = end
    network = read_text(page)["model"]
    assert network.reader == "page of HTML"
    assert_is_keras(network, run(PROGRAM))
    written = page.split("\n")
    for layer in network.graph.layers:
        kind = {"InputLayer": "Input"}.get(layer.kind, layer.kind)
        assert kind in written[layer.line - 1]


def test_code_without_a_block_of_its_own_is_found_in_the_text_of_the_page():
    page = TOP + (
        "<p>from keras import Input, Sequential, layers<br>"
        "model = Sequential([Input((5,)), layers.Dense(3)])</p></body></html>"
    )
    text = "from keras import Input, Sequential, layers\n"
    text += "model = Sequential([Input((5,)), layers.Dense(3)])"
    assert_is_keras(read_text(page)["model"], run(text))


def test_breaks_of_a_block_are_lines():
    page = TOP + (
        "<pre>import keras<br>from keras import layers<br><br>def build():<br>"
        "&nbsp;&nbsp;&nbsp;&nbsp;return keras.Sequential([keras.Input((5,)), layers.Dense(3)])"
        "<br>model = build()</pre></body></html>"
    )
    text = "import keras\nfrom keras import layers\n"
    text += "model = keras.Sequential([keras.Input((5,)), layers.Dense(3)])"
    assert_is_keras(read_text(page)["model"], run(text))
