"""The words that a unit's and a person's papers share: states of a claim, what is short, whom to turn to."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pandas as pd

from ce_toolkit.publish.labels import WORDS
from ce_toolkit.publish.terms import requirement_names
from ce_toolkit.publish.unit.year import UnitYear
from ce_toolkit.rules.pack import Pack
from ce_toolkit.rules.reasons import plain, reason_name
from ce_toolkit.workflow.late import (
    CORRECTION,
    DONE,
    ENTRY,
    NEXT_REVIEW,
    RECOGNITION,
    REFUSED,
    REGISTRATION,
    REVIEW,
    REVIEW_WINDOW,
)
from ce_toolkit.workflow.year import BY_PLATFORM

AWAITS: Mapping[str, str] = MappingProxyType({
    DONE: "已认定", RECOGNITION: "已审核，待认定", REVIEW: "已登记，待审核", NEXT_REVIEW: "待下次审核",
    CORRECTION: "已退回，待更正", ENTRY: "已收到，待记入登记", REGISTRATION: "待用人单位登记", REFUSED: "不予认定",
})  # fmt: skip
CAUSES: Mapping[str, str] = MappingProxyType({"person": "本人", "employer": "用人单位", "data": "所填数据", "": "规则"})


def awaits_words(claim: Mapping[str, Any]) -> str:
    """What a claim waits for, as it is told; a pass comes from the platform and waits for nobody."""
    if claim["class"] in BY_PLATFORM:
        return "平台成绩，直接计入" if claim["judged"] == "granted" else "平台成绩"
    return AWAITS[claim["awaits"]]


def why_words(claim: Mapping[str, Any], pack: Pack) -> str:
    """Why of a claim this much counts: what the rules cut or hold, in sentences that name the clause."""
    told = str(claim["says"])
    if claim["awaits"] == CORRECTION:
        reason = reason_name(str(claim["returned"])) or "须更正"
        return pack.in_unit(f"审核单位已退回（{reason}），{plain(claim['held'])}学时待更正、重新审核后计入。")
    if claim["held"] and not told:
        told = "待补。"
    if not told and not claim["cut"]:
        told = pack.in_unit("全额计入。") if claim["granted"] else "没有可计的学时。"
    verdict = str(claim["verdict"])
    return told + (f"审核结论：{verdict}。" if verdict in {"部分认定", "不予认定"} else "")


def status_words(status: str) -> str:
    """Where a person stands."""
    return WORDS["status"].get(status, status)


def short_words(person: Mapping[str, Any], pack: Pack) -> str:
    """What a person lacks, requirement by requirement; 无 where nothing is."""
    names = requirement_names(pack)
    lacks = [(names[each.id], person.get(f"short_{each.id}")) for each in pack.requirements]
    told = [f"{name} {plain(hours)}" for name, hours in lacks if isinstance(hours, Decimal) and hours]
    return "、".join(told) or "无"


def days_words(first: Any, last: Any) -> str:
    """A day, or from one to another (its year told once); empty where none is known."""
    begins, ends = (each if isinstance(each, date) else None for each in (first, last))
    if begins is None or ends is None or begins == ends:
        one = ends or begins
        return one.isoformat() if one else ""
    return f"{begins} 至 {ends.isoformat()[5:] if ends.year == begins.year else ends}"


def organiser_words(claim: Mapping[str, Any]) -> str:
    """Who held it; of an exam the platform, whose file's name is nobody's business."""
    if claim["class"] in BY_PLATFORM:
        return "公需科目学习平台"
    return text(claim["organiser"])


def text(value: Any) -> str:
    """A cell's text, empty where blank."""
    return "" if value is None or value is pd.NA or (isinstance(value, float) and pd.isna(value)) else str(value)


def entry_words(person: Mapping[str, Any], pack: Pack) -> str:
    """What is to be entered in the certificate: hours recognised by class, in the order of the notice."""
    told = [f"{pack.label(name)} {plain(person[f'done_{name}'])}" for name in pack.classes if person[f"done_{name}"]]
    return "；".join(told) if told else "暂无可登记"


def objection_lines(unit: UnitYear, pack: Pack, city: str) -> tuple[str, ...]:
    """How to object, from what the notice lays down of registering, reviewing and recognising (四, 五, 六.2)."""
    office = unit.office or "审核单位（尚未确定，请向市人社局询问）"
    window = pack.windows.get(REVIEW_WINDOW)
    when = f"本年度审核认定时间为 {window.first} 至 {window.last}；" if window else ""
    basis = next((each for each in reversed(pack.documents) if each.role == "parent"), None)
    rights = f"参加继续教育是《{basis.title}》规定的权利和义务；" if basis else ""
    return (
        f"对本单所列有异议的，请填写下面的更正申请，连同培训证书、鉴定证书、论文著作等证明材料交用人单位，"
        f"由用人单位更正登记后报{office}重新审核。",
        f"尚未认定的由{office}退回更正；已认定的先由{city}撤销认定，再更正、审核、认定。",
        f"{when}逾期更正或审核后完成的，留待下次审核，不会作废。",
        f"{rights}通知没有另行规定复核程序和期限，请向{office}询问。依据：{pack.notice} 四、五、六。",
    )
