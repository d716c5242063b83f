"""The units of the city and the bureau's register of them."""

import csv
from collections import Counter
from pathlib import Path

from ce_toolkit.demo import City
from ce_toolkit.demo.dice import dice
from ce_toolkit.demo.units import draw_units


def test_three_hundred_units_of_uneven_size_with_names_of_their_own() -> None:
    units = draw_units(dice(7, 20000, "units"), 20000)
    assert 290 <= len(units) <= 310
    assert sum(unit.size for unit in units) == 20000
    assert len({unit.name for unit in units}) == len(units)
    sizes = sorted(unit.size for unit in units)
    assert sizes[0] < 15
    assert sizes[-1] > 5 * sizes[len(sizes) // 2]


def test_the_city_itself_has_all_four_kinds_of_unit() -> None:
    units = draw_units(dice(7, 300, "units"), 300)
    kinds = Counter(unit.kind_code for unit in units)
    assert set(kinds) == {"county_unit", "city_direct", "large_enterprise", "university", "central_provincial"}
    assert {unit.area.code for unit in units if unit.kind_code != "county_unit"} == {"371400"}


def test_n9_two_units_have_no_reviewer(city: City) -> None:
    blank = [unit for unit in city.units if unit.reviewer is None]
    assert [unit.kind_code for unit in blank] == ["large_enterprise", "central_provincial"]
    assert all(u.reviewer == u.area.code for u in city.units if u.kind_code in ("county_unit", "city_direct"))


def test_the_register_lists_every_unit_with_its_head_count_or_none(city: City, folder: Path) -> None:
    with (folder / "units.csv").open(encoding="utf-8-sig", newline="") as file:
        table = list(csv.DictReader(file))
    assert list(table[0]) == ["单位名称", "所属地区", "单位类别", "单位性质", "审核单位", "应参训人数", "学习档案"]
    assert [line["单位名称"] for line in table] == [unit.name for unit in city.units]
    assert {line["学习档案"] for line in table} <= {"是", "否", ""}
    people = Counter(city.truth["people"]["employer"])
    assert all(int(line["应参训人数"]) >= people[line["单位名称"]] for line in table if line["应参训人数"])
    assert any(not line["应参训人数"] for line in table)


def test_n5_a_zone_files_through_its_own_office() -> None:
    units = draw_units(dice(7, 20000, "units"), 20000)
    offices = {unit.filing_unit for unit in units if unit.filing_unit != unit.name}
    assert "德州经济技术开发区组织人事部" in offices
    assert "德城区人力资源和社会保障局" in offices
