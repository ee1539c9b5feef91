"""Which backend of Keras trains, and what it runs on."""

from __future__ import annotations

import json
import os
import platform
import sys
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from sizeup.errors import UsageError
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

FASTEST = ("tensorflow", "torch", "jax")
"""In the order of their speed on a CPU, as `bench/training.py` measures it."""


NEEDED = ("keras", "h5py", "matplotlib", "PIL", "sklearn")
"""What the extra `train` installs besides."""


def choose_backend() -> str:
    """The backend of Keras' own settings where it can train, else the fastest that is installed.

    Takes effect where Keras is not imported yet. Raises UsageError where there is none.
    """
    if "keras" in sys.modules:
        chosen = str(sys.modules["keras"].backend.backend())
        if chosen not in FASTEST:
            raise UsageError(say("train.backend", name=chosen, known=", ".join(FASTEST)))
        return chosen
    asked = os.environ.get("KERAS_BACKEND")
    if asked and asked not in FASTEST:
        raise UsageError(say("train.backend", name=asked, known=", ".join(FASTEST)))
    there = [name for name in FASTEST if find_spec(name)]
    if not there or not all(map(find_spec, NEEDED)):
        raise UsageError(say("train.missing"))
    if asked and asked not in there:
        raise UsageError(say("train.absent", name=asked, known=", ".join(there)))
    wanted = asked or _configured()
    chosen = wanted if wanted in there else there[0]
    os.environ["KERAS_BACKEND"] = chosen
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(_cache() / "jax"))
    os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0")
    with _muted():
        import keras
    if chosen != "tensorflow" and "tensorflow" not in sys.modules:
        _without_tensorflow(keras)
    return chosen


def _without_tensorflow(keras: Any) -> None:
    """Let Keras on another backend not load TensorFlow, as it does to seed it too: that takes seconds.

    Keras asks once whether it is there.
    """
    blocked: dict[str, Any] = sys.modules
    blocked["tensorflow"] = None
    try:
        keras.utils.set_random_seed(0)
    finally:
        del blocked["tensorflow"]


@contextmanager
def _muted() -> Iterator[None]:
    """TensorFlow's own remarks while it loads go past Python, to the process' standard error."""
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _configured() -> str | None:
    """What `keras.json` says."""
    home = os.environ.get("KERAS_HOME") or "~/.keras"
    try:
        found = json.loads(Path(home, "keras.json").expanduser().read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return found.get("backend") if isinstance(found, dict) else None


def _cache() -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(home, "sizeup").expanduser()


def seeded(seed: int, *, deterministic: bool) -> None:
    """Draw all that follows from a seed; the same to the last bit where the backend can."""
    import keras

    keras.utils.set_random_seed(seed)
    if not deterministic:
        return
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        tf.config.experimental.enable_op_determinism()
    elif keras.backend.backend() == "torch":
        import torch

        torch.use_deterministic_algorithms(True)


def reseeded(seed: int, epoch: int) -> None:
    """What an epoch draws apart from the states of its layers, the same when it is resumed."""
    import keras
    import numpy as np

    drawn = np.random.SeedSequence((seed, epoch)).generate_state(1)[0]
    keras.utils.set_random_seed(int(drawn))


def environment() -> dict[str, Any]:
    """Versions and the machine, as a run records them."""
    import keras
    import numpy as np

    name = keras.backend.backend()
    return {
        "sizeup": str(sys.modules["sizeup"].__version__),
        "keras": keras.__version__,
        "backend": name,
        name: str(sys.modules[name].__version__),
        "numpy": np.__version__,
        "python": platform.python_version(),
        "machine": platform.platform(),
        "processors": os.cpu_count(),
        "devices": _devices(name),
    }


def _devices(backend: str) -> list[str]:
    if backend == "torch":
        import torch

        count = torch.cuda.device_count()
        return [torch.cuda.get_device_name(number) for number in range(count)] or ["cpu"]
    import keras

    return list(map(str, keras.distribution.list_devices()))


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error of any backend says that memory ran out."""
    text = f"{type(error).__name__} {error}".lower()
    return isinstance(error, MemoryError) or any(
        sign in text
        for sign in ("resourceexhausted", "resource_exhausted", "outofmemory", "out of memory",
                     "can't allocate memory", "not enough memory", "failed to allocate")
    )  # fmt: skip
