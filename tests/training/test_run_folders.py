"""A run's folder names whole files only, and holds no more than it needs."""

import json

import numpy as np
import pytest

from sizeup.errors import UsageError
from sizeup.training.runs import Folder, State


def epoch(val_loss):
    return {"loss": 1.0, "accuracy": 0.5, "val_loss": val_loss, "val_accuracy": 0.5, "seconds": 1.0}


def test_the_best_epoch_is_that_of_the_least_validation_loss():
    state = State()
    for loss in (3.0, 1.0, 2.0, 2.5):
        state = state.after(epoch(loss))
    assert (state.best, state.waited, len(state.epochs)) == (1, 2, 4)


def test_only_the_last_and_the_best_epoch_are_kept(tmp_path):
    folder, state = Folder(tmp_path), State()
    for number, loss in enumerate((3.0, 1.0, 2.0, 2.5)):
        state = state.after(epoch(loss))
        folder.commit(state, [np.full(3, number)])
    assert sorted(p.stem for p in (tmp_path / "checkpoints").iterdir()) == ["1", "3"]
    assert folder.kept(3)[0].tolist() == [3, 3, 3]
    assert folder.state() == state
    lines = (tmp_path / "history.csv").read_text().splitlines()
    assert lines[0] == "epoch,loss,accuracy,val_loss,val_accuracy,seconds"
    assert lines[4].startswith("4,1.0,0.5,2.5")
    assert json.loads((tmp_path / "history.jsonl").read_text().splitlines()[1])["val_loss"] == 1.0


def test_a_process_that_dies_between_files_loses_the_running_epoch_alone(tmp_path, monkeypatch):
    folder, state = Folder(tmp_path), State().after(epoch(1.0))
    folder.commit(state, [np.zeros(3)])
    monkeypatch.setattr(Folder, "write", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        folder.commit(state.after(epoch(0.5)), [np.ones(3)])
    assert folder.state() == state
    assert folder.kept(0)[0].tolist() == [0, 0, 0]


def test_a_full_disk_leaves_what_was_there(tmp_path, monkeypatch):
    folder, state = Folder(tmp_path), State().after(epoch(1.0))
    folder.commit(state, [np.zeros(3)])

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(UsageError, match="No space left on device; --resume goes on"):
        folder.commit(state.after(epoch(0.5)), [np.ones(3)])
    assert folder.state() == state
    assert [p.name for p in (tmp_path / "checkpoints").iterdir()] == ["0.npz"]


def test_damaged_files_say_so(tmp_path):
    folder = Folder(tmp_path)
    (tmp_path / "checkpoints").mkdir()
    (tmp_path / "checkpoints" / "0.npz").write_bytes(b"PK")
    (tmp_path / "state.json").write_text("{")
    with pytest.raises(UsageError, match=r"state\.json is damaged"):
        folder.state()
    with pytest.raises(UsageError, match=r"0\.npz is damaged"):
        folder.kept(0)
