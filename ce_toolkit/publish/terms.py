"""What a field and its coded values are called in Chinese, wherever a claim or a person is shown or asked for."""

from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from ce_toolkit.intake.fields import field_spec
from ce_toolkit.masking import mask_text
from ce_toolkit.rules.pack import Pack
from ce_toolkit.rules.reasons import CLAIM_FIELDS, plain

FIELD_NAMES = MappingProxyType(
    {
        **CLAIM_FIELDS,
        "start": "起", "end": "止", "days": "授课天数", "hours": "学时", "employer_hours": "单位核定学时",
        "items": "件数", "minutes": "分钟数", "archive": "单位学习档案", "in_archive": "本项在档案中",
        "result": "考试结果", "subject": "科目", "recorded_on": "备案日期", "proof_on": "证明收到日期",
        "on_signup": "在报名表上",
        "basis": "举办、批准、备案", "published": "发表（出版、授权）", "recognised": "单位认可", "proof": "证明材料",
        "registered": "证书已登记", "name_matches": "姓名一致", "key": "编号", "title": "名称", "clock": "时段",
        "timetable": "逐日课表", "before_cap": "限前学时", "running": "至本项合计学时", "employment": "在职状态",
        "sector": "单位性质", "left_on": "离岗日期",
    }
)  # fmt: skip
PERSON_WORDS = MappingProxyType(
    {
        "in_service": "在职", "retired": "退休", "left": "离职", "rehired_retiree": "退休返聘",
        "public_institution": "事业单位", "state_enterprise": "国有企业", "non_public_enterprise": "非公有制单位",
        "government_agency": "机关", "military": "军队", "freelance": "自由职业", "self_employed": "个体",
    }
)  # fmt: skip


def spoken(field: str, value: Any, pack: Pack) -> str:
    """A value as it reads; numbers of certificates are masked."""
    if value is None:
        return "未填"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, date):
        return value.isoformat()
    words = field_spec().words.get(field, {}).get(str(value))
    named = pack.labels.get(str(value)) or PERSON_WORDS.get(str(value))
    return words[0] if words else named or mask_text(str(value))


def words_of(field: str) -> dict[str, str]:
    """The codes that a field of a claim may hold, each with its Chinese word; nothing where none is known."""
    return {code: said[0] for code, said in field_spec().words.get(field, {}).items()}
