"""The register of people: everyone on an enrolment form once, with unit, sector, series and level."""

import hashlib
from dataclasses import dataclass, field

import pandas as pd

from ce_toolkit import titles
from ce_toolkit.registers import doubts
from ce_toolkit.registers.decisions import NONE, Decisions
from ce_toolkit.registers.identities import identity_key
from ce_toolkit.registers.identity import fold_name, fold_number
from ce_toolkit.registers.notices import notices
from ce_toolkit.registers.units import Units, fold_unit
from ce_toolkit.tables import PEOPLE, conform


@dataclass(frozen=True)
class PeopleRegister:
    """``people``: one row a professional (contract PEOPLE). Rows in = people on forms + merged + held.

    ``doubts``: pairs of which a person is to say whether they are one (doubts.COLUMNS).
    """

    people: pd.DataFrame
    findings: pd.DataFrame
    merged: int
    held: int
    doubts: pd.DataFrame = field(default_factory=lambda: doubts.NOTHING)


def register_people(
    rows: pd.DataFrame, units: Units, *, county: str, on_signup: bool = True, decisions: Decisions = NONE
) -> PeopleRegister:
    """Everyone that the accepted rows of a county's forms name, each once.

    ``rows`` has name, sex, employer, series, title, certificate_no, filing_unit, file, sheet, source and received_on.
    A person sent twice counts once, as the file received last says (MR4), but for a certificate number that only an
    earlier one gives; two units that send the same person are both told and both kept (MR5); a certificate number
    under two names is held, all its rows (MR6), unless ``decisions`` say that the names are one person's.
    """
    rows = rows.reset_index(drop=True)
    clash = _two_names(rows)
    clash &= ~doubts.one_by_decision(rows[clash], decisions).reindex(rows.index, fill_value=False)
    order = rows[~clash].sort_values(["received_on", "file", "source"], kind="stable")
    order = order.assign(key=doubts.united(order, identity_key(order), units.table["unit"], decisions))
    last = _with_numbers(order.drop_duplicates("key", keep="last"), order)
    double = order[order.duplicated("key", keep="last")]
    last = last.assign(previous_unit=_other_units(last, order))
    people = _described(last, units, county=county, on_signup=on_signup)
    findings = [
        notices("MR6", rows[clash]),
        notices("MR4", double),
        notices("MR5", _other_unit(order)),
        *_unit_notices(last, units, county),
    ]
    people = people.reset_index(drop=True)
    asked = [doubts.number_doubts(rows[clash]), doubts.people_doubts(people, units.table["unit"])]
    return PeopleRegister(
        people,
        pd.concat(findings, ignore_index=True),
        len(double),
        int(clash.sum()),
        pd.concat(asked, ignore_index=True),
    )


def _two_names(rows: pd.DataFrame) -> pd.Series:
    """Rows whose certificate number stands beside more than one name."""
    number, name = fold_number(rows["certificate_no"]), fold_name(rows["name"])
    names = name.groupby(number).transform("nunique")
    return names.gt(1).fillna(False).astype(bool)


def _with_numbers(last: pd.DataFrame, order: pd.DataFrame) -> pd.DataFrame:
    """``last`` with the fullest certificate number that any row of the person gives."""
    given = order.dropna(subset="certificate_no")
    longest = given.assign(length=given["certificate_no"].str.len()).sort_values("length", kind="stable")
    number = longest.drop_duplicates("key", keep="last").set_index("key")["certificate_no"]
    return last.assign(certificate_no=last["key"].map(number).astype("str"))


def _other_unit(order: pd.DataFrame) -> pd.DataFrame:
    unit = fold_unit(order["employer"].fillna(""))
    return order[unit.groupby(order["key"]).transform("nunique") > 1]


def _other_units(last: pd.DataFrame, order: pd.DataFrame) -> pd.Series:
    """The other units that sent each person, so that both are seen until the office decides (MR5); blank where none."""
    unit = fold_unit(order["employer"].fillna(""))
    own = order["key"].map(last.set_index("key")["employer"].fillna("")).astype("str")
    others = order[(unit != fold_unit(own)) & (unit != "")].drop_duplicates(["key", "employer"])
    return last["key"].map(others.groupby("key")["employer"].agg("、".join)).astype("str")


def _described(rows: pd.DataFrame, units: Units, *, county: str, on_signup: bool) -> pd.DataFrame:
    known = units.look_up(rows["employer"].fillna(""))
    series, level = titles.place(_text(rows, "series"), _text(rows, "title"))
    people = pd.DataFrame(
        {
            "person_id": person_ids(rows["key"], county),
            "name": fold_name(rows["name"]),
            "certificate_no": rows["certificate_no"],
            "sex": _text(rows, "sex"),
            "employer": rows["employer"],
            "filing_unit": rows["filing_unit"],
            "county": county,
            "series": series,
            "title": _text(rows, "title"),
            "level": level,
            "sector": known["nature"],
            "archive": known["archive"],
            "on_signup": on_signup,
            "previous_unit": rows["previous_unit"],
            "signed_up_on": rows["received_on"] if on_signup and "received_on" in rows else None,
            "source": rows["source"],
        }
    )
    return conform(PEOPLE, people)


def _text(rows: pd.DataFrame, name: str) -> pd.Series:
    return rows[name].astype("str") if name in rows else pd.Series(None, index=rows.index, dtype="str")


def person_ids(keys: pd.Series, county: str) -> pd.Series:
    """A short id per identity, the same on every run: county, then ten hex digits of the identity's hash."""
    digests = [hashlib.blake2b(key.encode(), digest_size=5).hexdigest() for key in keys]
    return pd.Series([f"{county}-{digest}" for digest in digests], index=keys.index, dtype="str")


def _unit_notices(rows: pd.DataFrame, units: Units, county: str) -> list[pd.DataFrame]:
    """One finding per unit and file, not one per person."""
    known = units.look_up(rows["employer"].fillna(""))
    first = ~rows.duplicated(["file", "employer"])
    unknown, elsewhere = known["area"].isna(), known["area"].notna() & (known["area"] != county)
    return [
        notices("T20", rows[unknown & first], shown=rows.loc[unknown & first, "employer"].fillna("（空）")),
        notices("MR12", rows[elsewhere & first], shown=rows.loc[elsewhere & first, "employer"]),
    ]
