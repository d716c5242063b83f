"""Strict load of packs: every fault in one pass, with line, id and remedy (rule_packs invariants 1 and 2)."""

from importlib import resources

import pytest

from ce_toolkit.errors import PackError
from ce_toolkit.rules import load_pack, parse_pack, shipped
from ce_toolkit.rules.pack import Cap


def _text() -> str:
    return (resources.files("ce_toolkit.rules") / "packs" / "dezhou-2017.toml").read_text(encoding="utf-8")


def _faults(text: str) -> str:
    with pytest.raises(PackError) as caught:
        parse_pack(text.encode(), "试.toml")
    return str(caught.value)


def test_every_shipped_pack_loads() -> None:
    assert [load_pack(name).id for name in shipped()] == shipped()


def test_C11_C17_C22_F10_figures_of_the_notice() -> None:
    pack = load_pack("dezhou-2017")
    caps = {(rule.scope, rule.classes): int(rule.limit) for rule in pack.of(Cap)}
    assert caps == {
        ("person_day", ("training",)): 8,
        ("person_year", ("self_study",)): 40,
        ("person_year", ("output",)): 30,
    }
    assert {r.bucket: int(r.at_least) for r in pack.requirements} == {"*": 90, "professional": 60, "public": 30}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("limit = 40", "limt = 40", "不认识的键 limt，是否为 limit？"),
        ('verb = "split"', 'verb = "splitt"', "是否为 split？"),
        ('test = "not_passed"', 'test = "not_pased"', "是否为 not_passed？"),
        ('field = "proof"', 'field = "prof"', "是否为 proof？"),
        ('cites = ["三.2"]', 'cites = ["三.22"]', "引用的条款 三.22 不存在"),
        ('window = "review"', 'window = "revue"', "不在 [windows] 中"),
        ('reading = "U5"', 'reading = "U99"', "reading U99 不存在"),
        ('id = "output_year"', 'id = "self_study_year"', "self_study_year 重复"),
        ('class = ["self_study"]\nlimit', 'class = ["selfstudy"]\nlimit', "类别 selfstudy 不在 [buckets] 中"),
        ("at_least = 60", "at_least = 70", "各项最低学时之和 100 大于总计 90"),
        ("at_least = 60", "at_least = -1", "at_least"),
        ("fixed = 30", 'fixed = 30\nfrom = "hours"', "须在 from、fixed 与 row 中恰好给出一个"),
        ("limit = 30", "limit = 30.001", "limit"),
        ("year = 2017", 'year = "2017x"', "year"),
        ('inert = "对组织工作', 'quot = "对组织工作', "不认识的键 quot，是否为 quote？"),
    ],
)
def test_each_fault_is_named_with_its_remedy(old: str, new: str, said: str) -> None:
    """Among them P6 a clause that the notice does not have and F13 minima that exceed the whole."""
    assert old in _text()
    assert said in _faults(_text().replace(old, new, 1))


def test_all_faults_come_in_one_pass_with_their_lines() -> None:
    text = _text().replace("limit = 40", "limt = 40").replace('verb = "split"', 'verb = "splitt"')
    said = _faults(text)
    lines = text.splitlines()
    assert f"试.toml:{lines.index('limt = 40') + 1}：" in said
    assert "splitt" not in said  # the value found is in the file; the message names line, id and what is wanted
    assert said.count("\n") == 2  # the heading, then an unknown key and an unknown verb: no echo "missing limit"


def test_a_key_given_twice_is_refused() -> None:
    assert "不是有效的 TOML" in _faults(_text().replace("limit = 40", "limit = 40\nlimit = 41"))


def test_an_unknown_pack_names_those_there_are() -> None:
    with pytest.raises(PackError, match=r"现有：.*dezhou-2017"):
        load_pack("dezhou-2071")
