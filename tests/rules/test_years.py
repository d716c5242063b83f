"""What is asked by person, over years and with hours carried over: against an oracle, and at the lines by hand."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pandas as pd
import pytest

from ce_toolkit import titles
from ce_toolkit.errors import PackError, TableError, ToolkitError
from ce_toolkit.publish.card import card
from ce_toolkit.rules import Credited, CreditedYears, credit, credit_years, explain_person, parse_pack, run_examples
from ce_toolkit.rules.drafting.boundaries import boundary_examples
from ce_toolkit.rules.drafting.lint import lint
from ce_toolkit.rules.drafting.outline import outline
from ce_toolkit.rules.requirements import UNKNOWN_WORDS
from ce_toolkit.tables import CARRIED, CLAIMS, HISTORY, PEOPLE, frame
from tests.rules import oracle_years
from tests.rules.mutants import mutants
from tests.rules.packs_by_person import SHAPES, pack, plain, text

LAST = 2020
PEOPLE_A_SHAPE = 100
LEVELS = (None, "未定", "正高级", "中级", "初级", "无")


def _years(shape: str) -> list[int]:
    return list(range(2015, LAST + 1, SHAPES[shape][0]))


def _person(rng: Random) -> dict[str, Any]:
    def day(share: float) -> date | None:
        return date(2012, 1, 1) + timedelta(rng.randrange(3300)) if rng.random() < share else None

    facts = {name: day(share) for name, share in (("licensed_on", 0.8), ("term_from", 0.85), ("hired_on", 0.4))}
    facts |= {"left_on": day(0.1), "level": rng.choice(LEVELS), "practice": rng.choice((None, "房屋设计", "桥梁"))}
    facts |= {"waived_months": rng.choice((None, 0, 1, 5, 30)), "waiver_reference": rng.choice((None, "批1"))}
    return facts | {"rows_in_question": rng.choice((None, 0, 0, 0, 1))}


def _claims(rng: Random, shape: str) -> dict[int, list[tuple[str, str | None, Fraction, bool]]]:
    def claim() -> tuple[str, str | None, Fraction, bool]:
        hours = Fraction(rng.choice((50, 100, 450, 750, 1000, 1333, 2000, 3000, 4001)), 100)
        return rng.choice(("course", "course", "ethics", "open")), rng.choice((None, "net")), hours, rng.random() < 0.2

    return {year: [claim() for _ in range(rng.randrange(5))] for year in _years(shape)}


def _tables(people: list[dict], claims: list[dict]) -> tuple[dict[int, pd.DataFrame], pd.DataFrame]:
    ids = [f"p{n:04}" for n in range(len(people))]
    facts = {name: [one.get(name) for one in people] for name in people[0]}
    rows: dict[int, list[dict[str, Any]]] = {year: [] for year in claims[0]}
    for person, own in zip(ids, claims, strict=True):
        for year, given in own.items():
            for n, (klass, kind, hours, held) in enumerate(given):
                rows[year].append({
                    "claim_id": f"{person}:{year}:{n}", "person_id": person, "class": klass, "kind": kind,
                    "hours": Decimal(int(hours * 100)) / 100, "proof": not held, "start": date(year, 3, 1),
                    "end": date(year, 3, 1),
                })  # fmt: skip
    names = rows[next(iter(rows))][0]
    tables = {
        year: frame(CLAIMS, {name: [row[name] for row in given] for name in names}) for year, given in rows.items()
    }
    return tables, frame(PEOPLE, {"person_id": ids, "name": ids, **facts})


def _run(shape: str, tables: dict[int, pd.DataFrame], people: pd.DataFrame) -> CreditedYears:
    packs = {year: pack(shape, year) for year in _years(shape)}
    return credit_years(tables, people, packs, date(LAST + 1, 1, 1), history=frame(HISTORY, {}))


@pytest.mark.parametrize("shape", SHAPES)
def test_the_years_of_random_people_are_as_the_oracle_has_them(shape: str) -> None:
    rng = Random(shape)  # noqa: S311 - test data
    people, claims = ([make(rng) for _ in range(PEOPLE_A_SHAPE)] for make in (_person, lambda rng: _claims(rng, shape)))
    got = _run(shape, *_tables(people, claims))
    packs, seen = {year: plain(shape, year) for year in _years(shape)}, set()
    for n, (person, own) in enumerate(zip(people, claims, strict=True)):
        known = person | {"level": None if person["level"] == "未定" else person["level"]}
        wanted = oracle_years.judge(packs, known, own)
        assert {year: _told(got, year, n, each) for year, each in wanted.items()} == wanted, (person, own)
        seen |= {(each["status"]) for each in wanted.values()}
    assert seen == {"met", "not_met", "open"}


def _told(got: CreditedYears, year: int, n: int, wanted: dict[str, Any]) -> dict[str, Any]:
    """The engine's figures under the oracle's names."""
    row = got.years[year].standing.iloc[n]

    def figure(name: str, otherwise: Callable[[], Any]) -> Fraction:
        return Fraction(row[name]) if name in row else otherwise()

    told: dict[str, Any] = {"status": str(row["status"])}
    for key in ("need", "have", "short"):
        told[key] = {r: figure(f"{key}_{r}", lambda key=key, r=r: wanted[key][r]) for r in wanted[key]}
    return told | {name: figure(name, lambda: Fraction(0)) for name in ("carried_in", "carried_out")}


# ---- figures guarded -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", SHAPES)
def test_every_figure_asked_or_carried_is_guarded_by_a_boundary_example(shape: str) -> None:
    cases, whole = boundary_examples(pack(shape, 2018)), text(shape, 2018)
    assert {outcome.id: outcome.differs for outcome in run_examples(cases, pack(shape, 2018)) if not outcome.ok} == {}
    asked = whole.count("\n", 0, whole.index("[[requirement]]"))
    # a share of a total that itself varies by person is held by the oracle, not by a boundary example
    numbers = [(place, other) for place, other in mutants(whole) if " share = " not in place]
    own = [(place, other) for place, other in numbers if int(place.split()[0]) > asked]
    assert len(own) > 10
    assert [place for place, other in own if _alive(other, cases)] == []


def _alive(other: str, cases: list[dict[str, Any]]) -> bool:
    try:
        return all(outcome.ok for outcome in run_examples(cases, parse_pack(other.encode(), "变.toml")))
    except ToolkitError:
        return False


# ---- one person, by hand ---------------------------------------------------------------------------------------------


def _one(shape: str, hours: float, year: int = 2018, klass: str = "course", **facts: Any) -> Credited:
    history, carried = facts.pop("history", frame(HISTORY, {})), facts.pop("carried", None)
    claims, people = _claim_and_person(hours, year, klass, facts)
    return credit(claims, people, pack(shape, year), date(year, 12, 31), history=history, carried=carried)


def _claim_and_person(hours: float, year: int, klass: str, facts: dict[str, Any]) -> tuple[pd.DataFrame, pd.DataFrame]:
    claims = {"claim_id": ["c"], "person_id": ["p"], "class": [klass], "hours": [Decimal(str(hours))]}
    claims |= {"start": [date(year, 1, 5)], "end": [date(year, 1, 5)], "proof": [True]}
    people = {"person_id": ["p"], "name": ["甲"], **{name: [value] for name, value in facts.items()}}
    return frame(CLAIMS, claims), frame(PEOPLE, people)


def _status(credited: Credited) -> str:
    return str(credited.standing["status"].iloc[0])


def _flags(credited: Credited) -> list[str]:
    return str(credited.standing["flags"].iloc[0]).split()


def test_a_blank_fact_keeps_a_person_open_only_where_it_decides() -> None:
    """Forty hours with public a third: enough for a junior, not for a senior, and nobody knows which."""
    unsure = _one("levels", 30, practice="桥梁")
    assert (_status(unsure), "fact_missing" in _flags(unsure)) == ("open", True)
    told = _one("levels", 30, practice="桥梁", level="初级")
    assert (_status(told), "fact_missing" in _flags(told)) == ("not_met", False)
    enough = _one("levels", 80, klass="open", practice="桥梁")
    assert (_status(enough), "fact_missing" in _flags(enough)) == ("met", False)


def test_what_the_register_writes_for_an_unknown_level_or_series_is_no_level_or_series() -> None:
    assert set(UNKNOWN_WORDS) == {titles.UNKNOWN_LEVEL, titles.UNKNOWN_SERIES}
    assert _status(_one("levels", 30, practice="桥梁", level=titles.UNKNOWN_LEVEL)) == "open"


def test_a_blank_fact_is_named_in_the_sentence() -> None:
    claims, people = _claim_and_person(30, 2018, "course", {"practice": "桥梁"})
    told = explain_person("p", claims, people, pack("levels", 2018), date(2018, 12, 31))
    assert [one.requirement for one in told.short] == ["senior", "junior", "open"]
    assert "职称级别未填" in told.short[0].sentence
    codes = next(one for one in told.minima if one.requirement == "codes")
    assert (codes.need, codes.short) == (0, 0)
    assert codes.sentence.startswith("对本人不要求")
    assert "不要求" in str(card(told))


def test_rows_in_question_keep_a_person_open_and_are_shown() -> None:
    facts = {"level": "初级", "practice": "桥梁"}
    held = _one("levels", 1, rows_in_question=2, **facts)
    assert (_status(held), "rows_in_question" in _flags(held)) == ("open", True)
    assert held.standing["high"].isna().all()
    assert _status(_one("levels", 80, klass="open", rows_in_question=2, **facts)) == "met"
    assert _status(_one("levels", 1, rows_in_question=0, **facts)) == "not_met"


def test_without_any_history_a_rolling_requirement_that_is_not_met_stays_open() -> None:
    facts = {"licensed_on": date(2010, 1, 1), "history": None}
    assert (_status(_one("rolling", 30, **facts)), _flags(_one("rolling", 30, **facts))) == (
        "open",
        ["history_missing"],
    )
    assert _status(_one("rolling", 30, licensed_on=date(2010, 1, 1))) == "not_met"


def test_hours_brought_in_are_used_first_and_the_oldest_of_them_before_others() -> None:
    """25 asked: 6 of 2016 and 4 of 2017 come in and are used up, 15 of 36 own hours are needed, 15 at most pass on."""
    carried = frame(CARRIED, {
        "person_id": ["p", "p"], "carry": ["pro", "pro"], "from_year": [2016, 2017], "hours": [Decimal(6), Decimal(4)],
    })  # fmt: skip
    got = _one("carry", 60, carried=carried)
    assert got.standing[["carried_in", "carried_out"]].iloc[0].tolist() == [10, 15]
    assert got.carried[["carry", "from_year", "hours"]].values.tolist() == [["pro", 2018, 15]]
    little = _one("carry", 1, waived_months=12, waiver_reference="批1", carried=carried).standing
    assert little["short_professional"].iloc[0] == 14


def test_hours_of_a_carry_over_that_the_pack_does_not_have_are_refused() -> None:
    wrong = frame(CARRIED, {"person_id": ["p"], "carry": ["x"], "from_year": [2017], "hours": [Decimal(1)]})
    with pytest.raises(TableError, match="没有结转规则 x；现有：pro、pub"):
        _one("carry", 1, carried=wrong)


# ---- years together --------------------------------------------------------------------------------------------------


def _some(shape: str, number: int = 60) -> tuple[dict[int, pd.DataFrame], pd.DataFrame]:
    rng = Random(7)  # noqa: S311 - test data
    return _tables([_person(rng) for _ in range(number)], [_claims(rng, shape) for _ in range(number)])


@pytest.mark.parametrize("shape", ["rolling", "carry"])
def test_people_split_over_calls_come_out_the_same_in_any_order_of_rows(shape: str) -> None:
    tables, people = _some(shape)
    whole = _run(shape, tables, people)
    for part in (people.iloc[::3], people.iloc[1::3]):
        mine = {year: table[table["person_id"].isin(part["person_id"])] for year, table in tables.items()}
        shuffled = {year: table.sample(frac=1, random_state=3) for year, table in mine.items()}
        got = _run(shape, shuffled, part)
        for year, one in got.years.items():
            wanted = whole.years[year].standing
            wanted = wanted[wanted["person_id"].isin(part["person_id"])].reset_index(drop=True)
            assert one.standing.astype(str).equals(wanted.astype(str))


def test_a_missing_year_is_visible_and_leaves_what_it_could_have_brought_open() -> None:
    tables, people = _some("rolling")
    packs = {year: pack("rolling", year) for year in tables}
    gap = {year: table for year, table in tables.items() if year != 2018}
    got = credit_years(gap, people, packs, date(LAST + 1, 1, 1), history=frame(HISTORY, {}))
    whole = _run("rolling", tables, people)
    assert (got.missing, whole.missing) == ((2018,), ())
    assert (got.years[2017].standing["status"] == whole.years[2017].standing["status"]).all()
    later = got.years[2019].standing
    decided = (later["short_ethics"] > 0) & (later["short_floor"] == 0)
    assert decided.any()
    assert (later.loc[decided, "status"] == "open").all()
    assert later["flags"].astype(str).str.contains("history_missing").any()
    assert not whole.years[2019].standing["flags"].astype(str).str.contains("history_missing").any()
    table = got.transcripts()
    assert (table.loc[table["year"] == 2018, "status"] == "missing").all()


def test_a_year_without_a_pack_stops_with_the_packs_there_are() -> None:
    tables, people = _some("rolling", 3)
    with pytest.raises(PackError, match="没有 2015 年度的规则包；现有：2016"):
        credit_years(tables, people, {2016: pack("rolling", 2016)}, date(2021, 1, 1))


def test_a_period_of_two_years_has_one_row_in_the_transcript() -> None:
    tables, people = _some("biennium", 3)
    got = _run("biennium", tables, people)
    assert got.missing == ()
    assert sorted(set(got.transcripts()["year"])) == [2015, 2017, 2019]


# ---- a pack that says it wrongly -------------------------------------------------------------------------------------

FAULTS = {
    "no such word field": ("levels", 'field = "level"', 'field = "levle"', "不是人员的文字字段，是否为 level？"),
    "no such date": ("rolling", 'since = "licensed_on"', 'since = "licenced_on"', "日期字段，是否为 licensed_on？"),
    "two figures": ("levels", "at_least = 40", 'at_least = 40\nshare = "1/2"', "给出一个"),
    "ladder in disorder": ("rolling", "months = 24", "months = 12", "月数须逐级增加"),
    "ladder falls": ("rolling", "at_least = 60 }", "at_least = 20 }", "没有逐级增加"),
    "share above one": ("levels", '"1/3"', '"4/3"', "须为加引号的分数"),
    "parts above all": ("carry", "at_least = 25", "at_least = 31", "之和 41 大于总计 40"),
    "share of nothing": ("levels", 'share = "1/3"', 'share = "2/3"\nwaive = true', "不另写 waive"),
    "no such requirement": ("carry", 'over = "public"', 'over = "publik"', "不是要求的编号，是否为 public？"),
    "carried twice": ("carry", 'over = "public"', 'over = "professional"', "会结转两次"),
    "label of a biennium": ("biennium", "year = 2018", "year = 2017", "year 须为最后一天所在的 2018 年"),
    "no years at all": ("rolling", "years = 2", "years = 0", "不得小于 1"),
    "a word for a person": ("levels", "还差{short}", "还差{shrot}", "占位 {shrot} 无处取值"),
}  # fmt: skip


@pytest.mark.parametrize(("shape", "right", "wrong", "said"), FAULTS.values(), ids=FAULTS)
def test_a_fault_of_what_is_asked_or_carried_is_found(shape: str, right: str, wrong: str, said: str) -> None:
    assert right in text(shape, 2018)
    found = [one.text for one in lint(text(shape, 2018).replace(right, wrong, 1))]
    assert any(said in each for each in found), found


@pytest.mark.parametrize("shape", SHAPES)
def test_a_sound_pack_has_no_errors_or_warnings_and_reads_as_words(shape: str) -> None:
    assert [one.text for one in lint(text(shape, 2018)) if one.severity != "info" and one.id != "t-2018"] == []
    facts = [fact for part in outline(pack(shape, 2018)).sections for item in part.items for fact in item.facts]
    assert not [name for name, _ in facts if name.isascii()]
