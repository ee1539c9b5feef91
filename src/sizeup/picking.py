"""How many networks a question is about."""

from __future__ import annotations

from sizeup.errors import UsageError
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from sizeup.network import Network


def only(networks: Sequence[Network], source: str | None = None) -> Network:
    """The one network there is; raises UsageError, which names the source, where there are others."""
    if len(networks) == 1:
        return networks[0]
    raise UsageError(_said("api.one", networks), source=source)


def pair(networks: Sequence[Network]) -> tuple[Network, Network]:
    """The two networks there are; raises UsageError where there are fewer or more."""
    try:
        before, after = networks
    except ValueError:
        raise UsageError(_said("cli.two", networks)) from None
    return before, after


def _said(key: str, networks: Sequence[Network]) -> str:
    names = ", ".join(network.name for network in networks)
    return say(key, count=len(networks), names=names)
