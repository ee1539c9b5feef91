"""A multilayer perceptron as its layer widths: `784:2000:50:2000:10`."""

from __future__ import annotations

from sizeup.errors import ReadError
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sizeup.network import Network

LONGEST = 18
"""Digits of the widest layer; beyond that nobody means a width."""


def is_mlp(text: str) -> bool:
    """Whether a text can be nothing but layer widths, right or wrong: `784:10`, `784:-10`."""
    return ":" in text and set(text) <= set("0123456789:-+., ")


def read_mlp(text: str) -> Network:
    """The network of dense layers with biases between layers of these widths.

    Raises ReadError unless `text` is two or more positive integers joined by colons.
    """
    from sizeup.rules.graphs import sequential

    widths = [_width(part.strip()) for part in text.split(":")]
    if len(widths) == 1:
        raise ReadError(say("mlp.one_width", text=widths[0]))
    layers = [("Dense", {"units": width}) for width in widths[1:]]
    network = sequential(text, (None, widths[0]), layers)
    return network.changed(source=text, reader="mlp")


def _width(text: str) -> int:
    if text.isascii() and text.isdecimal() and len(text) <= LONGEST and int(text) > 0:
        return int(text)
    raise ReadError(say("mlp.width", text=repr(text[: LONGEST + 1])))
