"""OR-Tools and TensorFlow in one process: a plain error in place of a crash."""

import sys
import types

import pytest

import sizeup
from sizeup.errors import UsageError


def test_tensorflow_before_or_tools_is_an_error_and_no_crash(monkeypatch):
    for name in [name for name in sys.modules if name.partition(".")[0] == "ortools"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "tensorflow", types.ModuleType("tensorflow"))
    text = "model = Sequential([Input((a,)), Dense(b), Dense(c)])"
    with pytest.raises(UsageError, match=r"import ortools\.sat\.python\.cp_model first"):
        sizeup.solve(sizeup.read("-", text=text), totals={"model": 1000})
