# The two commands are `make run` and `make test`; `make help` lists the rest.

PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
TEMPLATES = $(shell find templates -name '*.html' -o -name '*.svg')
# The suite runs on this database in `make test-postgres`; the role must be allowed to create databases.
POSTGRES_URL ?= postgres://postgres@127.0.0.1:5432/postgres

export PORT
# Compiled modules are kept: each worker of the suite reads them.
export PYTHONDONTWRITEBYTECODE =

.PHONY: help run setup serve test test-all test-postgres repeat screenshots benchmark check format requirements

help:           ## list these commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

run: setup serve ## from a clone to the running site

setup: .venv/run ## everything but serving: packages, database, fixtures, static files
	@mkdir -p var
	@echo "Making the tables ..."
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) sync_roles
	@echo "Loading the fixtures ..."
	@$(MANAGE) load_fixtures
	@$(MANAGE) rebuild_index --if-needed
	@echo "Collecting the static files ..."
	@$(MANAGE) collectstatic --noinput --verbosity 0
	@echo
	@echo "  First account $(MANAGE) createsuperuser; it adds the others, with their roles"
	@echo "  Second factor an authenticator app, which publishers set up when they first sign in;"
	@echo "                lost it: $(MANAGE) reset_second_factor USERNAME"

serve:          ## serve on PORT through gunicorn, as in production
	@echo
	@echo "  Open          http://127.0.0.1:$(PORT)/"
	@echo "  Edit          http://127.0.0.1:$(PORT)/admin/"
	@echo "  Stop          Ctrl-C"
	@echo
	@exec $(BIN)/gunicorn config.wsgi --bind 127.0.0.1:$(PORT) --workers 2 --threads 4 --limit-request-line 8190 --log-level warning

test: .venv/test ## the suite on SQLite
	@$(BIN)/pytest -n auto $(ARGS)

test-all: .venv/test ## the same with all slow checks, which CI runs on SQLite: axe in every width and scheme, more examples, long lists
	@FULL=1 $(BIN)/pytest -n auto $(ARGS)

test-postgres: .venv/test ## all tests that can query the database, on PostgreSQL at DATABASE_URL or POSTGRES_URL
	@DATABASE_URL="$${DATABASE_URL:-$(POSTGRES_URL)}" $(BIN)/pytest -n auto $(ARGS)

repeat: .venv/test ## the browser tests thirty times on a busy machine with slow answers
	@$(BIN)/python -m tests.browser.repeat $(ARGS)

screenshots: .venv/test ## pictures of every kind of page, in two schemes and three widths, in var/screenshots
	@mkdir -p var/screenshots
	@FULL=1 SCREENSHOTS=1 $(BIN)/pytest tests/browser/test_accessibility.py -n auto -k fit $(ARGS)

benchmark: .venv/benchmark ## requests per second at ten thousand and at a million records; takes forty minutes at first
	@$(BIN)/python benchmarks/pages.py $(ARGS)

check: .venv/test ## format, lint, templates, layers, structure, migrations, deployment settings
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/djangofmt --check $(TEMPLATES)
	@$(BIN)/djangofmt check $(TEMPLATES)
	@! LC_ALL=C.UTF-8 grep -nE '.{121,}' $(TEMPLATES)
	@$(BIN)/lint-imports
	@$(BIN)/python -m tests.check_structure
	@$(MANAGE) makemigrations --check --dry-run
	@HTTPS=1 ALLOWED_HOSTS=relations.example SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_hex(40))') \
		$(MANAGE) check --deploy --fail-level WARNING

format: .venv/test ## let ruff and djangofmt format and fix what they can
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .
	@$(BIN)/djangofmt check --fix $(TEMPLATES)
	@$(BIN)/djangofmt $(TEMPLATES)

requirements: .venv/test ## compile pyproject.toml into the hash-pinned files
	@cd requirements && for extra in run test benchmark; do \
		../$(BIN)/uv pip compile ../pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
			--no-header --no-annotate $$([ $$extra = run ] || echo --extra $$extra) -o $$extra.txt || exit 1; done

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name one with PYTHON=python3.12")'
	@$(PYTHON) -m venv .venv

# The marks say which requirements were installed last, so that a second run is quick.
.venv/run: requirements/run.txt | .venv/bin/python
	@echo "Installing packages; the first time this takes half a minute ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

.venv/test: requirements/test.txt | .venv/bin/python
	@echo "Installing packages; the first time this takes half a minute ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@ .venv/run

.venv/benchmark: requirements/benchmark.txt | .venv/bin/python
	@echo "Installing packages; the first time this takes half a minute ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@
