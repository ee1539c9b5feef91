"""Times `sizeup costs` as whole processes, beside a bare interpreter; medians of alternating runs.

Usage: python bench/costs.py [ROUNDS]
"""

from __future__ import annotations

import sys

from timing import processes, table

COSTS = ("-m", "sizeup", "costs")
COMMANDS = {
    "costs zoo:vgg16": (*COSTS, "zoo:vgg16"),
    "costs zoo:resnet152": (*COSTS, "zoo:resnet152"),
    "costs --json zoo:resnet152": (*COSTS, "--json", "zoo:resnet152"),
    "costs zoo:keras/resnet152": (*COSTS, "zoo:keras/resnet152"),
}


def main(rounds: int = 9) -> None:
    """Print a table of medians."""
    table(processes(COMMANDS, rounds))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
