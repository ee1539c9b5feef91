"""Mending pasted text."""

from __future__ import annotations

MESSAGES: dict[str, str] = {
    "source.repair.html": "HTML taken off {count} line{s}",
    "source.repair.quoting": "quoting marks taken off {count} line{s}",
    "source.repair.patch": "a patch, read as its new side ({count} line{s})",
    "source.repair.numbers": "line numbers taken off {count} line{s}",
    "source.repair.prompts": "prompts taken off {count} line{s}",
    "source.repair.characters": "{count} line{s} with typographic characters read as plain ones",
    "source.repair.python2": "{count} statement{s} of Python 2 rewritten for Python 3",
    "source.repair.quote": "{count} missing quotation mark{s} put in",
    "source.repair.bracket": "brackets closed in {count} statement{s}",
    "source.repair.extra": "brackets that close nothing taken out of {count} statement{s}",
    "source.repair.comma": "missing commas put into {count} statement{s}",
    "source.repair.colon": "{count} missing or doubled colon{s} mended",
    "source.repair.equals": "{count} condition{s} with = read as ==",
    "source.repair.semicolon": "{count} line{s} of several statements taken apart",
    "source.repair.tabs": "tabs among blanks read as columns in {count} line{s}",
    "source.repair.reindented": "{count} line{s} re-indented",
    "source.repair.handler": "{count} try without except closed",
    "source.repair.hunk": "a patch of several hunks: what stands between them is not known",
    "source.repair.orphan": "a clause that continues nothing is left out ({count} line{s})",
    "source.repair.empty": "the body is missing ({count} block{s})",
    "source.repair.cut": "{count} statement{s} cut off, read as far as possible",
    "source.repair.beheaded": "it belongs to a statement that begins before the text",
    "source.repair.unreadable": "left out, because it cannot be read: {text} ({reason})",
    "source.repair.more_unreadable": "{count} more lines cannot be read",
    "source.repair.too_broken": "the statements do not fit together",
    "source.repair.too_deep": "the text is nested too deeply to be read",
    "source.repair.inside": "the indentation does not tell whether line {line} belongs to the "
    "body of line {header}; it is taken to",
    "source.repair.outside": "the indentation does not tell whether line {line} belongs to the "
    "body of line {header}; it is taken not to",
}
