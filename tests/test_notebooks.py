"""Notebooks read like a report and are really compared: their shape, and that nbval has teeth."""

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from ce_toolkit.demo import make_demo
from ce_toolkit.runs.parameters import BY_HAND, COUNTY_ROUND, MODELS, notebook_differences

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
LINES = 6  # of a cell, but for those of the parameters and the start
_PARAMETER = re.compile(r"""\w+: (?:str|int|bool) = (?:"[^"=]*"|\d+|True|False)  # \S.*""")

notebooks = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def _cells(path: Path, kind: str = "code") -> list[nbformat.NotebookNode]:
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == kind]


def _tagged(path: Path, tag: str) -> list[nbformat.NotebookNode]:
    return [cell for cell in _cells(path) if tag in cell.metadata.get("tags", [])]


def test_every_notebook_has_typed_parameters_and_the_other_way_round() -> None:
    assert {path.stem for path in NOTEBOOKS} == {*MODELS, *COUNTY_ROUND, *BY_HAND}


@notebooks
def test_the_first_cell_is_the_title_with_a_paragraph(path: Path) -> None:
    first = nbformat.read(path, as_version=4).cells[0]
    assert first.cell_type == "markdown"
    assert re.fullmatch(r"# [^\n]+\n\n\S.+", first.source, re.DOTALL)


@notebooks
def test_one_cell_of_parameters_as_the_typed_model_has_them(path: Path) -> None:
    """Text, whole numbers or yes and no, annotated and commented; no = in a default, which papermill cannot read."""
    (cell,) = _tagged(path, "parameters")
    assert all(_PARAMETER.fullmatch(line) for line in cell.source.splitlines())
    assert notebook_differences(path) == []


@notebooks
def test_no_cell_defines_or_silences_anything(path: Path) -> None:
    for cell in _cells(path):
        nodes = list(ast.walk(ast.parse(cell.source)))
        assert not [node for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Lambda)]
        assert not [line for line in cell.source.splitlines() if line.rstrip().endswith(";")]


@notebooks
def test_cells_are_short(path: Path) -> None:
    long = [cell.source for cell in _cells(path) if len(cell.source.splitlines()) > LINES]
    (parameters,) = _tagged(path, "parameters")
    start = next(cell for cell in _cells(path) if "ce.start(" in cell.source)
    assert set(long) <= {parameters.source, start.source}


@notebooks
def test_the_last_cell_writes_the_record(path: Path) -> None:
    last = nbformat.read(path, as_version=4).cells[-1]
    assert last.cell_type == "code"
    assert last.source.splitlines()[-1].startswith("run.finish(")


@notebooks
def test_text_and_what_is_shown_speak_chinese(path: Path) -> None:
    for cell in _cells(path, "markdown"):
        assert re.search(r"[\u4e00-\u9fff]", cell.source)


@notebooks
def test_N3_some_outputs_are_stored_so_that_nbval_compares_them(path: Path) -> None:
    """A checked cell needs its tag, an execution count and an output, or it passes whatever it computes."""
    checked = [cell for cell in _cells(path) if "NBVAL_CHECK_OUTPUT" in cell.source]
    assert checked
    for cell in checked:
        assert cell.source.startswith("# NBVAL_CHECK_OUTPUT\n")
        assert "keep_output" in cell.metadata.get("tags", [])
        assert cell.execution_count
        assert [output for output in cell.outputs if output.output_type in {"execute_result", "display_data"}]


@notebooks
def test_other_outputs_are_not_stored(path: Path) -> None:
    for cell in _cells(path):
        if "keep_output" not in cell.metadata.get("tags", []):
            assert (cell.outputs, cell.execution_count) == ([], None)
        assert "execution" not in cell.metadata


@notebooks
def test_V29_no_notebook_holds_what_was_filled_into_a_form(path: Path) -> None:
    assert "widgets" not in nbformat.read(path, as_version=4).metadata


@pytest.mark.slow
def test_a_number_changed_in_the_package_makes_nbval_fail(tmp_path: Path) -> None:
    """The unchanged copy passes; with 39 hours of self-study a year instead of 40 (三.2) it does not."""
    make_demo(ROOT / "data" / "small", seed=7, people=300)
    copy = tmp_path / "copy"
    shutil.copytree(ROOT / "ce_toolkit", copy / "ce_toolkit", ignore=shutil.ignore_patterns("__pycache__"))
    unchanged = _nbval(copy, tmp_path)
    assert unchanged.returncode == 0, unchanged.stdout
    pack = copy / "ce_toolkit" / "rules" / "packs" / "dezhou-2017.toml"
    text = pack.read_text(encoding="utf-8")
    assert text.count("limit = 40\n") == 1
    pack.write_text(text.replace("limit = 40\n", "limit = 39\n"), encoding="utf-8")
    changed = _nbval(copy, tmp_path)
    assert changed.returncode == 1, changed.stdout
    assert "Cell outputs differ" in changed.stdout


def _nbval(package: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """The first notebook under nbval with the package at ``package``; nothing is written outside ``folder``."""
    environment = {
        **os.environ, "PYTHONPATH": str(package), "CE_ROOT": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1",
        "CE_RUN_STORE": str(folder / "store"), "CE_RUN_FOLDER": str(folder / "reports"),
    }  # fmt: skip
    command = ["-m", "pytest", "-p", "no:cacheprovider", "--nbval-lax", "--nbval-current-env"]
    notebook = "notebooks/01_intake_checks.ipynb"
    return subprocess.run(
        [sys.executable, *command, notebook], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
