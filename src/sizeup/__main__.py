"""`python -m sizeup`."""

import sys

if not sys.flags.safe_path:  # the folder at hand: what lies there is read and never imported
    sys.path.pop(0)

from sizeup.cli import process

process()
