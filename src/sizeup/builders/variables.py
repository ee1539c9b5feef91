"""Names for what the statements of a plan make, as people name tensors and layers."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Iterator

from sizeup.builders.plan import Freeze, Held, Invoke, Items, Operation, Statement, Tensor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sizeup.builders.plan import Plan

POOL = ("x", "y", "z", "u", "v", "w")
"""Names of tensors on their way."""

RESERVED = frozenset({"keras", "layers", "ops", "model", "_"})


def identifier(text: str) -> str:
    """A text as a name of Python."""
    name = re.sub(r"\W+", "_", text, flags=re.ASCII).strip("_") or "network"
    name = f"n{name}" if name[0].isdigit() else name
    return f"{name}_" if keyword.iskeyword(name) else name


class Named:
    """A plan's statements with a name for each number at the time of each statement.

    `lines` holds (targets, statement, names) in order; a statement that is a text is an alias.
    """

    def __init__(self, plan: Plan, taken: Iterable[str]) -> None:
        self.plan = plan
        self.taken = {*taken, *RESERVED}
        self.names: dict[int, str] = {}
        self.holds: dict[str, int] = {}
        self.uses: dict[int, list[int]] = {}
        for place, each in enumerate(plan.statements):
            for tensor in tensors_in(each.value if isinstance(each, Statement) else None):
                self.uses.setdefault(tensor.number, []).append(place)

    def lines(self) -> Iterator[tuple[str, Statement | Freeze | str, dict[int, str]]]:
        """Targets, the statement, and the names that hold when it is carried out."""
        for place, each in enumerate(self.plan.statements):
            if isinstance(each, Freeze):
                yield "", each, dict(self.names)
                continue
            entering = list(tensors_in(each.value))
            before = dict(self.names)  # what is kept beside goes on under its name
            yield from self._aliases(each, entering, place)
            targets = ", ".join(self._target(t, each, entering, place) for t in each.targets)
            yield targets, each, before

    def _aliases(
        self, each: Statement, entering: list[Tensor], place: int
    ) -> Iterator[tuple[str, str, dict[int, str]]]:
        """`skip = x` where a tensor goes on and is merged with what comes of it later."""
        for tensor in {t.number: t for t in entering}.values():
            name = self.names[tensor.number]
            later = [use for use in self.uses[tensor.number] if use > place]
            if len(entering) > 1 or name not in POOL or not later or name != "x":
                continue
            if all(self._is_merge(use) for use in later) and self._makes_way(each):
                alias = self._free_of("skip", place)
                self.holds[alias] = tensor.number
                del self.holds[name]
                self.names[tensor.number] = alias
                yield alias, name, dict(self.names)

    def _makes_way(self, each: Statement) -> bool:
        return all(isinstance(target, Tensor) for target in each.targets)

    def _is_merge(self, place: int) -> bool:
        each = self.plan.statements[place]
        return isinstance(each, Statement) and len(list(tensors_in(each.value))) > 1

    def _target(
        self, target: Tensor | Held, each: Statement, entering: list[Tensor], place: int
    ) -> str:
        if isinstance(target, Held):
            name = self._unique(identifier(target.hint))
        elif isinstance(each.value, Invoke) and each.value.function == "keras.Input":
            said = dict(each.value.keywords).get("name")
            name = self._unique(identifier(said.value) if said else "inputs")
        elif target.number not in self.uses:
            return "_"
        else:
            name = self._pooled(entering, place)
            self.holds[name] = target.number
        self.names[target.number] = name
        return name

    def _pooled(self, entering: list[Tensor], place: int) -> str:
        pool = [name for name in POOL if name not in self.taken]
        pool += [f"x{number}" for number in range(1, 100)]
        dying = [
            self.names[t.number] for t in entering if self._is_free(self.names[t.number], place)
        ]
        best = [name for name in pool if name in dying]
        if "x" in pool and self._is_free("x", place):
            return "x"
        return best[0] if best else next(name for name in pool if self._is_free(name, place))

    def _is_free(self, name: str, place: int) -> bool:
        number = self.holds.get(name)
        return number is None or max(self.uses[number]) <= place

    def _unique(self, name: str) -> str:
        found, number = name, 1
        while found in self.taken or found in POOL:
            number += 1
            found = f"{name}_{number}"
        self.taken.add(found)
        return found

    def _free_of(self, name: str, place: int) -> str:
        found, number = name, 1
        while found in self.taken or not self._is_free(found, place):
            number += 1
            found = f"{name}_{number}"
        return found


def tensors_in(code: Any) -> Iterator[Tensor]:
    """The tensors that code uses."""
    match code:
        case Tensor():
            yield code
        case Items(entries):
            for entry in entries:
                yield from tensors_in(entry)
        case Operation(_, operands):
            for operand in operands:
                yield from tensors_in(operand)
        case Invoke(function, arguments, keywords):
            if not isinstance(function, str):
                yield from tensors_in(function)
            for argument in (*arguments, *(value for _, value in keywords)):
                yield from tensors_in(argument)
