"""Architectures as text: the JSON of each Keras."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sizeup.errors import ReadError, SizeupError
from sizeup.network import Network
from sizeup.readers.saved.eras import era_of
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def parsed(text: str | bytes) -> Any:
    """JSON as data. Raises ReadError for what is none, or is nested too deeply."""
    try:
        return json.loads(text)
    except RecursionError:
        raise ReadError(say("saved.nested")) from None
    except ValueError as error:
        raise ReadError(say("saved.json", error=str(error))) from None


def is_architecture(document: object) -> bool:
    """Whether data is the configuration of a model, as one of the Keras wrote it."""
    if not isinstance(document, dict):
        return False
    if isinstance(document.get("class_name"), str):
        return isinstance(document.get("config"), dict | list)
    oldest = document.get("name") in ("Sequential", "Graph")
    return oldest and ("layers" in document or "node_config" in document)


def read_architecture(
    document: Mapping[str, Any], source: str, reader: str, *, name: str, version: str | None = None
) -> Network:
    """The network that a configuration describes. Raises ReadError where it describes none."""
    from sizeup.readers.saved.models import Maker

    if not is_architecture(document):
        raise ReadError(say("saved.no_model"), source=source)
    try:
        maker = Maker(era_of(document, version))
        network = maker.network(document, name)
    except SizeupError as error:
        error.source = source
        raise
    except RecursionError:
        raise ReadError(say("saved.nested"), source=source) from None
    return network.changed(source=source, reader=reader)
