"""A unit's papers as one page to print: cover, list for the certificates, who is short, and a statement per person.

The page asks for nothing from outside; every sheet of paper begins on a new one. Text of others is escaped (G3).
"""

import html
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ce_toolkit.publish.page import page
from ce_toolkit.publish.unit.cover import BLANK_DAY, Cover
from ce_toolkit.publish.unit.lists import ENTRIES, FIGURES, LACKS, by_person
from ce_toolkit.publish.unit.words import (
    awaits_words,
    days_words,
    objection_lines,
    short_words,
    status_words,
    text,
    why_words,
)
from ce_toolkit.publish.unit.year import UnitYear, number
from ce_toolkit.publish.workbook.book import Page
from ce_toolkit.rules.pack import Pack

STATEMENT = "个人学时单"
_FORM = ("更正的项目", "现为", "应为", "所附证明")
Row = Mapping[str, Any]


def unit_html(  # noqa: PLR0913 - the parts of a unit's papers
    unit: UnitYear,
    pages: Sequence[Page],
    told: Cover,
    pack: Pack,
    ways: Mapping[str, str],
    *,
    city: str,
    marked: str = "",
) -> str:
    """The whole of a unit's papers as one page."""
    lists = [_list(each) for each in pages if each.tab in {ENTRIES, LACKS}]
    body = "".join([cover_html(told, marked), *lists, *statements(unit, pack, ways, city=city, marked=marked)])
    return page(f"{unit.unit} {told.title}", f"<style>\n{_style()}</style>\n{body}")


def _style() -> str:
    return Path(__file__).with_name("unit.css").read_text(encoding="utf-8")


def cover_html(told: Cover, marked: str = "") -> str:
    """The cover as a sheet."""
    seals = "".join(
        f'<div class="seal"><p>{_safe(seal.whose)}</p><p>{_safe(seal.signs)}：</p><p>{BLANK_DAY}</p></div>'
        for seal in told.seals
    )
    return _sheet(told.title, _facts(told.facts) + f'<div class="seals">{seals}</div>' + _notes(told.notes), marked)


def _sheet(title: str, body: str, marked: str = "") -> str:
    mark = f'<p class="mark">{_safe(marked)}</p>' if marked else ""
    return f'<section class="sheet">{mark}<h1>{_safe(title)}</h1>{body}</section>\n'


def _safe(value: Any) -> str:
    return html.escape(str(value))


def _facts(facts: Mapping[str, str]) -> str:
    rows = "".join(f"<tr><th>{_safe(name)}</th><td>{_safe(value)}</td></tr>" for name, value in facts.items())
    return f'<table class="facts">{rows}</table>'


def _notes(lines: Sequence[str]) -> str:
    return f"<ul>{''.join(f'<li>{_safe(line)}</li>' for line in lines)}</ul>"


def _list(told: Page) -> str:
    rows = told.table.itertuples(index=False, name=None)
    return _sheet(told.title, _table(list(told.table.columns), rows, kind="list") + _notes(told.notes))


def _table(heads: Sequence[str], rows: Any, sums: int = 0, *, kind: str = "") -> str:
    """A three-line table; the last ``sums`` rows are sums, ``kind`` names its widths in the style."""
    told = [list(row) for row in rows]
    head = "".join(f"<th>{_safe(name)}</th>" for name in heads)
    first = len(told) - sums
    body = "".join(
        f"<tr{_SUM if place >= first else ''}>{''.join(map(_cell, row))}</tr>" for place, row in enumerate(told)
    )
    named = f' class="{kind}"' if kind else ""
    return f"<table{named}><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


_SUM = ' class="sum"'
_LONG = 12


def _cell(value: Any) -> str:
    if isinstance(value, int | float):
        return f'<td class="n">{value:g}</td>'
    kind = "w" if len(value) <= _LONG else "xl" if len(value) > _LONG * 6 else "l" if len(value) > _LONG * 2 else ""
    return f'<td class="{kind}">{_safe(value)}</td>' if kind else f"<td>{_safe(value)}</td>"


def statements(unit: UnitYear, pack: Pack, ways: Mapping[str, str], *, city: str, marked: str = "") -> Iterator[str]:
    """A sheet for each person of the unit, in the unit's own order."""
    groups = by_person(unit.claims.astype(object).to_dict("records"))
    lines = objection_lines(unit, pack, city)
    for person in unit.people.astype(object).to_dict("records"):
        claims = groups.get(person["person_id"], [])
        body = "".join([
            _who(person, unit), _standing(person, pack), _claims(claims, pack), _short(person, pack, ways),
            f"<div class=\"keep\"><h2>异议和更正</h2>{_notes(lines)}{_form()}</div>",
        ])  # fmt: skip
        yield _sheet(f"{pack.time.year}年度专业技术人员继续教育{STATEMENT}", body, marked)


def _who(person: Row, unit: UnitYear) -> str:
    facts = [
        ("姓名", text(person["name"])), ("证书编号", text(person["certificate_no"]) or "未填"),
        ("单位", unit.unit), ("系列、职称", "、".join(filter(None, (text(person["series"]), text(person["title"]))))),
        ("认定批次", text(person["batch"]) or "尚未认定"), ("达标情况", status_words(person["status"])),
    ]  # fmt: skip
    pairs = [facts[place : place + 2] for place in range(0, len(facts), 2)]
    rows = "".join(
        "<tr>" + "".join(f"<th>{_safe(name)}</th><td>{_safe(value)}</td>" for name, value in pair) + "</tr>"
        for pair in pairs
    )
    return f'<table class="facts four">{rows}</table>'


def _standing(person: Row, pack: Pack) -> str:
    """Hours by bucket: recognised, countable, asked, short."""
    need = {each.bucket: each for each in pack.requirements if each.at_least is not None and each.bucket}
    rows = []
    for bucket in (*pack.buckets, "total"):
        asked = need.get("*" if bucket == "total" else bucket)
        done = person["done" if bucket == "total" else f"done_{bucket}"]
        short = person.get(f"short_{asked.id}") if asked else None
        rows.append([
            pack.label(bucket), number(done), number(person[bucket]),
            number(asked.at_least) if asked else "—", number(short) if short is not None else "—",
        ])  # fmt: skip
    classes = "、".join(
        f"{pack.label(name)} {number(person[f'done_{name}']):g}" for name in pack.classes if person[f"done_{name}"]
    )
    told = f'<p class="note">已认定各类：{_safe(classes or "无")}</p>'
    return pack.in_unit("<h2>学时</h2>") + _table(["科目", "已认定", "可计", "应达到", "还差"], rows, 1) + told


def _claims(claims: Sequence[Row], pack: Pack) -> str:
    heads = ["类别", "内容", "起止日期", *FIGURES, "办理情况", "为什么"]
    rows = [
        [
            pack.label(claim["class"]), text(claim["title"]), days_words(claim["start"], claim["end"]),
            *(number(claim[key]) for key in FIGURES.values()), awaits_words(claim), why_words(claim, pack),
        ]
        for claim in claims
    ]  # fmt: skip
    if not rows:
        return "<h2>各项</h2><p>没有申报。</p>"
    sums = ["合计", "", "", *(number(sum(claim[key] for claim in claims)) for key in FIGURES.values()), "", ""]
    return "<h2>各项</h2>" + _table(heads, [*rows, sums], 1, kind="claims")


def _short(person: Row, pack: Pack, ways: Mapping[str, str]) -> str:
    way = ways.get(person["person_id"], "")
    lacks = short_words(person, pack)
    if lacks == "无" and not way:
        return ""
    told = f"还差：{lacks}。" + (f"怎样补足：{way}" if way else "")
    return f"<h2>还差多少</h2><p>{_safe(told)}</p>"


def _form() -> str:
    head = "".join(f"<th>{name}</th>" for name in _FORM)
    blank = "<tr>" + "<td></td>" * len(_FORM) + "</tr>"
    signs = f'<p class="note">本人签字：　　　　　　　　单位意见（公章）：　　　　　　　　{BLANK_DAY}</p>'
    return f'<table class="write"><tr>{head}</tr>{blank * 2}</table>{signs}'
