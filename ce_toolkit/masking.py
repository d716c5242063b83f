"""One policy for showing personal data: what is left readable when a name or number leaves the store.

A name keeps its first character, a number its last two digits, a mail address nothing. Free text loses every number of
five digits and more, telephone numbers however grouped, and addresses; the names of files and sheets lose what looks
like a name besides. Everything that shows a value takes it through here.
"""

import re
from collections.abc import Collection

_LONG_DIGITS = re.compile(r"\d{5,}[Xx]?")
_PHONE = re.compile(r"(?<!\d)(?:1[3-9]\d[ \-—]?\d{4}[ \-—]?\d{4}|0\d{2,3}[ \-—)）]?\d{3,4}[ \-—]?\d{4})(?!\d)")
_DAY = re.compile(r"20\d{2}(?:0[1-9]|1[0-2])(?:[0-3]\d)?")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")

_HAN = re.compile(r"[\u4e00-\u9fff\u3400-\u4dbf]")
_HAN_RUN = re.compile(r"[\u4e00-\u9fff·]{2,}")
_SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻苏潘葛范彭郎鲁韦马苗凤花方俞袁柳鲍史唐"
    "费薛雷贺倪汤滕罗毕郝邬安乐于傅卞康伍余顾孟黄穆萧尹姚邵汪祁毛狄米明戴宋庞熊纪舒屈项祝董梁杜阮蓝闵席季贾路江童颜郭"
    "梅林徐邱骆高夏蔡田樊胡凌霍万柯管卢丁邓洪包左石崔吉龚程邢裴陆翁侯宁栾刘叶白蒲赖乔谭温庄柴阎连艾容向廖耿关匡"
    "欧司诸端皇尉慕宇淳濮甲乙丙戊己庚辛壬癸子丑寅卯"
)
"""First characters of names, of invented ones too; a word that begins with one is masked in vain, no more."""

_WORDS = re.compile(
    "专业技术人员|专业技术|继续教育|公需科目|报名表|学时登记表|登记表|确认单|工作表|电子版|报名|学时|登记|成绩|考试|汇总|合计|"
    "名单|人员|信息|备注|表格|培训|进修|自学|成果|论著|讲座|学分|课时|分钟|小时|附件|更正|修改|补报|补充|重报|新版|最终|终稿|"
    "文件夹|电子|定稿|副本|复件|示例|样表|说明|教师|老师|同志|年度|年|月|日|的|表|第|版|份|稿"
)
"""Everyday words of heads, files and sheets, between which a name may stand."""

_OF_A_UNIT = (
    *"学校院局所站心司厂部处科室组队区县市镇乡街办园馆社行店段台库房系会委村屯庄团业场", "高中", "初中", "附中",
)  # fmt: skip


def mask_names_in(text: str) -> str:
    """Text in which a person's name has no business, such as a date or a head: 2017.5.2李小明 → 2017.5.2李＊＊."""
    return _HAN_RUN.sub(lambda run: _without_names(run[0]), text)


def mask_name(name: str) -> str:
    """Show a name by its first character only: 王小明 → 王＊＊, whatever its length beyond two."""
    name = name.strip()
    return name[:1] + "＊" * min(max(len(name) - 1, 0), 2)


def mask_signs(text: str, known: Collection[str]) -> str:
    """Text of a narrow vocabulary with every other character hidden: 一级教师6壬六艺 → 一级教师6＊＊艺 among titles."""
    return _HAN.sub(lambda sign: sign[0] if sign[0] in known else "＊", text)


def mask_number(number: str) -> str:
    """Show a certificate, card or phone number by its last two characters: 0837148660479 → ＊＊79."""
    number = number.strip()
    return "＊＊" + number[-2:] if len(number) > 4 else "＊" * len(number)


def mask_text(text: str, *, limit: int = 24) -> str:
    """Free text with digit runs, telephone numbers and mail addresses hidden, cut to ``limit`` characters."""
    text = " ".join(_numberless(text).split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _numberless(text: str) -> str:
    text = _PHONE.sub(lambda run: mask_number(run[0]), _MAIL.sub("＊@＊", text))
    return _LONG_DIGITS.sub(lambda run: mask_number(run[0]), text)


def mask_place(text: str) -> str:
    """The name of a file or sheet with what looks like a person's name or number in it hidden; days stay.

    >>> mask_place("王小明的报名表20170420.xlsx"), mask_place("德城区试验中学报名表.xlsx"), mask_place("13800000000")
    ('王＊＊的报名表20170420.xlsx', '德城区试验中学报名表.xlsx', '＊＊00')
    """
    days: list[str] = []

    def keep(run: re.Match[str]) -> str:
        days.append(run[0])
        return f"\0{chr(0xE000 + len(days) - 1)}"

    text = re.sub(rf"(?<!\d){_DAY.pattern}(?!\d)", keep, text)
    text = mask_names_in(_numberless(text))
    return re.sub("\0(.)", lambda mark: days[ord(mark[1]) - 0xE000], text)


def _without_names(run: str) -> str:
    """A run of characters whose pieces between everyday words are masked where they may be names."""
    ends = [hit.span() for hit in _WORDS.finditer(run)]
    starts = [0, *(end for _, end in ends)]
    pieces = [run[start:end] for start, end in zip(starts, [*(start for start, _ in ends), len(run)], strict=True)]
    words = [run[start:end] for start, end in ends]
    masked = list(map(_without_name, pieces))
    return "".join(part for pair in zip(masked, [*words, ""], strict=True) for part in pair)


def _without_name(piece: str) -> str:
    """A piece with the two characters after its first surname hidden; the name of a unit stays."""
    if "·" in piece.strip("·"):
        return mask_name(piece)
    at = next((place for place, sign in enumerate(piece[:-1]) if sign in _SURNAMES), -1)
    if at < 0 or piece.endswith(_OF_A_UNIT):
        return piece
    return piece[: at + 1] + "＊" * len(piece[at + 1 : at + 3]) + piece[at + 3 :]
