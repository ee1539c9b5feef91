"""Every sentence that sizeup says, in one place, ready for another language.

`say("key", name=value)` fills in a template. Keys are grouped by the room that says them.
"""

from __future__ import annotations

MESSAGES: dict[str, str] = {
    # dims
    "dims.division_by_zero": "{dividend} is divided by zero",
    "dims.too_long": "the formula has too many terms",
    # numbers
    "numbers.count": "{text} is not a number: write 604035, 604,035, 604k, 14.89M or 7B",
    "numbers.bytes": "{text} is not a number of bytes: write 4096, 8MB or 8MiB",
    "numbers.none": "no whole number rounds to {text}",
    # rules: why a layer cannot take its input
    "rules.rank": "{kind} needs an input of rank {expected}, batch included, but is given {shape}",
    "rules.per_dimension": "{kind} needs {name} to be {n} integers of at least {least}, "
    "or one for all, but is given {value}",
    "rules.padding": "{kind} knows the paddings {known}, but is given {value}",
    "rules.window": "{kind} has no room for its window of {size} in {shape}: "
    "enlarge the input, shrink the window or pad",
    "rules.negative": "{kind} would make negative lengths {spatial} of {shape}: "
    "enlarge the input",
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
    "rules.not_negative": "{kind} needs {name} to be 0 or more, but is given {value}",
    "rules.at_most": "{kind} needs {name} to be from 0 to {most}, but is given {value}",
    "rules.flag": "{kind} owns other parameters with {name} than without: "
    "bind {value} to True or False",
    "rules.data_format": "{kind} needs data_format to be 'channels_first' or 'channels_last', "
    "but is given {value}",
    "rules.axis": "{kind} has no axis {axis} in its input {shape}",
    "rules.open_axis": "{kind} sizes its parameters by axis {axis} of its input {shape}, "
    "which is open: give that dimension a size",
    "rules.prelu": "PReLU owns a slope for every element of its input {shape}, "
    "but axis {axis} is open: give it a size or name it in shared_axes",
    "rules.lora": "{kind} cannot have both lora_rank and {constraint}: drop one",
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
    # rules: why a graph cannot be sized again
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
    "rules.ops_slice": "a slice with an open step cannot be sized",
    "rules.ops_pad": "the widths of the padding do not fit the shape {shape}",
    # readers
    # readers: the repair of pasted text
    "source.repair.html": "HTML taken off {count} line{s}",
    "source.repair.quoting": "quoting marks taken off {count} line{s}",
    "source.repair.patch": "a patch, read as its new side ({count} line{s})",
    "source.repair.numbers": "line numbers taken off {count} line{s}",
    "source.repair.prompts": "prompts taken off {count} line{s}",
    "source.repair.characters": "{count} line{s} with typographic characters read as plain ones",
    "source.repair.python2": "{count} statement{s} of Python 2 rewritten for Python 3",
    "source.repair.quote": "{count} missing quotation mark{s} put in",
    "source.repair.bracket": "brackets closed in {count} statement{s}",
    "source.repair.extra": "brackets that close nothing taken out of {count} statement{s}",
    "source.repair.comma": "missing commas put into {count} statement{s}",
    "source.repair.colon": "{count} missing or doubled colon{s} mended",
    "source.repair.equals": "{count} condition{s} with = read as ==",
    "source.repair.semicolon": "{count} line{s} of several statements taken apart",
    "source.repair.tabs": "tabs among blanks read as columns in {count} line{s}",
    "source.repair.reindented": "{count} line{s} re-indented",
    "source.repair.handler": "{count} try without except closed",
    "source.repair.hunk": "a patch of several hunks: what stands between them is not known",
    "source.repair.orphan": "a clause that continues nothing is left out ({count} line{s})",
    "source.repair.empty": "the body is missing ({count} block{s})",
    "source.repair.cut": "{count} statement{s} cut off, read as far as possible",
    "source.repair.beheaded": "it belongs to a statement that begins before the text",
    "source.repair.unreadable": "left out, because it cannot be read: {text} ({reason})",
    "source.repair.more_unreadable": "{count} more lines cannot be read",
    "source.repair.too_broken": "the statements do not fit together",
    "source.repair.too_deep": "the text is nested too deeply to be read",
    "source.repair.inside": "the indentation does not tell whether line {line} belongs to the "
    "body of line {header}; it is taken to",
    "source.repair.outside": "the indentation does not tell whether line {line} belongs to the "
    "body of line {header}; it is taken not to",
    "readers.missing": "there is no such file, and it is no other kind of SOURCE",
    "readers.zoo": "the zoo has no {name}: `sizeup zoo` lists what it has",
    "readers.published": "published: {figure} ({source})",
    "readers.git_form": "write git:REV:PATH or git:REV:PATH:NAME",
    "readers.git": "git cannot show it: {said}",
    "readers.directory": "is a directory without a model file that sizeup knows",
    "readers.large": "is too large to be source text",
    "readers.unreadable": "cannot be read: {reason}",
    "readers.binary": "holds binary data, not source text",
    "readers.empty": "is empty",
    "readers.no_name": "no network is called {name}; there are {known}",
    "source.steps": "ended after {steps} steps: the code loops too long to be followed",
    "source.size": "ended: the code makes a value that is too large to be meant",
    "source.depth": "ended: calls of {name}() are nested too deep",
    "source.pattern": "this pattern of a match statement cannot be followed",
    "source.operation": "the result of {code} cannot be known from the text",
    "source.rounded": "{code} is rounded in a way that depends on the open value",
    "source.data": "depends on data",
    "source.loop": "is set in a loop over what the text does not hold",
    "source.loop_grows": "`{code}` runs a number of times that the text does not give",
    "source.iterate": "{code} cannot be iterated",
    "source.attribute": "the attribute {name} cannot be known from the text",
    "source.unseen_base": "comes from a base class of {name} that is not in the text",
    "source.unpack": "{given} values cannot be unpacked into {wanted}",
    "source.star": "the arguments in {code} cannot be known from the text",
    "source.not_callable": "{code} cannot be called",
    "source.too_many": "{name}() takes fewer positional arguments",
    "source.twice": "the argument {name} is given twice",
    "source.unexpected": "{name}() has no argument {argument}",
    "source.missing": "{name}() needs the argument {argument}",
    "source.no_default": "argument without default",
    "source.never_assigned": "name is never assigned",
    "source.argument": "{kind} has no argument {name} that sizeup knows",
    "source.no_size": "{what} is no size",
    "source.no_network": "no network is built in this text",
    "source.no_name": "the source has no name {name}: see what it leaves open with `sizeup count`",
    "source.bad_name": "{name} is no name or expression that --set could bind",
    "source.too_many_outcomes": "more than {most} networks hang on conditions that the text "
    "does not decide: bind some of them with --set",
    "source.module_name": "module",
    "source.unknown_layer": "{name}: {reason}",
    "source.unseen": "calls `{name}()`, which cannot be seen in this text",
    "source.module": "module {name} is not in the text",
    "source.input_unknown": "its input is not known ({reason})",
    "source.open_tensor": "the input {code} has no shape in the text",
    "source.open_shape": "the shape {code} has no rank in the text",
    "source.no_shape": "an input without a shape",
    "source.shape_unknown": "the shape is not known",
    "source.layers_open": "the list of layers {code} is not in the text",
    "source.not_layer": "{what} is no layer",
    "source.never_built": "the model is never given an input shape",
    "source.never_called": "{name} is never called on an input of known shape",
    "source.no_graph": "{name} is made without inputs and outputs",
    "source.no_outputs": "a model needs outputs",
    "source.model_input": "the model takes {wanted}, but is given {given}",
    "source.no_layer": "there is no layer {name}",
    "source.pop": "there are no layers to pop",
    "source.no_call": "{name} has no method call()",
    "source.no_tensor": "{name} returns no tensor that could be followed",
    "source.no_input": "{name} is called without an input",
    "source.weight_shape": "the shape of the weight {name} is not known",
    "source.channels_first": "{shape} is read as channels_first: the order that its literal tells",
    "source.channels_first_fit": "{shape} is read as channels_first: "
    "the other order leaves no room for the layers",
    "source.channels_default": "{shape} is read as channels_last, the default; "
    "both orders are possible",
    "source.ended": "the program cannot be followed further ({error}); more layers may come after",
    "source.other_reading": "with the other reading of the lost indentation: {total}",
    "source.invalid_reading": "no valid network ({error})",
    "source.unknown_reading": "a network that is not known",
    "source.sides": "{code} is read as Keras 2 read it, the last two numbers as the kernel's "
    "sides; Keras 3 would take the last one for the strides",
    "source.activation_layer": "an activation that is a {kind} layer owns parameters of its own",
    "mlp.one_width": "{text} is one width: a network has two or more, as in 784:10",
    "mlp.width": "{text} is not a width: write positive integers, as in 784:2000:10",
    # analyses: count
    "count.unknown": "{name} is unknown, so the total is a lower bound: {reason}",
    # analyses: diff
    "diff.block": "the {ordinal} block ({layers})",
    "diff.block_number": "block {number} ({layers})",
    "diff.inserted": "{what} inserted",
    "diff.removed": "{what} removed",
    "diff.input": "input {old} → {new}",
    "diff.wires": "{names} wired otherwise",
    "diff.outputs": "the outputs",
    "diff.inner": "what is inside it",
    "diff.more": "{count} more kinds",
    "diff.times": "{what}, {count} times",
    "diff.several": "{count} changes, from {first} to {last}",
    "diff.architecture": "a different architecture",
    "diff.owns": "it owns {count}",
    "diff.owned": "it owned {count}",
    "diff.replaces": "it owns {new} instead of {old}",
    "diff.shrinks": "it shrinks what enters {name} from {old} to {new}",
    "diff.widens": "it widens what enters {name} from {old} to {new}",
    "diff.changes": "it changes what enters {name} from {old} to {new}",
    "diff.became": "{old} became {new}",
    "diff.wide": "its input is {new} wide instead of {old}",
    "diff.channels": "its input has {new} channels instead of {old}",
    "diff.shape": "its input is {new} instead of {old}",
    "diff.sharing": "it shares its parameters otherwise",
    "diff.only": "only in {name}",
    "diff.only_before": "only in the network before",
    "diff.only_after": "only in the network after",
    "diff.unknown": "the difference is unknown, as the total of {names} is",
    # analyses: solve
    "solve.ortools": "solving needs OR-Tools: pip install 'sizeup[solve]'",
    "solve.bounds": "{text} is neither a range of integers, as 8..512, nor choices, as 1,3,5,7",
    "solve.values": "{name} needs at least one value to try and at most {most}",
    "solve.no_total": "name what is known: --total NAME=N",
    "solve.unknown": "the total of {name} is not known, so nothing follows from it",
    "solve.which": "say which network {total} is the total of: NAME={total} with one of {names}",
    "solve.no_free": "{name} is not free here; free are {known}",
    "api.one": "one network is needed, but there are {count}: {names}; pick one with SOURCE:NAME",
    # present
    "cli.usage": "sizeup {version}: how many parameters, in which layers, and why\n\n"
    "usage: sizeup [COMMAND] SOURCE… [OPTIONS]\n\ncommands (explain is the default):\n{commands}\n\n"
    "`sizeup COMMAND --help` lists the options of a command.",
    "cli.explain": "the whole answer in words: counts, formulas, differences, what looks wrong",
    "cli.count": "how many parameters, in which layers, by what arithmetic",
    "cli.diff": "what differs between two networks, and what each difference is worth",
    "cli.solve": "which hyperparameters give these totals",
    "cli.zoo": "the architectures that ship with sizeup",
    "cli.help": "{message}; see `{command} --help`",
    "cli.interrupted": "sizeup: interrupted",
    "cli.json": "print one JSON document",
    "cli.set": "bind a free name, a constant or a builder's argument (repeatable)",
    "cli.sources": "a file, file:NAME, - for pasted text, 784:2000:10, zoo:NAME, git:REV:PATH",
    "cli.two_sources": "two networks, or one source that holds exactly two",
    "cli.batch": "samples at once, for MACs (1)",
    "cli.depth": "how many levels of nested layers to show",
    "cli.total": "a network's total, as 604035 or 14.89M (repeatable)",
    "cli.vary": "NAME=8..512 or NAME=1,3,5: values to try (repeatable)",
    "cli.limit": "how many solutions to list (100)",
    "cli.pair": "{text} is not NAME=VALUE",
    "cli.invalid": "{name} is no valid network: {error}",
    "cli.two": "a difference needs two networks, but there are {count}: {names}; "
    "pick them with SOURCE:NAME",
}


def say(key: str, /, **values: object) -> str:
    """The sentence of `key` with its blanks filled in."""
    return MESSAGES[key].format(**values)
