# `make` lists the targets. Every target that runs something makes .venv first, when the lock changed.

PYTHON = .venv/bin/python
# Tests run side by side: on as many processes as there are processors, on two at least and eight at most.
WORKERS = $$(n=$$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2); [ $$n -ge 2 ] || n=2; [ $$n -le 8 ] || n=8; echo $$n)
# Python with what .env sets and the environment does not.
RUN = exec $(PYTHON) -m harness.dotenv
# For example: make test ARGS="-k orders", make bench ARGS=--smoke
ARGS =

# With these a shell would change directory elsewhere, and Python find no module of this directory.
unexport CDPATH PYTHONSAFEPATH

# What `make diff` asks for, as it was typed: make would expand a `$$` in it.
override URL_PATH := $(value URL_PATH)
export URL_PATH
ifeq ($(filter diff,$(MAKECMDGOALS)) $(origin PATH),diff command line)
$(error PATH is where the shell looks for programs: write make diff URL_PATH='$(value PATH)')
endif

.DEFAULT_GOAL := help
.PHONY: help install up down reset doctor url diff psql test mutants check format parity bench bench-full docs lock

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

install: ## make .venv from requirements.lock, as every target does that needs it
	@sh harness/install.sh

up: install ## run PostgreSQL and both implementations with demo data, until Ctrl-C
	@$(RUN) -m harness up

down: install ## end what a killed command left behind, and `make up`
	@$(RUN) -m harness down

reset: install ## delete the data; refused while something runs on it
	@$(RUN) -m harness reset

doctor: install ## check Python, packages, PostgreSQL, ports and disk, and say how to fix each
	@$(RUN) -m harness doctor

url: install ## print the address of the database that `make up` serves
	@$(RUN) -m harness url

diff: install ## show in what the answers differ: make diff URL_PATH='/api/products?limit=2'
	@$(RUN) -m harness diff $(ARGS)

psql: install ## open PostgreSQL's shell on the demo data
	@$(RUN) -m harness psql $(ARGS)

test: install ## run all tests, in parallel
	@$(RUN) -m pytest -n "$(WORKERS)" --dist worksteal $(ARGS) tests

mutants: install ## break the implementations in small ways, and see that the contract suite notices: about twenty minutes
	@$(RUN) -m tests.mutants $(ARGS)

check: install ## check format, lint, types, imports and the contract
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .
	ENVIRONMENT=development DATABASE_URL=postgresql://unused/unused $(PYTHON) -m mypy
	.venv/bin/lint-imports
	$(PYTHON) -m yamllint shared_contract docker-compose.yml
	$(PYTHON) -m openapi_spec_validator shared_contract/openapi.yaml
	$(PYTHON) -m tests.contract_lint
	$(PYTHON) -m pytest -q -p no:cacheprovider tests/docs/test_containers.py -k 'not start'

format: install ## format the code and fix what the linter can fix
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .

parity: install ## show how alike the implementations are: the long form of the proofs, and docs/parity.md
	@$(RUN) -m tests.parity $(ARGS)

bench: install ## compare both implementations: about six minutes
	@$(RUN) -m benchmarks $(ARGS)

bench-full: install ## the same with all variants, loads, framework layers, growth and memory: under an hour
	@$(RUN) -m benchmarks --full $(ARGS)

docs: install ## build the site into site/
	$(PYTHON) -m zensical build --clean --strict

lock: ## resolve pyproject.toml into the three locks again; needs uv
	uv pip compile $(LOCK) --group dev --output-file requirements.lock
	uv pip compile $(LOCK) -c requirements.lock --group django --output-file django_impl/requirements.lock
	uv pip compile $(LOCK) -c requirements.lock --group fastapi --output-file fastapi_impl/requirements.lock

LOCK = --quiet --universal --python-version 3.12 --generate-hashes --no-header --no-annotate --no-emit-index-url
