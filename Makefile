# All that CI runs: `make check`. PYTHON names the interpreter of the environment to use.
PYTHON ?= python

.PHONY: check lint types imports test docs

check: lint types imports test

lint:
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .

types:
	$(PYTHON) -m mypy

imports:
	lint-imports

test:
	$(PYTHON) -m pytest

docs:
	$(PYTHON) docs/regenerate.py
