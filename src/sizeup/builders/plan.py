"""Statements of Keras code as data, in the order in which they are carried out."""

from __future__ import annotations

from sizeup.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Code = "Value | Tensor | Held | Invoke | Items | Item"


class Value(Record):
    """A literal: a number or an expression, a text, a flag, None, a tuple or list of these."""

    value: Any


class Tensor(Record):
    """A tensor by its number in the plan."""

    number: int


class Held(Record):
    """A layer or model that an earlier statement made, by its number; `hint` is a good name."""

    number: int
    hint: str = "layer"


class Invoke(Record):
    """A call: of `layers.Dense`, of `keras.Model`, of a class of the plan's, of what is held."""

    function: Any
    arguments: tuple[Any, ...] = ()
    keywords: tuple[tuple[str, Any], ...] = ()


class Items(Record):
    """A list, whose entries may be code."""

    entries: tuple[Any, ...]


class Operation(Record):
    """Operators and brackets between tensors and values: `{0} * {1}`, `{0}[:, 1:]`.

    `template` has a place for each of `operands`; `key` is what stands in brackets, if anything.
    """

    sign: str
    operands: tuple[Any, ...]
    key: Any = None


class Text(Record):
    """Code that stands as it is."""

    text: str


class Lambda(Record):
    """A function of one argument, a tensor or a list of them, as an expression of these."""

    inputs: tuple[Tensor, ...]
    value: Any


class Own(Record):
    """What a layer's `self` holds under a name."""

    name: str


class Owned(Record):
    """A weight of a layer's own; None in its shape stands for the last axis of what enters."""

    name: str
    shape: tuple[int | None, ...]
    dtype: str = "float32"
    trainable: bool = True


class Cell(Record):
    """What an RNN's cell says besides: its sizes, and what enters the layers that it builds.

    A size is a number or a shape without the batch; `output` is None where it is the first state's.
    """

    states: tuple[Any, ...]
    output: Any
    builds: tuple[tuple[str, tuple[int | None, ...]], ...]


class Definition(Record):
    """A class of the source's own as one of Keras 3: what `self` holds, and its call.

    `layers` are constructors by the names under which `self` holds them; `inputs` are the tensors
    of a call, `outputs` what it gives; `statements` lead from these to those. Those of a `cell`
    are the input of a step and the states, and its output and the states. `leaves` is the shape that
    leaves it, where a wrapper asks: None at places where it is as it enters, empty if it is so at all.
    """

    name: str
    weights: tuple[Owned, ...]
    layers: tuple[tuple[str, Any], ...]
    inputs: tuple[Tensor, ...]
    statements: tuple[Statement, ...]
    outputs: tuple[Any, ...]
    cell: Cell | None = None
    leaves: tuple[int | None, ...] | None = None


class Statement(Record):
    """`targets = value`; of no targets, what is done for its effect."""

    targets: tuple[Tensor | Held, ...]
    value: Any


class Freeze(Record):
    """`held.trainable = False`."""

    held: Held


class Plan(Record):
    """A network as statements, the last of which makes what is returned.

    `classes` are layers that Keras 3 does not have, by their names in `legacy`, `definitions` those
    of the source's own, each behind those that it needs; `notes` say what is not as in the source.
    """

    name: str
    statements: tuple[Statement | Freeze, ...]
    result: Held
    classes: tuple[str, ...] = ()
    definitions: tuple[Definition, ...] = ()
    notes: tuple[str, ...] = ()
