"""What a review concluded moves hours by hand-worked examples: filters come before caps (D13, D17, decisions.md)."""

from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from ce_toolkit.errors import PackError
from ce_toolkit.rules import credit, explain_person, load_pack, sentences
from ce_toolkit.rules.example_format import case_tables
from ce_toolkit.workflow import fold
from ce_toolkit.workflow.year import YearView, concluded, registered, year_view
from tests.workflow.office import act
from tests.workflow.test_year import END, PACK, PASS, _acts

AGREED = {"verdict": "相符"}
REFUSED = {"verdict": "不予认定", "hours": Decimal(0), "reason": "证明无效"}


def _partly(hours: str) -> dict[str, Any]:
    return {"verdict": "部分认定", "hours": Decimal(hours), "reason": "学时填多"}


def _training(ref: str, day: int, hours: float, days: int = 1, **more: Any) -> dict[str, Any]:
    return {"ref": ref, "class": "training", "basis": "held_hr", "start": date(2017, 3, day),
            "end": date(2017, 3, day + days - 1), "days": days, "hours": hours, **more}  # fmt: skip


def _paper(ref: str, month: int) -> dict[str, Any]:
    return {"ref": ref, "class": "output", "kind": "paper", "date": date(2017, month, 1), "items": 1,
            "published": True, "key": f"CN{ref}"}  # fmt: skip


def _view(records: list[dict[str, Any]], **verdicts: dict[str, Any] | str) -> YearView:
    """The year where everything is registered, and each named claim has the verdict or was returned (a text)."""
    tables = case_tables([{"id": "x", "records": [*records, PASS]}], [1], PACK)
    first = [act("registered", f"000001:{one['ref']}", on=date(2017, 6, 1), person_id="000001") for one in records]
    second = [
        act("returned", f"000001:{ref}", person_id="000001", reason=told)
        if isinstance(told, str)
        else act("reviewed", f"000001:{ref}", person_id="000001", **{"hours": None, **told})
        for ref, told in verdicts.items()
    ]
    acts = pd.concat([_acts(*first), *([_acts(*second, step=2)] if second else [])], ignore_index=True)
    return year_view(tables.claims, tables.people, acts, PACK, END)


def _granted(view: YearView) -> dict[str, str]:
    rows = view.credited.credits
    return {claim.partition(":")[2]: str(hours) for claim, hours in zip(rows["claim_id"], rows["granted"], strict=True)}


def _row(view: YearView, ref: str) -> Any:
    return view.credited.credits.set_index("claim_id").loc[f"000001:{ref}"]


def test_D13_what_agrees_counts_as_registered() -> None:
    assert _granted(_view([_training("t", 6, 8)], t=AGREED))["t"] == "8.00"


def test_D13_a_refused_claim_leaves_the_day_to_another() -> None:
    """8 hours and 6 on one day: 8 count. With the first refused the other's 6 count, not 0."""
    day = [_training("a", 6, 8), _training("b", 6, 6)]
    assert _granted(_view(day)) == {"a": "8.00", "b": "0.00", "p1": "30.00"}
    view = _view(day, a=REFUSED)
    assert _granted(view) == {"a": "0.00", "b": "6.00", "p1": "30.00"}
    assert (_row(view, "a")["state"], str(_row(view, "a")["refused"])) == ("refused", "8.00")


def test_D13_a_refused_paper_leaves_its_place_under_the_year_s_cap() -> None:
    """Four papers are 30 hours; with the first refused the three others are 30, not 20."""
    papers = [_paper(f"o{month}", month) for month in (1, 2, 3, 4)]
    assert _granted(_view(papers))["o4"] == "0.00"
    view = _view(papers, o1=REFUSED)
    assert [_granted(view)[f"o{month}"] for month in (1, 2, 3, 4)] == ["0.00", "10.00", "10.00", "10.00"]


def test_D13_of_a_refused_duplicate_the_other_counts() -> None:
    """The same certificate twice: the first counts. Where the review refuses it, the second is a repeat no more."""
    twice = [_training("a", 6, 8, key="PX1"), _training("b", 13, 8, key="PX1")]
    assert _granted(_view(twice))["b"] == "0.00"
    assert _granted(_view(twice, a=REFUSED))["b"] == "8.00"


def test_D13_accepted_hours_are_a_ceiling_before_the_caps() -> None:
    """8 and 6 on one day, of the 8 only 5 accepted: 5 + 3 up to the day's 8."""
    view = _view([_training("a", 6, 8), _training("b", 6, 6)], a=_partly("5"))
    assert _granted(view) == {"a": "5.00", "b": "3.00", "p1": "30.00"}
    assert (str(_row(view, "a")["refused"]), str(_row(view, "b")["over_cap"])) == ("3.00", "3.00")


def test_D13_more_accepted_than_the_cap_allows_is_cut_by_the_cap() -> None:
    """30 hours in 3 days are 24; 26 accepted are 24 still, 20 accepted are 20."""
    long = [_training("a", 6, 30, days=3)]
    assert [_granted(_view(long, a=_partly(hours)))["a"] for hours in ("26", "20")] == ["24.00", "20.00"]


def test_D13_a_timetable_is_no_way_around_the_accepted_hours() -> None:
    daily = [{"ref": "a", "class": "training", "basis": "held_hr",
              "daily": {date(2017, 3, 6): 8, date(2017, 3, 7): 8}}]  # fmt: skip
    assert _granted(_view(daily))["a"] == "16.00"
    assert _granted(_view(daily, a=_partly("10.5")))["a"] == "10.50"


@pytest.mark.parametrize("why", ["证据缺失", "无法核实"])
def test_D17_what_is_sent_back_is_held_and_leaves_its_room(why: str) -> None:
    view = _view([_training("a", 6, 8), _training("b", 6, 6)], a=why)
    assert _granted(view) == {"a": "0.00", "b": "6.00", "p1": "30.00"}
    assert (_row(view, "a")["state"], str(_row(view, "a")["held"])) == ("held", "8.00")
    assert view.credited.standing["status"].iloc[0] == "not_met"
    assert str(view.credited.standing["high"].iloc[0]) == "38.00"  # 30 + 8 on that day, whichever claim they come from


def test_F9_every_hour_that_a_review_took_has_its_reason_and_clause() -> None:
    view = _view([_training("a", 6, 8), _training("b", 7, 8), _training("c", 8, 8)],
                 a=REFUSED, b=_partly("5"), c="证据缺失")  # fmt: skip
    ledger = view.credited.ledger
    assert list(ledger["reason"]) == ["review_refused", "review_partly", "review_returned"]
    assert list(sentences(ledger, PACK)) == [
        "审核结论为不予认定，8学时不计。（德人社字〔2017〕51号 四）",
        "审核结论为部分认定，认可5学时，其余3学时不计。（德人社字〔2017〕51号 四）",
        "审核时证据缺失或无法核实，已退回用人单位，8学时待补正后计入。（德人社字〔2017〕51号 四）",
    ]


def test_F9_the_person_is_told_the_same() -> None:
    tables = case_tables([{"id": "x", "records": [_training("a", 6, 8), PASS]}], [1], PACK)
    acts = _acts(act("reviewed", "000001:a", person_id="000001", **{"hours": None, **_partly("5")}))
    state = fold(acts)
    claims = concluded(registered(tables.claims, state), state)
    told = explain_person("000001", claims, tables.people, PACK, END)
    assert "认可5学时" in str(told)


def test_a_pack_without_registration_cannot_be_reviewed_under() -> None:
    """No silent ignoring: the verdict stands in the claims, and no clause says what comes of it."""
    tables = case_tables([{"id": "x", "records": [_training("a", 6, 8)]}], [1], PACK)
    claims = tables.claims.assign(review=pd.Categorical(["refused"] * len(tables.claims)))
    bare = PACK.model_copy(update={"rules": tuple(rule for rule in PACK.rules if rule.id != "registered_by_employer")})
    with pytest.raises(PackError, match="没有登记的规定"):
        credit(claims, tables.people, bare, END)


def test_claims_without_a_verdict_are_credited_as_ever() -> None:
    pack = load_pack("dezhou-2017")
    tables = case_tables([{"id": "x", "records": [_training("a", 6, 8), PASS]}], [1], pack)
    blank = concluded(tables.claims, fold(_acts(act("registered", "000001:zz"))))
    for name in ("credits", "ledger", "standing"):
        one, other = (getattr(credit(each, tables.people, pack, END), name) for each in (tables.claims, blank))
        pd.testing.assert_frame_equal(one, other)
