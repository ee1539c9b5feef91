"""The public functions: what the command line answers, as typed data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sizeup.errors import UsageError
from sizeup.network import Network, build_with
from sizeup.picking import only, pair
from sizeup.readers import Reading
from sizeup.readers import read as read_source
from sizeup.settings import with_weights
from sizeup.shown import render_with
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sizeup.analyses.advise import Advised
    from sizeup.analyses.costs import Costs
    from sizeup.analyses.count import Count
    from sizeup.analyses.diff import Diff
    from sizeup.analyses.explain import Explanation
    from sizeup.analyses.fit import Fit
    from sizeup.analyses.solve import Solutions
    from sizeup.analyses.versions import Versions
    from sizeup.training.comparing import Comparison

Source = str | Network | Reading | object
"""A SOURCE as on the command line, what was read from one, or a live Keras model."""


def read(
    source: str,
    settings: Mapping[str, Any] | None = None,
    *,
    text: str | None = None,
    keras: int | None = None,
    tf_keras: bool = False,
) -> Reading:
    """The networks that a source describes; nothing that it holds is run.

    `settings` bind names, as `--set` does; `text` is what the source `-` stands for. `keras`
    (0 to 3) is the major version that code is written for, that of `tf.keras` with `tf_keras`;
    without them it is inferred. A reading is a sequence of `Network`s that also takes their
    names: `read("net.py")["build"]`.

    Raises ReadError where there is nothing to read, UsageError where a name does not exist.

    >>> [network.name for network in read("784:2000:10")]
    ['784:2000:10']
    """
    return read_source(source, settings, stdin=text, keras=keras, tf_keras=tf_keras)


def count(source: Source, settings: Mapping[str, Any] | None = None, *, batch: int = 1) -> Count:
    """How many parameters one network has, in which layers, by what arithmetic.

    `total` is an integer, or None while something is free (`formula` then) or unknown
    (`at_least` then); `macs` are those of `batch` samples. Raises UsageError where the source
    holds several networks.

    >>> count("784:2000:50:2000:10").total
    1792060
    """
    from sizeup.analyses.count import count as counted

    return counted(_one(source, settings), batch)


def formula(source: Source, settings: Mapping[str, Any] | None = None) -> str:
    """The total as a Python expression of what the source leaves open.

    Raises UsageError where some layer is unknown, so that there is no formula.

    >>> formula("784:10")
    '7850'
    """
    found = count(source, settings)
    if found.parameters is None:
        raise UsageError(say("solve.unknown", name=found.network.name))
    return found.formula or str(found.total)


def explain(*sources: Source, settings: Mapping[str, Any] | None = None) -> Explanation:
    """The whole answer: counts, totals in the text and what they imply, differences, words."""
    from sizeup.analyses.explain import explain as explained

    return explained([_reading(source, settings) for source in sources])


def diff(
    before: Source,
    after: Source | None = None,
    settings: Mapping[str, Any] | None = None,
    *,
    of: str = "parameters",
) -> Diff:
    """What differs between two networks, and how much of the difference each change is worth.

    One source does where it holds exactly two networks. `of` is what is compared: `parameters`,
    `macs` or `activations` (elements of the outputs of layers).

    >>> diff("784:2000:2000:10", "784:2000:50:2000:10").delta
    -3799950
    """
    from sizeup.analyses.diff import diff as compared

    if after is None:
        return compared(*pair(_reading(before, settings).networks), of=of)
    return compared(_one(before, settings), _one(after, settings), of=of)


def edit(
    source: Source,
    layers: Mapping[str, Mapping[str, Any]] | None = None,
    *,
    kinds: Mapping[str, Mapping[str, Any]] | None = None,
    input_shape: tuple[int | None, ...] | None = None,
) -> Network:
    """One network with other settings of its layers, sized again; it may be counted or compared.

    `layers` maps names of layers to settings, `kinds` those of all layers of a kind;
    `input_shape` has the batch first. Raises UsageError for a name that no layer has, and
    SizingError where Keras would raise.

    >>> diff("784:2000:10", edit("784:2000:10", {"dense_1": {"units": 1000}})).delta
    -795000
    """
    from sizeup.analyses.editing import edit as edited

    return edited(_one(source, None), layers, kinds=kinds, input_shape=input_shape)


def advise(source: Source, settings: Mapping[str, Any] | None = None) -> Advised:
    """What would make one network smaller: changes of structure, made and sized, the best first.

    Each entry of `advice` holds the `network` that it leads to. While something is free, sizes are
    expressions. Raises UsageError where the source holds several networks.

    >>> found = advise("784:2000:2000:10").advice[1]
    >>> found.what, found.parameters
    ('a Dense of 50 units before dense_2', (5592010, 1792060))
    """
    from sizeup.analyses.advise import advise as advised

    return advised(_one(source, settings))


def costs(
    source: Source,
    settings: Mapping[str, Any] | None = None,
    *,
    batch: int = 1,
    dtype: str | None = None,
    optimizer: str = "adam",
    accumulate: int = 1,
    checkpoint: int | None = None,
    device: str | None = None,
) -> Costs:
    """What one network costs to run and to train: operations, memory, layer by layer.

    `dtype` is the name of one of Keras' dtype policies (`float16`, `mixed_bfloat16`), `optimizer`
    one of its optimizers in lower case; gradients are summed over `accumulate` batches of `batch`
    samples; the calls are cut into `checkpoint` segments. With the FLOP/s and bytes/s of a `device`
    (`"19.5T,1.5T"`) each layer's least time is told. Bytes and operations are integers, or
    expressions while something is free, None where some part is unknown.

    Raises UsageError where the source holds several networks, or for a name that is none.

    >>> costs("784:2000:10", batch=32).forward
    101824960
    """
    from sizeup.analyses.costs import Setting
    from sizeup.analyses.costs import costs as costed

    setting = Setting(batch, dtype, optimizer, accumulate, checkpoint, device)
    return costed(_one(source, settings), setting)


def solve(
    *sources: Source,
    totals: Mapping[str, int | str] | None = None,
    trainable: Mapping[str, int | str] | None = None,
    macs: Mapping[str, int | str] | None = None,
    layers: Mapping[str, int | str] | None = None,
    shapes: Mapping[str, str] | None = None,
    where: Sequence[str] = (),
    vary: Mapping[str, str] | None = None,
    settings: Mapping[str, Any] | None = None,
    limit: int = 100,
) -> Solutions:
    """Which hyperparameters give networks what is known of them, plainest first.

    `totals`, `trainable` and `macs` map names of networks to counts (`604035`, or rounded:
    `"14.89M"`), `layers` those of layers to their parameters, `shapes` to what they give
    (`"12x12x32"`); `where` are relations between free names (`"rows == cols"`), `vary` maps
    these to ranges (`"8..512"`) or choices (`"1,3,5"`); 1 to 1,024 otherwise.
    """
    from sizeup.analyses.inverse import solve_versions
    from sizeup.analyses.known import Known

    known = Known(
        totals=_pairs(totals), trainable=_pairs(trainable), macs=_pairs(macs),
        layers=_pairs(layers), shapes=_pairs(shapes), where=where,
    )  # fmt: skip
    found = _versions(sources, settings, _pairs(vary))
    return solve_versions(found, known, _pairs(vary), limit=limit)


def fit(
    *sources: Source,
    max_parameters: int | str | None = None,
    max_macs: int | str | None = None,
    max_activations: int | str | None = None,
    max_bytes: int | str | None = None,
    maximize: str = "parameters",
    minimize: str | None = None,
    where: Sequence[str] = (),
    vary: Mapping[str, str] | None = None,
    settings: Mapping[str, Any] | None = None,
    limit: int = 5,
) -> Fit:
    """The best settings of networks inside a budget, for one sample; best first.

    Budgets are counts (`500_000`, `"500k"`) or bytes (`"8MiB"`); `maximize` is `parameters`,
    `macs`, `activations` or an expression of these and of free names (`minimize` in its stead);
    `where` are relations and `vary` maps free names to ranges (`"8..128"`) or choices (`"3,5"`);
    1 to 1,024 otherwise.
    """
    from sizeup.analyses.fit import Asked, fit_versions

    given = {"parameters": max_parameters, "macs": max_macs, "activations": max_activations,
             "bytes": max_bytes}  # fmt: skip
    budgets = {name: str(most) for name, most in given.items() if most is not None}
    asked = Asked(budgets, where, _pairs(vary), maximize, minimize)
    return fit_versions(_versions(sources, settings, asked.vary), asked, limit=limit)


def train(
    *sources: Source,
    data: str = "digits",
    folder: str | None = None,
    seeds: int = 1,
    samples: int | None = None,
    settings: Mapping[str, Any] | None = None,
    resume: bool = False,
    **recipe: Any,
) -> Comparison:
    """Train networks side by side on data by name or path, and compare them.

    `recipe` may hold `epochs`, `batch_size`, `optimizer`, `learning_rate`, `patience`,
    `validation`, `normalization`, `deterministic`, `mixed_precision` and `tensorboard`. Runs are
    written to `folder` (`runs/` and the name of the data), where `resume` goes on with them.
    Raises UsageError where networks and data do not fit, with what to set.
    """
    from pathlib import Path

    from sizeup.training.runs import Recipe
    from sizeup.training.together import Plan, train_all

    networks = [network for source in sources for network in _reading(source, settings)]
    networks = with_weights(networks, settings or {})
    where = Path(folder or f"runs/{Path(data).resolve().stem}")
    plan = Plan(data, where, Recipe(**recipe), seeds, samples, resume=resume)
    return train_all(networks, plan, lambda _: None)


def _pairs(given: Mapping[str, object] | None) -> list[str]:
    return [f"{name}={value}" for name, value in (given or {}).items()]


def _reading(source: Source, settings: Mapping[str, Any] | None) -> Reading:
    if isinstance(source, str):
        return read_source(source, settings)
    if isinstance(source, Reading):
        return source
    if not isinstance(source, Network):
        from sizeup.readers.live import read_live

        source = read_live(source)
    return Reading(source.source, (source,))


def _versions(
    sources: Sequence[Source], settings: Mapping[str, Any] | None, vary: Sequence[str]
) -> Versions:
    """The networks of sources, read again where `vary` changes their structure."""
    from sizeup.analyses.versions import versions

    def read(more: Mapping[str, Any]) -> list[Network]:
        bound = {**(settings or {}), **more}
        return [network for source in sources for network in _reading(source, bound)]

    return versions(read, vary)


def _one(source: Source, settings: Mapping[str, Any] | None) -> Network:
    return only(_reading(source, settings).networks)


def _render(finding: object, form: str) -> str:
    """A finding as text or HTML; the presenters are imported only now."""
    from sizeup.present import show

    return show(finding, form)


render_with(_render)


def _build(network: Network) -> Any:
    """The live model; what builds it, and Keras, are imported only now."""
    from sizeup.builders.live import to_keras

    return to_keras(network)


build_with(_build)
