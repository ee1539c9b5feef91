"""Names of people's own in a figure: the fonts that have their letters."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST = 32
"""Letters of a name that are shown."""
PLAIN = "DejaVu Sans"
"""Matplotlib's own font."""
LAST_RESORT = "Last Resort"
"""What has a sign for every letter that says no more than from which script it is."""


class Letters:
    """`families` are fonts that together have the letters of some texts, as far as any font has.

    Matplotlib takes the first one that has a letter. The fonts of the machine are asked only for
    what Matplotlib's own lacks.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        from matplotlib.font_manager import findfont, fontManager, get_font

        letters = {letter for text in texts for letter in text if letter.isprintable()}
        self.families = [PLAIN]
        self._lacking = _lacked(letters, get_font(findfont(PLAIN)))
        fonts = [each for each in fontManager.ttflist if not each.name.startswith(LAST_RESORT)]
        for font in sorted(fonts, key=lambda each: (each.weight != 400, each.name)):
            if not self._lacking:
                break
            try:
                lacking = _lacked(self._lacking, get_font(font.fname))
            except (OSError, RuntimeError):  # one that is not there any more
                continue
            if lacking != self._lacking:
                self.families.append(font.name)
                self._lacking = lacking

    def shown(self, text: str) -> str:
        """A name as it can be drawn, by the numbers of letters that no font has, and cut short."""
        drawn = "".join(letter if letter.isprintable() and letter not in self._lacking
                        else letter.encode("unicode_escape").decode() for letter in text)  # fmt: skip
        return drawn if len(drawn) <= LONGEST else f"{drawn[: LONGEST - 1]}…"


def _lacked(letters: set[str], font: object) -> set[str]:
    return {letter for letter in letters if not font.get_char_index(ord(letter))}  # type: ignore[attr-defined]
