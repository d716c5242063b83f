"""RS14: the table that a reader can add up gives the limit, and the printed factors stand beside it."""

from decimal import Decimal
from fractions import Fraction

from ce_toolkit.review.drawn import Drawn, DrawnStratum
from ce_toolkit.review.evaluate_hours import HoursEvaluation, evaluate_hours
from ce_toolkit.review.hours_limits import stringer_bound
from ce_toolkit.review.hours_plan import plan_hours
from ce_toolkit.review.worked_table import COLUMNS, second_line, shown, worked_table, worked_tables
from tests.review.made_results import agreed, partly, refused, results

PLAN = plan_hours(6000, tolerable_hours=300)


def _evaluation() -> HoursEvaluation:
    rows = [*agreed("S0", 4), *partly("S0", "6", "3"), *agreed("S6", PLAN.size - 3)]
    rows += [*partly("S6", "8", "2"), *partly("S6", "6", "4"), *refused("S6", 1)]
    strata = (
        DrawnStratum("S0", 5, Decimal(30), 5, True, "必查"),
        DrawnStratum("S6", 900, Decimal(6000), PLAN.size, title="其余"),
    )
    return evaluate_hours(results(rows), Drawn(strata), PLAN)


def test_RS14_recomputing_the_rows_gives_the_limit() -> None:
    evaluation = _evaluation()
    exact, table = worked_tables(evaluation)
    for worked, limit in ((exact, evaluation.over.upper), (table, evaluation.over.table_hours)):
        assert tuple(worked.rows.columns) == COLUMNS
        known = worked.rows[worked.rows["序号"].isna()]
        steps = worked.rows[worked.rows["序号"].notna()]
        again = [6000 * increment * taint for increment, taint in zip(steps["增量"], steps["差错比例"], strict=True)]
        assert again == steps["学时"].tolist()
        assert known["学时"].tolist() == [3]
        assert sum(again, Fraction(3)) == worked.upper == limit
        assert steps["序号"].tolist() == [0, 1, 2, 3]
        assert steps["差错比例"].tolist() == [1, 1, Fraction(3, 4), Fraction(1, 3)]
    assert exact.method.startswith("按学时单元不放回抽样的精确上限")
    assert "系数向上取两位小数" in table.method


def test_RS14_printed_with_a_total_and_words_instead_of_ranks() -> None:
    printed = shown(worked_tables(_evaluation())[0])
    assert printed["序号"].tolist() == ["全部核查", "基本界限", "1", "2", "3", ""]
    assert printed["层"].tolist() == ["必查", "其余", "其余", "其余", "其余", "合计"]
    assert abs(sum(printed["学时"][:-1]) - printed["学时"].iloc[-1]) <= Decimal("0.03")
    assert printed["差错比例"].tolist()[1:] == ["100%", "100%", "75%", "33.33%", ""]


def test_RS14_the_second_line_names_rounding_and_difference() -> None:
    evaluation = _evaluation()
    line = second_line(evaluation)
    assert "风险系数表" in line
    assert "系数向上取两位小数" in line
    assert "两种方法结论相同" in line
    worked = worked_table(stringer_bound(["0.5"], 60, 3000, model="poisson"))
    assert worked.rows["学时"].sum() == worked.upper
