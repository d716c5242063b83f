"""The truth behind the city, as tables: what was put in, where it stands, and what is to become of it.

``claims`` are as they are to be read (a mistyped -8 is -8); what was meant instead stands in ``mess``.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from ce_toolkit.demo.bodies import Values
from ce_toolkit.demo.claims import Claims
from ce_toolkit.demo.dice import BLANK, Ints
from ce_toolkit.demo.exams import Exams
from ce_toolkit.demo.forms import Laid
from ce_toolkit.demo.people import People
from ce_toolkit.demo.units import Unit
from ce_toolkit.tables import CLAIMS, COUNT, DATE, EXAMS, FLAG, PEOPLE, TEXT, WORD, Table

Columns = dict[str, list[Any]]

_PLACE = {"file": WORD, "sheet": WORD, "row": COUNT}
# certificate_written: the number a reader can see on the form, blank where there is none
TRUE_PEOPLE = replace(PEOPLE, optional={**PEOPLE.optional, **_PLACE, "certificate_written": TEXT})
# read: accepted, held (a cell of the row cannot be read) or refused (the file cannot)
TRUE_CLAIMS = replace(CLAIMS, optional={**CLAIMS.optional, **_PLACE, "certificate_written": TEXT, "read": WORD})
# clue: how the result is to be laid to a person; person_id is blank for one who is on no form
TRUE_EXAMS = replace(EXAMS, optional={**EXAMS.optional, **_PLACE, "person_id": TEXT, "year": COUNT, "clue": WORD})

# Sorts of row that are no data: ``title`` are those above the heads, ``duplicate`` people entered twice.
_SKIPPED = ("title", "head", "numbered_blank", "blank", "total", "footer", "duplicate")

# rows: people, claims or results put in, those entered twice counted twice. accepted + held + skipped are all rows of
# the table, for a file that can be read. filing_unit is who sent the file, though a bare export does not say so.
FILES = Table(
    "files",
    "a file in the inbox",
    ("file",),
    {
        "file": TEXT,
        "form": WORD,
        "area": WORD,
        "outcome": WORD,
        "rows": COUNT,
        "rows_accepted": COUNT,
        "rows_held": COUNT,
        "rows_skipped": COUNT,
        **{f"rows_{sort}": COUNT for sort in _SKIPPED},
        "bare": FLAG,
    },
    {"filing_unit": TEXT, "encoding": WORD, "received_on": DATE, "duplicate_of": TEXT},
)

MESS = Table(
    "mess",
    "a piece of mess put in: at a cell, or (no cell) in a file as a whole",
    ("mess_id",),
    {"mess_id": TEXT, "file": WORD, "kind": WORD, "held": FLAG},
    {
        "sheet": WORD,
        "cell": TEXT,
        "row": COUNT,
        "field": WORD,
        "shown": TEXT,
        "meant": TEXT,
        "ref": TEXT,  # person_id, claim_id or exam_id of the row
    },
)

TRUTH = {"people": TRUE_PEOPLE, "claims": TRUE_CLAIMS, "exams": TRUE_EXAMS, "files": FILES, "mess": MESS}


def true_people(units: Sequence[Unit], people: People, laid: Sequence[Laid]) -> Columns:
    """One entry per person; file and row are blank for those on no enrolment form."""
    unit = [units[u] for u in people.unit.tolist()]
    size = len(people)
    written = [number or None for number in people.certificate_written]
    _as_typed(written, people.person_id, laid)
    return {
        "person_id": people.person_id,
        "name": people.name,
        "certificate_no": [number or None for number in people.certificate_no],
        "certificate_written": written,
        "sex": people.sex,
        "employer": [u.name for u in unit],
        "filing_unit": [u.filing_unit for u in unit],
        "county": [u.area.code for u in unit],
        "series": people.series,
        "title": people.title,
        "level": people.level,
        "employment": ["in_service"] * size,
        "sector": [u.kind.nature for u in unit],
        "archive": [u.archive for u in unit],
        "on_signup": people.on_signup.tolist(),
        **_placed(size, laid),
    }


def true_claims(ids: Sequence[str], people: People, claims: Claims, values: Values, laid: Sequence[Laid]) -> Columns:
    """One entry per claim, as it is to be read from its file."""
    slips = [mess for each in laid for mess in each.mess if mess["ref"] is not None]
    place = {claim: i for i, claim in enumerate(ids)}
    hours, read = claims.hours.copy(), ["accepted"] * len(ids)
    for mess in slips:
        if mess["kind"] == "hours_negative":
            hours[place[mess["ref"]]] *= -1
        if mess["held"]:
            read[place[mess["ref"]]] = "held"
    for each in (each for each in laid if each.plan.truncated):
        for i in each.plan.rows.tolist():
            read[i] = "refused"
    written = [number or None for number in values["certificate_no"]]
    _as_typed(written, ids, laid)
    same = ("kind", "title", "organiser", "basis", "recorded_on", "start", "end", "days", "key")
    return {
        "claim_id": list(ids),
        "person_id": [people.person_id[i] for i in claims.person.tolist()],
        "class": list(claims.class_),
        **{name: values[name] for name in same},
        "hours": _decimals(hours),
        "items": [None if n is None else Decimal(n) for n in values["items"]],
        "employer_hours": _decimals(claims.employer_hours),
        "in_archive": _flags(claims.in_archive),
        "published": _flags(claims.issued),
        "recognised": _flags(claims.recognised),
        "proof": _flags(claims.proof),
        "registered": _flags(claims.registered),
        "certificate_written": written,
        "read": read,
        **_placed(len(ids), laid),
    }


def true_exams(
    exams: Exams, people: People, written: Sequence[str | None], values: Values, laid: Sequence[Laid]
) -> Columns:
    """One entry per result. ``written`` are the certificate numbers that the enrolment forms show, by person."""
    who = exams.person.tolist()
    clues = list(exams.clue)
    for i, person in enumerate(who):
        if clues[i] == "certificate" and written[person] != exams.certificate_no[i]:
            clues[i] = "name_and_unit"
    return {
        "exam_id": [f"E{i:06d}" for i in range(1, len(exams) + 1)],
        "name": exams.name,
        "result": values["result"],
        "certificate_no": [number or None for number in exams.certificate_no],
        "sex": [sex if platform == "A" else None for sex, platform in zip(exams.sex, exams.platform, strict=True)],
        "employer": exams.employer,
        "subject": values["subject"],
        "date": values["date"],
        "card_no": exams.card_no,
        "score": [
            str(score) if score is not None and platform == "A" else None
            for score, platform in zip(values["score"], exams.platform, strict=True)
        ],
        "platform": list(exams.platform),
        "person_id": [people.person_id[i] if i >= 0 else None for i in who],
        "year": exams.year.tolist(),
        "clue": clues,
        **_placed(len(exams), laid),
    }


def true_files(laid: Iterable[Laid]) -> Columns:
    """One entry per file, and one more for each that is sent twice."""
    out: Columns = {name: [] for name in FILES.columns}
    for each in laid:
        entry = _file(each)
        for row in (entry, *([_copy(entry)] if each.plan.copied else [])):
            for name, values in out.items():
                values.append(row[name])
    return out


def copy_name(file: str) -> str:
    """What a browser calls the second download of a file: 报名表(1).xlsx."""
    stem, dot, suffix = file.rpartition(".")
    return f"{stem}(1){dot}{suffix}"


def _file(laid: Laid) -> dict[str, Any]:
    plan = laid.plan
    counts = Counter() if plan.truncated else Counter(laid.counts)
    put_in, twice = len(plan.rows), laid.counts.get("duplicate", 0)
    return {
        "file": plan.file,
        "form": plan.form,
        "area": plan.area,
        "outcome": "refused" if plan.truncated else "partly" if counts["held"] else "accepted",
        "rows": put_in + twice,
        "rows_accepted": 0 if plan.truncated else put_in - counts["held"],
        "rows_held": counts["held"],
        "rows_skipped": sum(counts[sort] for sort in _SKIPPED),
        **{f"rows_{sort}": counts[sort] for sort in _SKIPPED},
        "bare": plan.bare,
        "filing_unit": plan.filing_unit or None,
        "encoding": plan.encoding or None,
        "received_on": plan.received_on,
        "duplicate_of": None,
    }


def _copy(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The same bytes again, a day later: nothing of it counts (a reader may as well keep this one of the two)."""
    return {
        **entry,
        "file": copy_name(entry["file"]),
        "outcome": "twin",
        "rows_accepted": 0,
        "rows_held": 0,
        "rows_duplicate": entry["rows"],
        "rows_skipped": entry["rows_skipped"] + entry["rows_accepted"] + entry["rows_held"],
        "received_on": entry["received_on"] + timedelta(days=1),
        "duplicate_of": entry["file"],
    }


def true_mess(laid: Iterable[Laid], prefix: str) -> Columns:
    """One entry per piece of mess, file by file."""
    pieces = [mess for each in laid for mess in each.mess]
    out: Columns = {name: [mess.get(name) for mess in pieces] for name in MESS.columns}
    out["mess_id"] = [f"{prefix}{i:06d}" for i in range(1, len(pieces) + 1)]
    return out


def joined(parts: Sequence[Columns]) -> Columns:
    """Columns of several parts, one after the other; a column that a part lacks is blank there."""
    names = dict.fromkeys(name for part in parts for name in part)
    sizes = [max((len(values) for values in part.values()), default=0) for part in parts]
    return {
        name: [value for part, size in zip(parts, sizes, strict=True) for value in part.get(name, [None] * size)]
        for name in names
    }


def _placed(size: int, laid: Sequence[Laid]) -> Columns:
    """File, sheet and sheet row of each entry."""
    file: list[Any] = [None] * size
    sheet: list[Any] = [None] * size
    row: list[Any] = [None] * size
    for each in laid:
        for i, number in zip(each.plan.rows.tolist(), each.row_of, strict=True):
            file[i], row[i] = each.plan.file, number
            sheet[i] = None if each.plan.encoding else each.plan.sheet
    return {"file": file, "sheet": sheet, "row": row}


def _as_typed(written: list[str | None], ids: Sequence[str], laid: Sequence[Laid]) -> None:
    """A number typed as a number loses its leading zero: that is all a reader can see."""
    place = {ref: i for i, ref in enumerate(ids)}
    for mess in (mess for each in laid for mess in each.mess if mess["kind"] == "certificate_as_number"):
        written[place[mess["ref"]]] = mess["shown"]


def _decimals(hundredths: Ints) -> list[Decimal | None]:
    return [None if h == BLANK else Decimal(h).scaleb(-2) for h in hundredths.tolist()]


def _flags(flags: Ints) -> list[bool | None]:
    return [None if flag < 0 else flag > 0 for flag in flags.tolist()]
