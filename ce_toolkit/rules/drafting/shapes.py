"""The shapes of rule that notices on continuing education use, and which of them a pack uses.

A shape is told from the pack's own verbs and keys, never from its name, so that a pack of a user's own is judged by the
same test. ``elsewhere`` says of a shape that is no matter for a pack where it belongs.
"""

from collections.abc import Callable
from dataclasses import dataclass

from ce_toolkit.rules.pack import Cap, Condition, Gate, Once, Pack, Requirement, Scope, Split, Worth

Uses = Callable[[Pack], bool]


@dataclass(frozen=True)
class Shape:
    """One shape: its number, what it is in a few Chinese words, and how a pack that uses it is told."""

    id: str
    name: str
    uses: Uses | None = None
    elsewhere: str = ""


def _worth(told: Callable[[Worth], bool]) -> Uses:
    return lambda pack: any(told(rule) for rule in pack.of(Worth))


def _cap(told: Callable[[Cap], bool]) -> Uses:
    return lambda pack: any(told(rule) for rule in pack.of(Cap))


def _condition(told: Callable[[Condition], bool]) -> Uses:
    return lambda pack: any(isinstance(rule, Condition) and told(rule) for rule in pack.rules)


def _asked(told: Callable[[Requirement], bool]) -> Uses:
    return lambda pack: any(told(each) for each in pack.requirements)


def _minima(pack: Pack) -> list[Requirement]:
    return [each for each in pack.requirements if each.bucket not in ("", "*")]


def _passed(pack: Pack) -> bool:
    """A fixed worth of a class that a result decides on."""
    fixed = {name for rule in pack.of(Worth) if rule.fixed is not None for name in pack.classes_of(rule)}
    return any(rule.test == "not_passed" and fixed & set(pack.classes_of(rule)) for rule in pack.of(Gate))


def _joint(pack: Pack) -> bool:
    """A yearly cap over several classes, or over a class whose kinds the pack tells apart."""
    kinds = {name for rule in pack.rules if len(rule.kinds) > 1 for name in rule.classes}
    return any(
        rule.scope == "person_year" and not rule.kinds and (len(pack.classes_of(rule)) > 1 or kinds & set(rule.classes))
        for rule in pack.of(Cap)
    )


def _minutes(pack: Pack) -> bool:
    return any(rule.minutes_per_hour is not None for rule in pack.of(Worth))


def _over_years(pack: Pack) -> bool:
    return any(each.years > 1 and not each.term for each in pack.requirements)


def _in_one_year(pack: Pack) -> bool:
    return any(each.years == 1 and not each.term and each.bucket == "*" for each in pack.requirements)


def _spares(pack: Pack) -> bool:
    return any(each.waive for each in pack.requirements) or any(each.test == "leave_recorded" for each in pack.checks)


SHAPES: tuple[Shape, ...] = (
    Shape("R01", "按人员的在职状态、单位性质等划定对象", lambda pack: bool(pack.of(Scope))),
    Shape("R02", "总数和各科目的最低数，同时达到", lambda pack: bool(_minima(pack))),
    Shape("R02b", "科目按总数的比例要求", _asked(lambda each: each.share is not None)),
    Shape("R03", "须经举办、批准或备案", _condition(lambda rule: rule.field == "basis")),
    Shape("R04", "须有证明、学习档案", _condition(lambda rule: rule.field == "proof" or "archive" in rule.test)),
    Shape("R05", "按实际学时，一学时多少分钟", _worth(lambda rule: rule.source == "hours")),
    Shape("R06", "每天的上限", _cap(lambda rule: rule.scope in ("person_day", "claim_day"))),
    Shape(
        "R06b", "只有天数、半天数时的折算",
        _worth(lambda rule: rule.source == "days" or bool(rule.per_day or rule.per_half_day)),
    ),
    Shape("R07", "学时由用人单位核定", _worth(lambda rule: rule.source == "employer_hours")),
    Shape("R08", "考试合格记固定学时", _passed),
    Shape("R09", "每项固定学时", _worth(lambda rule: rule.source == "items" or rule.fixed is not None)),
    Shape("R09b", "按种类、级别、角色、排名查表", _worth(lambda rule: bool(rule.rows))),
    Shape("R09c", "按字数、页数折算"),
    Shape("R09d", "作者之间分摊"),
    Shape("R09e", "在基数上加计"),
    Shape("R10", "一类学时每年的上限", _cap(lambda rule: rule.scope == "person_year" and rule.limit is not None)),
    Shape("R11", "几类（种）学时合计的上限", _joint),
    Shape("R12", "每项的上限", _cap(lambda rule: rule.scope == "claim")),
    Shape("R13", "按总数比例的上限", _cap(lambda rule: rule.share is not None)),
    Shape("R14", "其中某一种的最低数", _asked(lambda each: bool(each.classes or each.kinds))),
    Shape("R15", "至少几种、每种一门"),
    Shape("R16", "科目之间不互抵", lambda pack: len({each.bucket for each in _minima(pack)}) > 1),
    Shape("R17", "按角色加权", _worth(lambda rule: any(row.roles for row in rule.rows))),
    Shape("R18", "分钟、学时、学分之间折算", lambda pack: pack.pack.unit != "学时" or _minutes(pack)),
    Shape("R19", "重复的只计一次", lambda pack: bool(pack.of(Once))),
    Shape("R20", "年度（周期）的起止", lambda pack: True),
    Shape("R21", "时段和期限", lambda pack: bool(pack.windows)),
    Shape(
        "R22", "跨年的活动",
        lambda pack: bool(pack.of(Split)) or any(rule.test == "outside_year" for rule in pack.of(Gate)),
    ),
    Shape("R23", "几年的周期，每年另有最低数", lambda pack: _over_years(pack) and _in_one_year(pack)),
    Shape("R24", "滚动的几年", _over_years),
    Shape("R25", "按聘期（职称取得日期）累计", _asked(lambda each: bool(each.term))),
    Shape("R26", "超出的学时结转，限数、限年", lambda pack: bool(pack.carries)),
    Shape("R26b", "不足的学时以后补"),
    Shape("R26c", "一项在几个年度计入", lambda pack: any(rule.counted_in > 1 for rule in pack.of(Once))),
    Shape(
        "R27", "请假等的减免或提示",
        _spares,
    ),
    Shape("R27b", "援派、挂职视同完成"),
    Shape(
        "R28", "新进人员：阶梯、按月、次年起",
        lambda pack: any(rule.after for rule in pack.of(Scope))
        or _asked(lambda each: bool(each.ladder or each.prorate))(pack),
    ),
    Shape("R28b", "按职称级别、执业范围要求", _asked(lambda each: each.when is not None)),
    Shape("R28c", "几本证书各自或合并计算"),
    Shape(
        "R29", "规则自某日起改变",
        lambda pack: any(rule.valid_from or rule.valid_to for rule in (*pack.rules, *pack.checks)),
    ),
    Shape("R29b", "在上级规则包之上", lambda pack: bool(pack.pack.extends)),
    Shape("R30", "办理的步骤和经办人", elsewhere="不属于学时认定"),
    Shape("R31", "按单位分送审核", elsewhere="不属于学时认定"),
    Shape("R32", "抽查", elsewhere="抽查（ce_toolkit.review）"),
    Shape("R33", "不达标的后果", elsewhere="不属于学时认定"),
    Shape("R34", "进位", _worth(lambda rule: rule.step is not None or rule.minutes_per_hour is not None)),
    Shape("R35", "扣减学时"),
    Shape("R36", "以证书代替学时"),
)  # fmt: skip
