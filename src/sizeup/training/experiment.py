"""What is compared in one folder, written down so that runs go on only with what they began with."""

from __future__ import annotations

from hashlib import file_digest, sha256
from pathlib import Path

from sizeup.analyses.costs import Setting, costs
from sizeup.analyses.count import count
from sizeup.analyses.optimizers import SLOTS
from sizeup.errors import ReadError, UsageError
from sizeup.network import Layer, rows
from sizeup.training.comparing import EXPERIMENT
from sizeup.training.runs import Folder, place_of
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from sizeup.dims import Dim
    from sizeup.network import Network
    from sizeup.training.data import Data
    from sizeup.training.runs import Recipe
    from sizeup.training.suiting import Suited
    from sizeup.training.together import Plan

FREE = frozenset({"epochs", "patience", "tensorboard"})
"""What of a recipe may change when runs go on."""
OPTIONS = {"normalization": "normalize"}
"""How the command line calls what of a recipe it calls otherwise."""


def described(
    names: Sequence[str], suited: Sequence[Suited], plan: Plan, data: Data, backend: str
) -> dict[str, Any]:
    """The experiment: the same for every run of it."""
    networks = [_network(name, each, plan) for name, each in zip(names, suited, strict=True)]
    return {
        "backend": backend, "data": plan.data, "data_digest": data.digest, "samples": plan.samples,
        "recipe": plan.recipe.as_dict(), "flip_kernels": plan.flip, "classes": list(data.classes),
        "networks": networks,
    }  # fmt: skip


def _network(name: str, suited: Suited, plan: Plan) -> dict[str, Any]:
    network = suited.network
    found = count(network)
    return {
        "name": name, "source": network.source, "parameters": found.total,
        "trainable": found.trainable, "bytes": found.bytes, "macs": found.macs,
        "training_bytes": _peak(network, plan.recipe), "layers_digest": _digest(suited),
        "weights": network.weights, "weights_digest": _content(network.weights),
        "input_shape": list(suited.layout.shape), "values": dict(suited.values),
        "runs": [str(place_of(name, seed)) for seed in range(plan.seeds)],
    }  # fmt: skip


def _peak(network: Network, recipe: Recipe) -> Dim | None:
    """The most memory that a step takes; None where the state of the optimizer is not known."""
    if recipe.optimizer not in SLOTS:
        return None
    spent = costs(network, Setting(recipe.batch_size, recipe.policy, recipe.optimizer))
    peak = spent.training and spent.training.peak
    return peak.bytes if peak else None


def _digest(suited: Suited) -> str:
    """What tells a network from others: its layers, their arguments, how they hang together."""
    said = [(row.path, *_plain(row.layer)) for row in rows(suited.network)]
    return sha256(repr((said, suited.layout)).encode()).hexdigest()


def _plain(value: Any) -> Any:
    """A value as text tells it from others; of what is told by its place in memory, the kind."""
    if isinstance(value, Layer):
        return value.kind, _plain(value.config), [call.inputs for call in value.calls]
    if isinstance(value, dict):
        return [(name, _plain(each)) for name, each in sorted(value.items())]
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value if value is None or isinstance(value, int | float | str) else type(value).__name__


def _content(path: str | None) -> str | None:
    """The digest of a file. Raises ReadError where it cannot be read."""
    if path is None:
        return None
    try:
        with Path(path).open("rb") as file:
            return file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ReadError(error.strerror or str(error), source=path) from error


def refuse_others(experiment: Mapping[str, Any], plan: Plan) -> None:
    """Raise UsageError where the folder holds other runs, or these and nobody asked to go on."""
    there = Folder(plan.folder).read(EXPERIMENT)
    if there is None:
        return
    if not plan.resume:
        raise UsageError(say("train.exists", path=plan.folder))
    try:
        found = list(_differences(there, experiment))
    except (KeyError, TypeError, AttributeError) as error:
        raise UsageError(say("train.damaged", path=plan.folder / EXPERIMENT)) from error
    if found:
        raise UsageError(say("train.differs", path=plan.folder, what="; ".join(found)))


def _differences(there: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """In what an experiment began otherwise; what an older version did not write is the same."""
    if there.get("backend", now["backend"]) != now["backend"]:
        yield say("train.was_backend", was=there["backend"], now=now["backend"])
    options = _options(there)
    for name, value in _options(now).items():
        if options.get(name, value) != value:
            yield say("train.was_option", option=f"--{name.replace('_', '-')}",
                      was=_shown(options[name]), now=_shown(value))  # fmt: skip
    if there["samples"] == now["samples"]:
        yield from _data(there, now)
    were = [each["name"] for each in there["networks"]]
    are = [each["name"] for each in now["networks"]]
    if were != are:
        yield say("train.was_networks", was=", ".join(were), now=", ".join(are))
        return
    for one, other in zip(there["networks"], now["networks"], strict=True):
        yield from _network_differences(one, other)


def _options(experiment: Mapping[str, Any]) -> dict[str, Any]:
    recipe = {OPTIONS.get(k, k): v for k, v in experiment["recipe"].items() if k not in FREE}
    return recipe | {k: experiment[k] for k in ("samples", "flip_kernels") if k in experiment}


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return say("train.on" if value else "train.off")
    return say("train.unset") if value is None else str(value)


def _data(there: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """Data are the same where their content is, wherever it is kept."""
    digest = there.get("data_digest")
    if now["data_digest"] == digest:
        return
    if there["data"] != now["data"]:
        yield say("train.was_option", option="--data", was=there["data"], now=now["data"])
    elif digest is not None or there["classes"] != now["classes"]:
        yield say("train.changed_data", path=now["data"])


def _network_differences(one: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[str]:
    same = one.get("layers_digest", other["layers_digest"]) == other["layers_digest"]
    if not same or any(one[name] != other[name] for name in ("parameters", "values")):
        yield say("train.was_network", name=one["name"])
    elif bool(one["weights"]) != bool(other["weights"]):
        key = "began_with" if one["weights"] else "began_without"
        yield say(f"train.{key}", name=one["name"], path=one["weights"])
    elif one.get("weights_digest", other["weights_digest"]) != other["weights_digest"]:
        yield say("train.changed_weights", name=one["name"], path=other["weights"])
