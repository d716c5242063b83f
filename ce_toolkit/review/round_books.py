"""The workbooks of a full review (U23): every claim that waits, unit by unit and person by person, dealt to reviewers.

They are addressed to the reviewer and show full names, so they are written into the store and nowhere else.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any

import numpy as np
import pandas as pd

from ce_toolkit.errors import SampleError
from ce_toolkit.escaping import printable
from ce_toolkit.review.evidence import expected, present
from ce_toolkit.review.form import VERSION, Ask, Form
from ce_toolkit.review.form_writing import Page, write_form
from ce_toolkit.review.rehearsal import invented
from ce_toolkit.review.worksheet import Heading, claim_columns
from ce_toolkit.rules import sentences
from ce_toolkit.rules.pack import Pack

SHEET, KEY = "学时审核表", "审核编号"
DAY, SEAL = "审核日期：", "已盖审核单位公章："
LOCKED = (
    "序号", KEY, "姓名", "证书编号", "单位", "类别", "活动（成果）", "起止日期", "登记学时", "可计学时", "计算说明",
    "应查验的证明", "单位所报证明",
)  # fmt: skip
FORM = Form(
    SHEET, KEY, LOCKED,
    widths=(5, 14, 8, 15, 15, 9, 20, 11.5, 7, 7, 23, 9.5, 16, 8, 10, 9, 9.5, 12),
    spread=frozenset({"单位", "活动（成果）", "计算说明", "单位所报证明", "备注"}),
    item="编号", stranger="不是发出的项", most=1, asks=(Ask(DAY, "date", 4), Ask(SEAL, "yes_no", 7)), filtered=True,
    feet=((1, "审核人（签字）："), (7, "复核人（签字）："), (12, "审核单位（公章）：")),
)  # fmt: skip
_NOTE = (
    "灰色各列请勿改动；白色各列由审核人对照证明材料填写。相符的只选结论；部分认定的填能证明的学时（折算上限之前，不超过"
    "登记学时）；证据缺失、无法核实的退回用人单位补正。应计的多于登记的，请退回更正。审核日期和是否盖章填在上面两格。"
)


@dataclass(frozen=True)
class Volume:
    """A workbook to hand out: ``number`` (of its rows and the stage each is at), the office it is of, its reviewer."""

    number: str
    office: str
    reviewer: str
    part: int
    rows: pd.DataFrame

    @property
    def name(self) -> str:
        """What the file is called."""
        return f"{SHEET}-{self.reviewer}-{self.part:02d}-{self.number[:6]}.xlsx"


def review_codes(claim_ids: pd.Series) -> pd.Series:
    """A short code for each claim, the same every time: what a row of a workbook is known by."""
    return claim_ids.map(lambda claim: hashlib.sha256(str(claim).encode()).hexdigest()[:12].upper()).astype("str")


def review_rows(waiting: pd.DataFrame, tables: Mapping[str, pd.DataFrame], pack: Pack) -> pd.DataFrame:
    """The claims that wait (claim_id, person_id, unit, office, step) with what a reviewer sees, in the units' order.

    ``tables``: claims, people, credits and ledger of the county. Besides the columns of ``waiting``: code, registered
    (class hours declared), hours (granted), told (why, in sentences), and facts of claim and person.
    """
    claims, people, credits_ = (tables[name] for name in ("claims", "people", "credits"))
    facts = claims.drop(columns=["registered", "hours", "review", "accepted_hours"], errors="ignore")
    rows = waiting[["claim_id", "unit", "office", "step"]].merge(facts, on="claim_id", validate="one_to_one")
    figures = credits_[["claim_id", "claimed", "granted"]].rename(columns={"claimed": "registered", "granted": "hours"})
    rows = rows.merge(figures, on="claim_id", how="left", validate="one_to_one")
    rows = rows.merge(people[["person_id", "name", "certificate_no", "employer"]], on="person_id", how="left")
    told = _why(tables["ledger"][tables["ledger"]["claim_id"].isin(rows["claim_id"])], pack)
    place = pd.Index(people["person_id"]).get_indexer(rows["person_id"])
    rows = rows.assign(told=rows["claim_id"].map(told).fillna(""), code=review_codes(rows["claim_id"]), place=place)
    return rows.sort_values(["unit", "place"], kind="stable", ignore_index=True)


def _why(ledger: pd.DataFrame, pack: Pack) -> pd.Series:
    said = sentences(ledger, pack)
    short = said.str.replace(f"（{pack.notice} ", "（", regex=False)  # the sheet names the notice at its head
    return short.groupby(ledger["claim_id"].to_numpy()).agg("".join)


def deal(
    rows: pd.DataFrame, reviewers: Sequence[str], conflicts: Mapping[str, Collection[str]], *, most: int
) -> list[Volume]:
    """Whole units to reviewers, the burden as even as units allow; nobody a unit they have a conflict with.

    ``most``: rows of a workbook; a unit that is larger is cut. Raises SampleError where no reviewer is named, a name
    repeats, or nobody may review a unit.
    """
    if not reviewers or len(set(reviewers)) != len(reviewers):
        raise SampleError("审核人为空或有重复，请在 params 的 reviewers 写明，姓名或代号之间空一格。")
    volumes = []
    for office, mine in rows.groupby("office", sort=True):
        given = _given(mine["unit"].value_counts().sort_index(), reviewers, conflicts)
        for reviewer in reviewers:
            theirs = mine[mine["unit"].map(given) == reviewer]
            for part, piece in enumerate(_parts(theirs, most), start=1):
                volumes.append(_volume(str(office), reviewer, part, piece))
    return volumes


def _given(units: pd.Series, reviewers: Sequence[str], conflicts: Mapping[str, Collection[str]]) -> dict[str, str]:
    """Unit → reviewer: the largest first, each to who has least."""
    load = dict.fromkeys(reviewers, 0)
    given = {}
    for unit, size in units.sort_values(ascending=False, kind="stable").items():
        free = [name for name in reviewers if unit not in conflicts.get(name, ())]
        if not free:
            raise SampleError(f"单位“{unit}”没有可以回避之外的审核人，请增加审核人。")
        given[str(unit)] = min(free, key=load.__getitem__)
        load[given[str(unit)]] += int(size)
    return given


def _parts(rows: pd.DataFrame, most: int) -> list[pd.DataFrame]:
    """The rows in pieces of at most ``most``, a unit whole where it fits into one."""
    pieces: list[list[pd.DataFrame]] = []
    room = 0
    for _, unit in rows.groupby("unit", sort=False):
        for start in range(0, len(unit), most):
            piece = unit.iloc[start : start + most]
            if len(piece) > room:
                pieces.append([])
                room = most
            pieces[-1].append(piece)
            room -= len(piece)
    return [pd.concat(one) for one in pieces]


def _volume(office: str, reviewer: str, part: int, rows: pd.DataFrame) -> Volume:
    lines = [f"{office} {reviewer}", *(f"{code} {step}" for code, step in zip(rows["code"], rows["step"], strict=True))]
    return Volume(hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12].upper(), office, reviewer, part, rows)


def write_volume(
    target: IO[bytes], volume: Volume, heading: Heading, about: Mapping[str, str], *, rehearsed_on: Any = None
) -> None:
    """Write a workbook for its reviewer. ``about``: what the hidden sheet says besides (year, county, office's name).

    With ``rehearsed_on``, a day, it is filled in by an invented reviewer: of a demonstration.
    """
    table = shown_rows(volume.rows, heading)
    units = volume.rows["unit"].nunique()
    source = (
        f"依据：{heading.notice}    {about['审核单位']}    共 {units} 个单位 {len(table)} 项    "
        f"册号：{volume.number}    审核人：{volume.reviewer}"
    )
    facts = (("表样版本", VERSION), ("册号", volume.number), ("审核人", volume.reviewer), ("依据", heading.notice))
    answers = _rehearsed(volume.rows, heading) if rehearsed_on else {}
    asked = {DAY: rehearsed_on, SEAL: "是"} if rehearsed_on else {}
    write_form(target, FORM, table, Page(heading.title, _NOTE, source, (*facts, *about.items()), answers, asked))


def shown_rows(rows: pd.DataFrame, heading: Heading) -> pd.DataFrame:
    """The locked columns as they are printed; names in full."""
    columns = {
        "序号": np.arange(1, len(rows) + 1),
        KEY: rows["code"],
        "姓名": rows["name"].fillna("").map(printable),
        "证书编号": rows["certificate_no"].fillna("").map(printable),
        **claim_columns(rows, heading.labels),
        "登记学时": rows["registered"].astype("float64"),
        "可计学时": rows["hours"].astype("float64"),
        "计算说明": rows["told"],
        "应查验的证明": expected(rows),
        "单位所报证明": present(rows).map(printable),
    }
    return pd.DataFrame(columns, index=rows.index).astype(object)[list(LOCKED)]


def _rehearsed(rows: pd.DataFrame, heading: Heading) -> dict[str, list[Any]]:
    """Open columns as an invented reviewer fills them in."""
    names = rows["class"].astype("str").map(dict(heading.labels))
    told = [
        invented(code, hours, name)
        for code, hours, name in zip(rows["code"], rows["registered"].astype("float64"), names, strict=True)
    ]
    return {head: [one.get(head) for one in told] for head in ("认定学时", "结论", "差错原因", "证据类型", "备注")}
