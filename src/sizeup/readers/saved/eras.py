"""Which Keras wrote a configuration, by the version that it names or by how it is written."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sizeup.readers.saved.described import is_object
from sizeup.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MERGED = (2, 4)
"""From this version on Keras 2 was `tf.keras`."""

OLD_ARGUMENTS = frozenset({
    "nb_filter", "border_mode", "dim_ordering", "inner_activation", "subsample", "W_regularizer",
    "pool_length",
})  # fmt: skip
"""Arguments by which a configuration of Keras 1 is known that names no version."""


class Era(Record):
    """The major version of Keras, and whether it was `tf.keras`."""

    version: int
    tensorflow: bool = False


def era_of(document: Mapping[str, Any], version: str | None = None) -> Era:
    """The Keras that wrote a document; `version` is what the file says beside it."""
    named = version or document.get("keras_version")
    found = re.match(r"(\d+)\.(\d+)", named) if isinstance(named, str) else None
    if found:
        major, minor = int(found[1]), int(found[2])
        return Era(
            min(major, 3), major == MERGED[0] and (minor >= MERGED[1] or "-tf" in str(named))
        )
    if "class_name" not in document:
        return Era(0)
    if "module" in document or "registered_name" in document:
        return Era(3)
    return Era(_by_arguments(document))


def _by_arguments(document: Mapping[str, Any]) -> int:
    """1 where some layer has arguments that only Keras 1 had, 3 where inputs are Keras 3's, else 2."""
    pending: list[object] = [document]
    while pending:
        value = pending.pop()
        if isinstance(value, list):
            pending.extend(value)
            continue
        if not isinstance(value, dict):
            continue
        config = value.get("config")
        if is_object(value) and isinstance(config, dict):
            if OLD_ARGUMENTS & config.keys():
                return 1
            if value["class_name"] == "InputLayer" and "batch_shape" in config:
                return 3
        pending.extend(value.values())
    return 2
