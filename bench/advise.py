"""Times `sizeup advise` as a whole process, and how many changes it lists.

Medians of alternating runs, beside a bare interpreter. Usage: python bench/advise.py [ROUNDS]
"""

from __future__ import annotations

import sys

from timing import processes, table

import sizeup

SOURCES = ("784:2000:2000:10", "zoo:vgg16", "zoo:keras/resnet50", "zoo:resnet152")


def main(rounds: int = 5) -> None:
    """Print a table of medians."""
    commands = {source: ("-m", "sizeup", "advise", source, "--json") for source in SOURCES}
    listed = {source: f"{len(sizeup.advise(source).advice):5} changes" for source in SOURCES}
    table(processes(commands, rounds), listed)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
