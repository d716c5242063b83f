"""What a switch says it does is what the rule lab finds by judging everybody twice."""

from decimal import Decimal

import numpy as np
import pytest

from ce_toolkit.errors import PackError
from ce_toolkit.forms.switches import Choice, Effect, Switches, figure_of
from ce_toolkit.publish.labels import WORDS
from ce_toolkit.registers.areas import area_names
from ce_toolkit.rules import Pack, alternatives
from ce_toolkit.rules.inquiry.lab import Compared, compare
from ce_toolkit.rules.inquiry.rerun import Year

CHOICES = [
    Choice({"U1": "per_activity"}),
    Choice({"U4": "all_count", "U29": "refused"}),
    Choice({"U36": "professional"}),
    Choice(figures={"self_study_year": Decimal(20), "total": Decimal("72.5")}),
    Choice({"U32": "judged"}, {"training_day": Decimal(6)}),
    Choice(),
]


@pytest.fixture(scope="module")
def switches(year: Year, pack: Pack) -> Switches:
    return Switches(year, pack)


@pytest.mark.parametrize("choice", CHOICES, ids=lambda choice: "-".join([*choice.readings, *choice.figures]) or "own")
def test_the_effect_is_that_of_the_rule_lab(switches: Switches, year: Year, pack: Pack, choice: Choice) -> None:
    found = switches.effect(choice)
    other = compare(pack, switches.pack_of(choice), year.claims, year.people, year.as_of)
    _same_states(found, other)
    _same_counties(found, other)
    assert {str(year.people["person_id"].iat[row]) for row in found.rows} == set(other.people["person_id"])
    assert found.hours["增加"].iloc[-1] - found.hours["减少"].iloc[-1] == float(other.clauses["change"].sum() or 0)


def _same_states(found: Effect, other: Compared) -> None:
    words = {
        (WORDS["status"][row["from"]], WORDS["status"][row["to"]]): row["people"] for _, row in other.states.iterrows()
    }
    assert {tuple(row[:2]): row[2] for row in found.states.itertuples(index=False, name=None)} == words
    assert found.states["人数"].sum() == found.people


def _same_counties(found: Effect, other: Compared) -> None:
    table = found.by_county.set_index("县市区")
    for _, row in other.by_county.iterrows():
        mine = table.loc[area_names()[row["county"]]]
        assert (mine["新达标"], mine["不再达标"], mine["状态改变"]) == (
            row["newly_met"], row["no_longer_met"], row["changed"]
        )  # fmt: skip


def test_classes_sum_to_the_total_and_change_is_gain_less_loss(switches: Switches) -> None:
    table = switches.effect(CHOICES[4]).hours.set_index("学时类别")
    assert table.iloc[-1].tolist() == table.iloc[:-1].sum().tolist()
    counties = switches.effect(CHOICES[4]).by_county
    assert [counties[f"{way}学时"].sum() for way in ("增加", "减少")] == table.loc["合计", ["增加", "减少"]].tolist()
    assert (table["改后认定"] - table["原认定"] == table["增加"] - table["减少"]).all()
    assert table.loc["培训进修", "减少"] > 0


def test_who_changes_status_comes_first(switches: Switches) -> None:
    found = switches.effect(Choice(figures={"total": Decimal(200), "self_study_year": Decimal(10)}))
    turned = found.was != found.now
    assert 0 < turned.sum() == found.changed < len(turned)
    assert not np.any(~turned[:-1] & turned[1:])
    assert len({*found.line(0)[:2]}) == 2


def test_an_effect_is_kept_until_it_is_forgotten(switches: Switches) -> None:
    first = switches.effect(CHOICES[0])
    assert switches.effect(Choice({"U1": "per_activity"})) is first
    switches.forget()
    assert switches.effect(CHOICES[0]) is not first


def test_what_can_be_switched_is_what_the_pack_holds(switches: Switches, pack: Pack) -> None:
    assert [reading.id for reading in switches.readings] == list(dict.fromkeys(one.id for one, _ in alternatives(pack)))
    assert [switches.named(part) for part, _ in switches.figures] == [
        "培训进修上限（每人每天）", "自学上限（每人每年）", "成果论著上限（每人每年）",
        "合计要求", "专业科目要求", "公需科目要求",
    ]  # fmt: skip


def test_readings_that_do_not_go_together_are_named(switches: Switches) -> None:
    with pytest.raises(PackError, match="U34、U17 不能同时改变"):
        switches.effect(Choice({"U34": "refused", "U17": "not_signed_up"}))


def test_progress_is_told_from_nothing_to_all(year: Year, pack: Pack) -> None:
    heard: list[tuple[int, int]] = []
    Switches(year, pack).warm(lambda done, of: heard.append((done, of)))
    assert heard == [(done, len(heard) - 1) for done in range(len(heard))]
    assert len(heard) == len(list(alternatives(pack))) + 1


@pytest.mark.parametrize(("text", "value"), [("", "40"), (" 30 ", "30"), ("３０．５", "30.5"), ("0", "0")])
def test_a_figure_is_read_as_it_is_typed(text: str, value: str) -> None:
    assert figure_of(text, Decimal(40)) == Decimal(value)


@pytest.mark.parametrize("text", ["四十", "1,5", "--"])
def test_what_is_no_number_is_said_with_an_example(text: str) -> None:
    with pytest.raises(PackError, match="不是数，请填学时数，例如 40"):
        figure_of(text, Decimal(40))
