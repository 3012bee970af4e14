# `make` lists the commands. Each one that runs Python first updates .venv when requirements.lock has changed.

PYTHON = .venv/bin/python
# Number of test processes: one more than processors, because many tests wait for time-outs; at least 3, at most 9.
WORKERS = $$(n=$$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2); [ $$n -ge 2 ] || n=2; [ $$n -le 8 ] || n=8; echo $$((n + 1)))
# Runs Python with the variables of .env that the environment does not set.
RUN = exec $(PYTHON) -m harness.dotenv
# Extra arguments, for example: make test ARGS="-k orders", make bench ARGS=--smoke
ARGS =

# CDPATH sends `cd` to other directories. PYTHONSAFEPATH hides this directory's modules from Python.
unexport CDPATH PYTHONSAFEPATH

# The path of `make diff`, as it was typed. Without `value`, make would expand a `$$` in it.
override URL_PATH := $(value URL_PATH)
export URL_PATH
ifeq ($(filter diff,$(MAKECMDGOALS)) $(origin PATH),diff command line)
$(error PATH is where the shell looks for programs: write make diff URL_PATH='$(value PATH)')
endif

.DEFAULT_GOAL := help
.PHONY: help install up worker tutorial down reset doctor url diff psql test test-bench mutants check format parity bench bench-full docs lock

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

install: ## create or update .venv from requirements.lock; other commands do this themselves
	@sh harness/install.sh

up: install ## start PostgreSQL and both servers with demo data, until Ctrl-C
	@$(RUN) -m harness up

worker: install ## start another Celery worker on the data of `make up`; ARGS="--implementation fastapi" for the other one
	@$(RUN) -m harness worker $(ARGS)

tutorial: install ## start PostgreSQL and the two shops of the frameworks' tutorials, until Ctrl-C
	@$(RUN) -m harness tutorial

down: install ## stop `make up` and `make tutorial`, and processes that a killed command left running
	@$(RUN) -m harness down

reset: install ## delete the demo data; fails while a command uses it
	@$(RUN) -m harness reset

doctor: install ## check Python, packages, PostgreSQL, ports and disk, and explain how to fix problems
	@$(RUN) -m harness doctor

url: install ## print the address of the database of `make up`
	@$(RUN) -m harness url

diff: install ## compare the two servers' responses to one request: make diff URL_PATH='/api/products?limit=2'
	@$(RUN) -m harness diff $(ARGS)

psql: install ## open psql on the demo data
	@$(RUN) -m harness psql $(ARGS)

test: install ## run all tests but those of the benchmark, in parallel
	@$(RUN) -m pytest -n "$(WORKERS)" --dist worksteal --ignore tests/benchmarks $(ARGS) tests

test-bench: install ## run the tests of the benchmark, in parallel
	@$(RUN) -m pytest -n "$(WORKERS)" --dist worksteal $(ARGS) tests/benchmarks

mutants: install ## mutation tests: break the implementations one change at a time and count how many the contract tests detect; about twenty minutes
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

format: install ## format the code and apply the linter's fixes
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .

parity: install ## run the long comparison of both implementations and write docs/parity.md; ARGS="--implementation FILE.toml" sends the cases to another server
	@$(RUN) -m tests.parity $(ARGS)

bench: install ## run the benchmark: about eight minutes
	@$(RUN) -m benchmarks $(ARGS)

bench-full: install ## run the benchmark also with open load at three rates, framework layers, growth, other servers and more: under 75 minutes
	@$(RUN) -m benchmarks --full $(ARGS)

docs: install ## build the documentation site into site/
	$(PYTHON) -m zensical build --clean --strict
	@echo 'To read it: $(PYTHON) -m http.server --directory site --bind 127.0.0.1 8080, then http://127.0.0.1:8080'

lock: ## resolve pyproject.toml into the four lock files; needs uv
	uv pip compile $(LOCK) --group dev --output-file requirements.lock
	uv pip compile $(LOCK) -c requirements.lock --group django --output-file django_impl/requirements.lock
	uv pip compile $(LOCK) -c requirements.lock --group fastapi --output-file fastapi_impl/requirements.lock
	uv pip compile $(LOCK) -c requirements.lock --group variants --output-file benchmarks/variants.lock

LOCK = --quiet --universal --python-version 3.12 --generate-hashes --no-header --no-annotate --no-emit-index-url
