"""A pack laid over another one: what it replaces, adds and leaves out, and what is wrong with it."""

from pathlib import Path

import pytest

from ce_toolkit.errors import PackError
from ce_toolkit.rules import load_pack, parse_pack
from ce_toolkit.rules.drafting.lint import lint
from ce_toolkit.rules.loading.files import pack_path

LAYER = pack_path("henan-2017").read_text(encoding="utf-8")


def test_a_layer_replaces_by_id_adds_and_keeps_the_rest() -> None:
    base, layer = load_pack("national-2015"), load_pack("henan-2017")
    assert [rule.id for rule in layer.rules] == [rule.id for rule in base.rules]
    assert [each.id for each in layer.requirements] == ["total", "professional", "public"]
    assert layer.notice == "豫人社〔2017〕121号"
    assert [document.role for document in layer.documents] == ["primary", "parent"]
    assert layer.sha256 != base.sha256
    assert layer.pack.extends == "national-2015"


def test_a_layer_may_leave_out_what_lies_beneath() -> None:
    pack = parse_pack(LAYER.replace('["G1"]', '["G1", "proof_seen"]').encode(), "x.toml")
    assert "proof_seen" not in [rule.id for rule in pack.rules]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('extends = "national-2015"', 'extends = "national-2051"', "上层规则包 national-2051 用不了：没有名为"),
        ('cites = ["豫.专业"]', 'cites = ["国.学时"]', "须引用本规则包自己的条款"),
        ('drop = ["G1"]', 'drop = ["G11"]', "drop 中的 G11 不是上层规则包"),
        ("at_least = 24", "at_lest = 24", "不认识的键 at_lest，是否为 at_least"),
        ('bucket = "public"', 'bucket = "pulic"', "pulic"),
    ],
)
def test_a_fault_is_told_at_its_line_of_the_layer(old: str, new: str, said: str) -> None:
    assert LAYER.count(old) == 1
    text = LAYER.replace(old, new)
    line = text[: text.index(new)].count("\n") + 1
    found = [finding for finding in lint(text) if finding.severity == "error" and said in finding.text]
    assert [finding.line for finding in found] == [line]


def test_what_stands_beneath_is_told_at_the_line_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "base.toml").write_text(pack_path("national-2015").read_text("utf-8").replace("90\n", "-90\n"), "utf-8")
    layer = tmp_path / "layer.toml"
    layer.write_text(LAYER.replace('"national-2015"', '"base.toml"'), "utf-8")
    with pytest.raises(PackError, match=r"layer.toml:14：上层规则包 base.toml 有 2 处错误，请先改正；第 \d+ 行"):
        load_pack(layer)


def test_layers_that_lie_over_one_another_in_a_circle_are_told(tmp_path: Path) -> None:
    for name, base in (("a", "b.toml"), ("b", "a.toml")):
        (tmp_path / f"{name}.toml").write_text(LAYER.replace('"national-2015"', f'"{base}"'), "utf-8")
    with pytest.raises(PackError, match="绕成了圈"):
        load_pack(tmp_path / "a.toml")
