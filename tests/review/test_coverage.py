"""Cells of the simulation, run again with their own seeds: the stored page is what the code gives today."""

from math import floor
from pathlib import Path

from ce_toolkit.review.strata_limit import Found, strata_limit
from tests.benchmarks import coverage_cells as cells
from tests.benchmarks import weighted_risk

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


def test_RS8_the_weighted_limit_keeps_its_risk_in_all_samples_of_strata_drawn_by_lot() -> None:
    for worst in (False, True):
        for strata in weighted_risk.drawn_by_lot(40, worst=worst):
            assert weighted_risk.risk(strata) <= 0.05
            sample = tuple(min(place % 3, size) for place, size in enumerate(strata.sizes))
            facts = list(zip(sample, strata.sizes, strata.populations, strict=True))
            most = sum(units - size + errors for errors, size, units in facts)
            wanted = min(floor(weighted_risk.upper(sample, strata.populations, strata.sizes)), most)
            assert strata_limit([Found(*each) for each in facts], method="weighted").count == wanted
    assert max(_share(_stored(f"加权 {title}")[1]) for title in ("随机", "最不利")) <= 0.05


def test_RS4_three_looks_at_the_tolerable_amount() -> None:
    share = cells.staged_acceptance("记录两层加权")
    assert _stored("阶段 记录两层加权") == [f"{share:.2%}"]
    assert share <= 0.06


def test_RS4_RS7_RS8_the_page_holds_every_cell_and_all_pass() -> None:
    hours = [_stored(cell.name)[0] for cell in cells.HOURS_CELLS]
    strata = [_stored(cell.name)[1:4] for cell in cells.STRATA_CELLS]
    hours += [text for cell in cells.HOURS_STRATA_CELLS for text in _stored(cell.name)]
    looks = [_stored(f"阶段 {name}")[0] for name in cells.STAGED_CELLS]
    assert min(_share(text) for text in hours) >= 0.94
    assert min(_share(text) for both in strata for text in both) >= 0.95
    assert max(_share(text) for text in looks) <= 0.06


def _share(text: str) -> float:
    return float(text.split("%", maxsplit=1)[0]) / 100
