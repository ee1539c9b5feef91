"""What the real old Keras makes of the programs in `tests/readers/old_programs.py`.

    python bench/old_keras.py FOLDER > tests/readers/old_keras.json

FOLDER holds the unpacked sources of Theano 1.0.5 and of each Keras that a program names
(`Theano-1.0.5/theano`, `Keras-0.2.0/keras`, …), as the package index has them. Python 3.11 with
NumPy 1.23, SciPy, six, PyYAML, h5py, keras-applications and keras-preprocessing runs them: the
networks are only built, nothing is compiled, and what Python has since lost is put back here.
"""

from __future__ import annotations

import collections
import collections.abc
import importlib
import inspect
import json
import os
import re
import subprocess
import sys
import tempfile
import types
from pathlib import Path

TESTS = Path(__file__).parents[1] / "tests" / "readers"


def put_back() -> None:
    """What Theano 1.0.5 and the Keras of its time expect of Python and NumPy."""
    for name in dir(collections.abc):
        if not hasattr(collections, name):
            setattr(collections, name, getattr(collections.abc, name))
    specification = collections.namedtuple("specification", "args varargs keywords defaults")  # noqa: PYI024

    def getargspec(function: object) -> tuple:
        return specification(*inspect.getfullargspec(function)[:4])

    inspect.getargspec = getargspec
    built = importlib.import_module("numpy.distutils.__config__")
    built.blas_opt_info = getattr(built, "blas_opt_info", {})


def import_keras(folder: Path, version: str) -> None:
    """Put one Keras, on Theano that computes nothing, within reach."""
    os.environ.update(THEANO_FLAGS="cxx=,device=cpu,floatX=float32,blas.ldflags=",
                      KERAS_BACKEND="theano", HOME=tempfile.mkdtemp())  # fmt: skip
    put_back()
    sys.path[:0] = [str(folder / "Theano-1.0.5"), str(folder / f"Keras-{version}")]
    importlib.import_module("theano.ifelse")
    pooling = types.ModuleType("theano.tensor.signal.downsample")  # what Keras 0.2 knew it by
    pooling.max_pool_2d = importlib.import_module("theano.tensor.signal.pool").pool_2d
    sys.modules[pooling.__name__] = pooling
    importlib.import_module("theano.tensor.signal").downsample = pooling


def measured(text: str) -> dict:
    """The counts of the network that a program builds."""
    scope: dict = {"__name__": "__main__"}
    exec(compile(text, "<program>", "exec"), scope)
    model = scope["model"]
    outputs = getattr(model, "_graph_outputs", None)  # of Keras 1.0's Graph
    if outputs:
        model.build()
    output = (next(iter(outputs.values())) if outputs else model).output_shape
    trainable = weights(model, "trainable_weights", "params")
    others = weights(model, "non_trainable_weights", "running_mean", "running_std")
    return {"total": size({**trainable, **others}), "trainable": size(trainable),
            "count_params": int(model.count_params()),
            "output_shape": list(output) if isinstance(output, tuple) else output}  # fmt: skip


def weights(layer: object, *names: str) -> dict:
    """Variables by identity: a model's own, and those of the layers in it where it has no list."""
    found: dict = {}
    for name in names:
        value = getattr(layer, name, None)
        for variable in value if isinstance(value, list) else [value]:
            if hasattr(variable, "get_value"):
                found[id(variable)] = variable
    inner = getattr(layer, "nodes", None)
    inner = list(inner.values()) if isinstance(inner, dict) else []
    inner += getattr(layer, "layers", None) or []
    inner += [part for part in (getattr(layer, n, None) for n in ("encoder", "decoder")) if part]
    for each in inner:
        found.update(weights(each, *names))
    return found


def size(variables: dict) -> int:
    """Scalars in variables."""
    return sum(int(variable.get_value().size) for variable in variables.values())


def main(folder: Path) -> None:
    """Each version in a process of its own."""
    sys.path.insert(0, str(TESTS))
    table = {}
    for name, (version, _) in importlib.import_module("old_programs").PROGRAMS.items():
        command = [sys.executable, __file__, str(folder), name]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"{name}: {done.stderr}")
        found = re.findall(r"^\{.*\}$", done.stdout, flags=re.MULTILINE)
        table[name] = {"keras": version, **json.loads(found[-1])}
    print(json.dumps(table, indent=1))


if __name__ == "__main__":
    if len(sys.argv) > 2:
        sys.path.insert(0, str(TESTS))
        version, text = importlib.import_module("old_programs").PROGRAMS[sys.argv[2]]
        import_keras(Path(sys.argv[1]), version)
        print(json.dumps(measured(text)))
    else:
        main(Path(sys.argv[1]))
