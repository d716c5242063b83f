"""The log of receipt: days of files, and what came on paper."""

from datetime import date

from tests.intake.conftest import Inbox, enrolment, person

HEAD = "文件名,收到日期,填报单位,纸质日期,盖章,纸质行数,校验码\n"


def _papers(inbox: Inbox, *lines: str, head: str = HEAD) -> tuple[list[tuple[object, ...]], list[str]]:
    """Lines about paper, and what is wrong with the log."""
    inbox.put("报名表.xlsx", enrolment(person(1)))
    inbox.put("收件登记.csv", (head + "\n".join(lines)).encode())
    batch = inbox.read()
    papers = batch.intake.papers.astype(object).where(batch.intake.papers.notna(), None)
    warned = [one["fix"] for one in batch.findings("F17") if one["severity"] == "warn"]
    return [tuple(row) for row in papers.to_numpy().tolist()], warned


def test_F17_paper_with_a_file_and_paper_alone(inbox: Inbox) -> None:
    papers, faults = _papers(inbox, "报名表.xlsx,2017-04-20,,2017.4.21,是,1,2222-2222", ",,某某学校,4月30日,否,12,")
    assert papers == [
        ("报名表.xlsx", "", date(2017, 4, 21), True, 1, "22222222", True),
        ("", "某某学校", None, False, 12, None, True),
    ]
    assert len(faults) == 1
    assert "第 3 行的纸质日期" in faults[0]  # no year is guessed


def test_F17_a_mistyped_code_is_told_at_once(inbox: Inbox) -> None:
    papers, faults = _papers(inbox, "报名表.xlsx,2017-04-20,,2017-04-21,是,1,2222 2223")
    assert papers[0][-2:] == ("2222 2223", False)
    assert "第 2 行的校验码抄写有误" in faults[0]


def test_E1_a_log_of_two_columns_tells_of_no_paper(inbox: Inbox) -> None:
    papers, faults = _papers(inbox, "报名表.xlsx,2017-04-20", head="文件名,收到日期\n")
    assert (papers, faults) == ([], [])
    assert str(inbox.read().intake.submissions["received_on"].iloc[0]) == "2017-04-20"


def test_columns_are_found_by_their_heads(inbox: Inbox) -> None:
    papers, _ = _papers(inbox, "是,3,报名表.xlsx,2017-04-20", head="公章,纸质行数,文件名,收到日期\n")
    assert papers == [("报名表.xlsx", "", None, True, 3, None, True)]


def test_a_line_of_neither_file_nor_unit_is_told(inbox: Inbox) -> None:
    papers, faults = _papers(inbox, ",,,2017-04-20,是,3,", "没有.xlsx,2017-04-20,,2017-04-20,是,3,")
    assert papers == []
    assert [fault[:9] for fault in faults] == ["收件登记第 2 行", "收件登记第 3 行"]
