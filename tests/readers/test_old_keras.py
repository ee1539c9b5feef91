"""Old programs: what sizeup reads is what the Keras of their time built."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from readers.old_programs import PROGRAMS
from sizeup.analyses.count import count
from sizeup.readers import read

TRUTH = json.loads(Path(__file__).with_name("old_keras.json").read_text())


@pytest.mark.parametrize("name", PROGRAMS)
def test_program_counts_as_in_the_keras_of_its_time(name):
    version, text = PROGRAMS[name]
    truth = TRUTH[name]
    assert truth["keras"] == version
    for spoken in (None, int(version[0])):
        found = count(read("-", stdin=text, keras=spoken)["model"])
        assert found.total == truth["total"]
        assert found.trainable == truth["trainable"]
        assert found.as_dict()["layers"][-1]["output_shape"] == truth["output_shape"]
