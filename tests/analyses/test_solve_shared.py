"""What solutions have in common is true of every one of them, and found where it is there."""

from __future__ import annotations

import json
from itertools import product
from math import gcd

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sizeup
from sizeup.analyses.shared import Relation, shared
from sizeup.analyses.solve import Target, solve
from sizeup.cli import main
from sizeup.dims import as_python, bind, symbol

TEXT = """
from keras import Input, Sequential, layers
net = Sequential([Input((4,)), layers.Dense(u), layers.Dense(v, use_bias=False)])
"""
NAMES = ("a", "b", "c")
A, B, C = map(symbol, NAMES)
rows = st.lists(st.tuples(*(st.integers(1, 6),) * 3), min_size=1, max_size=8, unique=True)


@given(rows)
def test_every_fact_is_true_of_every_row(drawn):
    targets = [Target((A + B) // 2 + max(drawn)[0] * C, 1, 9)]
    found = shared(NAMES, drawn, targets, proved=True)
    for relation in found.relations:
        assert all(
            bind(relation.left - relation.right, dict(zip(NAMES, row, strict=True))) == 0
            for row in drawn
        ), relation
    said = found.as_dict()
    assert said["of"] == len(drawn)
    for place, name in enumerate(NAMES):
        column = {row[place] for row in drawn}
        if len(column) == 1:
            assert said["fixed"][name] in column
        else:
            step = gcd(*(value - min(column) for value in column))
            assert said["ranges"][name] == {
                "lowest": min(column), "highest": max(column), "different": len(column), "step": step,
            }  # fmt: skip


@pytest.mark.parametrize(
    ("of", "relation"),
    [
        (lambda a: a, Relation(B, A)),
        (lambda a: 3 * a - 2, Relation(B, 3 * A - 2)),
        (lambda a: 9 - a, Relation(B, 9 - A)),
        (lambda a: 60 // a, Relation(A * B, 60)),
    ],
)
def test_an_equation_that_binds_two_names_is_found(of, relation):
    drawn = [(a, of(a), c) for a in range(1, 7) for c in (1, 5, 6)]
    assert shared(NAMES, drawn, [], proved=True).relations == (relation,)


def test_of_three_names_on_a_line_each_is_said_once():
    drawn = [(a, 2 * a, 4 * a + 1) for a in range(1, 5)]
    relations = shared(NAMES, drawn, [], proved=True).relations
    assert {(as_python(r.left), as_python(r.right)) for r in relations} == {
        ("b", "2*a"), ("c", "4*a + 1"),
    }  # fmt: skip


def test_two_solutions_are_no_line():
    assert shared(("a", "b"), [(1, 7), (3, 2)], [], proved=True).relations == ()


def test_what_is_not_proved_says_only_what_the_totals_say():
    total = 5 * A + B * C
    found = shared(NAMES, [(2, 3, 4), (2, 6, 2)], [Target(total, 22, 22)], proved=False)
    assert found.relations == (Relation(5 * A, 22 - B * C),)
    assert not found.as_dict()["proved"]


def test_more_solutions_than_are_listed_are_summarised_all():
    found = solve([Target(A * B, 1, 2000)], {"a": range(1, 41), "b": range(10, 51, 10)}, limit=3)
    truth = [(a, b) for a, b in product(range(1, 41), range(10, 51, 10)) if a * b <= 2000]
    said = found.as_dict()["summary"]
    assert (found.count, said["of"], len(found.listed)) == (len(truth), len(truth), 3)
    assert said["ranges"]["b"] == {"lowest": 10, "highest": 50, "different": 5, "step": 10}
    assert said["ranges"]["a"]["highest"] == 40


def test_a_person_is_told_what_many_share_before_they_are_listed():
    found = sizeup.solve(sizeup.read("-", text=TEXT), totals={"net": 720})
    shown = str(found)
    assert found.complete
    assert all(
        u * (5 + v) == 720 for u, v in ((s.values["u"], s.values["v"]) for s in found.listed)
    )
    head, table = shown.split("\n\n")
    assert "values)" in head
    assert table.split()[:2] == ["u", "v"]


def test_json_of_the_question_has_its_summary(capsys):
    status = main(["solve", "examples/question.txt", "--total", "VGG1=604035", "--total",
                   "VGG2=336387", "--json"])  # fmt: skip
    document = json.loads(capsys.readouterr().out)
    assert status == 0
    assert document["proved"]
    assert document["summary"]["fixed"] == {
        "nb_filters": 32, "nb_conv": 3, "nb_pool": 2, "nb_classes": 35,
    }  # fmt: skip
    two = {"lowest": 28, "highest": 29, "different": 2, "step": 1}
    assert document["summary"]["ranges"] == {"img_rows": two, "img_cols": two}
