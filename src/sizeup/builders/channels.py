"""Networks whose images have their channels first, turned to have them last."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sizeup.network import Network


def channels_last(network: Network) -> tuple[Network, list[str]]:
    """The network with its channels last, and what is to be said of that."""
    return network, []
