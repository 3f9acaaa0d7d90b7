# Compendium. `make` lists what there is; only Python 3.11 or newer and make are needed.
# Paths are relative throughout, so a clone works wherever it lies, blanks in its path included.

SHELL := /bin/sh
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PORT ?= 8000
HOST ?= 127.0.0.1
export PORT HOST

BIN := .venv/bin
PY := $(BIN)/python
LANGUAGES := ar zh_Hans fr ru es

.PHONY: help setup setup-runtime demo demo-reset test bench bench_data lint format messages

help: ## List these targets
	@echo "Compendium"
	@echo
	@awk -F ':.*## ' '/^[a-z_-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "  make demo PORT=8001        a second checkout beside the first"
	@echo "  make demo HOST=0.0.0.0     answer on every address of this machine"
	@echo "  DATABASE_URL=postgres://…  PostgreSQL instead of SQLite; see docs/settings.md"

demo: setup-runtime ## Run the site with demo content in all six languages (Ctrl-C stops it)
	@exec $(PY) manage.py demo

demo-reset: setup-runtime ## Delete the demo's database and uploads (PostgreSQL: YES=1)
	@exec $(PY) manage.py demo --reset $(if $(YES),--yes)

test: setup ## Run the tests on SQLite
	@if [ "$(BROWSER)" = 0 ]; then \
		echo "Browser tests are left out (BROWSER=0)."; set -- -m "not browser"; \
	elif [ "$(BROWSER)" = 1 ] || command -v chromium >/dev/null 2>&1; then \
		BROWSER=1; export BROWSER; set --; \
	else \
		echo "Browser tests are skipped: there is no Chromium here (Debian: apt-get install chromium)."; \
		set -- -m "not browser"; \
	fi; \
	unset DATABASE_URL REDIS_URL; exec $(PY) -m pytest -n 2 --dist loadgroup --no-loadscope-reorder "$$@" $(ARGS)

bench: setup ## Measure speed beside stock Wagtail and a constant view
	@exec $(PY) manage.py bench --settings=cms.settings.bench $(ARGS)

# SIZE is S (the demo), M (15,000 pages, 5,000 members, 600,000 events) or L (60,000, 100,000, 10,000,000); SHARE=0.01 a hundredth.
SIZE ?= M
SHARE ?= 1
bench_data: setup ## Fill an empty database with a data set to measure with (SIZE=S, M or L; SHARE=0.01)
	@$(PY) manage.py migrate --verbosity 0
	@exec $(PY) manage.py bench_data --size $(SIZE) --share $(SHARE)

lint: setup ## Check style, imports between packages, and missing migrations
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(BIN)/lint-imports
	@$(PY) manage.py makemigrations --check --dry-run

format: setup ## Put the code into the house's format
	@$(PY) -m ruff check --fix --quiet .
	@$(PY) -m ruff format .

messages: setup ## Collect texts of the interface for translation (needs gettext)
	@command -v xgettext >/dev/null || { echo "xgettext is missing (Debian: apt-get install gettext)." >&2; exit 1; }
	@$(PY) manage.py makemessages $(LANGUAGES:%=--locale=%) --no-wrap --no-obsolete --add-location=file \
		--ignore=.venv --ignore=var --ignore=node_modules --ignore=tests
	@$(PY) manage.py compile_catalogues

# A copy of the requirements lies in .venv after they were installed: pip runs when they differ, not each time.
setup: $(PY) ## Install everything that development needs into .venv
	@cmp -s requirements-dev.txt .venv/installed-dev.txt || { \
		echo "Installing $$(grep -c == requirements-dev.txt) packages into .venv (once; a minute or two)…"; \
		$(PY) -m pip install -qq --disable-pip-version-check --no-input -r requirements-dev.txt && \
		cp requirements-dev.txt .venv/installed-dev.txt && cp requirements.txt .venv/installed.txt; }
	@for po in locale/*/LC_MESSAGES/*.po; do \
		if [ -f "$$po" ] && ! [ "$${po%.po}.mo" -nt "$$po" ]; then \
			exec $(PY) manage.py compile_catalogues --verbosity 0; \
		fi; \
	done

# `manage.py demo` compiles the catalogues itself, so that it has to be started only once.
setup-runtime: $(PY)
	@cmp -s requirements.txt .venv/installed.txt || { \
		echo "Installing $$(grep -c == requirements.txt) packages into .venv (once; a minute or two)…"; \
		$(PY) -m pip install -qq --disable-pip-version-check --no-input -r requirements.txt && \
		cp requirements.txt .venv/installed.txt; }

$(PY):
	@for candidate in $(PYTHON) python3.11 python3 python3.12 python3.13 python; do \
		if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
			echo "Making .venv with $$("$$candidate" --version 2>&1)…"; \
			"$$candidate" -m venv .venv && exit 0; \
			rm -rf .venv; \
			echo "$$candidate can't make virtual environments (Debian: apt-get install python3-venv)." >&2; \
			exit 1; \
		fi; \
	done; \
	echo "Python 3.11 or newer is needed, and none was found. PYTHON=/path/to/python names one." >&2; exit 1
