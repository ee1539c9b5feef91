"""Layers that look tokens up in a vocabulary; they own no weights.

A configuration holds the vocabulary as it is written out, or its final size, mostly a symbol,
where it is learned or not in the text. Source: `IndexLookup.set_vocabulary`.
"""

from __future__ import annotations

from functools import partial

from sizeup.dims import Expr
from sizeup.errors import SizingError
from sizeup.rules.checks import flag, least_rank, positive, text
from sizeup.rules.preprocessing import MODES, encoded, output_mode
from sizeup.rules.registry import Sizing, rule
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sizeup.dims import Dim
    from sizeup.network import Shape
    from sizeup.rules.registry import Config


def _lookup(kind: str, config: Config, x: Shape) -> Sizing:
    """Every token becomes its number, or the tokens of each sample are marked.

    Without a vocabulary, what is as long as it is open.
    """
    least_rank(kind, x, 1)
    size = vocabulary_size(kind, config)
    mode = output_mode(kind, config, (*MODES, "tf_idf"))
    if flag(kind, config, "invert") and mode != "int":
        raise SizingError(say("rules.invert", kind=kind, value=text(mode)))
    return Sizing((x if mode == "int" else encoded(mode, x, depth_of(kind, config, size)),))


rule(
    "StringLookup",
    signature="max_tokens=None, num_oov_indices=1, mask_token=None, oov_token='[UNK]', "
    "vocabulary=None, idf_weights=None, invert=False, output_mode='int', "
    "pad_to_max_tokens=False, sparse=False, encoding='utf-8', name=None, salt=None",
)(partial(_lookup, "StringLookup"))
rule(
    "IntegerLookup",
    signature="max_tokens=None, num_oov_indices=1, mask_token=None, oov_token=-1, "
    "vocabulary=None, vocabulary_dtype='int64', idf_weights=None, invert=False, "
    "output_mode='int', sparse=False, pad_to_max_tokens=False, oov_method='floormod', "
    "salt=None, name=None",
)(partial(_lookup, "IntegerLookup"))


@rule(
    "TextVectorization",
    signature="max_tokens=None, standardize='lower_and_strip_punctuation', split='whitespace', "
    "ngrams=None, output_mode='int', output_sequence_length=None, pad_to_max_tokens=False, "
    "vocabulary=None, idf_weights=None, sparse=False, ragged=False, encoding='utf-8', name=None",
)
def text_vectorization(config: Config, x: Shape) -> Sizing:
    """Every text becomes the numbers of its words, or marks of those of the vocabulary.

    (batch, 1) becomes (batch, output_sequence_length), open where that is not given.
    """
    kind, mode = "TextVectorization", output_mode("TextVectorization", config, (*MODES, "tf_idf"))
    least_rank(kind, x, 1)
    size = vocabulary_size(kind, config)
    length = config["output_sequence_length"]
    if mode != "int" and length is not None:
        raise SizingError(say("rules.sequence_length", value=text(mode)))
    if mode == "int":
        return Sizing(((x[0], length),))
    words = (*x, None) if config["split"] is not None else x if len(x) > 1 else (*x, 1)
    return Sizing((encoded(mode, words, depth_of(kind, config, size)),))


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
    if not isinstance(given, tuple | list):
        raise SizingError(say("rules.tokens", kind=kind, value=text(given)))
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
    if not flag(kind, config, "pad_to_max_tokens"):
        return size
    if config["max_tokens"] is None:
        raise SizingError(say("rules.pad_to_max_tokens", kind=kind))
    return positive(kind, config, "max_tokens")


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
