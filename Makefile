# make demo     set up, index examples/, ask three questions, serve the page on 127.0.0.1:8501 until Ctrl-C
# make test     set up and run the tests that need nothing else
# make test-long  run the others: in a browser, on Elasticsearch, killed at every step, in environments of their own
# make install  set up alone: .venv with the pinned packages
# make test-wheels  install the wheel with each of its extras from the package index, and try it there
# make test-haystack3  set up .venv-haystack3 and run the tests of the adapter for Haystack 3
# make test-ray  set up .venv-ray and run the tests of sheets read on many machines
# make lint     style, types and the direction of imports
# make env      write .env with fresh secrets, for docker compose
PYTHON ?= python3.11
VENV   := .venv
BIN    := $(VENV)/bin
SERVE  ?= 1
WORKERS ?= 3
VENV3  := .venv-haystack3
VENV_RAY := .venv-ray
# without --no-compile pip also compiles the many modules that are never used
PIP    := $(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check --constraint constraints.txt
DEMO_STORE := $(VENV)/demo-store
# else each of the many processes of the tests would compile all that it imports: farm-haystack takes 18 s instead of 8
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test test-long test-haystack3 test-ray test-wheels install install-dev lint env clean

install: $(VENV)/.installed
install-dev: $(VENV)/.installed-dev

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing the pinned packages into $(VENV) (a few minutes the first time)"
	$(PIP) --editable ".[app,ocr,torch]"
	@touch $@

$(VENV)/.installed-dev: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing the pinned packages and the tools of the tests into $(VENV) (a few minutes the first time)"
	$(PIP) --editable ".[app,ocr,torch,dev]"
	@touch $(VENV)/.installed $@

# farm-haystack and haystack-ai overwrite each other's files, so each has its environment
$(VENV3)/.installed: pyproject.toml constraints-haystack3.txt
	@echo "Installing Haystack 3 and the pinned packages into $(VENV3) (a minute or two the first time)"
	$(PYTHON) -m venv $(VENV3)
	$(VENV3)/bin/python -m pip install --quiet --no-compile --disable-pip-version-check --constraint constraints-haystack3.txt \
		--editable ".[haystack,haystack-dev]"
	@touch $@

$(VENV_RAY)/.installed: pyproject.toml constraints.txt
	@echo "Installing Ray and the pinned packages into $(VENV_RAY) (a few minutes the first time)"
	$(PYTHON) -m venv $(VENV_RAY)
	$(VENV_RAY)/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt \
		--editable ".[app,ray]" hypothesis pytest
	@touch $@

demo: install
	@BIN=$(BIN) STORE=$(DEMO_STORE) SERVE=$(SERVE) sh examples/demo.sh

test: install-dev
	HF_HUB_OFFLINE=1 $(BIN)/python -m pytest --numprocesses auto --maxprocesses $(WORKERS) -m "not long" $(PYTEST_ARGS)

test-long: install-dev
	HF_HUB_OFFLINE=1 $(BIN)/python -m pytest --numprocesses $(WORKERS) -m long $(PYTEST_ARGS)

test-wheels: install-dev
	HF_HUB_OFFLINE=1 $(BIN)/python -m pytest tests/integration/wheel --from-index $(PYTEST_ARGS)

test-haystack3: $(VENV3)/.installed
	$(VENV3)/bin/mypy --config-file mypy-haystack3.ini
	HF_HUB_OFFLINE=1 $(VENV3)/bin/python -m pytest tests/haystack3 --numprocesses $(WORKERS) $(PYTEST_ARGS)

test-ray: $(VENV_RAY)/.installed
	HF_HUB_OFFLINE=1 $(VENV_RAY)/bin/python -m pytest tests/ray $(PYTEST_ARGS)

lint: install-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

env:
	@sh docker/env.sh

clean:
	rm -rf $(VENV) $(VENV3) $(VENV_RAY) build dist
