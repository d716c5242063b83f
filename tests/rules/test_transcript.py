"""Several years: each under its own pack, no hours carried over, missing years visible, last year rebuilt the same."""

from datetime import date, timedelta
from functools import cache
from importlib import resources

import pandas as pd
import pytest

from ce_toolkit.errors import PackError, TableError
from ce_toolkit.rules import Credited, Pack, credit, load_pack, parse_pack, transcript, transcripts
from ce_toolkit.rules.example_format import Tables, case_tables
from ce_toolkit.tables import CLAIMS, conform
from tests.rules.strategies import random_people

DAYS = ("start", "end", "recorded_on", "proof_on")


@cache
def _packs() -> dict[int, Pack]:
    text = (resources.files("ce_toolkit.rules") / "packs" / "dezhou-2017.toml").read_text(encoding="utf-8")
    later = text.replace("2017", "2018").replace("2016", "2017").replace("at_least = 90", "at_least = 95")
    return {2017: load_pack("dezhou-2017"), 2018: parse_pack(later.encode(), "dezhou-2018.toml")}


@cache
def _claims(year: int) -> pd.DataFrame:
    """The claims of 2017, or the same a year later."""
    claims = _tables().claims.assign(timetable=None)
    later = timedelta(365 * (year - 2017))
    moved = {name: [day if pd.isna(day) else day + later for day in claims[name]] for name in DAYS}
    return conform(CLAIMS, claims.assign(claim_id=f"{year}:" + claims["claim_id"], **moved))


@cache
def _tables() -> Tables:
    cases = random_people(9, 200)
    return case_tables(cases, range(len(cases)), _packs()[2017])


@cache
def _people() -> pd.DataFrame:
    return _tables().people


def _credited(year: int) -> Credited:
    return credit(_claims(year), _people(), _packs()[year], date(year, 12, 31))


def test_each_year_stands_under_its_own_pack_F7() -> None:
    standings = {year: _credited(year).standing for year in (2017, 2018)}
    table = transcripts(standings, _packs())
    assert len(table) == 2 * len(_people())
    for year, need in ((2017, 90), (2018, 95)):
        rows = table[table["year"] == year].reset_index(drop=True)
        judged = (standings[year]["status"] != "out_of_scope").to_numpy()
        assert (rows["need"][judged] == need).all()
        assert (rows["need"][~judged] == 0).all()
        assert (rows["total"] == standings[year]["total"]).all()
        assert (rows["status"] == standings[year]["status"].astype("str")).all()


def test_a_surplus_is_shown_and_not_moved_F14() -> None:
    standings = {year: _credited(year).standing for year in (2017, 2018)}
    table = transcripts(standings, _packs())
    assert (table["total"] - table["need"] == table["surplus"] - table["short"]).all()
    rich = table[(table["year"] == 2017) & (table["surplus"] > 0)]["person_id"]
    assert len(rich) > 0
    alone = transcripts({2018: standings[2018]}, _packs()).set_index("person_id")
    both = table[table["year"] == 2018].set_index("person_id")
    assert (both.loc[rich, "total"] == alone.loc[rich, "total"]).all()


def test_missing_years_are_visible() -> None:
    standing = _credited(2017).standing
    person = standing["person_id"].iloc[0]
    packs = {
        **_packs(),
        2019: _packs()[2018].model_copy(update={"time": _packs()[2018].time.model_copy(update={"year": 2019})}),
    }
    rows = transcript(person, {2017: standing, 2019: standing.iloc[1:]}, packs)
    assert rows["year"].tolist() == [2017, 2018, 2019]
    assert rows["status"].tolist()[1:] == ["missing", "missing"]
    assert rows["total"].isna().tolist() == [False, True, True]


def test_last_year_rebuilt_after_this_year_is_the_same() -> None:
    first = _credited(2017)
    _credited(2018)
    again = credit(_claims(2017), _people(), load_pack("dezhou-2017"), date(2017, 12, 31))
    for name in ("credits", "ledger", "standing"):
        pd.testing.assert_frame_equal(getattr(first, name), getattr(again, name))


def test_claims_of_two_years_together_count_in_their_own_D5() -> None:
    both = pd.concat([_claims(2017), _claims(2018)], ignore_index=True)
    for year in (2017, 2018):
        dated = both[both["end"].notna()]
        other = dated["end"].map(lambda day: day.year) != year
        outcome = credit(dated, _people(), _packs()[year], date(year, 12, 31)).credits.set_index("claim_id")
        wholly = dated.loc[other & (dated["start"].map(lambda day: day.year) != year), "claim_id"]
        assert (outcome.loc[wholly, "granted"] == 0).all()


def test_a_year_without_a_pack_stops_with_the_packs_there_are() -> None:
    standing = _credited(2017).standing
    with pytest.raises(PackError, match="没有 2016 年度的规则包；现有：2017、2018"):
        transcripts({2016: standing}, _packs())
    with pytest.raises(PackError, match="是 2017 年度的，不能用于 2018 年度"):
        transcripts({2018: standing}, {2018: _packs()[2017]})
    with pytest.raises(TableError, match="都没有这个 person_id"):
        transcript("无", {2017: standing}, _packs())
