"""The command line: arguments and exit codes, nothing else."""

from __future__ import annotations

import gc
import os
import sys
from argparse import SUPPRESS, ArgumentParser, HelpFormatter, Namespace
from collections.abc import Callable, Sequence
from itertools import islice

from sizeup import __version__
from sizeup.errors import SizeupError, UsageError
from sizeup.settings import parse_settings, split_setting
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, NoReturn

    from sizeup.analyses.count import Count
    from sizeup.analyses.expect import Expectation
    from sizeup.analyses.sweep import Point
    from sizeup.network import Network
    from sizeup.readers import Edit, Reading

EXACT, NO, WRONG, UNKNOWN = 0, 1, 2, 3
"""Exit status: answered exactly, the answer is no, the call is wrong, a part is unknown."""


def _formatter(prog: str) -> HelpFormatter:
    """Of a fixed width: asking for the terminal's imports shutil at every start."""
    return HelpFormatter(prog, width=100)


class Parser(ArgumentParser):
    """Mistakes in the arguments are one line like all others."""

    def error(self, message: str) -> NoReturn:
        """Raise instead of printing the usage."""
        raise UsageError(say("cli.help", message=message, command=self.prog))


def process() -> NoReturn:
    """The command line as a process of its own.

    Too short for many searches for cycles, and at its end the interpreter is not taken apart
    object by object: that takes a tenth of the time in which a count is answered.
    """
    gc.set_threshold(50_000)
    status = main()
    sys.stderr.flush()
    os._exit(status)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit status, with all that was printed on its way."""
    try:
        status = _run(list(sys.argv[1:] if argv is None else argv))
        sys.stdout.flush()
    except SizeupError as error:
        print("sizeup: " + " ".join(str(error).split()), file=sys.stderr)
        return WRONG
    except BrokenPipeError:  # the reader of a pipe has left
        return EXACT
    except OSError as error:  # a full disk: what is read has errors of its own
        print(say("cli.unwritable", reason=error.strerror), file=sys.stderr)
        return WRONG
    except KeyboardInterrupt:
        print(say("cli.interrupted"), file=sys.stderr)
        return 130
    return status


def _run(arguments: list[str]) -> int:
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(say("cli.usage", version=__version__, commands="\n".join(
            f"  {name:<9}{say(f'cli.{name}')}" for name in COMMANDS)))  # fmt: skip
        return EXACT if arguments else WRONG
    if arguments[0] == "--version":
        print(f"sizeup {__version__}")
        return EXACT
    name = arguments.pop(0) if arguments[0] in COMMANDS else "explain"
    declare, command = COMMANDS[name]
    parser = Parser(
        prog=f"sizeup {name}", description=say(f"cli.{name}"), formatter_class=_formatter
    )
    declare(parser)
    # argparse takes `-:NAME` for an option unless something stands in front of it
    given = parser.parse_args(["\0" + a if a.startswith("-:") else a for a in arguments])
    if hasattr(given, "sources"):
        given.sources = [source.lstrip("\0") for source in given.sources]
    return command(given)


def _common(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help=say("cli.json"))
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE",
                        help=say("cli.set"))  # fmt: skip
    parser.add_argument("--free", action="append", default=[], metavar="LAYER.ARGUMENT",
                        help=say("cli.free"))  # fmt: skip
    parser.add_argument("--keras", type=int, choices=range(4), default=None, metavar="0|1|2|3",
                        help=say("cli.keras"))  # fmt: skip
    parser.add_argument("--tf-keras", action="store_true", help=say("cli.tf_keras"))
    parser.set_defaults(stdin=None)


def _sources(parser: ArgumentParser) -> None:
    parser.add_argument("sources", nargs="+", metavar="SOURCE", help=say("cli.sources"))
    _common(parser)
    parser.add_argument("--batch", type=_positive, default=1, metavar="N", help=say("cli.batch"))
    parser.add_argument("--depth", type=_positive, default=None, metavar="N", help=say("cli.depth"))


def _count_arguments(parser: ArgumentParser) -> None:
    _sources(parser)
    parser.add_argument("--vary", action="append", default=[], metavar="NAME=RANGE",
                        help=say("cli.vary"))  # fmt: skip
    parser.add_argument("--expect", action="append", default=[], metavar="[NAME=]N",
                        help=say("cli.expect"))  # fmt: skip
    parser.add_argument("--timeout", type=_positive, default=None, metavar="SECONDS",
                        help=say("cli.expect_timeout"))  # fmt: skip


def _diff_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("sources", nargs="+", metavar="SOURCE", help=say("cli.two_sources"))
    _common(parser)
    parser.add_argument("--batch", type=_positive, default=1, help=SUPPRESS)
    parser.add_argument("--of", choices=("parameters", "macs", "activations"),
                        default="parameters", help=say("cli.of"))  # fmt: skip


def _solve_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("sources", nargs="+", metavar="SOURCE", help=say("cli.sources"))
    _common(parser)
    for name, form in QUANTITIES.items():
        parser.add_argument(f"--{name}", action="append", default=[], metavar=form,
                            help=say(f"cli.{name}"))  # fmt: skip
    parser.add_argument("--vary", action="append", default=[], metavar="NAME=RANGE",
                        help=say("cli.vary"))  # fmt: skip
    parser.add_argument("--limit", type=_positive, default=100, metavar="N", help=say("cli.limit"))
    parser.add_argument("--timeout", type=_positive, default=10, metavar="SECONDS",
                        help=say("cli.timeout"))  # fmt: skip


QUANTITIES = {
    "total": "NAME=N", "trainable": "NAME=N", "macs": "NAME=N", "layer": "LAYER=N",
    "shape": "LAYER=SHAPE", "where": "RELATION",
}  # fmt: skip
"""What `solve` may be told, and how it is written."""


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _readings(arguments: Namespace) -> list[Reading]:
    """The sources, read, with what `--free` leaves open."""
    names = [name for name in arguments.free if "." not in name]
    settings = parse_settings(arguments.set)
    if not arguments.free:
        return _read(arguments, settings)
    from sizeup.analyses.freeing import free_arguments, free_names, opened

    readings = _read(arguments, settings | opened(names))
    networks = free_names(_networks(readings), names)
    numbers = [text for text in arguments.free if "." in text]
    freed = iter(free_arguments(networks, numbers))
    return [r.changed(networks=tuple(islice(freed, len(r)))) for r in readings]


def _read(
    arguments: Namespace, settings: dict[str, Any], edit: Edit | None = None
) -> list[Reading]:
    """The sources, read; every binding has to be known to at least one of them."""
    from sizeup.readers import read

    if any(source == "-" or source.startswith("-:") for source in arguments.sources):
        arguments.stdin = sys.stdin.read() if arguments.stdin is None else arguments.stdin
    spoken = {"keras": arguments.keras, "tf_keras": arguments.tf_keras,
              "stdin": arguments.stdin, "edit": edit}  # fmt: skip
    if len(arguments.sources) == 1:
        return [read(arguments.sources[0], settings, **spoken)]
    readings, refused = [], []
    for source in arguments.sources:
        known = dict(settings)
        while True:
            try:
                readings.append(read(source, known, **spoken))
                break
            except UsageError as error:
                name = next((n for n in known if error.what == say("source.no_name", name=n)), None)
                if name is None:
                    raise
                refused.append(name)
                del known[name]
    for name in settings:
        if refused.count(name) == len(arguments.sources):
            raise UsageError(say("source.no_name", name=name))
    return readings


def _networks(readings: Sequence[Reading]) -> list[Network]:
    return [network for reading in readings for network in reading]


def _alone(networks: Sequence[Network]) -> None:
    """An invalid network that is asked for alone is an error with line and cause."""
    if len(networks) == 1 and networks[0].error is not None:
        network = networks[0]
        what = say("cli.invalid", name=network.name, error=network.error)
        raise UsageError(what, line=network.error_line, source=network.source)


def _status(networks: Sequence[Network]) -> int:
    """Whether every network is known."""
    from sizeup.analyses.count import count

    return _status_of(map(count, networks))


def _status_of(counts: Iterable[Count]) -> int:
    exact = all(found.parameters is not None for found in counts)
    return EXACT if exact else UNKNOWN


def _print_json(document: Any) -> None:
    import json

    print(json.dumps(document))


def _count(arguments: Namespace) -> int:
    readings = _readings(arguments)
    networks = _networks(readings)
    _alone(networks)
    from sizeup.analyses.count import count

    counts = [count(network, arguments.batch) for network in networks]
    points = _points(arguments) if arguments.vary else ()
    asked = _expectations(arguments, readings) if arguments.expect else []
    if arguments.json:
        listed = [_with_growth(found) for found in counts]
        for (expectation, _), place in ((each, networks.index(each[0].network)) for each in asked):
            listed[place]["expect"] = expectation.as_dict()
        document = {"sizeup": __version__, "networks": listed}
        more = {"vary": [point.as_dict() for point in points]} if points else {}
        _print_json(document | more)
    else:
        from sizeup.present.terminal import show_counts

        show_counts(counts, depth=arguments.depth, points=points, expectations=asked)
    if any(expectation.fits is False for expectation, _ in asked):
        return NO
    return _status_of(counts)


def _expectations(
    arguments: Namespace, readings: Sequence[Reading]
) -> Sequence[tuple[Expectation, str]]:
    """What the totals should be, and what would explain that they are not."""
    from sizeup.analyses.expect_asked import expectations
    from sizeup.present.progress import progress

    bound = parse_settings(arguments.set)
    with progress() as report:
        return expectations(
            arguments.expect,
            readings,
            lambda v: _networks(_read(arguments, {**bound, **v.settings}, v.edit)),
            seconds=arguments.timeout,
            report=report,
        )


def _with_growth(found: Count) -> dict[str, Any]:
    """A network, with what drives its total while something is free."""
    if found.formula is None:
        return found.as_dict()
    from sizeup.analyses.growth import growth

    return found.as_dict() | {"growth": [each.as_dict() for each in growth(found)]}


def _points(arguments: Namespace) -> Sequence[Point]:
    """The networks under the values of `--vary`; some of these where a person reads."""
    from sizeup.analyses.solve import parse_bounds
    from sizeup.analyses.sweep import spread, sweep

    values = {}
    for given in arguments.vary:
        name, text = split_setting(given)
        found = parse_bounds(text)
        values[name] = found if arguments.json else spread(found)
    bound = parse_settings(arguments.set)
    return sweep(
        lambda chosen: _networks(_read(arguments, {**bound, **chosen})), values, arguments.batch
    )


def _explain(arguments: Namespace) -> int:
    readings = _readings(arguments)
    networks = _networks(readings)
    _alone(networks)
    from sizeup.analyses.explain import explain

    explanation = explain(readings, batch=arguments.batch)
    if arguments.json:
        _print_json({"sizeup": __version__, **explanation.as_dict()})
    else:
        from sizeup.present.terminal import show_explanation

        show_explanation(explanation, depth=arguments.depth)
    return _status(networks)


def _diff(arguments: Namespace) -> int:
    networks = _networks(_readings(arguments))
    if len(networks) != 2:  # noqa: PLR2004
        names = ", ".join(network.name for network in networks)
        raise UsageError(say("cli.two", count=len(networks), names=names))
    for network in networks:
        _alone([network])
    from sizeup.analyses.diff import diff

    before, after = networks
    found = diff(before, after, arguments.batch, arguments.of)
    if arguments.json:
        _print_json({"sizeup": __version__, **found.as_dict()})
    else:
        from sizeup.present.terminal import show_diff

        show_diff(found)
    return _status(networks)


def _solve(arguments: Namespace) -> int:
    networks = _networks(_readings(arguments))
    from sizeup.analyses.inverse import solve_networks
    from sizeup.analyses.known import Known
    from sizeup.present.progress import progress

    known = Known(arguments.total, arguments.trainable, arguments.macs, arguments.layer,
                  arguments.shape, arguments.where)  # fmt: skip
    with progress() as report:
        found = solve_networks(networks, known, arguments.vary, limit=arguments.limit,
                               effort=arguments.timeout, report=report)  # fmt: skip
    if arguments.json:
        _print_json({"sizeup": __version__, **found.as_dict()})
    else:
        from sizeup.present.terminal import show_solutions

        show_solutions(found)
    if found.count == 0:
        return NO if found.complete else UNKNOWN
    return EXACT


def _port(arguments: Namespace) -> int:
    networks = _networks(_readings(arguments))
    _alone(networks)
    from sizeup.builders.code import port

    found = port(networks, keep_data_format=arguments.keep_data_format)
    if arguments.json:
        _print_json({"sizeup": __version__, **found.as_dict()})
    elif arguments.output:
        with open(arguments.output, "w", encoding="utf-8") as file:  # noqa: PTH123
            file.write(found.code)
    else:
        print(found.code, end="")
    return EXACT if found.complete else UNKNOWN


def _port_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("sources", nargs=1, metavar="SOURCE", help=say("cli.sources"))
    _common(parser)
    parser.add_argument("--keep-data-format", action="store_true", help=say("cli.keep"))
    parser.add_argument("-o", "--output", default=None, metavar="FILE", help=say("cli.output"))


def _weights(arguments: Namespace) -> int:
    networks = _networks(_readings(arguments))
    if len(networks) != 1:
        names = ", ".join(network.name for network in networks)
        raise UsageError(say("api.one", count=len(networks), names=names))
    _alone(networks)
    from sizeup.analyses.weights import fit_weights
    from sizeup.readers import read
    from sizeup.readers.saved import read_weights

    inside = read_weights(arguments.weights)
    stored = [inside] if inside else read(arguments.weights, stdin=arguments.stdin)
    if len(stored) != 1:
        names = ", ".join(network.name for network in stored)
        raise UsageError(say("api.one", count=len(stored), names=names), source=arguments.weights)
    found = fit_weights(networks[0], stored[0])
    if arguments.json:
        _print_json({"sizeup": __version__, **found.as_dict()})
    else:
        from sizeup.present.terminal import show_fitting

        show_fitting(found)
    return EXACT if found.ok else NO


def _weights_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("sources", nargs=1, metavar="SOURCE", help=say("cli.sources"))
    parser.add_argument("weights", metavar="WEIGHTS", help=say("cli.weights_file"))
    _common(parser)


def _check(arguments: Namespace) -> int:
    from sizeup.analyses.project import check_project, record
    from sizeup.readers.budgets import find_budgets

    budgets = find_budgets(arguments.file)
    verdict = check_project(budgets)
    if arguments.update:
        record(verdict, budgets)
        verdict = check_project(budgets)
    if arguments.json:
        _print_json({"sizeup": __version__, **verdict.as_dict()})
    elif arguments.markdown:
        from sizeup.present.checking import markdown

        print(markdown(verdict))
    else:
        from sizeup.present.terminal import show_verdict

        show_verdict(verdict)
    if verdict.broken:
        return NO
    return EXACT if verdict.ok else UNKNOWN


def _check_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", metavar="FILE", help=say("cli.check_file"))
    parser.add_argument("--json", action="store_true", help=say("cli.json"))
    parser.add_argument("--markdown", action="store_true", help=say("cli.markdown"))
    parser.add_argument("--update", action="store_true", help=say("cli.update"))


def _zoo(arguments: Namespace) -> int:
    from sizeup.zoo import APPLICATIONS, ARCHITECTURES

    listed = (*ARCHITECTURES, *APPLICATIONS)
    if arguments.json:
        _print_json({"sizeup": __version__, "architectures": [
            {"name": a.name, "aliases": list(a.aliases), "reference": a.reference,
             "published": a.published} for a in listed]})  # fmt: skip
    else:
        from sizeup.present.terminal import show_zoo

        show_zoo(listed)
    return EXACT


def _zoo_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help=say("cli.json"))


COMMANDS: dict[str, tuple[Callable[[ArgumentParser], None], Callable[[Namespace], int]]] = {
    "explain": (_sources, _explain),
    "count": (_count_arguments, _count),
    "diff": (_diff_arguments, _diff),
    "solve": (_solve_arguments, _solve),
    "port": (_port_arguments, _port),
    "weights": (_weights_arguments, _weights),
    "check": (_check_arguments, _check),
    "zoo": (_zoo_arguments, _zoo),
}
