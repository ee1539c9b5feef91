"""Keras 0 and 1's merges: `merge()`, `Merge`, `LambdaMerge`, `Siamese`, and models that begin so."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from sizeup.network import Shape, Unknown
from sizeup.readers.source.calls import call
from sizeup.readers.source.keras import models
from sizeup.readers.source.keras.arguments import Unsized, describe, plain, to_shape
from sizeup.readers.source.keras.calling import apply, as_tensor, tensors_in
from sizeup.readers.source.keras.objects import LayerValue, MergeLayer, ModelValue, Tensor
from sizeup.readers.source.machine import Machine, line_of
from sizeup.readers.source.operators import iterate
from sizeup.readers.source.values import Bound, Builtin, Function, Lost, Open, Raised
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any

MODES = {"sum": "Add", "mul": "Multiply", "ave": "Average", "max": "Maximum", "min": "Minimum",
         "concat": "Concatenate", "join": "Concatenate", "dot": "Dot", "cos": "Dot"}  # fmt: skip
"""What Keras 3 calls a mode of merging."""

OPTIONS = ("mode", "concat_axis", "dot_axes", "output_shape", "output_mask", "arguments")
FUNCTIONS = Function | Bound | Builtin


def merge_function(m: Machine, a: list[Value], k: dict[str, Value], node: ast.AST) -> Value:
    """Keras 1's `merge([x, y], mode='concat', concat_axis=-1)`."""
    given = {**dict(zip(("inputs", *OPTIONS), a, strict=False)), **k}
    inputs = given.pop("inputs", None)
    return merge_tensors(m, tensors_in(m, inputs), given, node)


def make_merge(m: Machine, a: list[Value], k: dict[str, Value], node: ast.AST) -> Value:
    """`Merge([model_a, model_b], mode='concat')`, `Merge(mode='sum')`."""
    given = {**dict(zip(("layers", *OPTIONS), a, strict=False)), **k}
    return _made(m, given.pop("layers", None), given, node)


def make_lambda_merge(m: Machine, a: list[Value], k: dict[str, Value], node: ast.AST) -> Value:
    """Keras 0.3's `LambdaMerge(layers, function, output_shape)`."""
    given = {**dict(zip(("layers", "function", "output_shape", "arguments"), a, strict=False)), **k}
    given.update(mode=given.pop("function", None), layers_given=True)
    return _made(m, given.pop("layers", None), given, node)


def make_siamese(m: Machine, a: list[Value], k: dict[str, Value], node: ast.AST) -> Value:
    """Keras 0.3's `Siamese(layer, inputs, merge_mode)`: one layer on several inputs, merged."""
    names = ("layer", "inputs", "merge_mode", "concat_axis", "dot_axes", "is_graph")
    given = {"merge_mode": "concat", "concat_axis": 1, **dict(zip(names, a, strict=False)), **k}
    options = {"mode": given["merge_mode"], "concat_axis": given["concat_axis"],
               "dot_axes": given.get("dot_axes", -1)}  # fmt: skip
    made = _made(m, given.get("inputs"), options, node)
    shared = m.resolve(given.get("layer"))
    made.shared = shared if isinstance(shared, LayerValue) else None
    return made


class Branch:
    """A layer as the function of a `LambdaMerge` sees it: it is asked for its output."""

    __slots__ = ("tensor",)

    def __init__(self, tensor: Value) -> None:
        self.tensor = tensor

    def attribute(self, m: Machine, name: str, node: ast.AST) -> Value:
        """`layer.get_output(train)`, `layer.output_shape`."""
        if name == "get_output":
            return Builtin(name, lambda _m, _a, _k, _n: self.tensor)
        if name == "output_shape" and isinstance(self.tensor, Tensor):
            return m.world.tensor_attribute(m, self.tensor, "shape", node)
        return Lost(say("source.attribute", name=name), line_of(node))


MAKERS = {
    "Merge": make_merge,
    "LambdaMerge": make_lambda_merge,
    "Siamese": make_siamese,
}


def _made(m: Machine, branches: Value, options: dict[str, Value], node: ast.AST) -> MergeLayer:
    mode = m.resolve(options.get("mode", "sum"))
    kind = MODES.get(mode, "Merge") if isinstance(mode, str) else "Merge"
    layer = MergeLayer(kind, None, m.unique(), line_of(node))
    describe(m, layer, options)
    branches = m.resolve(branches)
    layer.branches = tuple(iterate(m, branches, node)) if branches is not None else ()
    layer.options = options
    if kind != "Merge":
        try:
            layer.config.update(_config(m, kind, options))
        except Unsized as lost:
            layer.unknown = Unknown(lost.reason, lost.line or line_of(node))
    m.world.register(m, layer)
    return layer


def _config(m: Machine, kind: str, options: dict[str, Value]) -> dict[str, Value]:
    if kind == "Concatenate":
        return {"axis": plain(m, options.get("concat_axis", -1))}
    if kind != "Dot":
        return {}
    axes = plain(m, options.get("dot_axes", -1))
    if isinstance(axes, tuple):  # Keras 0 took a list of axes for each input
        axes = tuple(axis[0] if isinstance(axis, tuple) and len(axis) == 1 else axis
                     for axis in axes)  # fmt: skip
    return {"axes": axes}


def merge_tensors(
    m: Machine, tensors: Sequence[Value], options: dict[str, Value], node: ast.AST
) -> Value:
    """Several tensors as one."""
    return apply_merge(m, _made(m, None, options, node), tensors, node)


def apply_merge(
    m: Machine, layer: MergeLayer, tensors: Sequence[Value], node: ast.AST | None
) -> Value:
    """Call a merge layer; a function as the mode is followed on the tensors."""
    where = node or ast.Pass()
    if layer.shared is not None:
        entered = [as_tensor(m, tensor, where) for tensor in tensors]
        tensors = [m.world.run_layer(m, layer.shared, [t], node)[0] for t in entered]
    mode = m.resolve(layer.options.get("mode", "sum"))
    if not isinstance(mode, FUNCTIONS):
        called = [as_tensor(m, tensor, where) for tensor in tensors]
        return m.world.run_layer(m, layer, called, node)[0]
    arguments = m.resolve(layer.options.get("arguments"))
    extra = arguments if isinstance(arguments, dict) else {}
    entering: list[Value] = list(tensors)
    if "layers_given" in layer.options:
        entering = [Branch(tensor) for tensor in tensors]
    result = call(m, mode, [entering], extra, where)
    if isinstance(result, Tensor) and result.shape is None:
        shape = _said_shape(m, layer, tensors, where)
        if shape is not None:
            result.shape, result.unknown = shape, None
    return result


def _said_shape(
    m: Machine, layer: MergeLayer, tensors: Sequence[Value], node: ast.AST
) -> Shape | None:
    """The `output_shape` that the source gives beside a function."""
    said = m.resolve(layer.options.get("output_shape"))
    shapes = [t.shape for t in tensors if isinstance(t, Tensor)]
    batch: tuple[Value, ...] = (None,)
    if isinstance(said, FUNCTIONS) and None not in shapes:
        said = m.resolve(call(m, said, [shapes], {}, node))
        batch = ()
    if not isinstance(said, tuple | list):
        return None
    try:
        shape = to_shape(m, tuple(said))
    except Unsized:
        return None
    return (*batch, *shape) if isinstance(shape, tuple) else None


def join(m: Machine, model: ModelValue, layer: MergeLayer, node: ast.AST) -> None:
    """Begin a Sequential with branches: their inputs become its own, their layers stay in it."""
    inputs: list[Tensor] = []
    tensors: list[Value] = []
    for given in layer.branches:
        entering, leaving = _ends(m, m.resolve(given), node)
        inputs.extend(t for t in entering if not any(t is known for known in inputs))
        tensors.append(leaving)
    model.inputs = tuple(inputs)
    merged = apply_merge(m, layer, tensors, node)
    if isinstance(merged, Tensor):
        model.outputs = (merged,)
    else:
        lost = merged if isinstance(merged, Lost) else None
        reason = lost.reason if lost else say("source.shape_unknown")
        model.pending = model.pending or Lost(reason, line_of(node))
    model.layers = (layer,)


def _ends(m: Machine, branch: Value, node: ast.AST) -> tuple[Sequence[Tensor], Value]:
    """The inputs of a branch and what leaves it."""
    if isinstance(branch, Open | Lost):
        unseen = m.world.unknown_layer(m, branch, node)
        return (), apply(m, unseen, (), node).outputs[0]
    if not isinstance(branch, LayerValue):
        kind = getattr(branch, "name", type(branch).__name__)
        raise Raised("TypeError", say("source.not_layer", what=kind), line_of(node))
    if not isinstance(branch, ModelValue):
        chain = ModelValue("Sequential", None, m.unique(), branch.line)
        models.add_layer(m, chain, branch, node)
        branch = chain
    if branch.sequential and not branch.inputs:
        models.assume_input(m, branch, node)
    if not branch.outputs:
        raise Raised("ValueError", say("source.branch", name=branch.name or "?"), line_of(node))
    return branch.inputs, branch.outputs[0]
