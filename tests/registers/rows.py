"""Rows of forms as intake hands them on, a small register of units, and people to be matched: all invented."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from ce_toolkit.intake import Intake
from ce_toolkit.intake.fields import field_spec
from ce_toolkit.intake.frames import PLACE
from ce_toolkit.registers import Units
from ce_toolkit.registers.units import fold_unit
from ce_toolkit.tables import EXAMS, FINDINGS, SUBMISSIONS, Table, frame

COUNTY = "371402"
SCHOOL, HOSPITAL, FARM = "德城区试验中学", "德城区试验医院", "陵城区试验农场"
PERSON: Mapping[str, Any] = {
    "name": "丁一郎", "sex": "男", "employer": SCHOOL, "series": "中小学教师", "title": "一级教师",
    "certificate_no": "0837140000001", "file": "报名表.xlsx", "received_on": date(2017, 4, 20),
}  # fmt: skip
CLAIM: Mapping[str, Any] = {
    **{name: PERSON[name] for name in ("name", "sex", "employer", "certificate_no")}, "file": "学时.xlsx",
    "class": "training", "title": "专题讲座", "basis": "held_hr", "start": date(2017, 5, 4), "hours": 8, "proof": True,
    "registered": True,
}  # fmt: skip
EXAM: Mapping[str, Any] = {
    **{name: PERSON[name] for name in ("name", "employer", "certificate_no")},
    "platform": "A平台.xlsx", "subject": "2017", "date": date(2017, 5, 20), "result": "pass",
}  # fmt: skip


def units(*rows: tuple[Any, ...]) -> Units:
    """A register of (unit, area, nature, eligible) rows; a school and a hospital of the county, a farm of another."""
    known = rows or (
        (SCHOOL, COUNTY, "public_institution", 10), (HOSPITAL, COUNTY, "public_institution", None),
        (FARM, "371403", "state_enterprise", 5),
    )  # fmt: skip
    table = pd.DataFrame(known, columns=["unit", "area", "nature", "eligible"])
    table["eligible"] = table["eligible"].astype("int64[pyarrow]")
    table = table.assign(
        kind="county_unit", reviewer=table["area"], archive=pd.array([True] * len(table), "bool[pyarrow]")
    )
    return Units(table.assign(key=fold_unit(table["unit"])))


def form_rows(form: str, *rows: Mapping[str, Any]) -> pd.DataFrame:
    """Accepted rows of a form, in the order given; each stands in a row of its own of its file."""
    fields = {field.id: field.type for field in field_spec().forms[form].fields}
    numbered = [
        {"sheet": "Sheet1", "row": number, "source": f"{row['file']}!Sheet1!A{number:04d}", **row}
        for number, row in enumerate(rows, start=4)
    ]
    names = {**PLACE, **fields}
    return frame(_table(names), {name: [row.get(name) for row in numbered] for name in names})


def _table(columns: Mapping[str, Any]) -> Table:
    return Table("rows", "a row", (), dict(columns), {})


def people_rows(*changes: Mapping[str, Any]) -> pd.DataFrame:
    """Rows of enrolment forms with the day of receipt, each the standard person with changes."""
    rows = [{**PERSON, **change} for change in changes]
    days = [row["received_on"] for row in rows]
    return form_rows("enrolment", *rows).assign(received_on=pd.Series(days, dtype="date32[pyarrow]"))


def exam_table(*changes: Mapping[str, Any]) -> pd.DataFrame:
    """The city's exam results, each the standard result with changes."""
    rows = [
        {"exam_id": f"A平台.xlsx!成绩!A{n}", "source": f"A平台.xlsx!成绩!A{n}", **EXAM, **change}
        for n, change in enumerate(changes, 2)
    ]
    return frame(EXAMS, {name: [row.get(name) for row in rows] for name in EXAMS.columns})


def batch(people: Sequence[Mapping[str, Any]] = ({},), claims: Sequence[Mapping[str, Any]] = ()) -> Intake:
    """What a county's folder held: enrolment rows and hours rows, each the standard one with changes."""
    enrolled = [{**PERSON, **change} for change in people]
    hours = [{**CLAIM, "received_on": date(2017, 7, 3), **change} for change in claims]
    files = {
        row["file"]: (form, row["received_on"])
        for form, rows in (("enrolment", enrolled), ("hours", hours))
        for row in rows
    }
    counts = {
        name: [0] * len(files) for name in ("rows_read", "rows_accepted", "rows_held", "rows_skipped", "findings")
    }
    submissions = {
        "file": list(files), "sha256": list(files), "form": [form for form, _ in files.values()],
        "outcome": ["accepted"] * len(files), "received_on": [day for _, day in files.values()], **counts,
    }  # fmt: skip
    return Intake(
        frame(SUBMISSIONS, submissions),
        frame(FINDINGS, {}),
        form_rows("enrolment", *enrolled),
        form_rows("hours", *hours),
        form_rows("exam"),
    )
