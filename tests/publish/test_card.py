"""Cards: Chinese, masked, as HTML and as plain text."""

import re
from datetime import date

import pytest

from ce_toolkit.publish import card
from ce_toolkit.rules import explain_claim, explain_person, load_pack
from ce_toolkit.tables import CLAIMS, PEOPLE, frame

END = date(2017, 12, 31)
PACK = load_pack("dezhou-2017")
PEOPLE_FRAME = frame(
    PEOPLE,
    {
        "person_id": ["p1"],
        "name": ["王小明"],
        "archive": [True],
        "on_signup": [False],
        "sector": ["public_institution"],
    },
)
CLAIMS_FRAME = frame(
    CLAIMS,
    {
        "claim_id": ["c1", "c2"],
        "person_id": ["p1", "p1"],
        "class": ["training", "self_study"],
        "title": ["<b>水利</b>培训13812345678", "新标准"],
        "basis": ["held_hr", None],
        "start": [date(2017, 5, 3), date(2017, 2, 1)],
        "end": [date(2017, 5, 7), date(2017, 2, 9)],
        "hours": [48, 20],
        "key": ["PX20170000004", None],
        "proof": [True, False],
        "registered": [True, True],
        "in_archive": [None, True],
        "employer_hours": [None, 20],
    },
)
ARGUMENTS = (CLAIMS_FRAME, PEOPLE_FRAME, PACK, END)
CARDS = [card(explain_claim("c1", *ARGUMENTS)), card(explain_person("p1", *ARGUMENTS))]


@pytest.mark.parametrize("shown", CARDS)
def test_names_and_numbers_are_masked_in_both_forms(shown: object) -> None:
    for text in (str(shown), shown._repr_html_()):  # type: ignore[attr-defined]
        assert "王＊＊" in text
        assert not re.search("王小明|13812345678|0000004", text)
        assert "<b>水利" not in text or text == str(shown)


def test_a_claim_says_what_acted_and_what_did_not() -> None:
    text = str(CARDS[0])
    assert "申报48学时：认定40，超上限8" in text
    assert "5月3日至5月7日共申报48学时，5天最多40，核减8。" in text
    assert "原因在个人" in text
    assert "证明材料：是  若为“否或未填”才起作用（四）" in text
    assert "举办、批准、备案：人社部门举办  若为“无”才起作用（三.1）" in text


def test_a_person_says_hours_shortfalls_flags_and_each_claim() -> None:
    text = str(CARDS[1])
    assert text.startswith("王＊＊ · 未达标")
    assert "专业科目应达到60学时：已认定40学时，还差20学时。（德人社字〔2017〕51号 六.2）" in text
    assert "待补各项补齐后  至多60学时" in text
    assert "不在报名表上，照常认定并提示单位补报。  原因在用人单位" in text
    assert "没有证明材料，20学时待补交后计入。" in text
    assert "单位性质：事业单位  若为“机关或军队或自由职业或个体”才起作用（一）" in text


def test_nothing_of_the_program_shows() -> None:
    for shown in CARDS:
        words = set(re.findall(r"[A-Za-z_]{4,}", str(shown)))
        assert words == set()
