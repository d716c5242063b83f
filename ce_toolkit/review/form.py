"""What a workbook for reviewers is made of: locked columns, what a reviewer fills in, drop-downs, a check of each cell.

The sheets of a sample and the workbooks of a full review are forms of one make, written by ``form_writing`` and read
back by ``form_reading``.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

OPEN = ("认定学时", "结论", "差错原因", "证据类型", "备注")
VERDICTS = ("相符", "部分认定", "不予认定", "证据缺失", "无法核实")
ERRORS = ("学时填多", "学时填少", "日期不符", "姓名不符", "无批准备案", "重复申报", "证明无效", "其他")
EVIDENCE = ("培训证书", "鉴定证书", "论文著作", "其他")
YES_NO = ("是", "否")
CHOICES: Mapping[str, tuple[str, ...]] = {"结论": VERDICTS, "差错原因": ERRORS, "证据类型": EVIDENCE}
LISTS, FACTS = "选项", "元数据"
REGISTERED = "登记学时"
VERSION = "2"


@dataclass(frozen=True)
class Ask:
    """What is answered once a sheet, above the heads: in the cell right of ``label``; ``kind``: date or yes_no."""

    label: str
    kind: str
    column: int


@dataclass(frozen=True)
class Form:
    """A kind of workbook.

    ``sheet``: its name; ``locked``: heads of the columns that are not filled in, with ``key`` the one that says which
    row it is; ``widths`` of all columns; ``spread``: columns of sentences, the others are centred; ``most``: how many
    times the registered hours a reviewer may put; ``item``: what a row is called; ``stranger``: what is said of a row
    that was never sent; ``feet``: column and text of what is signed below; ``filtered``: whether rows may be filtered.
    """

    sheet: str
    key: str
    locked: tuple[str, ...]
    widths: tuple[float, ...]
    spread: frozenset[str]
    item: str
    stranger: str
    most: int = 2
    asks: tuple[Ask, ...] = ()
    filtered: bool = False
    feet: tuple[tuple[int, str], ...] = field(default=())

    @property
    def heads(self) -> tuple[str, ...]:
        """All heads in order."""
        return (*self.locked, *OPEN)

    @property
    def head_row(self) -> int:
        """The row of the heads: title, note and source stand above, and what is asked once."""
        return 5 if self.asks else 4

    def letter(self, head: str) -> str:
        """The letter of a column."""
        from openpyxl.utils import get_column_letter

        return str(get_column_letter(self.heads.index(head) + 1))


def cell_text(value: Any) -> str:
    """A cell's value as its check is taken: numbers without trailing zeros, text without breaks and blanks."""
    if value is None:
        return ""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"{value:.10g}"
    return "".join(str(value).split())


def cell_check(key: str, column: str, value: Any) -> str:
    """Six hex digits over a locked cell: enough to tell that somebody typed into it."""
    return hashlib.sha256(f"{key}\n{column}\n{cell_text(value)}".encode()).hexdigest()[:6]
