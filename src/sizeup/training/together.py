"""Several networks on the same data by the same recipe, each from several seeds."""

from __future__ import annotations

from itertools import chain
from itertools import count as count_from
from pathlib import Path

from sizeup.builders.channels import channels_last
from sizeup.records import Record
from sizeup.training.backend import choose_backend
from sizeup.training.comparing import EXPERIMENT, Comparison, read_comparison
from sizeup.training.data import load
from sizeup.training.engine import Job, prove, train
from sizeup.training.experiment import described, refuse_others
from sizeup.training.feeding import feeder
from sizeup.training.loading import loader
from sizeup.training.runs import Folder, Recipe, place_of
from sizeup.training.suiting import ExcludedError, nameless, suit
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

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
    data = load(plan.data, plan.samples, resize=plan.resize)
    networks, suited, excluded = _suited(networks, data, plan, name_of)
    names = _titles(networks)
    jobs = begun(names, suited, plan, data, backend)
    say_first([*_remarks(names, suited, data.name, backend), *excluded])
    for job in chain.from_iterable(jobs):
        train(job, tell)
    return read_comparison(plan.folder)


def begun(
    names: Sequence[str], suited: Sequence[Suited], plan: Plan, data: Data, backend: str
) -> list[list[Job]]:
    """The runs of each network, and their experiment written down.

    All is tried before anything is written. Raises UsageError where something cannot be trained
    as asked for, and where the folder holds other runs.
    """
    experiment = described(names, suited, plan, data, backend)
    refuse_others(experiment, plan)
    fed = feeder(data, plan.recipe)
    jobs = [list(jobs_of(*each, plan, len(data.classes), fed))
            for each in zip(names, suited, strict=True)]  # fmt: skip
    for first, *_ in jobs:
        prove(first)
    Folder(plan.folder).write(EXPERIMENT, experiment)
    for name, runs in zip(names, jobs, strict=True):
        for job in runs:
            job.folder.write("config.json", {
                "network": name, "seed": job.seed, "data": plan.data, "samples": plan.samples,
                "recipe": plan.recipe.as_dict(),
            })  # fmt: skip
    return jobs


def _suited(
    networks: Sequence[Network], data: Data, plan: Plan, name_of: Callable[[Network], NameOf]
) -> tuple[list[Network], list[Suited], list[str]]:
    """The networks that there are on the data, and which outcomes of conditions are none there.

    What leaves its input open takes images as large as the largest that another one needs.
    """
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
    sizes = [each.layout.size[0] if each.layout.size else 0 for each in suited]
    for place, network in enumerate(kept):
        if 0 < sizes[place] < max(sizes):
            suited[place] = suit(network, data, resize=plan.resize, name_of=name_of(network),
                                 least=max(sizes))  # fmt: skip
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
        yield Job(title, turned.network, data, classes, plan.recipe, seed, folder, weights)


def _titles(networks: Sequence[Network]) -> list[str]:
    """Names of networks, numbered where several sources give the same."""
    titles: dict[str, None] = {}
    for network in networks:
        others = (f"{network.name}#{number}" for number in count_from(2))
        free = (name for name in chain([network.name], others) if name not in titles)
        titles[next(free)] = None
    return list(titles)


def _turned(suited: Suited) -> Suited:
    """With the channels last where that can be done: what every backend runs fast."""
    network, _ = channels_last(suited.network, same_order=True)
    layout = suited.layout
    if layout.first and network.graph.input_shapes != suited.network.graph.input_shapes:
        layout = layout.changed(shape=(*layout.shape[1:], layout.shape[0]), first=False)
    elif network.graph.input_shapes != suited.network.graph.input_shapes:
        layout = layout.changed(shape=(*layout.shape[1:], layout.shape[0]), turned=True)
    return suited.changed(network=network, layout=layout)


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
