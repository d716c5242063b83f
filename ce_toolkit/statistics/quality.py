"""The data-quality statement of each table: 完整, 唯一, 一致, 及时, 有效, 准确, each counted, and how.

A count that a hidden cell could be read from is hidden too.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from ce_toolkit.registers.units import UNKNOWN_NATURE
from ce_toolkit.statistics.bases import Bases, Stored
from ce_toolkit.statistics.counting import BLANK
from ce_toolkit.statistics.described import CLAIMS, FILES, GAPS, PEOPLE
from ce_toolkit.statistics.reached import UNDATED
from ce_toolkit.statistics.roster import UNKNOWN_OWNERSHIP, UNKNOWN_SIZES
from ce_toolkit.statistics.small_cells import HIDDEN
from ce_toolkit.statistics.year_table import YearTable
from ce_toolkit.tables import to_hundredths
from ce_toolkit.titles import UNKNOWN_LEVEL, UNKNOWN_SERIES

ASPECTS = ("完整", "唯一", "一致", "及时", "有效", "准确")
COLUMNS = ("table", "aspect", "what", "count", "of", "how")
UNKNOWN = frozenset({BLANK, UNKNOWN_NATURE, UNKNOWN_OWNERSHIP, UNKNOWN_LEVEL, UNKNOWN_SERIES, UNDATED, *UNKNOWN_SIZES})
_AGAIN = ("duplicate", "same_work", "repeat_exam", "counted_before")
Said = tuple[str, str, Any, Any, str]
"""Aspect, what is counted, how many, of how many (either may be hidden), how it is counted."""


def quality(
    tables: Mapping[str, YearTable], stored: Stored, frames: Bases, proof: pd.DataFrame, threshold: int
) -> pd.DataFrame:
    """Six lines and more a table, in the order of tables. Columns: table, aspect, what, count, of, how."""
    evidence = _Evidence(tables, stored, frames, threshold)
    of_people, of_files, of_claims = list(evidence.people()), list(evidence.files()), list(evidence.claims())
    of_base = {PEOPLE: of_people, GAPS: of_people, FILES: of_files}
    rows = []
    for name, table in tables.items():
        lines = [_keys(table), _proved(name, proof), *of_base.get(table.described.base, of_claims)]
        for line in sorted((line for line in lines if line is not None), key=lambda line: ASPECTS.index(line[0])):
            rows.append((name, *line))
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"count": object, "of": object})


def _keys(table: YearTable) -> Said:
    """Rows whose key says nothing, by their first figure of people or files."""
    described = table.described
    first = next(column for column in described.columns if column.base == described.base)
    unknown = table.data[list(described.keys)].isin(UNKNOWN).any(axis=1).to_numpy()
    count, whole = _sum(table, unknown, first.name), _sum(table, table.data.index[-1:], first.name)
    return "完整", "分组栏未填、待核或未定的", count, whole, "各行中这些分组之和"


def _sum(table: YearTable, rows: Any, column: str) -> Any:
    """A sum of cells, hidden where one of them is."""
    return HIDDEN if table.hidden.loc[rows, column].any() else int(table.data.loc[rows, column].sum())


def _proved(name: str, proof: pd.DataFrame) -> Said:
    mine = proof[proof["table"] == name]
    wrong = int((~mine["agrees"]).sum())
    return "一致", "合计与另行计算不符的项", wrong, len(mine), "合计行各项与各行之和、另行计算逐项相比"


@dataclass(frozen=True)
class _Evidence:
    """What the counts are taken from."""

    tables: Mapping[str, YearTable]
    stored: Stored
    frames: Bases
    threshold: int

    def people(self) -> Iterator[Said | None]:
        """Lines of tables of people."""
        people = self.frames[PEOPLE]
        number = people["certificate_no"].dropna()
        again = int(number.duplicated(keep=False).sum())
        yield "唯一", "证书编号与他人相同的人", self.few(again), len(people), "证书编号重复出现的人数"
        yield "完整", "没有填证书编号的人", self.few(len(people) - len(number)), len(people), "证书编号为空的人数"
        wrong = int((self.granted_by_person != people["total_hundredths"]).sum())
        yield "一致", "学时合计与逐项认定不符的人", wrong, len(people), "每人认定学时逐项相加，与达标情况表比较"
        yield self.late("enrolment")
        yield self.held("enrolment", "报名表")
        open_ = int((people["status"].astype("str") == "open").sum())
        yield "准确", "待补材料或待核实、结果未定的人", self.few(open_), len(people), "达标情况为待定的人数"

    def claims(self) -> Iterator[Said | None]:
        """Lines of tables of claims and hours."""
        claims, losses = self.frames[CLAIMS], self.tables["losses"]
        hours = self.tables["hours"]
        whole = _sum(hours, hours.data.index[-1:], "claims")  # hidden wherever the table hides it
        everybody = HIDDEN if whole == HIDDEN else len(self.stored.credits)
        yield "完整", "缺材料而待补的项", self.moved(losses, effect="held"), whole, "认定去向为待补的项数"
        yield "唯一", "重复申报而只计一次的项", self.moved(losses, reason=_AGAIN), whole, "因重复不予认定的项数"
        parts = claims["granted"] + claims["over_cap"] + claims["refused"] + claims["held"]
        wrong = int((parts != claims["claimed"]).sum())
        yield "一致", "申报学时与各去向之和不符的项", wrong, whole, "逐项比较申报与认定、超上限、不予认定、待补之和"
        flagged = self.stored.credits["flags"].astype("str").str.contains("after_review_window", regex=False)
        late = int(flagged.fillna(False).sum())
        yield "及时", "审核时段后完成、已可计学时的项", self.few(late), everybody, "带此标记的申报项数"
        yield self.held("hours", "学时登记表")
        yield "准确", "申报数与应计数不同的项", self.moved(losses, reason=("claim_differs",)), whole, "因此调减的项数"

    def files(self) -> Iterator[Said | None]:
        """Lines of tables of files."""
        files = self.stored.submissions
        if files is None or files.empty:
            return
        outcome, whole = files["outcome"].astype("str"), len(files)
        yield "唯一", "内容完全相同、未计的文件", int((outcome == "twin").sum()), whole, "按文件摘要比较"
        parts = files["rows_accepted"] + files["rows_held"] + files["rows_skipped"]
        wrong = int((parts != files["rows_read"]).sum())
        yield "一致", "读入行与去向之和不符的文件", wrong, whole, "逐个文件比较读入与接收、待补、略过之和"
        yield self.late("enrolment")
        yield "有效", "读不出而退回的文件", int((outcome == "refused").sum()), whole, "收件结果为退回的文件数"
        found = self.stored.findings
        if found is not None:
            grave = int(found["severity"].astype("str").isin(["refuse", "hold"]).sum())
            yield "准确", "需要单位更正的问题", grave, len(found), "程度为退回或待补的问题数"

    @cached_property
    def granted_by_person(self) -> pd.Series:
        """Hundredths granted to each person of the roster, summed over the claims."""
        granted = pd.Series(to_hundredths(self.stored.credits["granted"])[0])
        sums = granted.groupby(self.stored.credits["person_id"].to_numpy()).sum()
        people = self.frames[PEOPLE]["person_id"]
        return people.map(sums).fillna(0).astype("int64")

    def few(self, count: int) -> Any:
        """A count of people or claims, hidden where it is small."""
        return HIDDEN if 0 < count < self.threshold else count

    def moved(self, losses: YearTable, **wanted: str | Sequence[str]) -> Any:
        """Claims of the losses' rows with these words."""
        rows = pd.Series(True, index=losses.data.index)
        for key, words in wanted.items():
            rows &= losses.data[key].isin([words] if isinstance(words, str) else list(words))
        return _sum(losses, rows.to_numpy(), "claims")

    def late(self, form: str) -> Said | None:
        """Files of a form that came after the last day."""
        files = self._of_form(form)
        if files is None or "days_late" not in files:
            return None
        late = int((files["days_late"].fillna(0) > 0).sum())
        return "及时", "逾期收到的报名表", late, len(files), "收到日期晚于报名截止日的文件数"

    def held(self, form: str, name: str) -> Said | None:
        """Rows of a form that were held back at intake."""
        files = self._of_form(form)
        if files is None:
            return None
        held, read = int(files["rows_held"].sum()), int(files["rows_read"].sum())
        return "有效", f"{name}中填写有误而待补的行", self.few(held), read, "收件检查未能接收的行数"

    def _of_form(self, form: str) -> pd.DataFrame | None:
        files = self.stored.submissions
        return None if files is None else files[(files["form"].astype("str") == form).to_numpy()]
