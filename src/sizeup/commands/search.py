"""`sizeup search`: candidates within a budget, trained to a front."""

from __future__ import annotations

from sizeup.commands.common import (
    EXACT,
    INTERRUPTED,
    UNKNOWN,
    networks_of,
    positive,
    print_json,
    read_all,
    sources,
)
from sizeup.commands.train import plan_of, training
from sizeup.errors import UsageError
from sizeup.picking import only
from sizeup.settings import parse_settings, split_setting
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Sequence

    from sizeup.network import Network
    from sizeup.training.search import Limits

BUDGETS = ("parameters", "macs", "activations")


def declare(parser: ArgumentParser) -> None:
    """Its arguments."""
    sources(parser, nargs=1)
    add = parser.add_argument
    add("--vary", action="append", default=[], metavar="NAME=RANGE", help=say("cli.search_vary"))
    for name in BUDGETS:
        add(f"--max-{name}", default=None, metavar="N", help=say(f"cli.max_{name}"))
    add("--trials", type=positive, default=12, metavar="N", help=say("cli.trials"))
    add("--ray", nargs="?", const="", default=None, metavar="ADDRESS", help=say("cli.ray"))
    training(parser)


def run(arguments: Namespace) -> int:
    """Run it; returns the exit status."""
    from sizeup.analyses.solve import parse_bounds
    from sizeup.present.figures import draw
    from sizeup.present.watching import watching
    from sizeup.training.naming import namer
    from sizeup.training.search import search

    settings = parse_settings(arguments.set)
    if not arguments.vary:
        raise UsageError(say("search.vary"))
    varied = {name: tuple(parse_bounds(text)) for name, text in map(split_setting, arguments.vary)}
    network = _opened(arguments, list(varied))
    plan = plan_of(arguments)
    name_of = namer(lambda more: read_all(arguments, {**settings, **more}), settings)
    with watching() as watch:
        runner = None
        if arguments.ray is not None:
            from sizeup.training.cluster import Cluster

            runner = Cluster(arguments.ray, plan.folder).runner(watch.moment)
        try:
            found = search(
                network, varied, _limits(arguments), plan, watch.moment, trials=arguments.trials,
                say_first=watch.remarks, name_of=name_of(network), runner=runner,
            )  # fmt: skip
        except KeyboardInterrupt:
            watch.remarks([say("train.interrupted")])
            return INTERRUPTED
    draw(found.comparison)
    if arguments.json:
        print_json(found.as_dict())
    else:
        from sizeup.present.terminal import show_search

        show_search(found)
    return EXACT if found.complete else UNKNOWN


def _opened(arguments: Namespace, names: Sequence[str]) -> Network:
    """The one network, with what is varied left open."""
    from sizeup.analyses.freeing import opened

    return only(networks_of(read_all(arguments, parse_settings(arguments.set) | opened(names))))


def _limits(arguments: Namespace) -> Limits:
    from sizeup.analyses.check import allowed
    from sizeup.training.search import Limits

    given = {name: getattr(arguments, f"max_{name}") for name in BUDGETS}
    most = {name: allowed(f"max_{name}", text) for name, text in given.items() if text is not None}
    return Limits(**{name: limit // unit for name, (limit, unit) in most.items()})
