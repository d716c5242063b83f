"""The year's tables of a county and of the city, and a proof that notices any total that was touched."""

import pandas as pd
import pytest

from ce_toolkit.registers.areas import area_names
from ce_toolkit.statistics import HIDDEN, Annual, catalogue, prove
from ce_toolkit.statistics.counting import counted
from ce_toolkit.statistics.quality import ASPECTS
from tests.conftest import AS_OF, Processed
from tests.statistics.tiny import bases_of, credits_of, made, units


@pytest.fixture(scope="module")
def city(processed: Processed) -> Annual:
    return processed.annual("city")


def test_the_city_stands_by_county_and_a_county_by_sector(processed: Processed, city: Annual) -> None:
    assert (city.key, processed.annual("371402").key) == ("county_name", "sector_name")
    assert city["participation"]["county_name"].tolist() == [*area_names().values(), "合计"]
    assert processed.annual("371400")["participation"]["sector_name"].tolist() == [
        "事业单位", "国有企业", "非公有制单位", "机关", "合计",
    ]  # fmt: skip


def test_every_total_of_every_table_is_proved(processed: Processed) -> None:
    for county in ("city", *processed.batches):
        proof = processed.annual(county).proof
        assert proof["agrees"].all()
        figures = {(table.name, column.name) for table in catalogue(city=county == "city") for column in table.columns}
        assert set(zip(proof["table"], proof["item"], strict=True)) == figures


TOUCHED = [("by_series", "met"), ("hours", "granted"), ("kinds", "claims"), ("refusals", "held"), ("at_caps", "hours")]


@pytest.mark.parametrize(("name", "figure"), TOUCHED)
@pytest.mark.parametrize("rows", [[0], [-1], [0, -1]])
def test_a_falsified_figure_is_found(city: Annual, name: str, figure: str, rows: list[int]) -> None:
    """In a row, in 合计, or in both, which only the recount can tell."""
    table = counted(city.tables[name].described, city.frames)
    for row in rows:
        table.data.loc[table.data.index[row], figure] += 1
    proof = prove(table, city.frames).set_index("item")
    assert proof.index[~proof["agrees"]].tolist() == [figure]


def test_people_counted_twice_are_found_by_the_recount(city: Annual) -> None:
    table = counted(city.tables["hours"].described, city.frames)
    table.data.loc[table.data.index[-1], "persons"] = table.data["persons"].iloc[:-1].sum()
    proof = prove(table, city.frames).set_index("item")
    assert proof.index[~proof["agrees"]].tolist() == ["persons"]


def test_an_unknown_head_count_that_was_made_a_number_is_found() -> None:
    register = units(("371402", "public_institution", 3), ("371403", "public_institution", None))
    frames = bases_of([{}, {"county": "371403"}], register=register)
    table = made("participation", frames)
    assert prove(table, frames)["agrees"].all()
    table.data.loc[table.data.index[-1], "eligible"] = 3
    assert not prove(table, frames).set_index("item").loc["eligible", "agrees"]


def test_granted_hours_are_recounted_from_the_people() -> None:
    """Not from the claims a second time: hours that a claim has and its person lacks are found."""
    frames = bases_of([{"total": 10}], credits_of(("P0", "training", 12, 0, 0, 0)))
    proof = prove(made("hours", frames), frames).set_index("item")
    assert proof.index[~proof["agrees"]].tolist() == ["granted"]


def test_N4_every_column_of_the_counties_sums_to_the_city(processed: Processed, city: Annual) -> None:
    counties = [processed.annual(county) for county in processed.batches]
    for table in catalogue(city=False):
        if table.name == "at_caps":
            continue
        whole = city.tables[table.name].data.iloc[-1]
        for column in table.columns:
            figures = [one.tables[table.name].data.iloc[-1][column.name] for one in counties]
            if any(pd.isna(figure) for figure in figures):
                assert pd.isna(whole[column.name])
            else:
                assert whole[column.name] == sum(figures), (table.name, column.name)


def test_every_table_says_who_is_counted_who_is_not_its_source_and_date(processed: Processed, city: Annual) -> None:
    for table in city.tables.values():
        said = "".join(table.statement)
        assert "未列入：" in said
        assert f"数据截至 {AS_OF.isoformat()}" in said
        assert all(share.says in said for share in table.described.shares)
    assert "不在范围的 6 人" in "".join(city.tables["participation"].statement)


def test_every_table_has_six_kinds_of_quality_each_counted(city: Annual) -> None:
    for name in city.tables:
        lines = city.quality[city.quality["table"] == name]
        assert set(lines["aspect"]) == set(ASPECTS)
        assert lines["how"].str.len().min() > 0
        assert lines["aspect"].map(ASPECTS.index).is_monotonic_increasing


def test_quality_counts_are_those_of_the_rows(processed: Processed, city: Annual) -> None:
    people = pd.concat([one.people for one in processed.registers.values()])
    mine = city.quality[city.quality["table"] == "participation"].set_index("what")["count"]
    assert mine["没有填证书编号的人"] == people["certificate_no"].isna().sum()
    assert mine["合计与另行计算不符的项"] == 0
    assert mine["学时合计与逐项认定不符的人"] == 0


def test_a_hidden_total_is_hidden_in_the_proof_too(processed: Processed, city: Annual) -> None:
    for county in ("city", *processed.batches):
        tables = processed.annual(county)
        for line in tables.published_proof.to_dict("records"):
            gone = tables.tables[line["table"]].hidden[line["item"]].iloc[-1]
            assert {line["total"] == HIDDEN, line["recount"] == HIDDEN} == {bool(gone)}


def test_the_detail_counts_everyone_once_by_seven_facts(city: Annual) -> None:
    detail = city.detail
    assert detail.iloc[-1]["in_scope"] == city.people["in_scope"].sum()
    assert {"county_name", "sector_name", "ownership", "series", "level", "sex", "size"} <= set(detail.columns)
