"""Settings that are meant for several sources, each of which need not know all of them."""

from __future__ import annotations

from sizeup.errors import UsageError
from sizeup.readers import read
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from sizeup.readers import Reading


def read_knowing(
    source: str, settings: Mapping[str, Any], **spoken: Any
) -> tuple[Reading, tuple[str, ...]]:
    """A source with those of the settings that it knows, and the names of the others."""
    known = dict(settings)
    while True:
        try:
            return read(source, known, **spoken), tuple(n for n in settings if n not in known)
        except UsageError as error:
            name = next((n for n in known if error.what == say("source.no_name", name=n)), None)
            if name is None:
                raise
            del known[name]
