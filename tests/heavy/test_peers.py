"""What peers count, as they count it themselves on the same networks as modules of PyTorch."""

import io

import pytest

pytest.importorskip("torch")
torchinfo = pytest.importorskip("torchinfo")
ptflops = pytest.importorskip("ptflops")
fvcore = pytest.importorskip("fvcore.nn")

import sizeup
from heavy.torch_networks import batch, network
from heavy.torch_rendering import Rendered

NAMES = ("vgg2", "lenet5", "mlp", "residual", "separable", "squeeze", "chain", "frozen", "resnet50")


def counted(name, module, x):
    if name == "torchinfo":
        return torchinfo.summary(module, input_data=x, verbose=0).total_mult_adds
    if name == "ptflops":
        found, _ = ptflops.get_model_complexity_info(
            module,
            tuple(x.shape[1:]),
            as_strings=False,
            print_per_layer_stat=False,
            ost=io.StringIO(),
        )
        return found
    found = fvcore.FlopCountAnalysis(module, x)
    found.unsupported_ops_warnings(False)
    found.uncalled_modules_warnings(False)
    found.tracer_warnings("none")
    return int(found.total())


@pytest.mark.parametrize("peer", ["torchinfo", "ptflops", "fvcore"])
@pytest.mark.parametrize("name", NAMES)
def test_what_a_peer_counts(name, peer):
    net = network(name)
    module = Rendered(net).eval()
    [found] = [each for each in sizeup.costs(net).peers if each.name == peer]
    assert found.total == counted(peer, module, batch(net, 1))
