"""Whether stored weights belong to a network."""

from __future__ import annotations

MESSAGES: dict[str, str] = {
    "weights.open": "the shapes of {name} are not all known: bind what is free with --set",
    "weights.order": "the same shapes come in another order: load by name, or change the order of the layers",
    "weights.classes": "another number of classes: {layer} has {here}, the weights are for {there}",
    "weights.image": "images of another size: the network takes {here}, the weights are for {there}, as "
    "what enters {layer} tells",
    "weights.theano": "{layers}: kernels are stored filters first, as Keras 1 did for channels_first (Theano): "
    "turn their axes",
    "weights.conv1d": "{layers}: an older Keras' layout, kernels of two dimensions of which one is 1",
    "weights.gates": "{layers}: an older Keras' layout, every gate with tensors of its own, as Keras 1 had them",
    "weights.gru": "{layers}: other biases are stored: set reset_after to fit",
    "weights.cudnn": "{layers}: the layout of CuDNNLSTM and CuDNNGRU, with both biases in one row",
    "weights.norm_elements": "{layers}: an older Keras' layout, which normalized every element of an image "
    "apart, as Keras 0.2 did",
    "weights.norm_statistics": "{layers}: one side lacks the running statistics, as the oldest Keras stored "
    "normalizations without them",
    "weights.norm_scale": "{layers}: one side lacks gamma or beta: set scale or center to fit",
    "weights.renorm": "{layers}: an older Keras' layout, one side has the statistics of renorm",
    "weights.flat": "a nested model saved flat: {layer} is one layer of the network, the weights hold its "
    "{count} layers one by one",
    "weights.nested": "a nested model: the weights hold {layer} as one layer, the network its {count} layers "
    "one by one",
    "weights.split": "{layer} is one layer of the network, the weights hold it as {count}",
    "weights.frozen": "{layers}: the same tensors in another order, for what is trained is stored first: "
    "freeze in it what was frozen when it was saved",
    "weights.axes": "{order} in the network, {other} in the weights: the network takes the channels of "
    "{here} from the other end",
    "weights.channels": "the network is {here}, the weights are of a {there} model: what enters the first "
    "Dense layer comes in another order, which shapes cannot show",
    "weights.cell": "{layer} is of kind {kind}, the weights are those of {stored}",
    "weights.no_bias": "the weights have no biases for {layers}: set use_bias=False",
    "weights.bias": "the weights have biases for {layers}, where the network has none",
    "weights.without_head": "the weights end before the last {count} layers ({layers}): a head is left out",
    "weights.with_head": "the weights go on after the network ends: {count} more layers ({layers}), "
    "which Keras 3 passes over without a word",
    "weights.fewer": "{there} layers of weights into {here}: the weights have none for {layers}",
    "weights.more": "{there} layers of weights into {here}: the network has none for {layers}",
    "weights.width": "another width throughout: in {layers} layers the weights are {ratio} times as wide",
    "weights.one_width": "another width of {layer}: it has {here}, the weights {there}",
    "weights.first": "the first difference: {layer} has {here}, the weights have {there} ({stored})",
    "weights.lengths": "the network has {here} layers with weights, the file {there}",
    "weights.belong": "the weights in {path} belong to it",
    "weights.older": "the weights in {path} belong to it, in the layout of an older Keras: training "
    "converts them",
    "weights.none_stored": "no weights of layers are stored here",
    "weights.unreadable": "this is no HDF5 file that can be read",
    "weights.elsewhere": "{name} is a link to what is kept elsewhere: such weights are not opened",
    "weights.no_numbers": "{name} holds no numbers",
    "weights.hollow": "{name} says that it holds {shape} numbers, and they were never written",
    "weights.fits_name": "The weights belong to {name}: all {count} layers match by name.",
    "weights.fits_order": "The weights belong to {name}: all {count} layers match in their order.",
    "weights.not": "The weights do not belong to {name}: {cause}.",
    "weights.remark": "Note: {text}.",
    "weights.values": "They need {values}.",
    "weights.layer": "layer",
    "weights.here": "network",
    "weights.there": "weights",
    "weights.stored": "stored as",
}
