"""Findings in sentences."""

from __future__ import annotations

from sizeup.analyses import verdict
from sizeup.analyses.describe import ORDINALS
from sizeup.dims import as_text, product
from sizeup.places import place
from sizeup.present import units
from sizeup.present.solutions import how_many, listing
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sizeup.analyses.count import Count
    from sizeup.analyses.journey import Journey
    from sizeup.dims import Dim


def heading(findings: Sequence[verdict.Finding]) -> str:
    """`Is something wrong? No.`, or what else the sentences are about."""
    doubts = [finding for finding in findings if isinstance(finding, verdict.Doubt)]
    wrong = verdict.answer(findings)
    if wrong is not None:
        return say("story.wrong" if wrong else "story.right")
    if any(finding.level == "unknown" for finding in doubts):
        return say("story.open")
    if doubts or any(isinstance(finding, verdict.Impossible) for finding in findings):
        return say("story.perhaps")
    return say("story.notable")


def sentences(findings: Sequence[verdict.Finding]) -> Iterator[str]:
    """A sentence for every finding, one for several networks of one kind.

    What is unknown is said in the footnotes.
    """
    for finding in _of_different_networks(findings):
        if not isinstance(finding, verdict.Doubt) or finding.level != "unknown":
            yield _sentence(finding)


def suggestion(findings: Sequence[verdict.Finding]) -> str:
    """What would make the networks smaller, if one layer behind a Flatten holds most."""
    told = _of_different_networks(findings)
    shares = [f for f in told if isinstance(f, verdict.Share) and f.pooled is not None]
    if not shares:
        return ""
    leaves = [
        say("story.leaves", network=share.network, total=units.number(share.pooled or 0))
        for share in shares
    ]
    kinds = {
        f"GlobalAveragePooling{len(share.journey.steps[-1].sides)}D"
        for share in shares
        if share.journey is not None
    }
    return say("story.pooled", kinds=listing(sorted(kinds)), leaves=listing(leaves))


def mentioned(counts: Sequence[Count]) -> str:
    """The multilayer perceptrons that the text names, and how the second compares to the first."""
    known = [(found.network.name, found.total) for found in counts if found.total is not None]
    texts = [say("story.has", network=name, total=units.number(total)) for name, total in known]
    text = say("story.mentioned", networks=listing(texts))
    if len(counts) == 2 and len(known) == 2:
        text += say("story.ratio", percent=units.percent(known[1][1], known[0][1], 2))
        weights = alone(*counts)
        text += say("story.alone", weights=weights) if weights else ""
    return text + "."


def alone(before: Count, after: Count) -> str:
    """What the second is of the first without biases, where all of their layers are dense."""
    old, new = weights_alone(before), weights_alone(after)
    if not old or not new:
        return ""
    percent = units.percent(new, old, 2)
    numbers = {"before": units.number(old), "after": units.number(new)}
    return say("difference.weights_of", percent=percent, **numbers)


def weights_alone(found: Count) -> int | None:
    """The weights without the biases, as some count a network that is all dense layers."""
    owners = [row for row in found.rows if row.own]
    if any(row.layer.kind != "Dense" for row in owners):
        return None
    counts = [p.count for row in owners for p in row.own if p.name == "kernel"]
    weights = sum(count for count in counts if isinstance(count, int))
    return weights if weights != found.total else None


def _of_different_networks(findings: Iterable[verdict.Finding]) -> Iterator[verdict.Finding]:
    """Without shares that are those of another network."""
    told = set()
    for finding in findings:
        if isinstance(finding, verdict.Share):
            share = (finding.layer, finding.parameters, finding.total, finding.arithmetic)
            if share in told:
                continue
            told.add(share)
        yield finding


def _sentence(finding: verdict.Finding) -> str:
    match finding:
        case verdict.Agreement(networks, solved, exact):
            key = "story.fit" if solved else "story.equal"
            how = say("story.exactly" if exact else "story.rounded")
            return say(f"{key}_{how_many(networks)}", count=len(networks), how=how)
        case verdict.Disagreement(network, stated, count, by):
            key = "story.more" if by < 0 else "story.fewer"
            return say(key, network=network, stated=stated, total=units.number(count),
                       by=units.number(abs(by)))  # fmt: skip
        case verdict.Impossible(networks, proved):
            key = "story.impossible_one" if len(networks) == 1 else "story.impossible"
            return say(key if proved else "story.not_found")
        case verdict.Invalid(network, line=line):
            return say("story.invalid", network=network) + _place(line) + "."
        case verdict.Doubt(network, text=text, line=line):
            return say("story.doubt", network=network, text=text) + _place(line)
        case verdict.Deeper(deep, shallow, depths, totals):
            share = units.percent(totals[0], totals[1], 2)
            return say("story.deeper", deep=deep, shallow=shallow, more=units.number(depths[0]),
                       fewer=units.number(depths[1]), percent=share)  # fmt: skip
        case verdict.Share():
            return _share(finding)
        case verdict.Pooling(network, layer, number, before, after):
            ordinal = ORDINALS[number - 1] if number <= len(ORDINALS) else f"{number}."
            return say("story.pooling", network=network, layer=layer, ordinal=ordinal,
                       before=_map(before), after=_map(after))  # fmt: skip
    raise TypeError(finding)


def _share(share: verdict.Share) -> str:
    percent = units.percent(share.parameters, share.total)
    named = {"network": share.network, "layer": share.layer, "percent": percent}
    journey = share.journey
    if journey is None:
        return say("story.share", **named, arithmetic=share.arithmetic)
    key = "story.journey" if len(journey.steps) > 1 else "story.flat"
    return say(key, **named, width=_map(journey.factors), way=_way(journey))


def _way(journey: Journey) -> str:
    """`28 → 26 → 24 → pool 2 → 12`."""
    steps = []
    for step in journey.steps:
        if step.by:
            by = say(f"story.{step.by}", factor=as_text(step.factor))
            steps.append(by.replace(" ", units.GLUE))
        alike = len(set(step.sides)) == 1
        steps.append("×".join(map(as_text, step.sides[:1] if alike else step.sides)))
    return " → ".join(steps).replace("→ ", f"→{units.GLUE}")


def _map(factors: Sequence[Dim]) -> str:
    text = f"{as_text(product(factors))} = {'·'.join(map(as_text, factors))}"
    return text.replace(" ", units.GLUE)


def _place(line: int | None) -> str:
    return "" if line is None else say("page.place", place=place(line))
