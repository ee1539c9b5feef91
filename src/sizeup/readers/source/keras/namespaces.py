"""What the names and modules of a source mean, and what it asks and sets of Keras as a whole."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from sizeup.readers.source import libraries, library
from sizeup.readers.source.builtin_functions import BUILTINS
from sizeup.readers.source.keras import copies, tf_layers
from sizeup.readers.source.keras.arrays import ARRAYS
from sizeup.readers.source.keras.classes import KerasThing, keras_member
from sizeup.readers.source.keras.legacy import FORMATS
from sizeup.readers.source.keras.names import (
    BORROWED,
    CONVENTIONS,
    FUNCTIONS,
    KERAS_MODULES,
    PACKAGES,
    keras_path,
)
from sizeup.readers.source.keras.objects import LayerValue
from sizeup.readers.source.machine import Machine, line_of
from sizeup.readers.source.values import MISSING, Builtin, Lost, Module, Open, Raised
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any

    from sizeup.readers.source.dialect import Dialect

    Value = Any


class Namespaces:
    """The part of the world that knows names, modules and settings."""

    def __init__(self, dialect: Dialect, data_format: str) -> None:
        self.dialect = dialect
        self.version = dialect.spelling
        self.python2 = dialect.python2
        self.data_format = data_format
        self.format_said = False
        self.format_used: list[LayerValue | None] = []
        self.replaced: dict[str, Value] = {}  # members of libraries, by their paths

    def name(self, m: Machine, name: str, node: ast.AST, stars: Sequence[Module] = ()) -> Value:
        """What a name means that the source does not assign; `stars` as in `starred`."""
        found = BUILTINS.get(name, MISSING)
        if found is MISSING and stars:
            found = self.starred(m, stars, name, node)
        if found is not MISSING:
            return found
        if name in ("__name__", "__file__"):
            return "__main__" if name == "__name__" else "main.py"
        found = keras_member(name)
        if found is not None and not isinstance(found, KerasThing):
            return found
        if name[:1].isupper() and (found := _applications().unsaid(m, name, node)) is not None:
            return found
        if "NameError" in m.expected:
            raise Raised("NameError", name, line_of(node))
        if name in FUNCTIONS:
            return libraries.find(FUNCTIONS[name])
        if name in CONVENTIONS:
            return self.module(m, CONVENTIONS[name], node)
        return m.open(("name", name), name, say("source.never_assigned"), line_of(node), name)

    def module(self, m: Machine, dotted: str, node: ast.AST) -> Value:
        """A module by its dotted name; one that is not known is open."""
        if library.is_known(dotted):
            return Module(keras_path(dotted) or dotted)
        if dotted.startswith(BORROWED):
            return Module(dotted)
        lacking = m.expected & {"ImportError", "ModuleNotFoundError"}
        if lacking and not library.is_installed(dotted):
            m.note("assumed", say("source.no_import", name=dotted), line_of(node))
            raise Raised("ImportError", dotted, line_of(node))
        if dotted in library.PARTLY:
            return Module(dotted)
        why = say("source.module", name=dotted)
        return m.open(("module", dotted), dotted, why, line_of(node), dotted)

    def imported(self, m: Machine, module: Value, name: str, node: ast.AST) -> Value:
        """`from module import name`."""
        if isinstance(module, Module):
            return self.module_attribute(m, module, name, node)
        if isinstance(module, Open):
            key = ("attribute", module.key, name)
            return m.open(key, name, module.why, line_of(node), name)
        return Lost(say("source.attribute", name=name), line_of(node))

    def starred(self, m: Machine, modules: Sequence[Module], name: str, node: ast.AST) -> Value:
        """What a name is by `from module import *` of these, the last first; else MISSING."""
        for module in reversed(modules):
            found = self.module_attribute(m, module, name, node)
            inner = isinstance(found, Module) and found.name.startswith("keras.ops.")
            guessed = isinstance(found, Module) and found.name.count(".") > 1 and not inner
            if not guessed and not isinstance(found, Open | KerasThing):
                return found
        return MISSING

    def star(self, _m: Machine, module: Value) -> Mapping[str, Value]:
        """`from module import *`: Keras' names are known everywhere anyway."""
        if isinstance(module, Module) and module.name == "keras.applications":
            names: dict[str, Value] = _applications().star()
            return names
        return library.star(module.name) if isinstance(module, Module) else {}

    def module_attribute(self, m: Machine, module: Module, name: str, node: ast.AST) -> Value:
        """`module.name`."""
        dotted = f"{module.name}.{name}"
        path = keras_path(dotted)
        found = self.replaced.get(path or dotted, ARRAYS.get(path or dotted, MISSING))
        if found is MISSING and (name == "__version__" or path == "keras.version"):
            from sizeup.readers.source.libraries import versions

            found = versions.of_world(m, path or dotted, node)
        if found is not MISSING:
            return found
        if path is None:
            if module.name.startswith(BORROWED):
                return _applications().borrowed(m, module.name, name, node)
            return self._outside(m, dotted, node)
        if path == "keras" or path.removeprefix("keras.") in KERAS_MODULES:
            return Module(path)
        found = libraries.find(path)
        if found is not MISSING:
            return found
        found = (
            _applications().member(m, path)
            if path.startswith("keras.applications.")
            else keras_member(name, path)
        )
        if found is None or isinstance(found, KerasThing):
            return self._function(name, path) or found or KerasThing(path)
        return found

    def _function(self, name: str, path: str) -> Value:
        """A function or a module of Keras by its path; None where none is known."""
        if name in ("image_data_format", "image_dim_ordering", "set_image_data_format",
                    "set_image_dim_ordering", "backend", "learning_phase", "epsilon", "floatx"):  # fmt: skip
            return Builtin(name, getattr(self, f"_{name}"))
        if name in ("get_source_inputs", "is_keras_tensor", "is_sparse"):
            return Builtin(name, getattr(_applications(), name.removeprefix("get_")))
        from sizeup.readers.source.keras import functions

        function = copies.function(path) or functions.find(path)
        if function is not None:
            return function
        if path in functions.MODULES:
            return Module(path)
        if name[:1].islower() and path.rpartition(".")[0] in PACKAGES:
            return Module(path)
        return None

    def replace(self, m: Machine, module: Module, name: str, value: Value) -> None:
        """`keras.layers.Dense = …`: what the module holds from now on."""
        m.touch(self.replaced)
        dotted = f"{module.name}.{name}"
        self.replaced[keras_path(dotted) or dotted] = value

    def call_member(
        self, m: Machine, module: Module, a: list[Value], k: dict[str, Value], node: ast.AST
    ) -> Value:
        """`get_file(…)`: what might have been a module by its name was a function."""
        return KerasThing(module.name).call(m, a, k, node)

    def _outside(self, m: Machine, dotted: str, node: ast.AST) -> Value:
        """A member of a module outside of Keras."""
        from sizeup.readers.source.keras import functions

        found = tf_layers.find(dotted)
        if found is not None:
            return found
        if dotted in library.PREFIXES:
            return Module(dotted)
        known = functions.find(dotted)
        own = libraries.find(dotted)
        value = own if own is not MISSING else library.LIBRARY.get(dotted, known)
        if own is not MISSING and (known is None or not isinstance(own, Builtin)):
            return own
        if known is None or not isinstance(value, Builtin) or value is known:
            return known or library.attribute(m, dotted, node)
        return functions.of_either(value, known)

    # -- settings that the source reads and sets --------------------------------------------

    def _image_data_format(self, _m: Machine, _a: Value, _k: Value, _node: ast.AST) -> str:
        self.format_said = True
        return self.data_format

    def _image_dim_ordering(self, _m: Machine, _a: Value, _k: Value, _node: ast.AST) -> str:
        self.format_said = True
        return "th" if self.data_format == "channels_first" else "tf"

    def _set_image_data_format(self, m: Machine, a: list[Value], _k: Value, _n: ast.AST) -> None:
        value = m.resolve(a[0]) if a else None
        spelled = FORMATS.get(value, value) if isinstance(value, str) else None
        if spelled in ("channels_first", "channels_last"):
            self.data_format = spelled
            self.dialect.said_format = True

    _set_image_dim_ordering = _set_image_data_format

    def _backend(self, _m: Machine, _a: Value, _k: Value, _node: ast.AST) -> str:
        return "tensorflow"

    def _learning_phase(self, _m: Machine, _a: Value, _k: Value, _node: ast.AST) -> int:
        return 0

    def _epsilon(self, _m: Machine, _a: Value, _k: Value, _node: ast.AST) -> float:
        return 1e-7

    def _floatx(self, _m: Machine, _a: Value, _k: Value, _node: ast.AST) -> str:
        return "float32"

    def default_format(self, _m: Machine, layer: LayerValue | None) -> str:
        """The channel order of a layer, or of an operation, that does not say one.

        Before Keras 3 those of one dimension had the channels last, whatever images had.
        """
        if layer is not None and self.dialect.version < 3 and "1D" in layer.rule:
            return "channels_last"
        self.format_used.append(layer)
        return self.data_format


def _applications() -> ModuleType:
    """What few sources need."""
    from sizeup.readers.source.keras import applications

    return applications
