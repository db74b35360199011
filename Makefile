# Everything runs in an environment of its own, .venv; PYTHON=python3.12 make … chooses another Python.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help venv demo test lint types imports tests explore requirements format bench translations pictures clean system

help:
	@echo "make demo    open the window in training, against the simulator"
	@echo "make test    every check: format, lint, types, import contracts, tests"
	@echo "make explore  the tests that draw their cases, with cases and faults that nobody has drawn before"
	@echo "make requirements  each requirement with the tests that prove it"
	@echo "make bench   the measurements"
	@echo "make translations  bring the translation files in step with the window's words"
	@echo "make pictures  renew the reference pictures after a change that was meant"
	@echo "make format  put the code in order"
	@echo "make clean   remove what was made here"

venv: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Budtender needs Python 3.11 or newer; name one that is installed: make PYTHON=python3.12 …" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
	  { echo "On Debian and Ubuntu, as root: apt-get install python3-venv" >&2; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[test]'
	@touch $@

demo: $(STAMP)
	@.ci/system $(BIN)/python demo
	@$(BIN)/budtender demo

test: lint types imports tests

lint: $(STAMP)
	$(BIN)/ruff format --check
	$(BIN)/ruff check

types: lint
	$(BIN)/mypy

imports: types
	$(BIN)/lint-imports --no-logo

# macOS and Windows have a secure storage of their own; Linux gets one for the length of the tests.
ifeq ($(shell uname -s),Linux)
WITH_SECRETS := .ci/with-secret-service
else
WITH_SECRETS :=
endif

tests: imports system
	$(WITH_SECRETS) $(BIN)/pytest -n 4 --dist loadgroup $(PYTEST_ARGS)

# Said in the output of what fails: `BUDTENDER_SEED` or hypothesis's own words draw the same again.
explore: $(STAMP) system
	BUDTENDER_EXPLORE=1 $(WITH_SECRETS) $(BIN)/pytest -n 3 --dist loadgroup -m "hypothesis or drawn" $(PYTEST_ARGS)

requirements: $(STAMP)
	@$(BIN)/python -m tests.requirements $(REQUIREMENTS_ARGS)

bench: $(STAMP) system
	$(BIN)/pip install -q -c constraints.txt -e ".[bench]"
	$(WITH_SECRETS) $(BIN)/python -m benchmarks

system: $(STAMP)
	@.ci/system $(BIN)/python tests

translations: $(STAMP)
	$(BIN)/python -m tests.ui.translating

pictures: $(STAMP) system
	BUDTENDER_PICTURES=write $(WITH_SECRETS) $(BIN)/pytest -q tests/ui/test_gallery.py

format: $(STAMP)
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

clean:
	rm -rf $(VENV) build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
