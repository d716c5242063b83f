"""Invented people planted in every form, field and fold of an inbox, and every way in which one of them may leak."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import Font

from ce_toolkit.runs.leaks import found_in
from tests.fixtures.books import full_claim, full_hours, keep, made, save
from tests.intake.conftest import EXAM_HEAD, HEAD, HOURS_HEAD, TITLE, Row, as_text, enrolment, person

NAME, SECOND, HELD, LONG = "丁试壹", "戊测贰", "己验叁", "阿依古丽·试验提"
NUMBER, OTHER = "0837140099901", "0837140099902"
PHONE, OFFICE, MAIL = "13900000000", "0534-2990000", "shiyi@example.com"
IDENTITY = "371402199001010000"
SECRETS = (NAME, SECOND, HELD, LONG, NUMBER, OTHER, PHONE, OFFICE, "shiyi@", IDENTITY, IDENTITY[:14], PHONE[:8])

FOOTER = f"继续教育工作负责人：{NAME}    办公电话：{OFFICE}    手机：{PHONE}    电子邮箱：{MAIL}"
UNIT = {"employer": "武城县试验中学"}


def plant(inbox: Path) -> None:
    """Files of the planted people, good and bad, in a county's inbox."""
    _enrolments(inbox)
    _hours(inbox)
    for name, data in _wrecks().items():
        keep(inbox, name, data)


def plant_exams(platforms: Path) -> None:
    """An export of a platform with the planted people, one of them with an identity number."""
    rows = [
        [NAME, UNIT["employer"], NUMBER, "2017", "2017-06-01", "90", "合格"],
        [SECOND, UNIT["employer"], IDENTITY, "2017", "2017-06-01", PHONE, "合格"],
        [HELD, UNIT["employer"], "", "2017", NAME, "90", MAIL],
    ]
    (platforms / f"{NAME}成绩.csv").write_bytes(as_text([EXAM_HEAD, *rows]).encode("utf-8-sig"))


def _enrolments(inbox: Path) -> None:
    head = [*HEAD, "身份证号", "手机", "邮箱", f"备注{NAME}", f"{PHONE}"]
    private = [IDENTITY, PHONE, MAIL, f"{NAME}已退休", NAME]
    rows: list[Row] = [
        [*person(1, NAME, certificate=NUMBER, **UNIT), *private],
        [*person(2, SECOND, certificate=IDENTITY, **UNIT), *private],
        [*person(3, LONG, certificate=OTHER, **UNIT), *private],
        [*person(4, f"{HELD}、{NAME}", certificate=NUMBER, **UNIT), *private],
        [*person(5, HELD, certificate=NUMBER, sex=NAME, series=PHONE, title=MAIL, **UNIT), *private],
        [6, "男", HELD, NAME, PHONE, IDENTITY, MAIL],
        ["", f"{HELD}：{PHONE}"],
    ]

    def change(sheet: Any) -> None:
        sheet.title = f"{NAME}的表"
        sheet["B4"].comment = Comment(f"{NAME}:\n{SECOND}电话{PHONE}，{MAIL}", NAME)
        sheet["B6"].font = Font(strike=True)
        hidden = sheet.parent.create_sheet(f"{SECOND}名单")
        hidden.sheet_state = "hidden"
        for row in enrolment(person(1, HELD, certificate=OTHER)):
            hidden.append(list(row))
        sheet.parent.create_sheet(f"{HELD}说明").append([f"{NAME} {PHONE}"])
        sheet.parent.properties.creator = NAME

    whole = [[f"{TITLE}（{NAME}填）"], [f"填报单位（公章）：{UNIT['employer']}", "", "", "", "", f"{NAME} 4 月 20 日"]]
    save(inbox, f"{NAME}{PHONE}报名表.xlsx", [*whole, head, *rows, [FOOTER]], change)
    save(inbox, f"{SECOND}的报名表(1).xlsx", [*whole, head, *rows, [FOOTER]], change)


def _hours(inbox: Path) -> None:
    mine = {"name": NAME, "certificate": NUMBER, **UNIT}
    odd = {
        "class": NAME, "kind": PHONE, "start": f"2017.5.2{NAME}", "end": MAIL, "days": NAME,
        "hours": f"约8，问{NAME}{PHONE}",
    }  # fmt: skip
    rows = [
        full_claim(1, **mine, title="讲座"),
        full_claim(2, **{**mine, **odd}, key=IDENTITY, proof=NAME, registered=PHONE),
        full_claim(3, **{**mine, "certificate": ""}, start="17.5.1", hours=PHONE),
        full_claim(4, **{**mine, "name": SECOND, "certificate": NUMBER}),
        full_claim(5, **{**mine, "name": LONG, "certificate": ""}),
        full_claim(7, **{**mine, "name": LONG.replace("·", ""), "certificate": ""}),
        full_claim(6, **mine, title=f"{NAME} {PHONE} {MAIL}"),
    ]
    save(inbox, f"学时-{NAME}.xlsx", full_hours(*rows), lambda sheet: setattr(sheet, "title", NAME))


def _wrecks() -> dict[str, bytes]:
    """Files that cannot be read, named after people and full of them."""
    whole = made(enrolment(person(1, NAME, certificate=NUMBER)))
    heads = [[NAME, "男", PHONE, IDENTITY], [SECOND, "女", OTHER, MAIL]]
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr(f"{NAME}/../{SECOND}.xlsx", whole)
    return {
        f"{NAME}断.xlsx": whole[: len(whole) // 2],
        f"{NAME}_无表头.xlsx": made(heads),
        f"{SECOND}乱码.csv": f"姓名,{NAME},{PHONE}\n".encode() + b"\xff\xfe\x80\x81,\n",
        f"~${NAME}表.xlsx": NAME.encode(),
        f"{NAME}.pdf": b"%PDF-1.4 " + NAME.encode(),
        f"{NAME}包.zip": package.getvalue(),
        f"重名-{NAME}.xlsx": made([[TITLE], [NAME], [*HOURS_HEAD, "姓名"], [1, NAME, "", NUMBER]]),
        f"{NAME}空.xlsx": b"",
    }


def leaks(folder: Path) -> dict[str, set[str]]:
    """File → which secrets are in it, for every file of a folder: its path, and its bytes unpacked and unescaped."""
    found = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        told = found_in("\n".join([path.relative_to(folder).as_posix(), *_texts(path)]), SECRETS)
        if told:
            found[path.relative_to(folder).as_posix()] = told
    return found


def _texts(path: Path) -> Iterator[str]:
    import html

    data = path.read_bytes()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            data = b"\n".join(archive.read(name) for name in archive.namelist())
        book = openpyxl.load_workbook(path) if path.suffix == ".xlsx" else None
        for sheet in book or ():
            yield "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None)
    text = data.decode("utf-8", errors="replace")
    yield text
    yield html.unescape(text)
    if path.suffix in {".json", ".ipynb"}:
        yield text.encode().decode("unicode_escape", errors="replace") if "\\u" in text else ""
