"""Who may do what to a claim, after what, and with which seal; what may not be done leaves no trace."""

from datetime import date
from pathlib import Path

import pytest

from ce_toolkit.errors import ActError
from ce_toolkit.workflow import Act, Journal, acts_table, fold, masked, require_routed
from tests.workflow.office import CITY, COUNTY, HOSPITAL, INSTITUTE, OTHER, PLANT, SCHOOL, act, enter, register_of_units

WAY = [act("registered"), act("reviewed"), act("recognised")]


def _done(folder: Path, *acts: Act, **more: object) -> str:
    """The state of the claim after these acts."""
    journal = Journal(folder / "journal")
    enter(journal, register_of_units(folder), *acts, **more)
    return fold(journal.read())["state"].iloc[0]


def _refused(folder: Path, *acts: Act, match: str, **more: object) -> None:
    """The last act is refused with these words, and nothing of it is entered."""
    journal, routes = Journal(folder / "journal"), register_of_units(folder)
    enter(journal, routes, *acts[:-1], **more)
    before = journal.read()
    with pytest.raises(ActError, match=match):
        enter(journal, routes, acts[-1], **more)
    assert len(journal.read()) == len(before)


def test_D4_D13_D14_the_whole_way(tmp_path: Path) -> None:
    assert _done(tmp_path, *WAY) == "recognised"


def test_D4_D13_D15_what_each_step_leaves(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    enter(journal, register_of_units(tmp_path), *WAY)
    row = fold(journal.read()).iloc[0]
    assert (row["unit"], row["registrar"], str(row["registered_on"])) == (SCHOOL, "登记人甲", "2017-07-10")
    assert (row["review_office"], row["reviewer"], bool(row["seal"])) == (COUNTY, "审核人乙", True)
    assert (row["batch"], bool(row["special_seal"]), str(row["accepted_hours"])) == ("2017-01", True, "7.50")


@pytest.mark.parametrize(
    ("acts", "match"),
    [
        ([act("reviewed")], "尚未登记.*登记（由用人单位“德城区试验中学”"),
        ([act("registered"), act("recognised")], "已登记.*不能认定.*审核（由德城区人力资源和社会保障局"),  # D13
        ([*WAY[:2], act("corrected")], "已审核.*不能更正.*退回"),
        ([act("registered"), act("returned"), act("reviewed")], "已退回.*不能审核"),
        ([act("registered"), act("registered")], "不能再登记"),
        ([*WAY, act("corrected")], "已认定.*市人力资源和社会保障局撤销认定"),
        ([*WAY, act("reviewed")], "撤销认定"),
        ([*WAY, act("recognised")], "撤销认定"),
    ],
)  # fmt: skip
def test_D13_D14_nothing_skips_a_step(tmp_path: Path, acts: list[Act], match: str) -> None:
    _refused(tmp_path, *acts, match=match)


@pytest.mark.parametrize(
    ("last", "match"),
    [
        (act("reviewed", actor=OTHER), "只能由德城区人力资源和社会保障局办理"),  # D6: not another county
        (act("reviewed", actor=CITY), "只能由德城区"),
        (act("recognised", actor=COUNTY), "只能由市人力资源和社会保障局办理"),  # D14: no county recognises
        (act("corrected", actor=COUNTY), "用人单位“德城区试验中学”自己"),
        (act("returned", actor=OTHER), "德城区.*或市人力资源"),
    ],
)
def test_D6_D7_D14_who_may(tmp_path: Path, last: Act, match: str) -> None:
    _refused(tmp_path, act("registered"), last, match=match)


def test_D6_a_county_writes_into_no_other_file(tmp_path: Path) -> None:
    journal, routes = Journal(tmp_path / "journal"), register_of_units(tmp_path)
    with pytest.raises(ActError, match="不属于 371403 的办理日志"):
        journal.append(OTHER, acts_table([act("registered")]), routes, known_on=date(2017, 7, 20))


def test_D8_N9_nobody_acts_on_a_unit_without_a_reviewer_and_nothing_is_frozen(tmp_path: Path) -> None:
    routes = register_of_units(tmp_path)
    _refused(tmp_path, act("registered", unit=PLANT), match="还没有确定审核单位")
    with pytest.raises(ActError, match="1 个单位没有确定审核单位：试验机械厂（大企业）"):
        require_routed(routes)
    _refused(tmp_path, act("registered", unit="没有的单位"), match="单位名录中没有单位")


@pytest.mark.parametrize(
    ("last", "match"),
    [
        (act("recognised", special_seal=None), "专用章"),
        (act("recognised", seal=True), "审核单位公章只在审核时"),  # D15: the two seals are not confused
        (act("recognised", batch=" "), "批次号"),
        (act("recognised", by=" "), "没有经办人"),
        (act("recognised", on=date(2017, 7, 9)), "办理日期"),  # before the review
        (act("recognised", on=date(2017, 7, 21)), "办理日期"),  # after the day of entry
        (act("recognised", person_id="p2"), "与此前的记录不一致"),
        (act("reviewed", special_seal=True), "专用章只在认定时"),
        (act("reviewed", verdict="证据缺失"), "请退回"),
        (act("reviewed", hours=None, verdict="部分认定"), "部分认定须大于 0"),
        (act("returned", reason=None), "须写明原因"),
    ],
)
def test_D13_D14_D15_D17_what_an_act_must_say(tmp_path: Path, last: Act, match: str) -> None:
    _refused(tmp_path, *WAY[:2], last, match=match)


def test_D13_a_review_without_seal_is_no_ground_for_recognition(tmp_path: Path) -> None:
    unsealed = act("reviewed", seal=False)
    _refused(tmp_path, act("registered"), unsealed, act("recognised"), match="还没有加盖公章")
    assert _done(tmp_path, act("reviewed"), act("recognised")) == "recognised"  # sealed since: a later review stands


def test_what_the_review_refused_is_not_recognised(tmp_path: Path) -> None:
    refused = act("reviewed", verdict="不予认定", hours=None)
    _refused(tmp_path, act("registered"), refused, act("recognised"), match="不予认定，不能认定")


def test_a_mended_journal_is_told_by_mending_alone(tmp_path: Path) -> None:
    _refused(tmp_path, act("registered"), act("mended", "371402#journal", actor=COUNTY), match="只由 ce journal mend")


def test_D14_a_recognised_claim_is_reversed_by_name_reason_and_batch(tmp_path: Path) -> None:
    _refused(tmp_path, *WAY, act("reversed", batch="2017-02"), match="批次号")
    assert _done(tmp_path, act("reversed"), act("corrected"), act("reviewed")) == "reviewed"


def test_D17_rounds_are_counted(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    back = [act("returned"), act("corrected")]
    enter(journal, register_of_units(tmp_path), act("registered"), *back, *back, act("reviewed"))
    row = fold(journal.read()).iloc[0]
    assert (row["round"], row["state"], row["step"]) == (3, "reviewed", 6)


def test_D16_two_names_where_both_steps_are_the_city_s(tmp_path: Path) -> None:
    journal, routes = Journal(tmp_path / "journal"), register_of_units(tmp_path)
    enter(journal, routes, act("registered", unit=INSTITUTE), act("reviewed", unit=INSTITUTE))
    same = acts_table([act("recognised", unit=INSTITUTE, by="审核人乙")])
    day = date(2017, 7, 20)
    with pytest.raises(ActError, match="须由两个人分别签名"):
        journal.append(CITY, same, routes, known_on=day, two_names=True)
    assert journal.append(CITY, same, routes, known_on=day).one_name == (0,)  # told, by default


def test_D16_one_name_in_county_and_city_is_nothing_to_tell(tmp_path: Path) -> None:
    journal, routes = Journal(tmp_path / "journal"), register_of_units(tmp_path)
    enter(journal, routes, *WAY[:2])
    told = journal.append(CITY, acts_table([act("recognised", by="审核人乙")]), routes, known_on=date(2017, 7, 20))
    assert told.one_name == ()


def test_one_wrong_act_leaves_all_of_them_out_and_each_is_named(tmp_path: Path) -> None:
    journal, routes = Journal(tmp_path / "journal"), register_of_units(tmp_path)
    batch = [act("registered", "a"), act("reviewed", "b"), act("registered", "c", by="")]
    with pytest.raises(ActError, match=r"3 项办理中有 2 项不能办理(.|\n)*第 2 项(.|\n)*第 3 项"):
        journal.append(COUNTY, acts_table(batch), routes, known_on=date(2017, 7, 20))
    assert journal.read().empty


def test_several_acts_on_one_claim_in_one_entry_are_held_against_one_another(tmp_path: Path) -> None:
    journal, routes = Journal(tmp_path / "journal"), register_of_units(tmp_path)
    journal.append(COUNTY, acts_table(WAY[:2]), routes, known_on=date(2017, 7, 20))
    assert list(journal.read()["step"]) == [1, 2]


def test_staff_are_masked_in_what_is_published(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    enter(journal, register_of_units(tmp_path), act("registered", unit=HOSPITAL), act("reviewed", unit=HOSPITAL))
    shown = masked(fold(journal.read())).to_csv() + masked(journal.read()).to_csv()
    assert "登记＊" in shown or "登＊" in shown
    assert not [name for name in ("登记人甲", "审核人乙") if name in shown]
