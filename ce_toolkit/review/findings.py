"""One thing that does not agree: where it stands, what was found, what is wanted and how to mend it."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

STOP, OPEN, NOTE = "stop", "open", "note"
GRAVITY = {STOP: "整份不用", OPEN: "该行待补", NOTE: "提示"}


@dataclass(frozen=True)
class Finding:
    """A finding on a review file.

    ``gravity``: ``stop`` (nothing of the file is used), ``open`` (the row counts as not reviewed) or ``note`` (what is
    used is right, but somebody should know). ``cell`` is an address such as K12, or blank for a whole sheet.
    """

    code: str
    gravity: str
    file: str
    sheet: str
    cell: str
    found: str
    wanted: str
    fix: str

    @property
    def sentence(self) -> str:
        """The finding in one Chinese sentence."""
        place = "".join(f"［{part}］" for part in (self.file, self.sheet, self.cell) if part)
        return f"{place}{self.found}；{self.wanted}；{self.fix}。"


def findings_table(findings: Sequence[Finding]) -> pd.DataFrame:
    """Findings as a table with Chinese heads: 程度, 文件, 工作表, 单元格, 发现, 要求, 处理, 编号."""
    heads = ("程度", "文件", "工作表", "单元格", "发现", "要求", "处理", "编号")
    rows = [
        (GRAVITY[one.gravity], one.file, one.sheet, one.cell, one.found, one.wanted, one.fix, one.code)
        for one in findings
    ]
    return pd.DataFrame(rows, columns=list(heads))
