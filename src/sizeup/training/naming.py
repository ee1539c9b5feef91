"""Which name of a source a size of its networks is: what a person has to set to change it."""

from __future__ import annotations

from sizeup.analyses.expect_source import names
from sizeup.analyses.freeing import opened
from sizeup.dims import symbol
from sizeup.errors import SizeupError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from sizeup.network import Network
    from sizeup.readers import Reading
    from sizeup.training.suiting import NameOf, Part

    Read = Callable[[Mapping[str, Any]], Sequence[Reading]]


def namer(read: Read, settings: Mapping[str, Any]) -> Callable[[Network], NameOf]:
    """For each network, the function that names a part of it.

    A name is found by leaving it open: what then is that symbol is called so. `read` reads the
    sources with more settings than `settings`.
    """

    def of(network: Network) -> NameOf:
        def name_of(part: Part, _: int) -> str | None:
            return next((n for n in _candidates(read, settings) if _is(n, part, network)), None)

        return name_of

    def _is(name: str, part: Part, network: Network) -> bool:
        try:
            for reading in read(opened([name])):
                for each in reading:
                    if each.name == network.name and part(each) == symbol(name):
                        return True
        except (SizeupError, IndexError):
            pass
        return False

    return of


def _candidates(read: Read, settings: Mapping[str, Any]) -> list[str]:
    """What was set, then what the sources say by name."""
    found = list(settings)
    for reading in read({}):
        tree = reading.program()
        if tree is not None:
            builders = [network.name for network in reading]
            found += [each.name for each in names(tree, builders)]
    return list(dict.fromkeys(found))
