"""`sizeup explain`: the whole answer for a person."""

from __future__ import annotations

from sizeup.commands.common import (
    networks_of,
    print_json,
    readings_of,
    refuse_invalid,
    shown,
    status_of,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace


declare = shown


def run(arguments: Namespace) -> int:
    """Run it; returns the exit status."""
    readings = readings_of(arguments)
    networks = networks_of(readings)
    refuse_invalid(networks)
    from sizeup.analyses.count import count
    from sizeup.analyses.explain import explain

    explanation = explain(readings, batch=arguments.batch)
    if arguments.json:
        print_json(explanation.as_dict())
    else:
        from sizeup.present.terminal import show_explanation

        show_explanation(explanation, depth=arguments.depth)
    return status_of(map(count, networks))
