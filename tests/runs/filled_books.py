"""Review workbooks as a reviewer fills them in: copies of what was handed out, among those that came back."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import openpyxl

from ce_toolkit.review.round_books import DAY, FORM, SEAL, SHEET


def fill_in(books: Iterable[Path], back: Path, *, on: date, verdict: str = "相符") -> None:
    """Give every claim of the workbooks one verdict, with day and seal, and put the copies into ``back``."""
    back.mkdir(parents=True, exist_ok=True)
    for path in books:
        book = openpyxl.load_workbook(path)
        sheet = book[SHEET]
        for ask in FORM.asks:
            sheet.cell(4, ask.column + 1).value = {DAY: on, SEAL: "是"}[ask.label]
        for row in range(FORM.head_row + 1, sheet.max_row + 1):
            if sheet.cell(row, 3).value:
                sheet.cell(row, FORM.heads.index("结论") + 1).value = verdict
        book.save(back / path.name)
