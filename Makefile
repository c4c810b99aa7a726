# `make help` lists what there is. A fresh machine needs python3 (3.11 or newer) with venv; the
# tests need Node.js 20, Chromium and LibreOffice as well and fetch them from apt where they are missing.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PORT ?= 8501

.PHONY: help run test test-quick lint check budget fuzz bench load soak browser clean
.DEFAULT_GOAL := help

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/.run: requirements.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements.txt requirements-dev.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@ $(VENV)/.run

run: $(VENV)/.run ## install what is needed and open the story in the browser
	$(BIN)/streamlit run app.py --server.port $(PORT)

# Only what is missing: a Node.js that is not Debian's has an npm of its own, beside which Debian's cannot be installed.
browser:
	@missing=; for browser in chromium-headless-shell chromium chromium-browser google-chrome; do \
	  command -v $$browser >/dev/null && break; done || missing=chromium-headless-shell; \
	for command in node=nodejs npm=npm soffice=libreoffice-impress pdftoppm=poppler-utils; do \
	  command -v $${command%=*} >/dev/null || missing="$$missing $${command#*=}"; done; \
	[ -z "$$missing" ] || { \
	  sudo=$$([ "$$(id -u)" = 0 ] || echo sudo); \
	  $$sudo apt-get update -qq && $$sudo apt-get install -y -qq $$missing fonts-dejavu-core fonts-liberation; }

node_modules: package.json
	npm install --silent --no-audit --no-fund
	@touch $@

test: $(VENV)/.dev browser node_modules lint ## all tests: engine, data, browser code, and the page in a real browser
	node --test tests/web/
	$(BIN)/python -m geo check
	$(BIN)/python -m pytest -n 3 --dist worksteal

test-quick: $(VENV)/.dev ## the tests that need no browser
	$(BIN)/python -m pytest --ignore tests/browser -q

lint: $(VENV)/.dev ## style, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy geo
	$(BIN)/lint-imports

check: $(VENV)/.run ## check the story in this folder
	$(BIN)/python -m geo check

budget: $(VENV)/.run ## what a reader downloads, against its budget
	$(BIN)/python -m geo budget

fuzz: $(VENV)/.dev ## 100,000 spoilt inputs for the readers: nothing raised that is not ours, no hang, no flood
	$(BIN)/python -m fuzz

$(VENV)/.bench: requirements.txt requirements-dev.txt benchmarks/requirements.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -r benchmarks/requirements.txt
	@touch $@

benchmarks/node_modules: benchmarks/package-lock.json
	cd benchmarks && npm ci --silent --ignore-scripts --no-audit --no-fund
	@touch $@

bench: $(VENV)/.bench browser benchmarks/node_modules ## how fast, beside the peers, in one run of a quarter of an hour: docs/performance.md
	$(BIN)/python -m benchmarks

load: $(VENV)/.bench browser ## 200 connections and 1,000 readers in ten seconds, and a server that dies
	$(BIN)/python -m benchmarks load

soak: $(VENV)/.bench ## ten minutes of comings and goings; memory must stay flat
	$(BIN)/python -m benchmarks soak

clean: ## remove the virtual environment and caches
	rm -rf $(VENV) .pytest_cache .ruff_cache .mypy_cache .import_linter_cache
