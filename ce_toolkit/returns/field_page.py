"""The page docs/fields.md: every column of the three forms, written from the field spec."""

from collections.abc import Iterator

from ce_toolkit.intake.fields import Field, Form, Spec, field_spec

_NEEDS = {"required": "必填", "expected": "应填", "optional": "可不填"}


def fields_page() -> str:
    """The page as Markdown: a table a form, then the words accepted for coded values."""
    spec = field_spec()
    lines = [
        "# 三种表的栏目",
        "",
        "本页由 `ce fields --out docs/fields.md` 从 `ce_toolkit/intake/fields.toml` 生成，请改那里，不要改本页。",
        "模板、读取、检查和提示用的是同一份说明。",
    ]
    for form in spec.forms.values():
        lines += ["", *_form(form, spec)]
    lines += ["", "## 认得的写法", "", "| 类 | 填 | 也认 |", "|---|---|---|"]
    for name, words in spec.words.items():
        lines += [f"| {name} | {said[0]} | {_cell('、'.join(said[1:]))} |" for said in words.values()]
    return "\n".join(lines) + "\n"


def _form(form: Form, spec: Spec) -> Iterator[str]:
    yield f"## {form.label}（`{form.id}`）"
    yield ""
    yield f"标题：年份 + “{form.title}”。依据：{form.clause}。" + (
        f"表下：{'、'.join(form.footer)}。" if form.footer else ""
    )
    yield ""
    yield "| 栏目 | 要求 | 填什么 | 可选 | 也认这些表头 | 依据 |"
    yield "|---|---|---|---|---|---|"
    for field in form.fields:
        yield f"| {' | '.join(map(_cell, _columns(field, spec)))} |"


def _columns(field: Field, spec: Spec) -> tuple[str, ...]:
    offered = "、".join(spec.offered(field))
    return field.label, _NEEDS[field.need], field.wanted, offered, "、".join(field.also), field.clause


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
