"""The frame of a review: every unit once, frozen as a text whose SHA-256 is published before the seed is known."""

import hashlib
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd
import pyarrow as pa

from ce_toolkit.errors import SampleError
from ce_toolkit.review.tickets import canonical_id
from ce_toolkit.tables import HOURS, Int64Array, to_hundredths

HEAD = "unit_id,hours,registered"
_SHOWN = 5


@dataclass(frozen=True)
class Frame:
    """A frozen frame.

    ``units``: one row a unit, in order of ``unit_id``: unit_id, hours (creditable hours, after caps), registered (hours
    as declared) and whatever else is known of it. ``text`` is the canonical text: a head line, then
    ``unit_id,hours,registered`` a unit, hours with two decimals, every line ended by a line feed. ``left_out``: records
    without hours, which are no units.
    """

    units: pd.DataFrame
    text: str
    left_out: int = 0

    @property
    def digest(self) -> str:
        """SHA-256 of the text in UTF-8, as 64 hex digits: what is published before the seed."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def size(self) -> int:
        """Number of units, N."""
        return len(self.units)

    @property
    def digest_in_groups(self) -> str:
        """The digest in groups of eight, as it is read aloud and printed."""
        return in_groups(self.digest)

    @property
    def hours(self) -> Decimal:
        """Creditable hours in the frame, M."""
        return self.units["hours"].sum() if self.size else Decimal(0)


def in_groups(digest: str) -> str:
    """A digest in groups of eight digits."""
    return " ".join(digest[start : start + 8] for start in range(0, len(digest), 8))


def freeze_frame(
    records: pd.DataFrame, *, unit_id: str = "unit_id", hours: str = "hours", registered: str = "registered"
) -> Frame:
    """The records as a frozen frame, in order of their ids in canonical form.

    Records of no hours or less are left out and counted. ``registered`` defaults to the hours. Raises SampleError
    where an id is blank or repeats, or hours are not stated; the message names ids, which tell nothing of a person.
    """
    ids = records[unit_id].fillna("").astype("str").map(canonical_id)
    _require_unique(ids)
    worth = decimal_hours(records[hours])
    if worth.isna().any():
        raise SampleError(f"抽样框有 {int(worth.isna().sum())} 项没有学时（{_first(ids[worth.isna()])}），请先补齐。")
    declared = decimal_hours(records[registered]).fillna(worth) if registered in records.columns else worth
    units = records.drop(columns=[unit_id]).assign(hours=worth, registered=declared)
    units.insert(0, "unit_id", ids.astype("str"))
    kept = units[to_hundredths(worth)[0] > 0].sort_values("unit_id", kind="stable").reset_index(drop=True)
    return Frame(kept, _text(kept), len(units) - len(kept))


def _require_unique(ids: pd.Series) -> None:
    blank = int((ids == "").sum())
    if blank:
        raise SampleError(f"抽样框有 {blank} 个空白的编号，请先更正登记表。")
    repeated = ids[ids.duplicated()].unique()
    if len(repeated):
        raise SampleError(f"抽样框有 {len(repeated)} 个重复的编号（{_first(repeated)}），请先更正登记表。")


def _first(ids: "pd.Series | pd.arrays.ArrowStringArray") -> str:
    listed = sorted(map(str, ids))
    return "、".join(listed[:_SHOWN]) + ("等" if len(listed) > _SHOWN else "")


def decimal_hours(column: pd.Series) -> pd.Series:
    """Hours as exact decimals of two places; numbers are read by what they show, never as binary fractions."""
    if column.dtype == pd.ArrowDtype(HOURS):
        return column
    texts = column.astype("object").map(lambda value: None if pd.isna(value) else Decimal(str(value)))
    try:
        exact = pa.array(texts.tolist(), type=HOURS)
    except pa.ArrowInvalid:
        raise SampleError("抽样框的学时至多两位小数，请先更正。") from None
    return pd.Series(exact, index=column.index, dtype=pd.ArrowDtype(HOURS))


def _text(units: pd.DataFrame) -> str:
    lines = units["unit_id"].str.cat([hours_text(units[name]) for name in ("hours", "registered")], sep=",")
    return "\n".join([HEAD, *lines]) + "\n"


def hours_text(column: pd.Series) -> pd.Series:
    """Hours as text with two decimals, a column at a time."""
    hundredths: Int64Array = to_hundredths(column)[0]
    whole, part = pd.Series(hundredths // 100, index=column.index), pd.Series(hundredths % 100, index=column.index)
    return whole.astype("str") + "." + part.astype("str").str.zfill(2)


def read_frame(text: str) -> Frame:
    """A frame from its canonical text, as it is published. Raises SampleError where the text is not canonical."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    rows = [line.split(",") for line in lines[1:] if line]
    wrong = next((number for number, row in enumerate(rows, start=2) if len(row) != 3), None)
    if lines[0] != HEAD or wrong:
        raise SampleError(f"抽样框第 {wrong or 1} 行不合格式；应为 {HEAD}。")
    units = pd.DataFrame(rows, columns=HEAD.split(",")).astype("str")
    try:
        return freeze_frame(units)
    except ArithmeticError:
        raise SampleError("抽样框的学时不是数，请核对文件是否被改动。") from None
