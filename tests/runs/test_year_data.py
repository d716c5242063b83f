"""A stored year in an analyst's hands: all counties, exact hours, names masked, SQL that says what the frames say."""

from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

import ce_toolkit as ce
from ce_toolkit.errors import InputError
from ce_toolkit.runs.year_data import LEFT_OUT, YearData
from tests.conftest import AS_OF, YEAR, Processed
from tests.small_store import fill

HOURS = pd.ArrowDtype(pa.decimal128(9, 2))


@pytest.fixture(scope="module")
def root(processed: Processed, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("year") / "store"
    store = fill(processed, root)
    detail = pd.DataFrame(
        {"county_name": ["县"], "reviewer": ["王小明"], "note": ["王小明已看"]}
    )  # as later steps leave
    for area in processed.batches:
        store.save(area, "results", detail)
    return root


@pytest.fixture(scope="module")
def year(root: Path) -> YearData:
    return ce.load_year(root, YEAR)


def test_two_lines_give_every_county_with_its_name_and_exact_hours(year: YearData, processed: Processed) -> None:
    assert len(year.people) == 300
    assert year.people["county"].value_counts().to_dict() == {
        area: len(one.people) for area, one in processed.registers.items()
    }
    assert dict(zip(year.credits["county"], year.credits["county_name"], strict=True))["371402"] == "德城区"
    assert year.credits["granted"].dtype == HOURS
    granted = sum((one.credits["granted"].sum() for one in processed.credited.values()), Decimal())
    assert year.credits["granted"].sum() == granted


def test_names_and_numbers_are_masked_unless_asked_for(year: YearData, root: Path, processed: Processed) -> None:
    """Over every text of every table: no name, number or file that holds a name; whole ones only on request."""
    registers = processed.registers.values()
    whole = {text for one in registers for name in ("name", "certificate_no") for text in one.people[name].dropna()}
    units = {text for one in registers for text in one.people["employer"]}
    whole = {text for text in whole if len(text) > 2 and not any(text in unit for unit in units)}
    seen = {text for name in year.tables for text in _texts(year[name])}
    assert not {text for text in seen if any(one in text for one in whole)}
    assert not LEFT_OUT & {column for name in year.tables for column in year[name]}
    assert year["results"].iloc[0].tolist() == ["371400", "市直", "王＊＊"]
    asked = ce.load_year(root, YEAR, names=True)
    assert set(asked.people["name"]) >= {text for one in registers for text in one.people["name"]}
    assert "请勿外传" in repr(asked)


def _texts(table: pd.DataFrame) -> set[str]:
    columns = [table[name].astype("str").dropna() for name in table.columns if str(table[name].dtype) in _TEXT]
    return {text for column in columns for text in column.unique()}


_TEXT = ("str", "category")


@pytest.mark.parametrize("names", [False, True])
def test_sql_gives_the_rows_and_types_of_the_frames(root: Path, names: bool) -> None:
    year = ce.load_year(root, YEAR, counties="371402 371428", names=names)
    for name in year.tables:
        told = year.sql(f"FROM {name}")
        kept = year[name]
        assert list(told) == list(kept)
        for column in kept:
            assert _plain(told[column]) == _plain(kept[column]), (name, column)
    assert year.sql("SELECT granted FROM credits")["granted"].dtype == HOURS


def _plain(column: pd.Series) -> list[object]:
    return column.astype(object).where(column.notna(), None).tolist()


def test_claims_are_joined_by_their_handles(year: YearData) -> None:
    joined = year.sql("SELECT count(*) AS n, sum(c.granted) AS h FROM credits c JOIN claims USING (county, claim_id)")
    assert year.sql("SELECT count(*) AS n FROM credits WHERE granted > $least", least=0)["n"].iloc[0] > 0
    assert joined["n"].iloc[0] == len(year.credits) == len(year.claims)
    assert joined["h"].iloc[0] == year.credits["granted"].sum()
    assert year.claims["claim_id"].is_unique


def test_what_hangs_on_a_reading_is_worked_out_from_the_claims_as_they_are(
    year: YearData, processed: Processed
) -> None:
    stored = processed.registers.values()
    claims, people = (pd.concat([getattr(one, name) for one in stored]) for name in ("claims", "people"))
    expected = ce.sensitivity(processed.pack, claims, people, AS_OF)
    pd.testing.assert_frame_equal(year.readings(processed.pack, AS_OF), expected)


def test_faults_are_told_in_chinese_and_hold_no_value(year: YearData, root: Path) -> None:
    with pytest.raises(InputError, match=r"没有表 pepole；可用的有：.*people"):
        year.load("pepole")
    with pytest.raises(InputError, match="查询语句有误"):
        year.sql("SELECT nope FROM people")
    with pytest.raises(InputError, match=r"^查询中断：.*检查转换") as caught:
        year.sql("SELECT CAST(name AS INTEGER) FROM people")
    assert "＊" not in str(caught.value)
    with pytest.raises(InputError, match="没有县市区 999999 的 2017 年度的数据表；请先运行"):
        ce.load_year(root, YEAR, counties="371402 999999")
    with pytest.raises(InputError, match="2016 年度的数据表"):
        ce.load_year(root, 2016)
