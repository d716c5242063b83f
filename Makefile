# The same steps as plain commands, for machines without make, are in README.md.
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)
PEOPLE ?= 20000
SEED ?= 1

.PHONY: run round test lint bench versus fuzz lab app demo small notebooks lock clean

run: $(VENV)/ready demo  ## the main job on the demo city
	$(BIN)/ce run params/dezhou-2017

round: $(VENV)/ready  ## the demo city's year after a run: every claim reviewed, recognised in a batch, papers for units
	$(BIN)/ce round review params/dezhou-2017
	$(BIN)/ce round recognise params/dezhou-2017 --batch 2017-1 --on 2017-07-31 --by 示范认定人

test: $(VENV)/ready small  ## every test, notebooks included
	$(BIN)/python -m pytest -n 2 --dist loadfile tests
	$(BIN)/python -m pytest --nbval-lax --nbval-current-env --nbval-sanitize-with=tests/nbval_sanitize.cfg notebooks

lint: $(VENV)/ready  ## format, lint and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

versus: $(VENV)/ready  ## the engine beside openfisca-core and DuckDB, which get an environment of their own
	$(BIN)/python -m tests.benchmarks.versus.run

bench: $(VENV)/ready  ## figures side by side with what one would do instead
	$(BIN)/python -m pytest tests/benchmarks -o python_files='bench_*.py' -o addopts= -q --benchmark-sort=mean \
		--benchmark-columns=min,mean,rounds --benchmark-group-by=group

fuzz: $(VENV)/ready  ## thousands of damaged files, read and judged
	$(BIN)/python -m tests.fuzz --cases 5000 --seed $(SEED)

lab: $(VENV)/ready small  ## JupyterLab on the notebooks
	$(BIN)/jupyter lab --notebook-dir=notebooks

app: $(VENV)/ready  ## the what-if form as a web page, on this machine alone
	$(BIN)/ce app

demo: $(VENV)/ready
	$(BIN)/ce demo data/demo --seed 7 --people $(PEOPLE)

small: $(VENV)/ready
	$(BIN)/ce demo data/small --seed 7 --people 300
	$(BIN)/python -m tests.small_store

notebooks: $(VENV)/ready small  ## refresh the stored outputs that the tests compare
	$(BIN)/python tests/refresh_notebooks.py

lock:  ## pin what was tested, without the registry's address
	uv pip compile -q --universal --python-version 3.11 --all-extras --no-emit-index-url --no-annotate --no-header \
		pyproject.toml -o requirements.lock

$(VENV)/ready: requirements.lock pyproject.toml
ifdef UV
	test -x $(BIN)/python || uv venv -q $(VENV) --python '>=3.11,<3.14'
	uv pip install -q --python $(BIN)/python --compile-bytecode --no-deps -r requirements.lock
	uv pip install -q --python $(BIN)/python --no-deps -e .
else
	test -x $(BIN)/python || python3 -m venv $(VENV)
	$(BIN)/python -m pip install -q --no-deps -r requirements.lock
	$(BIN)/python -m pip install -q --no-deps -e .
endif
	touch $@

clean:
	rm -rf $(VENV) data reports/2*
