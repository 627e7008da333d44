# Everything happens in a venv in this checkout; nothing outside it is touched. PYTHON names another interpreter.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test test-fast test-nightly check bench mutation schemas lock wheelhouse sbom clean

demo: .venv/runtime          ## play the sample world through the whole system
	$(BIN)/lianshen demo

test: check                  ## everything that has to hold, on real servers, side by side
	$(BIN)/python -m tests.run

# Other families every night: the date is their seed, so that a difference can be made again.
test-nightly: check          ## the same, and the full figures: every mutant, 200,000 cases, 1,000 draws, 100,000 families
	$(BIN)/python -m tests.law --families 100000 --stories 20000 --seed $$(date +%Y%m%d); law=$$?; \
	$(FULL) $(BIN)/python -m tests.run && exit $$law
FULL := NIGHTLY=1 WHEELHOUSE=full MUTANTS=all FAULT_CASES=5000 VERSIONS=all QUESTION_SECONDS=30 TIMERS_CASES=500 KILLS=all OPERATIONS=30000 DRAWS=1000 ENTRANTS=5000 SEEDS=20 SPEED_CASES=200000

test-fast: .venv/dev         ## for daily work: without what starts servers by the dozen; under two minutes
	$(BIN)/python -m pytest -q -n 3 --dist loadfile -m "not slow"

check: .venv/dev             ## style, types, walls between the parts, generated documents
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m lianshen.documents.schemas --check

bench: .venv/runtime         ## ours beside what people would use instead; leave the machine alone meanwhile
	$(BIN)/python -m benchmarks

mutation: .venv/dev          ## every small change of the rules and the edge: who survives stands in docs/mutation.md
	$(EVERY) $(LAW)/rules.py articles homes grown decides reading-1
	$(EVERY) $(LAW)/homes.py homes grown reading-1 free-text $(DIRTY_HOMES)
	$(EVERY) $(LAW)/determination.py decides
	$(EVERY) $(LAW)/declared_family.py articles $(DIRTY_FAMILIES)
	$(EVERY) $(LAW)/facts.py articles homes grown under-way reading-1 "dirty[120 m2]"
	$(EVERY) procedures/hainan_2025/completeness.py completeness
	$(EVERY) procedures/hainan_2025/bans.py bans
	$(EVERY) procedures/codes.py codes
	$(EVERY) procedures/records.py codes hashes homes
	$(EVERY) inquiry/parse_answer.py answers kinds
	$(EVERY) contracts/answer_kinds.py kinds under-way
	$(EVERY) chassis/consume/breaker.py breaker

EVERY := $(BIN)/python -m tests.mutants.every
LAW := procedures/hainan_2025
DIRTY_HOMES := "dirty[half each]" "dirty[contract of a registered home]" "dirty[sold]" "dirty[contract for 14 m2]"
DIRTY_FAMILIES := "dirty[unknown status]" "dirty[other spouse]" "dirty[wife deceased]"

schemas: .venv/runtime       ## write contracts/schemas, its documents and events.md anew
	$(BIN)/python -m lianshen.documents.schemas

lock: .venv/dev              ## pin anew: constraints.txt for people, requirements.lock with hashes for images
	$(BIN)/pip install --quiet pip-tools
	$(BIN)/pip-compile $(PINS) --extra dev --extra examples --upgrade --output-file constraints.txt pyproject.toml
	$(BIN)/pip-compile $(PINS) --constraint constraints.txt --generate-hashes --output-file requirements.lock pyproject.toml
PINS := --quiet --strip-extras --allow-unsafe --no-header --no-annotate --no-emit-index-url --no-emit-find-links --no-emit-trusted-host

wheelhouse: .venv/bin/python ## a folder to install from without a network (deploy/systemd), x86-64 and arm64
	$(BIN)/python deploy/systemd/wheelhouse.py build/lianshen-offline

sbom: .venv/bin/python       ## build/sbom.cdx.json: every component of the image with its hashes (CycloneDX)
	$(BIN)/python -m venv build/sbom-tools
	build/sbom-tools/bin/pip install --quiet --disable-pip-version-check --require-hashes -r deploy/sbom.lock
	build/sbom-tools/bin/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml --output-reproducible \
	  --output-format JSON --output-file build/sbom.cdx.json

clean:                       ## forget the venv and what the tools kept
	rm -rf .venv .bench .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build *.egg-info

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed; name one with: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/runtime: pyproject.toml constraints.txt | .venv/bin/python
	@echo "installing into .venv (once, about a minute)"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[examples]'
	@touch $@

.venv/dev: .venv/runtime
	@echo "installing what the tests need"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,examples]'
	@touch $@
