"""The ready-made .xls files: in every city, readable, and made anew with the same cells."""

from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from ce_toolkit.demo import City, build_city, fixtures


def _cells(data: bytes, tmp_path: Path) -> list[list[object]]:
    path = tmp_path / "x.xls"
    path.write_bytes(data)
    book = CalamineWorkbook.from_path(path)
    return [book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names]


def test_mf1_four_xls_files_are_in_every_city_whatever_the_seed(city: City) -> None:
    def ready(of: City) -> dict[str, bytes]:
        return {book.path: book.render() for book in of.books if book.path.endswith(".xls")}

    assert len(ready(city)) == 4
    assert ready(city) == ready(build_city(99, 400))
    assert all(data.startswith(b"\xd0\xcf\x11\xe0") for data in ready(city).values())


def test_the_people_of_the_fixtures_belong_to_the_city(city: City) -> None:
    people = city.truth["people"]
    sent = people[people["file"].astype(str).str.endswith(".xls")]
    assert set(sent["employer"]) == {unit.name for unit in fixtures.fixture_units()}
    assert set(sent["person_id"]) & set(city.truth["exams"]["person_id"].dropna())


@pytest.mark.office
def test_rebuilding_gives_the_same_cells_and_truth(tmp_path: Path) -> None:
    fixtures.rebuild_fixtures(tmp_path / "new")
    ready = Path(fixtures.__file__).parent / "fixtures"
    made = sorted((tmp_path / "new").iterdir())
    assert [path.name for path in made] == sorted(path.name for path in ready.iterdir())
    for path in made:
        if path.suffix == ".xls":
            assert _cells(path.read_bytes(), tmp_path) == _cells((ready / path.name).read_bytes(), tmp_path)
        else:
            assert path.read_text(encoding="utf-8") == (ready / path.name).read_text(encoding="utf-8")
