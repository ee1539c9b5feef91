"""Porting to Keras 3."""

from __future__ import annotations

MESSAGES: dict[str, str] = {
    "port.kind": "{name}: Keras 3 has no layer {kind}, and what it does is not known here",
    "port.operation": "{name}: what this operation computes is not known",
    "port.name": "{name} is the name of a module of Keras: bind it",
    "port.unread": "the code is not read as it should be: {reason}",
    "port.differs": "the code reads as another network: {what}",
    "port.refused": "{name} cannot be written in Keras 3: {why}",
    "port.turned": "channels_first in the source, channels_last here: images enter with their "
    "channels last",
    "port.order": "{names}: the values come in another order than in the source, "
    "which matters to trained weights alone",
    "port.stays": "channels_first as in the source: {name} would not be the same with channels_last",
    "port.time_major": "{name}: Keras 3 takes no sequences with the time in front",
    "port.full": "{name}: Keras 3 has no padding 'full'",
    "port.renorm": "{name}: Keras 3 has no batch renormalization",
    "port.implementation": "{name}: locally connected layers are written anew only with "
    "implementation=1, not as a dense or sparse matrix",
    "port.value": "{name}: the value of {argument} is not known",
    "port.regularizers": "regularizers and constraints are left out: they have no say in sizes",
    "port.activation": "{name}: the activation {value} is not Keras' own and is left out",
    "port.initializer": "{name}: the initializer {value} is not known and is left out",
    "port.weights": "{name}: what the weights of a {kind} of the source's own do is not known",
    "port.held": "{name}: Keras builds no layers that a {kind} of the source's own holds inside of a wrapper",
    "port.function": "{name}: what its function does is not known, or more than an expression says",
    "port.more": " and {count} more",
    "port.partial": "{name}: what the source does not say of them is left to Keras' defaults",
    "port.derived": "{name}: written as the {value} that the source's class derives from",
    "port.own": "the layers of the source's own have their weights with Keras' initializers",
    "port.no_graph": "how its layers hang together is not known",
    "port.input": "the shape that enters is not known",
    "port.constant": "a constant of the source's is used as a tensor",
    "port.beside": "{name}: which argument of the call a further tensor is is not known",
    "port.free": "free: {names}; bind them first",
}
