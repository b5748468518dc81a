# Two commands: `make demo` and `make test`. README.md says what they do.
PYTHON ?= python3
RUN := .venv
DEV := .venv-dev
# Two names for one pin: older pips read the first for build environments, newer ones the second.
PIP := PIP_DISABLE_PIP_VERSION_CHECK=1
PIP_BUILD := $(PIP) PIP_CONSTRAINT=requirements/build.txt PIP_BUILD_CONSTRAINT=requirements/build.txt

.PHONY: demo test lint bench screenshots lock system-run system-test system-bench clean

demo: system-run $(RUN)/.installed
	@exec $(RUN)/bin/yizhan demo

test: system-test $(DEV)/.installed lint
	$(DEV)/bin/python -m pytest

lint: $(DEV)/.installed
	$(DEV)/bin/ruff check .
	$(DEV)/bin/ruff format --check .
	$(DEV)/bin/mypy

bench: system-bench $(DEV)/.installed
	$(DEV)/bin/python -m bench

# The pictures of the README, of the invented town.
screenshots: system-test $(DEV)/.installed
	$(DEV)/bin/python -m tests.browser.screenshots

system-run:
	@PYTHON=$(PYTHON) sh requirements/system.sh run

system-test:
	@PYTHON=$(PYTHON) sh requirements/system.sh test

system-bench:
	@PYTHON=$(PYTHON) sh requirements/system.sh bench

$(RUN)/.installed: requirements/run.txt requirements/build.txt pyproject.toml | system-run
	$(call install,$(RUN),run)

$(DEV)/.installed: requirements/dev.txt requirements/build.txt pyproject.toml | system-test
	$(call install,$(DEV),dev)

# An environment of pinned, hashed packages, and the project itself on top (editable, so that edits count).
define install
	@test -x $(1)/bin/python || $(PYTHON) -m venv $(1)
	@echo "安装依赖 · installing requirements/$(2).txt into $(1)"
	@$(PIP) $(1)/bin/python -m pip install -q --require-hashes -r requirements/$(2).txt
	@$(PIP_BUILD) $(1)/bin/python -m pip install -q --no-deps -e .
	@touch $@
endef

# Renew the pins; the newest versions that pyproject.toml allows.
lock: $(DEV)/.installed
	$(DEV)/bin/python -m pip install -q pip-tools
	$(DEV)/bin/pip-compile -q --upgrade --generate-hashes $(LOCK) -o requirements/run.txt pyproject.toml
	$(DEV)/bin/pip-compile -q --upgrade --generate-hashes $(LOCK) --allow-unsafe --extra dev \
		-c requirements/run.txt -o requirements/dev.txt pyproject.toml
	$(DEV)/bin/pip-compile -q --upgrade $(LOCK) --allow-unsafe -o requirements/build.txt requirements/build.in
LOCK := --no-emit-index-url --no-emit-find-links --strip-extras

clean:
	rm -rf $(RUN) $(DEV) var
