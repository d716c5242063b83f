"""The commitment: frame, strata, plan and sizes under one digest, published before anybody knows the seed."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pandas as pd

from ce_toolkit.errors import SampleError
from ce_toolkit.review.frame import Frame, in_groups
from ce_toolkit.review.strata import CERTAINTY, Stratum
from ce_toolkit.review.tickets import ID_FORM

CLAIMS, HOUR_UNITS = "claims", "hours"
FORM = 1
_CHECK = 8  # digits of a row's check: enough to name the row that was changed, the digests prove the whole
_HEAD = "unit_id,stratum,check"


@dataclass(frozen=True)
class Commitment:
    """What is published before the seed.

    ``frame_digest``, ``units``, ``hours``: the frozen frame. ``strata``: one row a unit, in order of unit_id: unit_id,
    stratum, check (first 8 hex digits of the SHA-256 of the unit's line in the frame and its stratum).
    ``allocation``: stratum → units (of the frame, or hour units) drawn by the end of each stage; certainty strata are
    drawn whole in stage 1. ``unit``: "claims", or "hours" where hour units of ``quantum`` hours are drawn. ``plan``:
    the plan's own facts. ``about``: county, year and the like. ``demonstration``: made and drawn in one go, on
    invented data.
    """

    frame_digest: str
    units: int
    hours: str
    strata: pd.DataFrame = field(repr=False)
    allocation: Mapping[str, tuple[int, ...]]
    certainty: tuple[str, ...]
    plan: Mapping[str, Any]
    about: Mapping[str, str]
    unit: str = CLAIMS
    quantum: str = "0.5"
    demonstration: bool = False

    @property
    def stages(self) -> int:
        """Number of stages that the sizes are fixed for."""
        return max((len(sizes) for sizes in self.allocation.values()), default=1)

    @property
    def strata_text(self) -> str:
        """The canonical text of which unit is in which stratum, as it is published."""
        lines = self.strata["unit_id"] + "," + self.strata["stratum"] + "," + self.strata["check"]
        return "\n".join([_HEAD, *lines]) + "\n"

    @property
    def facts(self) -> dict[str, Any]:
        """All that is committed to, in plain words and numbers; the digest is taken of its text."""
        counts = self.strata["stratum"].value_counts().to_dict()
        return {
            "form": FORM,
            "frame_sha256": self.frame_digest,
            "strata_sha256": _sha256(self.strata_text),
            "units": self.units,
            "hours": self.hours,
            "unit": self.unit,
            "quantum": self.quantum,
            "id_form": ID_FORM,
            "ticket": "0. + reversed decimal of SHA-256(hex SHA-256(seed) + id)",
            "strata": {name: counts[name] for name in sorted(counts)},
            "certainty": list(self.certainty),
            "allocation": {name: list(sizes) for name, sizes in sorted(self.allocation.items())},
            "plan": _plain(self.plan),
            "about": dict(sorted(self.about.items())),
            "demonstration": self.demonstration,
        }

    @property
    def text(self) -> str:
        """The canonical text of the facts: JSON in UTF-8, keys in order, indented by one, ended by a line feed."""
        return json.dumps(self.facts, ensure_ascii=False, indent=1, sort_keys=True) + "\n"

    @property
    def digest(self) -> str:
        """SHA-256 of the text, as 64 hex digits."""
        return _sha256(self.text)

    @property
    def digest_in_groups(self) -> str:
        """The digest in groups of eight."""
        return in_groups(self.digest)

    def size_of(self, stratum: str, stage: int) -> int:
        """Units of a stratum drawn by the end of a stage; a stratum fixed for fewer stages stays as it is."""
        sizes = self.allocation.get(stratum, ())
        return sizes[min(stage, len(sizes)) - 1] if sizes else 0


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    """A value as JSON holds it without loss: fractions and decimals as their text."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, (Fraction, Decimal)) else value


def commit(  # noqa: PLR0913  every part of what is committed to
    frame: Frame,
    plan: Any,
    strata: Sequence[Stratum],
    allocation: Mapping[str, int | Sequence[int]],
    *,
    unit: str = CLAIMS,
    quantum: str = "0.5",
    about: Mapping[str, str] | None = None,
    demonstration: bool = False,
) -> Commitment:
    """The commitment to a frame, a plan (with ``facts()``, or a mapping), its strata and the sizes drawn from each.

    Sizes are given in all by the end of each stage; certainty strata need none. Raises SampleError that names the
    stratum where strata do not part the frame, or a size is impossible: nothing is trimmed silently.
    """
    table = _assigned(frame, strata)
    sizes = {name: _cumulative(given) for name, given in allocation.items()}
    certain = tuple(sorted(one.code for one in strata if one.certainty))
    for stratum in strata:
        _require_possible(stratum, sizes.get(stratum.code, ()), unit, Decimal(quantum))
    unknown = sorted(set(sizes) - {one.code for one in strata})
    if unknown:
        raise SampleError(f"样本分配中的层 {'、'.join(unknown)} 不在分层之内，请改正。")
    facts = plan.facts() if hasattr(plan, "facts") else dict(plan or {})
    drawn = {name: given for name, given in sizes.items() if name not in certain}
    about = dict(about or {})
    hours = f"{frame.hours:.2f}"
    return Commitment(
        frame.digest, frame.size, hours, table, drawn, certain, facts, about, unit, quantum, demonstration
    )


def _cumulative(given: int | Sequence[int]) -> tuple[int, ...]:
    return (int(given),) if isinstance(given, int) else tuple(map(int, given))


def _require_possible(stratum: Stratum, sizes: tuple[int, ...], unit: str, quantum: Decimal) -> None:
    """Every stratum that is not looked at whole has sizes that it can give and that never shrink."""
    if stratum.certainty:
        return
    most = stratum.size if unit == CLAIMS else int(stratum.hours / quantum)
    if not sizes:
        raise SampleError(f"层 {stratum.code}（{stratum.title}）没有分配样本量，请给出。")
    if min(sizes) < 0 or max(sizes) > most or list(sizes) != sorted(sizes):
        told = "、".join(map(str, sizes))
        raise SampleError(f"层 {stratum.code}（{stratum.title}）的样本量 {told} 应逐阶段不减，且在 0 与 {most} 之间。")


def _assigned(frame: Frame, strata: Sequence[Stratum]) -> pd.DataFrame:
    """Each unit's stratum and check. Raises SampleError unless every unit of the frame is in exactly one stratum."""
    named = [one.members["unit_id"].to_frame().assign(stratum=one.code) for one in strata]
    table = pd.concat(named, ignore_index=True) if named else pd.DataFrame({"unit_id": [], "stratum": []}, dtype="str")
    table = table.sort_values("unit_id", kind="stable").reset_index(drop=True).astype("str")
    if not table["unit_id"].equals(frame.units["unit_id"].astype("str").reset_index(drop=True)):
        raise SampleError("分层与抽样框不符：每个单元应恰好属于一层，请用同一份记录分层。")
    return table.assign(check=row_checks(frame, table["stratum"]))


def row_checks(frame: Frame, strata: pd.Series) -> pd.Series:
    """The check of each unit: eight hex digits over its line in the frame and its stratum."""
    lines = pd.Series(frame.text.split("\n")[1 : frame.size + 1], dtype="str")
    told = [_sha256(line)[:_CHECK] for line in lines + "," + strata.reset_index(drop=True)]
    return pd.Series(told, dtype="str")


def read_strata(text: str) -> pd.DataFrame:
    """Which unit is in which stratum, from its published text. Raises SampleError where the text is not canonical."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    rows = [line.split(",") for line in lines[1:] if line]
    wrong = next((number for number, row in enumerate(rows, start=2) if len(row) != 3), None)
    if lines[0] != _HEAD or wrong:
        raise SampleError(f"分层表第 {wrong or 1} 行不合格式；应为 {_HEAD}。")
    return pd.DataFrame(rows, columns=_HEAD.split(",")).astype("str")


def read_commitment(text: str, strata: pd.DataFrame) -> Commitment:
    """A commitment from its published text and the strata published beside it.

    Raises SampleError where the text is no commitment, or its digest does not come out again.
    """
    try:
        facts = json.loads(text.removeprefix("\ufeff"))
        made = Commitment(
            facts["frame_sha256"], facts["units"], facts["hours"], strata,
            {name: tuple(sizes) for name, sizes in facts["allocation"].items()}, tuple(facts["certainty"]),
            facts["plan"], facts["about"], facts["unit"], facts["quantum"], facts["demonstration"],
        )  # fmt: skip
    except (ValueError, KeyError, TypeError, AttributeError):
        raise SampleError("抽样承诺不是本工具写出的格式，请用公示时的原文件。") from None
    if _sha256(made.strata_text) != facts.get("strata_sha256"):
        raise SampleError("分层表与抽样承诺不符：公示后被改动，或不是同一次公示的文件。")
    return made


def is_certain(commitment: Commitment, strata: pd.Series) -> pd.Series:
    """Which of the named strata are looked at whole."""
    return strata.isin(commitment.certainty or (CERTAINTY,))
