"""Checks over all tables of one form in a file: what stands once, and whose a number is."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from ce_toolkit.intake.findings import Hit
from ce_toolkit.intake.sheets import FormRows


def numbers_have_one_name(tables: Sequence[FormRows]) -> Iterator[tuple[FormRows, Hit]]:
    """A certificate number belongs to one name in a file; else all of its rows are held (MR6)."""
    numbers = [number for table in tables for number in table.read("certificate_no")]
    if len(set(numbers)) == len(numbers):
        return
    pairs = {pair for table in tables for pair in _numbered(table)}
    owned = [(certificate, name) for certificate, name in pairs if certificate and name]
    if len({certificate for certificate, _ in owned}) == len(owned):
        return
    owners = Counter(certificate for certificate, _ in owned)
    places: dict[str | None, list[tuple[int, int]]] = defaultdict(list)
    for number, table in enumerate(tables):
        for at, (certificate, name) in enumerate(_numbered(table)):
            if name and owners.get(certificate or "", 0) > 1:
                places[certificate].append((number, at))
    for shared in places.values():
        near = any(a[0] == b[0] and b[1] - a[1] == 1 for a, b in pairwise(shared))
        words = {"hint": "相邻的行编号相同，可能是下拉复制造成的。" if near else ""}
        for number in sorted({number for number, _ in shared}):
            rows = tuple(at for place, at in shared if place == number)
            yield tables[number], Hit("number_shared", rows, "certificate_no", words=words)


def _numbered(table: FormRows) -> Iterator[tuple[str | None, str | None]]:
    return zip(table.read("certificate_no"), table.read("name"), strict=True)


def people_stand_once(tables: Sequence[FormRows]) -> Iterator[tuple[FormRows, Hit]]:
    """A person stands once on an enrolment form: identical rows count once, differing ones are held (MR4)."""
    if not tables or tables[0].form.id != "enrolment":
        return
    seen: dict[tuple[str | None, ...], tuple[int, int]] = {}
    known: dict[tuple[str | None, ...], list[tuple[int, int]]] = defaultdict(list)
    for number, table in enumerate(tables):
        for at, person in enumerate(_people(table)):
            if at in table.held or person[0] is None:
                continue
            first, before = seen.setdefault(person, (number, at))
            if (first, before) != (number, at):
                yield table, Hit("twin_row", (at,), "name", words={"other": _row_name(tables, first, before, number)})
            elif person[1]:
                known[person[:2]].append((number, at))
    for number, at in (place for places in known.values() if len(places) > 1 for place in places):
        yield tables[number], Hit("person_differs", (at,), "name")


def _people(table: FormRows) -> Iterator[tuple[str | None, ...]]:
    others = (field.id for field in table.form.fields if field.id not in {"name", "certificate_no", "serial"})
    return zip(*(table.read(field_id) for field_id in ("name", "certificate_no", *others)), strict=True)


def _row_name(tables: Sequence[FormRows], number: int, position: int, here: int) -> str:
    row = str(tables[number].rows[position] + 1)
    sheet = tables[number].grid.sheet
    return row if sheet == tables[here].grid.sheet else f"“{sheet}”{row}"


def claims_stand_once(tables: Sequence[FormRows]) -> Iterator[tuple[FormRows, Hit]]:
    """The same activity or work of a person is claimed once in a file; the rules refuse the second (MR11, C24)."""
    if not tables or tables[0].form.id != "hours":
        return
    if _plainly_differ(tables):
        return
    claims = [list(_claimed(table)) for table in tables]
    told = [claim for same in claims for claim in same if claim]
    if len(set(told)) == len(told):  # as nearly always
        return
    seen: dict[tuple[Any, ...], tuple[int, int]] = {}
    for number, table in enumerate(tables):
        for at, claim in enumerate(claims[number]):
            if claim is None or at in table.held:
                continue
            first = seen.setdefault(claim, (number, at))
            if first != (number, at):
                yield table, Hit("claim_twice", (at,), "title", words={"other": _row_name(tables, *first, number)})


def _plainly_differ(tables: Sequence[FormRows]) -> bool:
    """Whether no two claims can be the same: works have no numbers, and nobody claims twice for the same days."""
    if any(any(table.read("key")) for table in tables):
        return False
    days = [day for table in tables for day in zip(*map(table.read, ("name", "start", "end")), strict=True)]
    return len(set(days)) == len(days)


def _claimed(table: FormRows) -> Iterator[tuple[Any, ...] | None]:
    """What tells each claim from others: person and number of the work, else person with title and days."""
    columns = ("name", "employer", "certificate_no", "class", "key", "title", "organiser", "start", "end")
    plain = {title: "".join(title.split()) for title in set(table.read("title")) if title}
    for name, employer, number, sort, key, title, organiser, start, end in zip(
        *(table.read(field_id) for field_id in columns), strict=True
    ):
        if name and key:
            yield name, number or employer, sort, "".join(key.upper().split())
        elif name and title and start:
            yield name, number or employer, sort, plain[title], organiser, start, end
        else:
            yield None


def cards_have_one_owner(tables: Sequence[FormRows]) -> Iterator[tuple[FormRows, Hit]]:
    """A learning card is one person's: two people who sat the exam on one card are told (B8)."""
    cards = [(table, at, card) for table in tables for at, card in enumerate(table.read("card_no")) if card]
    owners: dict[str, set[tuple[str | None, str | None]]] = defaultdict(set)
    for table, at, card in cards:
        owners[card].add((table.read("name")[at], table.read("certificate_no")[at]))
    for table, at, card in cards:
        if len(owners[card]) > 1:
            yield table, Hit("card_shared", (at,), "card_no")


FILE_CHECKS = (numbers_have_one_name, people_stand_once, claims_stand_once, cards_have_one_owner)
"""Checks over all tables of one form in a file."""
