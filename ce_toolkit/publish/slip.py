"""上报确认单: one A4 page that goes with a unit's sealed form, so that an office can tell that paper and file agree.

It carries counts and the check code of the rows, and nobody's name or number (F17–F19).
"""

import html
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import pandas as pd

from ce_toolkit.errors import InputError
from ce_toolkit.intake import Intake
from ce_toolkit.intake.check_code import spaced
from ce_toolkit.intake.self_check import ready
from ce_toolkit.publish.labels import WORDS
from ce_toolkit.publish.page import page
from ce_toolkit.publish.workbook.paper import on_one_page
from ce_toolkit.registers.calendar import Calendar
from ce_toolkit.rules.pack import Pack

TITLE = "上报确认单"
_COMPARED = ("行数", "校验码")
_BLANK = "年　　月　　日"
_HOW = (
    "请与加盖公章的纸质报名表一起报送；电子版交出后若有改动，须重新检查并重打本单。",
    "校验码八位，由各行内容算出，与文件格式、行的先后和样式无关；没有数字0、1和字母I、L、O。",
)


@dataclass(frozen=True)
class Slip:
    """What stands on a slip: facts of the file in order, and what reception fills in by hand."""

    title: str
    facts: Mapping[str, str]
    by_hand: tuple[str, ...] = ("收到日期", "纸质行数", "已盖公章（是／否）", "校验码相符（是／否）", "接收人")


def slip(row: Mapping[str, Any], pack: Pack, *, recipient: str, calendar: Calendar | None = None) -> Slip:
    """The slip of a file (a row of submissions) of which every row was accepted.

    Raises InputError where rows are held or the file was sent back: there is nothing to confirm yet.
    """
    if not ready(row):
        raise InputError(f"{row['file']} 还有要更正的地方，不能出上报确认单；请按问题更正后再查一遍。")
    unit = row["filing_unit"]
    repeated = int(row["rows_filled"]) - int(row["rows_accepted"])
    count = f"{row['rows_filled']} 行" + (f"（其中重复 {repeated} 行，只计一次）" if repeated else "")
    deadline = _deadline(pack, calendar) if row["form"] == "enrolment" else {}
    facts = {
        "填报单位": "" if pd.isna(unit) else unit,
        "表种": WORDS["form"][row["form"]],
        "年度": f"{pack.time.year} 年度",
        "电子版文件": row["file"],
        "行数": count,
        "校验码": spaced(row["check_code"]),
        "报送": recipient,
        **deadline,
        "依据": pack.notice,
    }
    return Slip(f"{pack.time.year} 年度专业技术人员继续教育{TITLE}", facts)


def _deadline(pack: Pack, calendar: Calendar | None) -> dict[str, str]:
    last = pack.windows["enrolment"].last
    before = calendar.last_working_day(last) if calendar else last
    hint = f"（当天不上班，此前最后一个工作日是 {before}）" if before != last else ""
    return {"截止": f"{last}{hint}"}


def write_slip(told: Slip, path: Path) -> Path:
    """Write a slip as ``.html`` (opens and prints anywhere) or ``.xlsx``, by the ending of ``path``.

    Raises InputError for another ending or a place that cannot be written.
    """
    writers = {".html": _write_page, ".xlsx": _write_sheet}
    if path.suffix.lower() not in writers:
        raise InputError(f"{path}：上报确认单只能写成 .html 或 .xlsx 文件。")
    try:
        writers[path.suffix.lower()](told, path)
    except OSError:
        raise InputError(f"{path}：无法写入，请检查文件夹是否存在、文件是否正在打开。") from None
    return path


def slip_html(told: Slip) -> str:
    """The slip as the body of a page."""
    rows = "".join(
        f"<tr><th>{html.escape(name)}</th><td{_STRONG if name in _COMPARED else ''}>{html.escape(value)}</td></tr>"
        for name, value in told.facts.items()
    )
    hand = "".join(f"<tr><th>{html.escape(name)}</th><td></td></tr>" for name in told.by_hand)
    notes = "".join(f"<li>{html.escape(note)}</li>" for note in _HOW)
    return f"""<div class="slip">
<h1>{html.escape(told.title)}</h1>
<table>{rows}</table>
<div class="seal"><p>填报单位（公章）</p><p>继续教育工作负责人（签字）：</p><p>{_BLANK}</p></div>
<h2>以下由接收部门填写</h2>
<table class="hand">{hand}</table>
<ul>{notes}</ul>
</div>"""


class Confirmation:
    """The slips of an intake as a notebook shows them; where a file is not ready it says so instead."""

    def __init__(self, slips: Mapping[str, Slip], waiting: Sequence[str]) -> None:
        self.slips, self.waiting = slips, waiting

    def __repr__(self) -> str:
        facts = ["；".join(f"{name} {value}" for name, value in told.facts.items()) for told in self.slips.values()]
        return "\n".join([*facts, *self._said()])

    def _repr_html_(self) -> str:
        said = "".join(f"<p>{html.escape(line)}</p>" for line in self._said())
        return _STYLE + "".join(map(slip_html, self.slips.values())) + said

    def _said(self) -> Iterator[str]:
        yield from (f"{file}：还有要更正的地方，更正后再出上报确认单。" for file in self.waiting)

    def write(self, place: Callable[[str], Path]) -> None:
        """Write every slip as a page and as a workbook; ``place`` gives the path of a file name."""
        for file, told in self.slips.items():
            stem = f"{TITLE}-{PurePosixPath(file).stem}" if len(self.slips) > 1 else TITLE
            write_slip(told, place(f"{stem}.html"))
            write_slip(told, place(f"{stem}.xlsx"))


def confirmation(batch: Intake, pack: Pack, *, recipient: str, calendar: Calendar | None = None) -> Confirmation:
    """A slip for every file of which every row counts, and the names of the others."""
    rows = batch.submissions.to_dict("records")
    slips = {row["file"]: slip(row, pack, recipient=recipient, calendar=calendar) for row in rows if ready(row)}
    return Confirmation(slips, [row["file"] for row in rows if not ready(row)])


_STRONG = ' class="strong"'
_STYLE = """<style>
.slip h1 { text-align: center; font-size: 1.5rem; }
.slip table { width: calc(100% - 2px); }
.slip th { width: 13em; white-space: nowrap; background: #f3f5f8; }
.slip td.strong { font-size: 1.35rem; font-weight: 600; letter-spacing: .12em; }
.slip td, .slip th { text-align: left !important; }
.slip .seal { height: 52mm; border: 1px dashed #8a93a2; margin: 1rem 0; padding: .4rem .8rem; display: flex;
  flex-direction: column; justify-content: space-between; }
.slip .seal p:last-child { text-align: right; }
.slip .hand td { height: 2.1em; }
.slip ul { font-size: .82rem; padding-left: 1.2em; }
</style>"""


def _write_page(told: Slip, path: Path) -> None:
    path.write_text(page(told.title, _STYLE + slip_html(told)), encoding="utf-8")


def _write_sheet(told: Slip, path: Path) -> None:
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Border, Font, Side

    book = Workbook()
    sheet = book.active
    sheet.title = TITLE
    seal = {"填报单位（公章）": "", "继续教育工作负责人（签字）": "", "日期": _BLANK}
    lines = [*told.facts.items(), *seal.items(), ("以下由接收部门填写", ""), *((name, "") for name in told.by_hand)]
    sheet.append([told.title])
    for line in lines:
        sheet.append(line)
    for note in _HOW:
        sheet.append([note])
    thin = Side(style="thin", color="888888")
    for number, (name, _) in enumerate(lines, start=2):
        for cell in sheet[number][:2]:
            cell.border = Border(top=thin, bottom=thin, left=thin, right=thin)
            cell.alignment = Alignment(vertical="center", wrap_text=True)
            cell.data_type = "s"
        sheet.row_dimensions[number].height = 130 if "公章）" in name and name in seal else 26
        if name in _COMPARED:
            sheet.cell(number, 2).font = Font(size=16, bold=True)
    _lay_out(sheet, len(lines))
    book.save(path)


def _lay_out(sheet: Any, lines: int) -> None:
    """One A4 page, upright, title and notes across both columns."""
    from openpyxl.styles import Alignment

    for number in (1, *range(lines + 2, sheet.max_row + 1)):
        sheet.merge_cells(start_row=number, start_column=1, end_row=number, end_column=2)
        sheet.cell(number, 1).alignment = Alignment(horizontal="center" if number == 1 else "left", wrap_text=True)
        sheet.row_dimensions[number].height = 34
    on_one_page(sheet, widths=(28, 58), title_size=16)
