"""Worths that lose hours unseen: open ones that nothing holds, days without a rule, figures that a step cuts."""

from collections.abc import Iterator
from datetime import timedelta

from ce_toolkit.rules.drafting.lint_floor import Issue
from ce_toolkit.rules.loading.places import Places
from ce_toolkit.rules.pack import Condition, Gate, Need, Pack, RuleBase, Worth
from ce_toolkit.rules.reasons import CLAIM_FIELDS, plain
from ce_toolkit.rules.worth import GRADE_FIELDS

_REMEDY = '，而没有规则留住它；请加 verb = "need"、test = "worth_unknown"。'
# tests that hold a claim of which no hours can be told
_OF_HOURS = {"hours": {"no_hours"}, "employer_hours": {"employer_hours_blank"}}


def issues(pack: Pack, places: Places) -> Iterator[Issue]:
    """Every doubt about the worths of the pack, and about rules that are valid on no day of it."""
    for number, rule in enumerate(pack.rules):
        if isinstance(rule, Worth):
            yield from _open(pack, places, number, rule)
            yield from _cut_by_step(places, number, rule)
            yield from _foreign_kinds(places, number, rule)
    yield from _kindless(pack, places)
    if pack.time.first > pack.time.last:  # told elsewhere; without a year no day can be missed
        return
    yield from _undated(pack, places)
    yield from _two_periods(pack, places)
    for table, rules in (("rule", pack.rules), ("check", pack.checks)):
        for number, each in enumerate(rules):
            if not _days(pack, each):
                line = places.line(table, number, "valid_from" if each.valid_from else "valid_to")
                said = "的 valid_from、valid_to 不在年度（或时段）之内，永远不适用。"
                yield line, each.id, "warning", f"[{table}] {each.id} {said}"


def _open(pack: Pack, places: Places, number: int, rule: Worth) -> Iterator[Issue]:
    """A field that may be blank, and no need that then holds the claim."""
    stops: list[Condition] = [*pack.of(Need), *pack.of(Gate)]
    for name in pack.classes_of(rule):
        for field in _asked(rule):
            if not any(_holds(stop, field) and _looks_at(stop, name, rule) for stop in stops):
                said = f"{pack.label(name)}未填{CLAIM_FIELDS[field]}时应计多少无法确定"
                yield places.line("rule", number), rule.id, "error", f"[rule] {rule.id}：{said}{_REMEDY}"
                return


def _asked(rule: Worth) -> list[str]:
    """Fields without which the worth cannot be told."""
    if rule.rows:
        return [field for key, field in GRADE_FIELDS.items() if any(getattr(row, key) for row in rule.rows)]
    return [rule.source] if rule.source in _OF_HOURS else []


def _holds(rule: Condition, field: str) -> bool:
    """Whether a rule stops a claim without the field (a class closed altogether needs nothing more)."""
    tests = _OF_HOURS.get(field, set()) | ({"always"} if isinstance(rule, Gate) else {"worth_unknown"})
    return rule.test in tests or (rule.field == field and rule.blank)


def _looks_at(rule: RuleBase, name: str, worth: Worth) -> bool:
    kinds = not rule.kinds or (bool(worth.kinds) and set(worth.kinds) <= set(rule.kinds))
    return (not rule.classes or name in rule.classes) and kinds and not rule.valid_from and not rule.valid_to


def _kindless(pack: Pack, places: Places) -> Iterator[Issue]:
    """A class whose kinds have worths apart: a claim of another kind, or of none, must be held."""
    for name in dict.fromkeys(pack.classes):
        worths = [(number, rule) for number, rule in enumerate(pack.rules) if isinstance(rule, Worth)]
        mine = [(number, rule) for number, rule in worths if name in pack.classes_of(rule)]
        caught = (need.test == "worth_unknown" and (not need.classes or name in need.classes) for need in pack.of(Need))
        if mine and all(rule.kinds for _, rule in mine) and not any(caught):
            number, rule = mine[-1]
            said = f"{pack.label(name)}只有所列种别有折算规则，其他种别（或未填）的应计多少无法确定"
            yield places.line("rule", number, "kind"), rule.id, "error", f"[rule] {rule.id}：{said}{_REMEDY}"


def _cut_by_step(places: Places, number: int, rule: Worth) -> Iterator[Issue]:
    """Figures of the rule itself that are no multiple of its step."""
    if not rule.step:
        return
    figures = [rule.fixed, rule.per_day, rule.per_half_day, *(row.hours for row in rule.rows)]
    figures += [rule.times] if rule.source in ("items", "days") else []
    for figure in figures:
        if figure is not None and figure % rule.step:
            kept = figure // rule.step * rule.step
            text = (
                f"[rule] {rule.id} 的 {plain(figure)} 不是 step（{plain(rule.step)}）的整倍数，一项只计{plain(kept)}。"
            )
            yield places.line("rule", number, "step"), rule.id, "warning", text
    if rule.per_day is not None and rule.per_half_day is not None and rule.per_half_day > rule.per_day:
        text = f"[rule] {rule.id} 的 per_half_day 大于 per_day，请检查。"
        yield places.line("rule", number, "per_half_day"), rule.id, "warning", text


def _foreign_kinds(places: Places, number: int, rule: Worth) -> Iterator[Issue]:
    """Lines of kinds that the rule itself does not look at."""
    for place, row in enumerate(rule.rows, start=1):
        if rule.kinds and row.kinds and not set(rule.kinds) & set(row.kinds):
            text = f"[rule] {rule.id} 的 row 第 {place} 行永远不会用到：规则只适用于{'、'.join(rule.kinds)}。"
            yield places.line("rule", number, "row"), rule.id, "warning", text


def _undated(pack: Pack, places: Places) -> Iterator[Issue]:
    """Days of the year on which a class has no worth, between rules that are valid from and to a day."""
    for name in dict.fromkeys(pack.classes):
        worths = [(number, rule) for number, rule in enumerate(pack.rules) if isinstance(rule, Worth)]
        mine = [(number, rule) for number, rule in worths if name in pack.classes_of(rule)]
        spans = sorted((rule.valid_from or pack.time.first, rule.valid_to or pack.time.last) for _, rule in mine)
        free = pack.time.first
        for first, last in spans:
            if first > free:
                break
            free = max(free, last + timedelta(days=1))
        if mine and free <= pack.time.last:
            until = min((first for first, _ in spans if first > free), default=pack.time.last + timedelta(days=1))
            text = f"[buckets] {pack.label(name)}自 {free} 至 {until - timedelta(days=1)} 没有折算规则。"
            yield places.line("rule", mine[0][0], "valid_to"), mine[0][1].id, "error", text


def _two_periods(pack: Pack, places: Places) -> Iterator[Issue]:
    """A class with a window for its period that the year's gate cuts off."""
    for year in (gate for gate in pack.of(Gate) if gate.test == "outside_year"):
        for number, rule in enumerate(pack.rules):
            if not isinstance(rule, Gate) or not rule.window:
                continue
            window = pack.windows[rule.window]
            both = [name for name in pack.classes_of(rule) if name in pack.classes_of(year)]
            if both and not pack.time.first <= window.first <= window.last <= pack.time.last:
                said = f"{rule.window} 伸出年度之外，而 {year.id} 也管{pack.label(both[0])}，时段的这一部分不起作用"
                text = f"[rule] {rule.id} 的时段 {said}；请在 {year.id} 的 class 中只列其余类别。"
                yield places.line("rule", number, "window"), rule.id, "warning", text


def _days(pack: Pack, rule: RuleBase) -> bool:
    """Whether a rule is valid on any day on which a claim may be completed."""
    ends = [pack.time.last, *(pack.windows[gate.window].last for gate in pack.of(Gate) if gate.window)]
    starts = [pack.time.first, *(pack.windows[gate.window].first for gate in pack.of(Gate) if gate.window)]
    first, last = rule.valid_from or min(starts), rule.valid_to or max(ends)
    return max(first, min(starts)) <= min(last, max(ends))
