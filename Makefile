# One word for each thing a developer or a user does; `make help` lists them.

PYTHON ?= python3
JOBS ?= auto
PROJECT ?= corpus
ARGS ?=
VENV := .venv
BIN := $(VENV)/bin
RUN := $(VENV)/.ready-to-run
DEV := $(VENV)/.ready-to-test
COMPILED := $(VENV)/.compiled

# Debian without python3-venv makes environments without pip; then the pip outside installs into them.
define install
	@if $(BIN)/python -m pip --version >/dev/null 2>&1; \
	then set -- $(BIN)/python -m pip; else set -- $(PYTHON) -m pip --python $(BIN)/python; fi; \
	"$$@" install --quiet --disable-pip-version-check --editable "$(1)"
endef

.DEFAULT_GOAL := help
.PHONY: help run test lint check bench format clean

help:  ## show this list
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/make \1\t\2/' | expand -t 16

run: $(COMPILED)  ## install if need be, and open the project in corpus/ (PROJECT=DIR for another)
	@exec $(BIN)/annotator --project "$(PROJECT)"

test: $(DEV)  ## run the tests (JOBS=1 one after the other, ARGS="-k words" some)
	$(BIN)/python -m pytest -q -n $(JOBS) --dist worksteal $(ARGS)

lint: $(DEV)  ## ruff, mypy and the import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint test  ## everything that must hold before a commit

bench: $(DEV)  ## measure speed; nothing fails on a number
	$(BIN)/python tests/benchmarks/run.py

format: $(DEV)  ## mend what ruff can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:  ## remove what tools and builds leave behind; the environment and the corpus stay
	rm -rf build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .coverage snapshot_report.html
	find annotator tests tools -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	{ echo "This program needs Python 3.11 or later. Name one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@echo "Making a virtual environment in $(VENV) ..."
	@$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 || $(PYTHON) -m venv --clear --without-pip $(VENV) || \
	{ rm -rf $(VENV); echo "No virtual environment could be made. On Debian: apt install python3-venv" >&2; exit 1; }

$(RUN): pyproject.toml | $(BIN)/python
	@echo "Installing annotator and what it needs ..."
	$(call install,.)
	@touch $@

$(DEV): pyproject.toml | $(BIN)/python
	@echo "Installing annotator, what it needs and what its tests need ..."
	$(call install,.[dev])
	@touch $(RUN) $@

# Bytecode is half of the start-up time, and some systems do not let Python write it by itself.
$(COMPILED): $(RUN) $(shell find annotator -name '*.py' -not -path '*/__pycache__/*')
	@$(BIN)/python -m compileall -q annotator
	@touch $@
