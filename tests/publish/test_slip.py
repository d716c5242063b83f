"""The slip that goes with the sealed form, and the sheets and warnings on who has reported what."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

from ce_toolkit.errors import InputError
from ce_toolkit.intake.self_check import check
from ce_toolkit.publish import confirmation, route_warning, slip, write_slip
from ce_toolkit.registers.calendar import Calendar
from ce_toolkit.rules import Pack
from tests.intake.conftest import Inbox, enrolment, person

MAY_DAY = Calendar(2017, "通知", frozenset([date(2017, 4, 29), date(2017, 4, 30)]), frozenset())
PEOPLE = (person(1), person(2), person(2))


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    return Inbox(tmp_path / "收件")


def test_N1_F16_F17_F19_what_stands_on_a_slip(inbox: Inbox, pack: Pack) -> None:
    batch = check(inbox.put("报名表.xlsx", enrolment(*PEOPLE)), year=2017)
    row = batch.submissions.to_dict("records")[0]
    facts = slip(row, pack, recipient="市人社局专技处", calendar=MAY_DAY).facts
    assert facts == {
        "填报单位": "陵城区试验中学", "表种": "报名表", "年度": "2017 年度", "电子版文件": "报名表.xlsx",
        "行数": "3 行（其中重复 1 行，只计一次）", "校验码": f"{row['check_code'][:4]} {row['check_code'][4:]}",
        "报送": "市人社局专技处", "截止": "2017-04-30（当天不上班，此前最后一个工作日是 2017-04-28）",
        "依据": "德人社字〔2017〕51号",
    }  # fmt: skip


def test_T16_one_upright_page_with_room_for_the_seal_and_nobody_named(inbox: Inbox, pack: Pack, tmp_path: Path) -> None:
    batch = check(inbox.put("报名表.xlsx", enrolment(*PEOPLE)), year=2017)
    written: list[Path] = []
    confirmation(batch, pack, recipient="专技处").write(lambda name: written.append(tmp_path / name) or written[-1])
    assert [path.name for path in written] == ["上报确认单.html", "上报确认单.xlsx"]
    page, sheet = written[0].read_text("utf-8"), load_workbook(written[1]).active
    text = "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value)
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == (
        9,
        "portrait",
        1,
    )
    for told in (page, text):
        assert "填报单位（公章）" in told
        assert batch.submissions["check_code"].iloc[0][:4] in told
        assert PEOPLE[0][1] not in told
        assert PEOPLE[0][-1] not in told


def test_a_file_with_rows_held_gets_none(inbox: Inbox, pack: Pack, tmp_path: Path) -> None:
    batch = check(inbox.put("报名表.xlsx", enrolment(person(1), person(2, name="张三、李四"))), year=2017)
    with pytest.raises(InputError, match="还有要更正的地方"):
        slip(batch.submissions.to_dict("records")[0], pack, recipient="专技处")
    shown = confirmation(batch, pack, recipient="专技处")
    assert "报名表.xlsx：还有要更正的地方" in repr(shown)
    assert "校验码" not in shown._repr_html_().split("</style>")[1]


@pytest.mark.parametrize("name", ["单.pdf", "没有这个文件夹/单.html"])
def test_where_a_slip_cannot_be_written_is_told(inbox: Inbox, pack: Pack, tmp_path: Path, name: str) -> None:
    batch = check(inbox.put("报名表.xlsx", enrolment(person(1))), year=2017)
    told = slip(batch.submissions.to_dict("records")[0], pack, recipient="专技处")
    with pytest.raises(InputError, match="单"):
        write_slip(told, tmp_path / name)


def test_D8_units_without_a_reviewer_are_told_loudly() -> None:
    none = pd.DataFrame({"unit": [], "unit_kind": [], "area": []}, dtype="str")
    some = pd.DataFrame({"unit": ["某<公司>"], "unit_kind": ["大企业"], "area": ["市直"]}, dtype="str")
    assert "都有审核单位" in route_warning(none)._repr_html_()
    loud = route_warning(some)._repr_html_()
    assert "有 1 个单位没有确定审核单位" in loud
    assert "某&lt;公司&gt;" in loud
