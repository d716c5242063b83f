"""The result of what is filled in, as HTML: where the person stands, bars against the minima, and why, line by line."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape

from ce_toolkit.forms.judging import Judged
from ce_toolkit.publish.card import Block, basis, claim_block, flag_block
from ce_toolkit.publish.labels import WORDS
from ce_toolkit.rules.drafting.outline import outline
from ce_toolkit.rules.inquiry.advice import Advice
from ce_toolkit.rules.inquiry.explain import ClaimExplained, Fired, PersonExplained, Shortfall
from ce_toolkit.rules.pack import Cap, Gate, Need, Once, Pack, Requirement, Split
from ce_toolkit.rules.reasons import plain

_SAYS = {
    "met": "各项要求都已达到。",
    "not_met": "还有要求没有达到，见下。",
    "open": "有待补的材料或未填的情况，补齐后才能确定。",
    "out_of_scope": "不在认定范围：学时照列，不作要求。",
}


def standing_html(judged: Judged) -> str:
    """Where the person stands, with a bar for each minimum."""
    return f'<section class="ce-result" id="ce-found" aria-label="试算结果">{_standing(judged.person)}</section>'


def details_html(judged: Judged) -> str:
    """What became of each line and why. Text of whoever fills in is masked and escaped."""
    return f'<section class="ce-result" aria-label="逐项结果">{_lines(judged)}</section>'


def advice_html(advice: Sequence[Advice]) -> str:
    """The shortest ways to what is asked, or why there is none; nothing where nothing is asked for."""
    told = [one for one in advice if one.state in ("way", "unreachable")]
    if not told:
        return ""
    items = "".join(f"<li>{escape(one.sentence)}</li>" for one in told)
    head = "怎样达到要求" + ("（任选一种）" if len(told) > 1 else "")
    return f'<section class="ce-result"><div class="ce-advice"><b>{head}</b><ol>{items}</ol></div></section>'


def short_result(claim: ClaimExplained) -> str:
    """What became of a claim, in a word or two: 认定 8，待补 12."""
    parts = {"认定": claim.granted, "超上限": claim.over_cap, "不予认定": claim.refused, "待补": claim.held}
    said = "，".join(f"{name} {plain(hours)}" for name, hours in parts.items() if hours)
    return said or {"refused": "不予认定", "held": "待补"}.get(claim.state, "认定 0")


def _standing(person: PersonExplained) -> str:
    pack = person.pack
    status = WORDS["status"][person.status]
    ((_, source),) = basis(person)
    span = f"<p>待补的各项补齐后，{_most(person)}。</p>" if person.high != person.low else ""
    bars = "".join(_bar(each, pack) for each in person.minima)
    told = {flag.code for claim in person.claims for flag in claim.flags}  # these stand with their claims
    own = [flag for flag in person.flags if flag.code not in told]
    flags = "".join(_block(block) for block in flag_block(own, _fired(person)) if block.rows)
    total = f"合计认定 {plain(person.hours['total'])} {pack.pack.unit}。{pack.in_unit(_SAYS[person.status])}"
    return (
        f'<div class="ce-status ce-{person.status}" role="status"><b>{status}</b><span>{total}</span></div>{span}'
        f'<div class="ce-bars">{bars}</div>{_carried(person)}{flags}<p class="ce-quiet">依据：{escape(source)}</p>'
    )


def _most(person: PersonExplained) -> str:
    if person.high is None:
        return person.pack.in_unit("学时上限还不知道（有的待补项未填学时）")
    return f"合计至多 {plain(person.high)} {person.pack.pack.unit}"


def _carried(person: PersonExplained) -> str:
    told = {"由以前年度结转": person.carried_in, "可结转以后年度": person.carried_out}
    said = [f"{name} {plain(hours)} {person.pack.pack.unit}" for name, hours in told.items() if hours is not None]
    return f"<p>{'；'.join(said)}。</p>" if said else ""


def _fired(person: PersonExplained) -> Sequence[Fired]:
    return [fired for claim in person.claims for fired in claim.fired]


def _bar(each: Shortfall, pack: Pack) -> str:
    """One minimum: how much of it there is, and its sentence where there is more to say than that it is reached."""
    share = 100 if each.have >= each.need else int(100 * each.have / each.need)
    asked = next(one for one in pack.requirements if one.id == each.requirement)
    name, have, need = escape(_name(asked, pack)), plain(each.have), plain(each.need)
    reached = each.need and not each.short and "未填" not in each.sentence
    said = f"已达到。（{pack.cited(asked.cites)}）" if reached else each.sentence
    state = "ce-full" if not each.short else "ce-short"
    return (
        f'<div class="ce-bar {state}"><div class="ce-bar-head"><b>{name}</b><span>{have} / {need}</span></div>'
        f'<div class="ce-track" role="meter" aria-label="{name}" aria-valuemin="0" aria-valuemax="{need}" '
        f'aria-valuenow="{have}" aria-valuetext="{have}，要求 {need}"><div style="width:{share}%"></div></div>'
        f"<p>{escape(said)}</p></div>"
    )


def _name(asked: Requirement, pack: Pack) -> str:
    """What a minimum is counted in: a bucket, everything, or the classes and kinds it names."""
    if asked.bucket:
        name = pack.label("total" if asked.bucket == "*" else asked.bucket)
        return f"{name}（{asked.years}年）" if asked.years > 1 else name
    return "、".join(pack.label(one) for one in asked.kinds or asked.classes)


def _lines(judged: Judged) -> str:
    if not judged.claims:
        return '<p class="ce-quiet">还没有填写项目。</p>'
    items = "".join(_line(number, claim) for number, claim in enumerate(judged.claims, start=1))
    return f"<h3>逐项结果</h3><ol>{items}</ol>"


def _line(number: int, claim: ClaimExplained) -> str:
    block = claim_block(claim)
    (_, said), *fired = block.rows
    why = "".join(f"<li>{escape(row[1])}<small>{escape(row[2])}</small></li>" for row in fired)
    flags = "".join(f"<li>{escape(row[1] or row[0])}</li>" for row in _told(claim))
    return (
        f'<li class="ce-line ce-{claim.state}"><div class="ce-line-head"><b>{number}. {escape(block.title)}</b>'
        f'<span class="ce-chip">{escape(short_result(claim))}</span></div><p>{escape(said)}</p>'
        f"<ul>{why}{flags}</ul></li>"
    )


def _told(claim: ClaimExplained) -> Iterator[tuple[str, ...]]:
    for block in flag_block(claim.flags, claim.fired):
        yield from block.rows


def _block(block: Block) -> str:
    rows: Iterable[str] = (f"<li>{escape('：'.join(filter(None, row[:2])))}</li>" for row in block.rows)
    return f'<div class="ce-flags"><b>{escape(block.title)}</b><ul>{"".join(rows)}</ul></div>'


def rules_html(pack: Pack) -> dict[str, str]:
    """By class, what the pack says of its claims: the rules' sentences with their clauses, closed until opened."""
    sentences = {item.id: item.sentence for section in outline(pack).sections for item in section.items}
    return {name: _rules_of(name, pack, sentences) for name in pack.classes}


def _rules_of(name: str, pack: Pack, sentences: Mapping[str, str]) -> str:
    told = [rule for rule in pack.rules if isinstance(rule, (Gate, Need, Once, Split, Cap))]
    rules = [rule for rule in told if name in pack.classes_of(rule)]
    items = "".join(
        f"<li>{escape(sentences.get(rule.id, ''))}<small>{escape(pack.cited(rule.cites))}</small></li>"
        for rule in rules
    )
    title = f"{escape(pack.label(name))}的规定（×处为本人的数字）"
    return f'<details class="ce-rules"><summary>{title}</summary><ul>{items}</ul></details>' if items else ""
