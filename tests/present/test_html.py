"""Fragments for notebooks: well formed, self-contained, and with nothing of others unescaped."""

import re
from html.parser import HTMLParser

import pytest

import sizeup
from present.cases import ALL, PAIRS, QUESTION, explained
from sizeup.analyses.count import count
from sizeup.analyses.diff import diff
from sizeup.analyses.inverse import solve_networks
from sizeup.analyses.known import Known
from sizeup.present.html import (
    html_of_count,
    html_of_diff,
    html_of_explanation,
    html_of_solutions,
)
from sizeup.readers import read


class Strict(HTMLParser):
    """Fails on tags that do not nest; collects the text."""

    def __init__(self):
        super().__init__()
        self.open, self.text, self.tags = [], "", set()

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.tags.add(tag)
        assert not [name for name, _ in attrs if name not in {"style", "colspan"}]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data.replace("\u00a0", " ")


def parsed(html):
    parser = Strict()
    parser.feed(html)
    parser.close()
    assert parser.open == []
    return parser


@pytest.mark.parametrize("name", ALL)
def test_fragments_are_well_formed_and_load_nothing(name):
    html = html_of_explanation(explained(name))
    assert parsed(html).tags <= {"div", "table", "tbody", "tr", "td", "b"}
    assert not re.search(r"https?:|src=|href=|url\(", html)


def test_names_of_others_are_escaped():
    text = "m = Sequential([Dense(2, input_dim=3, name='<script>alert(1)</script>&')])"
    html = html_of_count(count(read("-", stdin=text)[0]))
    assert "<script" not in html
    assert "<script>alert(1)</script>&" in parsed(html).text


def test_a_count_shows_its_rows_and_total():
    text = parsed(html_of_count(count(read("zoo:vgg1")[0]))).text
    for figure in ("604,035", "320", "9,248", "589,952", "4,515", "4,608·128 + 128", "97.7 %"):
        assert figure in text


def test_a_difference_shows_what_each_change_is_worth():
    before, after = (read(source)[0] for source in PAIRS["mlps"])
    text = parsed(html_of_diff(diff(before, after))).text
    for figure in ("5,592,010", "1,792,060", "32.05 %", "32.00 %", "−3,799,950"):
        assert figure in text


def test_solutions_show_their_values():
    found = solve_networks(list(read(QUESTION)), Known(totals=["VGG1=604035", "VGG2=336387"]))
    text = parsed(html_of_solutions(found)).text
    assert "4 solutions within 1 … 1,024, and no others" in text
    assert "img_rows and img_cols each 28 or 29" in text


def test_an_explanation_shows_the_whole_answer():
    text = parsed(html_of_explanation(explained("question"))).text
    for figure in ("336,387", "−632,704", "Is something wrong? No.", "18,307", "①"):
        assert figure in text


@pytest.mark.parametrize(
    "finding",
    [
        lambda: sizeup.count("784:10"),
        lambda: sizeup.diff(*PAIRS["mlps"]),
        lambda: sizeup.explain(QUESTION),
        lambda: sizeup.solve(QUESTION, totals={"VGG1": 604035, "VGG2": 336387}),
    ],
)
def test_findings_of_the_api_print_and_show_themselves(finding):
    found = finding()
    assert parsed(found._repr_html_()).text
    assert len(str(found).splitlines()) > 1
