# `make run` and `make test` do everything; each says what it is doing and may be repeated.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# How many processes run the tests.
WORKERS ?= 2

.PHONY: run demo practice test test-fast test-deep check docs soak soak-rebuild stop lock clean help

help:                   ## what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

run: $(READY)           ## set everything up and serve the real lists on http://127.0.0.1:8000
	@$(BIN)/designations run

demo: $(READY)          ## play rounds of 2013 to 2026 into a simulated ledger of its own and serve it
	@$(BIN)/designations demo

practice: $(READY)      ## an empty simulated ledger, a token of each role: docs/round.md is its page
	@$(BIN)/designations practice

test-deep: $(READY)     ## 10,000 random rounds against the oracle, 200,000 texts at the door, … (half an hour)
	@LEDGER_ORACLE_ROUNDS=10000 LEDGER_TWO_DATES_EXAMPLES=200 LEDGER_DOOR_STRINGS=200000 \
		LEDGER_DOOR_EVENTS=20000 $(BIN)/python -m pytest -n 2 --dist worksteal tests/domain/test_oracle.py \
		tests/projections/test_two_dates.py tests/eventlog/test_door.py

# The rooms below the web, and of the rest what says most of it.
FAST := tests/domain tests/eventlog/test_append.py tests/eventlog/test_committer.py tests/eventlog/test_integrity.py \
	tests/eventlog/test_read.py tests/projections/test_taking_in.py tests/projections/test_two_dates.py \
	tests/projections/test_roster.py tests/projections/test_why.py tests/api/test_commands.py \
	tests/test_words.py tests/test_documents.py tests/test_contributing.py

test-fast: $(READY)     ## the most telling tests, in a minute
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup -m "not slow and not faults" $(FAST)

test: $(READY)          ## set everything up and run all tests
	@echo "==> tests, on a PostgreSQL of their own"
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup

check: $(READY)         ## formatting, lint, types, arrows between rooms, security
	@echo "==> ruff"; $(BIN)/ruff format --check . && $(BIN)/ruff check .
	@echo "==> mypy --strict"; $(BIN)/mypy
	@echo "==> import-linter"; $(BIN)/lint-imports
	@echo "==> bandit"; $(BIN)/bandit -q -c pyproject.toml -r domain eventlog projections api scripts
	@echo "==> pip-audit"; $(BIN)/python -m scripts.audit

docs: $(READY)          ## write every page and example that the program makes of itself
	@$(BIN)/python -m scripts.documents

soak: $(READY)          ## figures at 1,000,000 events (minutes; not part of the tests)
	@$(BIN)/python -m scripts.soak

soak-rebuild: $(READY)  ## a rebuild under 200 requests and 100 commands a second, figures (minutes)
	@$(BIN)/python -m scripts.load

stop: $(READY)          ## stop the embedded database server
	@$(BIN)/designations server stop

lock: $(READY)          ## resolve the dependencies again: hashes, no addresses
	@$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-annotate --no-header --extra dev --upgrade -o requirements.lock pyproject.toml

clean:                  ## remove the virtual environment (never data)
	rm -rf $(VENV)

# What a tool says stands in a file, and is shown if it fails.
SAID := $(VENV)/set-up.log
quietly = $(1) >>$(SAID) 2>&1 || { cat $(SAID); exit 1; }

$(READY): requirements.lock pyproject.toml
	@echo "==> virtual environment in $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or later is needed; say which: make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@: >$(SAID)
	@echo "==> $$(grep -c '==' requirements.lock) locked dependencies, each checked against its hash (a minute or two)"
	@$(call quietly,$(BIN)/python -m pip install --disable-pip-version-check --require-hashes -r requirements.lock)
	@echo "==> the ledger itself"
	@$(call quietly,$(BIN)/python -m pip install --disable-pip-version-check --no-deps --no-build-isolation -e .)
	@touch $@
