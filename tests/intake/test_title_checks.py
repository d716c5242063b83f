"""Series and titles are held against the table of titles, at their cells."""

from tests.intake.conftest import Inbox, claim, enrolment, hours, person


def _told(inbox: Inbox, *people: list[object]) -> list[tuple[str, str, str, str]]:
    inbox.put("表.xlsx", enrolment(*people))
    found = inbox.read().intake.findings
    found = found[found["code"].isin(["A5", "T9", "MC15"])]
    return [(row["code"], row["severity"], row["cell"], row["fix"]) for row in found.to_dict("records")]


def test_A5_a_series_that_nobody_knows_is_told_and_counted(inbox: Inbox) -> None:
    ((code, severity, cell, _),) = _told(inbox, person(1), person(2, series="风水堪舆", title="大师"))
    assert (code, severity, cell) == ("A5", "warn", "E5")
    assert len(inbox.read().intake.enrolments) == 2


def test_T9_a_title_of_another_series_is_told_with_those_of_its_own(inbox: Inbox) -> None:
    ((code, severity, cell, fix),) = _told(inbox, person(1, series="工程技术", title="一级教师"))
    assert (code, severity, cell) == ("T9", "warn", "F4")
    assert "高级工程师" in fix


def test_MC15_a_spelling_of_a_series_is_told_once_a_file(inbox: Inbox) -> None:
    told = _told(inbox, *(person(number, series="中教") for number in (1, 2)), person(3, series=" 中小学 教师"))
    assert [(code, severity, cell) for code, severity, cell, _ in told] == [("MC15", "auto", "E4")]
    assert "“中小学教师”" in told[0][3]


def test_A7_a_blank_series_or_title_is_no_fault_of_this_kind(inbox: Inbox) -> None:
    assert _told(inbox, person(1, title=None), person(2, series=None)) == []


def test_rows_that_do_not_count_are_not_picked_at(inbox: Inbox) -> None:
    """Two rows of one person that differ are held (MR4), and what is wrong with them is said there."""
    assert _told(inbox, person(1, series="风水"), person(1, serial=2, title="大师")) == []


def test_a_title_of_what_was_learnt_is_no_title_of_a_post(inbox: Inbox) -> None:
    inbox.put("学时.xlsx", hours(claim(1)))
    assert not set(inbox.read().intake.findings["code"]) & {"A5", "T9"}
