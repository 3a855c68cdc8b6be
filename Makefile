# Everything one does here; CI calls the same targets.
#   make up                 run the whole product, until Ctrl-C
#   make up CLIENTS=2       with two clients; PORT_BASE=9000 counts the webs' ports from there
#   make test               all that is checked in minutes; also test-wire test-master test-client test-e2e …, lint
#   make test-faults        processes, servers and networks that fail, with the data compared in the end
#   make ci                 both, as .ci/run does
#   make soak MINUTES=10    random writers, random kills, and a look at the data at quiet moments
#   make bench              what it costs
#   make bench-live         what windows cost a web process
#   make bench-notices      what connections cost a server of notices, and how soon all are told
#   make screenshots        make the README's pictures anew
#   make lock               write the requirements anew from pyproject.toml
#   make clean              forget all data, settings and logs of the stack

PYTHON ?= python3
CLIENTS ?= 1
PORT_BASE ?= 8000
CONCURRENCY ?= 1
MINUTES ?= 10

IN := .venv/bin
LOCK := $(IN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --no-annotate

.PHONY: up test ci lint soak bench bench-live bench-notices screenshots lock clean
.DEFAULT_GOAL := up

up: .venv/installed
	@exec $(IN)/python -m stack up --clients $(CLIENTS) --port-base $(PORT_BASE) --concurrency $(CONCURRENCY)

test: .venv/installed
	@exec $(IN)/python -m tests.everything

ci: .venv/installed
	@exec $(IN)/python -m tests.everything ci

test-%: .venv/installed
	@exec $(IN)/python -m tests.everything $*

lint: .venv/installed
	@exec $(IN)/python -m tests.everything lint types contracts

soak: .venv/installed
	@exec $(IN)/python -m tests.faults.soak --minutes $(MINUTES)

bench: .venv/installed
	@exec $(IN)/python -m bench

bench-live: .venv/installed
	@exec $(IN)/python -m bench.live

bench-notices: .venv/installed
	@exec $(IN)/python -m bench.notices

screenshots: .venv/installed
	@exec $(IN)/python -m tests.e2e.screenshots

lock: .venv/installed
	$(LOCK) pyproject.toml --output-file requirements.txt
	$(LOCK) pyproject.toml --group dev --output-file requirements-dev.txt
	$(LOCK) pyproject.toml --group emulator --constraint requirements-dev.txt --output-file stack/requirements.txt

clean: .venv/installed
	@exec $(IN)/python -m stack clean

# uv installs in seconds what takes pip a minute; where it cannot, pip does.
.venv/installed: requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.11" if sys.version_info < (3, 11) else 0)'
	@echo "installing into .venv"
	@$(PYTHON) -m venv .venv
	@awk '/^uv==/ { on = 1 } on { print } on && !/\\$$/ { exit }' requirements-dev.txt > .venv/uv.txt
	@{ $(IN)/python -m pip install --quiet --require-hashes --requirement .venv/uv.txt && \
	   $(IN)/uv pip sync --quiet --compile-bytecode --python .venv --require-hashes requirements-dev.txt; } || \
	   $(IN)/python -m pip install --quiet --require-hashes --requirement requirements-dev.txt
	@touch $@
