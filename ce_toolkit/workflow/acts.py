"""What is done to a claim on its way 登记 → 审核 → 认定, as data: one row is one act by one office on one day.

A row speaks of claims and people by id only. ``by`` is a member of an office's or an employer's staff.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import pandas as pd

from ce_toolkit.errors import ActError
from ce_toolkit.masking import mask_name
from ce_toolkit.tables import COUNT, DATE, FLAG, HOURS, TEXT, WORD, Table, frame, pandas_type

REGISTERED, RETURNED, CORRECTED, REVIEWED, RECOGNISED, REVERSED = (
    "registered", "returned", "corrected", "reviewed", "recognised", "reversed",
)  # fmt: skip
WAIVED, UNWAIVED, MOVED, MENDED = "waived", "unwaived", "moved", "mended"

EMPLOYER, REVIEWER, THE_CITY = "employer", "reviewer", "city"
AGREED, PARTLY, NOT_RECOGNISED = "相符", "部分认定", "不予认定"
VERDICTS = (AGREED, PARTLY, NOT_RECOGNISED)
"""What a review may conclude; 证据缺失 and 无法核实 conclude nothing: such a claim is returned."""


class Kind(NamedTuple):
    """A kind of act: its Chinese name, the name of the state it leads to, who may do it, and after which acts.

    An empty word among ``after`` means: of a claim (or person) of which nothing was done yet.
    """

    name: str
    state: str
    who: tuple[str, ...]
    after: tuple[str, ...]


KINDS = MappingProxyType({
    REGISTERED: Kind("登记", "已登记", (EMPLOYER,), ("",)),
    RETURNED: Kind("退回", "已退回", (REVIEWER, THE_CITY), (REGISTERED, CORRECTED, REVIEWED, REVERSED)),
    CORRECTED: Kind("更正", "已更正", (EMPLOYER,), (REGISTERED, RETURNED, CORRECTED, REVERSED)),
    REVIEWED: Kind("审核", "已审核", (REVIEWER,), (REGISTERED, CORRECTED, REVIEWED, REVERSED)),
    RECOGNISED: Kind("认定", "已认定", (THE_CITY,), (REVIEWED,)),
    REVERSED: Kind("撤销认定", "认定已撤销", (THE_CITY,), (RECOGNISED,)),
    WAIVED: Kind("减免", "已减免", (REVIEWER,), ("", UNWAIVED)),
    UNWAIVED: Kind("撤销减免", "减免已撤销", (REVIEWER,), (WAIVED,)),
    MOVED: Kind("调动", "已调动", (REVIEWER,), ("", MOVED)),
    MENDED: Kind("修复日志", "日志已修复", (REVIEWER, THE_CITY), ("", MENDED)),
})  # fmt: skip
CLAIM_ACTS = (REGISTERED, RETURNED, CORRECTED, REVIEWED, RECOGNISED, REVERSED)

ACTS = Table(
    "acts",
    "one act of one office (or employer) on one claim, or on a person's waiver or employer",
    ("subject", "step"),
    {"subject": TEXT, "act": WORD, "actor": WORD, "on": DATE, "by": WORD},
    {
        "person_id": TEXT,
        "unit": WORD,
        "seal": FLAG,
        "special_seal": FLAG,
        "batch": WORD,
        "verdict": WORD,
        "hours": HOURS,
        "reason": WORD,
        "reference": WORD,
        "months": COUNT,
        "from_unit": WORD,
        "from_person": TEXT,
        "step": COUNT,
        "known_on": DATE,
        "office": WORD,
        "n": COUNT,
    },
)
GIVEN = tuple(name for name in ACTS.columns if name not in {"step", "known_on", "office", "n"})
"""What who acts has to say; step, day of knowledge, office and line are added by the journal."""


@dataclass(frozen=True)
class Act:
    """One act.

    ``subject``: the claim's id (of a waiver or move, see ``waivers`` and ``movers``); ``actor``: the employer's name,
    or the area code of the office; ``on``: the day it was done; ``by``: who did it; ``seal``: 审核单位公章 (D13);
    ``special_seal``: 继续教育专用章 of the city (D15); ``batch``: number of the batch recognised, of a reversal that
    of the batch it reverses; ``verdict`` one of VERDICTS, ``hours`` what the review accepts; ``reason``: why returned
    or reversed; ``reference``: document number; ``months`` waived; ``from_unit``, ``from_person``: before a move.
    """

    subject: str
    act: str
    actor: str
    on: date
    by: str
    person_id: str | None = None
    unit: str | None = None
    seal: bool | None = None
    special_seal: bool | None = None
    batch: str | None = None
    verdict: str | None = None
    hours: Decimal | None = None
    reason: str | None = None
    reference: str | None = None
    months: int | None = None
    from_unit: str | None = None
    from_person: str | None = None


def acts_table(acts: Iterable[Act]) -> pd.DataFrame:
    """The acts as a table (contract ACTS, without what the journal adds)."""
    rows = list(acts)
    names = [each.name for each in fields(Act)]
    return frame(ACTS, {name: [getattr(row, name) for row in rows] for name in names})


def shaped(acts: pd.DataFrame) -> pd.DataFrame:
    """A table of acts with every column of the contract and its types, in its order.

    Raises ActError where a column that every act must have is missing, or is of a wrong type.
    """
    missing = [name for name in ACTS.required if name not in acts.columns]
    if missing:
        raise ActError(f"办理记录缺少列：{'、'.join(missing)}。")
    blank = frame(ACTS, {"subject": [None] * len(acts)}).set_axis(acts.index)
    columns = {}
    for name, kind in ACTS.columns.items():
        given = acts[name] if name in acts.columns else blank[name]
        try:
            columns[name] = given if given.dtype == pandas_type(kind) else given.astype(pandas_type(kind))
        except (TypeError, ValueError):
            raise ActError(f"办理记录的列 {name} 类型不符：应为 {kind}。") from None
    return pd.DataFrame(columns, copy=False).reset_index(drop=True)


def masked(table: pd.DataFrame) -> pd.DataFrame:
    """The table with the names of staff masked, as anything published shows them."""
    out = table.copy(deep=False)
    for name in ("by", "registrar", "reviewer", "recogniser", "granted_by"):
        if name in out.columns:
            words = out[name].astype("str")
            out[name] = words.map(mask_name, na_action="ignore").astype("str")
    return out


def as_dict(act: Act) -> dict[str, object]:
    """The act's filled fields."""
    return {name: value for name, value in asdict(act).items() if value is not None}


NOTHING = frame(ACTS, {"subject": np.empty(0, dtype=object)})
"""No act at all."""
