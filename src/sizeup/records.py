"""Frozen records: what the network is made of, and what the rooms hand to each other.

A frozen dataclass compiles six functions of its own while its module loads, some 0.4 ms for each
class, which a command of 50 ms notices. A `Record` is declared and used alike, and shares these
functions with all others.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar, NoReturn, Self, dataclass_transform
else:

    def dataclass_transform(**_: object):  # noqa: ANN201, D103  (typing's, without importing it)
        return lambda cls: cls


@dataclass_transform(frozen_default=True)
class Record:
    """Named values that never change; equal where class and values are.

    Subclasses annotate their fields, those with a default last.

    >>> class Point(Record):
    ...     x: int
    ...     y: int = 0
    >>> Point(1).changed(y=2) == Point(1, 2)
    True
    """

    __match_args__: ClassVar[tuple[str, ...]] = ()
    __fields: ClassVar[frozenset[str]] = frozenset()
    __defaults: ClassVar[dict[str, object]] = {}

    def __init_subclass__(cls) -> None:
        cls.__match_args__ = tuple(cls.__annotations__)  # type: ignore[misc]
        cls.__fields = frozenset(cls.__match_args__)
        cls.__defaults = {n: getattr(cls, n) for n in cls.__match_args__ if hasattr(cls, n)}

    def __init__(self, *values: object, **named: object) -> None:
        contents = self.__dict__  # written to directly: attributes cannot be set
        contents.update(self.__defaults)
        contents.update(zip(self.__match_args__, values, strict=False), **named)
        if contents.keys() != self.__fields:
            raise TypeError(f"{type(self).__name__} has the fields {self.__match_args__}")

    def __setattr__(self, name: str, _: object) -> NoReturn:
        raise AttributeError(f"{name} of {type(self).__name__} cannot be set")

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        return self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash(tuple([self.__dict__[name] for name in self.__match_args__]))

    def __repr__(self) -> str:
        inside = ", ".join(f"{name}={self.__dict__[name]!r}" for name in self.__match_args__)
        return f"{type(self).__name__}({inside})"

    def changed(self, **values: Any) -> Self:
        """A copy with these values instead."""
        if not values.keys() <= self.__dict__.keys():
            raise TypeError(f"{type(self).__name__} has the fields {self.__match_args__}")
        copy = self.__class__.__new__(self.__class__)
        copy.__dict__.update(self.__dict__, **values)
        return copy
