.DELETE_ON_ERROR:
.SILENT:
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# What is imported is compiled once, whatever the surroundings say.
unexport PYTHONDONTWRITEBYTECODE
READY := $(VENV)/.ready
# Demo and samples never share a home with each other or with one's own data.
SHIPPED := $(if $(DEMO),.tracking-demo,.tracking-sample)
# Shown is one's own home as soon as it has a place for files: a command that only looks makes a home, too.
OWN := $(TRACKING_LANDING)$(wildcard .tracking/landing .tracking/reports)
SHOWN := $(if $(DEMO)$(SAMPLE),$(SHIPPED),$(if $(OWN),.tracking,.tracking-sample))

.PHONY: help run test test-ui test-faults test-all mutants up lint format bench lock clean
help: ## list the targets
	awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "%-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# pip installs, for it follows the configuration that a company's machine has. The lock file pins
# everything with hashes, pip as well: one of today installs the others in half the time. What is
# imported gets compiled then: most of it never is.
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check --no-compile --no-deps
$(READY): requirements.lock pyproject.toml
	echo "installing into $(VENV) …"
	$(PYTHON) -m venv --clear $(VENV)
	awk '/^[^ ]/ { is_pip = /^pip==/ } is_pip' requirements.lock >$(VENV)/pip.lock
	$(PIP) --require-hashes -r $(VENV)/pip.lock
	$(PIP) --require-hashes -r requirements.lock
	$(PIP) --no-build-isolation --editable .
	touch $@

run: $(READY) ## ingest the shipped real logs and write their reports (DEMO=1: with a simulated company)
	TRACKING_HOME=$${TRACKING_HOME:-$(SHIPPED)} $(BIN)/tracking run --sample$(if $(DEMO), --demo)

up: $(READY) ## start Dagster and the report shelf over your data, else the sample (SAMPLE=1, DEMO=1: over these)
	[ "$${TRACKING_HOME:-$(SHOWN)}" != .tracking-sample ] || echo "This is the sample. For your own data: $(BIN)/tracking ingest PATH…, then make up"
	TRACKING_HOME=$${TRACKING_HOME:-$(SHOWN)} $(BIN)/tracking up

# A file's tests share what they prepare, and a process that dies is a failure, not begun again.
PYTEST := $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder --max-worker-restart=0
test: $(READY) ## run the tests
	$(PYTEST)

test-ui: $(READY) ## run the browser and rendering tests (installs their programs)
	.ci/install-ui
	$(PYTEST) -m ui

test-faults: $(READY) ## run the fault-injection tests
	$(PYTEST) -m faults

test-all: $(READY) ## run all three at once
	.ci/install-ui
	$(PYTEST) -m ""

mutants: $(READY) ## change safeguards and figures in a copy, and print which changes the tests catch (PART=landing/)
	$(BIN)/python -m tracking_pipeline_tests.mutants $(PART)

lint: $(READY) ## check style, types, layers and SQL
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/sqlfluff lint dbt_like_sql

format: $(READY) ## format Python and SQL
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/sqlfluff fix dbt_like_sql

bench: $(READY) ## measure CPU against yardsticks (RECORDS=1000000 PARTS=start_up)
	$(BIN)/python -m tracking_pipeline_tests.benchmarks $(or $(RECORDS),1000000) $(PARTS)

lock: $(READY) ## pin the dependencies anew
	$(BIN)/uv pip compile --quiet pyproject.toml --extra dev --universal --generate-hashes --no-annotate --no-header --output-file requirements.lock

clean: ## remove what the other targets made
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
