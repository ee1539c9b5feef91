"""RNNs of Keras' own cells as the layers that they are: `RNN(LSTMCell(5))` is an `LSTM(5)`."""

from __future__ import annotations

from sizeup.analyses.tasks import CELLS, as_layer, within
from sizeup.naming import auto_names
from sizeup.network import add_known, times

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from sizeup.analyses.tasks import Task


def stacked(task: Task) -> tuple[Task, ...] | None:
    """An RNN of cells on top of each other as layers on top of each other; None of other cells."""
    inner = task.config["cell"].config.get("cells")
    entering = task.shapes[0]
    if entering is None or task.config["time_major"] or not inner:
        return None
    if any(cell.kind not in CELLS or "units" not in cell.config for cell in inner):
        return None
    return tuple(_layers(task))


def _layers(task: Task) -> Iterator[Task]:
    stack = task.config["cell"]
    cells, settings = stack.config["cells"], {k: v for k, v in task.config.items() if k != "cell"}
    x = task.shapes[0]
    assert x is not None
    names = auto_names((cell.kind, None) for cell in cells)
    for name, cell in zip(names, cells, strict=True):
        last = cell is cells[-1]
        config = settings if last else {**settings, "return_sequences": True}
        layer = as_layer(stack.changed(kind="RNN", config={**config, "cell": cell}))
        y = (*x[:2], cell.config["units"])
        leaving = y if config["return_sequences"] else (x[0], *y[2:])
        weights = tuple(p for p in task.weights if f"/{name}/" in f"/{p.name}")
        kernels = add_known(p.count for p in weights if p.name.endswith("kernel"))
        found = within(task, layer, [x], [leaving], times(kernels, x[1]))
        yield found.changed(weights=weights)
        x = y
