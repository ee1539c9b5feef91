"""Why a layer cannot take its input, or a graph cannot be sized again."""

from __future__ import annotations

MESSAGES: dict[str, str] = {
    "rules.rank": "{kind} needs an input of rank {expected}, batch included, but is given {shape}",
    "rules.per_dimension": "{kind} needs {name} to be {n} integers of at least {least}, "
    "or one for all, but is given {value}",
    "rules.padding": "{kind} knows the paddings {known}, but is given {value}",
    "rules.window": "{kind} has no room for its window of {size} in {shape}: "
    "enlarge the input, shrink the window or pad",
    "rules.negative": "{kind} would make negative lengths {spatial} of {shape}: enlarge the input",
    "rules.groups": "{kind} needs {name} to be a multiple of groups, "
    "but {count} is none of {groups}; its input is {shape}",
    "rules.strides_or_dilation": "{kind} cannot both stride and dilate, "
    "but is given strides={strides} and dilation_rate={dilation_rate}",
    "rules.output_padding": "{kind} needs output_padding to be less than strides, "
    "but is given {padding} and strides={strides}",
    "rules.cropping": "{kind} would leave nothing of {shape}: crop less than {cropping}",
    "rules.edges": "{kind} needs {name} to be an integer, {n} integers or {n} pairs, "
    "but is given {value}",
    "rules.positive": "{kind} needs a positive integer for {name}, but is given {value}",
    "rules.sizes": "{kind} needs {name} to be a size or several, but is given {value}",
    "rules.not_negative": "{kind} needs {name} to be 0 or more, but is given {value}",
    "rules.at_most": "{kind} needs {name} to be from 0 to {most}, but is given {value}",
    "rules.flag": "{kind} owns other parameters with {name} than without: "
    "bind {value} to True or False",
    "rules.data_format": "{kind} needs data_format to be 'channels_first' or 'channels_last', "
    "but is given {value}",
    "rules.axis": "{kind} has no axis {axis} in its input {shape}",
    "rules.open_axis": "{kind} sizes its parameters by axis {axis} of its input {shape}, "
    "which is open: give that dimension a size",
    "rules.open_length": "{kind} sizes its parameters by every length of its input {shape}: "
    "give each a size",
    "rules.entering": "{kind} is made for {said} inputs and is given the shape {shape}",
    "rules.implementation": "{kind} takes implementation=1, 2 or 3, not {value}",
    "rules.slopes": "{kind} owns a slope for every element of its input {shape}, "
    "but axis {axis} is open: give it a size or name it in shared_axes",
    "rules.lora": "{kind} cannot have both lora_rank and {constraint}: drop one",
    "rules.lora_untied": "ReversibleEmbedding cannot have both lora_rank and tie_weights=False: "
    "drop one",
    "rules.quantized": "{kind} of the quantized dtype {dtype} owns parameters "
    "that are not known here: give its dtype before quantization",
    "rules.noise_shape": "Dropout needs noise_shape to hold positive integers or None, "
    "but is given {value}",
    "rules.permutation": "Permute needs dims to be the numbers from 1 up in any order, "
    "as (2, 1), but is given {value}",
    "rules.target_shape": "Reshape needs target_shape to hold sizes and at most one -1, "
    "but is given {value}",
    "rules.reshape": "Reshape cannot turn {shape}, {size} elements per sample, into {value}: "
    "the products must agree",
    "rules.merge": "{kind} cannot merge {shapes}: make their shapes agree",
    "rules.two_inputs": "{kind} takes two inputs, but is given {count}",
    "rules.dot": "Dot cannot sum over axes {axes} of {one} and {other}: "
    "they need the same size and may not be the batch",
    "rules.dot_axes": "Dot needs axes to be an integer or two, but is given {axes}",
    "rules.no_layer": "{kind} needs a layer for {name}, but is given {value}",
    "rules.no_state": "an RNN needs a cell with a state_size, which {kind} has not",
    "rules.stateful": "{kind} keeps its state between batches, so their size has to be fixed: "
    "give batch_shape in place of {shape}",
    "rules.open_spatial": "{kind} needs spatial dimensions that are not open, but is given {shape}",
    "rules.merge_mode": "Bidirectional merges by 'sum', 'mul', 'ave', 'concat' or None, "
    "but is given {value}",
    "rules.directions": "Bidirectional needs layers of opposite go_backwards",
    "rules.direction_setting": "Bidirectional needs layers of the same {name}",
    "rules.not_recurrent": "Bidirectional needs a recurrent layer, but is given {kind}",
    "rules.one_output": "{kind} needs a layer with one output",
    "rules.no_kernel": "SpectralNormalization needs a layer with a kernel or embeddings, "
    "which {kind} has not",
    "rules.abstract": "{kind} is only a base class: it does not say how it is called",
    # why a graph cannot be sized again
    "rules.equation": "EinsumDense cannot follow the equation {value}: it has to be 'in,kernel->out', "
    "with '...' in front of both ends or behind them, and every axis of the kernel in one of them",
    "rules.einsum": "EinsumDense cannot apply {equation} to {shape}: axes that it names are missing, "
    "open or of another size",
    "rules.bias_axes": "EinsumDense needs bias_axes among the axes of the output {output}, "
    "but is given {value}",
    "rules.score_mode": "Attention knows the score modes 'dot' and 'concat', but is given {value}",
    "rules.flash": "{kind} cannot drop out under flash attention: set dropout to 0",
    "rules.attention": "{kind} cannot attend to {one} with {other}: make their shapes agree",
    "rules.attention_axes": "{kind} has no axes {value} to attend over",
    "rules.heads": "GroupedQueryAttention needs {heads} query heads to be a multiple of the {groups} "
    "key and value heads",
    "rules.mean_and_variance": "Normalization needs both mean and variance, or neither of them",
    "rules.statistics": "Normalization cannot keep the mean {mean} and the variance {variance}: "
    "their shapes have to agree, and to fit its axes",
    "rules.bins": "Discretization needs either bin_boundaries or num_bins",
    "rules.output_mode": "{kind} knows the output modes {known}, but is given {value}",
    "rules.sparse": "{kind} cannot give whole numbers as a sparse tensor: choose another output_mode",
    "rules.invert": "{kind} can only be inverted with the output mode 'int', not {value}",
    "rules.sequence_length": "TextVectorization takes output_sequence_length with the output mode "
    "'int' only, not {value}",
    "rules.max_tokens": "{kind} needs more than one token, but max_tokens is {value}",
    "rules.pad_to_max_tokens": "{kind} can only pad to max_tokens where they are given",
    "rules.vocabulary": "{kind} cannot take this vocabulary of {size} tokens: it may not be empty, "
    "repeat a token, hold the mask or outgrow max_tokens ({most})",
    "rules.tokens": "{kind} needs a vocabulary to be a list of tokens, but is given {value}",
    "rules.spectrogram": "{kind} knows no mode and padding {value}",
    "rules.frame": "{kind} needs a frame that is no longer than the transform and no shorter than a "
    "step, but is given a frame of {frame} and steps of {step}",
    "rules.fft_length": "{kind} transforms the next power of two of {frame}: bind it, or give "
    "fft_length",
    "rules.factor": "{kind} needs {name} to be a number from {least} to {most} or two of them, "
    "but is given {value}",
    "rules.colours": "{kind} needs pictures of three colours, but is given {shape}",
    "rules.missing": "{kind} needs {name}",
    "rules.unsizable": "{kind} cannot be sized again, now that {shapes} enters",
    "rules.calls_differ": "{kind} is called on inputs that need different parameters",
    "rules.unfed": "it takes an input that nothing gives",
    "rules.no_output": "an output of the network is given by nothing",
    "rules.tied": "{name} is shared with a layer that needs another shape of it",
    "rules.inputs": "{kind} takes {takes} tensors, but is given {given}",
    "rules.ops_broadcast": "shapes {first} and {second} do not fit together",
    "rules.ops_axis": "there is no axis {axis} in {rank} dimensions",
    "rules.ops_index": "the operation does not fit the shape {shape}",
    "rules.ops_slice": "a slice cannot go in steps of {step}",
    "rules.batch_dot": "versions of Keras differ in what batch_dot makes of {first} and {second}",
    "rules.ops_open": "the operation needs a known {name}, but it is {value}",
    "rules.ops_pad": "the widths of the padding do not fit the shape {shape}",
    "dims.division_by_zero": "{dividend} is divided by zero",
    "dims.too_long": "the formula has too many terms",
    "naming.more": "{names} and {count} more",
}
