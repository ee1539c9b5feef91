"""Summaries with lines lost, doubled or mistyped: no total and no shape that is false."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import pytest

from sizeup.analyses.count import count
from sizeup.errors import ReadError
from sizeup.readers import read

SUMMARIES = sorted((Path(__file__).parents[1] / "fixtures" / "summaries").glob("*.txt"))
ROUNDS = 4


def cut(lines, rng):
    return lines[: rng.randint(4, len(lines))]


def lose(lines, rng):
    place = rng.randint(3, len(lines) - 5)
    return lines[:place] + lines[place + rng.randint(1, 4) :]


def leave_out(lines, rng):
    place = rng.randint(4, len(lines) - 6)
    return [*lines[:place], "...", *lines[place + rng.randint(1, 4) :]]


def double(lines, rng):
    place = rng.randint(4, len(lines) - 5)
    return lines[: place + 2] + lines[place:]


def mistype(lines, rng):
    places = [(n, m.start()) for n, line in enumerate(lines) for m in re.finditer(r"\d", line)]
    number, place = rng.choice(places)
    line = lines[number]
    digit = (int(line[place]) + rng.randint(1, 9)) % 10
    return [*lines[:number], f"{line[:place]}{digit}{line[place + 1 :]}", *lines[number + 1 :]]


def networks(text):
    """The networks of a text, none where it is refused; a defect stays an error."""
    try:
        return read("-", stdin=text).networks
    except ReadError as error:
        if "defect" in error.what:
            raise
        return ()


@pytest.mark.parametrize("damage", [cut, lose, leave_out, double, mistype])
@pytest.mark.parametrize("path", SUMMARIES, ids=lambda path: path.stem)
def test_damaged_summaries_claim_nothing_false(path, damage):
    truth = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    shapes = {name: sorted(shapes) for name, _, shapes, *_ in truth["rows"]}
    lines = path.read_text(encoding="utf-8").splitlines()
    for number in range(ROUNDS):
        text = "\n".join(damage(lines, random.Random(f"{path.stem} {number}")))
        for found in map(count, networks(text)):
            assert found.total in (None, truth["total"]), text
            assert found.at_least <= truth["total"], text
            if damage is mistype or not path.stem.startswith(("keras2", "keras3")):
                continue
            for row in found.as_dict()["layers"]:
                known = shapes.get(row["name"].rpartition("/")[2])
                if row["weights"] and known is not None:
                    assert sorted(w["shape"] for w in row["weights"]) == known, text
