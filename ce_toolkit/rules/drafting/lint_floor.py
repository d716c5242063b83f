"""Figures and days of a pack that contradict one another or fall below what is set from above."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from ce_toolkit.rules.loading.asked import parts_of
from ce_toolkit.rules.loading.places import Places
from ce_toolkit.rules.pack import Gate, Pack, Requirement, Window
from ce_toolkit.rules.periods import first_year, years
from ce_toolkit.rules.reasons import plain, plain_share
from ce_toolkit.rules.requirements import figure

Issue = tuple[int, str, Literal["error", "warning", "info"], str]

FLOOR = Decimal(90)  # 人社部令第25号: at least 90 hours a year, professional subjects in general two thirds


def issues(pack: Pack, places: Places) -> Iterator[Issue]:
    """The year's period, the windows, the sum of the minima and the national floor."""
    period = list(_period(pack, places))
    yield from period or _windows(pack, places)  # windows are held against the year: only a sound one says anything
    yield from _slack(pack, places)
    yield from _floor(pack, places)


def _period(pack: Pack, places: Places) -> Iterator[Issue]:
    time = pack.time
    if time.first > time.last:
        yield places.line("time", 0, "from"), "time", "error", "[time] 的 from 晚于 to，请对调。"
    elif years(time) > 1 and time.year != time.last.year:
        text = f"[time] 的年度长于一年，year 须为最后一天所在的 {time.last.year} 年。"
        yield places.line("time", 0, "year"), "time", "error", text
    elif time.year not in (time.first.year, time.last.year):
        text = f"[time] 的 year 是 {time.year}，而 from 至 to 不在这一年。"
        yield places.line("time", 0, "year"), "time", "error", text
    elif time.known_from > time.last:
        text = "[time] 的 known_from 晚于年度最后一天，本规则包在年度内不可用。"
        yield places.line("time", 0, "known_from"), "time", "warning", text


def _windows(pack: Pack, places: Places) -> Iterator[Issue]:
    """Windows lie in the pack's year, begin before they end, and follow one another without gap or overlap (E4).

    A window that is a class's own period may reach into the next year, and stands in no sequence.
    """
    sound, periods = True, _periods(pack)
    for name, window in pack.windows.items():
        line = places.line("windows", 0, name)
        if window.first > window.last:
            sound = False
            yield line, name, "error", f"[windows] {name} 的 from 晚于 to，请对调。"
        elif name not in periods and {window.first.year, window.last.year} - _calendar_years(pack):
            sound = False
            yield line, name, "warning", f"[windows] {name} 不全在 {pack.time.year} 年内。"
    if sound:
        yield from _sequence(pack, places)


def _periods(pack: Pack) -> set[str]:
    """Windows that gates take for the period of a class."""
    return {rule.window for rule in pack.of(Gate) if rule.window}


def _calendar_years(pack: Pack) -> set[int]:
    """Calendar years of the pack's period: one, but for a period that is longer than a year."""
    return set(range(first_year(pack.time), pack.time.year + 1))


def _sequence(pack: Pack, places: Places) -> Iterator[Issue]:
    given = [(name, window) for name, window in pack.windows.items() if name not in _periods(pack)]
    ordered = sorted(given, key=lambda item: item[1].first)
    if given != ordered:
        moved = next(name for (name, _), (other, _) in zip(given, ordered, strict=True) if name != other)
        text = f"[windows] {moved} 的日期与时段的先后次序不符，请检查各时段的日期。"
        yield places.line("windows", 0, moved), moved, "warning", text
    for (before, earlier), (after, later) in pairwise(ordered):
        line = places.line("windows", 0, after)
        if text := _seam(earlier, later):
            yield line, after, "warning", f"[windows] {before} 与 {after} 之间{text}。"


def _seam(earlier: Window, later: Window) -> str:
    if later.first <= earlier.last:
        return f"有重叠（{later.first} 至 {min(earlier.last, later.last)}）"
    free = earlier.last + timedelta(days=1)
    return f"有空档（{free} 至 {later.first - timedelta(days=1)}）" if later.first > free else ""


def _slack(pack: Pack, places: Places) -> Iterator[Issue]:
    """The buckets' minima sum to the total, or the total states by how much they do not (F13)."""
    for number, total in enumerate(pack.requirements):
        whole = figure(total)
        if total.bucket != "*" or whole is None:
            if total.slack is not None:
                text = f'[requirement] {total.id} 不是总计（bucket = "*"），slack 在此无意义，请删去。'
                yield places.line("requirement", number, "slack"), total.id, "warning", text
            continue
        parts = parts_of(total, pack)
        rest = whole - parts
        if total.slack is None and rest and parts:
            text = (
                f"[requirement] 各项最低学时之和 {plain_share(parts)} 比总计 {plain_share(whole)} 少 "
                f"{plain_share(rest)}；如属有意，请在 {total.id} 中写明 slack = {plain_share(rest)}。"
            )
            yield places.line("requirement", number, "at_least"), total.id, "info", text
        elif total.slack is not None and Fraction(total.slack) != rest:
            text = f"[requirement] {total.id} 的 slack 是 {plain(total.slack)}，实际相差 {plain_share(rest)}。"
            yield places.line("requirement", number, "slack"), total.id, "warning", text


_REMEDY = "；如有依据，请在 [pack] 中写明 waiver。"


def _floor(pack: Pack, places: Places) -> Iterator[Issue]:
    """The national floor, unless the pack states on what word it may lie below (P3)."""
    if pack.pack.waiver:
        return
    for number, name, total in _lowest(pack):
        if total < FLOOR:
            said = f"总学时要求 {plain_share(total)} 低于国家规定的每年 {FLOOR} 学时"
            text = f"[requirement] {said}（人社部令第25号）{_REMEDY}"
            yield places.line("requirement", number, "at_least"), name, "warning", text
    yield from _two_thirds(pack, places)


def _lowest(pack: Pack) -> Iterator[tuple[int, str, Fraction]]:
    """What is asked in all by the year, of everybody or else of each group: number, id, hours."""
    totals = [(number, each, _yearly(each, pack)) for number, each in enumerate(pack.requirements) if _is_total(each)]
    everybody = [one for one in totals if one[1].when is None]
    if not totals:
        parts = [each for each in pack.requirements if each.bucket and each.when is None]
        yield 0, "", sum((_yearly(each, pack) for each in parts), Fraction(0))
    if everybody:
        number, each, hours = max(everybody, key=lambda one: one[2])
        yield number, each.id, hours
        return
    for number, each, hours in totals:
        yield number, each.id, hours


def _is_total(each: Requirement) -> bool:
    return each.bucket == "*" and each.share is None


def _yearly(each: Requirement, pack: Pack) -> Fraction:
    """The figure of a requirement by the year; 0 for a share."""
    together = 1 if each.term else max(each.years, years(pack.time))
    return (figure(each) or Fraction(0)) / together


def _two_thirds(pack: Pack, places: Places) -> Iterator[Issue]:
    """Professional subjects are in general two thirds of what is asked in all."""
    chosen = [(number, each) for number, each in enumerate(pack.requirements) if each.bucket == "professional"]
    if not chosen:
        said = '没有对专业科目（bucket = "professional"）的要求'
        text = f"[requirement] {said}，国家规定一般不少于总学时的三分之二{_REMEDY}"
        yield places.line("requirement"), "", "warning", text
        return
    number, requirement = chosen[-1]
    total = max((hours for _, _, hours in _lowest(pack)), default=Fraction(0))
    hours = requirement.share * total if requirement.share is not None else _yearly(requirement, pack)
    if hours * 3 < total * 2:
        text = (
            f"[requirement] 专业科目 {plain_share(hours)} 学时，不足总学时 {plain_share(total)} 的三分之二"
            f"（人社部令第25号）{_REMEDY}"
        )
        yield places.line("requirement", number, "at_least"), requirement.id, "warning", text
