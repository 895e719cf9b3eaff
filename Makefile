# The same commands for people and for CI. `make` alone lists them.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
.PHONY: help setup demo check test bench docs up lock clean

BIN := .venv/bin
READY := .venv/.ready
PYTHON ?= $(shell for python in python3.11 python3.12 python3; do \
	$$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 13))' 2>/dev/null && echo $$python && break; done)

# uv asks the registry that pip is set up for, and trusts whom the machine trusts
export UV_SYSTEM_CERTS ?= $(if $(wildcard /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/cert.pem),1,0)
REGISTRY = index=$${PIP_INDEX_URL:-$$($(BIN)/python -m pip config get global.index-url 2>/dev/null || true)}; \
	[ -z "$$index" ] || export UV_DEFAULT_INDEX="$${UV_DEFAULT_INDEX:-$$index}"

export UV_COMPILE_BYTECODE := 1
export UV_HTTP_TIMEOUT ?= 180

help: ## this list
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1\t\2/p' Makefile | expand -t 14

setup: $(READY) ## .venv with exactly what requirements.lock names, and the command zuzhili
	@:

demo: $(READY) ## score the example district from its inbox to published tables
	@$(BIN)/zuzhili demo

check: $(READY) ## lint, format, types, and which room may import which
	@$(BIN)/ruff check --quiet --output-format concise
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo >.venv/imports.log || { cat .venv/imports.log; exit 1; }

test: $(READY) ## all tests; make test ARGS="tests/schemas -x" for some of them
	@tests/office.sh .venv/office
	@$(BIN)/pytest -n auto --maxprocesses 4 --dist loadfile $(ARGS)

bench: $(READY) ## the job beside its peers
	@$(BIN)/python -m benchmarks.run $(ARGS)

docs: $(READY) ## regenerate what is generated: the data dictionary, the JSON schema of rule books
	@$(BIN)/python -m rulebooks.json_schema
	@$(BIN)/python -m boards.dictionary docs/data_dictionary.md

up: $(READY) ## Prefect server, worker and deployments on this machine
	@DO_NOT_TRACK=1 PREFECT_SERVER_ANALYTICS_ENABLED=false $(BIN)/python -m flows.up

lock: $(BIN)/uv ## resolve pyproject.toml into requirements.lock; make lock ARGS=--upgrade for newer versions
	@$(REGISTRY); $(BIN)/uv pip compile --quiet --all-extras --universal --fork-strategy fewest --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-annotate --custom-compile-command 'make lock' --output-file requirements.lock $(ARGS) pyproject.toml

clean: ## everything that can be made again
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis dist
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): requirements.lock pyproject.toml | $(BIN)/uv
	@echo 'Installing what requirements.lock names into .venv (a minute or two the first time)'
	@$(REGISTRY); $(BIN)/uv pip sync --quiet --require-hashes requirements.lock
	@$(BIN)/uv pip install --quiet --offline --no-deps --no-build-isolation --editable .
	@touch $@

# uv itself comes by pip, at the locked version
$(BIN)/uv:
	@[ -n "$(PYTHON)" ] || { echo 'Python 3.11 or 3.12 is needed: install it, or make $(MAKECMDGOALS) PYTHON=<its path>' >&2; exit 1; }
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --require-hashes \
		--requirement <(sed -n '/^uv==/,/[^\\]$$/p' requirements.lock)
