# Everything a fresh machine needs is built here: `make chat` and `make test` set themselves up.
# TORCH_INDEX_URL: on a machine with internet, PyTorch's own index of CPU wheels (see README).

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PIP := $(BIN)/python -m pip --disable-pip-version-check
TORCH := torch==2.13.0

export PYTHONNOUSERSITE := 1

.PHONY: setup chat test check fix browser lock clean

setup: $(READY)

# torch is left out of the hash-checked list: its CPU wheel differs from one index to the next.
$(READY): requirements/lock.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "lateline needs Python 3.11 or later; this is %s. Try: make $(MAKECMDGOALS) PYTHON=python3.12" % sys.version.split()[0])'
	$(PYTHON) -m venv --clear $(VENV)
	$(PIP) install --quiet --require-hashes --no-deps -r requirements/lock.txt
	$(PIP) install --quiet --no-deps $(if $(TORCH_INDEX_URL),--index-url $(TORCH_INDEX_URL)) $(TORCH)
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	touch $@

chat: $(READY)
	$(BIN)/lateline serve --open

test: $(READY) browser check
	$(BIN)/python -m pytest

check: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

fix: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The page is tested in a real browser. Where this may install one (root, Debian) it does; elsewhere those tests say why they are skipped.
browser:
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
	  && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; } \
	  || echo "no chromium here: the browser tests will be skipped"

lock: $(READY)
	$(PIP) install --quiet "pip-tools>=7.5"
	$(BIN)/pip-compile --quiet --extra test --generate-hashes --strip-extras --unsafe-package torch --no-allow-unsafe \
	  --no-header --no-emit-index-url --no-emit-find-links --no-emit-trusted-host -o requirements/lock.txt pyproject.toml

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache
