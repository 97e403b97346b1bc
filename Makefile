# Two commands do everything: `make brief` (the main job on a sample article, or
# `make brief FILE=article.txt`) and `make test`. The rest is for developers.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
FILE   ?= examples/sample-article.txt
OUT    ?= out
DOCS   ?= build/docs
RUN    := $(VENV)/.run
DEV    := $(VENV)/.dev
TRAIN  := .venv-train

.PHONY: brief test check fmt docs manual lock train clean help

brief: $(RUN)
	@$(BIN)/detente brief "$(FILE)" -o "$(OUT)"

test: $(DEV)
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile

check: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

fmt: $(DEV)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The pages of docs/ and the docstrings as a website in DOCS; a warning is an error; nothing is fetched.
docs: $(DEV)
	$(BIN)/python -m sphinx -q -W --keep-going -b html -d build/doctrees docs "$(DOCS)"
	@echo "The documentation: $(DOCS)/index.html"

# docs/manual.md from the commands themselves; a test fails when the two differ.
manual: $(DEV)
	$(BIN)/python tools/manual.py > docs/manual.md

# Locked to exact versions and hashes, so that a build today and in a year are the same.
# `make brief` installs what runs; the rest (tests, Spark, the documentation) takes ten times the room.
$(RUN): requirements/run.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Detente needs Python 3.11 or later; this is %s. Run: make PYTHON=python3.11" % sys.version.split()[0])'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(RUN)

$(DEV): requirements/dev.lock $(RUN)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	@touch $(DEV)

# Written with uv (`pip install uv`); the files name no registry, so pip uses yours.
lock:
	uv pip compile pyproject.toml --extra build --universal --python-version 3.11 --generate-hashes --no-header -o requirements/run.lock
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-header -o requirements/dev.lock

# Rebuilds src/detente/read/model from training/text; under an hour on two processor cores.
train: $(TRAIN)/.installed
	$(TRAIN)/bin/python training/check.py
	$(TRAIN)/bin/python training/train.py

$(TRAIN)/.installed: pyproject.toml
	$(PYTHON) -m venv $(TRAIN)
	$(TRAIN)/bin/python -m pip install --quiet --disable-pip-version-check --no-compile --editable '.[train]'
	@touch $@

clean:
	rm -rf $(VENV) $(TRAIN) $(OUT) build dist .pytest_cache .mypy_cache .ruff_cache

help:
	@echo "make brief [FILE=article.txt] [OUT=folder]   check an article, write folder/brief.html"
	@echo "make test    run every test        make check   lint, format, types"
	@echo "make fmt     format the code       make lock    lock the versions anew"
	@echo "make docs    the documentation as a website: build/docs/index.html"
	@echo "make manual  docs/manual.md from the commands"
	@echo "make train   rebuild the sentence classifier from training/text"
