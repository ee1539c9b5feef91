"""A run's folder: everything about one training of one network, readable at any moment.

config.json          what was asked: the network, its settings, the data, the recipe
environment.json     versions and the machine
state.json           how far it is; written last in each epoch, so that it names whole files
checkpoints/         all variables after the last and after the best epoch
history.csv, .jsonl  an epoch per line
best.weights.h5, last.weights.h5, result.json    once it has ended
"""

from __future__ import annotations

import json
import os
import re
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from sizeup.errors import UsageError
from sizeup.records import Record
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any


class Recipe(Record):
    """How networks are trained, the same for all that are compared.

    `patience` is after how many epochs without a better validation loss a run ends, None for
    never; `validation` the share of the samples that is kept aside.
    """

    epochs: int = 12
    batch_size: int = 128
    optimizer: str = "adam"
    learning_rate: float | None = None
    patience: int | None = None
    validation: float = 0.1
    normalization: str = "unit"
    deterministic: bool = False
    mixed_precision: bool = False
    tensorboard: bool = False

    @property
    def policy(self) -> str:
        """Keras' dtype policy."""
        return "mixed_bfloat16" if self.mixed_precision else "float32"

    def as_dict(self) -> dict[str, Any]:
        """As it stands in `config.json`."""
        return {name: getattr(self, name) for name in self.__match_args__}


class State(Record):
    """How far a run is: the epochs that are whole, and which of them was the best.

    `ended` is None while it runs, else `done`, `early` (no better epoch for a while) or `nan`.
    `waited` is how many epochs have passed since the best one.
    """

    epochs: tuple[Mapping[str, float], ...] = ()
    best: int | None = None
    waited: int = 0
    ended: str | None = None

    def after(self, epoch: Mapping[str, float]) -> State:
        """With one more epoch, the best where its validation loss is the least so far."""
        better = self.best is None or epoch["val_loss"] < self.epochs[self.best]["val_loss"]
        return State(
            epochs=(*self.epochs, epoch),
            best=len(self.epochs) if better else self.best,
            waited=0 if better else self.waited + 1,
        )


class Folder:
    """The folder of one run."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, name: str, content: object) -> None:
        """A JSON document, whole or not at all."""
        self._replace(self.path / name, (json.dumps(content, indent=1) + "\n").encode())

    def read(self, name: str) -> Any:
        """A JSON document, None where there is none. Raises UsageError for a damaged one."""
        try:
            return json.loads((self.path / name).read_text("utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            return None
        except ValueError as error:
            raise UsageError(say("train.damaged", path=self.path / name)) from error

    def state(self) -> State:
        """How far the run is. Raises UsageError where that is damaged."""
        found = self.read("state.json")
        if found is None:
            return State()
        try:
            return State(tuple(found["epochs"]), found["best"], found["waited"], found["ended"])
        except (KeyError, TypeError) as error:
            raise UsageError(say("train.damaged", path=self.path / "state.json")) from error

    def remove(self, name: str) -> None:
        """Take a file away, if it is there."""
        (self.path / name).unlink(missing_ok=True)

    def commit(self, state: State, arrays: Sequence[Any] | None = None) -> None:
        """An epoch that is whole: the variables first, then the state that names them."""
        last, best = len(state.epochs) - 1, state.best
        if arrays is not None:
            self.keep(last, arrays)
        self.write("state.json", {
            "epochs": list(state.epochs), "best": best, "waited": state.waited,
            "ended": state.ended,
        })  # fmt: skip
        for file in (self.path / "checkpoints").glob("*.npz"):
            if file.stem not in (str(last), str(best)):
                file.unlink()
        self._tell(state.epochs)

    def keep(self, epoch: int, arrays: Sequence[Any]) -> None:
        """All variables after an epoch."""
        import io

        import numpy as np

        held = io.BytesIO()
        np.savez(held, **{str(number): array for number, array in enumerate(arrays)})
        self._replace(self.path / "checkpoints" / f"{epoch}.npz", held.getvalue())

    def kept(self, epoch: int) -> list[Any]:
        """The variables after an epoch. Raises UsageError where they cannot be read."""
        import numpy as np

        path = self.path / "checkpoints" / f"{epoch}.npz"
        try:
            with np.load(path, allow_pickle=False) as file:
                return [file[str(number)] for number in range(len(file.files))]
        except Exception as error:  # a damaged archive fails in many ways
            raise UsageError(say("train.damaged", path=path)) from error

    def put(self, name: str, save: Callable[[Path], object]) -> None:
        """A file that something else writes, whole or not at all."""
        path = self.path / name
        beside = path.with_name(f"partial.{path.name}")
        try:
            save(beside)
            beside.replace(path)
        except OSError as error:
            reason = error.strerror or " ".join(str(error).split())
            raise UsageError(say("train.unwritable", path=path, reason=reason)) from error

    def _tell(self, epochs: Sequence[Mapping[str, float]]) -> None:
        if not epochs:
            return
        lines = [json.dumps({"epoch": n, **e}) + "\n" for n, e in enumerate(epochs, 1)]
        self._replace(self.path / "history.jsonl", "".join(lines).encode())
        names = list(epochs[0])
        table = [",".join(["epoch", *names])]
        table += [",".join([str(n), *(repr(e[name]) for name in names)])
                  for n, e in enumerate(epochs, 1)]  # fmt: skip
        self._replace(self.path / "history.csv", ("\n".join(table) + "\n").encode())

    def _replace(self, path: Path, content: bytes) -> None:
        beside = path.with_name(f".{path.name}.partial")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with beside.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        except OSError as error:
            with suppress(OSError):
                beside.unlink(missing_ok=True)
            reason = error.strerror or str(error)
            raise UsageError(say("train.unwritable", path=path, reason=reason)) from error


def place_of(name: str, seed: int) -> Path:
    """The folder of a run in the experiment's; names may hold what no file name should.

    What another name could come to as well ends with a digest of its own.
    """
    plain = re.sub(r"[^\w.+=-]+", "_", name)
    if re.search(r"[^\w.+=:, -]", name) or plain.startswith("."):
        plain = f"{plain.lstrip('.')[:80]}-{sha256(name.encode()).hexdigest()[:8]}"
    return Path(plain, f"seed-{seed}")
