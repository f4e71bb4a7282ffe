# The project's verbs. `make` alone lists them. Needs Python >= 3.11 and make, nothing else.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
RUNNER ?= python
PORT   ?= 8000
HOME_OF_DEMO ?= var/demo

# What the tests start by the hundred is compiled once, and not at each start.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup run test check format cover bench docs clean

help:  ## list the verbs
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 10

$(VENV)/.runtime: requirements-pip.lock requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	-$(BIN)/python -m pip install -q --require-hashes -r requirements-pip.lock  # any does, in twice the time
	$(BIN)/python -m pip install -q --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -qq --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	$(BIN)/python -m pip install -q --no-compile --require-hashes -r requirements-dev.lock
	@touch $@

setup: $(VENV)/.dev  ## make the environment from the hashed locks

run: $(VENV)/.runtime  ## a demo ledger with people and history, served on http://127.0.0.1:8000
	$(BIN)/records --home $(HOME_OF_DEMO) demo
	$(BIN)/records --home $(HOME_OF_DEMO) serve --port $(PORT)

# A worker that dies is a failure that ends the run: one in its place would wait for ever for the
# dead one's modules.
test: $(VENV)/.dev  ## run the tests that this machine can run
	$(BIN)/$(RUNNER) -m pytest -n 2 --dist loadfile --no-loadscope-reorder --max-worker-restart 0

check: $(VENV)/.dev  ## formatting, lint, floors, types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy

format: $(VENV)/.dev  ## format and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

cover: $(VENV)/.dev  ## the tests again, with branch coverage and its floor
	$(BIN)/coverage erase
	$(MAKE) test RUNNER="coverage run"
	$(BIN)/coverage combine -q
	$(BIN)/coverage report

bench: $(VENV)/.dev  ## measure every promise against its floor
	$(BIN)/python -m benchmarks

docs: $(VENV)/.dev  ## draw the guide's pages that come from the code
	$(BIN)/python -m tests_support.documents

clean:  ## remove the demo ledger and caches (never a real one)
	rm -rf $(HOME_OF_DEMO) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .coverage*
