"""Filters let through whom they say, counts are of all, and a page shows nobody's name."""

from collections.abc import Mapping
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from ce_toolkit.errors import InputError
from ce_toolkit.forms.roster import BLANK, PAGE, WORD_FILTERS, Filters, Roster, pages
from ce_toolkit.masking import mask_name
from ce_toolkit.rules import Pack


@pytest.fixture(scope="module")
def roster(tables: Mapping[str, pd.DataFrame], pack: Pack) -> Roster:
    return Roster(tables["people"], tables["standing"], pack)


@pytest.mark.parametrize("name", WORD_FILTERS)
def test_the_words_of_a_filter_share_out_everybody(roster: Roster, name: str) -> None:
    found = [roster.chosen(Filters({name: word})) for word in roster.choices(name)]
    assert len(found) >= 1
    assert sorted(np.concatenate(found)) == list(range(roster.size))


def test_filters_narrow_together(roster: Roster, tables: Mapping[str, pd.DataFrame]) -> None:
    people, standing = tables["people"], tables["standing"]
    unit = str(people["employer"].iloc[0])[:5]
    wanted = people["employer"].str.contains(unit, regex=False) & (people["sex"].astype("str") == "女")
    wanted &= (standing["status"].astype("str") == "not_met").to_numpy()
    found = roster.chosen(Filters({"sex": "女", "status": "未达标"}, unit=unit))
    assert found.tolist() == np.flatnonzero(wanted).tolist()


def test_a_reason_is_a_whole_word_of_the_flags(roster: Roster, tables: Mapping[str, pd.DataFrame]) -> None:
    flags = tables["standing"]["flags"].astype("str")
    assert roster.reasons
    for code, people in roster.reasons.items():
        found = roster.chosen(Filters(reason=code))
        assert len(found) == people == int(flags.str.split().map(lambda codes, code=code: code in codes).sum())


@pytest.mark.parametrize(
    ("least", "most"), [(None, None), ("0", "0"), ("30", "30"), ("0.01", "29.99"), ("30.01", None), (None, "30")]
)
def test_what_is_missing_lies_between_both_ends_inclusive(
    roster: Roster, tables: Mapping[str, pd.DataFrame], least: str | None, most: str | None
) -> None:
    short = tables["standing"]["short_public"].astype("float64")
    wanted = (short >= float(least)) if least else short > 0
    wanted &= short <= float(most or 9999)
    bounds = [None if bound is None else Decimal(bound) for bound in (least, most)]
    found = roster.chosen(Filters(short="public", least=bounds[0], most=bounds[1]))
    assert found.tolist() == np.flatnonzero(wanted).tolist()


def test_a_code_finds_its_person_and_is_told_apart(roster: Roster) -> None:
    codes = [roster.code(row) for row in range(roster.size)]
    assert len(set(codes)) == roster.size
    assert roster.chosen(Filters(code=codes[3].upper()[:6])).tolist() == [3]


def test_pages_show_everybody_once_and_masked(roster: Roster, tables: Mapping[str, pd.DataFrame]) -> None:
    rows = np.arange(roster.size)
    shown = pd.concat([roster.page(rows, number) for number in range(pages(rows))])
    assert len(shown) == roster.size > PAGE
    assert shown["姓名"].tolist() == [mask_name(name) for name in tables["people"]["name"]]
    numbers = tables["people"]["certificate_no"].dropna()
    assert not set(numbers) & set(shown["证书编号"])
    assert sum(roster.status_counts(rows).values()) == roster.size


def test_who_has_a_blank_is_found_under_a_word_of_its_own(tables: Mapping[str, pd.DataFrame], pack: Pack) -> None:
    people = tables["people"].assign(sex=tables["people"]["sex"].where(tables["people"].index != 2))
    assert Roster(people, tables["standing"], pack).chosen(Filters({"sex": BLANK})).tolist() == [2]


def test_standing_of_other_people_is_refused_and_of_another_order_is_sorted(
    tables: Mapping[str, pd.DataFrame], pack: Pack
) -> None:
    people, standing = tables["people"], tables["standing"]
    turned = Roster(people, standing.iloc[::-1], pack)
    assert turned.standing["person_id"].tolist() == people["person_id"].tolist()
    with pytest.raises(InputError, match="--force"):
        Roster(people, standing.iloc[1:], pack)


def test_no_row_is_one_empty_page(roster: Roster) -> None:
    assert pages(np.empty(0, dtype=np.int64)) == 1
    assert roster.page(np.empty(0, dtype=np.int64), 0).empty
