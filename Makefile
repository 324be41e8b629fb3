# A machine with Python (3.10 or newer) and make is enough: each target makes .venv first, and again when
# pyproject.toml has changed. `make test PYTHON=python3.12` takes another interpreter (`make clean` before).
PYTHON ?= python3
# How many processes the suite runs in; 0 is one, in which a debugger works.
WORKERS ?= 2
# What else pytest is told: make test ARGS="-k clock"
ARGS ?=

BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
PYTEST := $(BIN)/pytest -n $(WORKERS) $(ARGS)

.PHONY: help demo test coverage alone shuffled interop matrix stress lint docs reference bench vendor screenshots tox release-check clean

help:
	@echo "make demo      run the examples, and see what was delivered when"
	@echo "make test      the whole suite; COVERAGE=1 measures it too, as 'make coverage' does"
	@echo "make coverage  the whole suite, which fails unless every branch is covered"
	@echo "make alone     each test file by itself: none relies on another"
	@echo "make shuffled  the whole suite in another order each time; SEED=1 repeats one"
	@echo "make interop   the published JavaScript SDKs in Node and Chromium, the inspector in Chromium, Jest and JUnit (needs node, npm, chromium, a JDK and JUnit 5)"
	@echo "make matrix    the fixture beside other plugins and clients, each in a process of its own"
	@echo "make stress    many clients at once, forks, aborts and fuzzing, for no more than three minutes"
	@echo "make lint      ruff and mypy --strict"
	@echo "make docs      the site of docs/, in docs/_build, without a network"
	@echo "make reference writes what the pages of the reference have from the source"
	@echo "make bench     what the mock costs, beside its peers"
	@echo "make vendor    renew what the inspector's page ships of others: preact and htm"
	@echo "make screenshots  make the pictures of the inspector anew (needs chromium)"
	@echo "make tox       the suite on every Python at hand, and on the oldest dependencies"
	@echo "make release-check  build the package, check it, and run README's example where nothing else is installed"
	@echo "make clean     remove what these made"

demo: .venv/dev
	@$(BIN)/python examples/demo.py
	@printf '\nThe examples, as pytest runs them:\n\n'
	@$(BIN)/pytest examples -q
	@printf '\nA mock to look into, in your browser:\n  $(BIN)/backendless-mock serve --open\n'
	@printf '\nThe same day from the command line:\n  %s\n' \
		"PATH=$(BIN):\$$PATH backendless-mock exec --freeze 2030-01-07T08:30:00Z -- sh examples/demo.sh"

ifdef COVERAGE
test: coverage
else
test: .venv/dev
	$(PYTEST)
endif

# Not `pytest --cov`: that starts after the plugins, and this is one.
coverage: .venv/dev
	$(BIN)/coverage erase
	$(BIN)/coverage run $(PYTEST)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

alone: .venv/dev
	find tests examples -name 'test_*.py' -not -path '*/node_modules/*' -not -path '*/stress/*' -print0 | sort -z | xargs -0 -n 1 -P $(WORKERS) \
		sh -c '$(BIN)/pytest -q -p no:cacheprovider "$$0" >"$$(mktemp -d)/out" 2>&1 || { $(BIN)/pytest -q "$$0"; exit 1; }'

SEED ?= $(shell date +%j%H%M%S)
shuffled: .venv/dev
	@echo "in the order of SEED=$(SEED)"
	$(PYTEST) --random-order --random-order-seed=$(SEED)

interop: .venv/browser tests/interop/node_modules
	BACKENDLESS_MOCK_INTEROP=required $(BIN)/pytest -n $(WORKERS) tests/interop

tests/interop/node_modules: tests/interop/package-lock.json
	npm ci --prefix tests/interop --no-audit --no-fund
	@touch $@

# Without the project's own settings: the rows of tests/matrix say which plugin is loaded.
matrix: .venv-matrix/made
	BACKENDLESS_MOCK_MATRIX=required PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 .venv-matrix/bin/pytest -c /dev/null --rootdir=. \
		-p no:cacheprovider --import-mode=importlib --confcutdir=tests/matrix tests/matrix

stress: .venv/fuzz
	$(PYTEST) tests/stress

lint: .venv/lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	test ! -x $(BIN)/hadolint || $(BIN)/hadolint Dockerfile
	test ! -x $(BIN)/zizmor || $(BIN)/zizmor --offline --quiet --min-severity medium .github

# A warning is an error: a link that leads nowhere, a page that is in no list, what a browser would load from elsewhere.
docs: .venv/docs
	$(BIN)/sphinx-build -W --keep-going -n -q -E docs docs/_build

reference: .venv/dev
	PYTHONPATH=docs/_ext $(BIN)/python -m reference

bench: .venv/dev
	$(BIN)/python -m benchmarks

# preact and htm, as the inspector's page ships them: the releases that tools/vendor.py names.
vendor:
	$(PYTHON) tools/vendor.py

# The pictures of the inspector in docs/img, by the Chromium on PATH.
screenshots: .venv/browser
	$(BIN)/python tools/screenshots.py

tox: .venv/tox
	$(BIN)/tox run

# What is released, checked as a user gets it: the wheel in an environment of its own, out of the reach of the sources.
release-check: .venv/release
	rm -rf dist
	$(BIN)/hatchling build
	$(BIN)/twine check --strict dist/*
	grep -q "^## \[$$($(BIN)/hatchling version)\] - 20" CHANGELOG.md || { echo "CHANGELOG.md has no date for this version"; exit 1; }
	$(PYTHON) -m venv --clear .venv-release
	.venv-release/bin/python -m pip install --quiet --disable-pip-version-check dist/*.whl requests
	awk '/^```$$/ && on { exit } on; /^```python$$/ { on = 1 }' README.md > .venv-release/test_readme.py
	cd .venv-release && bin/pytest -c /dev/null --rootdir=. -p no:cacheprovider -W error test_readme.py
	.venv-release/bin/backendless-mock exec -- .venv-release/bin/backendless-mock health

clean:
	rm -rf .venv .venv-matrix .venv-release .tox docs/_build tests/interop/node_modules dist htmlcov .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage .coverage.*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# `--group` needs pip 25.1.
.venv/dev: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' \
		|| { echo "$(PYTHON) does not start, or is older than 3.10. Say make PYTHON=..."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' \
		|| { echo "$(PYTHON) cannot make a venv (on Debian and Ubuntu: apt install python3-venv)"; exit 1; }
	@echo "installing this package, what it needs and what its tests use (the group dev of pyproject.toml), into .venv alone"
	@$(PYTHON) -m venv --clear .venv
	@$(INSTALL) --upgrade 'pip>=25.1'
	@$(INSTALL) --editable . --group dev
	@touch $@

# Playwright, and no browser of its own: its tests drive the Chromium that is there.
.venv/browser: .venv/dev
	$(INSTALL) --group browser
	@touch $@

# Not for every machine: it has wheels for Linux and macOS, and not for every Python.
.venv/fuzz: .venv/dev
	$(INSTALL) --only-binary atheris --group fuzz || echo "atheris does not install here: Hypothesis fuzzes alone"
	@touch $@

.venv-matrix/made: pyproject.toml
	$(PYTHON) -m venv --clear .venv-matrix
	.venv-matrix/bin/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	.venv-matrix/bin/python -m pip install --quiet --disable-pip-version-check --editable . --group matrix
	@touch $@

.venv/lint: .venv/dev
	$(INSTALL) --group lint
	$(INSTALL) --only-binary :all: --group container || echo "hadolint does not install here: the Dockerfile is not linted"
	$(INSTALL) --only-binary :all: --group workflow || echo "zizmor does not install here: the workflows are not linted"
	@touch $@

.venv/docs: .venv/dev
	$(INSTALL) --group docs
	@touch $@

.venv/release: .venv/dev
	$(INSTALL) --group release
	@touch $@

.venv/tox: .venv/dev
	$(INSTALL) --group tox
	@touch $@
