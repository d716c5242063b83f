"""Rules that say too little, too much, or what contradicts the rest of the pack, verb by verb."""

import difflib
from collections.abc import Iterator

from ce_toolkit.rules import conditions
from ce_toolkit.rules.loading.places import Fault, Places
from ce_toolkit.rules.pack import Cap, Condition, Grade, Once, Pack, RuleBase, Scope, Worth
from ce_toolkit.rules.requirements import DATE_FIELDS

_Said = Iterator[tuple[str, str, str]]  # key, what is wrong with it, the name it is about
_OF_HOURS = ("per_day", "per_half_day", "minutes_per_hour")


def faults(pack: Pack, places: Places) -> Iterator[Fault]:
    """Faults of single rules, each with its line."""
    for number, rule in enumerate(pack.rules):
        for key, text, about in (*_validity(rule), *_of_verb(rule, pack)):
            yield Fault(places.line("rule", number, key), f"[rule] {rule.id} {text}", rule.id, about)


def _validity(rule: RuleBase) -> _Said:
    if rule.valid_from and rule.valid_to and rule.valid_from > rule.valid_to:
        yield "valid_from", "的 valid_from 晚于 valid_to。", ""


def _of_verb(rule: RuleBase, pack: Pack) -> _Said:
    if isinstance(rule, Condition):
        yield from _condition(rule, pack)
    elif isinstance(rule, Worth):
        yield from _worth(rule)
    elif isinstance(rule, Cap):
        yield from _cap(rule, pack)
    elif isinstance(rule, Once):
        yield from _once(rule)
    elif isinstance(rule, Scope):
        yield from _scope(rule)


def _scope(rule: Scope) -> _Said:
    if bool(rule.after) == bool(rule.field and rule.out):
        yield "field", "须写 field 和 out，或只写 after，二者取一。", ""
    for key in ("after", "until"):
        name = getattr(rule, key)
        if name and name not in DATE_FIELDS:
            near = difflib.get_close_matches(name, DATE_FIELDS, n=1)
            hint = f"是否为 {near[0]}？" if near else f"可用：{'、'.join(DATE_FIELDS)}。"
            yield key, f"的 {key} {name} 不是人员的日期字段，{hint}", ""


def _condition(rule: Condition, pack: Pack) -> _Said:
    for text in conditions.faults(rule):
        yield "test" if rule.test else "field", text, ""
    if (rule.test in conditions.WINDOW_CONDITIONS) != bool(rule.window):
        tests = "、".join(conditions.WINDOW_CONDITIONS)
        yield "window" if rule.window else "test", f"的 window 须与 test（{tests}）一同给出。", ""
    elif rule.window and rule.window not in pack.windows:
        yield "window", f"的 window {rule.window} 不在 [windows] 中。", rule.window


def _worth(rule: Worth) -> _Said:
    if [rule.fixed is not None, bool(rule.source), bool(rule.rows)].count(True) != 1:
        yield "fixed", "须在 from、fixed 与 row 中恰好给出一个。", ""
    for key in _OF_HOURS:
        if getattr(rule, key) is not None and rule.source != "hours":
            yield key, f'的 {key} 只能与 from = "hours" 一同给出。', ""
    if rule.step is not None and not rule.step:
        yield "step", "的 step 须大于0。", ""
    for later, row in enumerate(rule.rows):
        if any(_covers(earlier, row) for earlier in rule.rows[:later]):
            yield "row", f"的 row 第 {later + 1} 行永远不会用到：前面的行已全部包括。", ""


def _covers(wide: Grade, narrow: Grade) -> bool:
    """Whether every item that fits the second line fits the first."""
    named = ((wide.kinds, narrow.kinds), (wide.levels, narrow.levels), (wide.roles, narrow.roles))
    ranked = wide.rank is None or (narrow.rank is not None and narrow.rank <= wide.rank)
    return ranked and all(not words or (own and set(own) <= set(words)) for words, own in named)


def _cap(rule: Cap, pack: Pack) -> _Said:
    if (rule.limit is None) == (rule.share is None):
        yield "limit", "须在 limit（学时）与 share（比例）中恰好给出一个。", ""
    elif rule.share is not None and not any(one.bucket == "*" and one.share is None for one in pack.requirements):
        yield "share", '按总学时要求的比例计，而没有对总计（bucket = "*"）的要求。', ""
    if rule.scope in ("person_day", "claim_day") and rule.limit is None:
        yield "share", "每天的上限须写 limit（学时）。", ""
    if rule.years > 1 and rule.scope != "person_year":
        yield "years", '的 years 只能与 scope = "person_year" 一同给出。', ""


def _once(rule: Once) -> _Said:
    if rule.years > 1 and rule.by not in ("key", "person"):
        yield "years", '的 years 只能与 by = "key" 或 "person" 一同给出。', ""
    if rule.counted_in >= max(rule.years, 2):
        yield "counted_in", "的 counted_in 须小于 years。", ""
