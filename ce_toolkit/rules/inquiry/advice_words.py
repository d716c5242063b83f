"""Advice in Chinese: what is short, what to do, what must be in place and by when."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from ce_toolkit.rules.inquiry.acts import Act, conditions_of, wished_windows
from ce_toolkit.rules.inquiry.mending import Held
from ce_toolkit.rules.inquiry.tried import reads
from ce_toolkit.rules.pack import Cap, Pack, Requirement
from ce_toolkit.rules.reasons import plain, reason_name
from ce_toolkit.rules.requirements import blank_words
from ce_toolkit.rules.standing import Standing
from ce_toolkit.rules.view import NO_DAY, day_number, day_of

# kinds that packs name without a label: Chinese name and measure word
_KINDS: Mapping[str, tuple[str, str]] = MappingProxyType({
    "paper": ("论文", "篇"), "conference_paper": ("会议论文", "篇"), "book": ("著作", "本"),
    "translation": ("译著", "本"), "patent": ("专利", "项"), "award": ("成果奖励", "项"), "other": ("其他成果", "项"),
    "project": ("课题", "项"),
})  # fmt: skip
# what a field must hold, in words
_IN_PLACE: Mapping[str, str] = MappingProxyType({
    "basis": "经人社部门或行业主管部门举办、批准或备案", "archive": "有学习档案", "in_archive": "有学习档案",
    "employer_hours": "单位核定学时", "published": "已公开发表、出版或授权", "recognised": "经单位认可",
    "proof": "有证明材料", "registered": "单位已登记", "name_matches": "证明上的姓名一致",
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
    parts: dict[str, int] = {}
    totals: dict[str, int] = {}
    for measure in before.measures.values():
        name, amount = asked_name(measure.asked.requirement, pack), int(measure.short[0])
        if amount:
            kind = totals if measure.asked.requirement.bucket == "*" else parts
            kind[name] = max(kind.get(name, 0), amount)
    made_up = parts and max(totals.values(), default=0) <= sum(parts.values())
    shown = parts if made_up else {**totals, **parts}
    unit = pack.pack.unit
    return "、".join(f"{hours_words(amount)}{unit}{name}" for name, amount in shown.items())


def asked_name(asked: Requirement, pack: Pack) -> str:
    """A minimum by what it is asked of."""
    if asked.bucket == "*":
        return pack.labels.get("total", "合计") + ("" if asked.years == 1 and not asked.term else "（多年累计）")
    names = (asked.bucket,) if asked.bucket else (*asked.kinds,) or asked.classes
    return "、".join(pack.labels.get(name) or kind_name(pack, name) for name in names)


def hours_words(hundredths: int) -> str:
    """Hundredths as people write hours."""
    return plain(Decimal(hundredths) / 100)


def act_words(act: Act, amount: int, number: int, alike: Sequence[Act], pack: Pack) -> str:
    """A step: so many hours, days or works of one kind, with what must be in place."""
    own = in_place(pack, act.class_, act.kind, of_its_own=True)
    total = f"{hours_words(amount)}{pack.pack.unit}"
    what, counted = _doing(act, total, number, act_name(act, pack))
    notes = [*_or_else(alike, pack), *counted, *([f"须{'、'.join(own)}"] if own else []), *_off_window(act, pack)]
    return f"{what}（{'；'.join(notes)}）" if notes else what


def _doing(act: Act, total: str, number: int, name: str) -> tuple[str, list[str]]:
    """What is done, and what it counts where that is not said with it."""
    if act.elastic and act.span:
        return f"参加{number * act.span}天{name}", [f"共{total}"]
    if act.elastic:
        return f"完成{total}{name}", []
    if act.worth.source == "days":
        return f"参加{number}天{name}", [f"共{total}"]
    if act.facts.get("result"):
        return f"通过{name}{f'{number}次' if number > 1 else ''}", [f"记{total}"]
    return f"完成{number}{_KINDS.get(act.kind, ('', '项'))[1]}{name}", [f"计{total}"]


def _or_else(alike: Sequence[Act], pack: Pack) -> list[str]:
    names = list(dict.fromkeys(act_name(act, pack) for act in alike))
    return [f"或{'、'.join(names[:4])}{'等' if len(names) > 4 else ''}"] if names else []


def act_name(act: Act, pack: Pack) -> str:
    """Class or kind, with what the table's line asks for."""
    name = kind_name(pack, act.kind) if act.kind else pack.label(act.class_)
    grade = act.grade
    if grade is None:
        return name
    told = [pack.labels.get(word, word) for words in (grade.levels, grade.roles) for word in words[:1]]
    rank = act.facts.get("author_rank")
    if any(row.rank for row in act.worth.rows if not row.kinds or act.kind in row.kinds) and rank:
        told.append(f"第{rank}作者" if grade.rank == rank else f"前{grade.rank}名作者" if grade.rank else "其他作者")
    return f"{''.join(told)}{name}" if told else name


def _off_window(act: Act, pack: Pack) -> list[str]:
    """A window in which such claims should lie, where the days at hand are outside of it."""
    spans = wished_windows(pack, act.class_, act.kind)
    missed = [(first, last) for first, last in spans if act.until < first or act.days[-1] > last]
    return [f"规定时段为{by_words(day_of(a), pack)}至{by_words(day_of(b), pack)}，须问明能否办理" for a, b in missed]


def held_words(held: Held, before: Standing, gain: int, open_: bool = False) -> str:
    """A held claim: which one, what is missing in the pack's own words, and what it then counts."""
    work = before.work
    pack, claims = work.pack, work.claims
    day = claims.end[held.place]
    when = "" if day == NO_DAY else f"{day_of(int(day)).month}月{day_of(int(day)).day}日的"
    amount = hours_words(gain or int(work.worth[held.place]) or max(int(work.declared[held.place]), 0))
    values: dict[str, Any] = {"before": amount, "after": "0", "cut": amount, "unit": pack.pack.unit, "missing": ""}
    says = "；".join(
        reason_name(need.reason) if "{missing}" in need.says else need.says.format(**values).rstrip("。")
        for need in held.needs
    )
    return f"{when}{pack.label(held.class_)}：{says}" + ("，能计多少尚不能确定" if open_ else "")


def together(done: Sequence[str]) -> str:
    """Things to do, all of them."""
    return "，并".join(filter(None, ["、".join(done[:-1]), done[-1]]))


def by_words(day: date, pack: Pack) -> str:
    """A day, with its year where that is not the pack's."""
    year = "" if day.year == pack.time.year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日"


def when_words(acts: Sequence[Act], pack: Pack, span: tuple[date, date]) -> str:
    """When acts count: up to the last day of the year (or the day judged), and by name what has a span of its own."""
    first, last = (day_number(day) for day in (max(span[0], pack.time.first), min(span[1], pack.time.last)))
    plain_ones = [act for act in acts if act.begins <= first and act.until == last]
    said = [
        f"{act_name(act, pack)}在{by_words(day_of(act.begins), pack)}至{by_words(day_of(act.until), pack)}"
        for act in acts
        if act not in plain_ones
    ]
    rest = f"{'其余' if said else ''}不晚于{by_words(day_of(last), pack)}"
    return "，".join([*dict.fromkeys(said), *([rest] if plain_ones else [])])


def doubts(before: Standing, waiting: int) -> list[str]:
    """What is not known, so that the most that may be asked is taken: of the person, and of claims that wait."""
    measures = before.measures.values()
    blank = list(dict.fromkeys(name for one in measures for name, rows in one.blank.items() if rows[0]))
    found = [f"{blank_words(blank)}未填，按可能的最高要求算"] if blank else []
    past = any(one.no_history[0] for one in measures)
    found += [before.work.pack.in_unit("没有以前年度的记录，以前的学时按没有算")] if past else []
    return found + ([f"另有{waiting}项待定，能计入的可少补"] if waiting else [])


def cap_said(cap: Cap, limit: int, left: int, pack: Pack) -> str:
    """A yearly cap that leaves too little."""
    names = [kind_name(pack, kind) for kind in cap.kinds] or [pack.label(name) for name in pack.classes_of(cap)]
    rest = f"只余{hours_words(left)}{pack.pack.unit}" if left else "已用完"
    return f"{'、'.join(names)}的上限{hours_words(limit)}{pack.pack.unit}{rest}"
