"""The cover of a unit's papers: what is inside, counts, and room for the seals (四, D13, D15; F19)."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ce_toolkit.escaping import keep_as_text, printable
from ce_toolkit.publish.unit.year import UnitYear
from ce_toolkit.publish.workbook.paper import on_one_page
from ce_toolkit.rules.pack import Pack
from ce_toolkit.rules.reasons import plain
from ce_toolkit.workflow.late import DONE

TITLE = "继续教育学时登记、审核、认定材料"
BLANK_DAY = "年　　月　　日"
_SEAL = 118  # points: room for a round seal of 42 mm


@dataclass(frozen=True)
class Seal:
    """A box for a seal: whose, and who signs beside it."""

    whose: str
    signs: str


@dataclass(frozen=True)
class Cover:
    """What stands on a cover."""

    title: str
    facts: Mapping[str, str]
    seals: tuple[Seal, ...]
    notes: tuple[str, ...]


def cover(unit: UnitYear, pack: Pack, *, city: str, source: str, marked: str = "") -> Cover:
    """The cover of a unit's papers. ``city``: the office that recognises; ``source``: notice, day, edition."""
    people, claims = unit.people, unit.claims
    done = claims[(claims["awaits"] == DONE) & (claims["done"] > 0)]
    hours = sum(done["done"], start=people["done"].iloc[0] * 0)
    states = people["status"].astype("str").value_counts()
    batches = sorted({each for told in people["batch"].dropna() for each in str(told).split("、")})
    facts = {
        "单位": unit.unit,
        "年度": f"{pack.time.year} 年度",
        "人数": f"{len(people)} 人：" + "，".join(
            f"{name} {states.get(key, 0)}" for key, name in _STATES.items() if states.get(key, 0)
        ),
        "可登记": pack.in_unit(f"{len(done)} 项，{plain(hours)} 学时"),
        "认定批次": "、".join(batches) or "尚未认定",
        "审核单位": unit.office or "尚未确定",
        "认定单位": city,
        "材料": "证书登记清单、登记明细、个人学时、未达标名单（工作簿）；个人学时单（打印页）",
        "依据": source.removeprefix("依据："),
    }  # fmt: skip
    seals = (
        Seal("审核单位（公章）", "审核人（签字）"),
        Seal(f"{city}专业技术人员继续教育专用章", "认定人（签字）"),
        Seal("用人单位签收（公章）", "继续教育工作负责人（签字）"),
    )
    return Cover(f"{marked}{pack.time.year}年度专业技术人员{TITLE}", facts, seals, _NOTES)


_STATES = {"met": "达标", "open": "待定", "not_met": "未达标", "out_of_scope": "不在范围"}
_NOTES = (
    "本材料含姓名和证书编号，只发给本单位；请妥善保管，个人学时单交给本人。",
    "请按证书登记清单在继续教育证书上登记填写；审核栏由审核单位盖章，验审意见栏由市人社局盖继续教育专用章。",
)


def write_cover(told: Cover, path: Path) -> Path:
    """Write the cover as a workbook of one upright A4 page, and return its place."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.title = "封面"
    sheet.append([printable(told.title)])
    for name, value in told.facts.items():
        sheet.append([name, printable(value)])
    for seal in told.seals:
        sheet.append([seal.whose, f"{seal.signs}：\n\n\n{BLANK_DAY}"])
    for note in told.notes:
        sheet.append([note])
    keep_as_text(sheet)
    _dress(sheet, len(told.facts), len(told.seals))
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path


def _dress(sheet: Any, facts: int, seals: int) -> None:
    from openpyxl.styles import Alignment, Border, Font, Side

    thin = Side(style="thin", color="666666")
    for number in range(2, 2 + facts + seals):
        for cell in sheet[number][:2]:
            cell.border = Border(top=thin, bottom=thin, left=thin, right=thin)
            cell.alignment = Alignment(vertical="center", wrap_text=True)
        is_seal = number >= 2 + facts
        lines = -(-_width(str(sheet.cell(number, 2).value)) // 60)
        sheet.row_dimensions[number].height = _SEAL if is_seal else max(24, 16 * lines)
        sheet.cell(number, 1).font = Font(bold=True)
        if is_seal:
            sheet.cell(number, 2).alignment = Alignment(vertical="bottom", horizontal="right", wrap_text=True)
    for number in (1, *range(2 + facts + seals, sheet.max_row + 1)):
        sheet.merge_cells(start_row=number, start_column=1, end_row=number, end_column=2)
        sheet.cell(number, 1).alignment = Alignment(
            horizontal="center" if number == 1 else "left", vertical="center", wrap_text=True
        )
        sheet.row_dimensions[number].height = 44 if number == 1 else 32
    on_one_page(sheet, widths=(30, 62), title_size=15)


def _width(text: str) -> int:
    return sum(2 if ord(sign) > 0x2E80 else 1 for sign in text)
