"""A part of the city made whole: its people, their claims, the files they send and the truth of all three."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ce_toolkit.demo import mess, truth
from ce_toolkit.demo.bodies import Values, cells, claim_values, exam_values, people_values
from ce_toolkit.demo.claims import draw_claims
from ce_toolkit.demo.dice import Bools
from ce_toolkit.demo.exams import Exams, draw_exams
from ce_toolkit.demo.forms import Laid, lay_out
from ce_toolkit.demo.mess import Edit, Slip, draw_edits
from ce_toolkit.demo.people import People, draw_people
from ce_toolkit.demo.plans import Plan, as_xls, plan_files, sent_days, with_habits
from ce_toolkit.demo.truth import Columns
from ce_toolkit.demo.units import Unit

Dice = Callable[[str], np.random.Generator]


@dataclass(frozen=True)
class Part:
    """Some units with their people, their files laid out, and the columns of the truth tables."""

    units: tuple[Unit, ...]
    people: People
    laid: tuple[Laid, ...]
    truth: dict[str, Columns]


@dataclass(frozen=True)
class Body:
    """What the rows of one form hold: values by field, the id of each row, and whether it is that of a namesake."""

    values: Values
    namesake: Bools
    ids: Sequence[str]


def make_part(dice: Dice, units: Sequence[Unit], *, mark: str, block: str, xls: bool = False) -> Part:
    """The part of the city that these units make; ids carry ``mark``, certificate numbers a digit of ``block``.

    ``xls`` files have no slips but for what is left blank.
    """
    people = draw_people(dice("people"), units, prefix=f"{mark}P", block=block)
    sent_on = sent_days(dice("sent"), units)
    claims = draw_claims(dice("claims"), units, people, sent_on, mark)
    ids = [f"{mark}C{i:07d}" for i in range(1, len(claims) + 1)]
    plans = plan_files(dice("plans"), units, people, claims.person, sent_on)
    plans = as_xls(plans) if xls else with_habits(dice("habits"), plans)
    rng = dice("mess")
    numbers = mess.drop_numbers(rng, people.certificate_written, people.namesake, 0.02)
    enrolled, declared = people_values(units, people), claim_values(units, people, claims, numbers)
    only = _always if xls else tuple
    body = Body(enrolled, people.namesake, people.person_id)
    forms = _lay_out(rng, _of(plans, "enrolment"), only(mess.ENROLMENT_SLIPS), body)
    body = Body(declared, people.namesake[claims.person], ids)
    registers = _lay_out(rng, _of(plans, "hours"), only(mess.HOURS_SLIPS), body)
    laid = [*forms, *registers]
    tables = {
        "people": truth.true_people(units, people, forms),
        "claims": truth.true_claims(ids, people, claims, declared, registers),
        "files": truth.true_files(laid),
        "mess": truth.true_mess(laid, f"{mark}M"),
    }
    return Part(tuple(units), people, tuple(laid), tables)


def _of(plans: Sequence[Plan], form_id: str) -> list[Plan]:
    return [plan for plan in plans if plan.form == form_id]


def _always(slips: Sequence[Slip]) -> tuple[Slip, ...]:
    return tuple(slip for slip in slips if slip.always)


def _lay_out(rng: np.random.Generator, plans: Sequence[Plan], slips: Sequence[Slip], body: Body) -> list[Laid]:
    edits = draw_edits(rng, slips, plans, body.values, body.namesake)
    contacts = rng.integers(1, 1000, len(plans)).tolist()
    return [
        lay_out(plan, cells(plan, body.values), edits[at], [body.ids[i] for i in plan.rows.tolist()], contacts[at])
        for at, plan in enumerate(plans)
    ]


def make_exams(dice: Dice, units: Sequence[Unit], people: People, written: Sequence[str | None]) -> Part:
    """The exports of the two learning platforms; ``written`` as for ``truth.true_exams``."""
    exams = draw_exams(dice("exams"), units, people)
    values = exam_values(exams)
    plans = [
        _platform(exams, "A", "platforms/A平台考试成绩导出.xlsx"),
        _platform(exams, "B", "platforms/B平台成绩.csv"),
    ]
    edits = draw_edits(dice("exam_mess"), mess.EXAM_SLIPS, plans, values, np.zeros(len(exams), dtype=bool))
    ids = [f"E{i:06d}" for i in range(1, len(exams) + 1)]
    laid = [
        lay_out(plan, cells(plan, values), [*more, *_misspelt(plan, exams, more)], [ids[i] for i in plan.rows], None)
        for plan, more in zip(plans, edits, strict=True)
    ]
    for each in laid:
        each.plan = replace(each.plan, area="platforms")
    tables = {
        "exams": truth.true_exams(exams, people, written, values, laid),
        "files": truth.true_files(laid),
        "mess": truth.true_mess(laid, "EM"),
    }
    return Part(tuple(units), people, tuple(laid), tables)


def _platform(exams: Exams, platform: str, file: str) -> Plan:
    rows = np.flatnonzero(exams.platform == platform)
    first = Plan("exam", platform, "", file, rows, None, sheet="考试成绩", dates="real", synonyms=1)
    return first if platform == "A" else replace(first, encoding="gb18030", bare=True, synonyms=2, spelling=1)


def _misspelt(plan: Plan, exams: Exams, others: Sequence[Edit]) -> list[Edit]:
    """The employers that the platform knows under another spelling, unless the cell slipped already."""
    taken = {edit.row for edit in others if edit.field == "employer"}
    wrong = [
        (place, i)
        for place, i in enumerate(plan.rows.tolist())
        if exams.employer[i] != exams.true_employer[i] and place not in taken
    ]
    return [
        Edit(place, "employer", exams.employer[i], "misspelt_unit", exams.true_employer[i], held=False)
        for place, i in wrong
    ]
