"""Claims and people for benchmarks: random but realistic, columns as the store holds them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from ce_toolkit.tables import from_hundredths

CLASSES = ("training", "self_study", "output", "public_exam")


@dataclass(frozen=True)
class Made:
    """A year of ``people`` with their ``claims``."""

    people: pd.DataFrame
    claims: pd.DataFrame


def make(people: int, claims: int, *, seed: int = 1) -> Made:
    """About six claims a person: trainings of 1–5 days (some overlap), self-study, outputs, exams; some unproved."""
    rng = np.random.default_rng(seed)
    person = np.sort(rng.integers(0, people, claims))
    kind = rng.choice(4, claims, p=[0.55, 0.15, 0.15, 0.15])
    start = 17167 + rng.integers(0, 360, claims)
    span = np.where(kind == 0, rng.integers(1, 6, claims), 1)
    hours = np.where(kind == 0, span * rng.integers(40, 90, claims) * 10, rng.integers(10, 300, claims) * 10)
    stated = from_hundredths(hours)
    ids = pd.array([f"p{number:07d}" for number in range(people)], dtype="str")
    table = pd.DataFrame(
        {
            "claim_id": pd.array([f"c{number:08d}" for number in range(claims)], dtype="str"),
            "person_id": ids.take(person),
            "class": pd.Categorical.from_codes(kind, CLASSES),
            "kind": pd.Categorical.from_codes(np.where(kind == 2, 0, -1), ["paper"]),
            "basis": _words(kind == 0, rng.choice(3, claims, p=[0.9, 0.07, 0.03]), ["held_hr", "recorded_hr", "none"]),
            "start": _days(start),
            "end": _days(start + span - 1),
            "days": pd.array(span, dtype=pd.ArrowDtype(pa.int64())),
            "hours": stated.where(kind < 2),
            "employer_hours": stated.where(kind == 1),
            "items": from_hundredths(np.full(claims, 100)).where(kind == 2),
            "result": _words(kind == 3, rng.choice(2, claims, p=[0.9, 0.1]), ["pass", "fail"]),
            "proof": _flags(rng.random(claims) < 0.97),
            "registered": _flags(np.ones(claims, dtype=bool)),
            "key": pd.array([f"K{number}" for number in rng.integers(0, claims * 3, claims)], dtype="str"),
        }
    )
    folk = pd.DataFrame(
        {
            "person_id": ids,
            "archive": _flags(rng.random(people) < 0.9),
            "employment": pd.Categorical(["in_service"] * people),
        }
    )
    return Made(folk, table)


def _words(mask: npt.NDArray[np.bool_], codes: npt.NDArray[np.int64], words: list[str]) -> pd.Categorical:
    return pd.Categorical.from_codes(np.where(mask, codes, -1), words)


def _days(numbers: npt.NDArray[np.int64]) -> pd.Series:
    return pd.Series(pd.arrays.ArrowExtensionArray(pa.array(numbers.astype(np.int32)).view(pa.date32())))


def _flags(values: npt.NDArray[np.bool_]) -> pd.Series:
    return pd.Series(pd.array(values, dtype=pd.ArrowDtype(pa.bool_())))
