"""Who a row speaks of: same only where there is one candidate, ask where there is doubt, different otherwise."""

from typing import Any

import pandas as pd
import pytest

from ce_toolkit.registers import match
from ce_toolkit.registers.identity import fold_name, fold_number

A, B, UNKNOWN = "德城区试验中学", "德城区试验小学", "德城试验中学"
NUMBER, OTHER, BARE = "0837140000001", "0837140000002", "837140000001"
Person = tuple[Any, ...]  # name, certificate number, unit, then series and sex where stated


def _table(*rows: Person) -> pd.DataFrame:
    filled = [(*row, *[None] * (5 - len(row))) for row in rows]
    return pd.DataFrame(filled, columns=["name", "certificate_no", "employer", "series", "sex"], dtype="str")


def _match(row: Person, *people: Person) -> tuple[str, str | None, str]:
    """Verdict, which of the people (by place, from 0), and why."""
    register = _table(*people).assign(person_id=[str(place) for place in range(len(people))])
    found = match(_table(row), register, known_units=pd.Series([A, B])).iloc[0]
    return found["verdict"], None if pd.isna(found["person_id"]) else found["person_id"], found["by"]


ZHANG = ("张伟", NUMBER, A)
CASES: dict[str, tuple[Person, tuple[Person, ...], tuple[str, str | None, str]]] = {
    "number and name": (ZHANG, (ZHANG,), ("same", "0", "number")),
    "number and name, another unit: moved": (("张伟", NUMBER, B), (ZHANG,), ("same", "0", "number")),
    "number in full width with hyphens": (
        ("张伟", "０８３７-１４００-００００１", B), (ZHANG,), ("same", "0", "number"),
    ),
    "name and unit, row without number": (("张伟", None, A), (ZHANG,), ("same", "0", "name")),
    "name and unit, person without number": (ZHANG, (("张伟", None, A),), ("same", "0", "name")),
    "neither has a number": (("张伟", None, A), (("张伟", None, A),), ("same", "0", "name")),
    "name spaced, unit in brackets": (("张　伟", None, "德城区（试验）中学"), (ZHANG,), ("same", "0", "name")),
    "sex stated on one side only": (("张伟", None, A, None, "男"), (ZHANG,), ("same", "0", "name")),
    "number without its leading zero": (("张伟", BARE, A), (ZHANG,), ("same", "0", "name")),
    "leading zero lost, namesake beside": (("张伟", BARE, A), (ZHANG, ("张伟", OTHER, A)), ("same", "0", "name")),
    "two namesakes, the number tells": (ZHANG, (ZHANG, ("张伟", OTHER, A)), ("same", "0", "number")),
    "two namesakes, the sex tells": (
        ("张伟", None, A, None, "女"), (("张伟", None, A, None, "男"), ("张伟", None, A, None, "女")),
        ("same", "1", "name"),
    ),
}  # fmt: skip
HARD: dict[str, tuple[Person, tuple[Person, ...], tuple[str, str | None, str]]] = {
    "number under another name": (("李娜", NUMBER, A), (ZHANG,), ("ask", "0", "other_name")),
    "number under another name, though the name is there": (
        ("李娜", NUMBER, A), (ZHANG, ("李娜", None, A)), ("ask", "0", "other_name"),
    ),
    "number of two people": (
        ("李娜", NUMBER, A), (ZHANG, ("王芳", NUMBER, B)), ("ask", None, "several_owners"),
    ),
    "number and name twice in the register": (ZHANG, (ZHANG, ("张伟", NUMBER, B)), ("ask", None, "several_owners")),
    "name and unit, another number": (("张伟", OTHER, A), (ZHANG,), ("ask", "0", "other_number")),
    "name and unit, two other numbers": (
        ("张伟", "0837140000003", A), (ZHANG, ("张伟", OTHER, A)), ("ask", None, "other_number"),
    ),
    "letter O for zero": (("张伟", "O837140000001", A), (ZHANG,), ("ask", "0", "other_number")),
    "last digit missing": (("张伟", NUMBER[:-1], A), (ZHANG,), ("ask", "0", "other_number")),
    "one digit off, another unit": (("张伟", OTHER, B), (ZHANG,), ("different", None, "")),
    "leading zero lost, another unit": (("张伟", BARE, B), (ZHANG,), ("different", None, "")),
    "leading zero lost, another name": (("李娜", BARE, A), (ZHANG,), ("different", None, "")),
    "two namesakes without numbers": (
        ("张伟", None, A), (("张伟", None, A), ("张伟", None, A, "会计")), ("ask", None, "namesakes"),
    ),
    "two namesakes, row without number": (("张伟", None, A), (ZHANG, ("张伟", OTHER, A)), ("ask", None, "namesakes")),
    "two namesakes, one without number": (("张伟", OTHER, A), (ZHANG, ("张伟", None, A)), ("ask", None, "namesakes")),
    "namesake in another known unit": (("张伟", None, B), (ZHANG,), ("different", None, "")),
    "namesake of the other sex": (
        ("张伟", None, A, None, "女"), (("张伟", None, A, None, "男"),), ("different", None, ""),
    ),
    "namesake of another series": (("张伟", None, A, "会计"), (("张伟", None, A, "统计"),), ("different", None, "")),
    "unit misspelt": (("张伟", None, UNKNOWN), (ZHANG,), ("ask", "0", "unit_spelling")),
    "unit misspelt, two namesakes": (
        ("张伟", None, UNKNOWN), (ZHANG, ("张伟", None, B)), ("ask", None, "unit_spelling"),
    ),
    "unit misspelt, both numbers stated": (("张伟", OTHER, UNKNOWN), (ZHANG,), ("different", None, "")),
    "unknown unit of quite another name": (("张伟", None, "禹城市杏林药业"), (ZHANG,), ("different", None, "")),
    "no unit, no number": (("张伟", None, None), (ZHANG,), ("ask", "0", "no_unit")),
    "no unit on either side": (("张伟", None, None), (("张伟", None, None),), ("ask", "0", "no_unit")),
    "no unit, two namesakes": (("张伟", None, None), (ZHANG, ("张伟", OTHER, B)), ("ask", None, "no_unit")),
    "name part of a longer name": (("张伟", None, A), (("张伟明", None, A),), ("different", None, "")),
    "rare character for a common one": (("易江䶮", None, A), (("易江龚", None, A),), ("different", None, "")),
    "minority name without its separator": (
        ("库尔班·玉素甫", None, A), (("库尔班玉素甫", None, A),), ("ask", "0", "spelling"),
    ),
    "traditional characters": (("張偉", None, A), (("张伟", None, A),), ("ask", "0", "spelling")),
    "traditional characters, another number": (("張偉", OTHER, A), (("张伟", "0899", A),), ("different", None, "")),
    "traditional characters, another unit": (("張偉", None, B), (("张伟", None, A),), ("different", None, "")),
    "nobody of that name": (("李娜", OTHER, A), (ZHANG,), ("different", None, "")),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_single_candidate_is_the_person(case: str) -> None:
    row, people, wanted = CASES[case]
    assert _match(row, *people) == wanted


@pytest.mark.parametrize("case", HARD)
def test_no_hard_pair_is_taken_for_the_same(case: str) -> None:
    row, people, wanted = HARD[case]
    assert _match(row, *people) == wanted


def test_nobody_registered_leaves_everyone_different() -> None:
    assert _match(ZHANG) == ("different", None, "")


def test_rows_do_not_touch_one_another() -> None:
    """All rows of the tables at once, against all people of their own case, give what each gives alone."""
    everything = CASES | HARD
    rows, people = [], []
    for place, (row, others, _) in enumerate(everything.values()):
        suffix = f"甲{place}"
        rows.append((f"{row[0]}{suffix}", row[1] and f"{row[1]}{suffix}", *row[2:]))
        people += [(f"{one[0]}{suffix}", one[1] and f"{one[1]}{suffix}", *one[2:]) for one in others]
    register = _table(*people).assign(person_id=[str(number) for number in range(len(people))])
    found = match(_table(*rows), register, known_units=pd.Series([A, B]))
    assert found["verdict"].tolist() == [wanted[0] for *_, wanted in everything.values()]
    assert found["by"].tolist() == [wanted[2] for *_, wanted in everything.values()]


def test_verdicts_stand_on_the_index_of_the_rows() -> None:
    rows = _table(ZHANG, ("李娜", OTHER, A)).set_axis([7, 3])
    register = _table(("李娜", OTHER, A)).assign(person_id="x")
    assert match(rows, register)["verdict"].to_dict() == {7: "different", 3: "same"}


def test_U22_numbers_are_folded_and_blank_ones_are_missing() -> None:
    folded = fold_number(pd.Series(["08 37-1", "ａ１b", "", None], dtype="str"))
    assert folded.iloc[:2].tolist() == ["08371", "A1B"]
    assert folded.iloc[2:].isna().all()


def test_T5_names_lose_their_blanks_and_nothing_else() -> None:
    assert fold_name(pd.Series(["王　芳", "⼈·①"], dtype="str")).tolist() == ["王芳", "⼈·①"]
