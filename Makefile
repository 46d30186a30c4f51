# Everything here needs Python 3.11 or newer and make, nothing else. `make run` is the product, `make test` the suite.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
ARGS ?=
TEST_PROCESSES ?= 2

.DEFAULT_GOAL := help
.PHONY: help run install install-dev test lint format types bench screenshots clean

help: ## Show what there is
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' Makefile | while IFS='|' read -r name text; do printf '%-12s %s\n' "$$name" "$$text"; done

run: install ## Start the product with demo data on http://127.0.0.1:8000 (PORT=... for another)
	@$(if $(PORT),PORT=$(PORT)) DEMO=true exec $(BIN)/python manage.py up --demo

test: install-dev ## Run the suite; on PostgreSQL and Redis when DATABASE_URL and REDIS_URL are set (ARGS="-k login")
	$(BIN)/python -m pytest -n $(TEST_PROCESSES) --dist loadfile $(ARGS)

lint: install-dev ## Check style: Python and templates
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@if [ -d templates ]; then find templates -name '*.html' -print0 | xargs -0 $(BIN)/djhtml --tabwidth 2 --check; fi

format: install-dev ## Put style right
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	@if [ -d templates ]; then find templates -name '*.html' -print0 | xargs -0 $(BIN)/djhtml --tabwidth 2; fi

types: install-dev ## Check types
	$(BIN)/mypy .

bench: install-dev ## Measure; BENCH_TICKETS=20000 for a quick look, PostgreSQL when DATABASE_URL is set
	$(BIN)/python -m benchmarks.run $(ARGS)

screenshots: install-dev ## Write every page in both themes and three widths to var/screenshots
	$(BIN)/python -m tests.browser.screenshots $(ARGS)

clean: ## Remove what was made here, data included: .venv, var, caches
	rm -rf $(VENV) var staticfiles build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

install: $(VENV)/.installed
install-dev: $(VENV)/.installed-dev

# The stamps are newer than the lists they were made from, so an unchanged list installs nothing.
$(VENV)/.installed: requirements.txt pyproject.toml | $(BIN)/python
	@echo "Installing requirements.txt into $(VENV) ..."
	@$(PIP) -r requirements.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	@echo "Installing requirements-dev.txt into $(VENV) ..."
	@$(PIP) -r requirements-dev.txt
	@touch $@

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Ticketsite needs Python 3.11 or newer. Name one: make run PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null \
		|| { echo "This Python has no venv module. On Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@$(PYTHON) -m venv $(VENV)
