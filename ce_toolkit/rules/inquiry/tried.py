"""What a rule reads of a claim or a person, and what it would have taken for it to act."""

from collections.abc import Mapping
from types import MappingProxyType

from ce_toolkit.rules.pack import Cap, Condition, Once, RuleBase, Scope, Worth
from ce_toolkit.rules.reasons import cap_words
from ce_toolkit.rules.worth import GRADE_FIELDS

Reads = tuple[tuple[str, ...], str]

# test -> (fields it reads, what would have met it)
TESTS: Mapping[str, Reads] = MappingProxyType(
    {
        "always": ((), "任何一项"),
        "outside_year": (("start", "end"), "完成于年度之外"),
        "number_invalid": (("hours", "employer_hours", "items", "minutes"), "数为负，或件数不是整数"),
        "worth_zero": (("hours", "employer_hours", "items"), "应计学时为0"),
        "no_archive": (("archive", "in_archive"), "单位未建学习档案，或本项不在档案中"),
        "archive_unknown": (("archive", "in_archive"), "未说明有无学习档案"),
        "not_passed": (("result",), "结果不是合格"),
        "other_subject": (("subject",), "写明的科目不是本年度的"),
        "no_date": (("start", "end"), "未填日期"),
        "dates_invalid": (("start", "end", "days"), "止早于起，或天数少于1、多于起止之间"),
        "minutes_only": (("hours", "minutes"), "只有分钟数，没有学时"),
        "no_hours": (("hours",), "未填学时"),
        "worth_unknown": (("kind", "level", "role", "author_rank", "hours"), "无法确定应计多少学时"),
        "outside_window": (("end",), "完成于规定时段之外"),
        "over_24_a_day": (("hours", "days"), "平均每天超过24学时"),
        "employer_hours_blank": (("employer_hours",), "单位未核定学时"),
        "after_as_of": (("end", "recorded_on", "proof_on"), "完成、备案或交证明晚于认定日"),
        "not_signed_up": (("on_signup",), "不在报名表上"),
        "unit_without_archive": (("archive",), "单位未建学习档案"),
        "unit_archive_unknown": (("archive",), "未说明单位有无学习档案"),
        "later_author": (("author_rank",), "本人不是第一作者"),
        "author_rank_unknown": (("authors", "author_rank"), "有多名作者而未写明本人排名"),
        "later_attempt": (("end",), "本年度在前另考过一次"),
        "over_cap_unsplit": (("hours", "days", "timetable"), "超过每天上限而没有课表"),
        "shared_day_unsplit": (("start", "end", "timetable"), "与本人另一项有同一天而没有课表"),
        "before_move": (("end", "moved_on"), "完成于调入本单位以前"),
    }
)
_ONCE: Mapping[str, Reads] = MappingProxyType(
    {
        "person": (("end",), "本人另有一项完成在前"),
        "key": (("key", "title", "start", "end"), "与本人在前的一项编号相同，或无编号而名称、主办方和日期相同"),
        "related": (("key", "related_key"), "与本人在前的一项出自同一成果或活动"),
        "clock": (("start", "clock"), "与本人同日另一项的时段重叠"),
    }
)
_CAPS: Mapping[str, Reads] = MappingProxyType(
    {
        "claim": (("before_cap",), "本项超过{limit}学时"),
        "claim_day": (("before_cap", "days", "timetable"), "本项某天超过{limit}学时"),
        "person_day": (
            ("before_cap", "days", "start", "end", "timetable"),
            "与在前各项合计，某些天超过每天{limit}学时",
        ),
        "person_year": (("running",), "到本项为止合计超过{limit}学时"),
    }
)


def reads(rule: RuleBase, limit: str = "") -> Reads:
    """The fields that a rule reads, and in Chinese what would have made it act.

    ``before_cap`` stands for the claim's hours when the cap is reached, ``running`` for those of the person's claims
    under the cap up to and with this one. ``limit`` is a cap's figure for the person, where the rule itself has none.
    Where the rule compares a field with words of the pack, the text is empty and ``wanted_values`` says them.
    """
    if isinstance(rule, Condition):
        return TESTS[rule.test] if rule.test else ((rule.field,), "")
    if isinstance(rule, Scope) and rule.after:
        return (rule.after,), "在本年度内（或以后）取得"
    if isinstance(rule, Scope):
        return (rule.field, *((rule.until,) if rule.until else ())), ""
    return _of_other_verbs(rule, limit)


def _of_other_verbs(rule: RuleBase, limit: str) -> Reads:
    if isinstance(rule, Once):
        return (("key",) if rule.by == "key" else (), _BEFORE) if rule.years > 1 else _ONCE[rule.by]
    if isinstance(rule, Cap):
        fields, takes = _CAPS[rule.scope]
        return fields, takes.format(limit=limit or cap_words(rule))
    if isinstance(rule, Worth):
        return _worth_fields(rule), "申报数与应计数不同"
    return ("start", "end"), "起止跨过年度的边界"  # a split


_BEFORE = "以前年度已计入过学时"


def _worth_fields(rule: Worth) -> tuple[str, ...]:
    """The declared figure, and the fields that the worth is read from."""
    fields: list[str] = ["hours", *filter(None, [rule.source])]
    fields += ["half_days"] if rule.per_half_day is not None else []
    fields += ["days"] if rule.per_day is not None else []
    fields += ["minutes"] if rule.minutes_per_hour is not None else []
    fields += [name for key, name in GRADE_FIELDS.items() if any(getattr(row, key) for row in rule.rows)]
    return tuple(dict.fromkeys(fields))


def wanted_values(rule: RuleBase) -> tuple[str | bool | None, ...]:
    """The values of its field that would have made a rule act; None is a blank. Empty where a test decides."""
    if isinstance(rule, Scope):
        return rule.out
    if isinstance(rule, Condition) and rule.field:
        return (*rule.values, *((None,) if rule.blank else ()))
    return ()
