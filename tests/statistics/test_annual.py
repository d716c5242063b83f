"""The year's tables of a county and of the city, and a proof that notices any total that was touched."""

import pandas as pd
import pytest

from ce_toolkit.registers.areas import area_names
from ce_toolkit.statistics import Annual, hours_by_class, participation, prove_counts, prove_hours
from ce_toolkit.statistics.proof import prove_units
from ce_toolkit.statistics.roster import MARKS
from tests.conftest import Processed
from tests.statistics.tiny import FIGURES, credits_of, people, units

HOURS = ("claims", *FIGURES)
COUNTS = ("in_scope", *MARKS, "out_of_scope")


@pytest.fixture(scope="module")
def city(processed: Processed) -> Annual:
    return processed.annual("city")


def test_the_city_stands_by_county_and_a_county_by_sector(processed: Processed, city: Annual) -> None:
    assert (city.key, processed.annual("371402").key) == ("county_name", "sector_name")
    assert city.participation["county_name"].tolist() == [*area_names().values(), "合计"]
    assert processed.annual("371400").participation["sector_name"].tolist() == [
        "事业单位", "国有企业", "非公有制单位", "机关", "合计",
    ]  # fmt: skip


def test_every_total_of_every_table_is_proved(processed: Processed) -> None:
    for county in ("city", *processed.batches):
        assert processed.annual(county).proof["agrees"].all()


def test_the_proof_covers_every_figure_of_the_totals(city: Annual) -> None:
    proved = city.proof.groupby("table")["item"].agg(set).to_dict()
    for name, table in (("participation", city.participation), ("by_series", city.by_series), ("detail", city.detail)):
        assert proved[name] == set(table.columns) - {"county_name", "sector_name", "series", "level"}
    # persons are no sum: who claims of two kinds is one person; averages are shares of the sums
    assert proved["hours"] == set(city.hours.columns) - {"class", "persons", "average"}


@pytest.mark.parametrize("mark", COUNTS)
@pytest.mark.parametrize("row", [0, -1])
def test_a_falsified_count_is_found(city: Annual, mark: str, row: int) -> None:
    table = city.detail.copy()
    table.loc[table.index[row], mark] += 1
    proof = prove_counts("detail", table, city.people).set_index("item")
    assert proof.index[~proof["agrees"]].tolist() == [mark]


@pytest.mark.parametrize("mark", COUNTS)
def test_a_count_falsified_in_row_and_total_is_found_by_the_recount(city: Annual, mark: str) -> None:
    table = city.detail.copy()
    table.loc[table.index[[0, -1]], mark] += 1
    proof = prove_counts("detail", table, city.people).set_index("item")
    assert proof.index[~proof["agrees"]].tolist() == [mark]
    assert proof.loc[mark, "recount"] == proof.loc[mark, "total"] - 1


@pytest.mark.parametrize("figure", HOURS)
@pytest.mark.parametrize("rows", [[0], [-1], [0, -1]])
def test_a_falsified_figure_of_hours_is_found(processed: Processed, city: Annual, figure: str, rows: list[int]) -> None:
    table, credit = city.hours.copy(), processed.stored().credits
    for row in rows:
        table.loc[table.index[row], figure] += 1
    proof = prove_hours("hours", table, credit, city.people).set_index("item")
    assert proof.index[~proof["agrees"]].tolist() == [figure]


@pytest.mark.parametrize("column", ["units", "units_reporting", "eligible"])
def test_a_falsified_count_of_units_is_found(column: str) -> None:
    register = units(("371402", "public_institution", 3), ("371403", "public_institution", 4))
    table = _participation(register)
    table.loc[table.index[-1], column] += 1
    proof = prove_units("participation", table, register).set_index("item")
    assert proof.index[~proof["agrees"]].tolist() == [column]


def test_an_unknown_head_count_that_was_made_a_number_is_found() -> None:
    register = units(("371402", "public_institution", 3), ("371403", "public_institution", None))
    table = _participation(register)
    assert prove_units("participation", table, register)["agrees"].all()
    table.loc[table.index[-1], "eligible"] = 3
    assert not prove_units("participation", table, register).set_index("item").loc["eligible", "agrees"]


def _participation(register: pd.DataFrame) -> pd.DataFrame:
    return participation(people({}, {"county": "371403"}), register, "county_name")


def test_a_table_without_a_whole_cannot_be_proved(city: Annual) -> None:
    with pytest.raises(ValueError, match="no 合计 row"):
        prove_counts("detail", city.detail.iloc[:-1], city.people)


def test_granted_hours_are_recounted_from_the_people() -> None:
    """Not from the claims a second time: hours that a claim has and its person lacks are found."""
    roster = people({"total": 10})
    credit = credits_of(("P0", "training", 12, 0, 0, 0))
    proof = prove_hours("hours", hours_by_class(credit, roster, ("training",)), credit, roster).set_index("item")
    assert proof.index[~proof["agrees"]].tolist() == ["granted"]


def test_N4_every_column_of_the_counties_sums_to_the_city(processed: Processed, city: Annual) -> None:
    counties = [processed.annual(county) for county in processed.batches]
    for name in ("participation", "by_series", "detail", "hours"):
        whole = getattr(city, name).iloc[-1]
        wholes = [getattr(county, name).iloc[-1] for county in counties]
        for column in [column for column in whole.index if column not in {"county_name", "series", "class", "average"}]:
            if not isinstance(whole[column], str):
                figures = [one[column] for one in wholes]
                unknown = any(figure is pd.NA for figure in figures)
                assert whole[column] is pd.NA if unknown else whole[column] == sum(figures), (name, column)
