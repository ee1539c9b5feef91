"""`dataclasses`, named tuples and `typing.NamedTuple`: classes that are lists of fields."""

from __future__ import annotations

import ast

from sizeup.readers.source.attributes import bind
from sizeup.readers.source.builtin_functions import table
from sizeup.readers.source.calls import field_values, instantiate
from sizeup.readers.source.machine import Machine, lost_value
from sizeup.readers.source.methods import attribute_of_known
from sizeup.readers.source.operators import iterate
from sizeup.readers.source.values import MISSING, Builtin, Class, Default, Instance
from sizeup.readers.source.written import written

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any
    Arguments = list[Any]
    Keywords = dict[str, Any]


# -- dataclasses --------------------------------------------------------------------------


def dataclass(_m: Machine, a: Arguments, _k: Keywords, _node: ast.AST) -> Value:
    """`@dataclass`, with arguments or without."""
    if not a:
        return Builtin("dataclass", dataclass)
    cls = a[0]
    if isinstance(cls, Class) and cls.node is not None:
        inherited = cls.find("<fields>")[0]
        fields = dict(inherited) if inherited is not MISSING else {}
        for statement in cls.node.body:
            if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                name = statement.target.id
                if "ClassVar" not in written(statement.annotation):
                    fields[name] = cls.namespace.get(name, MISSING)
        cls.namespace["<fields>"] = fields
    return cls


def _field(_m: Machine, _a: Arguments, k: Keywords, _node: ast.AST) -> Value:
    return Default(k.get("default", MISSING), k.get("default_factory"), init=k.get("init", True))


def _as_dict(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    value = m.resolve(a[0])
    if not isinstance(value, Instance) or value.cls is None:
        return m.world.unseen_value(m, node)

    def plain(value: Value) -> Value:
        m.budget.spend()
        if isinstance(value, Instance) and value.cls is not None:
            fields = value.cls.find("<fields>")[0]
            if fields is not MISSING:
                return {name: plain(value.attributes[name]) for name in fields}
        if isinstance(value, list):
            return [plain(element) for element in value]
        if isinstance(value, dict):
            return {key: plain(element) for key, element in value.items()}
        return tuple(map(plain, value)) if type(value) is tuple else value

    return plain(value)


def _as_tuple(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
    found = _as_dict(m, a, k, node)
    return tuple(found.values()) if isinstance(found, dict) else found


def _replace(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
    value = m.resolve(a[0])
    cls = value.cls if isinstance(value, Instance) else None
    fields: Value = cls.find("<fields>")[0] if cls is not None else MISSING
    if fields is MISSING:
        return lost_value(node)
    kept = {n: value.attributes[n] for n, d in fields.items()
            if not (isinstance(d, Default) and d.init is False)}  # fmt: skip
    return instantiate(m, value.cls, [], {**kept, **k}, node)


def _fields(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    value = m.resolve(a[0])
    cls = value.cls if isinstance(value, Instance) else value
    fields: Value = cls.find("<fields>")[0] if isinstance(cls, Class) else MISSING
    if fields is MISSING:
        return m.world.unseen_value(m, node)
    found = []
    for name in fields:
        entry = Instance(None)
        entry.attributes["name"] = name
        found.append(entry)
    return tuple(found)


# -- named tuples ---------------------------------------------------------------------------


class NamedTuple(tuple["Any", ...]):  # noqa: SLOT001
    """An object of a named tuple's class: a tuple whose elements have names."""

    cls: Class  # no slots: a tuple's own size varies

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of the elements."""
        return tuple(self.cls.find("<fields>")[0])

    def attribute(self, m: Machine, name: str, node: ast.AST) -> Value:
        """An element by its name, a method of the class, or of named tuples."""
        if name in self.fields:
            return self[self.fields.index(name)]
        if name == "_fields":
            return self.fields
        if name == "_asdict":
            return Builtin(name, lambda _m, _a, _k, _n: dict(zip(self.fields, self, strict=True)))
        if name == "_replace":
            return Builtin(name, self._replace)
        if name == "__class__":
            return self.cls
        found, _ = self.cls.find(name)
        if found is not MISSING:
            return bind(m, found, self, node)
        return attribute_of_known(m, self, name, node)

    def _replace(self, m: Machine, _a: Arguments, k: Keywords, node: ast.AST) -> Value:
        return instantiate(
            m, self.cls, [], {**dict(zip(self.fields, self, strict=True)), **k}, node
        )


class TupleBase:
    """What makes the objects of a class named tuples: the last of its bases."""

    name = "NamedTuple"

    def make_whole(self, m: Machine, cls: Class, a: Arguments, k: Keywords, node: ast.AST) -> Value:
        """The object with all of its elements."""
        values = field_values(m, cls, cls.find("<fields>")[0], a, k, node)
        made = NamedTuple(values.values())
        made.cls = cls
        return made

    def call(self, m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
        """`NamedTuple('Point', [('x', int), …])`."""
        pairs = a[1] if len(a) > 1 else k.get("fields", ())
        names = [next(iterate(m, pair, node)) for pair in iterate(m, pairs, node)]
        return named_tuple(m, [a[0], names], {}, node)

    def attribute(self, m: Machine, name: str, node: ast.AST) -> Value:
        """Of the class itself."""
        return m.world.inert(name)

    def prepare(self, m: Machine, cls: Class) -> None:
        """The annotations of a class that derives from `NamedTuple` are its fields."""
        if cls.find("<fields>")[0] is MISSING:
            dataclass(m, [cls], {}, cls.node or ast.Pass())
            fields = cls.namespace["<fields>"]
            for name in fields:
                cls.namespace.pop(name, None)
            cls.namespace["_fields"] = tuple(fields)


TUPLE = TupleBase()


def named_tuple(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
    """`namedtuple('Point', 'x y', defaults=(0,))`."""
    name = m.resolve(a[0] if a else k.get("typename"))
    fields = m.resolve(a[1] if len(a) > 1 else k.get("field_names"))
    spelled = fields.replace(",", " ").split() if isinstance(fields, str) else fields
    names = list(iterate(m, spelled, node))
    defaults = list(iterate(m, k.get("defaults") or (), node))
    values = [MISSING] * (len(names) - len(defaults)) + defaults
    namespace = {"<fields>": dict(zip(names, values, strict=True)), "_fields": tuple(names)}
    made = Class(name, (TUPLE,), namespace, None, name)
    made.namespace["_make"] = Builtin(
        "_make", lambda m, a, _k, node: instantiate(m, made, list(iterate(m, a[0], node)), {}, node)
    )
    return made


MEMBERS: dict[str, Value] = {
    **table({
        "dataclasses.dataclass": dataclass, "dataclasses.field": _field,
        "dataclasses.asdict": _as_dict, "dataclasses.astuple": _as_tuple,
        "dataclasses.replace": _replace, "dataclasses.fields": _fields,
    }),
    "typing.NamedTuple": TUPLE,
}  # fmt: skip
