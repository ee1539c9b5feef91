"""What an expression of the source can be worth.

Plain Python objects stand for themselves (int, float, str, bool, None, tuple, list, dict,
set, range, slice); symbolic integers are `Expr`, symbolic fractions `Ratio`. The classes here
are for the rest: what is open, what is undecided, what is not understood, functions, classes,
instances, modules. Those of the Keras world are in `keras/`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping

from sizeup.dims import Expr

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any


class Open:
    """A value of any type that the source leaves open: it becomes a symbol where it is a size.

    `key` tells two open values apart, `text` is how the source writes it, `why` and `line`
    say where it comes from. An open value survives attribute access, indexing and calls.
    """

    __slots__ = ("callee", "key", "line", "text", "why")

    def __init__(
        self, key: object, text: str, why: str, line: int | None, callee: str | None = None
    ) -> None:
        self.key = key
        self.text = text
        self.why = why
        self.line = line
        self.callee = callee

    def __repr__(self) -> str:
        return f"<open {self.text}>"


class Lost:
    """A value that was computed in a way that is not understood; sizes made of it are unknown."""

    __slots__ = ("line", "reason")

    def __init__(self, reason: str, line: int | None = None) -> None:
        self.reason = reason
        self.line = line

    def __repr__(self) -> str:
        return f"<lost: {self.reason}>"


class Rounded(Lost):
    """A number that the text does not give exactly: lost as a size, but a number all the same."""

    __slots__ = ()


class Rest(Lost):
    """Stands in a container for all that it may hold besides: what it holds is not known."""

    __slots__ = ()


class Condition:
    """A truth that is not decided by the text: a Python expression over what is open.

    `key` is equal for equal conditions, `inverse` is the expression of the opposite.
    """

    __slots__ = ("inverse", "key", "text")

    def __init__(self, key: object, text: str, inverse: str | None = None) -> None:
        self.key = key
        self.text = text
        self.inverse = inverse or f"not {text}"

    def said(self, outcome: bool) -> str:
        """The condition as it holds in an outcome."""
        return self.text if outcome else self.inverse

    def __repr__(self) -> str:
        return f"<undecided {self.text}>"


class Choice:
    """One of two values, by a condition that was not decided when they met."""

    __slots__ = ("condition", "no", "yes")

    def __init__(self, condition: Condition, yes: Value, no: Value) -> None:
        self.condition = condition
        self.yes = yes
        self.no = no


class Scope:
    """Variables of a module, a function call or a class body, and the scope around them."""

    __slots__ = (
        "function",
        "globals",
        "is_class",
        "names",
        "nonlocals",
        "parent",
        "place",
        "stars",
        "variables",
    )

    def __init__(
        self,
        parent: Scope | None = None,
        function: Function | None = None,
        *,
        is_class: bool = False,
    ) -> None:
        self.parent = parent
        self.is_class = is_class
        self.variables: dict[str, Value] = {}
        self.globals: Scope = parent.globals if parent else self
        self.names: frozenset[str] = frozenset()  # declared global
        self.nonlocals: frozenset[str] = frozenset()
        self.function = function
        self.place: Value = None  # of a module's own scope: which file it is
        self.stars: tuple[Module, ...] = ()  # known modules that everything was imported from


class Function:
    """A function of the source with the scope that it closes over."""

    __slots__ = (
        "arguments",
        "attributes",
        "called",
        "defaults",
        "defined_in",
        "hidden",
        "injected",
        "keyword_defaults",
        "kind",
        "name",
        "node",
        "qualified",
        "scope",
        "takes",
    )  # fmt: skip

    def __init__(
        self,
        node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda,
        scope: Scope,
        defaults: tuple[Value, ...],
        keyword_defaults: Mapping[str, Value],
        qualified: str,
    ) -> None:
        self.node = node
        self.name = getattr(node, "name", "<lambda>")
        self.qualified = qualified
        self.scope = scope
        self.arguments = signature = node.args
        more = signature.posonlyargs, signature.kwonlyargs, signature.vararg, signature.kwarg
        self.takes = -1 if any(more) else len(signature.args)  # by position, if by nothing else
        self.defaults = defaults
        self.keyword_defaults = keyword_defaults
        self.defined_in: Class | None = None
        self.kind = "function"  # or method, static, class, property
        self.attributes: dict[str, Value] = {}
        self.called = False
        self.hidden: Lost | None = None  # why what comes of a call is not what the body returns
        self.injected = False  # by a decorator that is not in the text: it may give arguments

    @property
    def is_generator(self) -> bool:
        """Whether calling it gives an iterator; found out once for each definition."""
        known = vars(self.node)
        if "yields" not in known:
            known["yields"] = not isinstance(self.node, ast.Lambda) and yields(self.node)
        found: bool = known["yields"]
        return found


def yields(node: ast.AST) -> bool:
    """Whether a function's own body, or a part of it, yields; inner functions do not count."""
    if isinstance(node, ast.Yield | ast.YieldFrom):
        return True
    pending = list(ast.iter_child_nodes(node))
    while pending:
        child = pending.pop()
        if isinstance(child, ast.Yield | ast.YieldFrom):
            return True
        if not isinstance(
            child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef
        ):
            pending.extend(ast.iter_child_nodes(child))
    return False


class Class:
    """A class of the source. `bases` are classes of the source or of a library."""

    __slots__ = ("bases", "hidden", "instantiated", "members", "name", "namespace", "node",
                 "order", "qualified")  # fmt: skip

    def __init__(
        self,
        name: str,
        bases: tuple[Value, ...],
        namespace: dict[str, Value],
        node: ast.ClassDef | None,
        qualified: str,
    ) -> None:
        self.name = name
        self.qualified = qualified
        self.bases = bases
        self.namespace = namespace
        self.node = node
        self.instantiated = False
        self.hidden: Lost | None = None  # why its objects may be other than its body says
        self.members: dict[str, Value] | None = None  # of an enumeration
        self.order = _linearize(self)

    def find(self, name: str, after: Class | None = None) -> tuple[Value, Class | None]:
        """The attribute `name` and the class that holds it, along the method resolution order."""
        order = self.order
        if after is not None and after in order:
            order = order[order.index(after) + 1 :]
        for cls in order:
            if isinstance(cls, Class):
                if name in cls.namespace:
                    return cls.namespace[name], cls
            elif name in getattr(cls, "own_methods", ()):
                break
        return MISSING, None


def rest_of(value: Value) -> Rest | None:
    """What stands last in a container for all that it may hold besides; None where all is known."""
    if isinstance(value, set):
        return next((element for element in value if type(element) is Rest), None)
    if not isinstance(value, list | dict) or not value:
        return None
    last = next(reversed(value))
    return last if type(last) is Rest else None


def key_of(value: Value) -> object:
    """What tells a value from others, the same in each evaluation of a text."""
    if isinstance(value, Open):
        return value.key
    if isinstance(value, Instance):
        return "object", value.identity
    if isinstance(value, Function | Class):
        return type(value).__name__, value.qualified
    if isinstance(value, tuple):
        return tuple(key_of(element) for element in value)
    return value if isinstance(value, Expr | int | float | str | None) else repr(value)


def _linearize(cls: Class) -> list[Value]:
    """Depth first, later occurrences win: Python's order for all but inconsistent hierarchies."""
    order: list[Value] = [cls]
    for base in cls.bases:
        order.extend(base.order if isinstance(base, Class) else [base])
    return [entry for i, entry in enumerate(order) if entry not in order[i + 1 :]]


class Default:
    """`field(default_factory=list)`: how a field of a dataclass begins."""

    __slots__ = ("factory", "init", "value")

    def __init__(self, value: Value, factory: Value, *, init: bool) -> None:
        self.value = value
        self.factory = factory
        self.init = init


class Instance:
    """An object of a class of the source: a bag of attributes."""

    __slots__ = ("attributes", "cls", "identity")

    def __init__(self, cls: Class | None, identity: int = 0) -> None:
        self.cls = cls
        self.identity = identity  # a number that is the same in each evaluation
        self.attributes: dict[str, Value] = {}

    def state(self) -> Value:
        """What beside the attributes can change, for undo."""
        return None

    def restore(self, state: Value) -> None:
        """Bring back a state."""


class Names(dict[str, "Value"]):
    """`globals()`, `vars(x)`: what is set in it is set in the scope, or in the object, too."""

    __slots__ = ("holder",)

    def __init__(self, holder: Scope | Instance) -> None:
        super().__init__(holder.variables if isinstance(holder, Scope) else holder.attributes)
        self.holder = holder


class Bound:
    """A method with the object that it belongs to."""

    __slots__ = ("function", "owner")

    def __init__(self, function: Value, owner: Value) -> None:
        self.function = function
        self.owner = owner


class Super:
    """`super()` inside a method of `cls`."""

    __slots__ = ("cls", "owner")

    def __init__(self, cls: Class, owner: Value) -> None:
        self.cls = cls
        self.owner = owner


class Builtin:
    """A function that sizeup knows: `function(machine, arguments, keywords, node) -> Value`."""

    __slots__ = ("function", "name")

    def __init__(self, name: str, function: Callable[..., Value]) -> None:
        self.name = name
        self.function = function

    def __repr__(self) -> str:
        return f"<{self.name}>"


class Module:
    """A module by its dotted name; its attributes are looked up in the library of known names."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"<module {self.name}>"


class Partial:
    """`functools.partial`: a callable with arguments in advance."""

    __slots__ = ("arguments", "function", "keywords")

    def __init__(
        self, function: Value, arguments: tuple[Value, ...], keywords: dict[str, Value]
    ) -> None:
        self.function = function
        self.arguments = arguments
        self.keywords = keywords


MISSING = Lost("missing")
"""A marker for an attribute or variable that is not there; never a value of the source."""


class Raised(Exception):  # noqa: N818  (the source's own exception on its way up)
    """An exception that the source raises: its type's name, its message, its line."""

    def __init__(self, kind: str, message: str = "", line: int | None = None) -> None:
        super().__init__(f"{kind}: {message}" if message else kind)
        self.kind = kind
        self.message = message
        self.line = line


class NeedDecision(Exception):  # noqa: N818  (not an error: evaluation restarts with a decision)
    """Evaluation needs to know the outcome of something undecided; it restarts with each.

    `options` are the outcomes to follow, `said` how each is written.
    """

    def __init__(
        self, key: object, options: tuple[Value, ...], said: tuple[str | None, ...]
    ) -> None:
        super().__init__(str(said))
        self.key = key
        self.options = options
        self.said = said
