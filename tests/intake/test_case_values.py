"""What the cases of rows and cells are read as, where they are accepted: the values themselves, in the files' order."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from ce_toolkit.intake import Intake, read_folder
from ce_toolkit.intake.comments import comments_of
from ce_toolkit.intake.looks import looks_of, struck_cells
from tests.fixtures.registry import cases

LONG = "阿卜杜热合曼·艾合买提"
READ: dict[tuple[str, str, str], list[Any]] = {
    ("MR4", "enrolments", "name"): ["丁一郎"],
    ("MR7", "enrolments", "name"): ["庚四维", "辛五谷", "壬六艺", "癸七夕"],
    ("MR9", "enrolments", "name"): [LONG],
    ("MC1", "hours", "hours"): ["12.00", "12.50", "12.00", "12.00", "12.00", "12.00", "12.00"],
    ("MC1", "hours", "certificate_no"): [*["0837140000001"] * 6, "0837140000007"],
    ("MC1", "hours", "name"): [*["丁一郎"] * 6, "Ａ丁一"],
    ("MC2", "enrolments", "name"): ["丁一", "戊二", "己三", "庚四维", "辛五谷", "壬六艺", "癸七夕"],
    ("MC3", "enrolments", "name"): [*[LONG] * 8, "丁·一", "戊.二", "John Smith"],
    ("MC4", "enrolments", "name"): ["人大伟", "马小龙", "㛃𠮷䶮", "㊣明"],
    ("MC5", "enrolments", "certificate_no"): ["837140000001", "12345"],
    ("MC6", "enrolments", "certificate_no"): ["0012", "0837140000002", "0013"],
    ("MC7", "hours", "hours"): ["8.00"] * 4,
    ("MC8", "hours", "hours"): ["0.00", "24.00", "1200.00"],
    ("MC10", "hours", "start"): ["2017-05-01"] * 9,
    ("MC11", "hours", "start"): ["2017-05-01"] * 6,
    ("MC11", "hours", "end"): ["2017-05-03"] * 3 + ["2017-05-08"] * 2 + ["2017-06-02"],
    ("MC11", "hours", "days"): [None] * 3 + ["2", "2", "4"],
    ("MC11", "hours", "dates"): [
        None, None, None, "2017-05-01 2017-05-08", "2017-05-01 2017-05-08",
        "2017-05-01 2017-05-02 2017-05-03 2017-06-02",
    ],
    ("MC12", "hours", "start"): ["2017-05-01", "2017-05-01", "2017-05-01", "2017-05-01", "2016-12-31"],
    ("MC14", "enrolments", "name"): ["丁一郎", "戊二妹", "己三省", "庚四维", "Na", "NA"],
    ("MC15", "enrolments", "sex"): ["男", "男", "男", None, "男", "男", "男", "男"],
    ("MC15", "hours", "class"): ["training", "output", "self_study"],
    ("MC16", "hours", "title"): [
        "=1+1", "+cmd", "-1+1", "@SUM(A1)", "铃声", "长" * 400, "讲座😀", "<script>alert(1)</script>", "批注",
    ],
    ("MC16", "hours", "comment"): [None] * 8 + ["K12：实为 10 学时，丁一郎已说明"],
}  # fmt: skip


def _read(case_id: str, folder: Path) -> Intake:
    case = cases()[case_id]
    case.write(folder)
    return read_folder(folder, year=case.year, jobs=0)


@pytest.mark.parametrize(("case_id", "form", "column"), READ)
def test_accepted_rows_read_as(case_id: str, form: str, column: str, tmp_path: Path) -> None:
    values = getattr(_read(case_id, tmp_path), form)[column].astype(object)
    assert [None if pd.isna(value) else str(value) for value in values] == READ[case_id, form, column]


def test_a_correction_tells_what_was_and_what_became_of_it(tmp_path: Path) -> None:
    log = _read("MC1", tmp_path).findings.set_index("cell")[["shown", "became"]]
    assert log.loc["K5"].tolist() == ["１２．５", "12.5"]
    assert log.loc["H7"].tolist() == ["２０１７．５．１", "2017-05-01"]
    assert log.loc["D8"].tolist() == ["＊＊０１", "＊＊01"]


def test_held_rows_of_hours_forms_are_handed_on_without_what_is_at_fault(tmp_path: Path) -> None:
    waiting = _read("MC9", tmp_path).waiting
    assert waiting["name"].tolist() == ["丁一郎"] * 3
    assert waiting["hours"].isna().all()
    assert waiting["class"].astype("str").tolist() == ["training"] * 3


def test_no_case_shows_a_name_or_number_in_its_findings(tmp_path: Path) -> None:
    told = []
    for case_id in (case_id for case_id in cases() if case_id.startswith(("MR", "MC"))):
        folder = tmp_path / case_id
        folder.mkdir()
        told.append(_read(case_id, folder).findings.to_csv())
    text = "\n".join(told)
    secrets = ["丁一郎", "戊二妹", "己三省", "甲某某", "阿卜杜", "0837140000001", "371402199001011", "13800000000"]
    assert [secret for secret in secrets if secret in text] == []


def test_MR7_a_struck_part_of_a_shared_text_strikes_its_cell() -> None:
    archive = _Parts(
        {
            "xl/sharedStrings.xml": "<sst><si><t>甲</t></si><si><r><rPr><strike/></rPr><t>乙</t></r></si></sst>",
            "xl/styles.xml": '<fonts><font><strike val="0"/></font></fonts><cellXfs><xf fontId="0"/></cellXfs>',
        }
    )
    sheet = b'<c r="B4" s="0" t="s"><v>0</v></c><c r="B5" t="s"><v>1</v></c><c r="B6"><v>1</v></c>'
    assert struck_cells(sheet, looks_of(archive)) == {(b"B", b"5")}  # type: ignore[arg-type]


def test_MC16_comments_are_read_without_their_author_wherever_they_lie() -> None:
    relation = '<Relationship Type="http://x/relationships/comments" Target="{}"/>'
    said = "<t>甲某:</t><t>已调&amp;走</t>"
    text = f'<authors><author>甲某</author></authors><comment ref="C5" authorId="0">{said}</comment>'
    for target, part in (("../comments1.xml", "xl/comments1.xml"), ("/xl/notes/c.xml", "xl/notes/c.xml")):
        rels = {"xl/worksheets/_rels/sheet1.xml.rels": relation.format(target), part: text}
        assert comments_of(_Parts(rels), "xl/worksheets/sheet1.xml") == {("C", "5"): "已调&走"}  # type: ignore[arg-type]


class _Parts(dict[str, str]):
    """Parts of a package, as an archive gives them."""

    def namelist(self) -> list[str]:
        return list(self)

    def read(self, part: str) -> bytes:
        return self[part].encode()
