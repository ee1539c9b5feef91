"""Builds models of a package with the real Keras; `packages.py` runs it with an interpreter that has it.

    python real_keras.py ROOT 2|3 < jobs > totals      (one JSON document on each line)

A job is `{"module": "pkg.models", "name": "ResNet", "arguments": {…}}`, the answer the totals of
the model that the call gives, or why there is none. With 2, `keras` and `tf.keras` are the last
Keras 2 (tf_keras). What the package imports besides and is not installed is a stand-in: it is
data, drawing, downloads.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import json
import math
import os
import signal
import sys
from pathlib import Path
from types import ModuleType
from unittest.mock import MagicMock

SECONDS = 60
"""The longest that one model may take."""

MOVED = {
    "engine": "", "engine.topology": "layers", "engine.training": "models", "engine.base_layer": "layers",
    "layers.core": "layers", "layers.convolutional": "layers", "layers.pooling": "layers",
    "layers.normalization": "layers", "layers.merge": "layers", "layers.recurrent": "layers",
    "layers.wrappers": "layers", "layers.embeddings": "layers", "layers.noise": "layers",
    "layers.advanced_activations": "layers", "legacy": "", "utils.np_utils": "utils",
    "utils.layer_utils": "utils", "utils.data_utils": "utils", "utils.generic_utils": "utils",
    "utils.vis_utils": "utils", "objectives": "losses", "layers.experimental.preprocessing": "layers",
    "optimizers.legacy": "optimizers", "preprocessing.image": "preprocessing",
}  # fmt: skip
"""Modules that older versions had, and where their names are today."""


class Standins(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds whatever nobody else found."""

    def __init__(self, root: str) -> None:
        self.own = {path.stem for path in Path(root).iterdir()}

    def find_spec(self, name: str, *_: object) -> object:
        if name.partition(".")[0] in (*self.own, "tensorflow", "tf_keras", "google"):
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        if spec.name.startswith("keras."):
            return _moved(spec.name)
        module = MagicMock(name=spec.name)
        module.__spec__, module.__path__, module.__all__ = spec, [], []
        return module

    def exec_module(self, module: ModuleType) -> None:
        pass


def _moved(name: str) -> ModuleType:
    """A module of an older Keras: the names of the module that has them now."""
    import keras

    rest = name.partition(".")[2]
    try:
        return importlib.import_module(f"{keras.__name__}.{rest}")
    except ImportError:
        pass
    if rest not in MOVED:
        raise ImportError(name)
    new = MOVED[rest]
    found = importlib.import_module(f"{keras.__name__}.{new}") if new else keras
    module = ModuleType(name)
    module.__dict__.update({k: v for k, v in vars(found).items() if not k.startswith("__")})
    module.__path__ = []
    return module


def _weights(values: list[object]) -> int:
    return sum(math.prod(value.shape) for value in values)


def _models(value: object, cls: type) -> list[object]:
    if isinstance(value, cls):
        return [value]
    if isinstance(value, list | tuple):
        return [model for element in value for model in _models(element, cls)]
    return []


def build(job: dict[str, object]) -> dict[str, object]:
    """The totals of the first model that a call gives."""
    import keras

    keras.backend.clear_session()
    module = importlib.import_module(job["module"])
    arguments = {name: _tuples(value) for name, value in job["arguments"].items()}
    wanted = getattr(module, job["name"])
    made = wanted if isinstance(wanted, keras.Model) else wanted(**arguments)
    found = _models(made, keras.Model)
    if not found:
        return {"error": "no model"}
    model = found[0]
    return {
        "total": model.count_params(),
        "trainable": _weights(model.trainable_weights),
        "models": len(found),
    }


def _tuples(value: object) -> object:
    return tuple(_tuples(each) for each in value) if isinstance(value, list) else value


def _late(*_: object) -> None:
    raise TimeoutError


def main(root: str, version: str) -> None:
    os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", TF_USE_LEGACY_KERAS="1" if version == "2" else "0")
    sys.path.insert(0, root)
    answers, sys.stdout = sys.stdout, sys.stderr
    if version == "2":
        import tf_keras

        sys.modules["keras"] = tf_keras
        sys.modules["keras.backend"] = tf_keras.backend
    sys.meta_path.append(Standins(root))
    signal.signal(signal.SIGALRM, _late)
    for line in sys.stdin:
        signal.alarm(SECONDS)
        try:
            answer = build(json.loads(line))
        except BaseException as error:  # noqa: BLE001  (whatever the package does)
            answer = {"error": f"{type(error).__name__}: {error}"[:200]}
        signal.alarm(0)
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
