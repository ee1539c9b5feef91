"""`import` and `from … import`: of what sizeup knows, and of the files around the source.

A module of the project is evaluated like the source itself when it is first imported, once for
each evaluation. What cannot be found or read stays open, and says which module it is.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence

from sizeup.errors import BudgetError, ReadError
from sizeup.readers.source.keras.names import keras_path
from sizeup.readers.source.library import is_installed, is_known
from sizeup.readers.source.machine import MAX_DEPTH, Machine, line_of
from sizeup.readers.source.targets import assign
from sizeup.readers.source.values import MISSING, Module, Open, Raised, Scope
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sizeup.readers.source.modules import Place, Project

    Value = Any

MODULE_STEPS = 400_000
"""Steps that a module may take while it is imported: most that take more train something."""


class SourceModule:
    """A module of the project; `done` once its body was run to the end."""

    __slots__ = ("done", "place", "scope")

    def __init__(self, place: Place, scope: Scope) -> None:
        self.place = place
        self.scope = scope
        self.done = False

    @property
    def name(self) -> str:
        """Its dotted name."""
        return self.place.dotted

    def attribute(self, m: Machine, name: str, node: ast.AST) -> Value:
        """`module.name`: a variable of it, or a module inside of the package."""
        found = member(m, self, name, node)
        if found is MISSING:
            raise Raised("AttributeError", _no_member(m, self, name), line_of(node))
        return found

    def set_attribute(self, m: Machine, name: str, value: Value, _node: ast.AST) -> None:
        """`module.name = value`."""
        assign(m, ast.Name(name), value, self.scope)

    def __repr__(self) -> str:
        return f"<module {self.name}>"


def import_names(m: Machine, node: ast.Import, scope: Scope) -> None:
    """`import a.b`, `import a.b as c`."""
    for alias in node.names:
        value = find_module(m, alias.name, 0, scope, node)
        if not alias.asname and "." in alias.name:
            value = find_module(m, alias.name.partition(".")[0], 0, scope, node)
        assign(m, ast.Name(alias.asname or alias.name.partition(".")[0]), value, scope)


def import_from(m: Machine, node: ast.ImportFrom, scope: Scope) -> None:
    """`from a.b import c as d`, `from . import c`, `from a import *`."""
    module = find_module(m, node.module or "", node.level, scope, node)
    for alias in node.names:
        if alias.name == "*":
            for name, value in _all_of(m, module, node):
                assign(m, ast.Name(name), value, scope)
            whole = module.scope.stars if isinstance(module, SourceModule) else (module,)
            scope.globals.stars += tuple(star for star in whole if isinstance(star, Module))
            continue
        if isinstance(module, SourceModule):
            value = member(m, module, alias.name, node)
            if value is MISSING:
                raise Raised("ImportError", _no_member(m, module, alias.name), node.lineno)
        else:
            value = m.world.imported(m, module, alias.name, node)
        assign(m, ast.Name(alias.asname or alias.name), value, scope)


def find_module(m: Machine, name: str, level: int, scope: Scope, node: ast.AST) -> Value:
    """The module of a name at a place: of the Keras world, of the project, or open."""
    place = _place(m.project, name, level, scope.globals.place)
    if isinstance(place, str):
        return m.world.module(m, place, node)
    return _load(m, place, node)


def absent_module(m: Machine, body: list[ast.stmt], scope: Scope) -> str | None:
    """The first module that a `try` imports and that can be seen nowhere."""
    for name, level in _imported(body):
        place = _place(m.project, name, level, scope.globals.place)
        if isinstance(place, str) and not is_installed(place):
            return place
    return None


def find_spec(m: Machine, name: str) -> Value:
    """Whether a module is there: itself, if so; MISSING where nobody knows."""
    place = _place(m.project, name, 0, None)
    there = is_installed(place) if isinstance(place, str) else True
    return Module(name) if there else MISSING


def imports_something(body: list[ast.stmt]) -> bool:
    """Whether a handler imports in place of what failed."""
    return any(True for _ in _imported(body))


def _imported(body: Sequence[ast.stmt]) -> Iterator[tuple[str, int]]:
    for statement in body:
        if isinstance(statement, ast.Import):
            yield from ((alias.name, 0) for alias in statement.names)
        elif isinstance(statement, ast.ImportFrom):
            yield statement.module or "", statement.level


def reachable(around: Callable[[], Project | None], tree: ast.Module) -> Iterator[ast.Module]:
    """The trees of all modules that a tree imports, and that those import, as far as read."""
    pending: list[tuple[ast.Module, Place | None]] = [(tree, None)]
    seen: set[str] = set()
    while pending:
        tree, home = pending.pop(0)
        statements = [n for n in ast.walk(tree) if isinstance(n, ast.Import | ast.ImportFrom)]
        for name, level in _imported(statements):
            place = _place(around, name, level, home)
            project = around()
            if isinstance(place, str) or project is None or place.path in seen:
                continue
            seen.add(place.path)
            try:
                parsed = project.parse(place)
            except ReadError:
                continue
            yield parsed.tree
            pending.append((parsed.tree, place))


def _place(
    around: Callable[[], Project | None], name: str, level: int, home: Place | None
) -> Place | str:
    """A module of the project, or the name by which the world may know it."""
    if level == 0 and is_known(name) and not _is_application(name):
        return name
    project = around()
    if project is None:
        return "." * level + name
    if level == 0:
        return project.find(name) or name
    found = project.relative(home or project.home, level, name)
    if found is None:
        return "." * level + name
    if keras_path(found.dotted) is not None and not _is_application(found.dotted):
        return found.dotted  # inside of Keras' own source
    return found


def _is_application(dotted: str) -> bool:
    """Whether a name means Keras' own architectures, which are read where their source is."""
    path = keras_path(dotted)
    return path is not None and f"{path}.".startswith("keras.applications.")


def _load(m: Machine, place: Place, node: ast.AST) -> Value:
    """A module, evaluated if it was not yet, after the packages that it is in."""
    project = m.project()
    assert project is not None
    m.modules.setdefault(project.home.path, _home(m, project))
    for parent in project.parents(place):
        if not project.is_around_home(parent):  # those are being imported while the source is
            _run(m, project, parent, node)
    return _run(m, project, place, node)


def _home(m: Machine, project: Project) -> SourceModule:
    return SourceModule(project.home, m.home)


def _run(m: Machine, project: Project, place: Place, node: ast.AST) -> Value:
    found = m.modules.get(place.path)
    if found is not None:
        return found
    scope = Scope()
    scope.place = place
    scope.variables["__name__"] = place.dotted
    scope.variables["__file__"] = place.path
    module = SourceModule(place, scope)
    m.touch(m.modules)
    m.modules[place.path] = module
    if not project.is_around_home(place):
        _execute(m, project, module, node)
    return m.modules[place.path]


def _execute(m: Machine, project: Project, module: SourceModule, node: ast.AST) -> None:
    """Run the body; a module that cannot be read or followed is open from then on."""
    place = module.place
    try:
        parsed = project.parse(place)
        for note in parsed.notes:
            m.note(note.level, note.text, note.line)
        m.world.python2 = m.world.python2 or parsed.python2
        _within_budget(m, parsed.tree.body, module.scope, place)
    except Raised:
        m.touch(m.modules)
        del m.modules[place.path]  # as Python does: the next import tries anew
        raise
    except (ReadError, BudgetError) as error:
        if isinstance(error, BudgetError) and m.budget.steps < 0:
            raise
        why = str(error)
        if isinstance(error, BudgetError):
            why = say("source.module_ended", file=project.label(place), error=error.what)
        key = ("module", place.dotted)
        m.modules[place.path] = m.open(key, place.dotted, why, line_of(node), place.dotted)
    module.done = True


def _within_budget(m: Machine, body: list[ast.stmt], scope: Scope, place: Place) -> None:
    if m.depth >= MAX_DEPTH:
        raise BudgetError(say("source.depth", name=place.dotted))
    whole = m.budget.steps
    allowed = m.budget.steps = min(whole, MODULE_STEPS)
    m.depth += 1
    listed = len(m.world.models)
    try:
        m.execute(body, scope)
    finally:
        m.depth -= 1
        m.budget.steps = whole - (allowed - m.budget.steps)
        del m.world.models[listed:]  # those that the source holds are listed when it takes them


def member(m: Machine, module: SourceModule, name: str, node: ast.AST) -> Value:
    """A variable or a submodule of a module; open while it may still come, else MISSING."""
    project = m.project()
    assert project is not None
    place = module.place
    around = project.is_around_home(place) and place.path != project.home.path
    if around and not module.done and _binds(project, place, name):
        module.done = True
        _execute(m, project, module, node)
    if name in module.scope.variables:
        return settled(m, module.scope.variables[name])
    inner = project.child(place, name)
    if inner is not None:
        return find_child(m, inner, node)
    found = m.world.starred(m, module.scope.stars, name, node)
    if found is not MISSING:
        return found
    if name == "__dict__":
        return dict(module.scope.variables)
    if module.done and place.has_file and _is_complete(project, module):
        return MISSING
    why = say("source.module", name=f"{place.dotted}.{name}")
    if not module.done:
        why = say("source.circular", name=place.dotted)
    return m.open(("module", place.path, name), name, why, line_of(node), name)


def settled(m: Machine, value: Value) -> Value:
    """What has become of a name that was taken of a module while that was being imported."""
    key: Value = getattr(value, "key", None)
    if isinstance(key, tuple) and len(key) == 3 and key[0] == "module":
        module = m.modules.get(key[1])
        if isinstance(module, SourceModule):
            return module.scope.variables.get(key[2], value)
    return value


def find_child(m: Machine, place: Place, node: ast.AST) -> Value:
    """A module of a package, by its place."""
    if keras_path(place.dotted) is not None and not _is_application(place.dotted):
        return m.world.module(m, place.dotted, node)
    return _load(m, place, node)


def _binds(project: Project, place: Place, name: str) -> bool:
    """Whether a package's own text says what a name is."""
    if not place.has_file:
        return False
    try:
        names = project.parse(place).names
    except ReadError:
        return False
    return name in names if names is not None else project.child(place, name) is None


def _is_complete(project: Project, module: SourceModule) -> bool:
    """Whether what a finished module lacks is lacking in truth."""
    parsed = project.parsed.get(module.place.path)
    names = parsed.names if parsed is not None else None
    return names is not None and "__getattr__" not in names


def _no_member(m: Machine, module: SourceModule, name: str) -> str:
    project = m.project()
    assert project is not None
    return say("source.no_member", file=project.label(module.place), name=name)


def _all_of(m: Machine, module: Value, node: ast.AST) -> Iterator[tuple[str, Value]]:
    """What `from module import *` gives."""
    if not isinstance(module, SourceModule):
        if isinstance(module, Open):
            m.note("assumed", say("source.shadowing", module=module.text), line_of(node))
        yield from m.world.star(m, module).items()
        return
    listed = m.resolve(module.scope.variables.get("__all__"))
    if isinstance(listed, list | tuple) and all(isinstance(name, str) for name in listed):
        for name in listed:
            value = member(m, module, name, node)
            if value is not MISSING:
                yield name, value
        return
    for name, value in list(module.scope.variables.items()):
        if not name.startswith("_"):
            yield name, value
