"""Every sentence that sizeup says, in one place, ready for another language.

`say("key", name=value)` fills in a template. Keys begin with the room that says them; the
sentences of a room are loaded when the first of them is said.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

MODULES = {
    "source": "source",
    "repair": "source.repair",
    "reading": "readers live notebook mlp summary numbers api edit",
    "saved": "saved",
    "rules": "rules dims naming",
    "pages": "page story explain count lint",
    "diff": "diff tell because difference exchange",
    "solve": "solve solutions drivers fit sweep",
    "expect": "expect",
    "weights": "weights",
    "advise": "advise",
    "costs": "costs",
    "check": "budgets check since revisions",
    "port": "port",
    "train": "train search data",
    "cli": "cli",
}
"""Which rooms' sentences each module holds."""
ROOMS = {room: module for module, rooms in MODULES.items() for room in rooms.split()}


@cache
def messages(module: str) -> Mapping[str, str]:
    """The sentences of a module by their keys."""
    found: Mapping[str, str] = import_module(f"{__name__}.{module}").MESSAGES
    return found


def say(key: str, /, **values: object) -> str:
    """The sentence of `key` with its blanks filled in."""
    room = key.rpartition(".")[0]
    return messages(ROOMS[room])[key].format(**values)
