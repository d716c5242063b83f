"""An explanation as a card to read: in a notebook as HTML, elsewhere as plain text. Names and numbers are masked."""

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from ce_toolkit.masking import mask_name, mask_text
from ce_toolkit.publish.labels import WORDS
from ce_toolkit.publish.terms import FIELD_NAMES, spoken
from ce_toolkit.rules.inquiry.explain import ClaimExplained, Fired, Flag, PersonExplained, Shortfall, Tried
from ce_toolkit.rules.pack import Pack
from ce_toolkit.rules.reasons import plain, reason_name
from ce_toolkit.rules.standing import in_plain_sight

_STATES = MappingProxyType({"granted": "认定", "refused": "不予认定", "held": "待补"})
_CAUSES = MappingProxyType({"person": "个人", "employer": "用人单位", "data": "数据"})


@dataclass(frozen=True)
class Block:
    """A part of a card: a heading, and rows of a few cells each."""

    title: str
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Card:
    """What is shown of an explanation. ``str(card)`` is the plain form."""

    title: str
    blocks: tuple[Block, ...]

    def __str__(self) -> str:
        lines = [self.title]
        for block in self.blocks:
            lines += ["", block.title, *("  " + "  ".join(filter(None, row)) for row in block.rows)]
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        body = "".join(map(_html, self.blocks))
        style = "border:1px solid #999;border-radius:6px;padding:.6em 1em;max-width:60em"
        return f'<div class="card" style="{style}"><p><b>{html.escape(self.title)}</b></p>{body}</div>'


def card(explained: ClaimExplained | PersonExplained) -> Card:
    """The card of an explanation; of a person, one block per claim with what acted on it."""
    return _claim_card(explained) if isinstance(explained, ClaimExplained) else _person_card(explained)


def _claim_card(one: ClaimExplained) -> Card:
    title = f"{mask_name(one.name)} · {one.pack.label(one.class_)} · {mask_text(one.title) or '（无名称）'}"
    head = Block("结果", (*_result(one), *basis(one)))
    fired = tuple(_fired_row(fired, one.pack) for fired in one.fired)
    blocks = [head, Block("起作用的规则", fired or (("无，全额认定。",),))]
    blocks.append(Block("判断过、没有起作用的规则", tuple(_tried_row(tried, one.pack) for tried in one.tried)))
    return Card(title, tuple(block for block in (*blocks, *flag_block(one.flags, one.fired)) if block.rows))


def _person_card(one: PersonExplained) -> Card:
    title = f"{mask_name(one.name)} · {WORDS['status'][one.status]}"
    hours = tuple((one.pack.label(name), plain(value)) for name, value in one.hours.items() if value or name == "total")
    known = "上限未知（有的待补项未填学时）" if one.high is None else f"至多{plain(one.high)}学时"
    span = (("待补各项补齐后", one.pack.in_unit(known)),) if one.high != one.low else ()
    scope = tuple(_tried_row(tried, one.pack) for tried in one.scope)
    blocks = [
        Block(one.pack.pack.unit, (*hours, *span, *_carried(one), *basis(one))),
        Block("还差", tuple((short.sentence,) for short in one.short)),
        Block("其他要求", tuple((each.sentence,) for each in one.minima if _worth_saying(each, one))),
        *flag_block(one.flags, [fired for claim in one.claims for fired in claim.fired]),
        *map(claim_block, one.claims),
        Block("在认定范围内，因为", scope if one.status != "out_of_scope" else ()),
    ]
    return Card(title, tuple(block for block in blocks if block.rows))


def _carried(one: PersonExplained) -> Iterator[tuple[str, ...]]:
    """Hours from earlier years and for later ones, where the pack carries any."""
    for name, hours in (("由以前年度结转", one.carried_in), ("可结转以后年度", one.carried_out)):
        if hours is not None:
            yield name, plain(hours)


def _worth_saying(each: Shortfall, one: PersonExplained) -> bool:
    """A requirement that is reached or not asked, and whose figures the hours above do not show."""
    requirement = next(item for item in one.pack.requirements if item.id == each.requirement)
    return one.status != "out_of_scope" and not each.short and not in_plain_sight(requirement, one.pack)


def claim_block(claim: ClaimExplained) -> Block:
    """What became of a claim, then a row (what, why, whose cause) for each rule that acted on it."""
    days = "" if claim.start is None else f"（{_day(claim.start, claim.end)}）"
    title = f"{claim.pack.label(claim.class_)}：{mask_text(claim.title) or '（无名称）'}{days}"
    return Block(title, (*_result(claim), *(_fired_row(fired, claim.pack) for fired in claim.fired)))


def _day(start: date, end: date | None) -> str:
    return start.isoformat() if end in (None, start) else f"{start.isoformat()} 至 {end.isoformat()}"


def _result(claim: ClaimExplained) -> Iterator[tuple[str, ...]]:
    parts = {"认定": claim.granted, "超上限": claim.over_cap, "不予认定": claim.refused, "待补": claim.held}
    said = "，".join(f"{name}{plain(hours)}" for name, hours in parts.items() if hours or name == "认定")
    yield _STATES[claim.state], f"申报{plain(claim.claimed)}{claim.pack.pack.unit}：{said}"


def basis(one: ClaimExplained | PersonExplained) -> Iterator[tuple[str, ...]]:
    """The notice that was applied, and the day on whose knowledge."""
    yield "依据", f"{one.pack.notice}，按 {one.as_of.isoformat()} 所知"


def _fired_row(fired: Fired, pack: Pack) -> tuple[str, ...]:
    detail = f"{fired.detail}。" if fired.detail else ""
    return pack.in_unit(reason_name(fired.reason)), fired.sentence + detail, f"原因在{_CAUSES.get(fired.cause, '规则')}"


def _tried_row(tried: Tried, pack: Pack) -> tuple[str, ...]:
    names = [pack.in_unit(FIELD_NAMES.get(one.field, one.field)) for one in tried.read]
    values = [spoken(one.field, one.value, pack) for one in tried.read]
    read = "，".join(map("{}：{}".format, names, values))
    takes = tried.takes or "或".join(spoken(tried.read[0].field, value, pack) for value in tried.takes_values)
    return pack.in_unit(reason_name(tried.reason)), read, f"若为“{takes}”才起作用（{tried.clause}）"


def flag_block(flags: Sequence[Flag], fired: Sequence[Fired]) -> Iterator[Block]:
    """Flags that the rules which acted do not tell already."""
    told = {one.reason for one in fired}
    rows = tuple(
        (flag.name, flag.says, f"原因在{_CAUSES.get(flag.cause, '规则')}") for flag in flags if flag.code not in told
    )
    yield Block("提示", rows)


def _html(block: Block) -> str:
    rows = "".join(
        "<tr>"
        + "".join(f'<td style="text-align:left;padding:.1em .7em">{html.escape(cell)}</td>' for cell in row)
        + "</tr>"
        for row in block.rows
    )
    return f"<p>{html.escape(block.title)}</p><table>{rows}</table>"
