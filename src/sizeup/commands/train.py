"""`sizeup train`: what the parameters buy."""

from __future__ import annotations

from pathlib import Path

from sizeup.commands.common import (
    EXACT,
    INTERRUPTED,
    UNKNOWN,
    networks_of,
    positive,
    print_json,
    read_all,
    readings_of,
    refuse_invalid,
    sources,
)
from sizeup.settings import parse_settings, with_weights
from sizeup.training.feeding import NORMALIZATIONS
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from sizeup.training.together import Plan


def declare(parser: ArgumentParser) -> None:
    """Its arguments."""
    sources(parser)
    parser.add_argument("--seeds", type=positive, default=1, metavar="N", help=say("cli.seeds"))
    training(parser)


def training(parser: ArgumentParser) -> None:
    """The options of all commands that train."""
    add = parser.add_argument
    add("--data", default="digits", metavar="NAME|PATH", help=say("cli.data"))
    add("--epochs", type=positive, default=12, metavar="N", help=say("cli.epochs"))
    add("--samples", type=positive, default=None, metavar="N", help=say("cli.samples"))
    add("--batch-size", type=positive, default=128, metavar="N", help=say("cli.batch_size"))
    add("--optimizer", default="adam", metavar="NAME", help=say("cli.train_optimizer"))
    add("--learning-rate", type=_rate, default=None, metavar="X", help=say("cli.learning_rate"))
    add("--patience", type=positive, default=None, metavar="N", help=say("cli.patience"))
    add("--validation", type=_share, default=0.1, metavar="X", help=say("cli.validation"))
    add("--normalize", choices=NORMALIZATIONS, default=NORMALIZATIONS[0],
        help=say("cli.normalize"))  # fmt: skip
    add("--resize", action="store_true", help=say("cli.resize"))
    add("-o", "--output", default=None, metavar="DIR", help=say("cli.folder"))
    add("--resume", action="store_true", help=say("cli.resume"))
    add("--deterministic", action="store_true", help=say("cli.deterministic"))
    add("--mixed-precision", action="store_true", help=say("cli.train_mixed"))
    add("--flip-kernels", action="store_true", help=say("cli.flip"))
    add("--tensorboard", action="store_true", help=say("cli.tensorboard"))


def run(arguments: Namespace) -> int:
    """Run it; returns the exit status."""
    settings = parse_settings(arguments.set)
    networks = with_weights(networks_of(readings_of(arguments)), settings)
    refuse_invalid(networks)
    from sizeup.present.figures import draw
    from sizeup.present.watching import watching
    from sizeup.training.naming import namer
    from sizeup.training.together import train_all

    name_of = namer(lambda more: read_all(arguments, {**settings, **more}), settings)
    with watching() as watch:
        try:
            found = train_all(
                networks, plan_of(arguments), watch.moment, say_first=watch.remarks, name_of=name_of
            )
        except KeyboardInterrupt:
            watch.remarks([say("train.interrupted")])
            return INTERRUPTED
    draw(found)
    if arguments.json:
        print_json(found.as_dict())
    else:
        from sizeup.present.terminal import show_training

        show_training(found)
    return EXACT if found.complete else UNKNOWN


def plan_of(arguments: Namespace) -> Plan:
    """What is asked for."""
    from sizeup.training.runs import Recipe
    from sizeup.training.together import Plan

    recipe = Recipe(
        epochs=arguments.epochs,
        batch_size=arguments.batch_size,
        optimizer=arguments.optimizer.lower(),
        learning_rate=arguments.learning_rate,
        patience=arguments.patience,
        validation=arguments.validation,
        normalization=arguments.normalize,
        deterministic=arguments.deterministic,
        mixed_precision=arguments.mixed_precision,
        tensorboard=arguments.tensorboard,
    )
    folder = arguments.output or Path("runs", Path(arguments.data).resolve().stem)
    return Plan(
        data=arguments.data,
        folder=Path(folder),
        recipe=recipe,
        seeds=getattr(arguments, "seeds", 1),
        samples=arguments.samples,
        resize=arguments.resize,
        resume=arguments.resume,
        flip=arguments.flip_kernels,
    )


def _rate(text: str) -> float:
    rate = float(text)
    if not 0 < rate < float("inf"):
        raise ValueError(text)
    return rate


def _share(text: str) -> float:
    share = float(text)
    if not 0 < share < 1:
        raise ValueError(text)
    return share
