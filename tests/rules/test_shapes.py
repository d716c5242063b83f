"""Keys of the claim side that the first notice does not need: tables, conversions, shares, several years, dated rules.

A notice that never was uses each of them; its cases are worked by hand.
"""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from ce_toolkit.errors import ExampleError, PackError
from ce_toolkit.publish.card import card
from ce_toolkit.rules import (
    Pack,
    explain_person,
    load_examples,
    load_pack,
    parse_pack,
    run_examples,
    sentences,
    unknown_keys,
)
from ce_toolkit.rules.drafting.boundaries import boundary_examples
from ce_toolkit.rules.drafting.lint import lint
from ce_toolkit.rules.drafting.schema import pack_schema
from ce_toolkit.rules.example_format import case_tables
from ce_toolkit.rules.examples import credited_cases
from ce_toolkit.rules.inquiry.explain import Earlier, Read
from ce_toolkit.tables import LEDGER, conform
from tests.rules.cases import as_edited
from tests.rules.mutants import mutants

FOLDER = Path(__file__).parent / "shapes"
CASES = load_examples(FOLDER / "made-2020.yaml")

PAPER = {"class": "work", "kind": "paper", "date": date(2020, 3, 2)}


@cache
def made() -> Pack:
    return load_pack(FOLDER / "made-2020.toml")


def ledger(*records: dict[str, Any], **case: Any) -> Any:
    """The ledger of one case of these records, with its sentences."""
    case = {"id": "x", "records": [{"ref": f"r{n}", **one} for n, one in enumerate(records)], **case}
    rows = next(credited for *_, credited in credited_cases([case], made())).ledger
    return rows.assign(said=sentences(rows, made()))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['id']} {case['title']}")
def test_cases_worked_by_hand(case: dict[str, Any]) -> None:
    (outcome,) = run_examples([case], made())
    assert outcome.differs == ()


def test_the_cases_use_no_key_that_has_no_effect() -> None:
    assert list(unknown_keys(CASES)) == []


def test_what_a_past_lacks_or_has_too_much_is_told() -> None:
    past = {"year": 2019, "class": "work", "hours": 5, "hour": 3}
    assert list(unknown_keys([{"id": "x", "history": [past]}])) == ["算例 x.history 有不认识的键，已忽略：hour。"]
    with pytest.raises(ExampleError, match=r"算例 x.history 缺少键：hours。"):
        run_examples([{"id": "x", "history": [{"year": 2019, "class": "work"}]}], made())
    with pytest.raises(ExampleError, match=r"算例 x.carried 缺少键：from_year、hours。"):
        run_examples([{"id": "x", "carried": [{"carry": "surplus"}]}], made())


def test_all_cases_at_once_come_to_the_same() -> None:
    assert [outcome.differs for outcome in run_examples(CASES, made())] == [()] * len(CASES)


@pytest.mark.parametrize(
    ("facts", "high", "status"),
    [
        ({"level": "national", "hours": 3}, 70, "open"),  # at best the first author of a national paper: 30
        ({"level": "provincial", "hours": 3}, 55, "not_met"),  # 15
        ({"level": "provincial", "author_rank": 2, "proof_on": None, "date": None, "hours": 3}, 45, "not_met"),
        ({"kind": None, "hours": 3}, 130, "open"),  # it may be a project: 90
    ],
)
def test_a_worth_that_is_not_known_is_taken_at_its_best(facts: dict[str, Any], high: int, status: str) -> None:
    public = {"class": "public", "start": date(2020, 3, 2), "end": date(2020, 3, 6), "hours": 40}
    records = [{"ref": "a", **public}, {"ref": "b", **PAPER, **facts}]
    case = {"id": "x", "records": records, "person": {"level": "员级"}, "history": []}
    standing = next(credited for *_, credited in credited_cases([case], made())).standing.iloc[0]
    assert (standing["high"], standing["status"]) == (high, status)


# ---- what is said ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "named"),
    [
        ({"level": "national"}, "缺少作者排名，"),
        ({"author_rank": 1}, "缺少等次，"),
        ({}, "缺少等次、作者排名，"),
        ({"kind": None, "level": "national", "author_rank": 4}, "缺少种别，"),
        ({"kind": "project"}, "缺少角色，"),
        ({"class": "public", "kind": None}, "缺少学分，"),
        ({"class": "talk", "kind": None, "hours": 3}, "缺少种别，"),
    ],
)
def test_what_holds_a_claim_is_named(facts: dict[str, Any], named: str) -> None:
    (row,) = ledger(PAPER | facts).itertuples()
    assert row.effect == "held"
    assert row.said.startswith(named)


def test_a_share_is_said_in_the_person_s_own_hours() -> None:
    talk = {"class": "talk", "kind": "conference", "date": None, "start": date(2020, 3, 2), "end": date(2020, 3, 6)}
    for level, limit in (("副高", "45"), ("员级", "30")):
        (row,) = ledger(talk, person={"level": level}).itertuples()
        assert f"（本人为{limit}）：本项可计{limit}学分" in row.said


def test_a_cap_over_years_says_what_earlier_years_took() -> None:
    past = [{"year": 2019, "class": "work", "kind": "project", "hours": 90, "key": "A"}]
    (row,) = ledger(PAPER | {"level": "national", "author_rank": 1}, history=past).itertuples()
    assert "三年累计不超过100学分，以前年度已计90：本项可计10学分，超出的20学分不计。" in row.said


def test_columns_of_the_ledger_hang_on_the_pack_and_not_on_the_claims() -> None:
    course = {"class": "course", "date": date(2020, 3, 2), "hours": 9}
    told = ["missing", "limit", "earlier"]
    for records in ([], [course], [PAPER]):
        assert [name for name in ledger(*records).columns if name in told] == told
    (outcome,) = (credited for *_, credited in credited_cases([{"id": "x"}], load_pack("dezhou-2017")))
    assert not set(told) & set(outcome.ledger.columns)
    conform(LEDGER, ledger(PAPER).drop(columns="said"))


def test_figures_of_a_converted_claim_add_up() -> None:
    row, *_ = ledger({"class": "course", "date": date(2020, 3, 2), "hours": 9.75}).itertuples()
    assert (row.rule, row.before, row.delta, row.after) == ("course_time", 9.75, -0.25, 9.5)


def explained(records: list[dict[str, Any]], **case: Any) -> Any:
    """The claims of a case, each explained."""
    case = {"id": "x", "records": [{"ref": f"r{n}", **one} for n, one in enumerate(records)], **case}
    tables = case_tables([case], [0], made())
    earlier = Earlier(tables.history)
    return explain_person("000000", tables.claims, tables.people, made(), date(2020, 12, 31), earlier=earlier).claims


def test_rules_tried_say_what_a_share_and_earlier_years_come_to() -> None:
    talk = {"class": "talk", "kind": "conference", "date": date(2020, 3, 2)}
    past = [{"year": 2019, "class": "work", "kind": "project", "hours": 60, "key": "A"}]
    paper = PAPER | {"level": "national", "author_rank": 1}
    one, two = explained([talk, paper], person={"level": "副高"}, history=past)
    tried = {rule.rule: rule for claim in (one, two) for rule in claim.tried}
    assert tried["talks"].takes == "到本项为止合计超过45学分"
    assert [read.value for read in tried["works"].read] == [90]
    assert tried["graded"].read[1:] == (
        Read("kind", "paper"), Read("level", "national"), Read("role", None), Read("author_rank", 1),
    )  # fmt: skip
    assert "种别：论文，等次：国家级" in str(card(two))
    assert "学时" not in str(card(one)) + str(card(two))


def test_days_behind_a_cut_beyond_the_year_are_named() -> None:
    public = {"class": "public", "start": date(2021, 4, 29), "end": date(2021, 4, 30), "hours": 18}
    tables = case_tables([{"id": "x", "records": [public]}], [0], made())
    (one,) = explain_person("000000", tables.claims, tables.people, made(), date(2021, 4, 30)).claims
    assert [fired.detail for fired in one.fired] == ["4月29日至4月30日共申报18学分，2天最多16，核减2"]


# ---- what the load refuses and the lint tells ------------------------------------------------------------------------

TEXT = (FOLDER / "made-2020.toml").read_text(encoding="utf-8")
FAULTS = {
    "two sources": ("times = 10\n", "times = 10\nfixed = 3\n", "须在 from、fixed 与 row 中恰好给出一个"),
    "conversion without hours": ('from = "days"\n', 'from = "days"\nminutes_per_hour = 45\n', '只能与 from = "hours"'),
    "step of nothing": ("step = 0.5", "step = 0", "step 须大于0"),
    "line never reached": ("rank = 3, hours = 20", "rank = 1, hours = 20", "row 第 2 行永远不会用到"),
    "misspelt key of a line": (
        "rank = 3, hours",
        "rnk = 3, hours",
        "row 第 2 行 不认识的键 rnk，是否为 rank？",
    ),
    "rank of nothing": ("rank = 3, hours", "rank = 0, hours", "row 第 2 行 键 rank 的值不合要求：不得小于 1"),
    "two worths for a kind": ('kind = ["lecture"]\nfrom', 'kind = ["lecture", "conference"]\nfrom', "折算规则重复"),
    "a worth beside those of kinds": ('kind = ["lecture"]\nfrom = "hours"', 'from = "hours"', "折算规则重复"),
    "two worths on a day": (
        "valid_to = 2020-06-30",
        "valid_to = 2020-07-01",
        "类别 exam 的折算规则重复（另见 exam_early）",
    ),
    "days without worth": (
        "valid_to = 2020-06-30",
        "valid_to = 2020-06-28",
        "自 2020-06-29 至 2020-06-30 没有",
    ),
    "valid backwards": ("limit = 40\nvalid_from", "limit = 40\nvalid_to = 2020-06-01\nvalid_from", "valid_from 晚于"),
    "valid never": ("limit = 40\nvalid_from = 2020-07-01", "limit = 40\nvalid_from = 2021-07-01", "永远不适用"),
    "share without quotes": ('share = "1/2"', "share = 0.5", "须为加引号的分数"),
    "share above one": ('share = "1/2"', 'share = "3/2"', "须为加引号的分数"),
    "limit and share": ('share = "1/2"', 'share = "1/2"\nlimit = 45', "limit（学时）与 share（比例）中恰好给出一个"),
    "a share of the day": ("limit = 8\n", 'share = "1/10"\n', "每天的上限须写 limit"),
    "years of a day": ("limit = 8\n", "limit = 8\nyears = 2\n", 'years 只能与 scope = "person_year"'),
    "counted in all years": ("counted_in = 2", "counted_in = 3", "counted_in 须小于 years"),
    "gate without window": ('window = "public_subject"\n', "", "window 须与 test"),
    "unknown window": (
        'window = "public_subject"',
        'window = "public_subjet"',
        "public_subjet 不在 [windows] 中，是否为 public_subject？",
    ),
    "open worths": ('test = "worth_unknown"\n', 'test = "no_hours"\n', "应计多少无法确定，而没有规则留住它"),
    "a window that the year cuts off": (
        'class = ["course", "work", "talk", "exam"]\ntest',
        "test",
        "public_subject 伸出年度之外，而 done_in_year 也管公需科目",
    ),
    "figure that a step cuts": ("per_half_day = 4", "per_half_day = 4.2", "4.2 不是 step（0.5）的整倍数，一项只计4"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_slip_is_told(name: str) -> None:
    old, new, said = FAULTS[name]
    assert old in TEXT
    found = [finding.text for finding in lint(TEXT.replace(old, new, 1))]
    assert any(said in text for text in found), found


def test_the_made_notice_has_no_finding() -> None:
    assert [one for one in lint(TEXT) if one.id != "public_subject"] == []


def test_the_schema_takes_the_made_notice_and_refuses_its_slips() -> None:
    checker = jsonschema.Draft202012Validator(pack_schema())
    assert list(checker.iter_errors(as_edited(TEXT))) == []
    for name in ("misspelt key of a line", "rank of nothing", "share without quotes"):
        assert list(checker.iter_errors(as_edited(TEXT.replace(*FAULTS[name][:2], 1)))), name


# ---- teeth -----------------------------------------------------------------------------------------------------------


def test_boundary_examples_hold_and_with_the_cases_kill_every_mutant() -> None:
    """Lines of the table, conversions, step, share, years, days of a rule and of a window, among the rest."""
    boundary = boundary_examples(made())
    assert {outcome.id: outcome.differs for outcome in run_examples(boundary, made()) if not outcome.ok} == {}
    alive = [place for place, text in mutants(TEXT) if _holds(text, boundary) and _holds(text, CASES)]
    # which edition it is, since when it is known, what only the lint adds up
    assert {place.split(" ")[1] for place in alive} == {"revision", "known_from", "slack"}


def _holds(text: str, cases: list[dict[str, Any]]) -> bool:
    try:
        pack = parse_pack(text.encode(), "变.toml")
    except PackError:
        return False
    return all(outcome.ok for outcome in run_examples(cases, pack))
