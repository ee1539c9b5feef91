"""What a printed summary says, before anything is concluded from it."""

from __future__ import annotations

from sizeup.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sizeup.network import Shape


class Link(Record):
    """A tensor of the column "Connected to": the name of a layer, which call, which output.

    `whole` is false where the column cuts the name off.
    """

    name: str
    call: int = 0
    output: int = 0
    whole: bool = True


class Printed(Record):
    """One row: a layer as the table shows it.

    `shapes` are those of its outputs, None where the table does not show them. `count` is None
    where no number can be read, `built` is false where the table says that there are no weights
    yet. `links` is None in a table without such a column; `trainable` is what a column says of
    it, `inputs` and `kernel` are what torchinfo's columns say. A row that is `again` repeats one
    whose parameters are counted before.
    """

    line: int
    name: str
    kind: str
    depth: int = 0
    shapes: tuple[Shape, ...] | None = None
    count: int | None = None
    built: bool = True
    links: tuple[Link, ...] | None = None
    trainable: bool | None = None
    inputs: tuple[Shape, ...] | None = None
    kernel: tuple[int, ...] | None = None
    again: bool = False
    whole: bool = True
    """Whether the name and the kind are not cut off."""


class Figure(Record):
    """A total below the table, with its line."""

    count: int
    line: int


class Table(Record):
    """A whole summary: who printed it, from which line to which, and what stands below it.

    `line` is that of the header, `first` the one where the table begins. `style` is `keras 1`,
    `keras 2`, `keras 3`, `torchinfo` or `torchsummary`. `gaps` are the lines where rows
    are left out or the table breaks off.
    """

    style: str
    name: str | None
    line: int
    first: int
    last: int
    rows: tuple[Printed, ...]
    gaps: tuple[int, ...] = ()
    total: Figure | None = None
    trainable: Figure | None = None
    non_trainable: Figure | None = None
    optimizer: Figure | None = None

    @property
    def of_torch(self) -> bool:
        """Whether its layers are PyTorch's."""
        return self.style.startswith("torch")

    @property
    def adds_up(self) -> bool:
        """Whether the counts of the outermost rows add up to the total."""
        counts = (row.count or 0 for row in self.rows if not row.depth)
        return self.stated is None or self.stated == sum(counts)

    @property
    def stated(self) -> int | None:
        """The total, without the optimizer's variables that Keras 3 adds to it."""
        if self.total is None or self.optimizer is None:
            return None if self.total is None else self.total.count
        return self.total.count - self.optimizer.count
