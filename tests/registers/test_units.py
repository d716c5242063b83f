"""The bureau's register of units: who reviews whom, and bad files named by row and column."""

from pathlib import Path

import pandas as pd
import pytest

from ce_toolkit.errors import InputError, ParamsError
from ce_toolkit.registers import Units, read_units
from ce_toolkit.registers.areas import area_names, named
from ce_toolkit.registers.units import fold_unit, sector_name, sector_names

HEADS = "单位名称,所属地区,单位类别,单位性质,审核单位,应参训人数,学习档案"
SCHOOL = "德城区试验中学,371402,县属单位,事业单位,,10,是"
HOSPITAL = "德城区试验医院,371402,县属单位,事业单位,,,"


def _read(tmp_path: Path, *lines: str, encoding: str = "utf-8-sig", heads: str = HEADS) -> Units:
    return read_units(_written(tmp_path, *lines, encoding=encoding, heads=heads))


def _written(tmp_path: Path, *lines: str, encoding: str = "utf-8-sig", heads: str = HEADS) -> Path:
    path = tmp_path / "units.csv"
    path.write_bytes("\r\n".join([heads, *lines, ""]).encode(encoding))
    return path


@pytest.mark.parametrize(
    ("kind", "area", "entered", "reviewer"),
    [
        ("县属单位", "371402", "", "371402"),  # D6
        ("县属单位", "371471", "", "371471"),  # N5: a zone reviews its own
        ("市直单位", "371400", "", "371400"),  # N6, D7
        ("大企业", "371400", "371400", "371400"),
        ("中央省驻德单位", "371400", "371424", "371424"),  # N9: whoever the office names
        ("县属单位", "371402", "371400", "371400"),  # what is entered stands
    ],
)
def test_N5_N6_D6_D7_routing(tmp_path: Path, kind: str, area: str, entered: str, reviewer: str) -> None:
    units = _read(tmp_path, f"某单位,{area},{kind},事业单位,{entered},,")
    assert units.table["reviewer"].tolist() == [reviewer]
    assert units.unresolved.empty


@pytest.mark.parametrize("kind", ["大企业", "高等院校", "中央省驻德单位"])
def test_N7_N8_N9_D8_F15_units_without_a_route_are_listed(tmp_path: Path, kind: str) -> None:
    units = _read(tmp_path, SCHOOL, f"某单位,371400,{kind},事业单位,,,")
    assert units.unresolved["unit"].tolist() == ["某单位"]


def test_N7_N8_N9_U16_a_kind_is_routed_by_the_city_where_the_register_names_nobody(tmp_path: Path) -> None:
    kinds, entered = ("大企业", "高等院校"), ("", "371428")
    lines = [f"{kind}{area},371400,{kind},事业单位,{area},," for kind in kinds for area in entered]
    units = read_units(_written(tmp_path, SCHOOL, *lines), "大企业:371424")
    assert units.table["reviewer"].fillna("").tolist() == ["371402", "371424", "371428", "", "371428"]
    assert units.unrouted("371400").to_numpy().tolist() == [["高等院校", "高等院校", "市直"]]
    assert units.unrouted("371402").empty


@pytest.mark.parametrize(
    "route", ["大企业", "大企业:3714", "县属单位:371400", "大企业:371400 大企业:371402", "企业:371400"]
)
def test_D8_a_route_that_cannot_be_used_is_told(tmp_path: Path, route: str) -> None:
    with pytest.raises(ParamsError, match=r"review_route 中的.*大企业:371400"):
        read_units(_written(tmp_path, SCHOOL), route)


def test_F2_a_head_count_not_given_is_unknown_not_zero(tmp_path: Path) -> None:
    eligible = _read(tmp_path, SCHOOL, HOSPITAL, "空壳单位,371402,县属单位,事业单位,,0,否").table["eligible"]
    assert eligible.isna().tolist() == [False, True, False]
    assert eligible.dropna().tolist() == [10, 0]


def test_U15_the_archive_flag_is_yes_no_or_unknown(tmp_path: Path) -> None:
    archive = _read(tmp_path, SCHOOL, HOSPITAL, "空壳单位,371402,县属单位,事业单位,,0,否").table["archive"]
    assert archive.astype(object).where(archive.notna(), None).tolist() == [True, None, False]


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        (",371402,县属单位,事业单位,,,", "第 4 行：单位名称不能为空"),
        ("某单位,37149,县属单位,事业单位,,,", "第 4 行：所属地区应为六位地区代码"),
        ("某单位,,县属单位,事业单位,,,", "第 4 行：所属地区应为"),
        ("某单位,371402,乡镇单位,事业单位,,,", "第 4 行：单位类别应为 县属单位、市直单位"),
        ("某单位,371402,县属单位,,,,", "第 4 行：单位性质应为 事业单位、国有企业"),
        ("某单位,371402,县属单位,事业单位,人社局,,", "第 4 行：审核单位应为六位地区代码，未定的留空"),
        ("某单位,371402,县属单位,事业单位,,约30,", "第 4 行：应参训人数应为整数，未报的留空"),
        ("某单位,371402,县属单位,事业单位,,-3,", "第 4 行：应参训人数应为整数"),
        ("某单位,371402,县属单位,事业单位,,３０,", "第 4 行：应参训人数应为整数"),
        ("某单位,371402,县属单位,事业单位,,3,有", "第 4 行：学习档案应为 是 或 否"),
        ("德城区（试验）中学,371402,县属单位,事业单位,,,", "第 4 行：单位名称与前面重复"),
        ("某单位,371402,县属单位,事业单位,,1,200,是", "第 4 行：有 8 列，表头有 7 列"),
        ("某单位,371402", "第 4 行：有 2 列，表头有 7 列"),
    ],
)
def test_a_bad_line_is_named_by_row_and_column(tmp_path: Path, line: str, wanted: str) -> None:
    """The row as an editor counts lines: a blank line before it counts."""
    with pytest.raises(InputError, match=f"units.csv {wanted}"):
        _read(tmp_path, SCHOOL, "", line)


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"units\.csv：单位名录缺少列 审核单位、应参训人数。"):
        _read(tmp_path, heads="单位名称,所属地区,单位类别,单位性质,学习档案")


def test_MF7_a_register_saved_by_an_office_program_in_gbk_is_read(tmp_path: Path) -> None:
    assert len(_read(tmp_path, SCHOOL, encoding="gb18030").table) == 1


def test_a_file_of_another_encoding_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="应为 UTF-8 或 GBK 编码"):
        _read(tmp_path, SCHOOL, encoding="utf-16")


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="是空的"):
        _read(tmp_path, heads="")


def test_a_missing_file_is_named_with_the_key_to_mend(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"打不开单位名录，请检查 city\.yaml 中的 units"):
        read_units(tmp_path / "none.csv")


def test_columns_may_stand_in_another_order_beside_others(tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    path.write_text(
        "备注,学习档案,应参训人数,审核单位,单位性质,单位类别,所属地区,单位名称\n无,是,3,,机关,县属单位,371402,某局\n",
        encoding="utf-8",
    )
    assert read_units(path).table.loc[0, ["unit", "area", "nature", "eligible"]].tolist() == [
        "某局", "371402", "government_agency", 3,
    ]  # fmt: skip


def test_a_unit_is_found_whatever_its_brackets_blanks_and_width(tmp_path: Path) -> None:
    units = _read(tmp_path, "德城区试验中学（东校区）,371402,县属单位,事业单位,,,")
    names = pd.Series(["德城区试验中学(东校区)", "德城区 试验中学【东校区】", "德城区试验中学"], index=[5, 6, 7])
    assert units.look_up(names)["area"].notna().to_dict() == {5: True, 6: True, 7: False}


def test_latin_letters_and_digits_of_unit_names_are_folded() -> None:
    assert fold_unit(pd.Series(["德城区第１中学Ａ部", "德城区第1中学a部"])).nunique() == 1


def test_N5_every_area_has_a_name_and_its_place_in_the_order() -> None:
    names = area_names()
    assert len(names) == 14
    assert list(names.values())[:3] == ["市直", "德城区", "陵城区"]
    words = named(pd.Series(["371472", "999999", "371402"], index=[4, 5, 6]))
    assert words.sort_values().to_dict() == {6: "德城区", 4: "德州运河经济开发区", 5: "999999"}


def test_A3_an_unknown_sector_has_a_name_of_its_own() -> None:
    assert sector_name("nan") == "性质待核"
    assert sector_names() == ("事业单位", "国有企业", "非公有制单位", "机关", "性质待核")
