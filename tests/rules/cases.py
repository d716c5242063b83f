"""The worked examples under ``tests/cases``, and how an outcome is compared with what a case expects."""

import json
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parents[1] / "cases"
FILES = ("worked_examples", "golden_vectors", "further_examples")


def load_cases(*names: str) -> list[dict[str, Any]]:
    """The cases of the named files, in order; of all files if none is named."""
    return [
        case
        for name in names or FILES
        for case in yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    ]


def differences(case: Mapping[str, Any], shown: Mapping[str, Any]) -> list[str]:
    """What differs from the expectation: amounts exactly (or within ``accept``), refs as sets, expected flags shown.

    A class that ``credited`` does not name is 0; a case without ``credited`` or ``short`` says nothing of them.
    """
    expect, accept = case["expect"], case.get("accept", {}) if case.get("strict") is False else {}
    found = [] if shown["status"] == expect["status"] else ["status"]
    for amounts in ("credited", "short"):
        for name, have in shown[amounts].items() if amounts in expect else ():
            want = exact(expect[amounts].get(name, 0))
            low, high = (exact(accept[name][side]) if name in accept else want for side in ("min", "max"))
            if not low <= exact(have) <= high:
                found.append(f"{amounts}.{name}")
    found += [refs for refs in ("rejected", "pending") if not _same(expect.get(refs, []), shown[refs])]
    found += [f"no flag {code}" for code in expect.get("absent_flags", []) if code in shown["flags"]]
    return found + [f"flag {code}" for code in expect.get("flags", []) if code not in shown["flags"]]


def exact(amount: Any) -> Fraction:
    """An amount as printed, whatever number type holds it."""
    return Fraction(str(amount))


def _same(these: Iterable[str], those: Iterable[str]) -> bool:
    return sorted(these) == sorted(those)


def as_edited(text: str) -> Any:
    """A pack as an editor hands it to a schema: numbers plain, dates as text."""

    def shown(value: Any) -> Any:
        return value.isoformat() if isinstance(value, date) else float(value)

    return json.loads(json.dumps(tomllib.loads(text, parse_float=Decimal), default=shown))
