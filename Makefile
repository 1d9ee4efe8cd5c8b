# Everything a contributor types. `make` alone lists it.
PYTHON ?= python3
PYTEST_ARGS ?=
WORKERS ?= 2
FAULT_RUNS ?= 20
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help demo test faults check bench bless lock

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z.]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: .venv ## play a year of six synthetic patients on a real Temporal server
	$(BIN)/careway demo

test: .venv ## run all tests; PYTEST_ARGS="-k calendar" narrows, WORKERS=0 runs in one process
	$(BIN)/python -m pytest -n $(WORKERS) $(PYTEST_ARGS)

faults: .venv ## kill worker, server and both in FAULT_RUNS=20 runs of ten journeys; shows each run
	CAREWAY_FAULT_RUNS=$(FAULT_RUNS) $(BIN)/python -m pytest -n $(WORKERS) -rP $(PYTEST_ARGS) \
		tests/faults/test_killed_at_any_moment.py

check: .venv ## style, types, import contracts, generated files, compose file
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m worker.generated --check
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml

bench: .venv ## measure; prints what ran and how long it took
	$(BIN)/python -m benchmarks

bless: .venv ## accept today's output as expected: golden tests and generated files; read the diff
	$(BIN)/python -m worker.generated
	$(BIN)/python -m tests.goldens.bless --if-new
	CAREWAY_BLESS=1 $(BIN)/python -m pytest -n $(WORKERS) $(PYTEST_ARGS) \
		$$(grep -rl CAREWAY_BLESS tests --include='test_*.py' --exclude-dir=repository)

COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-emit-index-url --no-annotate pyproject.toml requirements.in

lock: .venv ## bring the locks in step with pyproject.toml; LOCK_ARGS=--upgrade renews all versions
	$(COMPILE) $(LOCK_ARGS) --output-file requirements.lock
	$(COMPILE) $(LOCK_ARGS) --extra dev --output-file requirements-dev.lock

# The environment follows the lock exactly: a changed lock makes a new one. The stamps are
# files inside it, so that deleting .venv is always safe.
.PHONY: .venv
.venv: .venv/installed
	@:

.venv/locked: requirements-dev.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "careway needs Python 3.11 or later, this is %s. Remedy: make PYTHON=python3.11 ..." % sys.version.split()[0])'
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	@touch $@

.venv/installed: .venv/locked pyproject.toml
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@
