"""The draw: from each stratum the units with the smallest tickets, stage by stage, checked against the commitment."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np
import pandas as pd

from ce_toolkit.errors import SampleError
from ce_toolkit.review.commit import CLAIMS, HOUR_UNITS, Commitment, row_checks
from ce_toolkit.review.findings import STOP, Finding
from ce_toolkit.review.frame import Frame
from ce_toolkit.review.tickets import Seed, parse_seed, smallest_tickets, ticket_number
from ce_toolkit.tables import to_hundredths

FRAME_FILE, STRATA_FILE, SAMPLE_FILE = "抽样框.csv", "分层.csv", "样本.csv"
_COLUMNS = ("order", "stage", "stratum", "ticket", "unit_id", "hits")


@dataclass(frozen=True)
class Draw:
    """The units drawn by the end of a stage.

    ``rows``: one row a drawn unit, in order of stage, stratum and ticket: order, stage (in which it was first drawn),
    stratum, ticket, unit_id, hits, and the frame's columns. ``hits`` counts the hour units of a record that were drawn
    by this stage; it is 1 where units are claims or the stratum is looked at whole.
    """

    frame: Frame = field(repr=False)
    commitment: Commitment = field(repr=False)
    seed: Seed
    stage: int
    rows: pd.DataFrame = field(repr=False)

    @property
    def new(self) -> pd.DataFrame:
        """The rows that this stage added: nobody is asked for a row twice."""
        return self.rows[self.rows["stage"] == self.stage]

    @property
    def id(self) -> str:
        """Twelve hex digits that stand for commitment and seed, the same in every stage."""
        return hashlib.sha256(f"{self.commitment.digest}\n{self.seed}".encode()).hexdigest()[:12]

    @property
    def text(self) -> str:
        """The sample as it is published: ``order,stage,stratum,ticket,unit_id,hits`` a row."""
        lines = self.rows[list(_COLUMNS)].astype("str").agg(",".join, axis=1) if len(self.rows) else []
        return "\n".join([",".join(_COLUMNS), *lines]) + "\n"


def draw(frame: Frame, commitment: Commitment, seed: str, *, stage: int = 1) -> Draw:
    """The units drawn by the end of ``stage``: strata of certainty whole, of the others the smallest tickets.

    ``seed`` is the text that was rolled after the commitment was published. Raises SampleError unless the commitment
    was made from this very frame, fixes that many stages, and the seed is one.
    """
    _require_made_from(commitment, frame)
    _require_stage(commitment, stage)
    if commitment.unit == HOUR_UNITS:
        return draw_hours(frame, commitment, seed, stage=stage)
    known = parse_seed(seed)
    parts = []
    for name, ids in _by_stratum(commitment).items():
        certain = name in commitment.certainty
        size = len(ids) if certain else commitment.size_of(name, stage)
        tickets = pd.DataFrame(smallest_tickets(ids, size, seed=known), columns=["ticket", "unit_id"], dtype="str")
        first = _first_stages([commitment.size_of(name, one) for one in range(1, stage + 1)], size)
        parts.append(tickets.assign(stratum=name, stage=1 if certain else first, hits=1))
    return _drawn(frame, commitment, known, stage, parts)


def draw_hours(frame: Frame, commitment: Commitment, seed: str, *, stage: int = 1) -> Draw:
    """The records hit by the hour units with the smallest tickets; a record of h hours has h / quantum of them.

    Hour unit k of a record is hashed as ``id#k``. A record is hit as often as units of it were drawn. Raises
    SampleError as ``draw`` does, and where a record's hours are no multiple of the quantum.
    """
    _require_made_from(commitment, frame)
    _require_stage(commitment, stage)
    known = parse_seed(seed)
    counts = frame.units.set_index("unit_id").index.to_series().map(_hour_units(frame, Decimal(commitment.quantum)))
    parts = []
    for name, ids in _by_stratum(commitment).items():
        if name in commitment.certainty:
            tickets = smallest_tickets(ids, len(ids), seed=known)
            part = pd.DataFrame(tickets, columns=["ticket", "unit_id"], dtype="str").assign(stage=1, hits=1)
        else:
            sizes = [commitment.size_of(name, one) for one in range(1, stage + 1)]
            part = _hit_records(ids, counts, sizes, known)
        parts.append(part.assign(stratum=name))
    return _drawn(frame, commitment, known, stage, parts)


def _require_made_from(commitment: Commitment, frame: Frame) -> None:
    if commitment.frame_digest != frame.digest:
        raise SampleError("抽样承诺不是对这个抽样框作出的，不能抽取；请用公示时的抽样框，或重新公示、重新掷骰。")


def _require_stage(commitment: Commitment, stage: int) -> None:
    if not 1 <= stage <= commitment.stages:
        raise SampleError(f"公示的方案有 {commitment.stages} 个阶段，没有第 {stage} 阶段；公示之外不能加抽。")


def _by_stratum(commitment: Commitment) -> dict[str, list[str]]:
    groups = commitment.strata.groupby("stratum")["unit_id"]
    return {str(name): ids.tolist() for name, ids in groups}


def _first_stages(sizes: Sequence[int], drawn: int) -> np.ndarray:
    """In which stage each of the units in ticket order was first drawn."""
    return np.searchsorted(np.asarray(sizes), np.arange(drawn), side="right") + 1


def _hour_units(frame: Frame, quantum: Decimal) -> dict[str, int]:
    step = int(quantum * 100)
    hundredths = to_hundredths(frame.units["hours"])[0]
    odd = frame.units["unit_id"][hundredths % step != 0]
    if len(odd):
        raise SampleError(f"有 {len(odd)} 项学时不是 {quantum} 的整数倍（{odd.iloc[0]} 等），不能按学时单位抽取。")
    return dict(zip(frame.units["unit_id"], (hundredths // step).tolist(), strict=True))


def _hit_records(ids: Sequence[str], counts: pd.Series, sizes: Sequence[int], seed: Seed) -> pd.DataFrame:
    """Ticket (smallest of the record's), unit_id, stage, hits of the records hit by the last size."""
    units = [f"{one}#{k}" for one in ids for k in range(1, counts[one] + 1)]
    hit = pd.DataFrame(smallest_tickets(units, sizes[-1], seed=seed), columns=["ticket", "unit"], dtype="str")
    hit = hit.assign(unit_id=hit["unit"].str.rpartition("#")[0], stage=_first_stages(sizes, len(hit)))
    found = hit.groupby("unit_id", sort=False, as_index=False)
    return found.agg(ticket=("ticket", "first"), stage=("stage", "first"), hits=("unit", "size"))


def _drawn(frame: Frame, commitment: Commitment, seed: Seed, stage: int, parts: Sequence[pd.DataFrame]) -> Draw:
    kinds = {"ticket": "str", "unit_id": "str", "stage": "int64", "hits": "int64", "stratum": "str"}
    empty = pd.DataFrame({name: pd.Series([], dtype=kind) for name, kind in kinds.items()})
    rows = pd.concat([empty, *parts], ignore_index=True).astype(kinds)
    rows = rows.sort_values(["stage", "stratum", "ticket", "unit_id"], kind="stable").reset_index(drop=True)
    rows.insert(0, "order", np.arange(1, len(rows) + 1))
    facts = frame.units.drop(columns=[name for name in ("stratum", "stage", "hits") if name in frame.units.columns])
    return Draw(frame, commitment, seed, stage, rows[list(_COLUMNS)].merge(facts, on="unit_id", how="left"))


def extend(drawn: Draw, *, stage: int) -> Draw:
    """The draw of a later stage: the rows of ``drawn`` and, as ``new``, those that the stage adds.

    Raises SampleError where the commitment fixes no such stage, or it is not later.
    """
    if stage <= drawn.stage:
        raise SampleError(f"已抽到第 {drawn.stage} 阶段，扩大抽样应给出更后的阶段。")
    return draw(drawn.frame, drawn.commitment, drawn.seed, stage=stage)


def units_of_next_stage(drawn: Draw) -> int:
    """Rows that the next stage would add; 0 after the last."""
    if drawn.stage >= drawn.commitment.stages:
        return 0
    return len(extend(drawn, stage=drawn.stage + 1).new)


# ---- verification -----------------------------------------------------------------------------------------------


def verify_draw(commitment: Commitment, frame: Frame, drawn: Draw) -> list[Finding]:
    """What does not agree between a commitment, a frame and a draw; empty if the draw comes out again.

    A changed cell of the frame or of the strata is named by its row in the published file, a wrong row of the draw by
    its row in the sample.
    """
    found = [*_frame_findings(commitment, frame), *_strata_findings(commitment, frame)]
    if not found:
        again = draw(frame, commitment, drawn.seed, stage=drawn.stage)
        found = _row_findings(again, drawn)
    return found


def _frame_findings(commitment: Commitment, frame: Frame) -> list[Finding]:
    if frame.digest == commitment.frame_digest:
        return []
    committed = commitment.strata
    checks = pd.Series(row_checks(frame, _strata_of(commitment, frame)).to_numpy(), index=frame.units["unit_id"])
    kept = committed.set_index("unit_id")["check"]
    both = checks.index.intersection(kept.index)
    places = {unit: row for row, unit in enumerate(frame.units["unit_id"], start=2)}
    told = [(places[unit], unit, "这一行与公示时不同") for unit in both[(checks[both] != kept[both]).to_numpy()]]
    told += [(places[unit], unit, "这一行公示时没有") for unit in checks.index.difference(kept.index)]
    told += [(0, unit, "公示时有这个单元，现在没有") for unit in kept.index.difference(checks.index)]
    fix = "请用公示时的抽样框"
    sentences = [
        Finding(
            "RS-frame", STOP, FRAME_FILE, "", f"第 {row} 行" if row else "", f"单元 {unit}：{what}", "应与公示一致", fix
        )
        for row, unit, what in sorted(told)
    ]
    whole = Finding("RS-frame", STOP, FRAME_FILE, "", "", "摘要与公示的不同", "应与公示一致", fix)
    return sentences or [whole]


def _strata_of(commitment: Commitment, frame: Frame) -> pd.Series:
    known = commitment.strata.set_index("unit_id")["stratum"]
    return frame.units["unit_id"].map(known).fillna("").astype("str")


def _strata_findings(commitment: Commitment, frame: Frame) -> list[Finding]:
    """Rows of the strata whose check does not come out while the frame is as it was."""
    if frame.digest != commitment.frame_digest:
        return []
    told = commitment.strata
    wrong = np.flatnonzero((row_checks(frame, told["stratum"]) != told["check"]).to_numpy())
    return [
        Finding(
            "RS-strata", STOP, STRATA_FILE, "", f"第 {place + 2} 行",
            f"单元 {told['unit_id'].iloc[place]} 的层与校验不符", "应与公示一致", "请用公示时的分层表",
        )
        for place in wrong
    ]  # fmt: skip


def _row_findings(again: Draw, drawn: Draw) -> list[Finding]:
    """Rows of the sample that do not come out when it is drawn again."""
    wanted, given = (one.rows[list(_COLUMNS)].astype("str").reset_index(drop=True) for one in (again, drawn))
    found = []
    for place in range(max(len(wanted), len(given))):
        right = wanted.iloc[place].tolist() if place < len(wanted) else None
        told = given.iloc[place].tolist() if place < len(given) else None
        if right != told:
            found.append(_row_finding(place, right, told, again.seed))
    return found


def _row_finding(place: int, right: list[str] | None, told: list[str] | None, seed: Seed) -> Finding:
    if right is None:
        what, wanted = f"单元 {(told or [''] * 5)[4]} 不在样本之内", "样本到此为止"
    elif told is None:
        what, wanted = "缺少这一行", f"应为单元 {right[4]}"
    else:
        wrong = "、".join(name for name, a, b in zip(_COLUMNS, right, told, strict=True) if a != b)
        what, wanted = (
            f"单元 {told[4]} 的 {wrong} 不符",
            f"应为单元 {right[4]}，票号 {ticket_number(seed, right[4])[:12]}…",
        )
        if "ticket" not in wrong and "unit_id" not in wrong:
            wanted = f"应为 {'、'.join(right)}"
    return Finding("RS-sample", STOP, SAMPLE_FILE, "", f"第 {place + 2} 行", what, wanted, "请按公示的种子重抽核对")


def read_sample(text: str, frame: Frame, commitment: Commitment, seed: str) -> Draw:
    """A draw from its published text, as it stands there: ``verify_draw`` says whether it is right.

    Raises SampleError where the text is no sample.
    """
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    rows = [line.split(",") for line in lines[1:] if line]
    wrong = next((number for number, row in enumerate(rows, start=2) if not _is_row(row)), None)
    if lines[0] != ",".join(_COLUMNS) or wrong:
        raise SampleError(f"样本第 {wrong or 1} 行不合格式；应为 {','.join(_COLUMNS)}。")
    kinds = {"order": "int64", "stage": "int64", "hits": "int64"}
    table = pd.DataFrame(rows, columns=list(_COLUMNS)).astype({name: kinds.get(name, "str") for name in _COLUMNS})
    stage = int(table["stage"].max()) if len(table) else 1
    return Draw(frame, commitment, parse_seed(seed), stage, table.merge(frame.units, on="unit_id", how="left"))


def _is_row(row: Sequence[str]) -> bool:
    return len(row) == len(_COLUMNS) and all(row[place].isdigit() for place in (0, 1, 5))


def hit_unit(commitment: Commitment) -> str:
    """What is drawn, in words: claims, or hour units of so many hours."""
    return "项" if commitment.unit == CLAIMS else f"学时单位（每个 {commitment.quantum} 学时）"
