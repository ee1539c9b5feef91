"""`collections` and `types`: containers that answer a missing key, count, or have two ends."""

from __future__ import annotations

import ast
from collections import OrderedDict

from sizeup.readers.source.builtin_functions import dict_of, table
from sizeup.readers.source.calls import call
from sizeup.readers.source.iterators import Iter
from sizeup.readers.source.libraries.fields import named_tuple
from sizeup.readers.source.libraries.options import Namespace
from sizeup.readers.source.machine import Machine, line_of
from sizeup.readers.source.methods import attribute_of_known
from sizeup.readers.source.operators import iterate
from sizeup.readers.source.values import Builtin, Lost, Open, Raised

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Value = Any
    Arguments = list[Any]
    Keywords = dict[str, Any]


class DefaultDict(dict["Any", "Any"]):
    """`defaultdict(factory)`."""

    factory: Value = None

    def item(self, m: Machine, index: Value, node: ast.AST) -> Value:
        """`d[key]`, made where it is missing."""
        if index not in self and self.factory is not None:
            m.touch(self)
            self[index] = call(m, self.factory, [], {}, node)
        if index not in self:
            raise Raised("KeyError", repr(index), line_of(node))
        return self[index]


class Count(dict["Any", "Any"]):
    """`Counter(elements)`."""

    def item(self, _m: Machine, index: Value, _node: ast.AST) -> Value:
        """`c[key]`, 0 where it is missing."""
        return self.get(index, 0)

    def attribute(self, m: Machine, name: str, node: ast.AST) -> Value:
        """A counter's own methods, else a dictionary's."""
        own = {"most_common": self._most, "elements": self._all, "update": self._update}.get(name)
        return Builtin(name, own) if own else attribute_of_known(m, self, name, node)

    def _most(self, m: Machine, a: Arguments, _k: Keywords, _node: ast.AST) -> Value:
        order = sorted(self.items(), key=lambda pair: pair[1], reverse=True)
        return order[: m.resolve(a[0])] if a else order

    def _all(self, _m: Machine, _a: Arguments, _k: Keywords, _node: ast.AST) -> Value:
        return Iter([key for key, number in self.items() for _ in range(number)])

    def _update(self, m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> None:
        m.touch(self)
        for element in iterate(m, a[0], node):
            self[element] = self.get(element, 0) + 1


class Deque(list["Any"]):
    """`deque(elements, maxlen)`."""

    longest: int | None = None

    def attribute(self, m: Machine, name: str, node: ast.AST) -> Value:
        """What works at the left end, and what keeps the length."""
        own = DEQUE.get(name)
        if own is None:
            return attribute_of_known(m, self, name, node)
        return Builtin(name, lambda m, a, _k, node: own(self, m, a, node))


def _popleft(own: Deque, m: Machine, _a: Arguments, node: ast.AST) -> Value:
    if not own:
        raise Raised("IndexError", "pop from an empty deque", line_of(node))
    m.touch(own)
    return own.pop(0)


def _append(own: Deque, m: Machine, a: Arguments, _node: ast.AST) -> None:
    m.touch(own)
    own.append(a[0])
    del own[: max(0, len(own) - (own.longest or len(own)))]


def _extend(own: Deque, m: Machine, a: Arguments, node: ast.AST) -> None:
    for element in iterate(m, a[0], node):
        _append(own, m, [element], node)


def _appendleft(own: Deque, m: Machine, a: Arguments, _node: ast.AST) -> None:
    m.touch(own)
    own.insert(0, a[0])
    del own[own.longest or len(own) :]


def _rotate(own: Deque, m: Machine, a: Arguments, _node: ast.AST) -> None:
    m.touch(own)
    by = m.resolve(a[0]) if a else 1
    own[:] = [own[(i - by) % len(own)] for i in range(len(own))]


DEQUE: dict[str, Callable[..., Value]] = {
    "popleft": _popleft, "append": _append, "extend": _extend, "appendleft": _appendleft,
    "rotate": _rotate,
}  # fmt: skip


def _default_dict(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
    contents = dict_of(m, a[1:], k, node)
    if not isinstance(contents, dict):
        return contents
    made = DefaultDict(contents)
    made.factory = m.resolve(a[0]) if a else None
    return made


def _counter(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
    source = m.resolve(a[0]) if a else ()
    if isinstance(source, Open | Lost):
        return m.world.unseen_value(m, node)
    if isinstance(source, dict):
        return Count(source)
    made = Count(k)
    for element in iterate(m, source, node):
        made[element] = made.get(element, 0) + 1
    return made


def _deque(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
    made = Deque(iterate(m, a[0], node) if a else ())
    longest = m.resolve(a[1] if len(a) > 1 else k.get("maxlen"))
    made.longest = longest if isinstance(longest, int) else None
    if made.longest is not None:
        del made[: max(0, len(made) - made.longest)]
    return made


def _chain_map(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    merged: dict[Value, Value] = {}
    for source in reversed(a):
        found = m.resolve(source)
        if not isinstance(found, dict):
            return m.world.unseen_value(m, node)
        merged.update(found)
    return merged


def _ordered(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
    found = dict_of(m, a, k, node)
    return OrderedDict(found) if isinstance(found, dict) else found


def _namespace(_m: Machine, _a: Arguments, k: Keywords, _node: ast.AST) -> Value:
    return Namespace(dict(k))


MEMBERS: dict[str, Value] = table({
    "collections.defaultdict": _default_dict, "collections.Counter": _counter,
    "collections.deque": _deque, "collections.ChainMap": _chain_map,
    "collections.OrderedDict": _ordered, "collections.namedtuple": named_tuple,
    "types.SimpleNamespace": _namespace,
})  # fmt: skip
