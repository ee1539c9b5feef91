"""Several networks on the same data by the same recipe, each from several seeds."""

from __future__ import annotations

import re
from hashlib import sha256
from itertools import chain
from itertools import count as count_from
from pathlib import Path

from sizeup.analyses.costs import Setting, costs
from sizeup.analyses.count import count
from sizeup.builders.channels import channels_last
from sizeup.errors import UsageError
from sizeup.network import rows
from sizeup.records import Record
from sizeup.training.backend import choose_backend
from sizeup.training.comparing import EXPERIMENT, Comparison, read_comparison
from sizeup.training.data import load
from sizeup.training.engine import Job, train
from sizeup.training.feeding import feeder
from sizeup.training.loading import loader
from sizeup.training.runs import Folder, Recipe
from sizeup.training.suiting import ExcludedError, nameless, suit
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Any

    from sizeup.network import Network
    from sizeup.training.data import Data
    from sizeup.training.engine import Tell
    from sizeup.training.feeding import Feed
    from sizeup.training.suiting import NameOf, Suited


class Plan(Record):
    """What is to be trained on what, how, and where it is written down.

    `samples` is the most samples to train with; `resize` lets images be resized to a fixed
    input; `seeds` is how many runs each network has, from the seeds 0, 1, … `flip` turns the kernels
    of weights that are loaded.
    """

    data: str
    folder: Path
    recipe: Recipe = Recipe()
    seeds: int = 1
    samples: int | None = None
    resize: bool = False
    resume: bool = False
    flip: bool = False


def train_all(
    networks: Sequence[Network],
    plan: Plan,
    tell: Tell,
    *,
    say_first: Callable[[Sequence[str]], None] = lambda _: None,
    name_of: Callable[[Network], NameOf] = lambda _: nameless,
) -> Comparison:
    """Train each network from each seed, going on where runs stand, and compare them.

    `say_first` hears what was decided before anything is trained. Raises UsageError where
    networks and data do not fit, and where the folder holds other runs.
    """
    backend = choose_backend()
    data = load(plan.data, plan.samples)
    networks, suited, excluded = _suited(networks, data, plan, name_of)
    names = _titles(networks)
    open_experiment(names, suited, plan, data.classes)
    say_first([*_remarks(names, suited, data.name, backend), *excluded])
    fed = feeder(data, plan.recipe)
    for name, each in zip(names, suited, strict=True):
        for job in jobs_of(name, each, plan, len(data.classes), fed):
            train(job, tell)
    return read_comparison(plan.folder)


def _suited(
    networks: Sequence[Network], data: Data, plan: Plan, name_of: Callable[[Network], NameOf]
) -> tuple[list[Network], list[Suited], list[str]]:
    """The networks that there are on the data, and which outcomes of conditions are none there."""
    kept, suited, excluded = [], [], []
    refused = None
    for network in networks:
        try:
            suited.append(suit(network, data, resize=plan.resize, name_of=name_of(network)))
            kept.append(network)
        except ExcludedError as error:
            refused = error
            excluded.append(error.what)
    if refused is not None and not kept:
        raise refused
    return kept, suited, excluded


def jobs_of(
    name: str, suited: Suited, plan: Plan, classes: int, fed: Callable[[Suited], Feed]
) -> Iterator[Job]:
    """The runs of a network, one for each seed."""
    turned = _turned(suited)
    path = suited.network.weights
    weights = loader(suited.network, path, flip=plan.flip) if path else None
    data = fed(turned)
    for seed in range(plan.seeds):
        folder = Folder(plan.folder.absolute() / place_of(name, seed))
        title = f"{name} · seed {seed}" if plan.seeds > 1 else name
        folder.write("config.json", {
            "network": name, "seed": seed, "data": plan.data, "samples": plan.samples,
            "recipe": plan.recipe.as_dict(),
        })  # fmt: skip
        yield Job(title, turned.network, data, classes, plan.recipe, seed, folder, weights)


def _titles(networks: Sequence[Network]) -> list[str]:
    """Names of networks, numbered where several sources give the same."""
    titles: dict[str, None] = {}
    for network in networks:
        others = (f"{network.name}#{number}" for number in count_from(2))
        free = (name for name in chain([network.name], others) if name not in titles)
        titles[next(free)] = None
    return list(titles)


def place_of(name: str, seed: int) -> Path:
    """The folder of a run in the experiment's; names may hold what no file name should.

    What another name could come to as well ends with a digest of its own.
    """
    plain = re.sub(r"[^\w.+=-]+", "_", name)
    if re.search(r"[^\w.+=:, -]", name) or plain.startswith("."):
        plain = f"{plain.lstrip('.')[:80]}-{sha256(name.encode()).hexdigest()[:8]}"
    return Path(plain, f"seed-{seed}")


def _turned(suited: Suited) -> Suited:
    """With the channels last where that can be done: what every backend runs fast."""
    network, _ = channels_last(suited.network, same_order=True)
    layout = suited.layout
    if layout.first and network.graph.input_shapes != suited.network.graph.input_shapes:
        layout = layout.changed(shape=(*layout.shape[1:], layout.shape[0]), first=False)
    elif network.graph.input_shapes != suited.network.graph.input_shapes:
        layout = layout.changed(shape=(*layout.shape[1:], layout.shape[0]), turned=True)
    return suited.changed(network=network, layout=layout)


def _experiment(
    names: Sequence[str], suited: Sequence[Suited], plan: Plan, classes: Sequence[str]
) -> dict[str, Any]:
    """What is compared: the same for every run of it."""
    listed = []
    for name, each in zip(names, suited, strict=True):
        found = count(each.network)
        policy = plan.recipe.policy
        spent = costs(each.network, Setting(plan.recipe.batch_size, policy, plan.recipe.optimizer))
        peak = spent.training and spent.training.peak
        listed.append({
            "name": name, "source": each.network.source, "parameters": found.total,
            "trainable": found.trainable, "bytes": found.bytes, "macs": found.macs,
            "training_bytes": peak and peak.bytes,
            "digest": _digest(each.network),
            "weights": each.network.weights, "input_shape": list(each.layout.shape), "values": dict(each.values),
            "runs": [str(place_of(name, seed)) for seed in range(plan.seeds)],
        })  # fmt: skip
    return {
        "data": plan.data, "samples": plan.samples, "recipe": plan.recipe.as_dict(),
        "classes": list(classes), "networks": listed,
    }  # fmt: skip


def open_experiment(
    names: Sequence[str], suited: Sequence[Suited], plan: Plan, classes: Sequence[str]
) -> None:
    """Begin the experiment in its folder, or go on with it.

    Raises UsageError where the folder holds other runs, or these and nobody asked to go on.
    """
    experiment = _experiment(names, suited, plan, classes)
    folder = Folder(plan.folder)
    there = folder.read(EXPERIMENT)
    if there is not None and not plan.resume:
        raise UsageError(say("train.exists", path=plan.folder))
    try:
        same = there is None or _identity(there) == _identity(experiment)
    except (KeyError, TypeError, AttributeError) as error:
        raise UsageError(say("train.damaged", path=plan.folder / EXPERIMENT)) from error
    if not same or (there is not None and _changed(there, experiment)):
        raise UsageError(say("train.differs", path=plan.folder))
    folder.write(EXPERIMENT, experiment)


def _identity(experiment: Mapping[str, Any]) -> dict[str, Any]:
    """What must be the same for a run to go on; it may be longer, and there may be more seeds."""
    kept = {k: v for k, v in experiment.items() if k not in ("recipe", "networks")}
    recipe = {k: v for k, v in experiment["recipe"].items() if k not in ("epochs", "patience")}
    networks = [
        {k: v for k, v in n.items() if k not in ("runs", "digest")} for n in experiment["networks"]
    ]
    return {**kept, "recipe": recipe, "networks": networks}


def _changed(there: Mapping[str, Any], experiment: Mapping[str, Any]) -> bool:
    """Whether a network is another one though it has as many parameters."""
    pairs = zip(there["networks"], experiment["networks"], strict=True)
    return any(one.get("digest", other["digest"]) != other["digest"] for one, other in pairs)


def _digest(network: Network) -> str:
    """What tells a network from others: its layers, their plain arguments, how they hang together."""
    said = [
        (row.path, row.layer.kind, [call.inputs for call in row.layer.calls],
         [(name, value) for name, value in sorted(row.layer.config.items())
          if value is None or isinstance(value, int | float | str | tuple)])
        for row in rows(network)
    ]  # fmt: skip
    return sha256(repr(said).encode()).hexdigest()


def _remarks(names: Sequence[str], suited: Sequence[Suited], data: str, backend: str) -> list[str]:
    """What was decided without being asked."""
    remarks = [say("train.with", backend=backend)]
    for name, each in zip(names, suited, strict=True):
        if each.values:
            values = ", ".join(f"{key} = {value}" for key, value in each.values.items())
            remarks.append(say("train.bound", name=name, data=data, values=values))
        if each.network.weights:
            remarks.append(say("train.loaded", name=name, path=each.network.weights))
        if each.scaling:
            remarks.append(say("train.scaling", name=name))
    return remarks
