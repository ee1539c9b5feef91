"""What a source says by name: constants and arguments that somebody may have meant otherwise.

Each name is bound anew and the source read again, as `--set` does, so that everything that
hangs on it changes with it.
"""

from __future__ import annotations

import ast
from copy import deepcopy

from sizeup.analyses import expect_values as values
from sizeup.analyses.count import count
from sizeup.errors import SizeupError
from sizeup.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator, Mapping, Sequence
    from typing import Any

    from sizeup.analyses.expect_values import Role
    from sizeup.network import Network

    Read = Callable[["Variant"], Sequence[Network]]

WINDOW = 11
"""A `size` up to it is one of a window."""
HINTS: tuple[tuple[str, Role], ...] = (
    ("class", values.CLASSES), ("label", values.CLASSES), ("vocab", values.VOCABULARY),
    ("word", values.VOCABULARY), ("token", values.VOCABULARY), ("kernel", values.KERNEL),
    ("pool", values.POOL), ("stride", values.POOL), ("channel", values.WIDTH), ("size", values.WIDTH),
)  # fmt: skip
FACTORS = (0.5, 0.75, 2.0, 0.25, 1.25, 1.5, 1.4, 0.35, 1.0)
FACTOR_HINTS = ("alpha", "mult", "width", "depth", "scale", "ratio", "factor", "expan", "coef")
"""Names whose fractions say how large a network is."""
DEPTHS = ((2, 2, 2, 2), (3, 4, 6, 3), (3, 4, 23, 3), (3, 8, 36, 3), (3, 3, 9, 3), (3, 3, 27, 3),
          (2, 2, 6, 2), (2, 2, 18, 2), (6, 12, 24, 16), (6, 12, 32, 32), (6, 12, 48, 32))  # fmt: skip
"""Blocks of stages as residual, ConvNeXt, Swin and dense networks have them."""
FREE = "free_number"
"""What stands for a literal that is left open."""
NEAR = (1, -1, 2, -2, 3, 4, -3)
"""Steps by which a number that no formula follows is tried."""


class Named(Record):
    """A name of a source with the literals that it has somewhere, and where each of them is.

    `near` are constants of the module and arguments of what builds the network; a `loop` is one
    over a literal, which only another literal changes.
    """

    name: str
    said: tuple[Any, ...]
    near: bool
    places: Mapping[Any, tuple[ast.expr, ...]]
    loop: bool = False

    @property
    def role(self) -> Role:
        """What the name tells of its number."""
        lowered = self.name.lower()
        if "size" in lowered and all(type(each) is int and each <= WINDOW for each in self.said):
            return values.KERNEL
        return next((role for hint, role in HINTS if hint in lowered), values.WIDTH)

    def line(self, said: Any) -> int | None:
        """The line in which a literal stands first."""
        places = self.places.get(said, ())
        return places[0].lineno if places else None


class _Literals:
    """The literals that names have, in the order in which they are met."""

    def __init__(self) -> None:
        self.said: dict[str, dict[Any, list[ast.expr]]] = {}
        self.near: set[str] = set()

    def note(self, name: str, node: ast.expr | None, *, near: bool) -> None:
        value = _literal(node)
        if node is not None and value is not None:
            self.said.setdefault(name, {}).setdefault(value, []).append(node)
            if near:
                self.near.add(name)


def names(tree: ast.Module, builders: Sequence[str]) -> tuple[Named, ...]:
    """Constants of the module and arguments of functions, with literals; the builders' first."""
    found = _Literals()
    for statement in tree.body:
        if isinstance(statement, ast.Assign):
            for target in statement.targets:
                if isinstance(target, ast.Name):
                    found.note(target.id, statement.value, near=True)
    takes: dict[str, list[str]] = {}
    for owner, function in _functions(tree):
        takes[owner] = _defaults(found, function, owner in builders or owner.lower() in builders)
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in takes:
            for name, node in zip(takes[call.func.id], call.args, strict=False):
                found.note(name, node, near=False)
            for keyword in call.keywords:
                if keyword.arg in takes[call.func.id]:
                    found.note(keyword.arg, keyword.value, near=False)
    listed = [
        Named(name, tuple(said), name in found.near, {k: tuple(v) for k, v in said.items()}, looped)
        for literals, looped in ((found, False), (_loops(tree), True))
        for name, said in literals.said.items()
    ]
    return tuple(sorted(listed, key=lambda named: not (named.near or named.loop)))


def _loops(tree: ast.Module) -> _Literals:
    """The literals that loops go over, by the names that these give to what is in them."""
    found = _Literals()
    for loop in ast.walk(tree):
        if isinstance(loop, ast.For) and isinstance(loop.target, ast.Name):
            found.note(loop.target.id, loop.iter, near=False)
    return found


def _defaults(found: _Literals, function: ast.FunctionDef, near: bool) -> list[str]:
    """Note the defaults of a function; returns the names that its calls may give."""
    taken = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
    defaults = function.args.defaults
    for name, node in zip(taken[len(taken) - len(defaults) :], defaults, strict=True):
        found.note(name, node, near=near)
    for each, default in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True):
        found.note(each.arg, default, near=near)
        taken.append(each.arg)
    return taken[1:] if taken[:1] == ["self"] else taken


def _functions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Functions by name; the constructor of a class by the class's."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef) and inner.name == "__init__":
                    yield node.name, inner


def _literal(node: ast.expr | None) -> Any:
    """A number, a flag, a text, or a sequence of integers; None for anything else."""
    try:
        value = ast.literal_eval(node) if node is not None else None
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None
    if isinstance(value, list | tuple):
        numbers = bool(value) and all(type(each) is int for each in value)
        return tuple(value) if numbers else None
    return value if isinstance(value, bool | int | float | str) else None


class Variant(Record):
    """A source read again with a name bound, as `--set` does, or a literal made another."""

    settings: Mapping[str, Any]
    edit: Callable[[ast.Module], ast.Module] | None = None


def bound(named: Named, value: Any) -> Variant:
    """A name with another value everywhere; what only a builder's argument or a constant takes."""
    return Variant({named.name: value})


def rewritten(named: Named, said: Any, value: Any) -> Variant:
    """The literal of a name as another value, or as a free name (None)."""
    places = {(type(node), node.lineno, node.col_offset) for node in named.places[said]}
    text = FREE if value is None else repr(value)

    class Rewriter(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> Any:
            place = type(node), getattr(node, "lineno", 0), getattr(node, "col_offset", 0)
            if place not in places:
                return self.generic_visit(node)
            new = ast.parse(text, mode="eval").body
            for each in ast.walk(new):
                ast.copy_location(each, node)
            return new

    return Variant({}, lambda tree: Rewriter().visit(deepcopy(tree)))


def focused(variant: Variant, builders: Sequence[str]) -> Variant:
    """A variant without the functions and classes that only build other networks."""
    edit = variant.edit

    def kept(tree: ast.Module) -> ast.Module:
        return without_others(tree if edit is None else edit(tree), builders)

    return variant.changed(edit=kept)


def without_others(tree: ast.Module, builders: Container[str]) -> ast.Module:
    """A module without what is defined at its top, is no builder, and is named nowhere else."""
    body = tree.body
    while True:
        used = [{n.id for n in ast.walk(each) if isinstance(n, ast.Name)} for each in body]
        kept = [
            each
            for place, each in enumerate(body)
            if not isinstance(each, ast.FunctionDef | ast.ClassDef)
            or each.name in builders
            or any(each.name in names for n, names in enumerate(used) if n != place)
        ]
        if len(kept) == len(body):
            return ast.Module(kept, tree.type_ignores)
        body = kept


def again(read: Read, network: Network, variant: Variant) -> Network | None:
    """The network of a variant; None where it is not valid or not there."""
    try:
        listed = read(variant)
    except SizeupError:
        return None
    found = [each for each in listed if each.name == network.name and each.when is None]
    known = len(found) == 1 and count(found[0]).parameters is not None
    return found[0] if known else None


def alternatives(named: Named) -> Iterator[tuple[Any, Any, int]]:
    """What a name could be instead, where no formula says it: (before, after, cost)."""
    for said in named.said:
        yield from ((said, other, cost) for other, cost in _others(named.name, said))
    first = named.said[0]
    yield from ((first, other, 2) for other in named.said[1:] if type(other) is type(first))


def _others(name: str, said: Any) -> Iterator[tuple[Any, int]]:
    """What a literal could be instead, and how unlikely."""
    match said:
        case bool():
            yield not said, 1
        case int():
            yield from ((said + step, 1 + abs(step)) for step in NEAR if said + step >= 0)
            yield 2 * said, 2
            if said % 2 == 0:
                yield said // 2, 2
        case float():
            if any(hint in name for hint in FACTOR_HINTS):
                yield from ((factor, 1) for factor in FACTORS if factor != said)
        case tuple() if "shape" not in name:  # sides and channels are numbers of the network
            yield from ((tuple(2 * n for n in said), 2), (tuple(n // 2 for n in said), 2))
            yield from ((other, 2) for other in DEPTHS if len(other) == len(said) and other != said)
            for step in NEAR:
                for place, number in enumerate(said):
                    if number + step > 0:
                        yield (*said[:place], number + step, *said[place + 1 :]), 2 + abs(step)
