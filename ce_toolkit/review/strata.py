"""Strata: every unit of the frame in exactly one, by the first signal that fits, with its reasons in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

import numpy as np
import pandas as pd

from ce_toolkit.errors import SampleError
from ce_toolkit.review.signals import SIGNALS

TITLES: Mapping[str, str] = MappingProxyType(
    {"S0": "必查", "S1": "同日重叠", "S2": "自学", "S3": "临界", "S4": "首次", "S5": "整批同值", "S6": "其余"}
)
PRIORITY = tuple(TITLES)
CERTAINTY, REST = "S0", "S6"
_AT_RANDOM = "随机抽取"


def stratum_label(code: object) -> str:
    """Code and title of a stratum, as every table and sheet writes it; a stratum of one's own naming is its code."""
    return f"{code} {TITLES.get(str(code), '')}".strip()


@dataclass(frozen=True)
class Stratum:
    """One part of the frame that is drawn from on its own.

    ``members``: one row a unit: unit_id, hours, reasons (codes of signals, blank between them). ``certainty``: all of
    it is looked at, so that it has no sampling error.
    """

    code: str
    members: pd.DataFrame
    certainty: bool = False

    @property
    def name(self) -> str:
        """The code, by which strata are told apart and ties broken."""
        return self.code

    @property
    def title(self) -> str:
        """What the stratum is called."""
        return TITLES.get(self.code, self.code)

    @property
    def size(self) -> int:
        """Units in the stratum."""
        return len(self.members)

    @property
    def hours(self) -> Decimal:
        """Creditable hours in the stratum."""
        return self.members["hours"].sum() if self.size else Decimal(0)


def assign_strata(
    records: pd.DataFrame, signals: pd.DataFrame, *, priority: Sequence[str] = PRIORITY
) -> tuple[Stratum, ...]:
    """The strata of ``records`` (unit_id, hours) by their ``signals`` (same index): the first that fits.

    Units without a signal fall into the last stratum, and so do those whose strata ``priority`` leaves out. Strata
    without units are not given. Raises SampleError where ``priority`` is empty or names a stratum twice.
    """
    if not priority or len(set(priority)) != len(priority):
        raise SampleError(f"分层次序“{' '.join(priority)}”为空或有重复，请改正。")
    fits = np.column_stack(
        [_any(signals, [code for code, (home, _) in SIGNALS.items() if home == name]) for name in priority]
    )
    fits[:, -1] = True
    chosen = fits.argmax(axis=1)
    members = records[["unit_id", "hours"]].assign(reasons=_reasons(signals).to_numpy())
    return tuple(
        Stratum(name, members[chosen == place].reset_index(drop=True), certainty=name == CERTAINTY)
        for place, name in enumerate(priority)
        if (chosen == place).any()
    )


def one_stratum(records: pd.DataFrame) -> tuple[Stratum, ...]:
    """The whole frame as a single stratum."""
    return (Stratum(REST, records[["unit_id", "hours"]].assign(reasons="")),) if len(records) else ()


def _any(signals: pd.DataFrame, codes: Sequence[str]) -> np.ndarray:
    return signals[list(codes)].to_numpy(dtype=bool).any(axis=1)


def _reasons(signals: pd.DataFrame) -> pd.Series:
    """Codes of a row's signals with a blank between them, a column at a time."""
    told = np.full(len(signals), "", dtype=object)
    for code in SIGNALS:
        mask = signals[code].to_numpy(dtype=bool)
        told[mask] += code + " "
    return pd.Series(told, dtype="str").str.strip()


def in_words(reasons: pd.Series) -> pd.Series:
    """Codes of reasons as a reader reads them: each distinct set is put into words once."""
    return reasons.map({told: _words(told.split()) for told in reasons.unique()})


def _words(codes: Sequence[str]) -> str:
    """Self-study at its cap need not be told to be self-study."""
    told = [code for code in codes if code != "self_study" or not {"self_study_cap", "self_study_archive"} & {*codes}]
    return "；".join(SIGNALS[code][1] for code in told) or _AT_RANDOM
