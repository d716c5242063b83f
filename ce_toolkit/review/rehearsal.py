"""An invented reviewer: fills the review sheets of a demonstration, a few of a hundred records with something wrong."""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_NOTE = "示范填写"
_PARTLY, _REFUSED, _MISSING = 2, 3, 4  # of a hundred: below these
_EVIDENCE = {"成果论著": "论文著作"}


def fill_sheets(sheets: Iterable[Path], folder: Path) -> list[Path]:
    """Copies of review sheets in ``folder`` with every row filled in; the same rows always get the same verdicts."""
    from openpyxl import load_workbook

    filled = []
    for path in sheets:
        book = load_workbook(path)
        for sheet in book.worksheets:
            if sheet.sheet_state == "visible":
                _fill(sheet)
        filled.append(folder / path.name)
        book.save(filled[-1])
    return filled


def _fill(sheet: Any) -> None:
    heads: dict[str, int] = {}
    for row in sheet.iter_rows():
        if not heads:
            values = [cell.value for cell in row]
            heads = {str(value): place for place, value in enumerate(values)} if "单元编号" in values else {}
        elif row[heads["单元编号"]].value:
            _answer({head: row[place] for head, place in heads.items()})


def _answer(cells: dict[str, Any]) -> None:
    lot = int(hashlib.sha256(str(cells["单元编号"].value).encode()).hexdigest(), 16) % 100
    told = float(cells["登记学时"].value)
    cells["证据类型"].value = _EVIDENCE.get(str(cells["类别"].value), "培训证书")
    cells["备注"].value = _NOTE
    if lot < _PARTLY and told >= 1:
        cells["结论"].value, cells["认定学时"].value = "部分认定", told // 2 or 0.5
        cells["差错原因"].value = "学时填多"
    elif lot < _REFUSED:
        cells["结论"].value, cells["差错原因"].value = "不予认定", "证明无效"
    elif lot < _MISSING:
        cells["结论"].value = "证据缺失"
    else:
        cells["结论"].value = "相符"
