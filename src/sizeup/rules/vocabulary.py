"""How many tokens a lookup layer tells apart.

A configuration holds the vocabulary as it is written out, or its final size, mostly a symbol,
where it is learned or not in the text. Source: `IndexLookup.set_vocabulary`.
"""

from __future__ import annotations

from sizeup.dims import Expr
from sizeup.errors import SizingError
from sizeup.rules.checks import text
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sizeup.dims import Dim
    from sizeup.rules.registry import Config

KINDS = frozenset({"StringLookup", "IntegerLookup", "TextVectorization"})
"""The kinds that have a vocabulary."""


def vocabulary_size(kind: str, config: Config) -> Dim | None:
    """The vocabulary with the places for masked and unknown tokens; None where it has none yet.

    Raises SizingError where Keras refuses the vocabulary.
    """
    most = config["max_tokens"]
    if isinstance(most, int) and most <= 1:
        raise SizingError(say("rules.max_tokens", kind=kind, value=most))
    given = config["vocabulary"]
    if given is None or isinstance(given, int | Expr):
        return given
    special, tokens = all_tokens(kind, config)
    mask = _mask(kind, config)
    fault = (
        not given
        or len(set(tokens)) < len(tokens)
        or (mask is not None and mask in tokens)
        or (config.get("invert") and config["oov_token"] in tokens)
    )
    size = len(special) + len(tokens)
    if fault or (isinstance(most, int) and size > most):
        raise SizingError(say("rules.vocabulary", kind=kind, size=size, most=text(most)))
    return size


def depth_of(kind: str, config: Config, size: Dim | None) -> Dim | None:
    """How long the marks of a sample are: as the vocabulary, or as it may become."""
    if not config["pad_to_max_tokens"]:
        return size
    if config["max_tokens"] is None:
        raise SizingError(say("rules.pad_to_max_tokens", kind=kind))
    most: Dim = config["max_tokens"]
    return most


def all_tokens(kind: str, config: Config) -> tuple[list[object], list[object]]:
    """The special tokens in front of a vocabulary that is written out, and those behind them."""
    special, tokens = _special(kind, config), list(config["vocabulary"])
    named = tokens[: len(special)] == special
    return special, tokens[len(special) :] if named else tokens


def _special(kind: str, config: Config) -> list[object]:
    """The tokens in front of the vocabulary: the mask, if it has a number, then the unknown."""
    mask = _mask(kind, config)
    masked = [mask] if mask is not None and config["output_mode"] == "int" else []
    unknown = config.get("num_oov_indices", 1)
    return [*masked, *[config.get("oov_token", "[UNK]")] * unknown]


def _mask(kind: str, config: Config) -> object:
    return "" if kind == "TextVectorization" else config["mask_token"]
