# Works with GNU Make 3.81 and a POSIX sh. `make help` lists the targets.
# Variables: RAW (dump), OUT (tables), CONFIG (settings file), JOBS (workers), ARGS (further options of `run` and `review`),
#            ANNOTATOR and PORT (review page),
#            GOLD (gold articles; of several files the first is real news, on which thresholds are set), BASE and CORPUS (training), PYTHON (interpreter).

SHELL  = /bin/sh
RAW    = data/raw
OUT    = data/processed
CONFIG =
JOBS   =
ARGS   =
ANNOTATOR =
PORT   =
GOLD   =
BASE   =
CORPUS =
ORDINARY =

PYTHON = $(shell for p in python3 python3.13 python3.12 python3.11 python3.14 python; do \
	if $$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then echo $$p; break; fi; done)

VENV  = .venv
PY    = $(VENV)/bin/python
STAMP = $(VENV)/.installed
FLAGS = --out "$(OUT)" $(if $(CONFIG),--config "$(CONFIG)") $(if $(JOBS),--jobs $(JOBS))

.PHONY: help env extract stage-ingest stage-clean stage-ner stage-extract stage-normalise \
	report review gold evaluate bench bench-merge train train-scorers test test-all lint cases docs lock clean
.DEFAULT_GOAL := help

help:  ## list the targets
	@echo "Penalty Ledger: article dumps in, a table of enforcement decisions out."
	@echo
	@sed -n 's/^\([a-z][a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{ printf "%-24s %s\n", $$1, $$2 }'
	@echo
	@echo "  RAW=folder OUT=folder choose another dump and another place for the tables."

$(STAMP): requirements.lock pyproject.toml
	@if [ -z "$(PYTHON)" ]; then \
		echo "penalty-ledger needs Python 3.11 or newer with venv and pip; none was found (set PYTHON=/path/to/python)." >&2; exit 1; fi
	@echo "Setting up $(VENV) with $(PYTHON); this is done once and takes a minute or two."
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV)
	@$(PY) -m pip install --disable-pip-version-check --progress-bar off --require-hashes -r requirements.lock \
		| awk '/^Collecting|^Installing/ { n += 1; if (n % 10 == 0) { printf "  %d packages looked up\n", n; fflush() } }'
	@$(PY) -c 'import hatchling, pyarrow, spacy' || { echo "the packages of requirements.lock could not be installed, see above." >&2; exit 1; }
	@$(PY) -m pip install --disable-pip-version-check --quiet --no-build-isolation --no-deps --no-index -e .
	@touch $(STAMP)

env: $(STAMP)  ## make the environment (.venv) from requirements.lock

extract: $(STAMP)  ## read the dump in RAW, write the tables to OUT
	@$(PY) -m pipeline run --raw "$(RAW)" $(FLAGS) $(ARGS)

stage-ingest: $(STAMP)  ## run one stage alone; likewise the four below
	@$(PY) -m pipeline ingest --raw "$(RAW)" $(FLAGS)
stage-clean: $(STAMP)  ## HTML and page furniture off, language, duplicates
	@$(PY) -m pipeline clean --raw "$(RAW)" $(FLAGS)
stage-ner: $(STAMP)  ## names
	@$(PY) -m pipeline ner --raw "$(RAW)" $(FLAGS)
stage-extract: $(STAMP)  ## money, dates, standing, roles
	@$(PY) -m pipeline extract --raw "$(RAW)" $(FLAGS)
stage-normalise: $(STAMP)  ## canonical names, currencies, decisions
	@$(PY) -m pipeline normalise --raw "$(RAW)" $(FLAGS)

report: $(STAMP)  ## write the tables as one static page, OUT/report.html
	@$(PY) -m pipeline report --out "$(OUT)"

review: $(STAMP)  ## open the page where people review what was found (ANNOTATOR, PORT)
	@$(PY) -m pipeline review --out "$(OUT)" $(if $(CONFIG),--config "$(CONFIG)") $(if $(ANNOTATOR),--annotator "$(ANNOTATOR)") $(if $(PORT),--port $(PORT)) $(ARGS)

gold: $(STAMP)  ## write reviewed articles as gold, data/gold.jsonl
	@$(PY) -m pipeline gold --out "$(OUT)" $(if $(CONFIG),--config "$(CONFIG)")

evaluate: $(STAMP)  ## score on gold articles (GOLD=file.jsonl, else the open gold set) and write ACCURACY.md
	@$(PY) -m pipeline evaluate $(foreach g,$(GOLD),--gold "$(g)")

cases: $(STAMP)  ## score money and date cases (GOLD=folder with money_cases.csv and date_cases.csv)
	@$(PY) -m pipeline cases --folder "$(GOLD)"

train: $(STAMP)  ## train models/en_enforcement (BASE=wheel or name of the base pipeline, CORPUS=marked sentences)
	@$(PY) -m pipeline train --base "$(BASE)" --corpus "$(CORPUS)"

bench: $(STAMP)  ## speed of the names model against its base (BASE=wheel, folder or package)
	@$(PY) -m pipeline bench --base "$(BASE)"

bench-merge: $(STAMP)  ## seconds and memory of merging 100,000 and a million generated rows
	@$(PY) -m pipeline bench-merge

train-scorers: $(STAMP)  ## train models/scorers (GOLD=gold articles, ORDINARY=everyday news)
	@$(PY) -m pipeline train-scorers $(foreach g,$(GOLD),--gold "$(g)") $(if $(ORDINARY),--ordinary "$(ORDINARY)")

lint: $(STAMP)  ## ruff and mypy
	@$(PY) -m ruff check . && $(PY) -m mypy

test: $(STAMP)  ## lint and the tests
	@$(PY) -m ruff check . && $(PY) -m mypy && $(PY) -m pytest -m "not slow"

test-all: $(STAMP)  ## lint and all tests, slow ones included
	@$(PY) -m ruff check . && $(PY) -m mypy && $(PY) -m pytest

docs: $(STAMP)  ## write the pages that are made from the schema (docs/DATA_DICTIONARY.md, docs/datapackage.json)
	@$(PY) -m pipeline schema --write docs

lock:  ## renew requirements.lock (needs uv)
	@UV_CUSTOM_COMPILE_COMMAND="make lock" uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --extra dev pyproject.toml -o requirements.lock

clean:  ## remove outputs in OUT (never inputs, reviews or the ledger of ids)
	@$(if $(wildcard $(PY)),$(PY) -m pipeline clear --out "$(OUT)",echo "nothing to remove")
