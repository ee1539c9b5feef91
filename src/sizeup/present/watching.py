"""Training as a person watches it: bars in a terminal, a line for each epoch elsewhere."""

from __future__ import annotations

import sys
from contextlib import contextmanager

from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.progress import Progress, TaskID

    from sizeup.training.engine import Moment


class Watch:
    """Tells on standard error what is happening; with bars where there is a terminal."""

    def __init__(self, bars: Progress | None) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def remarks(self, remarks: Sequence[str]) -> None:
        """What was decided before anything is trained."""
        for remark in remarks:
            self._print(remark)

    def moment(self, moment: Moment) -> None:
        """A batch, or an epoch that is whole."""
        if self._bars is not None:
            self._draw(self._bars, moment)
        if moment.first is not None:
            self._print(say("train.first", run=moment.run, seconds=f"{moment.first:.1f}"))
        if moment.logs is not None:
            self._print(_line(moment))

    def _draw(self, bars: Progress, moment: Moment) -> None:
        from rich.markup import escape

        if moment.run not in self._tasks:
            self._tasks[moment.run] = bars.add_task(escape(moment.run), total=moment.epochs)
        within = moment.batch / moment.batches if moment.batches else 1.0
        bars.update(self._tasks[moment.run], completed=moment.epoch - 1 + within)
        if moment.logs is not None and moment.epoch == moment.epochs:
            bars.remove_task(self._tasks.pop(moment.run))

    def _print(self, text: str) -> None:
        if self._bars is not None:
            self._bars.console.print(text, soft_wrap=True, markup=False)
        else:
            print(text, file=sys.stderr, flush=True)  # noqa: T201


def _line(moment: Moment) -> str:
    logs = moment.logs or {}
    if "val_accuracy" not in logs or logs["loss"] != logs["loss"]:
        return say("train.no_epoch", run=moment.run, epoch=moment.epoch)
    return say(
        "train.epoch",
        run=moment.run,
        epoch=moment.epoch,
        epochs=moment.epochs,
        loss=f"{logs['loss']:.4f}",
        accuracy=f"{100 * logs['accuracy']:.1f} %",
        validation=f"{100 * logs['val_accuracy']:.1f} %",
        seconds=f"{logs['seconds']:.1f}",
    )


@contextmanager
def watching() -> Iterator[Watch]:
    """Watch as long as training lasts."""
    if not sys.stderr.isatty():
        yield Watch(None)
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True, highlight=False), transient=True) as bars:
        yield Watch(bars)
