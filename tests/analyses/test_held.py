"""What wrappers and RNNs hold, in sums, in differences and in solutions."""

from __future__ import annotations

from textwrap import dedent

import pytest

from readers.keras_truth import read_text
from sizeup.analyses.count import count
from sizeup.analyses.diff import diff
from sizeup.analyses.inverse import solve_networks
from sizeup.analyses.known import Known

HEAD = (
    "import keras\nfrom keras import ops\nfrom keras.layers import *\nfrom keras.models import *\n"
)


def network(*layers, shape="(20, 30)"):
    text = f"model = Sequential([keras.Input({shape}), {', '.join(layers)}])"
    return read_text(HEAD + text)["model"]


@pytest.mark.parametrize(
    ("layer", "text"),
    [
        ("LSTM(64)", "4·(30·64 + 64·64 + 64)"),
        ("LSTM(64, use_bias=False)", "4·(30·64 + 64·64)"),
        ("GRU(64)", "3·(30·64 + 64·64 + 2·64)"),
        ("GRU(64, reset_after=False)", "3·(30·64 + 64·64 + 64)"),
        ("SimpleRNN(64)", "30·64 + 64·64 + 64"),
        ("Bidirectional(LSTM(64))", "2·4·(30·64 + 64·64 + 64)"),
        ("Bidirectional(SimpleRNN(64))", "2·(30·64 + 64·64 + 64)"),
        ("TimeDistributed(Dense(8))", "30·8 + 8"),
        ("TimeDistributed(BatchNormalization())", "4·30"),
        ("SpectralNormalization(Dense(8))", "30·8 + 1·8 + 8"),
        ("RNN([LSTMCell(6), GRUCell(5)])", "4·(30·6 + 6·6 + 6) + 3·(6·5 + 5·5 + 2·5)"),
        (
            "Bidirectional(LSTM(6), backward_layer=GRU(6, go_backwards=True))",
            "4·(30·6 + 6·6 + 6) + 3·(30·6 + 6·6 + 2·6)",
        ),
    ],
)
def test_the_arithmetic_shows_gates_and_directions(layer, text):
    found = count(network(layer))
    (row,) = [row for row in found.rows if row.parameters]
    assert found.arithmetic(row) == text
    assert eval(text.replace("·", "*").replace(",", "")) == found.total


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        ("Bidirectional(LSTM(64))", "Bidirectional(LSTM(128))", "Bidirectional(LSTM 64 → 128)"),
        ("TimeDistributed(Dense(7))", "TimeDistributed(Dense(9))", "TimeDistributed(Dense 7 → 9)"),
        ("Bidirectional(LSTM(8))", "Bidirectional(GRU(8))", "Bidirectional(LSTM 8): layer LSTM → GRU"),
        (
            "Bidirectional(GRU(8))",
            "Bidirectional(GRU(8, use_bias=False))",
            "Bidirectional(GRU 8): layer.use_bias True → False",
        ),
        (
            "RNN([LSTMCell(6), GRUCell(5)])",
            "RNN([LSTMCell(6), GRUCell(7)])",
            "RNN(StackedRNNCells(LSTMCell 6, GRUCell 5)): cell.cells[2].units 5 → 7",
        ),
        (
            "TimeDistributed(Sequential([keras.Input((30,)), Dense(4)]))",
            "TimeDistributed(Sequential([keras.Input((30,)), Dense(6)]))",
            "TimeDistributed(Sequential): what is inside it",
        ),
    ],
)  # fmt: skip
def test_a_setting_of_what_is_held_is_a_change_in_words(before, after, what):
    found = diff(network(before), network(after))
    (change,) = found.changes
    assert change.what == what
    assert change.effect == found.delta != 0


def test_a_wrapper_moved_and_a_setting_inside_of_another_sum_to_the_difference():
    before = network("Bidirectional(LSTM(16, return_sequences=True))", "LSTM(8)", "Dense(2)")
    after = network(
        "TimeDistributed(Dense(9))", "Bidirectional(LSTM(24, return_sequences=True))", "GRU(8)",
        "Dense(2)",
    )  # fmt: skip
    found = diff(before, after)
    assert sum(change.effect for change in found.changes) == found.delta
    assert diff(after, before).delta == -found.delta


SHARED = """
    x, other = keras.Input((4, 6)), keras.Input((6,))
    dense = Dense({units})
    more = TimeDistributed(Dense(3))
    y = TimeDistributed(dense)(x)
    model = Model([x, other], [{first}, dense(other)])
"""


def test_shared_layers_in_wrappers_are_counted_once_in_every_hybrid():
    def shared(**values):
        return read_text(HEAD + dedent(SHARED.format(**values)))["model"]

    before, after = shared(units=5, first="y"), shared(units=7, first="more(y)")
    found = diff(before, after)
    assert found.delta == 6 * 2 + 2 + 7 * 3 + 3
    assert sum(change.effect for change in found.changes) == found.delta
    assert {change.alone for change in found.changes} == {6 * 2 + 2, 5 * 3 + 3}


def test_dropout_inside_of_a_wrapper_has_no_effect():
    found = diff(network("Bidirectional(LSTM(8))"), network("Bidirectional(LSTM(8, dropout=0.5))"))
    assert [change.effect for change in found.changes] == [0]


def test_a_total_tells_the_size_of_what_is_held():
    pytest.importorskip("ortools")
    model = network("Bidirectional(LSTM(units))", "Dense(1)", shape="(None, 20)")
    total = 2 * 4 * 17 * (20 + 17 + 1) + 35
    found = solve_networks([model], Known(totals=[str(total)]))
    assert [dict(each.values) for each in found.listed] == [{"units": 17}]
