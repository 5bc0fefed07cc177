# Everything that a person needs. `make help` lists it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Names of the environment below are dummies: `check --deploy` reads them, nothing connects.
DEPLOY_ENV := DJANGO_SETTINGS_MODULE=doctobooking.settings.production \
	DATABASE_URL=postgres://nobody@127.0.0.1:1/none REDIS_URL=redis://127.0.0.1:1/0 \
	SECRET_KEY=check-only-0123456789-abcdefghij-KLMNOPQRST-uvwxyz-0123456789-XYZ \
	ALLOWED_HOSTS=doctobooking.example EMAIL_URL=smtp+tls://user:word@127.0.0.1:1 \
	CLINICAL_KEYS=check:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=

.PHONY: help run test check lint fmt types bench bench-quick lock audit secrets nu clean
.DEFAULT_GOAL := help

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## /  make \1|/' | column -t -s '|' 2>/dev/null \
		|| grep -hE '^[a-z-]+:.*## ' Makefile

run: $(VENV)/.run ## the whole product with demo data on http://127.0.0.1:8000 (PORT=...)
	@exec $(BIN)/python -m doctobooking.local run --with-parent

# First what answers quickly, then what looks everywhere, then the browsers, all on all cores; in
# the end what starts servers and crowds, alone. Journeys differ much in length: who is done takes
# over some of another's.
APART := slow or storm or browser
test: $(VENV)/.dev ## all set-up, then the whole suite
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder -m "not (thorough or $(APART))"
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder -m "thorough and not ($(APART))"
	$(BIN)/python -m pytest -n auto --dist worksteal -m "browser and not storm"
	$(BIN)/python -m pytest -m "slow or storm"

check: $(VENV)/.dev lint types ## everything that a machine can say without running the product
	$(BIN)/lint-imports
	$(BIN)/python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	$(BIN)/python -m tests.check_translations
	$(DEPLOY_ENV) $(BIN)/python manage.py check --deploy --fail-level WARNING
	$(BIN)/bandit --quiet -ll --recursive --exclude ./.venv,./.local,./tests .
	$(BIN)/python -m pytest --quiet tests/test_deployment.py

lint: $(VENV)/.dev ## style of Python and of templates
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	find templates -name '*.html' -exec $(BIN)/djade --check --target-version 5.2 {} +
	$(BIN)/djlint --lint --quiet --profile=django templates

fmt: $(VENV)/.dev ## put Python and templates into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	find templates -name '*.html' -exec $(BIN)/djade --target-version 5.2 {} +

types: $(VENV)/.dev ## mypy
	$(BIN)/mypy .

bench: $(VENV)/.dev ## the benchmarks, as a table of ratios
	$(BIN)/python -m benchmarks

bench-quick: $(VENV)/.dev ## the benchmarks in under 3 minutes
	$(BIN)/python -m benchmarks --quick

lock: $(VENV)/.uv ## resolve the lock files anew from pyproject.toml
	$(COMPILE) -o requirements-production.lock
	$(COMPILE) --extra local -o requirements.lock
	$(COMPILE) --extra local --extra dev -o requirements-dev.lock

audit: $(VENV)/.uv ## known holes in what production depends on; asks a list of advisories
	$(BIN)/uv tool run --quiet pip-audit --require-hashes --disable-pip --progress-spinner off \
		-r requirements-production.lock

secrets: $(VENV)/.uv ## keys and passwords among the files; what is none stands in .secrets.baseline
	@git ls-files -z | xargs -0 $(BIN)/uv tool run --quiet --from detect-secrets==1.5.0 \
		detect-secrets-hook --baseline .secrets.baseline

# The Nu Html Checker is no package of Python's: its one file is held to the hash that stands here.
NU := vnu-jar@26.9.27
NU_SHA256 := 22f15dd39a33bed929d2a5c0cddf5946849a647eca9272bf4d5d00bc7e7a4d47
nu: $(VENV)/nu/vnu.jar ## the HTML checker of tests/test_html.py; needs npm, and Java to run

$(VENV)/nu/vnu.jar: Makefile | $(VENV)/.made
	@rm -rf $(VENV)/nu && mkdir -p $(VENV)/nu/new
	@cd $(VENV)/nu/new && npm pack --silent $(NU) >/dev/null && tar -xzf vnu-jar-*.tgz package/build/dist/vnu.jar
	@echo "$(NU_SHA256)  $(VENV)/nu/new/package/build/dist/vnu.jar" | sha256sum --check --status \
		|| { echo "$(NU) is not what it was: its hash is another."; exit 1; }
	@mv $(VENV)/nu/new/package/build/dist/vnu.jar $@ && touch $@ && rm -rf $(VENV)/nu/new

clean: ## remove all local state and the virtual environment
	@$(PYTHON) -m doctobooking.local clean
	rm -rf $(VENV) staticfiles test-results .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The virtual environment. A stamp is newer than its lock file when nothing is to be done.
# --universal: one lock file for every platform. No addresses: it works with any mirror.
COMPILE := $(BIN)/uv pip compile pyproject.toml --generate-hashes --universal --quiet \
	--python-version 3.11 --no-emit-index-url --no-emit-find-links --no-header --no-annotate

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Doctobooking needs Python 3.11 or newer; $(PYTHON) is " + sys.version.split()[0] + ". Name another: make run PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	@touch $@

# Where uv has no wheel the same files are installed by pip, with the same hashes, but slower.
$(VENV)/.uv: $(VENV)/.made requirements-uv.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.lock 2>$(VENV)/uv.log \
		|| echo "uv is not to be had here: pip does its work (why: $(VENV)/uv.log)."
	@touch $@

INSTALL = if [ -x $(BIN)/uv ]; then $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r $(1); \
	else $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1); fi

$(VENV)/.run: requirements.lock | $(VENV)/.uv
	@echo "Installing what is in $< ..."
	@$(call INSTALL,$<)
	@touch $@

$(VENV)/.dev: requirements-dev.lock | $(VENV)/.uv
	@echo "Installing what is in $< ..."
	@$(call INSTALL,$<)
	@touch $@ $(VENV)/.run
