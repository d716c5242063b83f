"""The city's recognition over a stored city: demonstration, a batch, what goes out, and to whom."""

import re
import stat
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from ce_toolkit.errors import InputError, RunError
from ce_toolkit.runs import start
from ce_toolkit.runs.giving import BOOK, Giving, give_out, given_folder, report_batch, write_units
from ce_toolkit.runs.journals import journal_of
from ce_toolkit.runs.leaks import found_in
from ce_toolkit.runs.recognition import CityRound, after_batch, city_round, order_checks, recognise_batch
from ce_toolkit.runs.session import Run
from ce_toolkit.workflow.rehearsal import MARK
from ce_toolkit.workflow.whole_year import of_county
from tests.conftest import Processed

COUNTIES = ("371400", "371402", "371425")
ROUTE = "大企业:371400 高等院校:371400 中央省驻德单位:371400"


@pytest.fixture(scope="module")
def values(processed: Processed, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Parameters of a recognition over three stored areas of the small city."""
    place = tmp_path_factory.mktemp("recognition")
    told = {
        "county": "city", "county_name": "德州市", "year": 2017, "pack": "dezhou-2017", "as_of": "2017-12-31",
        "units": str(processed.folder / "units.csv"), "store": str(place / "data"), "reports": str(place / "reports"),
        "counties": " ".join(COUNTIES), "review_route": ROUTE, "batch": "2017-1", "recognised_by": "示范认定人",
        "demonstration": True,
    }  # fmt: skip
    store = start("06_recognition", **told).store
    for county in COUNTIES:
        registers = processed.registers[county]
        tables = {"claims": registers.claims, "people": registers.people, "waiting": registers.waiting,
                  "submissions": processed.batches[county].submissions}  # fmt: skip
        for name, table in tables.items():
            store.save(county, name, table)
    return told


@pytest.fixture(scope="module")
def city(values: dict[str, Any]) -> CityRound:
    """The demonstration after its batch, with what goes out written."""
    made = city_round(start("06_recognition", **values))
    recognise_batch(made)
    made = after_batch(made)
    give_out(made)
    return made


def _folder(city: CityRound, county: str) -> Path:
    return given_folder(city.run.store, county, demonstration=True)


def test_a_demonstration_goes_all_the_way_in_order_and_is_marked(city: CityRound) -> None:
    assert order_checks(city)["agrees"].all()
    acts = city.acts
    assert {"registered", "returned", "reviewed", "recognised"} == set(acts["act"].astype("str"))
    invented = acts[acts["act"].astype("str") != "recognised"]
    assert set(invented["reference"].astype("str")) == {MARK}
    assert all(name.startswith(MARK) for name in acts["by"].astype("str"))


def test_the_same_batch_again_enters_nothing(city: CityRound) -> None:
    before = len(city.acts)
    told = recognise_batch(city)
    assert (told.claims, sorted(told.again), len(city.acts)) == (0, sorted(COUNTIES), before)


def test_nothing_invented_stands_among_what_was_done(city: CityRound) -> None:
    for county in COUNTIES:
        assert len(journal_of(city.run.store, county).read()) == 0


def test_a_demonstration_on_other_data_is_refused(values: dict[str, Any], tmp_path: Path) -> None:
    other = tmp_path / "units.csv"
    other.write_bytes(Path(values["units"]).read_bytes())
    with pytest.raises(RunError, match="示范只用于"):
        city_round(start("06_recognition", **{**values, "units": str(other)}))


def test_a_file_that_the_demonstration_city_did_not_make_is_noticed(
    values: dict[str, Any], processed: Processed
) -> None:
    run = start("06_recognition", **values)
    files = processed.batches["371402"].submissions
    run.store.save("371402", "submissions", files.assign(file="真实报名表-" + files["file"].astype("str")))
    try:
        with pytest.raises(RunError, match="371402"):
            city_round(run)
    finally:
        run.store.save("371402", "submissions", files)


def test_N9_a_unit_without_a_reviewer_keeps_everything_from_being_recognised(values: dict[str, Any]) -> None:
    made = city_round(start("06_recognition", **{**values, "review_route": ""}))
    told = recognise_batch(made)
    assert len(made.routes.unresolved) > 0
    assert told.claims == 0
    assert "recognised" not in set(made.acts["act"].astype("str"))
    assert len(told.rows) > 0  # and what stands in the way of which claim is told all the same
    after = city_round(start("06_recognition", **values))
    recognise_batch(after)


# ---- what goes out -------------------------------------------------------------------------------------------


def _bytes(folder: Path) -> Iterator[tuple[Path, str]]:
    """Every file's text, of workbooks that of each part, with its own path."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            parts = [path.read_bytes()]
            if zipfile.is_zipfile(path):
                with zipfile.ZipFile(path) as book:
                    parts = [book.read(name) for name in book.namelist()]
            text = "\n".join(part.decode("utf-8", "replace") for part in parts)
            yield path, f"{path.name}\n{text}"


def test_D6_a_county_s_files_hold_no_other_county_s_people(city: CityRound, processed: Processed) -> None:
    people = {county: processed.registers[county].people for county in COUNTIES}
    for county in COUNTIES:
        mine = {*people[county]["name"], *people[county]["certificate_no"].dropna()}
        others = {
            word
            for other in COUNTIES if other != county
            for word in (*people[other]["name"], *people[other]["certificate_no"].dropna(), *people[other]["person_id"])
        } - mine  # fmt: skip
        others = {word for word in others if len(word) > 2 or not any(word in each for each in mine)}
        files = list(_bytes(_folder(city, county)))
        assert files
        shown = "\n".join(text for _, text in files)
        assert found_in(shown, mine)  # the search does find names
        units = "\n".join(people[county]["employer"].dropna().unique())
        assert {word for word in found_in(shown, others) if word not in units} == set()


def test_each_unit_s_folder_is_its_own_and_private(city: CityRound) -> None:
    for county in COUNTIES:
        folder = _folder(city, county)
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        for path in folder.rglob("*"):
            assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)


def _entries(city: CityRound, county: str) -> Iterator[tuple[str, str, float]]:
    """Name, number and hours to enter of everyone on a county's lists, in their order."""
    for book in sorted(_folder(city, county).rglob(BOOK)):
        rows = list(openpyxl.load_workbook(book)["证书登记清单"].iter_rows(values_only=True))
        head = next(place for place, row in enumerate(rows) if row[0] == "序号")
        at = {name: place for place, name in enumerate(rows[head])}
        for row in rows[head + 1 :]:
            if isinstance(row[0], int):
                yield row[at["姓名"]], row[at["继续教育证书编号"]] or "", row[at["认定合计"]]


def test_D4_hours_to_enter_are_those_of_the_journal_and_the_rules_counted_claim_by_claim(city: CityRound) -> None:
    """Everyone is on one list; hours are added up in plain Python from the credits and the last act on each claim."""
    last = {row.subject: row.act for row in city.acts.sort_values("step").itertuples()}
    hours: dict[str, Decimal] = {}
    for row in city.now.view.credited.credits.itertuples():
        if last.get(row.claim_id) == "recognised" or row._3 == "public_exam":
            hours[row.person_id] = hours.get(row.person_id, Decimal(0)) + row.granted
    people = city.now.people
    for county in COUNTIES:
        mine = people[people["county"].astype("str") == county]
        wanted = sorted(
            (row.name, row.certificate_no if isinstance(row.certificate_no, str) else "", hours.get(row.person_id, 0))
            for row in mine.itertuples()
        )
        told = sorted((name, number, Decimal(str(figure))) for name, number, figure in _entries(city, county))
        assert told == wanted


def test_the_order_on_a_list_is_that_of_the_file_the_unit_sent(city: CityRound) -> None:
    for county in COUNTIES:
        place = {
            (row.name, row.certificate_no if isinstance(row.certificate_no, str) else ""): row.source
            for row in city.now.people[city.now.people["county"].astype("str") == county].itertuples()
            if row.on_signup
        }
        for book in sorted(_folder(city, county).rglob(BOOK)):
            rows = openpyxl.load_workbook(book)["证书登记清单"].iter_rows(min_row=4, values_only=True)
            sources = [place.get((row[1], row[2] or ""), "") for row in rows if isinstance(row[0], int)]
            keys = [(each.rpartition("!")[0], int(re.sub(r"\D", "", each.rpartition("!")[2]))) for each in sources
                    if each]  # fmt: skip
            assert keys == sorted(keys)


def test_the_published_list_of_a_batch_masks_everyone(city: CityRound, processed: Processed) -> None:
    outcome = recognise_batch(city)
    counts = report_batch(city, outcome)
    assert counts["in_batch"] > 0
    book = openpyxl.load_workbook(city.run.folder / "认定批次-2017-1.xlsx")
    rows = [row for row in book["认定名单"].iter_rows(min_row=4, values_only=True) if isinstance(row[0], int)]
    assert len(rows) == counts["in_batch"]
    assert all("＊" in row[3] for row in rows)
    text = "\n".join(text for path, text in _bytes(city.run.folder) if path.suffix == ".xlsx")
    for county in COUNTIES:
        people = processed.registers[county].people
        assert found_in(text, set(people["certificate_no"].dropna())) == set()
        full = {name for name in people["name"] if len(name) > 2}
        assert {name for name in found_in(text, full) if not any(name in unit for unit in people["employer"])} == set()


def test_E8_no_hour_is_lost_and_late_ones_wait(city: CityRound) -> None:
    table = city.now.table
    assert len(table) == len(city.now.claims)
    late = table[table["awaits"].astype("str") == "next_review"]
    assert len(late) > 0
    assert table["granted"].sum() == city.now.view.credited.standing["total"].sum()


def test_one_unit_alone_can_be_written_and_an_unknown_one_is_not(city: CityRound, tmp_path: Path) -> None:
    part = of_county(city.now, "371402")
    (row,) = write_units(part, tmp_path, Giving(unit="德城区实验小学"))
    assert row["unit"] == "德城区实验小学"
    assert [path.name for path in tmp_path.iterdir()] == ["德城区实验小学"]
    assert write_units(part, tmp_path, Giving(unit="没有的单位")) == []


def test_units_whose_names_agree_as_folders_are_told_apart() -> None:
    from ce_toolkit.runs.giving import _folders

    names = _folders(["一/中", "一:中", "../../x", "甲校", "　"])
    assert len(set(names)) == 5
    assert not [name for name in names if "/" in name or ".." in name or not name]


def test_no_batch_only_shows_where_the_year_stands(values: dict[str, Any], city: CityRound) -> None:
    run: Run = start("06_recognition", **{**values, "batch": ""})
    before = len(city.acts)
    made = city_round(run, rehearsed=False)
    told = recognise_batch(made)
    assert (told.claims, len(made.acts)) == (0, before)
    assert set(told.rows["why"].astype("str")) >= {"done", "to_correct"}


def test_a_unit_s_papers_are_written_where_asked_and_an_unknown_unit_is_told(
    values: dict[str, Any], tmp_path: Path, city: CityRound
) -> None:
    from types import SimpleNamespace

    from ce_toolkit.runs import giving
    from ce_toolkit.runs.parameters import parameters_of

    plan = SimpleNamespace(store=Path(values["store"]), year=2017)
    params = parameters_of("06_recognition", values)
    (folder,) = giving.give_one(plan, params, "德城区实验小学", tmp_path / "out")
    assert sorted(path.name for path in folder.iterdir()) == ["封面.xlsx", "打印页.html", "证书登记材料.xlsx"]
    with pytest.raises(InputError, match="没有单位"):
        giving.give_one(plan, params, "没有的单位", tmp_path / "other")
