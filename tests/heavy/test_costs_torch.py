"""Costs against PyTorch: operations, what is saved for backward, and what is alive at once."""

import sys
import warnings
import weakref
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

sys.path.insert(0, str(Path(__file__).parents[2] / "bench"))

from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.checkpoint import checkpoint_sequential
from torch.utils.flop_counter import FlopCounterMode
from training_memory import measured

import sizeup
from heavy.torch_networks import SOURCES, batch, network
from heavy.torch_rendering import Rendered
from sizeup.analyses.flops import flops
from sizeup.analyses.products import backward
from sizeup.analyses.steps import run
from sizeup.analyses.training_memory import segments_of

GROUPED = {"separable"}
"""Of grouped convolutions PyTorch's counter takes the gradients for those of ungrouped ones."""
BATCH = 2


@pytest.fixture(autouse=True)
def plain_recurrent_layers():
    """What oneDNN does in one kernel no counter and no hook sees."""
    before, torch.backends.mkldnn.enabled = torch.backends.mkldnn.enabled, False
    yield
    torch.backends.mkldnn.enabled = before


def counted(step):
    """MACs by PyTorch's own counter, which counts two for each."""
    with FlopCounterMode(display=False) as counter:
        step()
    assert counter.get_total_flops() % 2 == 0
    return counter.get_total_flops() // 2


@pytest.mark.parametrize("name", SOURCES)
def test_macs_forward_and_backward(name):
    net = network(name)
    module, x = Rendered(net).train(), batch(net, BATCH)
    forward = counted(lambda: module(x))
    assert sizeup.costs(net, batch=BATCH).count.macs == forward
    if name not in GROUPED:
        gradients = (backward(f.task, f.needed, trained=f.trained) for f in flops(run(net, BATCH)))
        assert BATCH * sum(gradients) == counted(lambda: module(x).sum().backward()) - forward


def saved_bytes(module, x):
    """The storages that autograd saves, each once, without parameters and buffers."""
    own = {t.untyped_storage().data_ptr() for t in (*module.parameters(), *module.buffers())}
    kept = {}

    def pack(tensor):
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in own:
            kept.setdefault(storage.data_ptr(), tensor)
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        module(x)
    return sum(tensor.untyped_storage().nbytes() for tensor in kept.values())


@pytest.mark.parametrize("name", SOURCES)
def test_what_is_saved_for_backward(name):
    net = network(name)
    module, x = Rendered(net).train(), batch(net, BATCH)
    assert sizeup.costs(net, batch=BATCH).training.saved == saved_bytes(module, x)


class Alive(TorchDispatchMode):
    """Adds up the tensors that are alive; what a kernel needs for itself is no tensor."""

    def __init__(self, module, *known):
        super().__init__()
        self.now = self.most = 0
        own = (*module.parameters(), *module.buffers(), *known)
        self.seen = {t.untyped_storage()._cdata for t in own}

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        given = function(*args, **(kwargs or {}))
        for tensor in tree_leaves(given):
            if isinstance(tensor, torch.Tensor):
                self.follow(tensor.untyped_storage())
        return given

    def follow(self, storage):
        if storage._cdata not in self.seen:
            self.seen.add(storage._cdata)
            self.now += storage.nbytes()
            self.most = max(self.most, self.now)
            weakref.finalize(storage, self.ended, storage._cdata, storage.nbytes())

    def ended(self, number, size):
        self.seen.discard(number)
        self.now -= size


@pytest.mark.parametrize("in_place", [False, True])
@pytest.mark.parametrize("name", ["vgg2", "mlp", "chain", "resnet50"])
def test_live_peak_in_inference(name, in_place):
    net = network(name)
    module = Rendered(net, in_place=in_place, fused=True).eval()
    with torch.no_grad(), Alive(module) as alive:
        module.passed([batch(net, BATCH)])
    costs = sizeup.costs(net, batch=BATCH)
    assert alive.most == (costs.in_place if in_place else costs.peak)
    if name == "chain":
        assert costs.in_place < costs.peak


FEW = 64
"""Bytes of the loss, and of the optimizer's counters, which this step does without."""
DEEP = """
import keras
from keras import layers

model = keras.Sequential([keras.Input((32, 32, 8))])
for _ in range(12):
    model.add(layers.Conv2D(8, 3, padding="same"))
    model.add(layers.ReLU())
"""


@pytest.mark.parametrize("segments", [1, 2, 3, 4, 6, 12])
def test_checkpointing(segments):
    """The tensors that are alive in a step of `checkpoint_sequential`, and how often calls run."""
    torch.backends.mkldnn.enabled = True  # its convolutions give no tensors besides
    net = sizeup.read("-:model", text=DEEP)[0]
    rendered = Rendered(net).train()
    layers = [rendered.parts[name] for name in rendered.names]
    x = batch(net, 4)
    held = sum(t.untyped_storage().nbytes() for t in (x, *rendered.parameters()))

    def step():
        made = checkpoint_sequential(layers, segments, x, use_reentrant=False)
        made.sum().backward()

    with Alive(rendered, x) as alive:
        step()
    found = sizeup.costs(net, batch=4, optimizer="sgd", checkpoint=segments).training
    assert abs(found.peak.bytes - held - alive.most) <= FEW
    for parameter in rendered.parameters():
        parameter.grad = None
    again = counted(step) - counted(lambda: rendered(x).sum().backward())
    [*early, _] = segments_of(len(layers), segments)
    runs = flops(run(net, 4))
    assert sum(runs[n].macs for segment in early for n in segment) == again


@pytest.mark.parametrize(
    ("name", "optimizer"),
    [("mlp", "sgd"), ("mlp", "adam"), ("squeeze", "adam"), ("transformer", "momentum"),
     ("frozen", "rmsprop"), ("lstm", "adam")],
)  # fmt: skip
def test_peak_of_a_training_step(name, optimizer):
    """Within what docs/costs.md promises, of steps whose batch is not too small."""
    net = network(name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        real = measured(net, optimizer, 32)
    estimated = sizeup.costs(net, batch=32, optimizer=optimizer).training.peak.bytes
    assert abs(estimated - real) <= real * 5 // 100
