"""`keras.applications`: its functions, evaluated from the zoo's own files of them.

A file is parsed when a source first calls one of its networks, with the line of that call in
place of its own lines, so that whatever it makes carries the line of the person's text.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from functools import partial

from sizeup.network import Unknown
from sizeup.readers.source.calls import call
from sizeup.readers.source.keras import models
from sizeup.readers.source.keras.calling import apply, as_tensor, tensors_in
from sizeup.readers.source.keras.objects import LayerValue, ModelValue, Tensor
from sizeup.readers.source.machine import Machine, line_of
from sizeup.readers.source.values import Builtin, Lost, Module, NeedDecision, Open, Scope
from sizeup.readers.source.written import written
from sizeup.words import say
from sizeup.zoo.applications import EARLY, HOMES, __path__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any

IMAGE = 3
"""The rank of an image."""
SUBMODULES = frozenset({
    "convnext", "densenet", "efficientnet", "efficientnet_v2", "imagenet_utils",
    "inception_resnet_v2", "inception_v3", "mobilenet", "mobilenet_v2", "mobilenet_v3",
    "nasnet", "resnet", "resnet50", "resnet_v2", "resnext", "vgg16", "vgg19", "xception",
    "regnet", "resnet_rs",
})  # fmt: skip
OLD_NAMES = {"conv1": "conv1_conv", "bn_conv1": "conv1_bn", "max_pooling2d_1": "pool1_pool",
             "fc1000": "predictions", "zero_padding2d_1": "conv1_pad"}  # fmt: skip
OLD_BLOCK = re.compile(r"(res|bn)([2-5])([a-f])_branch(1|2[abc])")
OLD_NUMBER = re.compile(r"(activation|add)_(\d+)")

WORLDS = frozenset({"backend", "layers", "models", "utils"})
"""What `keras_applications` had to be told: the Keras that it runs in."""


TOOLS = {"_obtain_input_shape": "obtain_input_shape", "obtain_input_shape": "obtain_input_shape",
         "correct_pad": "correct_pad"}  # fmt: skip
"""What Keras' own networks are made with and others borrow, and what `common` calls it."""


class Application:
    """A function of `keras.applications` that makes a network."""

    __slots__ = ("name",)
    exacting = True
    """What is called with arguments that cannot be seen is not what it is without them."""

    def __init__(self, name: str) -> None:
        self.name = name

    def call(self, m: Machine, a: list[Value], k: dict[str, Value], node: ast.AST) -> Value:
        """The network for the caller's arguments, or an unknown one."""
        k = {name: value for name, value in k.items() if name not in WORLDS}
        homes = {**HOMES, **EARLY} if m.world.dialect.version == 1 else HOMES
        home = homes.get(self.name)
        if home is None:
            return _unknown(m, self.name, say("source.no_rule", name=self.name), node)
        if "**" in k:
            return _unknown(m, self.name, say("source.star", code=written(node)), node)
        m.world.made_layers = True  # what is raised from here on is about a network
        function = load(m, home, line_of(node)).variables[self.name]
        if self.name == "ResNet50" and "pooling" not in k and m.world.dialect.version == 2:
            m.note("assumed", say("source.early_resnet"), line_of(node))
        k = {name: _argument(m, name, value, k, node) for name, value in k.items()}
        return _apart(m, lambda: call(m, function, a, k, node))

    def attribute(self, m: Machine, name: str, node: ast.AST) -> Value:
        """`VGG16.__name__`."""
        return self.name if name == "__name__" else m.world.unseen_value(m, node)


def renamed(layers: Sequence[LayerValue], old: str) -> LayerValue | None:
    """A layer of ResNet50 by the name that it had up to Keras 2.2, where `layers` hold it."""
    new = OLD_NAMES.get(old)
    if found := OLD_BLOCK.fullmatch(old):
        kind, stage, letter, branch = found.groups()
        place = "1abc".index(branch[-1])
        ending = "conv" if kind == "res" else "bn"
        new = f"conv{stage}_block{ord(letter) - ord('a') + 1}_{place}_{ending}"
    elif found := OLD_NUMBER.fullmatch(old):
        kind = {"activation": "Activation", "add": "Add"}[found[1]]
        made = sorted(layers, key=lambda layer: layer.identity)
        in_order = [layer.name for layer in made if layer.kind == kind]
        number = int(found[2])
        new = in_order[number - 1] if 0 < number <= len(in_order) else None
    if not any(layer.name == "conv5_block3_3_conv" for layer in layers):
        return None
    return next((layer for layer in layers if layer.name == new), None)


def member(m: Machine, path: str) -> Value:
    """What is called `path` below `keras.applications`; None where it is nothing special."""
    parent, _, name = path.rpartition(".")
    if name in SUBMODULES and parent == "keras.applications":
        return Module(path)
    if name == "preprocess_input":
        return Builtin(name, _preprocess)
    if name == "decode_predictions":
        return m.world.inert(name)
    if name in TOOLS:
        return Builtin(name, partial(_tool, TOOLS[name]))
    network = name in HOMES or (name[:1].isupper() and not name.isupper())
    return Application(name) if network else None


def _tool(tool: str, m: Machine, a: list[Value], k: dict[str, Value], node: ast.AST) -> Value:
    """What a function of `common` gives."""
    m.world.made_layers = True  # what it raises is about a network
    function = load(m, "common", line_of(node)).variables[tool]
    if tool == "correct_pad":  # `keras_applications` had to be told its backend first
        a = a[-2:]
    elif a:
        a = [_argument(m, "input_shape", a[0], k, node), *a[1:]]
    k = {name: _argument(m, name, value, k, node) for name, value in k.items()}
    return _apart(m, lambda: call(m, function, a, k, node))


def unsaid(m: Machine, name: str, node: ast.AST) -> Application | None:
    """A network of Keras by its bare name, where the text does not say what that is."""
    if name not in HOMES:
        return None
    m.note("assumed", say("source.application", name=name), line_of(node))
    return Application(name)


def star() -> dict[str, Value]:
    """What `from keras.applications import *` gives."""
    return {name: Application(name) for name in HOMES}


def borrowed(m: Machine, dotted: str, name: str, node: ast.AST) -> Value:
    """A name of one of the zoo's files, as another one imports it."""
    return load(m, dotted.rpartition(".")[2], line_of(node)).variables[name]


def load(m: Machine, file: str, line: int | None) -> Scope:
    """The names of one of the zoo's files, for a call in `line`."""
    found: Scope | None = m.world.borrowed.get((file, line))
    if found is None:
        with open(f"{__path__[0]}/{file}.py", "rb") as text:  # noqa: PTH123
            tree = ast.parse(text.read())
        for node in ast.walk(tree):
            if hasattr(node, "lineno") and line is not None:
                node.lineno = line
        found = m.world.borrowed[file, line] = Scope()
        settings, journals = m.settings, m.journals
        m.settings, m.journals = {}, []  # neither bound from outside nor undone
        try:
            m.execute(tree.body, found)
        finally:
            m.settings, m.journals = settings, journals
    return found


def _apart(m: Machine, run: Value) -> Value:
    """Evaluate what is not the person's text: in Keras 3, and naming no network."""
    world = m.world
    version, builders, builds = world.version, m.builders, len(world.builds)
    holders = {key: list(names) for key, names in world.holders.items()}
    world.version, m.builders = 3, frozenset()
    try:
        return run()
    finally:
        world.version, m.builders, world.holders = version, builders, holders
        del world.builds[builds:]


def _argument(
    m: Machine, name: str, value: Value, keywords: dict[str, Value], node: ast.AST
) -> Value:
    """An argument, with what is open told as far as Keras tells it."""
    if name == "weights" and isinstance(value, Open | Lost):
        return None  # a file of weights that fit
    if name == "input_shape" and isinstance(value, Open):
        if ("rank", value.key) not in m.decisions:
            raise NeedDecision(("rank", value.key), (IMAGE,), (None,))
        return tuple(m.item(value.key, value.text, i, value.why, value.line) for i in range(IMAGE))
    if name == "input_tensor" and isinstance(value, Open | Lost):
        trained = keywords.get("weights", "imagenet") == "imagenet"
        return None if trained else as_tensor(m, value, node)  # trained: an image of 3 channels
    return value


def _unknown(m: Machine, name: str, reason: str, node: ast.AST) -> ModelValue:
    """A network of which nothing is known but that an image enters."""
    line = line_of(node)
    inside = LayerValue(name, None, m.unique(), line)
    inside.unknown = Unknown(reason, line)
    start = LayerValue("InputLayer", None, m.unique(), line)
    model = ModelValue("Functional", None, m.unique(), line)
    model.inputs = (models.make_input(m, start, None, "float32", node),)
    model.outputs = apply(m, inside, model.inputs, node).outputs
    model.pending = Lost(reason, line)
    m.world.register(m, model)
    return model


def _preprocess(m: Machine, a: list[Value], k: dict[str, Value], node: ast.AST) -> Value:
    """`preprocess_input(x)`: of the shape of `x`."""
    value = m.resolve(a[0] if a else k.get("x"))
    if not isinstance(value, Tensor):
        return value
    return m.world.tensor_operator(m, value, "-", 1, swapped=False, node=node)


def source_inputs(m: Machine, a: list[Value], k: dict[str, Value], node: ast.AST) -> Value:
    """`get_source_inputs(tensor)`: the inputs that a tensor goes back to."""
    found: list[Tensor] = []
    pending = [t for value in (*a, *k.values()) for t in tensors_in(m, value)]
    while pending:
        tensor = pending.pop(0)
        before = tensor.node.inputs if isinstance(tensor, Tensor) and tensor.node else ()
        pending = [*before, *pending]
        if not before and not any(tensor is known for known in found):
            found.append(tensor)
    return found


def is_keras_tensor(m: Machine, a: list[Value], _k: dict[str, Value], _node: ast.AST) -> bool:
    """`is_keras_tensor(x)`."""
    return isinstance(m.resolve(a[0]), Tensor)


def is_sparse(m: Machine, a: list[Value], k: dict[str, Value], _node: ast.AST) -> bool:
    """`K.is_sparse(x)`: of an input that says so, and of what only moves its elements."""
    tensor = m.resolve(next(iter([*a, *k.values()]), None))
    while isinstance(tensor, Tensor) and not tensor.sparse:
        made = tensor.node
        if made is None or made.layer.kind not in MOVING or not made.inputs:
            return False
        tensor = made.inputs[0]
    return isinstance(tensor, Tensor)


MOVING = frozenset({"ops.transpose", "ops.along", "ops.reshape"})
"""Operations whose result is sparse where what they are given is."""
