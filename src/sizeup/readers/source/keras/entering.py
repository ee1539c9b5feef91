"""What enters a layer that is called: the tensors that size it, those beside, and flags.

Keras takes all tensors among the arguments into its graph, the masks and the states as well, so
that the layers that make them belong to the network; but sizes depend on few of them.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from sizeup.readers.source.keras.calling import as_tensor, tensors_in
from sizeup.readers.source.keras.objects import LayerValue, ModelValue, Node, Tensor
from sizeup.readers.source.keras.written import keywords_of
from sizeup.readers.source.machine import Machine
from sizeup.records import Record
from sizeup.rules.registry import find_rule, takes_states

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any


class Entering(Record):
    """The arguments of a call, sorted.

    `inputs` size the layer, in the order of its rule; `beside` are the other tensors, `met` all of
    them in the order in which Keras meets them; `options` are the flags that sizes depend on;
    `keywords` are the arguments by which those beside enter, as far as these are known by name,
    and whether the source says that it is trained.
    """

    inputs: tuple[Tensor, ...]
    beside: tuple[Tensor, ...] = ()
    met: tuple[Tensor, ...] = ()
    options: Mapping[str, bool] = {}
    keywords: Mapping[str, Value] = {}

    def describe(self, call: Node) -> None:
        """Say in a call of `inputs` what else enters."""
        call.inputs = (*self.inputs, *self.beside)
        call.shapes = tuple(tensor.shape for tensor in call.inputs)
        call.met, call.beside, call.options = self.met, len(self.beside), self.options
        call.keywords = self.keywords


def sort_arguments(
    m: Machine,
    layer: LayerValue,
    arguments: Sequence[Value],
    keywords: Mapping[str, Value],
    node: ast.AST,
) -> Entering:
    """Sort the arguments of `layer(…)`.

    A layer whose rule names no arguments of the call is sized by the first one alone; one of a
    class that is not known by all that it is given.
    """
    in_order = [*arguments, *(keywords[name] for name in sorted(keywords))]
    found = [value for argument in in_order for value in tensors_in(m, argument)]
    met = tuple(value for value in found if isinstance(value, Tensor))
    rule = find_rule(layer.rule)
    if rule is None and not isinstance(layer, ModelValue):
        inputs = met or tuple(as_tensor(m, value, node) for value in found[:1])
        return Entering(inputs, (), inputs)
    options: dict[str, bool] = {}
    if rule is None or not rule.called:
        sizing = list(arguments[:1]) or list(keywords.values())[:1]
    else:
        names = [name for name in rule.tensors or () if name in rule.call] or list(rule.call)[:1]
        named = {**dict(zip(rule.call, arguments, strict=False)), **keywords}
        sizing = [named[name] for name in names if name in named]
        chosen = {name: m.decide(named[name]) for name in rule.options if name in named}
        options = {name: flag for name, flag in chosen.items() if flag != rule.options[name]}
    inputs = tuple(as_tensor(m, v, node) for argument in sizing for v in tensors_in(m, argument))
    sized = {id(tensor) for tensor in inputs}
    beside = tuple(tensor for tensor in met if id(tensor) not in sized)
    opened = tuple(t for t in inputs if not any(t is known for known in met))
    entering = (*opened, *met)
    flag = m.resolve(keywords.get("training"))
    training = {"training": flag} if isinstance(flag, bool) and not layer.quiet else {}
    if not beside:
        return Entering(inputs, beside, entering, options, training)
    named = {key: v for key, v in keywords.items() if all(v is not each for each in sizing)}
    if takes_states(layer.rule) and len(arguments) > 1:
        named["initial_state"] = arguments[1]
    told = {**keywords_of(m, named, (*inputs, *beside)), **training}
    return Entering(inputs, beside, entering, options, told)
