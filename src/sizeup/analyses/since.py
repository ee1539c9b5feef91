"""What became of networks since a revision of the repository around them, and why."""

from __future__ import annotations

from sizeup.analyses.count import plain
from sizeup.analyses.diff import diff
from sizeup.errors import SizeupError, UsageError
from sizeup.readers.budgets import parted
from sizeup.readers.knowing import read_knowing
from sizeup.readers.revisions import source_in
from sizeup.records import Record
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sizeup.analyses.diff import Diff
    from sizeup.dims import Dim
    from sizeup.network import Network
    from sizeup.readers import Reading
    from sizeup.readers.budgets import Budget


class Since(Record):
    """A network and the one that it was in a revision.

    `diff` is what differs; None where the revision does not have the network, or has nothing that
    can be read: `why` says which.
    """

    revision: str
    diff: Diff | None
    why: str | None = None

    @property
    def delta(self) -> Dim | None:
        """By how many parameters it grew; None where that is not known."""
        return None if self.diff is None else self.diff.delta

    @property
    def same(self) -> bool:
        """Whether nothing is different that counts."""
        return self.diff is not None and self.delta == 0 and not self.diff.changes

    def as_dict(self) -> dict[str, Any]:
        """The key `since` of a network in the JSON of `sizeup check`."""
        found = None if self.diff is None else self.diff.as_dict()
        return {
            "revision": self.revision,
            "before": None if self.diff is None else self.diff.before.total,
            "after": None if self.diff is None else self.diff.after.total,
            "delta": plain(self.delta),
            "changes": [] if found is None else found["changes"],
            "words": None if found is None else found["words"],
            "why": self.why,
        }


def since(network: Network, path: str, budget: Budget, revision: str) -> Since | None:
    """What a network was in a revision; None of a source that no revision has, such as the zoo's.

    `path` is the source as it is reached from here, `budget` says how it is read.
    """
    file, name = parted(path)
    if file is None:
        return None
    source = source_in(revision, file)
    if source is None:
        return Since(revision, None, say("since.no_file"))
    try:
        reading = _read(source + name, budget)
    except UsageError:  # it has no network of this name
        return Since(revision, None, say("since.no_network"))
    except SizeupError as error:
        return Since(revision, None, say("since.unread", reason=error.what))
    before = _same(network, reading, alone=bool(name))
    if before is None:
        return Since(revision, None, say("since.no_network"))
    if before.error is not None:
        return Since(revision, None, say("since.unread", reason=before.error))
    if network.error is not None:
        return Since(revision, None, network.error)
    return Since(revision, diff(before, network))


def _read(source: str, budget: Budget) -> Reading:
    """The source as it was, with those of the settings that it knew."""
    spoken = {"keras": budget.keras, "tf_keras": budget.tf_keras}
    return read_knowing(source, budget.settings, **spoken)[0]


def _same(network: Network, reading: Reading, *, alone: bool) -> Network | None:
    """The network of this name; the only one of a source that was asked for one."""
    names = (network.name, *network.aliases)
    for name in names:
        for each in reading:
            if name == each.name:
                return each
    return reading[0] if alone and len(reading) == 1 else None
