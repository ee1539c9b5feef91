"""What is given to sizeup, and how it is opened."""

from __future__ import annotations

MESSAGES: dict[str, str] = {
    "readers.missing": "there is no such file, and it is no other kind of SOURCE",
    "readers.zoo": "the zoo has no {name}: `sizeup zoo` lists what it has",
    "readers.published": "published: {figure} ({source})",
    "readers.no_git": "git is not installed here, so that no revision can be read",
    "readers.git_form": "write git:REV:PATH or git:REV:PATH:NAME",
    "readers.git": "git cannot show it: {said}",
    "readers.directory": "is a directory without a model file that sizeup knows",
    "readers.large": "is too large to be source text",
    "readers.unreadable": "cannot be read: {reason}",
    "readers.binary": "holds binary data, not source text",
    "readers.defect": "sizeup fails on this text ({kind}), which is a defect of sizeup",
    "readers.empty": "is empty",
    "readers.no_name": "no network is called {name}; there are {known}",
    "live.foreign": "{kind} is no source: give a path, a text's `-`, or a Keras model",
    "live.unbuilt": "{name} is not built: call it, or build it with the shape of its input",
    "notebook.language": "the notebook is written in {language}, not in Python",
    "notebook.broken": "the notebook is no JSON that can be read: {reason}",
    "notebook.cell": "cell {number}",
    "notebook.order": "cells are read in the order in which they stand, but this one was last run "
    "as {later}, before In [{first}] above it",
    "mlp.one_width": "{text} is one width: a network has two or more, as in 784:10",
    "mlp.width": "{text} is not a width: write positive integers, as in 784:2000:10",
    "summary.unbuilt": "the summary was printed before it had its weights",
    "summary.no_count": "no number of parameters can be read in its row",
    "summary.torchsummary": "torchsummary leaves out the parameters of a {kind}",
    "summary.statistics": "PyTorch counts no running statistics; with the {kept} that BatchNorm "
    "keeps, as Keras counts, the total is {total}",
    "summary.applied": "torchsummary counts weights and biases alone, and a module again "
    "each time it is applied",
    "summary.unfit": "{name}: no {kind} with {count} parameters makes {y} of {x}",
    "summary.inside": "{name}: its row says {count} parameters, the rows inside of it {sum}",
    "summary.broken_off": "the summary breaks off without a total: layers may be missing",
    "summary.parts": "the summary says {stated} parameters in all, "
    "but its trainable and non-trainable ones are {found}",
    "summary.sum": "the rows add up to {found} parameters, the summary says {stated} in all",
    "summary.missing": "rows with {by} parameters are missing: those that are here add up to "
    "{found}, the summary says {stated} in all",
    "summary.contradiction": "the summary contradicts itself: its total is not certain",
    "summary.disagrees": "the summary in line {line} says {stated} parameters, the code {total}",
    "numbers.count": "{text} is not a number: write 604035, 604,035, 604k, 14.89M or 7B",
    "numbers.bytes": "{text} is not a number of bytes: write 4096, 8MB or 8MiB",
    "numbers.none": "no whole number rounds to {text}",
    "api.one": "one network is needed, but there are {count}: {names}; pick one with SOURCE:NAME",
    "edit.no_layer": "{network} has no layer of the name or the kind {name}",
}
