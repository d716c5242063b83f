"""What goes to a unit as sheets: the list for the certificate entries, the claims behind it, each person, who is short.

Names are full: these sheets are addressed to the unit itself (四, D4; 六.2, F8, F9).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from ce_toolkit.publish.unit.closing import LACKING
from ce_toolkit.publish.unit.words import (
    CAUSES,
    awaits_words,
    days_words,
    entry_words,
    organiser_words,
    short_words,
    status_words,
    text,
    why_words,
)
from ce_toolkit.publish.unit.year import UnitYear, number
from ce_toolkit.publish.workbook.book import Page
from ce_toolkit.rules.pack import Gate, Pack
from ce_toolkit.workflow.late import DONE

ENTRIES, DETAILS, PEOPLE, LACKS = "证书登记清单", "登记明细", "个人学时", "未达标名单"
_SEALED = "本清单供用人单位在继续教育证书上登记填写；经审核单位盖章、市人社局认定后有效。"
Row = Mapping[str, Any]


def unit_pages(unit: UnitYear, pack: Pack, ways: Mapping[str, str], *, source: str, marked: str = "") -> list[Page]:
    """The sheets of a unit's workbook. ``ways``: what would close whose gap; ``source``: notice, day, edition.

    ``marked``: a word before every title and tab's notes, as 示范 where nothing of it is real.
    """
    head = f"{marked}{unit.unit}{pack.time.year}年度"
    people = _rows(unit.people)
    claims = _rows(unit.claims)
    pages = [
        Page(ENTRIES, f"{head}继续教育{ENTRIES}", _entries(people, pack), _unit(pack), [_SEALED, _ORDER, source]),
        Page(DETAILS, f"{head}继续教育证书{DETAILS}", _details(people, claims, pack), _unit(pack), [_DETAIL, source]),
        Page(PEOPLE, f"{head}继续教育{PEOPLE}", _people(people, claims, pack), _unit(pack), [_BALANCE, source]),
        Page(LACKS, f"{head}继续教育{LACKS}", _lacks(people, claims, pack, ways), _unit(pack), [_LACK, source]),
    ]
    return [page for page in pages if len(page.table) or page.tab == ENTRIES]


_ORDER = "先后与本单位报来的报名表各行相同；不在报名表上的列在后面。“待认定”是按规则可计、尚未认定的。"
_DETAIL = "只列已认定而可登记的各项；公需科目取自学习平台的合格成绩。"
_BALANCE = "申报 = 可计 + 不计 + 待补；“已认定”不超过“可计”。每人先列各项，再列合计和达标情况。"
_LACK = "还差的按可计学时（含尚未认定的）计算；“待定”的补齐待补各项后可能达标。责任方按各项未计或待补的原因列出。"


def _unit(pack: Pack) -> str:
    return f"单位：{pack.pack.unit}"


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return table.astype(object).to_dict("records")


def entries_of(person: Row, pack: Pack) -> dict[str, Any]:
    """A person's row of the list for the certificate entries."""
    return {
        "序号": int(person["number"]),
        "姓名": text(person["name"]),
        "继续教育证书编号": text(person["certificate_no"]),
        **{pack.label(name): number(person[f"done_{name}"]) for name in _shown(pack)},
        "认定合计": number(person["done"]),
        "待认定": number(person["ahead"]),
        "应登记": entry_words(person, pack),
        "认定批次": text(person["batch"]),
        "认定日期": days_words(None, person["recognised_on"]),
    }


def _shown(pack: Pack) -> list[str]:
    """Classes that can be granted anything: one that the pack refuses whatever it is has no column."""
    refused = {name for rule in pack.of(Gate) if rule.test == "always" and not rule.kinds for name in rule.classes}
    return [name for name in pack.classes if name not in refused]


def _entries(people: Sequence[Row], pack: Pack) -> pd.DataFrame:
    return _table([entries_of(person, pack) for person in people])


def _table(rows: Sequence[Row]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), dtype=object)


def _details(people: Sequence[Row], claims: Sequence[Row], pack: Pack) -> pd.DataFrame:
    by_id = {person["person_id"]: person for person in people}
    return _table([
        {
            "序号": int(by_id[claim["person_id"]]["number"]),
            "姓名": text(by_id[claim["person_id"]]["name"]),
            "继续教育证书编号": text(by_id[claim["person_id"]]["certificate_no"]),
            "类别": pack.label(claim["class"]),
            "内容": text(claim["title"]),
            "举办单位": organiser_words(claim),
            "起止日期": days_words(claim["start"], claim["end"]),
            "登记学时": number(claim["done"]),
            "审核日期": days_words(None, claim["reviewed_on"]),
            "认定批次": text(claim["batch"]),
        }
        for claim in claims if claim["awaits"] == DONE and claim["done"]
    ])  # fmt: skip


def _people(people: Sequence[Row], claims: Sequence[Row], pack: Pack) -> pd.DataFrame:
    groups = by_person(claims)
    return _table([row for person in people for row in _person(person, groups.get(person["person_id"], []), pack)])


def by_person(claims: Sequence[Row]) -> dict[str, list[Row]]:
    """Claims by whose they are, order kept."""
    found: dict[str, list[Row]] = {}
    for claim in claims:
        found.setdefault(claim["person_id"], []).append(claim)
    return found


def _person(person: Row, claims: Sequence[Row], pack: Pack) -> Iterator[dict[str, Any]]:
    for claim in claims:
        yield {
            "序号": int(person["number"]), "姓名": text(person["name"]),
            "类别": pack.label(claim["class"]), "内容": text(claim["title"]),
            "起止日期": days_words(claim["start"], claim["end"]),
            **{name: number(claim[key]) for name, key in FIGURES.items()},
            "办理情况": awaits_words(claim), "说明": why_words(claim, pack),
        }  # fmt: skip
    sums = {name: number(sum(claim[key] for claim in claims)) for name, key in FIGURES.items()}
    status = f"{status_words(person['status'])}；还差：{short_words(person, pack)}"
    yield {
        "序号": int(person["number"]), "姓名": text(person["name"]), "类别": "合计", "内容": "", "起止日期": "",
        **sums, "办理情况": status_words(person["status"]), "说明": status,
    }  # fmt: skip


FIGURES = {"申报": "claimed", "可计": "granted", "已认定": "done", "不计": "cut", "待补": "held"}


def _lacks(people: Sequence[Row], claims: Sequence[Row], pack: Pack, ways: Mapping[str, str]) -> pd.DataFrame:
    groups = by_person(claims)
    return _table([
        {
            "序号": int(person["number"]),
            "姓名": text(person["name"]),
            "继续教育证书编号": text(person["certificate_no"]),
            "状态": status_words(person["status"]),
            **{pack.label(name): number(person[name]) for name in (*pack.buckets, "total")},
            "还差": short_words(person, pack),
            "怎样补足": ways.get(person["person_id"], ""),
            "责任方": causes_of(groups.get(person["person_id"], [])),
        }
        for person in people if person["status"] in LACKING
    ])  # fmt: skip


def causes_of(claims: Sequence[Row]) -> str:
    """Who is to act on claims that were cut or wait, each once."""
    told = [CAUSES[claim["cause"]] for claim in claims if (claim["cut"] or claim["held"]) and claim["cause"]]
    return "、".join(dict.fromkeys(told)) or "本人"
