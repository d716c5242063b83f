"""Advice in Chinese: what is short, what to do, what must be in place and by when."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from ce_toolkit.rules.inquiry.acts import Act, conditions_of, wished_windows
from ce_toolkit.rules.inquiry.mending import Held
from ce_toolkit.rules.inquiry.tried import reads
from ce_toolkit.rules.pack import Cap, Pack, Requirement, Worth
from ce_toolkit.rules.reasons import plain
from ce_toolkit.rules.standing import Standing
from ce_toolkit.rules.view import NO_DAY, day_of

# kinds that packs name without a label: Chinese name and measure word
_KINDS: Mapping[str, tuple[str, str]] = MappingProxyType({
    "paper": ("论文", "篇"), "conference_paper": ("会议论文", "篇"), "book": ("著作", "本"),
    "translation": ("译著", "本"), "patent": ("专利", "项"), "award": ("成果奖励", "项"), "other": ("其他成果", "项"),
    "project": ("课题", "项"),
})  # fmt: skip
# what a field must hold, in words
_IN_PLACE: Mapping[str, str] = MappingProxyType({
    "basis": "经主管部门举办、批准或备案", "archive": "有学习档案", "in_archive": "有学习档案",
    "employer_hours": "单位核定学时", "published": "已公开发表（出版、授权）", "recognised": "经单位认可",
    "result": "考试合格", "proof": "有证明材料", "registered": "单位已登记", "name_matches": "证明上的姓名一致",
    "on_signup": "列入报名表",
})  # fmt: skip


def kind_name(pack: Pack, kind: str) -> str:
    """A kind in Chinese: the pack's label, else the usual name."""
    return pack.labels.get(kind) or _KINDS.get(kind, (kind, ""))[0]


def in_place(pack: Pack, class_: str, kind: str, *, of_its_own: bool) -> tuple[str, ...]:
    """What must be there for such a claim to count: what its class asks for (``of_its_own``), or what every claim does.

    What every class is asked for by rules that name none is told apart.
    """
    rules = [rule for rule in conditions_of(pack, class_, kind) if bool(rule.classes) is of_its_own]
    words = [_IN_PLACE[name] for rule in rules for name in reads(rule)[0] if name in _IN_PLACE]
    return tuple(dict.fromkeys(pack.in_unit(word) for word in words))


def shortfall(before: Standing) -> str:
    """What is missing, by minimum; a total that the others make up is left out."""
    pack = before.work.pack
    short = [
        (measure.asked.requirement, int(measure.short[0])) for measure in before.measures.values() if measure.short[0]
    ]
    parts = [pair for pair in short if pair[0].bucket != "*"]
    most = max((amount for each, amount in short if each.bucket == "*"), default=0)
    shown = parts if parts and most <= sum(amount for _, amount in parts) else short
    unit = pack.pack.unit
    return "、".join(f"{hours_words(amount)}{unit}{_asked_name(each, pack)}" for each, amount in shown)


def _asked_name(asked: Requirement, pack: Pack) -> str:
    if asked.bucket == "*":
        return pack.labels.get("total", "合计") + ("" if asked.years == 1 and not asked.term else "（多年累计）")
    names = (asked.bucket,) if asked.bucket else (*asked.kinds,) or asked.classes
    return "、".join(pack.labels.get(name) or kind_name(pack, name) for name in names)


def hours_words(hundredths: int) -> str:
    """Hundredths as people write hours."""
    return plain(Decimal(hundredths) / 100)


def act_words(act: Act, amount: int, number: int, alike: Sequence[str], pack: Pack) -> str:
    """A step: so many hours, days or works of one kind."""
    name, unit, hours = _name(act, pack), pack.pack.unit, hours_words(amount)
    also = "、".join(kind_name(pack, kind) for kind in alike[:4])
    name += f"（或{also}{'等' if len(alike) > 4 else ''}）" if also else ""
    days = number * act.span
    if act.elastic:
        return f"{days}天{name}（共{hours}{unit}）" if days else f"{hours}{unit}{name}"
    if act.worth.source == "days":
        return f"{number}天{name}（共{hours}{unit}）"
    if act.facts.get("result"):
        return f"{name}合格（记{hours}{unit}）"
    measure = _KINDS.get(act.kind, ("", "项"))[1]
    return f"{number}{measure}{name}（计{hours}{unit}）"


def _name(act: Act, pack: Pack) -> str:
    """Class and kind with what the table asks of them."""
    name = kind_name(pack, act.kind) if act.kind else pack.label(act.class_)
    told = [pack.labels.get(str(act.facts.get(field)), "") for field in ("level", "role")]
    ranked = isinstance(act.worth, Worth) and any(row.rank for row in act.worth.rows)
    told += [f"第{act.facts['author_rank']}作者"] if ranked and act.facts.get("author_rank") else []
    told = [word for word in told if word]
    return f"{name}（{'、'.join(told)}）" if told else name


def held_words(held: Held, before: Standing, gain: int, open_: bool = False) -> str:
    """A held claim: which one, what is missing in the pack's own words, and what it then counts."""
    work = before.work
    pack, claims = work.pack, work.claims
    day = claims.end[held.place]
    when = "" if day == NO_DAY else f"{day_of(int(day)).month}月{day_of(int(day)).day}日的"
    amount = hours_words(gain or int(work.worth[held.place]) or max(int(work.declared[held.place]), 0))
    values: dict[str, Any] = {"before": amount, "after": "0", "cut": amount, "unit": pack.pack.unit, "missing": ""}
    says = "；".join(need.says.format(**values).rstrip("。") for need in held.needs)
    return f"{when}{pack.label(held.class_)}：{says}" + ("，能计多少尚不能确定" if open_ else "")


def by_words(day: date) -> str:
    """A last day."""
    return f"{day.month}月{day.day}日"


def window_words(act: Act, pack: Pack) -> str:
    """The window in which such claims should lie."""
    spans = wished_windows(pack, act.class_, act.kind)
    return "、".join(f"{by_words(day_of(first))}至{by_words(day_of(last))}" for first, last in spans)


def cap_said(cap: Cap, limit: int, pack: Pack) -> str:
    """A cap that leaves no room."""
    names = [kind_name(pack, kind) for kind in cap.kinds] or [pack.label(name) for name in pack.classes_of(cap)]
    return f"{'、'.join(names)}的上限{hours_words(limit)}{pack.pack.unit}已用完"
