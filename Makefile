# Needs Python 3.11+, make and the package registries.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
export OMP_NUM_THREADS ?= 1

.PHONY: demo test test-slow check browser data env clean

env: $(READY)

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --quiet --constraint constraints.txt --editable ".[dev]"
	@touch $@

# The main job on real images; on the images inside scikit-learn where Fashion-MNIST cannot be reached.
demo: $(READY)
	@if $(BIN)/netwright data fetch fashion-mnist; then \
		$(BIN)/netwright study examples/garments.toml; \
	else \
		echo "Fashion-MNIST cannot be reached: the demo runs on the digits inside scikit-learn instead."; \
		$(BIN)/netwright study examples/digits.toml; \
	fi

test: check browser data
	$(BIN)/python -m pytest

test-slow: check browser data
	$(BIN)/python -m pytest -m "slow or not slow"

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# The report is tested in a real browser.
browser: $(READY)
	@tools/chromium.sh

data: $(READY)
	@$(BIN)/netwright data fetch fashion-mnist || echo "tests that need Fashion-MNIST are skipped"

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
