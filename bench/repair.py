"""Repair of long broken texts: seconds of processor time for 5,000 lines.

python bench/repair.py
"""

from __future__ import annotations

import random
import statistics
import time

from sizeup.readers.source.repair import repair

LINES = (
    "for i in range(3)", "m.add(Dense((4)", "x = Conv2D(3, 'a)(x)", "if x", "def f(x)", "return m",
    "else", "print 'a'", "m.add(Dense(10 activation='relu'))", "Hello world, it is broken",
)  # fmt: skip
TEXTS = {
    "mixed damage": lambda draw: draw.choice(LINES),
    "loops without indentation": lambda draw: draw.choice(("for i in range(3):", "m.add(x)")),
    "unclosed strings": lambda _draw: "x = '''",
}


def main(rounds: int = 3) -> None:
    for name, line in TEXTS.items():
        times = []
        for seed in range(rounds):
            draw = random.Random(seed)
            text = "\n".join(line(draw) for _ in range(5000))
            start = time.process_time()
            repair(text)
            times.append(time.process_time() - start)
        print(f"{name:<28}{statistics.median(times):6.2f} s")


if __name__ == "__main__":
    main()
