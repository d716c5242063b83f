"""Coverage of the limits and risk of the plans, by simulation; ``make bench`` writes the page that keeps it.

Nothing is timed here but in passing; ``tests/review/test_coverage.py`` runs a few cells again and compares.
"""

from pathlib import Path
from typing import Any

import pytest

from ce_toolkit.review.plan import plan_attribute
from tests.benchmarks import coverage_cells as cells
from tests.benchmarks import weighted_risk

PAGE = Path(__file__).parents[2] / "docs" / "sampling_coverage.md"
_POPULATIONS, _TOLERABLE = (50, 200, 1000, 20000), ("3%", "5%", "10%")
_HEAD = f"""<!-- 由 make bench 生成（tests/benchmarks/bench_coverage.py），请勿手改。 -->

# 抽样方法的模拟检验

每格模拟 {cells.RUNS} 次，种子 `{cells.SEED}`，单独一格也可以重算。
“覆盖率”是差错上限不低于真实差错的比例，名义水平 95%。
"""


@pytest.fixture(scope="module")
def page() -> Any:
    """Sections by title, written when all have run."""
    sections: dict[str, str] = {}
    yield sections
    body = "\n".join(f"## {title}\n\n{text}\n" for title, text in sections.items())
    PAGE.write_text(f"{_HEAD}\n{body}", encoding="utf-8")


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _made_of(cell: cells.StrataCell | cells.HoursStrataCell) -> str:
    """One line on the strata of a cell: units, drawn, errors of each."""
    units = cell.populations if isinstance(cell, cells.StrataCell) else cell.records
    drawn = cell.sizes if isinstance(cell, cells.StrataCell) else cell.hits
    parts = zip(units, drawn, cell.errors, strict=True)
    return f"- {cell.name}：" + "；".join(f"{one} 条抽 {size}，差错 {bad}" for one, size, bad in parts)


def test_hours(page: dict[str, str], benchmark: Any) -> None:
    """Sixteen cells; at least 94 % where 95 % is meant."""
    benchmark.group = "coverage"
    found = benchmark.pedantic(lambda: {cell.name: cells.hours_coverage(cell) for cell in cells.HOURS_CELLS}, rounds=1)
    rows = [[name, f"{held:.2%}", f"{mean:.2%}", f"{true:.2%}"] for name, (held, mean, true) in found.items()]
    page[f"学时上限（Stringer 界，{cells.HITS} 次命中，{cells.RECORDS} 条记录）"] = _table(
        ["格", "覆盖率", "平均上限", "真实误登比例"], rows
    )
    assert min(held for held, _, _ in found.values()) >= 0.94


def test_strata(page: dict[str, str], benchmark: Any) -> None:
    """Eight grids; all three methods hold, Fisher at least a tenth narrower than Bonferroni on the reference grid."""
    benchmark.group = "coverage"
    found = benchmark.pedantic(
        lambda: {cell.name: cells.strata_coverage(cell) for cell in cells.STRATA_CELLS}, rounds=1
    )
    rows = [
        [cell.name, str(sum(cell.errors)), *(f"{held:.2%}，{mean:.1f}" for held, mean in found[cell.name].values())]
        for cell in cells.STRATA_CELLS
    ]
    made = "\n".join(map(_made_of, cells.STRATA_CELLS))
    page["多层合并上限（覆盖率，平均上限）"] = f"{made}\n\n" + _table(
        ["格", "真实差错", "费舍", "加权", "合并计数", "邦费罗尼"], rows
    )
    assert min(by[method][0] for by in found.values() for method in ("fisher", "weighted", "pooled")) >= 0.95
    reference = found[cells.STRATA_CELLS[0].name]
    assert reference["fisher"][1] <= 0.9 * reference["bonferroni"][1]


def test_weighted(page: dict[str, str], benchmark: Any) -> None:
    """Thousands of strata drawn by lot, half of them the worst: the true risk of the weighted limit."""
    benchmark.group = "coverage"

    def risks() -> dict[str, float]:
        return {title: max(map(weighted_risk.risk, weighted_risk.drawn_by_lot(weighted_risk.SETS, worst=worst)))
                for title, worst in (("随机", False), ("最不利", True))}  # fmt: skip

    found = benchmark.pedantic(risks, rounds=1)
    page["加权合并上限的真实风险（逐一计算，非模拟，名义 5%）"] = _table(
        ["格", "组数", "最大风险"],
        [[f"加权 {title}", str(weighted_risk.SETS), f"{most:.3%}"] for title, most in found.items()],
    )
    assert max(found.values()) <= 0.05


def test_hours_strata(page: dict[str, str], benchmark: Any) -> None:
    """Eight cells of hours over three strata; both methods hold."""
    benchmark.group = "coverage"
    found = benchmark.pedantic(
        lambda: {cell.name: cells.hours_strata_coverage(cell) for cell in cells.HOURS_STRATA_CELLS}, rounds=1
    )
    rows = [[name, *(f"{held:.2%}，{mean:.2%}" for held, mean in by.values())] for name, by in found.items()]
    made = "\n".join(_made_of(cell) for cell in cells.HOURS_STRATA_CELLS if cell.whole)
    page["多层学时上限（每条 6 学时，抽为命中次数；覆盖率，平均上限占全部学时）"] = f"{made}\n\n" + _table(
        ["格", "合并", "邦费罗尼"], rows
    )
    assert min(held for by in found.values() for held, _ in by.values()) >= 0.94


def test_staged(page: dict[str, str], benchmark: Any) -> None:
    """Three looks at exactly the tolerable amount: accepted in no more than 5 % and one for the simulation."""
    benchmark.group = "coverage"
    found = benchmark.pedantic(lambda: {name: cells.staged_acceptance(name) for name in cells.STAGED_CELLS}, rounds=1)
    page["三个阶段、差错恰为可容忍量时的接受率（名义 5%）"] = _table(
        ["格", "接受率"], [[f"阶段 {name}", f"{share:.2%}"] for name, share in found.items()]
    )
    assert max(found.values()) <= 0.06


def test_exact_risk(page: dict[str, str], benchmark: Any) -> None:
    """Every staged plan of the grid: exact risk at the tolerable rate."""
    benchmark.group = "coverage"

    def plans() -> list[list[str]]:
        return [[f"N={units} τ={rate}", *(_risk(units, rate, looks) for looks in (1, 2, 3, 4))]
                for units in _POPULATIONS for rate in _TOLERABLE]  # fmt: skip

    page["分阶段方案：每阶段条数与精确风险（95%）"] = _table(
        ["格", "1 阶段", "2 阶段", "3 阶段", "4 阶段"], benchmark.pedantic(plans, rounds=1)
    )


def _risk(units: int, rate: str, looks: int) -> str:
    plan = plan_attribute(units, tolerable_rate=rate, stages=looks)
    assert plan.risk <= 0.05
    return f"{plan.size}，{plan.risk:.2%}"
