"""Why: each reason code with its Chinese name and where the cause lies, and each ledger row as one Chinese sentence."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import pandas as pd

from ce_toolkit.rules.pack import Cap, Need, Pack, RuleBase
from ce_toolkit.rules.reviewed import REVIEW, review_rules

# reason code -> (short Chinese name, cause: person / employer / data)
_REASONS = {
    "daily_cap": ("超过每天学时上限", "person"),
    "annual_cap": ("超过每年学时上限", "person"),
    "not_approved": ("未经举办、批准或备案", "employer"),
    "late_record": ("备案晚于开班", "employer"),
    "needs_daily_timetable": ("需要逐日课表", "data"),
    "time_conflict": ("同一时间两项培训", "person"),
    "split_year": ("跨年", "person"),
    "outside_year": ("不在本年度", "person"),
    "no_archive": ("用人单位未建立学习档案", "employer"),
    "employer_hours_missing": ("单位未核定学时", "employer"),
    "duplicate": ("重复申报", "data"),
    "same_work": ("同一成果重复申报", "person"),
    "counted_before": ("以前年度已计", "person"),
    "rank_missing": ("未写明作者排名、角色或等次", "data"),
    "outside_window": ("不在规定时段内", "person"),
    "multi_year_cap": ("超过多年累计上限", "person"),
    "item_cap": ("超过每项上限", "person"),
    "new_title": ("本年度取得职称", "person"),
    "same_event": ("同一成果或活动只计一项", "person"),
    "related_items": ("同一成果或活动两项申报", "person"),
    "not_published": ("未公开发表（出版）", "person"),
    "not_granted": ("专利未授权", "person"),
    "not_recognised": ("成果未经单位认可", "employer"),
    "not_passed": ("考试未合格", "person"),
    "claim_differs": ("申报数与应计数不同", "data"),
    "no_proof": ("缺少证明材料", "person"),
    "not_registered": ("用人单位未登记", "employer"),
    "no_date": ("缺少日期", "data"),
    "invalid_dates": ("日期或天数有误", "data"),
    "invalid_hours": ("学时或件数有误", "data"),
    "zero_hours": ("学时为0", "data"),
    "no_hours": ("缺少学时", "data"),
    "implausible_hours": ("学时超过可能", "data"),
    "unit_length_unknown": ("只有分钟数", "data"),
    "identity_mismatch": ("姓名不一致", "data"),
    "repeat_exam": ("重复合格", "person"),
    "wrong_subject": ("非本年度公需科目", "person"),
    "outside_exam_window": ("考试日期在规定时段外", "person"),
    "public_content": ("公需内容的讲座", "person"),
    "after_as_of": ("认定日后发生", "data"),
    "after_review_window": ("审核时段后完成", "person"),
    "left_during_year": ("年内离岗", "person"),
    "rehired": ("退休返聘", "person"),
    "sector": ("单位性质不在范围", "employer"),
    "leave_recorded": ("有请假记录", "person"),
    "joined_during_year": ("年内参加工作", "person"),
    "secondment_recorded": ("有借调记录", "person"),
    "not_signed_up": ("不在报名表上", "employer"),
    "late_signup": ("报名迟报", "employer"),
    "employer_changed": ("年内调动", "person"),
    "coauthor": ("多名作者", "person"),
    "author_rank_missing": ("未写明作者排名", "data"),
    "later_attempt": ("不是第一次考试", "person"),
    "fact_missing": ("人员信息缺项", "data"),
    "history_missing": ("没有以前年度的记录", "data"),
    "waiver_unproved": ("减免没有依据", "employer"),
    "rows_in_question": ("有待核实的行", "data"),
    "review_refused": ("审核不予认定", "person"),
    "review_partly": ("审核部分认定", "person"),
    "review_returned": ("审核退回待补正", "employer"),
    "no_training": ("未参加培训进修而达标", "person"),
}
# a claim's field in words, as sentences name it
CLAIM_FIELDS = MappingProxyType({
    "kind": "种别", "level": "等次", "role": "角色", "author_rank": "作者排名", "hours": "学时", "start": "起止日期",
    "employer_hours": "单位核定学时", "half_days": "半天数", "days": "授课天数", "minutes": "分钟数", "items": "件数",
})  # fmt: skip
NAMES = MappingProxyType({code: name for code, (name, _) in _REASONS.items()})
CAUSES = MappingProxyType({code: cause for code, (_, cause) in _REASONS.items()})


def reason_name(code: str) -> str:
    """The short Chinese name of a reason code."""
    return NAMES.get(code, code)


def plain(hours: Decimal) -> str:
    """Hours without needless zeros: 7.50 → 7.5, 40.00 → 40."""
    return f"{hours.normalize():f}"


def plain_share(hours: Fraction) -> str:
    """Hours that need not be whole hundredths: 61.333… → 184/3."""
    return plain(Decimal(hours.numerator) / hours.denominator) if hours * 100 % 1 == 0 else str(hours)


def cap_words(cap: Cap) -> str:
    """A cap's figure in a sentence: hours, or the share of what is asked of the person."""
    return f"应达到总数的{cap.share}" if cap.limit is None else plain(cap.limit)


def sentences(ledger: pd.DataFrame, pack: Pack) -> pd.Series:
    """One Chinese sentence per ledger row, with its figures and the clause it stands on."""
    rules: dict[str, RuleBase] = {rule.id: rule for rule in pack.rules}
    if ledger["rule"].isin(REVIEW).any():
        rules = {rule.id: rule for rule in review_rules(pack)} | rules
    names = [name for name in ("before", "delta", "after", *_TOLD) if name in ledger.columns]
    text = [
        _sentence(rules[rule], dict(zip(names, values, strict=True)), pack)
        for rule, *values in ledger[["rule", *names]].itertuples(index=False, name=None)
    ]
    return pd.Series(text, index=ledger.index, dtype="str")


_TOLD = ("missing", "limit", "earlier")  # columns of the ledger that only some packs fill


def _sentence(rule: RuleBase, row: Mapping[str, Any], pack: Pack) -> str:
    values = {"before": plain(row["before"]), "after": plain(row["after"]), "cut": plain(abs(row["delta"]))}
    values["unit"] = pack.pack.unit
    told = {name: row[name] for name in _TOLD if not pd.isna(row.get(name))}
    if isinstance(rule, Cap):
        values["limit"] = plain(told["limit"]) if "limit" in told else cap_words(rule)
        values["earlier"] = plain(told.get("earlier", Decimal(0)))
    if isinstance(rule, Need) and rule.test == "worth_unknown":
        fields = [CLAIM_FIELDS.get(name, name) for name in str(told.get("missing", "")).split()]
        values["missing"] = pack.in_unit("、".join(fields))
    said = rule.says.format(**values)
    if values.get("missing") and "{missing}" not in rule.says:
        said += f"缺少：{values['missing']}。"
    return f"{said}（{pack.cited(rule.cites)}）"
