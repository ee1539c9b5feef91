"""Functional models of configurations: their layers made, and called in the order that is told."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from sizeup.errors import ReadError
from sizeup.network import Unknown
from sizeup.readers.saved.described import Described, described
from sizeup.readers.saved.operations import is_operation, operate
from sizeup.readers.saved.tensors import Key, history, is_reference, key_of, told_shape
from sizeup.readers.source.keras import models
from sizeup.readers.source.keras.calling import tensors_in
from sizeup.readers.source.keras.objects import LayerValue, ModelValue, Tensor
from sizeup.readers.source.values import Lost, Raised
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sizeup.readers.saved.layers import Make
    from sizeup.readers.source.machine import Machine

    Value = Any

PLAIN = frozenset({"Model", "Functional", "Container", "Network"})
"""How Keras called a model of layers and their calls."""
CONSTANT = ("_CONSTANT_VALUE", "_constant")
"""What Keras 2 wrote in place of a layer where no tensor entered."""


class Waiting(Exception):  # noqa: N818  (caught where calls are put in order)
    """A call needs a tensor that no call has given yet."""


class Wiring:
    """The layers of one functional model by their names, and what has left them so far."""

    def __init__(self, m: Machine, make: Make, told: Mapping[str, Any]) -> None:
        self.m = m
        self.make = make
        layers = told.get("layers")
        if not isinstance(layers, list):
            raise ReadError(say("saved.no_layers"))
        self.described = [described(layer) for layer in layers]
        self.layers: dict[str, LayerValue] = {}
        self.left: dict[str, list[list[Tensor]]] = {}
        self.ends = {end: told.get(end) for end in ("input_layers", "output_layers")}
        self.ended = False  # whether all calls are made, so that the ends are asked for
        self.numbers = self._numbers()
        for each in self.described:
            self._begin(each)

    def _begin(self, told: Described) -> None:
        name = _name(told)
        if name in self.left:
            raise ReadError(say("saved.twice", name=name))
        self.left[name] = []
        if is_operation(told):
            return
        made = self.layers[name] = self.make(told)
        if made.kind == "InputLayer":
            shape, dtype = made.declared, made.config.get("dtype")
            dtype = dtype if isinstance(dtype, str) else "float32"
            entering = models.make_input(self.m, made, shape, dtype, ast.Name(name))
            self.left[name].append([entering])

    def _numbers(self) -> dict[str, dict[int, int]]:
        """The place of each call among those of its layer, by the number that Keras 1 and 2 gave it.

        A model may have been called before it was used here. Every call that is kept leads to the
        outputs, so that all numbers of a layer occur.
        """
        calls = [_calls(each.inbound) for each in self.described]
        if any(isinstance(call, dict) for each in calls for call in each):  # Keras 3
            return {}
        used: dict[str, set[int]] = {}
        names = {each.name for each in self.described}
        for name, number, _ in _references([*calls, *self.ends.values()], names):
            used.setdefault(name, set()).add(number)
        return {name: {number: place for place, number in enumerate(sorted(numbers))}
                for name, numbers in used.items()}  # fmt: skip

    def run(self) -> tuple[Value, Value]:
        """Make all calls; what enters the model and what leaves it."""
        pending = {
            _name(each): _calls(each.inbound) for each in self.described if _calls(each.inbound)
        }
        by_name = {_name(each): each for each in self.described}
        while pending:
            progress = False
            for name in list(pending):
                calls = pending[name]
                while calls:
                    try:
                        self._call(by_name[name], calls[0])
                    except Waiting:
                        break
                    calls.pop(0)
                    progress = True
                if not calls:
                    del pending[name]
            if pending and not progress:
                raise ReadError(say("saved.unfed", name=next(iter(pending))))
        self.ended = True
        try:
            return self._filled(self.ends["input_layers"]), self._filled(self.ends["output_layers"])
        except Waiting:
            raise ReadError(say("saved.no_ends")) from None

    def _call(self, told: Described, call: object) -> None:
        m, name = self.m, _name(told)
        arguments, keywords = self._arguments(call)
        layer = self.layers.get(name)
        node = ast.Name(name)
        if layer is None:
            result = operate(m, told, arguments, keywords, node)
        else:
            try:
                result = m.world.call_layer(m, layer, arguments, keywords, node)
            except Raised as raised:
                result = Lost(str(raised))
        leaving = [t for t in tensors_in(m, result) if isinstance(t, Tensor)]
        if not leaving:
            reason = result.reason if isinstance(result, Lost) else say("source.shape_unknown")
            leaving = [_unknown_tensor(reason)]
        self.left[name].append(leaving)

    def _arguments(self, call: object) -> tuple[list[Value], dict[str, Value]]:
        """The arguments of a call with tensors in place of references."""
        if isinstance(call, dict):  # Keras 3
            arguments, keywords = call.get("args"), call.get("kwargs")
            given = self._filled(arguments) if isinstance(arguments, list) else []
            named = self._filled(keywords) if isinstance(keywords, dict) else {}
            return list(given), named
        if is_reference(call):
            call = [call]
        entries = list(call.values()) if isinstance(call, dict) else call
        if not isinstance(entries, list):
            raise ReadError(say("saved.no_call"))
        tensors, keywords2 = [], {}
        for entry in entries:
            tensor, more = self._entry(entry)
            tensors.append(tensor)
            keywords2.update(more)
        return [tensors[0] if len(tensors) == 1 else tensors], keywords2

    def _entry(self, entry: object) -> tuple[Value, dict[str, Value]]:
        """One tensor of a call as Keras 1 and 2 wrote it, and the call's further arguments."""
        more: dict[str, Value] = {}
        if isinstance(entry, list) and len(entry) == 4 and isinstance(entry[3], dict):
            more = self._filled(entry[3])
        if isinstance(entry, list) and entry and entry[0] in CONSTANT:
            return (self._filled(entry[2]) if len(entry) > 2 else None), more
        return (self._tensor(key_of(entry)) if is_reference(entry) else self._filled(entry)), more

    def _filled(self, value: object) -> Value:
        """A structure with tensors in place of references to them."""
        if isinstance(value, dict):
            if value.get("class_name") == "__keras_tensor__":
                key = history(value)
                if key is None:
                    raise ReadError(say("saved.no_call"))
                tensor = self._tensor(key)
                return _with_shape(tensor, told_shape(value["config"].get("shape")))
            if "class_name" in value:
                from sizeup.readers.saved.layers import plain

                return plain(value, self.make)
            return {key: self._filled(each) for key, each in value.items()}
        if is_reference(value) and value[0] in self.left:  # type: ignore[index]
            return self._tensor(key_of(value))
        if isinstance(value, list):
            return [self._filled(each) for each in value]
        return value

    def _tensor(self, key: Key) -> Tensor:
        name, number, output = key
        if name not in self.left:
            raise ReadError(say("saved.unknown_layer", name=name))
        layer = self.layers.get(name)
        place = self.numbers.get(name, {}).get(number, number)
        if (
            self.ended
            and not self.numbers
            and isinstance(layer, ModelValue)
            and not layer.sequential
        ):
            place = max(0, place - 1)  # Keras 3 counts so at the ends, and only there
        if place >= len(self.left[name]):
            raise Waiting
        leaving = self.left[name][place]
        if output >= len(leaving) and (layer is None or layer.unknown is not None):
            first = leaving[0]
            for index in range(len(leaving), output + 1):
                part = Tensor(None, first.dtype, first.node, index)
                part.unknown = first.unknown
                leaving.append(part)
            if first.node is not None:
                first.node.outputs = tuple(leaving)
        if output >= len(leaving):
            raise ReadError(say("saved.no_output", name=name, output=output))
        return leaving[output]


def functional(m: Machine, make: Make, told: Described) -> ModelValue:
    """The model of a configuration of layers and their calls."""
    assert isinstance(told.config, dict)
    inputs, outputs = Wiring(m, make, told.config).run()
    model = ModelValue("Functional", None, m.unique(), None)
    given = {"inputs": inputs, "outputs": outputs, "name": told.name}
    if isinstance(told.config.get("trainable"), bool):
        given["trainable"] = told.config["trainable"]
    try:
        models.start_functional(m, model, [], given, ast.Name(told.name or told.kind))
    except Raised as raised:
        raise ReadError(raised.message or raised.kind) from None
    model.kind = told.kind if told.kind not in PLAIN else "Functional"
    if not told.own or model.kind != "Functional":
        model.unknown = Unknown(say("saved.more", kind=told.kind))
    m.world.register(m, model)
    return model


def _name(told: Described) -> str:
    if told.name is None:
        raise ReadError(say("saved.no_name", kind=told.kind))
    return told.name


def _calls(inbound: object) -> list[object]:
    """The calls of a layer, one after the other."""
    return list(inbound) if isinstance(inbound, list) else []


def _references(value: object, names: set[str | None]) -> Iterator[Key]:
    """All tensors that a structure refers to."""
    pending = [value]
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            key = history(value) if value.get("class_name") == "__keras_tensor__" else None
            if key is not None:
                yield key
            else:
                pending.extend(value.values())
        elif isinstance(value, list):
            if is_reference(value) and value[0] in names:
                yield key_of(value)
                pending.extend(value[3:])
            else:
                pending.extend(value)


def _with_shape(tensor: Tensor, shape: Value) -> Tensor:
    """A tensor, with the shape that the file tells where nothing else does."""
    if tensor.shape is None and shape is not None:
        tensor.shape, tensor.unknown, tensor.rank_of = shape, None, None
    return tensor


def _unknown_tensor(reason: str) -> Tensor:
    tensor = Tensor(None)
    tensor.unknown = Unknown(reason)
    return tensor
