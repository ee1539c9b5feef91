"""What a configuration says of one object: its class and arguments, as each Keras wrote them.

Keras 3: `{"module": …, "class_name": …, "config": {…}, "registered_name": …, "build_config": …}`;
Keras 1 and 2: `{"class_name": …, "config": {…}}`; Keras 0: the arguments themselves, with the
class's name as `name` and the layer's as `custom_name`.
"""

from __future__ import annotations

from collections.abc import Mapping

from sizeup.errors import ReadError
from sizeup.records import Record
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

OWN = ("keras.", "keras_core.", "tf_keras.", "builtins")
"""How the modules of Keras' own classes begin."""


class Described(Record):
    """An object of a configuration: `own` says whether its class is Keras' own, as far as is told."""

    kind: str
    config: Any
    name: str | None = None
    module: str | None = None
    own: bool = True
    build: Mapping[str, Any] | None = None
    inbound: Any = None
    shared: int | None = None


class Opaque(Record):
    """A value that only the program that wrote it can make; it is not made here."""

    tag: str
    value: Any = None


def is_object(value: object) -> bool:
    """Whether a part of a configuration stands for an object with a configuration of its own."""
    return (
        isinstance(value, dict)
        and isinstance(value.get("class_name"), str)
        and isinstance(value.get("config"), dict | list)
    )


def described(told: object) -> Described:
    """Take an object's description apart, once. Raises ReadError for what is none."""
    if isinstance(told, Described):
        return told
    if not isinstance(told, dict):
        raise ReadError(say("saved.no_object", what=type(told).__name__))
    kind = told.get("class_name")
    if not isinstance(kind, str):
        return _oldest(told)
    config = told.get("config")
    if not isinstance(config, dict | list):
        raise ReadError(say("saved.no_config", kind=kind[:80]))
    inner = config.get("name") if isinstance(config, dict) else None
    name = told.get("name", inner)
    module, registered = told.get("module"), told.get("registered_name")
    package, _, bare = kind.rpartition(">")
    build, shared = told.get("build_config"), told.get("shared_object_id")
    return Described(
        kind=bare,
        config=config,
        name=name if isinstance(name, str) else None,
        module=module if isinstance(module, str) else None,
        own=not package and _is_own(module, registered, bare),
        build=build if isinstance(build, dict) else None,
        inbound=told.get("inbound_nodes"),
        shared=shared if isinstance(shared, int) else None,
    )


def _is_own(module: object, registered: object, kind: str) -> bool:
    if isinstance(module, str):
        return f"{module}.".startswith(OWN)
    return not isinstance(registered, str) or registered == kind


def _oldest(told: Mapping[str, Any]) -> Described:
    kind = told.get("name")
    if not isinstance(kind, str):
        raise ReadError(say("saved.no_object", what="dict"))
    name = told.get("custom_name")
    if name == kind.lower():  # given to all of a kind
        name = None
    config = {key: value for key, value in told.items() if key not in ("name", "custom_name")}
    return Described(kind, config, name if isinstance(name, str) else None)
