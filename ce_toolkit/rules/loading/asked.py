"""Requirements and carry-overs that say too little, too much, or what contradicts the rest of the pack."""

import difflib
from collections.abc import Collection, Iterator
from fractions import Fraction
from itertools import pairwise

from ce_toolkit.rules.loading.places import Fault, Places
from ce_toolkit.rules.pack import Carry, Pack, Requirement
from ce_toolkit.rules.reasons import plain_share
from ce_toolkit.rules.requirements import DATE_FIELDS, WORD_FIELDS, figure, looks_back

_Said = Iterator[tuple[str, str, str]]  # key, what is wrong with it, the name it is about


def faults(pack: Pack, places: Places) -> Iterator[Fault]:
    """Faults of requirements and carry-overs, each with its line."""
    for number, each in enumerate(pack.requirements):
        for key, text, about in (*_counted(each, pack), *_figure(each, pack), *_shape(each), *_fields(each)):
            line = places.line("requirement", number, key)
            yield Fault(line, f"[requirement] {each.id} {text}", each.id, about)
    for number, carry in enumerate(pack.carries):
        for key, text, about in (*_carry(carry, pack), *_overlap(carry, pack)):
            yield Fault(places.line("carry", number, key), f"[carry] {carry.id} {text}", carry.id, about)
    yield from _minima(pack, places)


def _counted(each: Requirement, pack: Pack) -> _Said:
    """What counts toward it: a bucket, or classes and kinds."""
    if bool(each.bucket) == bool(each.classes or each.kinds):
        yield "bucket", "须写 bucket（科目），或写 class、kind（类别、种别），二者取一。", ""
    elif each.bucket and each.bucket not in {*pack.buckets, "*"}:
        yield "bucket", f"的 bucket {each.bucket} 不在 [buckets] 中。", each.bucket
    for name in each.classes:
        if name not in pack.classes:
            yield "class", f"的类别 {name} 不在 [buckets] 中。", name


def _figure(each: Requirement, pack: Pack) -> _Said:
    """How much: hours, a share, or a ladder whose last rung is the full figure."""
    if (each.at_least is not None or bool(each.ladder)) == (each.share is not None):
        yield "at_least", "须在 at_least（学时）、share（比例）、ladder（阶梯）中给出一个。", ""
    elif each.ladder and each.at_least is not None and each.ladder[-1].at_least != each.at_least:
        yield "at_least", f"的 at_least 须等于 ladder 最后一级的 {each.ladder[-1].at_least}，或删去。", ""
    if each.share is None:
        return
    if each.bucket == "*":
        yield "share", "是总计，不能再按总计的比例要求。", ""
    elif each.of == "required" and not any(one.bucket == "*" and one.share is None for one in pack.requirements):
        yield "share", '按总学时要求的比例计，而没有对总计（bucket = "*"）的要求。', ""
    taken = {"ladder": each.ladder, "term": each.term, "prorate": each.prorate, "waive": each.waive}
    for key, value in taken.items():
        if value:
            yield key, f"按比例要求时随总计增减，不另写 {key}，请删去。", ""


def _shape(each: Requirement) -> _Said:
    """Keys that go together, and rungs in order."""
    if bool(each.ladder) != bool(each.since):
        yield ("since" if each.since else "ladder"), "的 ladder（阶梯）与 since（起算日期）须同时写明。", ""
    for lower, higher in pairwise(each.ladder):
        if higher.months <= lower.months:
            yield "ladder", f"的 ladder 月数须逐级增加：{lower.months} 之后是 {higher.months}。", ""
    if each.ladder and each.ladder[0].months < 0:
        yield "ladder", "的 ladder 月数不得为负。", ""
    for key, value in {"ladder": each.ladder, "prorate": each.prorate}.items():
        if each.term and value:
            yield key, f"自 {each.term} 起按年要求，不能同时写 {key}，请删去。", ""


def _fields(each: Requirement) -> _Said:
    """Fields of a person: words in ``when``, dates elsewhere."""
    if each.when:
        yield from _known("when", each.when.field, WORD_FIELDS, "文字")
    for key, names in {"term": (each.term,), "since": (each.since,), "prorate": each.prorate}.items():
        for name in filter(None, names):
            yield from _known(key, name, DATE_FIELDS, "日期")


def _known(key: str, name: str, fields: Collection[str], kind: str) -> _Said:
    if name not in fields:
        near = difflib.get_close_matches(name, fields, n=1)
        yield key, f"的 {key} {name} 不是人员的{kind}字段" + (f"，是否为 {near[0]}？" if near else "。"), ""


def _carry(carry: Carry, pack: Pack) -> _Said:
    over = next((one for one in pack.requirements if one.id == carry.over), None)
    if over is None:
        near = difflib.get_close_matches(carry.over, [one.id for one in pack.requirements], n=1)
        yield "over", f"的 over {carry.over} 不是要求的编号" + (f"，是否为 {near[0]}？" if near else "。"), ""
    elif looks_back(over) or over.of == "earned":
        yield "over", f"的 over {carry.over} 按几年合计或按已得学时的比例要求，其余数不能结转。", ""
    for name in carry.excluded:
        if name not in pack.classes:
            yield "except", f"的类别 {name} 不在 [buckets] 中。", name


def _overlap(carry: Carry, pack: Pack) -> _Said:
    """An hour passes once: not twice over one requirement, nor over the total and a part of it."""
    others = [one for one in pack.carries if one.id != carry.id]
    total = {one.id for one in pack.requirements if one.bucket == "*"}
    if any(one.over == carry.over for one in others):
        yield "over", f"与另一条结转的 over 相同（{carry.over}），同一学时会结转两次。", ""
    elif carry.over in total and others:
        yield "over", "已结转总计的余数，不能另有结转，同一学时会结转两次。", ""


def _minima(pack: Pack, places: Places) -> Iterator[Fault]:
    """What is asked in the parts, of the same people over the same years, is no more than what is asked in all."""
    for total in pack.requirements:
        if total.bucket == "*" and total.share is None:
            parts, whole = parts_of(total, pack), figure(total) or Fraction(0)
            if parts > whole:
                text = f"[requirement] 各项最低学时之和 {plain_share(parts)} 大于总计 {plain_share(whole)}。"
                yield Fault(places.line("requirement"), text)


def parts_of(total: Requirement, pack: Pack) -> Fraction:
    """Hours asked bucket by bucket of those of whom the total is asked, over the same years; the highest of a bucket.

    A share, also of the earned total, is at least that share of this total.
    """
    found: dict[str, Fraction] = {}
    for each in pack.requirements:
        asked = each.when is None or each.when == total.when
        if each.bucket in ("", "*") or not asked or (each.years, each.term) != (total.years, total.term):
            continue
        own = figure(each) or Fraction(0)
        hours = own if each.share is None else each.share * (figure(total) or Fraction(0))
        found[each.bucket] = max(hours, found.get(each.bucket, Fraction(0)))
    return sum(found.values(), Fraction(0))
