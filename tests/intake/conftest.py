"""Builds small folders of invented forms, written as units would send them, and reads them."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from ce_toolkit.intake import Intake, read_folder
from ce_toolkit.intake.report import as_json

TITLE = "2017 年度专业技术人员继续教育报名表"
UNIT = "填报单位（公章）：陵城区试验中学"
HEAD = ["序号", "姓名", "性别", "单位", "专业技术系列", "职称", "继续教育证书编号"]
FOOTER = "继续教育工作负责人：甲某某    办公电话：0534-2000000    手机：13800000000    电子邮箱：unit@example.com"
HOURS_TITLE = "2017 年度专业技术人员继续教育学时登记表"
HOURS_HEAD = [
    "序号",
    "姓名",
    "单位",
    "继续教育证书编号",
    "学时类别",
    "具体形式",
    "项目名称",
    "开始日期",
    "结束日期",
    "授课天数",
    "申报学时",
]
EXAM_HEAD = ["学员姓名", "单位名称", "证书编号", "科目", "考试日期", "成绩", "考试结果"]

Row = Sequence[Any]


def person(number: int, name: str = "", **changed: Any) -> list[Any]:
    """A row of the enrolment form."""
    names = ["丁一郎", "戊二妹", "己三省", "庚四维", "辛五谷", "壬六艺", "癸七夕", "子八方", "丑九州", "寅十全"]
    row = {
        "serial": number,
        "name": name or names[(number - 1) % len(names)],
        "sex": "男",
        "employer": "陵城区试验中学",
        "series": "中小学教师",
        "title": "一级教师",
        "certificate": f"08371400{number:05d}",
    }
    return list({**row, **changed}.values())


def claim(number: int, **changed: Any) -> list[Any]:
    """A row of the hours form."""
    row = {
        "serial": number,
        "name": "丁一郎",
        "employer": "陵城区试验中学",
        "certificate": "0837140000001",
        "class": "培训进修",
        "kind": "专题讲座",
        "title": f"讲座{number}",
        "start": "2017.5.1",
        "end": "2017.5.2",
        "days": 2,
        "hours": 12,
    }
    return list({**row, **changed}.values())


def enrolment(*rows: Row, title: str = TITLE, unit: str = UNIT, head: Row = HEAD, footer: str = FOOTER) -> list[Row]:
    """Rows of a whole enrolment form."""
    return [[title], [unit, "", "", "", "", "4 月 20 日"], head, *rows, [footer]]


def hours(*rows: Row, head: Row = HOURS_HEAD) -> list[Row]:
    """Rows of a whole hours form."""
    return [[HOURS_TITLE], [UNIT], head, *rows, [FOOTER]]


def book(*rows: Row) -> openpyxl.Workbook:
    """A workbook with one sheet."""
    workbook = openpyxl.Workbook()
    add(workbook.active, rows)
    return workbook


def add(sheet: Any, rows: Sequence[Row]) -> None:
    """Write rows to a sheet; blank cells stay empty."""
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            if value not in ("", None):
                sheet.cell(number, column, value)


def as_bytes(workbook: openpyxl.Workbook) -> bytes:
    """The workbook's file."""
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def as_text(rows: Sequence[Row], delimiter: str = ",") -> str:
    """Rows as delimited text."""
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter).writerows(rows)
    return buffer.getvalue()


class Inbox:
    """A folder to fill and to read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, name: str, what: Sequence[Row] | openpyxl.Workbook | bytes) -> Path:
        """Put a file in: rows or a workbook as .xlsx, bytes as they are."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(what, bytes):
            path.write_bytes(what)
        else:
            path.write_bytes(as_bytes(what if isinstance(what, openpyxl.Workbook) else book(*what)))
        return path

    def read(self, *, year: int = 2017, jobs: int = 1) -> "Result":
        """Read the folder."""
        return Result(read_folder(self.folder, year=year, jobs=jobs))


class Result:
    """An intake with shorter ways to ask."""

    def __init__(self, intake: Intake) -> None:
        self.intake = intake
        self.files = {one["name"]: one for one in as_json(intake, full=True)["files"]}

    @property
    def one(self) -> dict[str, Any]:
        """The only file."""
        (file,) = self.files.values()
        return file

    @property
    def counts(self) -> tuple[int, int, int]:
        """Rows accepted, held and skipped of the only file, proved to sum to the rows read."""
        counts = tuple(self.one[name] for name in ("rows_accepted", "rows_held", "rows_skipped"))
        assert sum(counts) == self.one["rows_read"]
        return counts

    def findings(self, code: str) -> list[dict[str, Any]]:
        """Findings of that code in all files."""
        data = self.intake.findings
        return data[data["code"] == code].to_dict("records")

    def finding(self, code: str) -> dict[str, Any]:
        """The only finding of that code."""
        (found,) = self.findings(code)
        return found


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    return Inbox(tmp_path / "收件")
