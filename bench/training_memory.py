"""Peak memory of real training steps of PyTorch beside what `sizeup costs` says.

Each network is rendered as a module of PyTorch (`tests/heavy/torch_rendering.py`) and trained for
two steps; of the second every allocation of the allocator is recorded (`torch.profiler` with
`profile_memory`), workspaces and temporary tensors included. Usage:
`python bench/training_memory.py [--plain] [NETWORK …]`, with torch installed; `--plain` is without
oneDNN.
"""

from __future__ import annotations

import json
import sys
import tempfile
import warnings
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import sizeup
from heavy.torch_networks import SOURCES, batch, network
from heavy.torch_rendering import Rendered

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sizeup import Network

OPTIMIZERS = {
    "sgd": lambda p: torch.optim.SGD(p, 0.01),
    "momentum": lambda p: torch.optim.SGD(p, 0.01, momentum=0.9),
    "rmsprop": lambda p: torch.optim.RMSprop(p, 0.01),
    "adam": lambda p: torch.optim.Adam(p, 0.01),
    "adamw": lambda p: torch.optim.AdamW(p, 0.01),
}
BATCHES = (1, 8, 32)
MOST = 1 << 31
"""Steps that need more bytes are left out."""


def held(tensors: Iterable[torch.Tensor]) -> int:
    """The bytes of what is there before the step."""
    storages = {t.untyped_storage().data_ptr(): t.untyped_storage().nbytes() for t in tensors}
    return sum(storages.values())


def allocated(step: Callable[[], object]) -> int:
    """The most bytes that a step has allocated and not freed yet at any time."""
    with torch.profiler.profile(profile_memory=True, record_shapes=False) as profile:
        step()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "trace.json"
        profile.export_chrome_trace(str(path))
        events = json.loads(path.read_text())["traceEvents"]
    changes = sorted((e["ts"], number, e["args"]["Bytes"]) for number, e in enumerate(events)
                     if e.get("name") == "[memory]")  # fmt: skip
    alive = most = 0
    for _, _, size in changes:
        alive += size
        most = max(most, alive)
    return most


def measured(net: Network, optimizer: str, size: int) -> int:
    """The peak of the second step of training."""
    module = Rendered(net).train()
    parameters = [p for p in module.parameters() if p.requires_grad]
    update = OPTIMIZERS[optimizer](parameters)
    x = batch(net, size)

    def step() -> None:
        loss = module(x).sum()
        loss.backward()
        del loss
        update.step()
        update.zero_grad(set_to_none=True)

    step()
    states = [t for state in update.state.values() for t in state.values() if torch.is_tensor(t)]
    return held([x, *module.parameters(), *module.buffers(), *states]) + allocated(step)


def main(names: list[str]) -> None:
    """Print a line for each step, and how far off the estimates are."""
    torch.backends.mkldnn.enabled = "--plain" not in names
    names = [name for name in names if not name.startswith("--")]
    warnings.simplefilter("ignore")
    errors = []
    print(
        f"{'network':<14}{'optimizer':<10}{'batch':>5}{'measured':>14}{'estimated':>14}{'error':>9}"
    )
    for name in names or SOURCES:
        net = network(name)
        for optimizer in OPTIMIZERS:
            for size in BATCHES:
                found = sizeup.costs(net, batch=size, optimizer=optimizer).training
                estimated = found.peak.bytes
                if estimated > MOST:
                    continue
                real = measured(net, optimizer, size)
                errors.append((estimated - real) / real)
                print(f"{name:<14}{optimizer:<10}{size:>5}{real:>14,}{estimated:>14,}"
                      f"{errors[-1]:>+9.1%}", flush=True)  # fmt: skip
    inside = sorted(map(abs, errors))
    print(f"{len(errors)} steps: {min(errors):+.1%} to {max(errors):+.1%}, "
          f"half within {inside[len(inside) // 2]:.1%}, "
          f"nine in ten within {inside[len(inside) * 9 // 10]:.1%}")  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1:])
