"""Pack tools: lint finds each seeded fault and nothing else; diff, show, new and schema agree with the strict load."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from ce_toolkit.cli import main
from ce_toolkit.errors import PackError
from ce_toolkit.publish.pack_page import pack_page
from ce_toolkit.rules import load_examples, load_pack, parse_pack
from ce_toolkit.rules.drafting.bounds import idle_caps, limits, most
from ce_toolkit.rules.drafting.difference import diff, diff_lines
from ce_toolkit.rules.drafting.lint import Finding, lint
from ce_toolkit.rules.drafting.outline import outline
from ce_toolkit.rules.drafting.schema import pack_schema
from ce_toolkit.rules.drafting.skeleton import skeleton
from ce_toolkit.rules.drafting.words import TABLES
from ce_toolkit.rules.loading.files import pack_path
from ce_toolkit.rules.pack import Pack
from tests.rules.cases import as_edited

CASES = [case for file in sorted((Path(__file__).parents[1] / "cases").glob("*.yaml")) for case in load_examples(file)]
SHIPPED = pack_path("dezhou-2017").read_text(encoding="utf-8")

# what is written, what stands there after the slip, what is said; the line told is that of the slip
FAULTS = {
    "unknown key": ("limit = 40", "limt = 40", "不认识的键 limt，是否为 limit？"),
    "unknown key without a near one": ('role = "primary"', 'role = "primary"\nwebsite = "x"', "不认识的键 website"),
    "unknown verb": ('verb = "split"', 'verb = "splitt"', "是否为 split？"),
    "unknown test": ('test = "not_passed"', 'test = "not_pased"', "是否为 not_passed？"),
    "unknown field": ('field = "proof"', 'field = "prof"', "是否为 proof？"),
    "unknown clause": (
        'cites = ["三.2"]\nsays = "自学每年',
        'cites = ["三.22"]\nsays = "自学每年',
        "条款 三.22 不存在",
    ),
    "misspelt clause": ('id = "三.1"', 'id = "三.7"', "三.7 没有规则引用，而有 10 处写作 三.1，是否为 三.1？"),
    "the only cite misspelt": ('cites = ["六.3"]', 'cites = ["六.8"]', "条款 六.8 不存在，是否为 六.3？"),
    "misspelt definition of a reading": ('id = "U29"', 'id = "U92"', "处写作 U29，是否为 U29？"),
    "misspelt definition of a class": (
        '["training", "self_study", "output"]\n',
        '["trainng", "self_study", "output"]\n',
        "写作 training",
    ),
    "misspelt definition of a window": ("review = {", "reveiw = {", "window review 不在 [windows] 中，是否为 reveiw？"),
    "misspelt definition of a bucket": ('professional = ["tr', 'profesional = ["tr', "是否为 profesional？"),
    "unknown reading": ('cites = ["五", "二"]', 'cites = ["五", "二"]\nreading = "U99"', "reading U99 不存在"),
    "unknown window": ('window = "review"', 'window = "revue"', "window revue 不在 [windows] 中"),
    "unknown class": ('class = ["self_study"]\nlimit', 'class = ["selfstudy"]\nlimit', "类别 selfstudy 不在"),
    "unknown class of a check": (
        'class = ["self_study", "output", "public_other"]\ntest',
        'class = ["self_study", "outputs", "public_other"]\ntest',
        "类别 outputs 不在",
    ),
    "unknown bucket": ('bucket = "public"', 'bucket = "publik"', "bucket publik 不在"),
    "unknown reason": ('reason = "coauthor"', 'reason = "coauthors"', "coauthors 没有中文名，是否为 coauthor？"),
    "unknown day": ('until = "left_on"', 'until = "left_at"', "until left_at 不是人员的日期字段，是否为 left_on？"),
    "unknown scope": ('scope = "person_day"', 'scope = "person_days"', "键 scope 须为"),
    "window cites nothing": ('2017-07-31, cites = "五"', '2017-07-31, cites = "七"', "review 引用的条款 七 不存在"),
    "id twice": ('id = "output_year"', 'id = "self_study_year"', "self_study_year 重复"),
    "class twice": ('["public_exam", "public_other"]\np', '["public_exam", "public_other", "training"]\np', "不止一次"),
    "misspelt label": (
        'public_exam = "公需',
        'public_exm = "公需',
        "public_exm 不在 [buckets] 中，是否为 public_exam？",
    ),
    "no primary document": ('role = "primary"', 'role = "parent"', '须恰有一份 role = "primary"'),
    "uncited clause": ('inert = "对组织', '# inert = "对组织', "六.1 没有规则引用"),
    "inert though cited": (
        'quote = "每项（篇、本）计10学时',
        'inert = "x"\nquote = "每项（篇、本）计10学时',
        "三.3 已有规则引用，却写了 inert",
    ),
    "reading that no rule takes": ('reading = "U9"', "", "U9 没有规则采用"),
    "two worths": ("fixed = 30", 'fixed = 30\nfrom = "hours"', "须在 from、fixed 与 row 中恰好给出一个"),
    "a third decimal": ("limit = 30", "limit = 30.001", "最多两位小数"),
    "negative minimum": ("at_least = 60", "at_least = -60", "不得为负"),
    "head given twice": ("[[requirement]]", "[[requirement]]\n\n[[requirement]]", "[requirement] 条目是空的"),
    "slip in the year": ("year = 2017", "year = 2071", "year 是 2071，而 from 至 to 不在这一年"),
    "number in quotes": ("limit = 40", 'limit = "40"', "须为数"),
    "day in quotes": ("from = 2017-01-01", 'from = "2017-01-01"', "须为日期"),
    "word for true": ("blank = true", 'blank = "yes"', "须为 true 或 false"),
    "no text": ('id = "一"', "id = 1", "须为加引号的文字"),
    "no list": ('kind = ["patent"]', 'kind = "patent"', "须为方括号中的列表"),
    "key given twice": ("limit = 40", "limit = 40\nlimit = 41", "同一个键或表给出了两次"),
    "no such day": ("to = 2017-12-31", "to = 2017-12-32", "不是有效的 TOML"),
    "misspelt table": ("[labels]", "[lables]", "是否为 labels？"),
    "missing key": ('cites = ["三.3"]\n', "", "output_items 缺少键 cites"),
    "no whole year": ("year = 2017", 'year = "2017年"', "须为整数"),
    "parts above the total": ("at_least = 60", "at_least = 70", "之和 100 大于总计 90"),
    "parts below the total (F13)": ("at_least = 30", "at_least = 29", "写明 slack = 1"),
    "swapped window (E4)": (
        "from = 2017-07-01, to = 2017-07-31",
        "from = 2017-07-31, to = 2017-07-01",
        "review 的 from 晚于 to",
    ),
    "overlapping windows (E4)": ("to = 2017-04-30", "to = 2017-05-02", "有重叠（2017-05-01 至 2017-05-02）"),
    "gap between windows (E4)": ("from = 2017-07-01", "from = 2017-07-03", "有空档（2017-07-01 至 2017-07-02）"),
    "window of another year (E4)": ("to = 2017-07-31", "to = 2018-07-31", "review 不全在 2017 年内"),
    "swapped year": ("to = 2017-12-31", "to = 2016-12-31", "from 晚于 to"),
    "idle cap of a day": ("limit = 8\n", "limit = 24\n", "training_day 的上限（24）永远不会起作用"),
    "idle cap of a year": (
        'class = ["self_study"]\nlimit = 40',
        'class = ["public_exam"]\nlimit = 30',
        "全年最多30学时",
    ),
    "minimum out of reach": (
        'scope = "person_day"\nclass = ["training"]\nlimit = 8',
        'scope = "person_year"\nclass = ["training", "self_study", "output"]\nlimit = 50',
        "professional 要求 60 学时，而按各项上限最多只能得到 50 学时",
    ),
    "unfilled placeholder": (
        "超过{limit}学时：本项可计{after}学时，超出的{cut}",
        "超过{limt}学时，超出的{cut}",
        "是否为 limit？",
    ),
    "open brace": ("每天不超过{limit}学时", "每天不超过{limit学时", "花括号不成对"),
    "placeholder of no use": ('says = "有请假记录', 'says = "有{leave}请假记录', "{leave} 无处取值"),
}


def _seeded(*slips: tuple[str, str]) -> str:
    text = SHIPPED
    for old, new in slips:
        assert old in text
        text = text.replace(old, new, 1)
    return text


# told where it is to be mended, which is not where the slip is
ELSEWHERE = {
    "misspelt definition of a window",
    "misspelt definition of a bucket",
    "reading that no rule takes",
    "parts above the total",
    "parts below the total (F13)",
    "minimum out of reach",
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_seeded_fault_is_found_with_no_other_complaint(name: str) -> None:
    old, new, said = FAULTS[name]
    text = _seeded((old, new))
    [found] = lint(text)
    assert said in found.text
    slip = next(n for n, (a, b) in enumerate(zip(text.splitlines(), SHIPPED.splitlines(), strict=False)) if a != b)
    assert name in ELSEWHERE or _entry(text, found.line - 1) == _entry(text, slip)


def _entry(text: str, line: int) -> int:
    """Number of the entry (a paragraph of the file) that a line stands in."""
    return sum(not each for each in text.splitlines()[:line])


def test_there_are_more_than_thirty_kinds_of_slip() -> None:
    assert len(FAULTS) > 30


def test_all_faults_come_in_one_pass_in_the_order_of_the_file() -> None:
    text = _seeded(
        ("limit = 40", "limt = 40"), ('window = "review"', 'window = "revue"'), ('"三.1"]\nread', '"三.9"]\nread')
    )
    assert [finding.id for finding in lint(text)] == ["training_approved", "self_study_year", "after_review"]


def test_a_file_that_is_no_toml_or_no_text_is_told_with_its_line() -> None:
    slip = _seeded(("limit = 40", "limit = "))
    line = slip.splitlines().index("limit = ") + 1
    assert [(finding.line, finding.severity) for finding in lint(slip)] == [(line, "error")]
    assert "UTF-8" in lint(SHIPPED.encode("gb18030"))[0].text


@pytest.mark.parametrize(
    ("slips", "said"),
    [
        (
            (("at_least = 60", "at_least = 59"), ("at_least = 90", "at_least = 90\nslack = 1")),
            "不足总学时 90 的三分之二",
        ),
        (
            (
                ("at_least = 90", "at_least = 72"),
                ("at_least = 60", "at_least = 48"),
                ("at_least = 30", "at_least = 24"),
            ),
            "72 低于国家规定的每年 90 学时",
        ),
    ],
)
def test_P3_minima_below_the_national_floor_need_a_waiver(slips: tuple[tuple[str, str], ...], said: str) -> None:
    [found] = lint(_seeded(*slips))
    assert said in found.text
    assert found.severity == "warning"
    assert lint(_seeded(*slips, ("revision = 1", 'revision = 1\nwaiver = "某文件"'))) == []


def test_F13_a_slack_that_is_stated_is_no_finding_and_a_wrong_one_is() -> None:
    slack = ("at_least = 30", "at_least = 24"), ("at_least = 90", "at_least = 90\nslack = 6")
    assert lint(_seeded(*slack)) == []
    [found] = lint(_seeded(slack[0], ("at_least = 90", "at_least = 90\nslack = 5")))
    assert "slack 是 5，实际相差 6" in found.text


def test_the_shipped_pack_has_no_finding_and_its_examples_touch_every_rule() -> None:
    assert lint(pack_path("dezhou-2017"), CASES) == []


def test_a_rule_that_no_example_touches_is_told() -> None:
    cases = [case for case in CASES if case["id"] in {"B01", "A07"}]
    untouched = {finding.id for finding in lint(SHIPPED, cases)}
    assert not {"training_day", "one_pass_a_year", "training_hours", "total"} & untouched
    assert {"self_study_year", "unit_sector", "moved", "days_in_year"} <= untouched


@pytest.mark.parametrize(
    ("joint", "reach"),
    [
        ("", 70),  # 40 and 30 of their own
        ('class = ["self_study", "output"]\nlimit = 50', 50),  # together less than each alone
        ('class = ["self_study", "output"]\nlimit = 71', 70),
    ],
)
def test_the_most_there_is_takes_the_cheapest_way_over_single_and_joint_caps(joint: str, reach: int) -> None:
    head = (
        '[[rule]]\nid = "j"\nverb = "cap"\nscope = "person_year"\nreason = "annual_cap"\ncites = ["三.3"]\nsays = ""\n'
    )
    pack = _pack(_seeded(("# ---- minima", f"{head}{joint}\n# ---- minima")) if joint else SHIPPED)
    assert most(["self_study", "output"], limits(pack)) == reach
    assert [cap.id for _, cap, _ in idle_caps(pack)] == (["j"] if reach == 70 and joint else [])


# ---- comparing -------------------------------------------------------------------------------------------------------


def test_a_pack_does_not_differ_from_itself_nor_by_its_comments() -> None:
    pack = load_pack("dezhou-2017")
    assert diff(pack, pack) == []
    assert diff(pack, _pack(SHIPPED.replace("# ----", "\n# ====").replace("limit = 8", "limit = 8.0"))) == []


def test_each_change_is_told_by_id_with_its_keys_in_chinese() -> None:
    other = _seeded(
        ("limit = 40", "limit = 45.5"),
        ('id = "moved"', 'id = "transferred"'),
        ("to = 2017-07-31", "to = 2017-08-15"),
        ('chosen = "合计30"', 'chosen = "各30"'),
        ('class = ["training"]\nlimit', 'class = ["training", "self_study"]\nlimit'),
    )
    changes = diff(load_pack("dezhou-2017"), _pack(other))
    told = "\n".join(diff_lines(changes))
    assert [(change.what, change.table, change.id) for change in changes] == [
        ("changed", "windows", "review"),
        ("changed", "rule", "training_day"),
        ("changed", "rule", "self_study_year"),
        ("removed", "check", "moved"),
        ("added", "check", "transferred"),
        ("changed", "reading", "U5"),
    ]
    assert "改动　规则（上限） self_study_year\n　　上限学时：40 → 45.5" in told
    assert "止：2017年7月31日 → 2017年8月15日" in told
    assert "类别：培训进修 → 培训进修、自学" in told


def test_the_order_of_rules_within_a_verb_is_a_difference() -> None:
    head, gate, rest = _around(SHIPPED, 'id = "numbers_valid"')
    before, other, after = _around(rest, 'id = "hours_above_zero"')
    [change] = diff(load_pack("dezhou-2017"), _pack(head + before + other + gate + after))
    assert (change.what, change.verb, change.id) == ("moved", "gate", "hours_above_zero")


def _around(text: str, mark: str) -> tuple[str, str, str]:
    """The text before, in and after the rule that holds the mark."""
    start = text.rindex("[[rule]]", 0, text.index(mark))
    end = text.index("[[rule]]", text.index(mark))
    return text[:start], text[start:end], text[end:]


def _pack(text: str) -> Pack:
    return parse_pack(text.encode(), "试.toml")


# ---- reading, beginning, editing -------------------------------------------------------------------------------------


def test_show_has_every_clause_rule_minimum_flag_and_reading() -> None:
    pack = load_pack("dezhou-2017")
    page = pack_page(outline(pack))
    for clause in pack.clauses:
        assert f'id="{clause.id}"' in page
        assert clause.quote in page
        assert not clause.inert or clause.inert in page
    for entry in (*pack.rules, *pack.requirements, *pack.checks, *pack.readings):
        assert f">{entry.id}<" in page
    assert "自学每年累计不超过40学时：本项可计×学时" in page
    assert "每年累计应不少于90学时" in page
    assert "http" not in page


def test_a_new_pack_lints_clean_and_credits() -> None:
    text = skeleton("jinan-2018")
    assert lint(text) == []
    pack = _pack(text)
    assert (pack.id, pack.time.year, pack.pack.status) == ("jinan-2018", 2018, "illustrative")
    for wrong, said in (("济南-2018", "只能用"), ("jinan", "没有年度")):
        with pytest.raises(PackError, match=said):
            skeleton(wrong)


def test_the_schema_takes_what_loads_and_refuses_a_misspelt_key() -> None:
    checker = jsonschema.Draft202012Validator(pack_schema())
    checker.check_schema(pack_schema())
    for text in (SHIPPED, skeleton("jinan-2018")):
        assert list(checker.iter_errors(as_edited(text))) == []
    for name in ("unknown key", "unknown verb", "unknown test", "unknown field", "negative minimum", "no whole year"):
        assert list(checker.iter_errors(as_edited(_seeded(FAULTS[name][:2])))), name


def test_the_schema_speaks_chinese_of_every_table_and_key() -> None:
    schema = pack_schema()
    assert set(schema["properties"]) == {*TABLES, "drop"}
    for model in schema["$defs"].values():
        assert model["description"]
        for part in model["properties"].values():
            assert not part["title"].isascii()
            assert part["description"]


# ---- the commands ----------------------------------------------------------------------------------------------------


def test_the_commands_say_what_they_did_and_exit_with_1_on_faults_and_differences(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new, page, schema = tmp_path / "jinan-2018.toml", tmp_path / "page.html", tmp_path / "schema.json"
    assert main(["pack", "new", "jinan-2018", "--out", str(new)]) == 0
    assert main(["pack", "lint", str(new)]) == 0
    assert main(["pack", "show", "dezhou-2017", "--html", str(page)]) == 0
    assert main(["pack", "show", "dezhou-2017"]) == 0
    assert main(["pack", "schema", "--out", str(schema)]) == 0
    assert main(["pack", "diff", "dezhou-2017", "dezhou-2017"]) == 0
    assert main(["pack", "diff", "dezhou-2017", str(new)]) == 1
    said = capsys.readouterr().out
    assert "0 处错误，0 处警告，0 处提示。" in said
    assert "【三.1】" in said
    assert "两个规则包内容相同。" in said
    assert json.loads(schema.read_text(encoding="utf-8")) == pack_schema()
    new.write_text(new.read_text(encoding="utf-8").replace("limit = 40", "limt = 40"), encoding="utf-8")
    assert main(["pack", "lint", str(new)]) == 1
    assert "jinan-2018.toml:" in capsys.readouterr().out
    assert main(["pack", "new", "jinan-2018", "--out", str(new)]) == 2
    assert "已存在" in capsys.readouterr().err


def test_findings_as_json_have_line_id_severity_and_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "x.toml"
    file.write_text(_seeded(("limit = 8\n", "limit = 24\n")), encoding="utf-8")
    assert main(["pack", "lint", str(file), "--json"]) == 0
    found: list[Mapping[str, Any]] = json.loads(capsys.readouterr().out)
    assert [Finding(**finding) for finding in found] == lint(file)
