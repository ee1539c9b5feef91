"""The errors that sizeup raises on purpose; anything else is a defect of sizeup."""

from __future__ import annotations

from sizeup.places import place


class SizeupError(Exception):
    """A request that cannot be answered, said in one line.

    The command line prints it as `sizeup: WHERE: WHAT` and exits with status 2.
    `line` is 1-based in the original text, `source` the name that the person gave.
    """

    def __init__(self, what: str, *, line: int | None = None, source: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.line = line
        self.source = source

    def __str__(self) -> str:
        where = [self.source] if self.source else []
        if self.line is not None:
            where.append(place(self.line))
        return ": ".join([*where, self.what])


class ReadError(SizeupError):
    """The input cannot be read: missing, empty, not a network, hostile."""


class UsageError(SizeupError):
    """The call is wrong: an unknown name, a value that makes no sense."""


class SizingError(SizeupError):
    """A layer cannot take the input that it is given; Keras would raise here."""


class OpenSizeError(SizingError):
    """A size hangs on what is open in a way that no formula here follows; Keras may be fine."""


class BudgetError(SizeupError):
    """Reading was ended because it exceeded its budget of steps, depth or size."""


class PortError(SizeupError):
    """A network that cannot be built in Keras 3, or of which a part is not known."""
