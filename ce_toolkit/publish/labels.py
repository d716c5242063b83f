"""Chinese heads and words of everything that is shown: one list, so that a term reads the same on every page."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from ce_toolkit.intake.fields import field_spec
from ce_toolkit.masking import mask_place
from ce_toolkit.rules.pack import Pack
from ce_toolkit.rules.reasons import reason_name

_PLACES = frozenset({"file", "sheet", "source", "platform"})
_IS_FILE = re.compile(r"\.(?:xlsx?|xlsm|et|csv|ods|pdf|docx?|zip)\b", re.IGNORECASE)
UNREPORTED = "未报"
NONE = "—"

HEADS: Mapping[str, str] = MappingProxyType(
    {
        "county": "县市区", "county_name": "县市区", "files": "文件数", "sector_name": "单位性质", "series": "系列",
        "level": "职称级别", "units": "单位数", "units_reporting": "报数单位",
        "eligible": "应参训", "enrolled": "报名", "trained": "参训",
        "public_passed": "公需合格", "met": "达标", "met_enrolled": "其中报名者达标",
        "out_of_scope": "不在范围", "in_scope": "在范围",
        "class": "学时类别", "claims": "项数", "persons": "人数", "claimed": "申报学时", "granted": "认定学时",
        "over_cap": "超上限", "refused": "不予认定", "held": "待补", "average": "人均认定学时", "effect": "去向",
        "reason": "原因", "clause": "依据条款", "hours": "学时", "table": "表", "item": "项目", "total": "合计行",
        "parts": "各行之和", "recount": "另行计算", "agrees": "一致", "file": "文件", "form": "表种", "outcome": "结果",
        "filing_unit": "填报单位", "rows_read": "读入行", "rows_accepted": "接收行", "rows_held": "待补行",
        "rows_skipped": "略过行", "findings": "问题数", "received_on": "收到日期", "days_late": "逾期天数",
        "code": "编号", "severity": "程度", "sheet": "工作表", "cell": "单元格", "shown": "所填内容", "wanted": "要求",
        "fix": "如何更正", "rows_in": "接收行", "registered": "已归到人", "merged": "并入他行", "count": "个数",
        "verdict": "判断", "registered_hours": "申报学时", "status": "状态", "joined": "报名率(占应参训)",
        "completed": "完成率(占报名)", "completed_of_eligible": "完成率(占应参训)",
        "stratum": "层", "ticket": "票号", "unit_id": "单元编号",
        "order": "序号",
        "people": "人数", "from": "原状态", "to": "改后状态", "met_from": "原达标", "met_to": "改后达标",
        "newly_met": "新达标", "no_longer_met": "不再达标", "changed": "状态改变", "acts": "作用",
        "moved_from": "原学时", "moved_to": "改后学时", "change": "增减", "reading": "问题编号", "asks": "问题",
        "workbooks": "工作簿", "round": "第几次", "open": "待更正", "stays": "仍未更正", "new": "新问题",
        "reopened": "再次出现", "closed": "已更正", "rows_added": "新增行", "rows_removed": "删除行",
        "rows_changed": "改动行", "returned": "退回的工作簿",
        "chosen": "现取", "other": "另一种理解", "gained": "增加学时", "lost": "减少学时",
        "unit": "单位", "known": "在单位名录", "reported": "报送情况", "paper_on": "纸质日期",
        "rows_filled": "电子版行数", "paper_rows": "纸质行数", "responsible": "填了负责人", "archive": "学习档案",
        "why": "要做什么", "late": "其中逾期", "window": "时段", "first": "第一天", "last": "最后一天", "days": "天数",
        "weekday": "最后一天是", "last_working_day": "最后一个工作日", "unit_kind": "单位类别", "area": "地区",
        "check_code": "校验码", "employer": "单位", "name": "姓名", "certificate_no": "继续教育证书编号",
        "gap": "公需成绩",
        "reviewer": "审核人", "sheet_file": "抽查表", "signal": "看什么", "reviewed": "已审核", "errors": "差错",
        "error_rate": "差错率", "unit_size": "本单位项数", "sha256": "摘要",
        "ownership": "所有制", "sex": "性别", "size": "单位规模", "kind": "形式", "cause": "责任方",
        "professional_met": "专业达标", "no_training": "未参加培训进修", "no_training_share": "未参训占比",
        "professional_share": "专业达标率", "public_share": "公需合格率", "cap": "上限", "at_cap": "达到上限",
        "cut": "被核减", "at_cap_share": "达到上限占比", "cut_share": "被核减占比", "proved": "有证明",
        "unproved": "无证明", "unstated": "未说明", "proved_hours": "有证明学时", "proved_share": "有证明项数占比",
        "proved_hours_share": "有证明学时占比", "accepted": "全部接收", "partly": "部分接收", "sent_back": "退回",
        "replaced": "由新版代替", "rounds": "报送次数", "error_share": "待补行占比", "aspect": "方面", "what": "内容",
        "of": "总数", "how": "计算方法", "short_by": "还差学时", "gap_total": "总学时", "gap_professional": "专业科目",
        "gap_public": "公需科目", "month": "达标月份", "present": "有没有",
    }
)  # fmt: skip
_STATUS = {"met": "达标", "not_met": "未达标", "open": "待定", "out_of_scope": "不在范围"}
WORDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "outcome": {
            "accepted": "全部接收",
            "partly": "部分接收",
            "refused": "退回",
            "twin": "重复未计",
            "replaced": "由新版代替",
        },
        "severity": {"refuse": "退回", "hold": "待补", "warn": "提醒", "info": "说明", "auto": "已自动更正"},
        "form": {"enrolment": "报名表", "hours": "学时登记表", "exam": "考试成绩", "unknown": "未识别"},
        "effect": {"over_cap": "超上限", "refused": "不予认定", "held": "待补", "raised": "按规定调高"},
        "status": dict(_STATUS),
        "from": dict(_STATUS),
        "to": dict(_STATUS),
        "verdict": {
            "same": "同一人",
            "ask": "待核实",
            "different": "非同一人",
            "unknown": "查无此人",
            "outside": "同一人，不在范围",
        },
        "item": {},
        "reported": {
            "nothing": "应报未报",
            "mismatch": "不符",
            "paper_only": "仅纸质",
            "file_only": "仅电子",
            "complete": "齐全",
        },
        "gap": {
            "ambiguous": "有成绩而对不上人",
            "failed": "考试未合格",
            "not_credited": "成绩未认定",
            "no_result": "没有成绩",
        },
        "cause": {"person": "本人", "employer": "用人单位", "data": "所填数据"},
        "window": {"enrolment": "报名", "study_exam": "学习考试", "review": "审核认定"},
    }
)


def in_chinese(table: pd.DataFrame, pack: Pack | None = None) -> pd.DataFrame:
    """A table as it is shown: Chinese heads and words, exact hours as plain numbers, unknown counts as 未报.

    Every column is of plain Python values (text, int, float), ready for a page or a sheet; a day reads 2017-04-30.
    Names of files and sheets are masked: units name them after people.
    """
    shown = {}
    for name in table.columns:
        values = [_word(name, value, pack) for value in table[name].astype(object)]
        head = HEADS.get(name, name)
        shown[head if pack is None else pack.in_unit(head)] = pd.Series(values, index=table.index, dtype=object)
    return pd.DataFrame(shown)


def _word(name: str, value: Any, pack: Pack | None) -> Any:
    """One value as it reads in a column of this name."""
    if isinstance(value, str):
        if name in _PLACES or (name == "unit" and _IS_FILE.search(value)):
            return mask_place(value)
        if name in WORDS:
            return WORDS[name].get(value, HEADS.get(value, value))
        if name == "kind":
            return _kind(value)
        if name == "reason":
            return reason_name(value) if pack is None else pack.in_unit(reason_name(value))
        return pack.label(value) if name == "class" and pack is not None else value
    return _cell(name, value)


def _kind(code: str) -> str:
    """The form of a claim as forms print it."""
    spelled = field_spec().words["kind"].get(code)
    return spelled[0] if spelled else code


def _cell(name: str, value: Any) -> Any:
    value = value.item() if isinstance(value, np.generic) else value
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and pd.isna(value)):
        return UNREPORTED if name == "eligible" else NONE
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value
