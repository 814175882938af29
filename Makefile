# Everything a developer does: `make demo` shows the product, `make test` tries it, `make check` reads it.
# Needs Python 3.11 or newer with pip, Node 20 or newer, and make; all else is fetched into this folder.

SHELL := /bin/bash
export UV_SYSTEM_CERTS := 1
PYTHON ?= python3
UV := .tools/uv/bin/uv
RUN := .venv/bin
TESTS ?=
WORKERS ?= 2
DEALS ?= 100000
PEOPLE ?= 50
ROWS ?= 10000
COMPARE ?=
DRILLS ?=
URL ?= http://127.0.0.1:8000
DATA ?= .tonglu
BENCH ?= .tonglu/bench-$(DEALS)

.DEFAULT_GOAL := help
.PHONY: help setup demo test check bench drills faces build sbom clean

help: ## Show what can be made.
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /make \1\t/' | expand -t 14

$(UV):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --target .tools/uv uv

setup: $(UV) ## Install everything into .venv, build the front end, compile the message catalogues.
	@UV_PYTHON="$$($(PYTHON) -c 'import sys; print(sys.executable)')" $(UV) sync --frozen --quiet
	@$(RUN)/python -m tools.messages compile

demo: setup ## Start the sample company on http://127.0.0.1:8000 and print who can sign in.
	@$(RUN)/tonglu demo

test: setup ## Run all tests, in the browser too; TESTS="path -k words" narrows them.
	@$(RUN)/python -m tools.browser
	@CHROMIUM="$$($(RUN)/python -m tools.browser --path)" $(RUN)/pytest -n $(WORKERS) --dist worksteal $(TESTS)

check: setup ## Everything that can be told without running a test.
	$(RUN)/ruff check .
	$(RUN)/ruff format --check --quiet .
	$(RUN)/mypy
	$(RUN)/lint-imports --no-logo
	$(RUN)/python -m tools.ratchet
	$(RUN)/python -m tools.messages check
	$(RUN)/python -m tools.readme
	$(RUN)/python -m tools.templates
	TONGLU_DATA=.tonglu/test $(RUN)/python manage.py check --fail-level WARNING
	TONGLU_DATA=.tonglu/test $(RUN)/python manage.py makemigrations --check --dry-run

bench: setup ## Measure everyday operations in a company with DEALS=100000 deals, beside the bare SQL.
	@TONGLU_DATA=$(BENCH) $(RUN)/python -m tools.bench.company --deals $(DEALS) --people $(PEOPLE) --again
	@TONGLU_DATA=$(BENCH) $(RUN)/python -m tools.bench.pages --json $(BENCH)/figures.json $(if $(COMPARE),--compare $(COMPARE))
	@TONGLU_DATA=$(BENCH) $(RUN)/python -m tools.bench.many
	@TONGLU_DATA=$(BENCH) $(RUN)/python -m tools.bench.importing --rows $(ROWS)
	@TONGLU_DATA=$(BENCH) $(RUN)/tonglu pay bench

drills: setup ## Attack the house on purpose, at length; DRILLS="purity races" narrows, DRILLS=--list names them.
	@$(RUN)/python -m tools.browser
	@CHROMIUM="$$($(RUN)/python -m tools.browser --path)" $(RUN)/python -m tools.drills $(DRILLS)

faces: setup ## Look at every page of the running demo at URL=http://127.0.0.1:8000, in both languages and themes.
	@CHROMIUM="$$($(RUN)/python -m tools.browser --path)" $(RUN)/python -m tools.faces --url $(URL) --data $(DATA)

build: setup ## Build the wheel, with the front end and the catalogues inside, into dist/.
	@$(UV) build --quiet
	@ls -1 dist

sbom: setup ## Write what Tonglu is made of, Python and JavaScript, as CycloneDX lists into dist/.
	@mkdir -p dist
	@$(UV) export --quiet --frozen --no-default-groups --format cyclonedx1.5 --output-file dist/sbom-python.json
	@cd frontend && npm sbom --sbom-format cyclonedx --package-lock-only --omit dev > ../dist/sbom-javascript.json
	@ls -1 dist/sbom-*.json

clean: ## Remove what was built; the demo's data in .tonglu stays.
	rm -rf build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache src/tonglu/static/dist
