"""What a network costs to run and to train."""

from __future__ import annotations

MESSAGES: dict[str, str] = {
    "costs.input": "{text} is no shape: write it as 1x224x224x3, the batch first",
    "costs.optimizer": "{name} is no optimizer of Keras; there are {known}",
    "costs.peers": "the same network in other tools",
    "costs.peer": "tool",
    "costs.counts": "counts",
    "costs.sum": "in all",
    "costs.part_of_macs": "kernels",
    "costs.part_of_biases": "biases",
    "costs.part_of_normalization": "normalization",
    "costs.part_of_activations": "activations",
    "costs.part_of_pooling": "pooling",
    "costs.part_of_tables": "tables",
    "costs.device": "{text} is no device: write its FLOP/s and its bytes/s, as 19.5T,1.5T",
    "costs.field": "field",
    "costs.whole": "all",
    "costs.moved": "moved",
    "costs.intensity": "FLOP/B",
    "costs.time": "at least",
    "costs.by": "by",
    "costs.by_compute": "compute",
    "costs.by_memory": "memory",
    "costs.on_device": "on the device",
    "costs.on_device_text": "at least {time}, most of it {by} · {flops} FLOP/s, {transfer} bytes/s: "
    "from {ridge} FLOPs a byte on it is the FLOPs",
    "costs.convention_field": "field, 19 /4 −6: a position sees 19 elements along each side of the input, "
    "the next one those 4 further on, and the first one begins at −6 (below 0 in padding)",
    "costs.convention_device": "at least: the longer of FLOPs at the device's rate and of bytes (tensors "
    "and parameters, each once) through its memory",
    "costs.dtype": "{name} is no dtype policy for a network; there are {known}",
    "costs.unwired": "what enters some layers is not known: memory, gradients and fields are left out",
    "costs.unknown_macs": "the MACs of {kinds} depend on a dimension that is open: bind it, or give "
    "--input",
    "costs.unknown_work": "what {kinds} works out element by element is not known: "
    "FLOPs and what hangs on them are left out",
    "costs.unknown_saved": "what {kinds} keeps for the way back is not known: the memory of training "
    "is left out",
    "costs.title": "{name}: batch {batch}, {dtype}",
    "costs.layer": "layer",
    "costs.leaves": "gives",
    "costs.macs": "MACs",
    "costs.forward": "FLOPs",
    "costs.backward": "backward",
    "costs.outputs": "output",
    "costs.saved": "saved",
    "costs.long": "(a long formula: see --json)",
    "costs.one_macs": "MACs",
    "costs.one_forward": "FLOPs forward",
    "costs.one_training": "FLOPs forward in training",
    "costs.one_backward": "FLOPs backward",
    "costs.one_total": "parameters",
    "costs.one_bytes": "bytes of parameters",
    "costs.one_outputs": "bytes of all outputs",
    "costs.one_peak": "bytes alive at once",
    "costs.one_in_place": "with activations in place",
    "costs.one_saved": "bytes saved for backward",
    "costs.one_top": "bytes of training at its peak",
    "costs.operations": "operations",
    "costs.operations_text": "{macs} MACs · {forward} FLOPs forward, {training} in training · "
    "{backward} backward",
    "costs.parameters": "parameters",
    "costs.parameters_text": "{total} in {bytes}",
    "costs.inference": "activations in inference",
    "costs.inference_text": "all outputs {outputs} · live peak {peak}{where} · with activations in "
    "place {in_place}",
    "costs.at": " at {name}",
    "costs.training": "training with {optimizer}",
    "costs.training_text": "peak {peak}{where} · saved for backward {saved} · {flops} FLOPs a batch",
    "costs.phase": " at {name}, {phase}",
    "costs.parts": "at the peak",
    "costs.part": "{name} {size}",
    "costs.part_parameters": "parameters",
    "costs.part_optimizer": "optimizer",
    "costs.part_accumulators": "summed gradients",
    "costs.part_gradients": "gradients",
    "costs.part_activations": "activations",
    "costs.part_activation_gradients": "their gradients",
    "costs.part_update": "update",
    "costs.forward_phase": "forward",
    "costs.backward_phase": "backward",
    "costs.update_phase": "at the update",
    "costs.conventions": "what is counted",
    "costs.convention_macs": "MACs: multiply-accumulates of kernels and products alone, no biases, as "
    "torch's FlopCounterMode ÷ 2",
    "costs.convention_flops": "FLOPs: 2 for each MAC, and element-wise work (1 for a bias, an "
    "activation, a step of a merge or an element of a pooling window, 2 for batch normalization, "
    "3 for a softmax)",
    "costs.convention_backward": "backward: each product again for each factor that needs a gradient, "
    "element-wise work again; none for the input of the first layer and below what is trained",
    "costs.convention_activations": "live peak: each layer's output is alive until the last layer that "
    "takes it has run, in the written order; Flatten, Reshape and Dropout share the memory of their input",
    "costs.convention_saved": "saved for backward: what gradients need of the forward pass, by the rules "
    "of torch's autograd, each tensor once, the input included",
    "costs.convention_peak": "peak of training: parameters, optimizer, what is saved and gradients, "
    "followed call by call, without workspaces of kernels; half of 189 real steps of PyTorch were within "
    "0.4 %, nine in ten within 28 %, the worst took twice as much (docs/costs.md)",
}
