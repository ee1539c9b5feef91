"""Short letters for what a source leaves open, so that formulas can be read: nb_filters is f."""

from __future__ import annotations

import re
from itertools import count
from string import ascii_lowercase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

HINTS = {
    "f": "filter filters maps",
    "c": "conv convolution kernel ksize channel channels",
    "p": "pool pooling",
    "h": "row rows height",
    "w": "col cols column columns width",
    "k": "class classes label labels categories output outputs out",
    "u": "unit units hidden neuron neurons latent",
    "d": "dim dims dimension depth embedding embed features feature",
    "t": "time timesteps steps length len maxlen seq sequence window",
    "v": "vocab vocabulary words tokens chars",
    "a": "head heads attention",
    "s": "stride strides size side",
    "b": "batch block blocks",
    "r": "rate rank",
    "g": "group groups growth",
    "n": "num number count",
}
"""Words of a name that say what it is, by the letter that people give it."""
WORDS = {word: letter for letter, words in HINTS.items() for word in words.split()}
COUNTING = frozenset({"nb", "num", "n", "no", "number", "of", "the", "img", "image", "input", "x"})
"""Words that do not tell names apart; they are looked at last."""
SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉"


def letters_for(names: Iterable[str]) -> Mapping[str, str]:
    """A letter for each name, in order: by what its words mean, else by how they begin.

    A number at the end of a name stays, and once all letters are taken they are numbered.

    >>> letters_for(["nb_filters", "img_rows", "units1", "units2"])
    {'nb_filters': 'f', 'img_rows': 'h', 'units1': 'u₁', 'units2': 'u₂'}
    """
    letters: dict[str, str] = {}
    for name in dict.fromkeys(names):
        taken = letters.values()
        letters[name] = next(letter for letter in _choices(name) if letter not in taken)
    return letters


def abbreviated(text: str, letters: Mapping[str, str]) -> str:
    """A text with the letters in place of the names: `nb_filters·128` is `f·128`."""
    if not letters:
        return text
    names = "|".join(map(re.escape, sorted(letters, key=len, reverse=True)))
    return re.sub(
        rf"(?<![\w.])(?:{names})(?![^\W⁰¹²³⁴⁵⁶⁷⁸⁹]|[.=])", lambda found: letters[found[0]], text
    )


def _choices(name: str) -> Iterator[str]:
    if len(name) == 1:
        yield name
    words = [word.lower() for word in re.findall(r"[A-Z]*[^\W\d_A-Z]+|[A-Z]+", name)]
    words.sort(key=lambda word: word in COUNTING)
    own = [WORDS[word] for word in words if word in WORDS]
    own += [word[0] for word in words if word[0] in ascii_lowercase]
    ending = re.search(r"\d{1,2}$", name)
    if own and ending:
        yield own[0] + _subscript(ending[0])
    yield from own
    yield from ascii_lowercase
    for number in count(1):
        yield (own or "x")[0] + _subscript(str(number))


def _subscript(digits: str) -> str:
    return "".join(SUBSCRIPTS[int(digit)] for digit in digits)
