"""Builds models of a package with the real Keras, in an interpreter that has it.

    python real_keras.py ROOT 2|3|VERSION [RELEASES] < jobs > totals      (one JSON document on each line)

A job is `{"module": "pkg.models", "name": "ResNet", "arguments": {…}}`, the answer the totals of
the model that the call gives and of each layer, or why there is none. With 2, `keras` and
`tf.keras` are the last Keras 2 (tf_keras); with a version, that release of Keras is in RELEASES, a
folder with Theano (`old_keras.py`). What the package imports besides and is not installed is a stand-in: it is
data, drawing, downloads.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import inspect
import json
import math
import os
import signal
import sys
from pathlib import Path
from types import ModuleType
from unittest.mock import MagicMock

SECONDS = 60
"""The longest that one model may take, of the processor."""

MOVED = {
    "engine": "", "engine.topology": "layers utils", "engine.training": "models", "engine.base_layer": "layers",
    "layers.core": "layers", "layers.convolutional": "layers", "layers.pooling": "layers",
    "layers.normalization": "layers", "layers.merge": "layers", "layers.recurrent": "layers",
    "layers.wrappers": "layers", "layers.embeddings": "layers", "layers.noise": "layers",
    "layers.advanced_activations": "layers", "legacy": "", "utils.np_utils": "utils",
    "utils.layer_utils": "utils", "utils.data_utils": "utils", "utils.generic_utils": "utils",
    "utils.vis_utils": "utils", "objectives": "losses", "layers.experimental.preprocessing": "layers",
    "optimizers.legacy": "optimizers", "preprocessing.image": "preprocessing",
}  # fmt: skip
"""Modules that older versions had, and where their names are today."""


class Loader(importlib.abc.Loader):
    """Gives a module that is made already."""

    def __init__(self, module: ModuleType) -> None:
        self.module = module

    def create_module(self, _: importlib.machinery.ModuleSpec) -> ModuleType:
        return self.module

    def exec_module(self, module: ModuleType) -> None:
        pass


class OldKeras(importlib.abc.MetaPathFinder):
    """Finds `keras.…` in tf_keras, also where only older versions had it."""

    def find_spec(self, name: str, *_: object) -> importlib.machinery.ModuleSpec | None:
        if not name.startswith("keras."):
            return None
        rest = name.partition(".")[2]
        try:
            module = importlib.import_module(f"tf_keras.{rest}")
        except ImportError:
            if rest not in MOVED:
                return self._inner(name, rest)
            module = ModuleType(name)
            for new in MOVED[rest].split() or [""]:
                found = vars(importlib.import_module(f"tf_keras.{new}".rstrip(".")))
                module.__dict__.update({k: v for k, v in found.items() if not k.startswith("__")})
        return importlib.machinery.ModuleSpec(name, Loader(module), is_package=True)

    def _inner(self, name: str, rest: str) -> importlib.machinery.ModuleSpec | None:
        """What is inside of Keras 2 under the same name."""
        try:
            module = importlib.import_module(f"tf_keras.src.{rest}")
        except ImportError:
            return None
        return importlib.machinery.ModuleSpec(name, Loader(module), is_package=True)


def _same(value: object, *_: object, **__: object) -> object:
    return value


class Anything:
    """A class that nobody has: others may derive from it, and ask it for anything."""

    def __init__(self, *_: object, **__: object) -> None:
        pass

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        return MagicMock(name=name)


class Standin(MagicMock):
    """A module that nobody has; what is written like a class is one."""

    def __getattr__(self, name: str) -> object:
        if name[:1].isupper() and not name.isupper():
            return type(name, (Anything,), {})
        return super().__getattr__(name)


class Standins(importlib.abc.MetaPathFinder):
    """Finds whatever nobody else found, of the package itself only what is to be compiled."""

    def __init__(self, root: str) -> None:
        self.root = Path(root)
        self.own = {path.stem for path in self.root.iterdir()}

    def _asks(self) -> bool:
        """Whether the package itself imports something, not what is installed."""
        files = (frame.filename for frame in inspect.stack(context=0)[2:])
        asking = next((file for file in files if "importlib" not in file), "")
        return asking.startswith(str(self.root))

    def find_spec(self, name: str, *_: object) -> importlib.machinery.ModuleSpec | None:
        compiled = self.root.joinpath(*name.split(".")).with_suffix(".pyx").exists()
        strict = {*self.own, "keras", "tensorflow", "tf_keras", "google"}
        if (name.partition(".")[0] in strict and not compiled) or not self._asks():
            return None
        module = Standin(name=name)
        module.__all__ = []
        module.__version__ = "9.9.9"
        if name == "tree":
            nest = importlib.import_module("tensorflow").nest
            module.flatten, module.map_structure = nest.flatten, nest.map_structure
        if name == "tensorflow_addons":  # what activates owns nothing
            module.activations = MagicMock(mish=_same, gelu=_same, rrelu=_same)
        return importlib.machinery.ModuleSpec(name, Loader(module), is_package=True)


def _weights(values: list[object]) -> int:
    return sum(math.prod(value.shape) for value in values)


def _models(value: object, cls: type) -> list[object]:
    if isinstance(value, cls):
        return [value]
    if isinstance(value, list | tuple):
        return [model for element in value for model in _models(element, cls)]
    return []


def _made(module: ModuleType, job: dict[str, object]) -> object:
    """What a call gives, or what a variable holds."""
    wanted = getattr(module, job["name"])
    if job["arguments"] is None:
        return wanted
    return wanted(**{name: _tuples(value) for name, value in job["arguments"].items()})


def build(job: dict[str, object]) -> dict[str, object]:
    """The totals of the first model that a call gives."""
    import keras

    keras.backend.clear_session()
    module = importlib.import_module(job["module"])
    found = _models(_made(module, job), keras.Model)
    if not found:
        return {"error": "no model"}
    model = found[0]
    owned = [(_weights(layer.weights), _weights(layer.trainable_weights)) for layer in model.layers]
    return {
        "total": model.count_params(),
        "trainable": _weights(model.trainable_weights),
        "layers": [counts for counts in owned if counts[0]],
    }


def build_old(job: dict[str, object]) -> dict[str, object]:
    """The same of an old Keras, which has no one list of a layer's weights."""
    from old_keras import size, weights

    model = _made(importlib.import_module(job["module"]), job)
    if not hasattr(model, "layers"):
        return {"error": "no model"}

    def owned(layer: object) -> tuple[int, int]:
        trained = weights(layer, "trainable_weights")
        return size({**trained, **weights(layer, "non_trainable_weights")}), size(trained)

    total, trainable = owned(model)
    layers = [counts for counts in map(owned, model.layers) if counts[0]]
    return {"total": total, "trainable": trainable, "layers": layers}


def _tuples(value: object) -> object:
    return tuple(_tuples(each) for each in value) if isinstance(value, list) else value


def _late(*_: object) -> None:
    raise TimeoutError


def _zeros(shape: tuple[int, ...], *_: object, dtype: object = None, **__: object) -> object:
    """What costs less than random numbers: only shapes are counted."""
    import tensorflow as tf

    return tf.zeros(shape, dtype or "float32")


def _without_downloads(keras: ModuleType) -> None:
    """No weights are fetched or loaded: they change no count."""

    def downloaded(fname: str, *_: object, **__: object) -> str:
        return fname

    for name, module in [*sys.modules.items()]:
        if name.startswith(("keras", "tf_keras", "tensorflow")) and "get_file" in vars(module):
            vars(module)["get_file"] = downloaded
    keras.Model.load_weights = lambda *_, **__: None
    is_file = os.path.isfile
    os.path.isfile = lambda path: str(path).endswith(".h5") or is_file(path)


def _without_draws(backend: ModuleType) -> None:
    """Theano takes minutes for random numbers that it does not compile; only shapes are counted."""
    import numpy as np

    for name in ("random_uniform", "random_normal", "truncated_normal"):
        setattr(backend, name, lambda shape, *_, **__: np.zeros(shape, "float32"))


def _without_training(models: ModuleType) -> None:
    """Scripts train, on data that nobody has: it changes no count."""
    for cls in (vars(models).get(name) for name in ("Model", "Sequential", "Graph")):
        for name in TRAINING if cls is not None else ():
            setattr(cls, name, MagicMock())


TRAINING = (
    "compile", "fit", "fit_generator", "evaluate", "predict", "predict_classes", "predict_proba",
    "train_on_batch", "test_on_batch", "predict_on_batch", "save_weights", "load_weights",
)  # fmt: skip


def prepare(root: str, version: str, releases: str) -> None:
    """Put the Keras of a version, and the package, within reach."""
    if version not in ("2", "3"):
        sys.path.insert(0, str(Path(__file__).parents[1]))
        importlib.import_module("old_keras").import_keras(Path(releases), version)
        sys.path.append(root)
        if version.startswith("2"):
            _without_draws(importlib.import_module("keras.backend"))
        _without_training(importlib.import_module("keras.models"))
        sys.meta_path.append(Standins(root))
        return
    os.environ.update(
        KERAS_BACKEND="tensorflow" if importlib.util.find_spec("tensorflow") else "numpy",
        TF_CPP_MIN_LOG_LEVEL="3",
        TF_USE_LEGACY_KERAS="1" if version == "2" else "0",
    )  # fmt: skip
    sys.path.insert(0, root)
    if version == "2":
        import tf_keras
        from tf_keras.src import backend
        from tf_keras.src.applications import imagenet_utils
        from tf_keras.src.utils import conv_utils, data_utils, generic_utils, layer_utils

        for name in ("random_uniform", "random_normal", "truncated_normal"):
            setattr(backend.RandomGenerator, name, lambda _, *a, **k: _zeros(*a, **k))

        old = {"_obtain_input_shape": imagenet_utils.obtain_input_shape}
        vars(tf_keras.applications.imagenet_utils).update(old)
        vars(tf_keras.utils).update(
            layer_utils=layer_utils, data_utils=data_utils, conv_utils=conv_utils,
            generic_utils=generic_utils, multi_gpu_model=_same,
        )  # fmt: skip
        sys.modules["keras"] = tf_keras
        sys.meta_path.insert(0, OldKeras())
        for name in MOVED:
            importlib.import_module(f"keras.{name}")
        legacy = tf_keras.optimizers.legacy
        vars(tf_keras.optimizers).update(
            {n: getattr(legacy, n) for n in ("SGD", "Adam", "RMSprop")}
        )
    import keras

    if version == "3":
        for name in ("uniform", "normal", "truncated_normal"):
            setattr(keras.src.random, name, _zeros)
    _without_downloads(keras)
    _without_training(keras)
    sys.meta_path.append(Standins(root))


def main(root: str, version: str, releases: str = "") -> None:
    answers, sys.stdout = os.fdopen(os.dup(sys.stdout.fileno()), "w"), sys.stderr
    prepare(root, version, releases)
    make = build if version in ("2", "3") else build_old
    signal.signal(signal.SIGPROF, _late)
    for line in sys.stdin:
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        try:
            answer = make(json.loads(line))
        except BaseException as error:  # noqa: BLE001  (whatever the package does)
            answer = {"error": f"{type(error).__name__}: {error}"[:200]}
        signal.setitimer(signal.ITIMER_PROF, 0)
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
