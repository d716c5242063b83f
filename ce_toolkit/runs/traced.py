"""``ce trace`` and ``ce.trace``: a published figure traced to people (masked), claims, files, sheets and cells."""

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from openpyxl.utils import column_index_from_string

from ce_toolkit.errors import InputError
from ce_toolkit.masking import mask_name, mask_place
from ce_toolkit.publish.labels import HEADS, in_chinese
from ce_toolkit.publish.shown import Shown
from ce_toolkit.registers import read_units
from ce_toolkit.rules import Pack, load_pack
from ce_toolkit.runs.parameters import CITY, StatisticsParameters, parameters_of
from ce_toolkit.runs.record import read_record
from ce_toolkit.runs.root import root, shown
from ce_toolkit.runs.session import Run
from ce_toolkit.runs.store import Store
from ce_toolkit.runs.year import CELLS, stored_year
from ce_toolkit.statistics.bases import bases
from ce_toolkit.statistics.catalogue import catalogue
from ce_toolkit.statistics.counting import counted
from ce_toolkit.statistics.described import Described
from ce_toolkit.statistics.tables import TOTAL
from ce_toolkit.statistics.tracing import Kept, Traced, behind

NOTEBOOK = "03_annual_statistics"
FIRST_ROW = 4
"""Row of the workbook's sheets on which a table's first row stands: below title, unit and heads."""
_A1 = re.compile(r"([A-Z]{1,2})([1-9]\d*)")
_FORMS = {
    "enrolment": "报名表", "hours_form": "学时登记表（不在报名表上）", "hours": "学时登记表", "exam": "考试成绩",
    "unit": "单位名录", "file": "收到的文件",
}  # fmt: skip


class Spot(NamedTuple):
    """Where a figure stands in a table: its row, from 0, and the name of its column."""

    row: int
    column: str


class TracedShown(Shown):
    """A trace as a notebook or a terminal shows it: one sentence, then the places, names and files masked."""

    def __init__(self, said: str, table: pd.DataFrame, *, most: int) -> None:
        super().__init__(table.head(most))
        left = len(table) - len(self.table)
        self.said = said + (f"以下列出前 {most} 处，另有 {left:,} 处。" if left > 0 else "")

    def __repr__(self) -> str:
        return f"{self.said}\n{super().__repr__()}"

    def _repr_html_(self) -> str:
        return f"<p>{self.said}</p>{super()._repr_html_()}"


def published_run(folder: Path) -> Run:
    """The statistics of a published run folder, such as ``reports/2017/371402``.

    Raises InputError where the folder holds no finished run of the year's statistics.
    """
    folder = folder if folder.is_absolute() else root() / folder
    record = read_record(folder) or {}
    given = record.get("parameters", {}).get(NOTEBOOK)
    if record.get("status") != "ok" or given is None:
        raise InputError(f"{shown(folder)}：不是已完成的运行文件夹；应如 reports/2017/371402，里面有 record.json。")
    params = parameters_of(NOTEBOOK, given)
    if not isinstance(params, StatisticsParameters):
        raise InputError(f"{shown(folder)}：不是年度统计的运行。")
    return Run(NOTEBOOK, params, Store(root() / params.store, params.year), folder)


def trace_cell(run: Run, table: str, cell: str) -> tuple[Traced, Pack]:
    """What stands behind one figure, whole and unmasked, with the pack it was judged by.

    ``table`` is a name or a sheet's tab (参训与达标); ``cell`` an address in that sheet (D5), or words of row and
    column (事业单位/达标, 合计/报名). Raises InputError where there is no such table or figure.
    """
    pack = load_pack(run.pack)
    described = _described(table, city=run.params.county == CITY)
    stored, units = stored_year(run), read_units(run.units)
    frames = bases(stored, units, pack, run.counties)
    made = counted(described, frames)
    spot = _spot(described, made.data, cell, pack)
    cells = run.store.load(run.params.county, CELLS)
    return behind(described, spot.row, spot.column, Kept(cells, stored, frames, pack)), pack


def trace(run: Run, table: str, cell: str, *, most: int = 20, hidden: bool = False) -> TracedShown:
    """A figure's trace, masked, its first ``most`` places; see ``trace_cell`` for ``table`` and ``cell``.

    Raises InputError for a figure that was hidden, since a notebook's page may be published; ``hidden`` asks for it.
    """
    found, pack = trace_cell(run, table, cell)
    if found.hidden and not hidden:
        raise InputError(f"表“{found.described.tab}”的 {cell} 公布时已隐去；请在内部用命令 ce trace 查看。")
    return TracedShown(_said(found, pack), masked(found, pack), most=most)


def masked(found: Traced, pack: Pack) -> pd.DataFrame:
    """The places behind a figure as they may be shown: names by their first character, files without names."""
    rows = found.rows
    number = pd.Series(pd.factorize(rows["person"])[0] + 1, index=rows.index).where(rows["person"].notna())
    table = pd.DataFrame(
        {
            "第几人": number.astype("Int64"),
            "name": rows["name"].map(mask_name, na_action="ignore"),
            "来源": rows["form"].map(_FORMS),
            "class": rows["class"],
            "hours": rows["hours"],
            "effect": rows["effect"].replace("", None),
            "reason": rows["reason"].replace("", None),
            "file": rows["file"].map(mask_place, na_action="ignore"),
            "sheet": rows["sheet"].map(mask_place, na_action="ignore"),
            "cell": rows["cell"],
        }
    )
    return in_chinese(table.loc[:, [name for name in table if table[name].notna().any()]], pack)


def _said(found: Traced, pack: Pack) -> str:
    words = [_word(key, found.facts[key], pack) for key in found.described.keys if key in found.facts] or [TOTAL]
    head = pack.in_unit(HEADS.get(found.column.name, found.column.name))
    value = f"{found.value / 100:,.2f}" if found.column.how == "hours" else f"{found.value:,}"
    hidden = "（公布时已隐去，只供内部核对）" if found.hidden else ""
    who = f"涉及 {found.people:,} 人、{found.claims:,} 项申报，" if found.rows["person"].notna().any() else ""
    return f"{found.described.tab}·{'、'.join(words)}·{head}：{value}{hidden}；{who}出自 {len(found.rows):,} 处。"


def _described(table: str, *, city: bool) -> Described:
    tables = catalogue(city=city)
    for described in tables:
        if table in {described.name, described.tab}:
            return described
    raise InputError(f"没有表“{table}”；可用的有：{'、'.join(one.tab for one in tables)}。")


def _spot(described: Described, data: pd.DataFrame, cell: str, pack: Pack) -> Spot:
    address = _A1.fullmatch(cell.strip().upper())
    row, column = _by_address(described, *address.groups()) if address else _by_words(described, data, cell, pack)
    if not 0 <= row < len(data) or column is None:
        raise InputError(
            f"表“{described.tab}”里没有单元格 {cell}；数从第 {FIRST_ROW} 行到第 {FIRST_ROW + len(data) - 1} 行，"
            f"第 {len(described.keys) + 1} 列到第 {len(described.heads)} 列。"
        )
    return Spot(row, column)


def _by_address(described: Described, letters: str, number: str) -> tuple[int, str | None]:
    place = column_index_from_string(letters) - 1
    inside = len(described.keys) <= place < len(described.heads)
    return int(number) - FIRST_ROW, described.heads[place] if inside else None


def _by_words(described: Described, data: pd.DataFrame, cell: str, pack: Pack) -> tuple[int, str | None]:
    *words, head = [part.strip() for part in cell.split("/")]
    names = {HEADS.get(name, name): name for name in described.heads[len(described.keys) :]}
    column = names.get(head) or (head if head in names.values() else None)
    keys = [[_word(key, word, pack) for key, word in zip(described.keys, row, strict=True)]
            for row in data[list(described.keys)].itertuples(index=False, name=None)]  # fmt: skip
    wanted = [*words, *[""] * (len(described.keys) - len(words))]
    return next((at for at, row in enumerate(keys) if row == wanted), -1), column


def _word(key: str, word: str, pack: Pack) -> str:
    shown_word: Any = in_chinese(pd.DataFrame({key: [word]}), pack).iloc[0, 0]
    return str(shown_word)


def as_json(found: Traced, pack: Pack) -> str:
    """A trace for programs, masked."""
    rows = masked(found, pack).to_dict("records")
    whole = {"table": found.described.name, "column": found.column.name, "facts": dict(found.facts),
             "value": found.value, "hidden": found.hidden, "people": found.people, "claims": found.claims,
             "rows": rows}  # fmt: skip
    return json.dumps(whole, ensure_ascii=False, indent=1)
