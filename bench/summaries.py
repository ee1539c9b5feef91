"""How long one waits for the count of a printed summary of 1,000 rows: whole processes.

    python bench/summaries.py [ROUNDS]

The tables are written here in the forms of Keras 2 and Keras 3; every row differs from the
others, so that nothing is remembered from one to the next. `python -c pass` is the floor.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from timing import processes, table

ROWS = 1_000
Table = list[tuple[str, str, tuple[int | None, ...], int]]


def rows(number: int) -> Table:
    """Names, kinds, shapes and counts of a chain of convolutions and dense layers."""
    found: Table = [("image", "InputLayer", (None, 2 * number, 2 * number, 3), 0)]
    side, channels = 2 * number, 3
    for place in range((number - 2) // 2):
        filters = 8 + place % 57
        side -= 2
        count = 9 * channels * filters + filters
        found.append((f"conv2d_{place}", "Conv2D", (None, side, side, filters), count))
        name = f"batch_normalization_{place}"
        found.append((name, "BatchNormalization", (None, side, side, filters), 4 * filters))
        channels = filters
    found.append(("pool", "GlobalAveragePooling2D", (None, channels), 0))
    found.append(("dense", "Dense", (None, 10), 10 * channels + 10))
    return found


def keras2(table: Table) -> str:
    """A table in columns."""
    lines = ['Model: "long"', "_" * 100]
    lines.append(f" {'Layer (type)':<60}{'Output Shape':<30}{'Param #'}")
    lines.append("=" * 100)
    for name, kind, shape, count in table:
        lines += [f" {f'{name} ({kind})':<60}{shape!s:<30}{count}", ""]
    return "\n".join([*lines, "=" * 100, *totals(table)])


def keras3(table: Table) -> str:
    """A table in boxes."""
    lines = ['Model: "long"', f"┏{'━' * 60}┳{'━' * 30}┳{'━' * 12}┓"]
    lines.append(f"┃ {'Layer (type)':<58} ┃ {'Output Shape':<28} ┃ {'Param #':>10} ┃")
    lines.append(f"┡{'━' * 60}╇{'━' * 30}╇{'━' * 12}┩")
    for name, kind, shape, count in table:
        lines.append(f"│ {f'{name} ({kind})':<58} │ {shape!s:<28} │ {count:>10,} │")
        lines.append(f"├{'─' * 60}┼{'─' * 30}┼{'─' * 12}┤")
    lines[-1] = f"└{'─' * 60}┴{'─' * 30}┴{'─' * 12}┘"
    return "\n".join([*lines, *totals(table)])


def totals(table: Table) -> list[str]:
    total = sum(count for *_, count in table)
    frozen = sum(count // 2 for _, kind, _, count in table if kind == "BatchNormalization")
    return [
        f"Total params: {total:,}",
        f"Trainable params: {total - frozen:,}",
        f"Non-trainable params: {frozen:,}",
    ]


def main(rounds: int = 9) -> None:
    """Print the median of each command."""
    lines = rows(ROWS)
    with tempfile.TemporaryDirectory() as folder:
        commands = {}
        for form in (keras2, keras3):
            path = Path(folder) / f"{form.__name__}.txt"
            path.write_text(form(lines), encoding="utf-8")
            commands[f"{form.__name__}, {len(lines):,} rows"] = (
                "-m", "sizeup", "count", "--json", str(path))  # fmt: skip
        times = processes(commands, rounds)
        table(times, {name: f"   (least {min(taken):.3f})" for name, taken in times.items()})


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
