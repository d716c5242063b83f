"""The list of what to mend, cell by cell: the page an office sends back to units."""

import pandas as pd

from ce_toolkit.publish.labels import in_chinese
from ce_toolkit.publish.workbook.book import Page

_COLUMNS = ("severity", "code", "file", "sheet", "cell", "shown", "wanted", "fix", "clause")
_ASKED = ("refuse", "hold", "warn")


def mending_page(findings: pd.DataFrame, *, place: str) -> Page:
    """Every finding that asks for something, by file and cell, masked; what mended itself is left out."""
    asked = findings[findings["severity"].astype("str").isin(_ASKED)]
    rank = asked["severity"].astype("str").map({name: number for number, name in enumerate(_ASKED)})
    ordered = asked.assign(rank=rank).sort_values(["file", "rank", "sheet", "cell"], kind="stable")
    table = ordered[list(_COLUMNS)].astype("str").fillna("")
    notes = ["退回、待补的更正后重报即计入；提醒不影响计数。所填内容中的姓名和编号已遮盖；本清单只供更正，不对外公布。"]
    return Page("更正清单", f"{place}收件更正清单", in_chinese(table), notes=notes)
