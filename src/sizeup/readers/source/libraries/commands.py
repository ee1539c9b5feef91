"""`click`, `fire` and `sacred`: functions whose arguments come from a command line or a config."""

from __future__ import annotations

import ast

from sizeup.readers.source.builtin_functions import first_argument, table
from sizeup.readers.source.calls import call, run_function
from sizeup.readers.source.libraries.options import Namespace
from sizeup.readers.source.machine import Machine
from sizeup.readers.source.values import MISSING, Builtin, Class, Function, Instance, Scope

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any
    Arguments = list[Any]
    Keywords = dict[str, Any]


class Injected(Instance):
    """A function with values for those of its arguments that a call does not give."""

    __slots__ = ("function", "name", "values")

    def __init__(self, function: Function, values: Namespace) -> None:
        super().__init__(None)
        self.function = function
        self.values = values
        self.name = function.name

    def call(self, m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
        """Call it with what is given, then with what is injected; what is left is free."""
        signature = self.function.arguments
        names = [p.arg for p in signature.posonlyargs + signature.args][len(a) :]
        names += [p.arg for p in signature.kwonlyargs]
        known = {n: self.values.attribute(m, n, node) for n in names
                 if n in self.values.attributes and n not in k}  # fmt: skip
        return call(m, self.function, a, {**known, **k, "**": None}, node)

    def attribute(self, m: Machine, name: str, _node: ast.AST) -> Value:
        """`command.callback`, …"""
        if name in ("callback", "__wrapped__"):
            return self.function
        return self.name if name == "__name__" else m.world.inert(name)


# -- click ---------------------------------------------------------------------------------


def _option(m: Machine, a: Arguments, k: Keywords, _node: ast.AST) -> Value:
    spelled = [value for value in map(m.resolve, a) if isinstance(value, str)]
    plain = [s for s in spelled if not s.startswith("-")]
    long = [s for s in spelled if s.startswith("--")]
    name = (plain or long or spelled or [""])[0].partition("/")[0].lstrip("-").replace("-", "_")
    default = k.get("default", False if k.get("is_flag") is True else MISSING)

    def decorate(m: Machine, a: Arguments, _k: Keywords, _node: ast.AST) -> Value:
        value = m.resolve(a[0])
        if isinstance(value, Function):
            value = Injected(value, Namespace({}))
        if isinstance(value, Injected):
            value.values.attributes[name] = default
        return value

    return Builtin("option", decorate)


def _command(_m: Machine, a: Arguments, _k: Keywords, _node: ast.AST) -> Value:
    if a and isinstance(a[0], Function | Injected):
        return _commanded(_m, a, {}, _node)
    return Builtin("command", _commanded)


def _commanded(m: Machine, a: Arguments, _k: Keywords, _node: ast.AST) -> Value:
    value = m.resolve(a[0])
    return Injected(value, Namespace({})) if isinstance(value, Function) else value


def _fire(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    """`Fire(main)` calls a function with its defaults; which of several it is, is not known."""
    target = m.resolve(a[0]) if a else None
    if isinstance(target, Function):
        return call(m, target, [], {"**": None}, node)
    return None if isinstance(target, Class | dict | None) else m.world.unseen_value(m, node)


# -- sacred --------------------------------------------------------------------------------


class Experiment(Instance):
    """A sacred `Experiment`: its attributes are the configuration."""

    def __init__(self) -> None:
        super().__init__(None)
        self.values = Namespace({})

    def attribute(self, m: Machine, name: str, _node: ast.AST) -> Value:
        """The decorators of an experiment."""
        if name in ("config", "add_config"):
            return Builtin(name, self._config)
        if name in ("capture", "command", "main", "automain", "pre_run_hook"):
            return Builtin(name, self._main if name == "automain" else self._capture)
        if name == "named_config":
            return Builtin(name, first_argument)
        return m.world.inert(name)

    def _config(self, m: Machine, a: Arguments, k: Keywords, _node: ast.AST) -> Value:
        """The local variables of a function are the configuration."""
        source = m.resolve(a[0]) if a else k
        found: dict[str, Value] = {}
        if isinstance(source, Function):
            scope = Scope(source.scope, source)
            scope.variables.update(self.values.attributes)
            run_function(m, source, scope)
            found = {n: v for n, v in scope.variables.items() if not n.startswith("_")}
        elif isinstance(source, dict):
            found = dict(source)
        m.touch(self.values)
        self.values.attributes.update(found)
        return source

    def _capture(self, _m: Machine, a: Arguments, _k: Keywords, _node: ast.AST) -> Value:
        return Injected(a[0], self.values) if a and isinstance(a[0], Function) else None

    def _main(self, m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
        made = self._capture(m, a, k, node)
        if made is not None:
            call(m, made, [], {}, node)
        return made


def _experiment(_m: Machine, _a: Arguments, _k: Keywords, _node: ast.AST) -> Value:
    return Experiment()


MEMBERS: dict[str, Value] = table({
    "click.option": _option, "click.argument": _option, "click.command": _command,
    "click.group": _command, "fire.Fire": _fire, "sacred.Experiment": _experiment,
})  # fmt: skip
