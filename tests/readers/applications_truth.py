"""What Keras builds of its own applications: the table `applications.json`, and how it is made.

    KERAS_BACKEND=torch KERAS_TORCH_DEVICE=meta python tests/readers/applications_truth.py

Parameters come from Keras; MACs are half of what PyTorch's own counter finds in one sample. On
the device `meta` nothing is computed, so that the largest network costs no memory.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
import sys
from pathlib import Path
from types import SimpleNamespace

TABLE = Path(__file__).with_name("applications.json")
VARIANTS = {
    "default": {},
    "no top": {"include_top": False, "pooling": "avg", "input_shape": (160, 192, 3)},
    "ten classes": {"classes": 10, "input_shape": (331, 331, 3)},
}
"""Arguments beside `weights=None`; the first with the layers one by one."""
SIDE = 224
"""Of the input where a network leaves its sides open."""
AUTOMATIC = re.compile(r"(_\d+)?$")


def builders(applications):
    """The public builders and the modules that define them."""
    for name in sorted(dir(applications)):
        builder = getattr(applications, name)
        if name[:1].isupper() and callable(builder):
            yield name, builder.__module__.rpartition(".")[2], builder


def listed(layers):
    """The parameters of every layer that has some, in their order."""
    return " ".join(str(total) for _, _, total, _ in layers if total)


def digest(layers):
    """Names, kinds and counts in their order as one short text; automatic names do not count."""
    rows = [
        (_explicit(name, kind), kind, total, trainable) for name, kind, total, trainable in layers
    ]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:16]


def _explicit(name, kind):
    stem = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", kind).lower()
    bare = AUTOMATIC.sub("", name, count=1)
    return "" if bare.replace("_", "") == stem.replace("_", "") else name


def layers_of(model):
    """Name, kind, parameters and trainable parameters of every layer, in Keras' order."""
    return [
        (layer.name, type(layer).__name__, layer.count_params(), _scalars(layer.trainable_weights))
        for layer in model.layers
    ]


def described(model):
    """What a table says of a model, without its MACs."""
    layers = layers_of(model)
    return {
        "total": model.count_params(),
        "trainable": _scalars(model.trainable_weights),
        "digest": digest(layers),
    }, listed(layers)


def _scalars(weights):
    return sum(math.prod(weight.shape) for weight in weights)


def macs(model):
    """MACs of one sample by PyTorch's counter, which counts two for each."""
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    sides = [SIDE if side is None else side for side in model.input_shape[1:]]
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        model(torch.zeros(1, *sides, device="meta"), training=False)
    flops = counter.get_total_flops()
    assert flops % 2 == 0
    return flops // 2


def main(wanted):
    import keras
    from keras.src.applications import nasnet

    known = vars(nasnet.backend) | {"backend": lambda: "any"}
    nasnet.backend = SimpleNamespace(**known)  # NASNetMobile refuses to be built with PyTorch
    table = json.loads(TABLE.read_text()) if TABLE.exists() else {}
    for name, module, builder in builders(keras.applications):
        if wanted and name not in wanted:
            continue
        entry = table[name] = {"module": module}
        for variant, arguments in VARIANTS.items():
            keras.utils.clear_session()
            model = builder(weights=None, **arguments)
            entry[variant], layers = described(model)
            if not arguments:
                entry["layers"] = layers
            entry[variant]["macs"] = macs(model)
        TABLE.write_text(json.dumps(table, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
