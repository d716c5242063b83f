"""Who has sent in what, on paper and as a file, and how late (N10, E1, F15–F18)."""

from datetime import date
from types import SimpleNamespace

import pandas as pd
import pytest

from ce_toolkit.intake.receipts import Paper, papers_frame
from ce_toolkit.registers.units import Units, fold_unit
from ce_toolkit.statistics import arrears, arrears_counts, duties, still_open, without_responsible

DEADLINE, AS_OF = date(2017, 4, 30), date(2017, 7, 1)
CODE, OTHER = "22222222", "33333333"


def _units(*names: str, archive: bool | None = True) -> Units:
    units = pd.Series(names, dtype="str")
    flags = pd.array([archive] * len(names), "bool[pyarrow]")
    return Units(pd.DataFrame({"unit": units, "key": fold_unit(units), "area": "371402", "archive": flags}))


def _file(
    name: str, *units: str, rows: int = 3, day: date | None = date(2017, 4, 20), **changed: object
) -> dict[str, object]:
    facts = {"outcome": "accepted", "filing_unit": units[0] if units else None, "responsible": True, "check_code": CODE}
    return {"file": name, "units": units, "rows_filled": rows, "received_on": day, **facts, **changed}


def _paper(file: str = "", unit: str = "", day: date | None = date(2017, 4, 21), **changed: object) -> Paper:
    facts = {"sealed": True, "rows": 3, "code": CODE, "code_right": True}
    return Paper(file, unit, day, **{**facts, **changed})


def _table(units: Units, files: list[dict[str, object]], papers: list[Paper]) -> pd.DataFrame:
    received = SimpleNamespace(
        submissions=pd.DataFrame(files, columns=list(_file("x"))),
        senders=pd.DataFrame(
            [(one["file"], unit) for one in files for unit in one["units"]], columns=["file", "unit"], dtype="str"
        ),
        papers=papers_frame(papers),
    )
    return arrears(received, units, area="371402", deadline=DEADLINE, as_of=AS_OF).set_index("unit")


def test_N10_of_twelve_units_nine_files_are_in_and_three_are_named() -> None:
    names = [f"第{number}中学" for number in range(1, 13)]
    table = _table(_units(*names), [_file(f"{name}.xlsx", name) for name in names[:9]], [])
    assert table.index[table["reported"] == "nothing"].tolist() == sorted(names[9:])
    assert set(table.loc[names[9:], "days_late"]) == {62}


@pytest.mark.parametrize(
    ("file", "paper", "state"),
    [(True, True, "complete"), (True, False, "file_only"), (False, True, "paper_only"), (False, False, "nothing")],
)
def test_F18_both_are_needed(file: bool, paper: bool, state: str) -> None:
    files = [_file("a.xlsx", "甲校")] if file else []
    papers = [_paper("a.xlsx" if file else "", "" if file else "甲 校")] if paper else []
    assert _table(_units("甲校"), files, papers).at["甲校", "reported"] == state


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"rows": 4}, "纸质 4 行，电子版 3 行"),
        ({"code": OTHER}, "不是同一份"),
        ({"code": "2222222", "code_right": False}, "抄写有误"),
        ({"sealed": False}, "未盖公章"),
    ],
)
def test_F17_paper_and_file_that_part_ways_are_told(changed: dict[str, object], words: str) -> None:
    table = _table(_units("甲校"), [_file("a.xlsx", "甲校")], [_paper("a.xlsx", **changed)])
    assert table.at["甲校", "reported"] == "mismatch"
    assert words in table.at["甲校", "why"]


def test_F17_what_was_left_blank_in_the_log_is_not_compared() -> None:
    paper = _paper("a.xlsx", sealed=None, rows=None, code=None)
    assert _table(_units("甲校"), [_file("a.xlsx", "甲校")], [paper]).at["甲校", "reported"] == "complete"


def test_F17_a_later_paper_stands_for_the_one_before() -> None:
    papers = [_paper("a.xlsx", sealed=False), _paper("a.xlsx", day=date(2017, 5, 2))]
    row = _table(_units("甲校"), [_file("a.xlsx", "甲校")], papers).loc["甲校"]
    assert (row["reported"], row["days_late"]) == ("complete", 2)


@pytest.mark.parametrize(
    ("file_on", "paper_on", "late"),
    [
        (date(2017, 4, 30), date(2017, 4, 30), 0),  # the last day itself (E5, U21)
        (date(2017, 5, 1), date(2017, 4, 20), 1),
        (date(2017, 4, 20), date(2017, 5, 31), 31),  # both are asked for: the later of the two
        (date(2017, 4, 20), None, None),
    ],
)
def test_E1_days_late_of_what_is_in(file_on: date, paper_on: date | None, late: int | None) -> None:
    table = _table(_units("甲校"), [_file("a.xlsx", "甲校", day=file_on)], [_paper("a.xlsx", day=paper_on)])
    found = table.at["甲校", "days_late"]
    assert (None if pd.isna(found) else found) == late


def test_T18_a_county_s_file_speaks_for_all_its_units() -> None:
    """The bureau that sends for others is no unit of the register; its paper is that of all of them."""
    table = _table(_units("甲校", "乙校"), [_file("县.xlsx", "县人社局", "甲校", "乙校")], [_paper("县.xlsx")])
    assert table["reported"].to_dict() == {"甲校": "complete", "乙校": "complete"}


def test_what_was_sent_back_is_not_received() -> None:
    files = [_file("a.xlsx", "甲校", outcome="refused"), _file("乙校报名表.pdf", outcome="refused")]
    table = _table(_units("甲校", "乙校"), files, [])
    assert set(table["reported"]) == {"nothing"}
    assert table["why"].str.contains("电子版已退回").all()  # MF11: the unit is told by the name of the file


def test_T20_whoever_the_register_does_not_know_is_listed_all_the_same() -> None:
    table = _table(_units("甲校"), [_file("丙.xlsx", "丙校")], [_paper(unit="丁校")])
    assert table["known"].to_dict() == {"甲校": True, "丙校": False, "丁校": False}
    assert table.at["丙校", "reported"] == "file_only"
    assert table.at["丁校", "reported"] == "paper_only"


@pytest.fixture
def mixed() -> pd.DataFrame:
    """One unit has sent both, one a file that names no responsible person, one nothing."""
    files = [_file("a.xlsx", "甲校"), _file("b.xlsx", "乙校", responsible=False)]
    return _table(_units("甲校", "乙校", "丙校"), files, [_paper("a.xlsx")]).reset_index()


def test_counts_and_lists_of_what_is_open(mixed: pd.DataFrame) -> None:
    assert arrears_counts(mixed).to_numpy().tolist() == [
        ["nothing", 1, 1], ["mismatch", 0, 0], ["paper_only", 0, 0], ["file_only", 1, 1], ["complete", 1, 0],
        ["合计", 3, 2],
    ]  # fmt: skip
    assert still_open(mixed)["unit"].tolist() == ["丙校", "乙校"]


def test_D1_units_without_a_responsible_person_are_listed(mixed: pd.DataFrame) -> None:
    assert without_responsible(mixed)["unit"].tolist() == ["乙校"]  # who sent nothing is not blamed for it


def test_F4_units_with_a_responsible_person_and_an_archive_are_counted(mixed: pd.DataFrame) -> None:
    assert duties(mixed) == {"应报单位": 3, "有继续教育工作负责人": 1, "有学习档案": 3, "两样都有": 1}


def test_nobody_sent_anything() -> None:
    table = _table(_units("甲校"), [], [])
    assert table["reported"].tolist() == ["nothing"]
