"""Cells of the simulation, run again with their own seeds: the stored page is what the code gives today."""

from pathlib import Path

from tests.benchmarks import coverage_cells as cells

PAGE = Path(__file__).parents[2] / "docs" / "sampling_coverage.md"


def _stored(name: str) -> list[str]:
    rows = (line.strip("|").split("|") for line in PAGE.read_text(encoding="utf-8").splitlines() if line[:1] == "|")
    (found,) = [row for row in rows if row[0].strip() == name]
    return [cell.strip() for cell in found[1:]]


def test_RS7_hours() -> None:
    cell = cells.HOURS_CELLS[12]
    held, mean, true = cells.hours_coverage(cell)
    assert _stored(cell.name) == [f"{held:.2%}", f"{mean:.2%}", f"{true:.2%}"]
    assert held >= 0.94


def test_RS8_strata() -> None:
    cell = cells.STRATA_CELLS[0]
    by = cells.strata_coverage(cell)
    assert _stored(cell.name)[1:] == [f"{held:.2%}，{mean:.1f}" for held, mean in by.values()]
    assert by["fisher"][1] <= 0.9 * by["bonferroni"][1]


def test_RS4_three_looks_at_the_tolerable_amount() -> None:
    share = cells.staged_acceptance("记录两层合并")
    assert _stored("阶段 记录两层合并") == [f"{share:.2%}"]
    assert share <= 0.06


def test_RS4_RS7_RS8_the_page_holds_every_cell_and_all_pass() -> None:
    hours = [_stored(cell.name)[0] for cell in cells.HOURS_CELLS]
    strata = [_stored(cell.name)[1:3] for cell in cells.STRATA_CELLS]
    hours += [text for cell in cells.HOURS_STRATA_CELLS for text in _stored(cell.name)]
    looks = [_stored(f"阶段 {name}")[0] for name in cells.STAGED_CELLS]
    assert min(_share(text) for text in hours) >= 0.94
    assert min(_share(text) for both in strata for text in both) >= 0.95
    assert max(_share(text) for text in looks) <= 0.06


def _share(text: str) -> float:
    return float(text.split("%", maxsplit=1)[0]) / 100
