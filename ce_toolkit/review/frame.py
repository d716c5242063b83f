"""The frame of a review: every creditable claim once, under a code that tells nothing of the person."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from ce_toolkit.errors import SampleError
from ce_toolkit.review.tickets import draw, parse_seed


@dataclass(frozen=True)
class Frame:
    """A frozen frame.

    ``units``: one row a creditable claim: unit_id, claim_id, person_id, class, title, start, end, registered (hours
    claimed), granted (hours after caps). ``digest``: SHA-256 of its text (a line a unit: unit_id, class, registered,
    granted, with commas between), to be published before the seed is known.
    """

    units: pd.DataFrame
    digest: str

    @property
    def size(self) -> int:
        """Number of units."""
        return len(self.units)

    @property
    def digest_in_groups(self) -> str:
        """The digest in groups of eight, as it is read aloud and printed."""
        return " ".join(self.digest[start : start + 8] for start in range(0, len(self.digest), 8))

    @property
    def hours(self) -> Decimal:
        """Creditable hours in the frame."""
        return self.units["granted"].sum() if self.size else Decimal(0)


def freeze_frame(claims: pd.DataFrame, credit: pd.DataFrame, *, unrouted: Collection[str] = ()) -> Frame:
    """The claims that were granted hours on paper evidence, in order of their codes.

    Exam passes come from the platforms and have no paper to look at; they are left out. ``unrouted`` names
    units for which nobody is named to review: while there are any nothing is frozen (N9, D8). Raises SampleError then,
    and where two claims share a code.
    """
    if unrouted:
        raise SampleError(
            f"有 {len(unrouted)} 个单位还没有确定审核单位（{_first(unrouted)}），不能冻结抽样框；"
            f"请在单位名录的“审核单位”列填写，或在 city.yaml 的 review_route 写明这类单位由谁审核。"
        )
    granted = credit.loc[(credit["state"] == "granted") & (credit["class"] != "public_exam")]
    granted = granted[granted["granted"] > 0]
    facts = claims[["claim_id", "kind", "title", "organiser", "start", "end"]]
    units = granted[["claim_id", "person_id", "class", "claimed", "granted", "flags"]].merge(facts, on="claim_id")
    units = units.rename(columns={"claimed": "registered"})
    codes = [unit_code(claim_id) for claim_id in units["claim_id"]]
    units.insert(0, "unit_id", pd.array(codes, dtype="str"))
    if units["unit_id"].duplicated().any():
        raise SampleError("抽样框有重复的编号，请先更正登记表。")
    units = units.sort_values("unit_id", kind="stable").reset_index(drop=True)
    return Frame(units, _digest(units))


def _first(names: Collection[str], most: int = 5) -> str:
    listed = sorted(names)
    return "、".join(listed[:most]) + ("等" if len(listed) > most else "")


def unit_code(claim_id: str) -> str:
    """Twelve hex digits that stand for a claim in public files."""
    return hashlib.sha256(claim_id.encode()).hexdigest()[:12]


def _digest(units: pd.DataFrame) -> str:
    facts = [units[name].astype("str") for name in ("class", "registered", "granted")]
    lines = units["unit_id"].str.cat(facts, sep=",")
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def draw_sample(frame: Frame, size: int, *, seed: str) -> pd.DataFrame:
    """The frame's rows with the ``size`` smallest tickets, in ticket order, with ``ticket`` and ``order`` in front.

    A frame smaller than ``size`` is taken whole.
    """
    tickets = draw(frame.units["unit_id"].tolist(), min(size, frame.size), seed=parse_seed(seed))
    chosen = pd.DataFrame(tickets, columns=["ticket", "unit_id"], dtype="str")
    chosen.insert(0, "order", range(1, len(chosen) + 1))
    return chosen.merge(frame.units, on="unit_id", how="left")
