# The developer's doors. `make` alone lists them.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMPS := .stamps

.DEFAULT_GOAL := help
.PHONY: help demo setup test fuzz storm check slither compile format lock clean

help: ## list these
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 10

demo: $(STAMPS)/run ## the life of a coin on a chain in this process; no key, no network, no Node
	@$(BIN)/stablecoin demo

setup: $(STAMPS)/dev $(STAMPS)/npm ## install what the doors below need, and anvil; `stablecoin` is then in .venv/bin

test: $(STAMPS)/dev $(STAMPS)/npm $(STAMPS)/softhsm ## all tests, on the in-process EVM and on anvil
	$(BIN)/python -m pytest -n 2 --dist loadgroup

fuzz: $(STAMPS)/dev ## 50,000 new random steps against the model of the coin; MACHINE_STEPS and MACHINE_SEED choose
	MACHINE_STEPS=$${MACHINE_STEPS:-50000} $(BIN)/python -m pytest -s tests/contracts/test_machine.py

storm: $(STAMPS)/dev $(STAMPS)/npm ## four times 2,000 mints by workers killed all the time, plans killed everywhere; two hours
	STORM_INTENTS=$${STORM_INTENTS:-2000} STORM_EVERY=$${STORM_EVERY:-1} $(BIN)/python -m pytest -s tests/storm

check: $(STAMPS)/dev $(STAMPS)/npm ## formatting, lint, types, floors, and artifacts against their sources
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python scripts/compile.py --check

slither: $(STAMPS)/dev $(STAMPS)/npm $(STAMPS)/slither ## static analysis of the contracts that ship; about a minute
	$(BIN)/python scripts/slither.py

compile: $(STAMPS)/dev $(STAMPS)/npm ## rebuild the artifacts from the contracts
	$(BIN)/python scripts/compile.py

format: $(STAMPS)/dev ## format the Python
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: ## pin the newest allowed packages, with hashes, for every platform
	$(PYTHON) -m venv build/lock && build/lock/bin/pip install --quiet uv
	for set in dev run; do \
	  build/lock/bin/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	    --no-annotate --custom-compile-command 'make lock' --upgrade --extra $$set \
	    $$( [ $$set = run ] && echo --constraint constraints-dev.txt ) --output-file constraints-$$set.txt; \
	done
	echo slither-analyzer | build/lock/bin/uv pip compile - --universal --python-version 3.11 --generate-hashes \
	  --no-annotate --custom-compile-command 'make lock' --upgrade --output-file contracts/slither/constraints.txt

clean: ## remove all that these doors made, but no deployment record
	rm -rf $(VENV) $(STAMPS) build dist contracts/node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	@echo "setting up $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.12 ...") if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m venv $(VENV)

# A set of pinned packages and the project itself, in place.
$(STAMPS)/run $(STAMPS)/dev: $(STAMPS)/%: constraints-%.txt pyproject.toml | $(VENV)/bin/python
	@echo "installing the pinned packages of constraints-$*.txt"
	@$(BIN)/pip install --disable-pip-version-check --progress-bar off --no-deps --require-hashes \
	  -r constraints-$*.txt | sed -nE 's/^(Collecting|Downloading|Installing) ([^ ]+).*/  \1 \2/p'
	@$(BIN)/pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q stablecoin_tools
	@mkdir -p $(STAMPS) && touch $@

# Slither wants an older web3 than the project, so it lives apart.
$(STAMPS)/slither: contracts/slither/constraints.txt
	@echo "setting up Slither in build/slither/venv"
	@$(PYTHON) -m venv --clear build/slither/venv
	@build/slither/venv/bin/pip install --disable-pip-version-check --progress-bar off --no-deps --require-hashes \
	  -r $< | sed -nE 's/^(Collecting|Downloading|Installing) ([^ ]+).*/  \1 \2/p'
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/npm: contracts/package-lock.json contracts/.npmrc
	@echo "installing the pinned npm packages of contracts/package-lock.json"
	@command -v node >/dev/null || { echo "Node 20 or newer is needed"; exit 1; }
	@cd contracts && npm ci --no-audit --no-fund
	@mkdir -p $(STAMPS) && touch $@

# An HSM in software, for the tests of wallets whose key is in an HSM.
$(STAMPS)/softhsm:
	@command -v softhsm2-util >/dev/null || { \
	  command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] || { \
	    echo "SoftHSM 2 is needed: install the package softhsm2 (softhsm with Homebrew), then try again"; exit 1; }; \
	  echo "installing the system's package softhsm2"; \
	  apt-get install -qq --yes softhsm2 >/dev/null 2>&1 || \
	    { apt-get update -qq && apt-get install -qq --yes softhsm2 >/dev/null; }; }
	@mkdir -p $(STAMPS) && touch $@
