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
    told = invented(*(cells[head].value for head in ("单元编号", "登记学时", "类别")))
    for head, value in told.items():
        cells[head].value = value


def invented(key: Any, registered: Any, name: Any) -> dict[str, Any]:
    """What the invented reviewer finds of a claim by its key, declared hours and class: always the same."""
    lot = int(hashlib.sha256(str(key).encode()).hexdigest(), 16) % 100
    told = float(registered)
    answer = {"证据类型": _EVIDENCE.get(str(name), "培训证书"), "备注": _NOTE}
    if lot < _PARTLY and told >= 1:
        return answer | {"结论": "部分认定", "认定学时": told // 2 or 0.5, "差错原因": "学时填多"}
    if lot < _REFUSED:
        return answer | {"结论": "不予认定", "差错原因": "证明无效"}
    return answer | {"结论": "证据缺失" if lot < _MISSING else "相符"}
