# One virtual environment, made from requirements.lock; every target sets up what it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
HOME_DIR ?= .csops

.DEFAULT_GOAL := help
.PHONY: help setup run site docs serve test test-slow ui lint format lock sample clean distclean

help: ## Show what each target does
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; try: make $(MAKECMDGOALS) PYTHON=python3.11"; exit 1; }
	@echo "Setting up $(VENV) (once; a few minutes) …"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -m orchestration.dbt_manifest
	@touch $@

setup: $(READY) ## Make the virtual environment from requirements.lock

run: $(READY) ## Run the main job on the sample company: ingest, gate, build, audit, publish
	@$(BIN)/csops run --home $(HOME_DIR)

site: $(READY) ## Make the static site of what is published anew
	@$(BIN)/csops site --home $(HOME_DIR)

docs: $(READY) ## Make dbt's documentation of the last run as one file: .csops/docs/index.html
	@$(BIN)/csops docs --home $(HOME_DIR)

serve: $(READY) ## Look at the site on 127.0.0.1:8000
	@$(BIN)/python -m http.server 8000 --bind 127.0.0.1 --directory $(HOME_DIR)/site

test: $(READY) ## Run every test but the slow ones
	@$(BIN)/python -m pytest

test-slow: $(READY) ## Run the slow tests too: 200 kills, big files
	@$(BIN)/python -m pytest -m "slow or not slow" --timeout 7200

ui: $(READY) ## Open the Dagster UI on 127.0.0.1:3000
	@$(BIN)/csops ui --home $(HOME_DIR)

lint: $(READY) ## Check the style of Python and SQL, and the laws of the house
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/sqlfluff lint dbt_project/models dbt_project/data_tests
	@$(BIN)/python -m pytest tests/laws

format: $(READY) ## Put Python and SQL into the house style
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .
	@$(BIN)/sqlfluff fix dbt_project/models dbt_project/data_tests

lock: $(READY) ## Write requirements.lock anew from pyproject.toml, with hashes and no index address
	@$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 \
		--generate-hashes --no-strip-extras --no-header -q -o requirements.lock

sample: $(READY) ## Make the sample company in seeds/raw anew, byte for byte the same
	@$(BIN)/python seeds/generate.py --out seeds/raw

bench: $(READY) ## Measure the whole job on 1,000 accounts (a quarter of an hour; docs/performance.md)
	@$(BIN)/python -m benchmarks --accounts 1000

clean: ## Remove what runs leave behind: the default home, dbt's and pytest's caches
	@rm -rf $(HOME_DIR) dbt_project/target dbt_project/logs logs .pytest_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +

distclean: clean ## Remove the virtual environment as well
	@rm -rf $(VENV) *.egg-info
