"""From columns of people, claims and results to the cells of a file: plain values first, then a clerk's spelling."""

from collections.abc import Mapping, Sequence
from typing import Any

from ce_toolkit.demo.claims import Claims
from ce_toolkit.demo.dice import BLANK, Days, Ints
from ce_toolkit.demo.exams import SUBJECTS, Exams
from ce_toolkit.demo.mess import plain_number, spell_date
from ce_toolkit.demo.people import People
from ce_toolkit.demo.plans import Plan
from ce_toolkit.demo.spec import flag_words, form, words
from ce_toolkit.demo.units import Unit
from ce_toolkit.demo.xlsx import Cell

Values = dict[str, list[Any]]

_WORDED = {"class", "kind", "basis", "result"}


def people_values(units: Sequence[Unit], people: People) -> Values:
    """Values of the enrolment form, one per person and field."""
    return {
        "name": people.name,
        "sex": people.sex,
        "employer": [units[u].name for u in people.unit.tolist()],
        "series": people.series,
        "title": people.title,
        "certificate_no": people.certificate_written,
        "meant:certificate_no": people.certificate_no,
    }


def claim_values(units: Sequence[Unit], people: People, claims: Claims, numbers: Sequence[str]) -> Values:
    """Values of the hours register, one per claim and field; ``numbers`` are the certificates they give."""
    who = claims.person.tolist()
    return {
        "name": [people.name[i] for i in who],
        "sex": [people.sex[i] for i in who],
        "employer": [units[u].name for u in people.unit[claims.person].tolist()],
        "certificate_no": [numbers[i] for i in who],
        "meant:certificate_no": [people.certificate_no[i] for i in who],
        "class": list(claims.class_),
        "kind": list(claims.kind),
        "title": list(claims.title),
        "organiser": list(claims.organiser),
        "basis": list(claims.basis),
        "recorded_on": _days(claims.recorded_on),
        "start": _days(claims.start),
        "end": _days(claims.end),
        "days": _numbers(claims.days),
        "hours": _hours(claims.hours),
        "items": _numbers(claims.items),
        "employer_hours": _hours(claims.employer_hours),
        "in_archive": claims.in_archive.tolist(),
        "key": list(claims.key),
        "issued": claims.issued.tolist(),
        "recognised": claims.recognised.tolist(),
        "proof": claims.proof.tolist(),
        "registered": claims.registered.tolist(),
    }


def exam_values(exams: Exams) -> Values:
    """Values of the platforms' exports, one per result and field."""
    told = zip(exams.passed.tolist(), exams.absent.tolist(), strict=True)
    return {
        "name": exams.name,
        "sex": exams.sex,
        "employer": exams.employer,
        "meant:employer": exams.true_employer,
        "certificate_no": exams.certificate_no,
        "card_no": exams.card_no,
        "subject": [SUBJECTS[p][y] for p, y in zip(exams.platform, exams.year.tolist(), strict=True)],
        "date": _days(exams.date),
        "score": [None if gone else score for score, gone in zip(exams.score.tolist(), exams.absent, strict=True)],
        "result": ["pass" if passed else "none" if absent else "fail" for passed, absent in told],
    }


def cells(plan: Plan, values: Mapping[str, Sequence[Any]]) -> dict[str, list[Cell]]:
    """The cells of a plan's rows by field, spelled as its clerk does; blanks are ``None``."""
    rows = plan.rows.tolist()
    out = {}
    for field in form(plan.form).fields:
        if field.id not in values:
            continue
        here = [values[field.id][row] for row in rows]
        out[field.id] = _spelled(plan, field.id, field.reader, here)
    return out


def _spelled(plan: Plan, field_id: str, reader: str, here: list[Any]) -> list[Cell]:
    if reader == "date":
        way = "slash" if plan.encoding and plan.dates == "real" else plan.dates  # as Excel saves a date in a .csv
        spelled = {day: spell_date(day, way) for day in dict.fromkeys(here)}
        return [spelled[day] for day in here]
    if reader == "yes_no":
        blank_no_yes = flag_words(field_id)
        return [blank_no_yes[flag + 1] for flag in here]
    if reader in _WORDED:
        word = words(reader, plan.spelling)
        return [None if code is None else word[code] for code in here]
    return [None if value == "" else value for value in here]


def _days(days: Days) -> list[Any]:
    return list(days.astype(object))


def _numbers(numbers: Ints) -> list[int | None]:
    return [None if n == BLANK else n for n in numbers.tolist()]


def _hours(hundredths: Ints) -> list[int | float | None]:
    return [None if h == BLANK else plain_number(h) for h in hundredths.tolist()]
