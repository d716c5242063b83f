"""Chinese names of a pack's tables, verbs and keys, and what each key means: for editors, comparisons and pages."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from ce_toolkit.rules.reasons import plain
from ce_toolkit.rules.requirements import FIELDS

TABLES: Mapping[str, str] = MappingProxyType({
    "pack": "规则包", "time": "年度", "windows": "时段", "document": "依据文件", "clause": "条款", "buckets": "科目",
    "labels": "中文名", "rule": "规则", "requirement": "要求", "carry": "结转", "check": "提示", "reading": "解读",
})  # fmt: skip
VERBS: Mapping[str, str] = MappingProxyType({
    "scope": "范围", "worth": "折算", "gate": "不予认定", "need": "待补", "once": "只计一次", "split": "跨年",
    "cap": "上限",
})  # fmt: skip
# what an entry is made of
PARTS: Mapping[str, str] = MappingProxyType({
    "grade": "折算表的行", "when": "对象", "rung": "阶梯的一级", "alternative": "其他理解",
})  # fmt: skip
# what a verb does, in a sentence
DOES: Mapping[str, str] = MappingProxyType({
    "scope": "哪些人不在认定范围：学时照列，不计入统计基数。",
    "worth": "一项申报折算多少学时：取自某个字段、件数乘以固定学时、固定学时，或查折算表。",
    "grade": "折算表的一行：自上而下，第一行各项都相符的计。",
    "gate": "符合条件的申报不予认定，计0学时。",
    "need": "符合条件的申报暂不计入，补齐后计入。",
    "once": "同一事项只计一次，先完成的计入。",
    "split": "跨年的申报只计年度内各天的学时。",
    "cap": "学时上限：每项、每天或每年，所列类别合计。",
    "carry": "超过要求的学时结转到以后年度：先用结转来的，早的先用。",
    "when": "只对这些人员要求。",
    "rung": "阶梯的一级：满多少个月，要求多少学时。",
})  # fmt: skip
# key (or table.key, verb.key where a key means something else there) -> (short name, what it means)
_KEYS: Mapping[str, tuple[str, str]] = MappingProxyType({
    "id": ("编号", "在本规则包内唯一的编号。"),
    "clause.document": ("所在文件", "条款所在文件的文号（无文号的写标题）；不写为通知本身。"),
    "layer.drop": ("删去", "上层规则包中不要的条目的编号。"),
    "drop": ("删去", "选这种理解时删去的规则、最低学时或检查的编号。"),
    "set": ("改动", "选这种理解时改动的键：按编号列出新的值。"),
    "copy": ("复制", "选这种理解时由另一条（of）复制而成的规则及其不同的键。"),
    "add": ("增加", "选这种理解时增加的规则（或 table 所写的要求、结转、提示）。"),
    "windows": ("时段", "选这种理解时改动的时段日期。"),
    "time": ("时段", "起止日期等。"),
    "buckets": ("科目", "哪些学时类别合计为一个科目。"),
    "alternative": ("其他理解", "可以只改数据即切换的其他理解。"),
    "pack.id": ("编号", "规则包的名称，如 dezhou-2017。"),
    "edition": ("版次", "通知的版次，通常是年度。"),
    "revision": ("修订号", "同一版次的第几次修订，整数。"),
    "title": ("标题", "标题。"),
    "region": ("地区代码", "六位行政区划代码。"),
    "region_name": ("地区", "地区名称。"),
    "status": ("状态", "official：可据以认定；illustrative：仅作示例，未经核对原文。"),
    "subject": ("公需科目主题", "本年度公需科目的主题；考试科目不含年度或主题的不计。"),
    "textbook": ("教材", "本年度公需科目教材。"),
    "waiver": ("低于国家规定的依据", "最低学时低于国家规定（每年90学时、专业科目三分之二）时，写明依据。"),
    "year": ("年度", "认定年度，四位数字。"),
    "from": ("起", "第一天（含），如 2017-04-10。"),
    "to": ("止", "最后一天（含）。"),
    "known_from": ("公布日期", "从哪一天起可以使用本规则包。"),
    "cites": ("依据条款", "依据的条款编号。"),
    "issuer": ("发文机关", "发文机关。"),
    "role": ("性质", "primary：通知本身（恰一份）；parent：上位文件。"),
    "number": ("文号", "文号。"),
    "date": ("日期", "发文日期。"),
    "quote": ("原文", "条款原文的摘录。"),
    "inert": ("不设规则的理由", "没有规则引用本条款时，写明理由。"),
    "asks": ("问题", "条文未写明或有两种理解之处。"),
    "chosen": ("采用", "本规则包采用的理解。"),
    "others": ("其他理解", "其他可能的理解。"),
    "state": ("确认情况", "to-confirm：待确认；confirmed：已确认。"),
    "verb": ("种类", "规则的种类。"),
    "class": ("类别", "适用的学时类别；不写为全部类别。"),
    "kind": ("种别", "适用的种别（如 paper）；不写为全部种别。"),
    "reason": ("原因代码", "记入台账的原因代码。"),
    "reading": ("解读", "所采用的解读编号，一个或几个。"),
    "served": ("在何处设定", "不由规则决定的，写明答案在何处给出（运行参数、名录的列）。"),
    "says": ("说明", "给办公人员看的一句话，可用 {before}、{after}、{cut}、{limit} 等占位。"),
    "requirement.says": ("说明", "给办公人员看的一句话，可用 {need}、{have}、{short} 占位。"),
    "field": ("字段", "判断所看的字段。"),
    "out": ("不在范围的取值", "字段为这些值的人员不在认定范围。"),
    "part_year": ("按在岗时间", "true：年度内才离岗的仍在范围，按在岗的部分要求。"),
    "after": ("次年起", "本人的某个日期（如 title_on）：自其次年起认定。"),
    "until": ("截至字段", "离岗等日期所在的字段：到这一天为止仍在范围。"),
    "worth.from": ("学时取自", "折算所取的字段：hours 申报学时，employer_hours 单位核定学时，items 件数，days 天数。"),
    "times": ("每件学时", "字段的数乘以几。"),
    "fixed": ("固定学时", "固定的学时数。"),
    "test": ("条件", "条件的名称。"),
    "values": ("取值", "字段为这些值时符合条件。"),
    "blank": ("空白", "true：字段空白时也符合条件。"),
    "by": ("依何判断重复", "person：同一人；key：同一证书或成果编号；related：同一成果或活动；clock：同一时间。"),
    "valid_from": ("自", "规则自这一天起（含）适用，按完成日。"),
    "valid_to": ("至", "规则到这一天止（含）适用，按完成日。"),
    "unit": ("计量单位", "一个学时的叫法，如 学时、学分。"),
    "extends": ("上层规则包", "本规则包所依据的上层规则包：编号相同的条目以本包为准。"),
    "row": ("折算表", "按种别、等次、角色、作者排名折算：自上而下，第一行相符的计。"),
    "level": ("等次", "成果的等次；不写为全部。"),
    "rank": ("作者排名", "作者排名不后于几的适用本行；不写为全部。"),
    "grade.role": ("角色", "本人的角色；不写为全部。"),
    "hours": ("学时", "每件的学时。"),
    "per_day": ("每天学时", "未填学时而有天数的，每天折算多少。"),
    "per_half_day": ("每半天学时", "未填学时而有半天数的，每半天折算多少。"),
    "minutes_per_hour": ("每学时分钟数", "未填学时而有分钟数的，多少分钟折算一学时。"),
    "step": ("进位单位", "应计学时向下取整到它的倍数。"),
    "once.years": ("回看年数", "大于1时：在以前年度已计入的学时中查找，连同本年共看几年。"),
    "counted_in": ("可计年数", "同一事项可在几个年度计入。"),
    "cap.years": ("累计年数", "上限为连同以前年度共几年的累计。"),
    "cap.share": ("上限比例", "上限为对本人所要求的总学时的几分之几，如 \"1/2\"。"),
    "otherwise": ("种别或日期不同时的原因代码", "重复但种别或日期不同的，用这个原因代码。"),
    "scope": ("范围", "claim 每项、claim_day 每项每天、person_day 每人每天、person_year 每人每年。"),
    "count": ("有余量的日子", "每天的上限：teaching 有授课的天数，calendar 起止之间的每一天。"),
    "spread": ("无课表时的摊法", "每天的上限：most 排下最多的学时，even 每天平均。"),
    "limit": ("上限学时", "上限，最多两位小数。"),
    "bucket": ("科目", "[buckets] 中的科目；* 为总计。"),
    "at_least": ("最低学时", "不少于多少学时，最多两位小数。"),
    "slack": ("与各科目之和的差", "总计比各科目最低学时之和多出的学时（有意如此时写明）。"),
    "window": ("时段", "[windows] 中的时段。"),
    "requirement.class": ("类别", "所列学时类别合计，与 bucket 二者取一。"),
    "requirement.kind": ("种别", "所列种别合计，与 bucket 二者取一。"),
    "requirement.share": ("比例", "总学时的几分之几，加引号的分数，如 \"2/3\"；折成学时时进到0.01。"),
    "of": ("比例的基数", "required：要求的总学时；earned：已得的总学时。"),
    "when": ("对象", "只对某字段为这些值的人员要求；该字段空白的，结论待定。"),
    "when.field": ("字段", "人员的文字字段，如 level（职称级别）。"),
    "in": ("取值", "字段为这些值之一的人员。"),
    "requirement.years": ("合计年数", "本年度与此前各年度合计；与 term 同写时为最多计几年。"),
    "term": ("起算日期", "人员的日期字段：自该日所在年度起，每一年度要求 at_least 学时，合计计算。"),
    "ladder": ("阶梯", "按满月数递增的要求，未到第一级的不要求。"),
    "months": ("满月数", "自 since 所指日期至年度最后一天（首尾两日均含）满多少个月。"),
    "since": ("阶梯起算日期", "人员的日期字段。"),
    "prorate": ("按在岗月数折算", "人员的日期字段：参加工作、离岗等；不足一月按一月计，进到0.01学时。"),
    "waive": ("减免月数", "true：有依据的减免月数（waived_months、waiver_reference）不要求。"),
    "over": ("超过哪项要求", "要求的编号：超过它的学时可以结转。"),
    "max_age": ("有效年数", "结转到以后几个年度之内。"),
    "except": ("不结转的类别", "这些类别的学时不结转。"),
    "carry.limit": ("结转上限", "一次最多结转多少学时。"),
})  # fmt: skip
_VALUES: Mapping[str, str] = MappingProxyType({
    "official": "正式", "illustrative": "示例", "primary": "通知本身", "parent": "上位文件",
    "to-confirm": "待确认", "confirmed": "已确认", "claim": "每项", "claim_day": "每项每天",
    "person_day": "每人每天", "person_year": "每人每年", "employment": "在职状态", "sector": "单位性质",
    "required": "要求的总学时", "earned": "已得的总学时",
    "hours": "申报学时", "employer_hours": "单位核定学时", "items": "件数", "days": "天数", "*": "总计", **VERBS,
})  # fmt: skip
# keys whose values are codes with a Chinese name of their own
_CODED = {"status", "role", "state", "verb", "scope", "field", "from", "bucket", "of"}
# keys that name a field of a person
_PERSON_FIELDS = {"field", "term", "since", "prorate"}


# keys that hold a list of lines, and what one line is
_LINES = {"row": "grade", "ladder": "rung"}


def key_word(key: str, place: str = "") -> str:
    """The short Chinese name of a key in a table (or verb)."""
    return _entry(key, place)[0]


def key_meaning(key: str, place: str = "") -> str:
    """What a key means, as a Chinese sentence."""
    return _entry(key, place)[1]


def _entry(key: str, place: str) -> tuple[str, str]:
    return _KEYS.get(f"{place}.{key}") or _KEYS.get(key) or (key, "")


def value_words(value: Any, key: str = "", labels: Mapping[str, str] = MappingProxyType({})) -> str:
    """A value of a pack as an office user reads it: dates, hours, lists and codes in Chinese."""
    if value in (None, "", (), []):
        return "（无）"
    if isinstance(value, Mapping):
        place = _LINES.get(key, key)
        return "，".join(f"{key_word(name, place)}：{value_words(part, name, labels)}" for name, part in value.items())
    if isinstance(value, (list, tuple)):
        between = "；" if any(isinstance(part, Mapping) for part in value) else "、"
        return between.join(value_words(part, key, labels) for part in value)
    return _one_value(value, key, labels)


def _one_value(value: Any, key: str, labels: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    text = str(value)
    if key in _PERSON_FIELDS and text in FIELDS:
        return FIELDS[text]
    return (_VALUES.get(text) if key in _CODED else None) or labels.get(text, text)
