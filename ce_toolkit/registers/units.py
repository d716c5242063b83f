"""The bureau's register of units: where a unit belongs, what it is, who reviews it, how many are to be trained."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa

from ce_toolkit.errors import InputError
from ce_toolkit.intake.fields import field_spec

CITY = "371400"
_HEADS = {
    "单位名称": "unit", "所属地区": "area", "单位类别": "kind", "单位性质": "nature", "审核单位": "reviewer",
    "应参训人数": "eligible", "学习档案": "archive",
}  # fmt: skip
UNKNOWN_NATURE = "性质待核"


@dataclass(frozen=True)
class Units:
    """``table``: one row a unit: unit, key (folded name), area, kind, nature, reviewer, eligible, archive."""

    table: pd.DataFrame

    @property
    def unresolved(self) -> pd.DataFrame:
        """Units for which nobody is named to review (N9, D8): no freeze of statistics while there are any."""
        return self.table[self.table["reviewer"].isna()]

    def look_up(self, names: pd.Series) -> pd.DataFrame:
        """The register's row for each unit name, blank where the register does not know it; index as in ``names``."""
        rows = pd.DataFrame({"key": fold_unit(names)}).merge(self.table, on="key", how="left")
        rows.index = names.index
        return rows

    def eligible_in(self, area: str) -> pd.DataFrame:
        """Units of an area with their head-count to be trained; blank where the unit gave none."""
        return self.table.loc[self.table["area"] == area, ["unit", "nature", "eligible"]]


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


def read_units(path: Path) -> Units:
    """The register from its CSV (UTF-8). Raises InputError that names the row and column to mend."""
    try:
        raw = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8-sig")
    except OSError:
        raise InputError(f"{path}：打不开单位名录，请检查 city.yaml 中的 units。") from None
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError):
        raise InputError(f"{path.name}：单位名录应为 UTF-8 编码、逗号分隔的 CSV 文件。") from None
    missing = [head for head in _HEADS if head not in raw.columns]
    if missing:
        raise InputError(f"{path.name}：单位名录缺少列 {'、'.join(missing)}。")
    table = raw[list(_HEADS)].rename(columns=_HEADS).apply(lambda column: column.str.strip())
    table["kind"] = _codes(table, "kind", path)
    table["nature"] = _codes(table, "nature", path)
    return Units(_typed(table, path))


def _words(group: str) -> dict[str, str]:
    """Code → word as the register prints it."""
    return {code: spelled[0] for code, spelled in field_spec().words[group].items()}


def _codes(table: pd.DataFrame, name: str, path: Path) -> pd.Series:
    words = {word: code for code, word in _words(f"unit_{name}").items()}
    wrong = table.index[~table[name].isin(words)]
    if len(wrong):
        head = next(head for head, column in _HEADS.items() if column == name)
        raise InputError(f"{path.name} 第 {wrong[0] + 2} 行：{head} 应为 {'、'.join(words)} 之一。")
    return table[name].map(words)


def _typed(table: pd.DataFrame, path: Path) -> pd.DataFrame:
    wrong = table.index[~table["eligible"].str.fullmatch(r"\d*")]
    if len(wrong):
        raise InputError(f"{path.name} 第 {wrong[0] + 2} 行：应参训人数应为整数，未报的留空。")
    number = table["eligible"].replace("", None).astype(pd.ArrowDtype(pa.int64()))
    flag = table["archive"].map({"是": True, "否": False}).astype(pd.ArrowDtype(pa.bool_()))
    typed = table.assign(key=fold_unit(table["unit"]), eligible=number, archive=flag, reviewer=_routed(table))
    repeated = typed.index[typed["key"].duplicated()]
    if len(repeated):
        raise InputError(f"{path.name} 第 {repeated[0] + 2} 行：单位名称与前面重复。")
    return typed


def _routed(table: pd.DataFrame) -> pd.Series:
    """Who reviews: as entered, else the county for its own units (D6) and the city for units directly under it (D7)."""
    own = table["area"].where(table["kind"] == "county_unit", "")
    direct = pd.Series(CITY, index=table.index, dtype="str").where(table["kind"] == "city_direct", "")
    named = table["reviewer"].where(table["reviewer"] != "", own).where(lambda column: column != "", direct)
    return named.where(named != "")
