"""Tensors, layers and models as the source holds them while it is evaluated."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from sizeup.network import Graph, Network, Parameter, Shape, Unknown, Written
from sizeup.readers.source.calls import call_function
from sizeup.readers.source.values import Class, Function, Instance, Lost

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sizeup.dims import Dim
    from sizeup.readers.source.machine import Machine

    Value = Any


class Node:
    """One call of a layer: what entered, what left, what it cost.

    `inputs` begin with those that the layer's rule sizes, in its order; the last `beside` are
    those that no size depends on, which enter as `keywords` say. `met` are all in the order in
    which Keras meets them. `error` is set where Keras would raise; what follows such a call is not
    sized. `within` is the call of the source's own layer that made this one.
    """

    __slots__ = ("beside", "body", "error", "inputs", "keywords", "layer", "line", "macs", "met", "number",
                 "options", "outputs", "samples", "shapes", "traced", "within")  # fmt: skip

    def __init__(
        self, layer: LayerValue, inputs: tuple[Tensor, ...], number: int, line: int | None
    ) -> None:
        self.layer = layer
        self.inputs = self.met = inputs
        self.beside = 0
        self.keywords: Mapping[str, Any] = {}
        self.options: Mapping[str, bool] = {}
        self.shapes: tuple[Shape | None, ...] = tuple(t.shape for t in inputs)
        self.outputs: tuple[Tensor, ...] = ()
        self.number = number
        self.line = line
        self.macs: Dim | None = 0
        self.samples: Dim | None = 1
        self.body: Graph | None = None
        self.traced: Graph | None = None
        self.error: str | None = None
        self.within: Node | None = None


class Tensor:
    """A symbolic tensor: its shape with the batch first, or None where that is not known.

    `rank_of` is the open value that gave the shape, while its rank is not known yet;
    `unknown` says why a shape is not known; `origin` is the open value that it stands for. A
    `constant` comes from weights and numbers alone: it has no batch, and no call of the network
    gives it. `is_batch` marks the number that is the open batch itself; `samples` is how many rows
    of the open first dimension belong to one sample (windows of an image that were put into the
    batch), None where that is not known. `masked` says whether Keras has a mask for it (`masks`), or is
    the mask that the source makes itself; `sparse` whether it is an input that says it is sparse.
    `made` is how the source makes a constant of its shape.
    """

    __slots__ = ("constant", "dtype", "index", "is_batch", "made", "masked", "node", "origin", "rank_of",
                 "samples", "shape", "sparse", "unknown")  # fmt: skip

    def __init__(
        self,
        shape: Shape | None,
        dtype: str = "float32",
        node: Node | None = None,
        index: int = 0,
    ) -> None:
        self.made: Written | None = None
        self.shape = shape
        self.dtype = dtype
        self.node = node
        self.index = index
        self.rank_of: Value = None
        self.origin: Value = None
        self.unknown: Unknown | None = None
        self.constant = False
        self.is_batch = False
        self.masked: bool | Tensor | None = False
        self.samples: Dim | None = 1
        self.sparse = False

    def __repr__(self) -> str:
        return f"<tensor {self.shape}>"

    @property
    def is_symbolic(self) -> bool:
        """Whether it is a `KerasTensor`, one that comes from a network's inputs.

        Inside of a layer's `call` Keras hands on its backend's own tensors.
        """
        tensor = self
        while tensor.node is not None and tensor.node.inputs:
            before = tensor.node.inputs
            tensor = next((each for each in before if not each.constant), before[0])
        return tensor.node is not None and not tensor.constant

    def attribute(self, m: Machine, name: str, node: ast.AST) -> Value:
        """`x.shape`, `x.name`, …"""
        return m.world.tensor_attribute(m, self, name, node)

    def item(self, m: Machine, index: Value, node: ast.AST) -> Value:
        """`x[index]`."""
        return m.world.tensor_item(m, self, index, node)

    def operate(self, m: Machine, sign: str, other: Value, swapped: bool, node: ast.AST) -> Value:
        """`x + other` and the like."""
        return m.world.tensor_operator(m, self, sign, other, swapped, node)


def constant(
    shape: Shape | None, dtype: str = "float32", *, unknown: Unknown | None = None
) -> Tensor:
    """A tensor that is made of weights and numbers alone."""
    tensor = Tensor(shape, dtype)
    tensor.constant = True
    tensor.unknown = unknown
    return tensor


def placeholder(tensor: Tensor) -> Tensor:
    """A tensor inside of a layer for one that enters it."""
    inner = Tensor(tensor.shape, tensor.dtype)
    inner.rank_of, inner.unknown = tensor.rank_of, tensor.unknown
    inner.constant, inner.samples = tensor.constant, tensor.samples
    inner.masked, inner.sparse, inner.made = tensor.masked, tensor.sparse, tensor.made
    return inner


class Vector(tuple[object, ...]):
    """Sizes as a tensor of them (`tf.shape(x)`): arithmetic is element by element."""

    __slots__ = ()

    def operate(self, m: Machine, sign: str, other: Value, swapped: bool, node: ast.AST) -> Value:
        """`vector * 2`, `vector + vector`."""
        return m.world.vector_operator(m, self, sign, other, swapped, node)

    def item(self, m: Machine, index: Value, node: ast.AST) -> Value:
        """`vector[index]`."""
        return m.world.vector_item(m, self, index, node)


class Weight(Tensor):
    """A weight that is no layer's yet, or one of layer `owner`'s.

    `foreign` is one of TensorFlow's own variables, which Keras 3 does not track.
    """

    __slots__ = ("foreign", "owner", "parameter")

    def __init__(self, parameter: Parameter, owner: LayerValue | None = None) -> None:
        super().__init__(parameter.shape, parameter.dtype)
        self.constant = True
        self.parameter = parameter
        self.owner = owner
        self.foreign = False

    def set_attribute(self, m: Machine, name: str, value: Value, _node: ast.AST) -> None:
        """`layer.kernel.trainable = False`; nothing else of a weight has a say."""
        if name == "trainable":
            m.world.flag_weight(m, self, m.decide(value))


class LayerValue(Instance):
    """A layer of the source, of a kind that Keras has or of the source's own class."""

    __slots__ = ("config", "declared", "error", "explicit", "inner", "kind", "line",
                 "marks", "name", "nodes", "parameters", "quiet", "rule", "tracked", "trainable",
                 "unknown", "written")  # fmt: skip

    def __init__(self, kind: str, cls: Class | None, identity: int, line: int | None) -> None:
        super().__init__(cls, identity)
        self.kind = kind
        self.rule = kind  # the kind that sizes it: a class of the source may derive from Keras' own
        self.config: dict[str, Value] = {}
        self.declared: Value = None  # the shape that it says will enter, batch first
        self.explicit: str | None = None  # the name that the source gives
        self.name = ""  # the name that Keras would give
        self.line = line
        self.trainable = True
        self.marks: dict[str | None, bool] = {}  # of variables, where not the layer's; None: of all
        self.parameters: tuple[Parameter, ...] | None = None
        self.nodes: tuple[Node, ...] = ()
        self.unknown: Unknown | None = None
        self.error: tuple[str, int | None] | None = None
        self.inner: dict[str, Value] = {}  # the layers that it holds, by their arguments
        self.quiet = False  # an operation, not a layer: Keras does not list it
        self.written: Written | None = None  # how the source writes an operation
        self.tracked: tuple[LayerValue, ...] = ()  # those that its attributes hold, in order

    def state(self) -> Value:
        """What calls and flags change."""
        return (self.trainable, self.parameters, self.nodes, self.unknown, self.error, self.config,
                self.explicit, self.name, self.tracked, self.marks)  # fmt: skip

    def restore(self, state: Value) -> None:
        """Bring a state back."""
        (self.trainable, self.parameters, self.nodes, self.unknown, self.error,
         self.config, self.explicit, self.name, self.tracked, self.marks) = state  # fmt: skip

    @property
    def has_call(self) -> bool:
        """Whether the source's class says itself what a call does."""
        return self.call_method is not None

    @property
    def call_method(self) -> Function | None:
        """`call`, or `get_output` as Keras 0 had it."""
        return self.method("call") or self.method("get_output")

    def method(self, name: str) -> Function | None:
        """A method that the source's class, or a base of it in the source, defines."""
        found = self.cls.find(name)[0] if self.cls is not None else None
        return found if isinstance(found, Function) else None

    def call(
        self, m: Machine, arguments: list[Value], keywords: dict[str, Value], node: ast.AST
    ) -> Value:
        """`layer(x)`."""
        own = self.method("__call__")
        if own is not None:
            return call_function(m, own, [self, *arguments], keywords, node)
        return m.world.call_layer(m, self, arguments, keywords, node)

    def attribute(self, m: Machine, name: str, node: ast.AST) -> Value:
        """`layer.output`, `layer.units`, …"""
        return m.world.layer_attribute(m, self, name, node)

    def set_attribute(self, m: Machine, name: str, value: Value, node: ast.AST) -> None:
        """`layer.trainable = False`, or an attribute of the source's own class."""
        m.world.set_layer_attribute(m, self, name, value, node)

    def class_of(self, m: Machine) -> Value:
        """`type(layer)`: the source's class or Keras' own."""
        return self.cls or m.world.layer_class(self)

    def inherited(self, m: Machine, name: str, node: ast.AST) -> Value:
        """`super().name` in a class that derives from a Keras class."""
        return m.world.inherited(m, self, name, node)


class MergeLayer(LayerValue):
    """A merge of Keras 0 and 1: what it merges by itself, and how; `shared` is applied before."""

    __slots__ = ("branches", "options", "shared")

    def __init__(self, kind: str, cls: Class | None, identity: int, line: int | None) -> None:
        super().__init__(kind, cls, identity, line)
        self.branches: tuple[Value, ...] = ()
        self.options: dict[str, Value] = {}
        self.shared: LayerValue | None = None


class ModelValue(LayerValue):
    """A model: a Sequential, or a functional one between `inputs` and `outputs`."""

    __slots__ = (
        "inputs", "layers", "loaded", "order", "outputs", "pending", "sequential", "snapshot", "structure",
    )  # fmt: skip

    def __init__(self, kind: str, cls: Class | None, identity: int, line: int | None) -> None:
        super().__init__(kind, cls, identity, line)
        self.sequential = kind == "Sequential"
        self.inputs: tuple[Tensor, ...] = ()
        self.outputs: tuple[Tensor, ...] = ()
        self.layers: tuple[LayerValue, ...] = ()  # of a Sequential, in order
        self.loaded: str | None = None  # the file that it loads its weights from
        self.pending: Lost | None = None  # why further layers may be there
        self.structure: Value = None  # how the outputs are nested
        self.order: Value = None  # between which ends its layers were listed, and how
        self.snapshot: tuple[int, Network] | None = None  # when it was captured, and as what

    @property
    def call_method(self) -> Function | None:
        """A model's `call`."""
        return self.method("call")

    def state(self) -> Value:
        """What calls, flags and added layers change."""
        inner = super().state()
        return (inner, self.inputs, self.outputs, self.layers, self.pending, self.loaded)

    def restore(self, state: Value) -> None:
        """Bring a state back."""
        inner, self.inputs, self.outputs, self.layers, self.pending, self.loaded = state
        super().restore(inner)
