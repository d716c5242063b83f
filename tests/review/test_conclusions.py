"""Claims whose correction overturns what was concluded of their person."""

from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from ce_toolkit.errors import SampleError
from ce_toolkit.review.conclusions import Year, changed_conclusions, evaluate_conclusions
from ce_toolkit.review.drawn import Drawn, DrawnStratum
from ce_toolkit.review.judged import judge
from ce_toolkit.review.plan import plan_attribute
from tests.conftest import AS_OF, Processed

COUNTY = "371402"


@pytest.fixture(scope="module")
def year(processed: Processed) -> Year:
    register = processed.registers[COUNTY]
    return Year(register.claims, register.people, processed.pack, AS_OF)


@pytest.fixture(scope="module")
def framed(processed: Processed) -> pd.DataFrame:
    """Every granted claim of paper evidence, with its person's status."""
    credited = processed.credited[COUNTY]
    granted = credited.credits[(credited.credits["granted"] > 0) & (credited.credits["class"] != "public_exam")]
    status = credited.standing.set_index("person_id")["status"].astype("str")
    return granted.assign(status=granted["person_id"].map(status)).reset_index(drop=True)


def _reviewed(framed: pd.DataFrame, verdicts: dict[int, tuple[str, Any]]) -> pd.DataFrame:
    rows = pd.DataFrame(
        {"unit_id": framed["claim_id"], "claim_id": framed["claim_id"], "stratum": "S6", "hours": framed["granted"]}
    )
    rows["verdict"] = [verdicts.get(at, ("相符", None))[0] for at in range(len(rows))]
    rows["recognised"] = [verdicts.get(at, ("相符", None))[1] for at in range(len(rows))]
    return rows


def _census(framed: pd.DataFrame) -> Drawn:
    return Drawn((DrawnStratum("S6", len(framed), framed["granted"].sum(), len(framed)),))


def test_a_refused_claim_that_decides_changes_its_persons_status(framed: pd.DataFrame, year: Year) -> None:
    """Refuse, of everybody who met, one claim; compare with the year credited without just that claim."""
    met = framed.index[framed["status"] == "met"].tolist()
    rows = _reviewed(framed, {at: ("不予认定", Decimal(0)) for at in met})
    told = changed_conclusions(rows, judge(rows, _census(framed)), year)
    assert set(told.loc[met, "before"]) == {"met"}
    assert not told.loc[~told.index.isin(met), "changed"].any()
    assert 0 < told["changed"].sum() <= len(met)
    from ce_toolkit.rules import credit

    for at in met[:5]:
        alone = year.claims[year.claims["claim_id"] != framed.at[at, "claim_id"]]
        status = credit(alone, year.people, year.pack, AS_OF).standing.set_index("person_id")["status"]
        assert status[framed.at[at, "person_id"]] == told.at[at, "after"]


def test_a_change_that_moves_no_hours_changes_no_conclusion(framed: pd.DataFrame, year: Year) -> None:
    plan = plan_attribute(len(framed), tolerable_rate="0.1%", confidence="0.999")
    assert plan.is_census
    evaluation = evaluate_conclusions(_reviewed(framed, {}), _census(framed), year, plan)
    assert (evaluation.errors, evaluation.look.upper, evaluation.look.method) == (0, 0, "census")


def test_missing_evidence_counts_as_refused_and_both_figures_stand(framed: pd.DataFrame, year: Year) -> None:
    met = framed.index[framed["status"] == "met"].tolist()
    refused, missing = (
        evaluate_conclusions(
            _reviewed(framed, dict.fromkeys(met, (verdict, None))), _census(framed), year,
            plan_attribute(len(framed), tolerable_rate="0.1%", confidence="0.999"),
        )
        for verdict in ("不予认定", "证据缺失")
    )  # fmt: skip
    assert missing.errors == refused.errors > 0
    assert missing.lenient is not None
    assert missing.lenient.errors == 0


def test_a_claim_of_another_year_is_told(framed: pd.DataFrame, year: Year) -> None:
    rows = _reviewed(framed, {0: ("不予认定", None)}).assign(claim_id="elsewhere")
    with pytest.raises(SampleError, match="1 条不在本年度的申报表"):
        changed_conclusions(rows, judge(rows, _census(framed)), year)
