"""The bureau's register of units: where a unit belongs, what it is, who reviews it, how many are to be trained."""

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from ce_toolkit.errors import InputError, ParamsError
from ce_toolkit.intake.fields import field_spec
from ce_toolkit.registers.areas import named

CITY = "371400"
_AREA = r"\d{6}"
_HEADS = {
    "单位名称": "unit", "所属地区": "area", "单位类别": "kind", "单位性质": "nature", "审核单位": "reviewer",
    "应参训人数": "eligible", "学习档案": "archive",
}  # fmt: skip
_ROUTED_BY_NOTICE = {"county_unit", "city_direct"}  # D6, D7
UNKNOWN_NATURE = "性质待核"


@dataclass(frozen=True)
class Units:
    """``table``: one row a unit: unit, key (folded name), area, kind, nature, reviewer, eligible, archive."""

    table: pd.DataFrame

    @property
    def unresolved(self) -> pd.DataFrame:
        """Units for which nobody is named to review (N9, D8): no freeze of statistics while there are any."""
        return self.table[self.table["reviewer"].isna()]

    def unrouted(self, *areas: str) -> pd.DataFrame:
        """The unresolved units of these areas, in Chinese, to be listed. Columns: unit, unit_kind, area."""
        rows = self.unresolved[self.unresolved["area"].isin(areas)]
        kinds = rows["kind"].map(_words("unit_kind")).astype("str")
        places = named(rows["area"]).astype("str")
        return rows[["unit"]].assign(unit_kind=kinds, area=places).reset_index(drop=True)

    def look_up(self, names: pd.Series) -> pd.DataFrame:
        """The register's row for each unit name, blank where the register does not know it; index as in ``names``."""
        rows = pd.DataFrame({"key": fold_unit(names)}).merge(self.table, on="key", how="left")
        rows.index = names.index
        return rows


def fold_unit(names: pd.Series) -> pd.Series:
    """Unit names with width, brackets and blanks folded, so that two spellings of one name agree."""
    folded = names.str.normalize("NFKC").str.replace(r"[\s　]", "", regex=True).str.upper()
    return folded.str.replace(r"[（）\[\]【】()]", "", regex=True)


def sector_name(nature: str) -> str:
    """The Chinese name of a unit's nature; 性质待核 where it is unknown (A3: counted, never dropped)."""
    return _words("unit_nature").get(nature, UNKNOWN_NATURE)


def sector_names() -> tuple[str, ...]:
    """All sectors in the order of tables."""
    return (*_words("unit_nature").values(), UNKNOWN_NATURE)


def read_units(path: Path, route: str = "") -> Units:
    """The register from its CSV (UTF-8 or GBK). Raises InputError that names the row and column to mend.

    ``route`` says who reviews the units of a kind where the register names nobody and the notice is silent (N7–N9, D8,
    U16): ``"大企业:371400 高等院校:371400"``. Raises ParamsError where it is not written so.
    """
    routes = read_route(route)
    heads, rows = _lines(path)
    missing = [head for head in _HEADS if head not in heads]
    if missing:
        raise InputError(f"{path.name}：单位名录缺少列 {'、'.join(missing)}。")
    for number, row in rows:
        if len(row) != len(heads):
            raise InputError(f"{path.name} 第 {number} 行：有 {len(row)} 列，表头有 {len(heads)} 列，请检查逗号。")
    cells = {name: [row[heads.index(head)].strip() for _, row in rows] for head, name in _HEADS.items()}
    table = pd.DataFrame(cells, index=[number for number, _ in rows], dtype="str")
    typed = _typed(table, path)
    by_kind = typed["kind"].map(routes).astype("str")
    return Units(typed.assign(reviewer=typed["reviewer"].where(typed["reviewer"].notna(), by_kind)))


def read_route(text: str) -> dict[str, str]:
    """Reviewing area by kind of unit. Only kinds for which the notice names no reviewer may be routed."""
    open_kinds = {word: code for code, word in _words("unit_kind").items() if code not in _ROUTED_BY_NOTICE}
    routes = {}
    for part in text.split():
        word, _, area = part.replace("：", ":").partition(":")
        if word not in open_kinds or not re.fullmatch(_AREA, area) or open_kinds[word] in routes:
            raise ParamsError(
                f"review_route 中的“{part}”不能用：应写成 单位类别:六位地区代码，用空格隔开，每类只写一次，"
                f"如 大企业:371400；类别可用 {'、'.join(open_kinds)}。"
            )
        routes[open_kinds[word]] = area
    return routes


def _decoded(data: bytes) -> str:
    """UTF-8 where it is, else GB18030, as office programs on Chinese Windows save CSV (MF7)."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")


def _lines(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Heads, and each filled row with its number as an editor counts lines."""
    try:
        text = _decoded(path.read_bytes())
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        lines = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except OSError:
        raise InputError(f"{path}：打不开单位名录，请检查 city.yaml 中的 units。") from None
    except (UnicodeDecodeError, csv.Error):
        raise InputError(f"{path.name}：单位名录应为 UTF-8 或 GBK 编码、逗号分隔的 CSV 文件。") from None
    if not lines:
        raise InputError(f"{path.name}：单位名录是空的，请检查 city.yaml 中的 units。")
    return [cell.strip() for cell in lines[0][1]], lines[1:]


def _words(group: str) -> dict[str, str]:
    """Code → word as the register prints it."""
    return {code: spelled[0] for code, spelled in field_spec().words[group].items()}


def _typed(table: pd.DataFrame, path: Path) -> pd.DataFrame:
    """The cells of the register (index: line of the file) as codes, counts and flags, each column checked."""
    kinds, natures = ({word: code for code, word in _words(f"unit_{name}").items()} for name in ("kind", "nature"))
    key = fold_unit(table["unit"])
    wanted: dict[str, tuple[pd.Series, str]] = {
        "unit": (key != "", "不能为空"),
        "area": (table["area"].str.fullmatch(_AREA), "应为六位地区代码，如 371402"),
        "kind": (table["kind"].isin(kinds), f"应为 {'、'.join(kinds)} 之一"),
        "nature": (table["nature"].isin(natures), f"应为 {'、'.join(natures)} 之一"),
        "reviewer": (table["reviewer"].str.fullmatch(f"({_AREA})?"), "应为六位地区代码，未定的留空"),
        "eligible": (table["eligible"].str.fullmatch(r"[0-9]{0,7}"), "应为整数，未报的留空"),
        "archive": (table["archive"].isin(["", "是", "否"]), "应为 是 或 否，不知道的留空"),
    }
    for name, (right, words) in wanted.items():
        _require(right, path, name, words)
    _require(~key.duplicated(), path, "unit", "与前面重复")
    flag = table["archive"].map({"是": True, "否": False}).astype(pd.ArrowDtype(pa.bool_()))
    typed = table.assign(
        kind=table["kind"].map(kinds),
        nature=table["nature"].map(natures),
        reviewer=_routed(table.assign(kind=table["kind"].map(kinds))),
        eligible=table["eligible"].replace("", None).astype(pd.ArrowDtype(pa.int64())),
        archive=flag,
        key=key,
    )
    return typed.reset_index(drop=True)


def _require(right: pd.Series, path: Path, name: str, words: str) -> None:
    """Raise InputError at the first row of the column that is not right; index: line of the file."""
    wrong = right.index[~right.astype(np.bool_)]
    if len(wrong):
        head = next(head for head, column in _HEADS.items() if column == name)
        raise InputError(f"{path.name} 第 {wrong[0]} 行：{head}{words}。")


def _routed(table: pd.DataFrame) -> pd.Series:
    """Who reviews: as entered, else the county for its own units (D6) and the city for units directly under it (D7)."""
    own = table["area"].where(table["kind"] == "county_unit", "")
    direct = pd.Series(CITY, index=table.index, dtype="str").where(table["kind"] == "city_direct", "")
    named = table["reviewer"].where(table["reviewer"] != "", own).where(lambda column: column != "", direct)
    return named.where(named != "")
