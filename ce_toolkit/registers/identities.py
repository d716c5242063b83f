"""Which rows of the forms are one and the same person: the key that people are registered under.

A certificate number is a person. Where it is missing, or has lost its leading zeros, rows of one name in one unit are
looked at together: a unit that sends its form again, now with the numbers filled in, sends the same people.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from ce_toolkit import titles
from ce_toolkit.registers.identity import bare_number, fold_name, fold_number
from ce_toolkit.registers.units import fold_unit


def identity_key(rows: pd.DataFrame) -> pd.Series:
    """What makes two rows the same person: the certificate number, else name, unit, series and sex together.

    ``rows`` has name, employer, certificate_no and file, and series and sex where known, in the order of arrival. A row
    without a number takes the key of the one person of that name and unit in *other* files whom its series and sex do
    not contradict: a form names a person once, so two rows of one file are two people.
    """
    facts = _facts(rows)
    unit = fold_unit(rows["employer"].fillna(""))
    group = facts["name"] + "|" + unit
    key = facts["number"].where(facts["number"].notna(), facts["described"]).rename("key")
    linked = key.copy()
    several = (key.groupby(group).transform("nunique") > 1) & (unit != "")
    for _, part in facts.assign(key=key)[several].groupby(group[several], sort=False):
        for index, found in _linked(part):
            linked[index] = found
    return linked


def _facts(rows: pd.DataFrame) -> pd.DataFrame:
    blank = pd.Series(None, index=rows.index, dtype="str")
    raw = {name: rows[name].astype("str") if name in rows else blank for name in ("series", "sex")}
    name, number = fold_name(rows["name"]), fold_number(rows["certificate_no"])
    parts = [fold_unit(rows["employer"].fillna("")), raw["series"].fillna(""), raw["sex"].fillna("")]
    return pd.DataFrame(
        {
            "name": name,
            "number": number,
            "bare": bare_number(number),
            "series": titles.printed_series(raw["series"]),
            "sex": raw["sex"],
            "file": rows["file"].astype("str"),
            "described": name.str.cat(parts, sep="|"),
        }
    )


@dataclass
class _Identity:
    """One person of a name and unit: the key, what is known, and the files that named the person so far."""

    key: str
    bare: str | None
    series: str | None
    sex: str | None
    files: set[str] = field(default_factory=set)

    def fits(self, row: Any) -> bool:
        if row.bare is not None and self.bare is not None:
            return bool(row.bare == self.bare)
        if row.key == self.key:
            return True
        agree = all(
            None in (mine, its) or mine == its for mine, its in ((self.series, row.series), (self.sex, row.sex))
        )
        return agree and row.file not in self.files

    def add(self, row: Any) -> None:
        self.series, self.sex = self.series or row.series, self.sex or row.sex
        self.files.add(row.file)


def _linked(part: pd.DataFrame) -> Iterator[tuple[Any, str]]:
    """Index and key of each row of one name and unit; fuller numbers first, then rows without one as they came."""
    plain = part.astype(object).where(part.notna(), None)
    length = plain["number"].map(lambda number: -len(number or ""))
    known: list[_Identity] = []
    for row in plain.assign(length=length).sort_values("length", kind="stable").itertuples():
        fits = [one for one in known if one.fits(row)]
        if len(fits) != 1:
            fits = [_Identity(row.key, row.bare, row.series, row.sex)]
            known += fits
        fits[0].add(row)
        yield row.Index, fits[0].key
