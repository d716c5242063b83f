"""A pack that is a layer over another one: what it replaces, adds and leaves out, what it cites, its faults."""

from datetime import date
from pathlib import Path

import jsonschema
import pytest

from ce_toolkit.cli import main
from ce_toolkit.errors import PackError
from ce_toolkit.rules import load_pack, run_examples, sentences
from ce_toolkit.rules.drafting.difference import diff, diff_lines
from ce_toolkit.rules.drafting.lint import lint
from ce_toolkit.rules.drafting.schema import pack_schema
from ce_toolkit.rules.examples import credited_cases
from tests.rules.cases import as_edited

BASE = (Path(__file__).parent / "shapes" / "made-2020.toml").read_text(encoding="utf-8")
LAYER = """
drop = ["recorded", "talks"]

[pack]
id = "city-2020"
extends = "made-2020.toml"
edition = "2020"
revision = 1
title = "某市2020年度继续教育学分规则（虚构）"
region_name = "某市"

[[document]]
number = "某市会〔2020〕7号"
title = "某市继续教育学分规定"
issuer = "某市某局"
role = "primary"

[[clause]]
id = "一"
quote = "本市课程每天不超过6学分，讲座每项不超过20学分。"

[[rule]]
id = "day"
verb = "cap"
scope = "person_day"
class = ["course", "public"]
limit = 6
reason = "daily_cap"
cites = ["一"]
says = "本市每天不超过{limit}学分：本项可计{after}学分，超出的{cut}学分不计。"

[[rule]]
id = "public_item"
verb = "cap"
scope = "claim"
class = ["public"]
limit = 20
reason = "item_cap"
cites = ["一", "三"]
says = "每项不超过{limit}学分，超出的{cut}学分不计。"
"""


@pytest.fixture
def layer(tmp_path: Path) -> Path:
    (tmp_path / "made-2020.toml").write_text(BASE, encoding="utf-8")
    path = tmp_path / "city-2020.toml"
    path.write_text(LAYER, encoding="utf-8")
    return path


def _faults(layer: Path, old: str = "", new: str = "") -> str:
    layer.write_text(LAYER.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PackError) as caught:
        load_pack(layer)
    return str(caught.value)


def test_entries_are_replaced_in_their_place_added_behind_and_left_out(layer: Path) -> None:
    own, base = load_pack(layer), load_pack(layer.parent / "made-2020.toml")
    ids = [rule.id for rule in base.rules if rule.id not in ("recorded", "talks")]
    assert [rule.id for rule in own.rules] == [*ids, "public_item"]
    assert (own.id, own.time, own.pack.unit, own.pack.region) == ("city-2020", base.time, "学分", "000000")
    assert own.notice == "某市会〔2020〕7号"
    assert [document.role for document in own.documents] == ["primary", "parent"]


def test_hours_are_those_of_both(layer: Path) -> None:
    records = [
        {"ref": "a", "class": "course", "date": date(2020, 7, 2), "hours": 8, "registered": False},
        {"ref": "b", "class": "public", "start": date(2020, 7, 6), "end": date(2020, 7, 10), "hours": 25},
        {"ref": "c", "class": "work", "kind": "project", "role": "sole", "date": date(2020, 7, 2), "key": "A"},
    ]
    expect = {"credited": {"course": 6, "public": 20, "work": 90, "professional": 96, "total": 116}, "rejected": []}
    (outcome,) = run_examples([{"id": "x", "records": records, "expect": expect, "history": []}], load_pack(layer))
    assert outcome.differs == ()


def test_a_sentence_cites_the_text_that_its_clause_stands_in(layer: Path) -> None:
    pack = load_pack(layer)
    records = [
        {"ref": "a", "class": "course", "date": date(2020, 3, 2), "hours": 8.3},
        {"ref": "b", "class": "public", "start": date(2020, 7, 6), "end": date(2020, 7, 10), "hours": 25},
    ]
    rows = next(credited for *_, credited in credited_cases([{"id": "x", "records": records}], pack)).ledger
    cited = dict(zip(rows["rule"], (said[said.rindex("（") :] for said in sentences(rows, pack)), strict=True))
    assert cited == {
        "course_time": "（某会〔2020〕1号 一）",
        "day": "（某市会〔2020〕7号 一）",
        "public_item": "（某市会〔2020〕7号 一，某会〔2020〕1号 三）",
    }


def test_the_fingerprint_covers_both_files(layer: Path) -> None:
    before = load_pack(layer).sha256
    base = layer.parent / "made-2020.toml"
    base.write_text(BASE + "\n# a word more\n", encoding="utf-8")
    after = load_pack(layer).sha256
    layer.write_text(LAYER + "\n# a word more\n", encoding="utf-8")
    assert len({before, after, load_pack(layer).sha256, load_pack(base).sha256}) == 4


def test_a_layer_over_a_layer(layer: Path) -> None:
    top = layer.parent / "county-2020.toml"
    text = LAYER.replace("made-2020.toml", "city-2020.toml").replace('"city-2020"', '"county-2020"')
    text = (
        text.replace('drop = ["recorded", "talks"]', "")
        .replace("limit = 6", "limit = 5")
        .replace("会〔2020〕7", "会〔2020〕9")
    )
    top.write_text(text, encoding="utf-8")
    pack = load_pack(top)
    assert next(rule.limit for rule in pack.rules if rule.id == "day") == 5
    texts = [clause.document for clause in pack.clauses if clause.id.endswith("一")]
    assert sorted(texts) == ["", "某会〔2020〕1号", "某市会〔2020〕7号"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('drop = ["recorded", "talks"]', 'drop = ["recorde"]', "city-2020.toml:2：drop 中的 recorde 不是上层规则包"),
        ('drop = ["recorded", "talks"]', 'drop = "talks"', "drop 须为方括号中的编号列表"),
        ('cites = ["一"]\nsays = "本市每天', 'cites = ["三"]\nsays = "本市每天', "须引用本规则包自己的条款"),
        ('cites = ["一", "三"]', 'cites = ["一", "九"]', "引用的条款 九 不存在"),
        ("limit = 6", "limt = 6", "city-2020.toml:27：[rule] day 不认识的键 limt，是否为 limit？"),
        ('class = ["public"]', 'class = ["publc"]', "类别 publc 不在 [buckets] 中"),
        ('extends = "made-2020.toml"', 'extends = "made-2021.toml"', "上层规则包 made-2021.toml 用不了"),
        ('extends = "made-2020.toml"', 'extends = "nowhere"', "没有名为 nowhere 的规则包；现有："),
        ('extends = "made-2020.toml"', 'extends = "city-2020.toml"', "extends 绕成了圈"),
        ('role = "primary"', 'role = "parent"', '须恰有一份 role = "primary"'),
        ("[[document]]", "[document]", "[document] 键 document 的值不合要求：须为方括号中的列表"),
    ],
)
def test_each_fault_of_a_layer_is_told_with_its_line(layer: Path, old: str, new: str, said: str) -> None:
    assert old in LAYER
    assert said in _faults(layer, old, new)


def test_a_drop_without_a_pack_beneath_is_no_key(layer: Path) -> None:
    assert "不认识的键 drop" in _faults(layer, 'extends = "made-2020.toml"\n', "")


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("limit = 40", "limt = 40", "第 273 行"),
        ('id = "day"\n', "", "第 237 行"),
        ("[[document]]", "[document]", "第 23 行"),
    ],
)
def test_a_fault_beneath_is_told_with_its_file_and_line(layer: Path, old: str, new: str, line: str) -> None:
    assert old in BASE
    (layer.parent / "made-2020.toml").write_text(BASE.replace(old, new, 1), encoding="utf-8")
    said = _faults(layer)
    assert "上层规则包 made-2020.toml" in said
    assert line in said


def test_the_tools_read_a_layer(layer: Path, capsys: pytest.CaptureFixture[str]) -> None:
    base = layer.parent / "made-2020.toml"
    assert [found for found in lint(layer) if found.id != "public_subject"] == []
    told = diff_lines(diff(load_pack(base), load_pack(layer)))
    assert "改动　规则（上限） day" in told
    assert "删去　规则（上限） talks" in told
    assert "增加　规则（上限） public_item" in told
    assert main(["pack", "show", str(layer)]) == 0
    assert main(["pack", "diff", str(base), str(layer)]) == 1
    shown = capsys.readouterr().out
    assert "某会〔2020〕1号 一" in shown


def test_the_schema_takes_a_layer_that_says_what_differs_only(layer: Path) -> None:
    checker = jsonschema.Draft202012Validator(pack_schema())
    assert list(checker.iter_errors(as_edited(LAYER))) == []
    whole = layer.parent / "made-2020.toml"
    assert list(checker.iter_errors(as_edited('drop = ["day"]\n' + whole.read_text(encoding="utf-8"))))
    assert list(checker.iter_errors(as_edited(LAYER.replace('extends = "made-2020.toml"\n', ""))))
