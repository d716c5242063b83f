"""One policy for showing personal data: what is left readable when a name or number leaves the store."""

import re

_LONG_DIGITS = re.compile(r"\d{5,}")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")

_HAN_RUN = re.compile(r"[\u4e00-\u9fff·]{2,}")
_SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻苏潘葛范彭郎鲁韦马苗凤花方俞袁柳鲍史唐"
    "费薛雷贺倪汤滕罗毕郝邬安乐于傅卞康伍余顾孟黄穆萧尹姚邵汪祁毛狄米明戴宋庞熊纪舒屈项祝董梁杜阮蓝闵席季贾路江童颜郭"
    "梅林徐邱骆高夏蔡田樊胡凌霍万柯管卢丁邓洪包左石崔吉龚程邢裴陆翁侯宁栾刘叶白蒲赖乔谭温庄柴阎连艾容向廖耿关匡甲乙丙戊己庚辛壬癸子丑寅卯"
)
"""First characters of names, of invented ones too; a word that begins with one is masked in vain, no more."""


def mask_names_in(text: str) -> str:
    """Text in which a person's name has no business, such as a date or a head: 2017.5.2李小明 → 2017.5.2李＊＊."""
    return _HAN_RUN.sub(lambda run: mask_name(run[0]) if _may_be_name(run[0]) else run[0], text)


def _may_be_name(text: str) -> bool:
    return text[0] in _SURNAMES and len(text) <= 4


def mask_name(name: str) -> str:
    """Show a name by its first character only: 王小明 → 王＊＊, whatever its length beyond two."""
    name = name.strip()
    return name[:1] + "＊" * min(max(len(name) - 1, 0), 2)


def mask_number(number: str) -> str:
    """Show a certificate, card or phone number by its last two characters: 0837148660479 → ＊＊79."""
    number = number.strip()
    return "＊＊" + number[-2:] if len(number) > 4 else "＊" * len(number)


def mask_text(text: str, *, limit: int = 24) -> str:
    """Free text with digit runs and mail addresses hidden, cut to ``limit`` characters."""
    text = _MAIL.sub("＊@＊", text)
    text = _LONG_DIGITS.sub(lambda run: mask_number(run.group()), text)
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1] + "…"
