# Two commands do all the set-up on a machine that has Python 3.11 or newer: `make serve` and `make test`.
.DEFAULT_GOAL := help
SHELL := /bin/bash
export NO_MKDOCS_2_WARNING := 1
# Where it is set, each of the hundred builds of the tests compiles all modules anew.
unexport PYTHONDONTWRITEBYTECODE

# The first interpreter that is new enough; `make PYTHON=...` chooses another.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { echo $$p; break; }; done)
BIN := .venv/bin
STAMP := .venv/.installed
# The tests read CHROMIUM. The headless shell has no windows to draw: tests take half of the time with it.
FIND_CHROMIUM := command -v chromium-headless-shell || command -v chromium || command -v chromium-browser \
	|| command -v google-chrome || true
ADDRESS ?= 127.0.0.1:8000
# The newest interpreter that runs; `make newest NEWEST=...` chooses another.
NEWEST ?= $(shell for p in python3.14 python3.13 python3.12; do \
	$$p -c '' >/dev/null 2>&1 && { echo $$p; break; }; done)
LOWEST ?= python3.11
# Tests that need neither a browser nor a whole site, and what they need.
FAST := $(patsubst %,tests/unit/test_%.py,catalog checks cli dependencies dialects docs facts frontmatter fuzz grants \
	markdown options reach redact sources suggestions text wiki)
FAST_NEEDS := build docutils hatch-fancy-pypi-readme hatchling html5lib hypothesis jsonschema lxml markdown-it-py \
	pypandoc-binary pytest sarif-pydantic

.PHONY: help install browser serve lint unit site test lowest newest clean

help:
	@echo 'make serve   live preview of this repository'"'"'s own catalog (ADDRESS=$(ADDRESS))'
	@echo 'make test    the whole gate: style, types, layers, tests, strict build'
	@echo 'make lowest  the fast tests with the lowest versions of everything; make newest: with the newest'
	@echo 'make clean   remove the environment and everything built'

$(STAMP): pyproject.toml constraints.txt
	@test -n '$(PYTHON)' || { echo 'Python 3.11 or newer is needed; none was found.' >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@# Most of it is never imported: what is, Python compiles then.
	$(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check -e '.[dev]' -c constraints.txt
	@touch $@

install: $(STAMP)

# Debian's package as root; otherwise a browser that is there already, or Playwright's own.
browser: install
	@if [ -n "$$CHROMIUM" ] || command -v chromium-headless-shell; then exit; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq \
		&& DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium-headless-shell >/dev/null; then exit; fi; \
	[ -n "$$($(FIND_CHROMIUM))" ] || $(BIN)/playwright install chromium

serve: install
	$(BIN)/mkdocs serve --dev-addr $(ADDRESS)

# Whoever collects tests first compiles them; three workers at once would do so three times.
lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@output=$$($(BIN)/pytest --collect-only -q) || { echo "$$output"; exit 1; }

# Three workers fill two processors: tests wait for browsers and servers.
unit: install browser
	CHROMIUM="$${CHROMIUM:-$$($(FIND_CHROMIUM))}" $(BIN)/pytest -n 3 --dist worksteal

site: install
	$(BIN)/mkdocs build --strict

# What fails fastest comes first.
test: install
	@$(MAKE) --no-print-directory -j2 lint site
	@$(MAKE) --no-print-directory unit

lowest:
	$(LOWEST) -m venv .venv-lowest
	.venv-lowest/bin/python -m pip install --quiet --disable-pip-version-check -e . $(FAST_NEEDS) -c tests/lowest.txt
	.venv-lowest/bin/python -m pytest $(FAST)
	.venv-lowest/bin/mkdocs build --quiet --strict

newest:
	@test -n '$(NEWEST)' || { echo 'No Python 3.12 or newer was found; `make newest NEWEST=...` names one.' >&2; exit 1; }
	$(NEWEST) -m venv .venv-newest
	.venv-newest/bin/python -m pip install --quiet --disable-pip-version-check --upgrade -e . $(FAST_NEEDS)
	.venv-newest/bin/python -m pytest $(FAST)
	.venv-newest/bin/mkdocs build --quiet --strict

clean:
	rm -rf .venv .venv-lowest .venv-newest site dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
