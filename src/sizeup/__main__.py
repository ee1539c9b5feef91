"""`python -m sizeup`."""

from sizeup.cli import process

process()
