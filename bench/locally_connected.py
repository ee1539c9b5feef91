"""What the locally connected layers of tf.keras 2 own, over drawn configurations.

    python bench/locally_connected.py > tests/rules/locally_connected.json

Needs `tf_keras`; Keras 3 has no such layers.
"""

from __future__ import annotations

import itertools
import json
import random

import tf_keras


def drawn(rng: random.Random, n: int, implementation: int) -> dict:
    """A configuration with what it makes of an input."""
    padding = "valid" if implementation == 1 else rng.choice(("valid", "same"))
    config = {
        "filters": rng.randint(1, 3),
        "kernel_size": [rng.randint(1, 3) for _ in range(n)],
        "strides": [rng.randint(1, 3) for _ in range(n)],
        "padding": padding,
        "use_bias": rng.random() < 0.7,
        "data_format": rng.choice(("channels_first", "channels_last")),
        "implementation": implementation,
    }
    lengths = [rng.randint(3, 6) for _ in range(n)]
    channels = rng.randint(1, 3)
    last = config["data_format"] == "channels_last"
    shape = [*lengths, channels] if last else [channels, *lengths]
    layer = getattr(tf_keras.layers, f"LocallyConnected{n}D")(**config)
    output = layer(tf_keras.Input(shape))
    return {"kind": f"LocallyConnected{n}D", "config": config, "input": [None, *shape],
            "output": list(output.shape),
            "weights": [list(weight.shape) for weight in layer.weights]}  # fmt: skip


def main() -> None:
    """One table, the same each time."""
    rng = random.Random(0)
    cases = itertools.product((1, 2), (1, 2, 3), range(12))
    table = [drawn(rng, n, implementation) for n, implementation, _ in cases]
    print("[" + ",\n ".join(json.dumps(case) for case in table) + "]")


if __name__ == "__main__":
    main()
