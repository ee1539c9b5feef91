"""Functions on tensors by their names: `keras.ops.*`, `K.*`, `tf.*`, NumPy's, and methods.

What a call means is read from `signatures`; a function of numbers alone stays Python's.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from importlib import import_module

from sizeup.dims import Expr
from sizeup.network import Unknown
from sizeup.ratio import Ratio
from sizeup.readers.source import library
from sizeup.readers.source.keras.legacy import FORMATS
from sizeup.readers.source.keras.objects import Tensor, Vector
from sizeup.readers.source.keras.signatures import NOTHING, Signature, signature
from sizeup.readers.source.keras.spellings import ALIASES, ELEMENTWISE
from sizeup.readers.source.keras.tensors import operation, unknown_operation
from sizeup.readers.source.keras.written import remember
from sizeup.readers.source.machine import Machine, line_of
from sizeup.readers.source.values import Builtin, Lost, Open, Rounded
from sizeup.readers.source.written import written
from sizeup.rules.registry import find_rule
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any

WORLDS = (("keras.ops.", "ops"), ("keras.random.", "ops"), ("keras.activations.", "ops"),
          ("keras.backend.", "K"), ("tensorflow.", "tf"), ("numpy.", "np"),
          ("tensorflow_addons.activations.", "ops"))  # fmt: skip

BOOLEAN = frozenset({
    "equal", "not_equal", "greater", "greater_equal", "less", "less_equal", "logical_and",
    "logical_or", "logical_not", "logical_xor", "isnan", "isinf", "isfinite", "isclose",
})  # fmt: skip

CASTS = frozenset({"cast", "saturate_cast", "astype"})
PLACES = frozenset({"argmax", "argmin", "argsort"})
"""Functions whose results have a type of their own: the one that is asked for, or integers."""

MODULES = frozenset({
    "keras.ops.image", "keras.ops.nn", "keras.ops.numpy", "keras.ops.linalg", "keras.ops.math",
    "keras.ops.core",
})  # fmt: skip
"""Modules that hold functions on tensors."""

OWNERS = ("rnn", "layers", "get_variable", "Variable", "make_template", "embedding_column")
"""In a name of TensorFlow: what owns parameters or may."""

PASSED = frozenset({"cast", "convert_to_tensor", "identity", "constant", "cast_to_floatx", "to_float",
                    "to_int32", "to_int64", "stop_gradient", "asarray", "array"})  # fmt: skip
"""Functions that leave a number as it is."""

NUMBERS = {"reduce_prod": "prod", "reduce_sum": "sum", "reduce_max": "max", "reduce_min": "min",
           "floordiv": "floor_divide"}  # fmt: skip
"""TensorFlow's names of NumPy's functions of numbers."""

METHODS = {
    name: name
    for name in ("reshape transpose mean sum max min prod std var argmax argmin repeat squeeze "
                 "swapaxes dot clip any all cumsum cumprod round take ravel copy").split()
} | {"flatten": "ravel", "astype": "cast"}  # fmt: skip
"""Methods of tensors and arrays, as functions of `keras.ops`."""

HOMES = {
    "shape_functions": "reshape concatenate stack unstack append split_sizes strided_slice gather "
    "matvec attention resize_images temporal_padding shape int_shape ndim dtype size",
    "constants": "arange filled eye linspace constant variable",
    "control_flow": "cond phase map fold scan scan_tf while_loop",
}
"""Where the functions live whose kind has an `@`."""


def find(dotted: str) -> Builtin | None:
    """A function on tensors by its dotted name, with `keras.` for every Keras there is."""
    world = next((world for root, world in WORLDS if dotted.startswith(root)), None)
    name = dotted.rpartition(".")[2]
    if world is None or (_signature(world, name) is None and name not in ELEMENTWISE):
        return None
    return Builtin(name, partial(_called, world, name))


def of_either(plain: Builtin, on_tensors: Builtin) -> Builtin:
    """NumPy's function: of numbers as Python has it, of arrays and tensors as an operation."""

    def called(m: Machine, a: list[Value], k: dict[str, Value], node: ast.AST) -> Value:
        given = [m.resolve(value) for value in (*a, *k.values())]
        arrays = plain.name in ELEMENTWISE and any(isinstance(v, list | tuple) for v in given)
        if arrays or any(isinstance(v, Tensor) for v in _leaves(given)):
            return on_tensors.function(m, a, k, node)
        return plain.function(m, a, k, node)

    return Builtin(plain.name, called)


def owns_nothing(dotted: str) -> bool:
    """Whether a function that is not known can at least be trusted to own no parameters."""
    backend = dotted.startswith(("keras.ops.", "keras.backend.", "keras.random.", "tensorflow."))
    return backend and not any(part in dotted for part in OWNERS)


def method(tensor: Tensor, name: str) -> Builtin | None:
    """`x.mean` and the like."""
    function = METHODS.get(name)
    if function is None:
        return None

    def called(m: Machine, a: list[Value], k: dict[str, Value], node: ast.AST) -> Value:
        if function in ("reshape", "transpose") and len(a) > 1:
            a = [tuple(a)]
        return _called("ops", function, m, [tensor, *a], k, node)

    return Builtin(name, called)


def _signature(world: str, name: str) -> Signature | None:
    return signature(f"{world}.{name}") or (signature(f"ops.{name}") if world == "np" else None)


def _called(
    world: str, name: str, m: Machine, a: list[Value], k: dict[str, Value], node: ast.AST
) -> Value:
    result = _result(world, name, m, a, k, node)
    remember(m, result, f"{world}.{name}", a, k)
    if isinstance(result, Tensor):
        given = m.resolve(k.get("dtype", a[1] if name in CASTS and len(a) > 1 else None))
        spelled = given if isinstance(given, str) else getattr(given, "callee", None) or ""
        asked = spelled.rpartition(".")[2]
        places = ("int32" if world == "ops" else "int64") if name in PLACES else ""
        result.dtype = asked or places or result.dtype
    return result


def _result(
    world: str, name: str, m: Machine, a: list[Value], k: dict[str, Value], node: ast.AST
) -> Value:
    a = [m.resolve(value) for value in a]
    k = {key: m.resolve(value) for key, value in k.items() if key not in ("name", "dtype", "**")}
    found = _signature(world, name)
    leaves = list(_leaves([*a, *k.values()]))
    if not any(isinstance(leaf, Tensor) for leaf in leaves):
        numbers = _of_numbers(m, name, found, a, k, leaves, node)
        if numbers is not NOTHING:
            return numbers
    if found is None:
        return _elementwise(m, name, [*a, *k.values()], node)
    try:
        given = _given(found, a, k)
        if found.kind.startswith("@"):
            return _special(found.kind[1:])(m, given, node)
        return _by_rule(m, world, found, given, node)
    except (TypeError, KeyError, AttributeError, IndexError):
        return unknown_operation(m, [*a, *k.values()], node)


def _leaves(values: Any) -> Iterator[Value]:
    for value in values:
        if isinstance(value, list | tuple):
            yield from _leaves(value)
        else:
            yield value


def _of_numbers(
    m: Machine,
    name: str,
    found: Signature | None,
    a: list[Value],
    k: dict[str, Value],
    leaves: list[Value],
    node: ast.AST,
) -> Value:
    """A function that is given no tensor; NOTHING where it makes or takes constants all the same."""
    if name in PASSED and a and not isinstance(a[0], list | range):
        return a[0]
    kind = found.kind if found is not None else ""
    if kind[1:] in f"{HOMES['constants']} {HOMES['control_flow']}".split():
        return NOTHING
    if any(isinstance(leaf, Open) for leaf in leaves):
        return m.world.unseen_value(m, node)
    if any(isinstance(leaf, Lost) for leaf in leaves):
        return Rounded(say("source.rounded", code=written(node)), line_of(node))
    if isinstance(a[0] if a else None, Vector) or _plain(a):
        function = library.LIBRARY.get(f"numpy.{NUMBERS.get(name, name)}")
        if function is not None:
            return function.function(m, a, k, node)
    if any(isinstance(value, list | tuple | range) for value in (*a, *k.values())):
        return NOTHING
    return m.world.unseen_value(m, node)


def _plain(a: list[Value]) -> bool:
    return all(isinstance(value, int | float | Expr | Ratio) for value in a)


def _elementwise(m: Machine, name: str, values: list[Value], node: ast.AST) -> Value:
    """A function of single elements; what is open among the others is taken for a number."""
    if name in ("where", "select") and len(values) == 1:
        return unknown_operation(m, values, node)
    inputs = [v for v in values if not isinstance(v, Open | str | bool | None)]
    result = operation(m, "ops.elementwise", inputs, {"name": name}, node)
    if name in BOOLEAN and isinstance(result, Tensor):
        result.dtype = "bool"
    return result


def _given(found: Signature, a: list[Value], k: Mapping[str, Value]) -> dict[str, Value]:
    """Arguments by what they mean: positional ones in order, keywords in any spelling, defaults."""
    given: dict[str, Value] = {}
    meanings: dict[str, str] = {}
    for place, (spelled, meant, default) in enumerate(found.arguments):
        plain = spelled.lstrip("*")
        meant = meant.lstrip("*")  # noqa: PLW2901
        meanings[plain] = meanings[meant] = meant
        if spelled.startswith("*"):
            given[meant] = a[place:]
            break
        if place < len(a):
            given[meant] = a[place]
        elif default is not NOTHING:
            given[meant] = default
    for spelled, meant, default in found.arguments:
        meanings.setdefault(spelled, meant)
        if default is not NOTHING:
            given.setdefault(meant, default)
    said: set[str] = set()
    for key, value in k.items():
        meant = meanings.get(key) or meanings.get(ALIASES.get(key, key), "")
        if meant and (value is not None or meant not in said):  # axis=1, reduction_indices=None
            said.add(meant)
            given[meant] = value
    return {**given, **dict(found.settings)}


def _special(name: str) -> Callable[..., Value]:
    home = next(home for home, names in HOMES.items() if name in names.split())
    module = import_module(f"sizeup.readers.source.keras.{home}")
    function: Callable[..., Value] = getattr(module, f"{name}_")
    return function


def _by_rule(
    m: Machine, world: str, found: Signature, given: dict[str, Value], node: ast.AST
) -> Value:
    """An operation that a rule sizes."""
    if "xs" in given:
        inputs = list(given["xs"]) if isinstance(given["xs"], list | tuple) else [given["xs"]]
    else:
        names = {meant for _, meant, _ in found.arguments}
        inputs = [given[name] for name in ("x", "y", "z") if name in names]
    rule = find_rule(found.kind)
    assert rule is not None, found.kind
    config = {name: given[name] for name in rule.signature if name in given}
    if "data_format" in rule.signature:
        config = with_window(m, world, config, inputs[0])
    if found.kind == "ops.along" and len(inputs) == 1 and isinstance(inputs[0], Lost):
        return inputs[0]
    return operation(m, found.kind, inputs, config, node)


def with_window(m: Machine, world: str, config: dict[str, Value], x: Value) -> dict[str, Value]:
    """The settings of windows over images in Keras' spelling: `NHWC`, `SAME`, `[1, 2, 2, 1]`."""
    order = config.get("data_format")
    if order is None:
        order = "channels_last" if world == "tf" else m.world.default_format(m, None)
    elif isinstance(order, str):
        order = FORMATS.get(order, order)
        if order.startswith("N"):
            order = "channels_first" if order[1] == "C" else "channels_last"
    config = {**config, "data_format": order}
    if isinstance(config.get("padding"), str):
        config["padding"] = config["padding"].lower()
    rank = len(x.shape) if isinstance(x, Tensor) and x.shape is not None else 0
    for name in ("strides", "dilation_rate", "pool_size", "size"):
        value = config.get(name)
        if isinstance(value, list | tuple) and len(value) == rank > 2:
            config[name] = value[2:] if order == "channels_first" else value[1:-1]
        elif isinstance(value, list | tuple) and len(value) == 1 and name != "size":
            config[name] = value[0]
    return config


def unknown(m: Machine, dotted: str, a: list[Value], k: dict[str, Value], node: ast.AST) -> Value:
    """A function of a backend that has no rule: data where no tensor is in it."""
    values = [*a, *k.values()]
    if not any(isinstance(leaf, Tensor) for leaf in _leaves(values)):
        return m.world.unseen_value(m, node)
    why = Unknown(say("source.no_rule_for", name=dotted), line_of(node))
    return unknown_operation(m, values, node, why)
