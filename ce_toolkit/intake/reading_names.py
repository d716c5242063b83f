"""Reading people's names: every character of GB18030 allowed, no compatibility folding, blanks and dots by rule."""

import re
import unicodedata

from ce_toolkit.intake.cells import Cell
from ce_toolkit.intake.readers import Reading

HAN = r"〇\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"

_PLAIN = r"(?!(?:同上|同前|同左|合计|小计|总计)(?![一-龥]))[一-龥]{2,4}"
UNTOUCHED = re.compile(rf"(?:{_PLAIN}(?:·[一-龥]{{2,6}})?)(?:\x1f(?:{_PLAIN}(?:·[一-龥]{{2,6}})?))*")
"""Columns of ordinary names, joined by U+001F, that need no second look."""

_SEXES = frozenset("男女")
_SEVERAL = re.compile(rf"[{HAN}]\s*[、，,;；/／\n]\s*[{HAN}]")
_LOST = re.compile(r"[?？□■◻▯\ufffd\ue000-\uf8ff\U000f0000-\U0010ffff]")
_SENTENCE = re.compile(r"[:：。！!=]|^[注※]")
_DOTS = re.compile(r"\s*[•．.‧・∙･\-·]+\s*")
_HAN_NAME = re.compile(rf"[{HAN}]+(?:[\s•．.‧・∙･\-·]+[{HAN}]+)*")
_REMARK = re.compile(r"[(（\[【].*[)）\]】]|\d|[\u2190-\u2bff\ufe0f\U0001f000-\U0001faff]")
_RADICALS = re.compile(r"[\u2e80-\u2fd5]")

# Radicals of the supplement that stand for a whole character and that no Unicode folding maps back (as seen in PDFs)
_SUPPLEMENT = dict(
    zip(
        "⻓⻢⻩⻔⻛⻋⻅⻉⻝⻘⻥⻦⻰⻬⻮⻨⻤⻁⻚⻜⺠⺟⻄⻆⻙",
        "长马黄门风车见贝食青鱼鸟龙齐齿麦鬼虎页飞民母西角韦",
        strict=True,
    )
)

_PEOPLE_APART = re.compile(r"[一-龥]{2,3}(?:[ \u3000\xa0]+[一-龥]{2,3})+")
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙朱高林何郭罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜"
    "范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
"""The commonest surnames: where each of several words begins with one, a blank parts people and not a long name."""

_LONGEST = 60


def read_name(raw: Cell) -> Reading:
    """A person's name (T5). Blanks inside two-character names go, dots of minority names become U+00B7 (MC2, MC3)."""
    if not isinstance(raw, str):
        return Reading(None, "name_not_text")
    if raw in _SEXES:
        return Reading(None, "row_shifted")
    if _LOST.search(raw):
        return Reading(None, "name_lost_character")
    if _is_several(raw):
        return Reading(None, "name_several")
    if _SENTENCE.search(raw) or len(raw) > _LONGEST:
        return Reading(None, "name_sentence")
    text, radicals = _without_radicals(raw)
    name, note = _joined(" ".join(text.split()))
    if not note and radicals:
        note = "name_radical"
    if not note and _REMARK.search(name):
        note = "name_remark"
    return Reading(name, note)


def _is_several(raw: str) -> bool:
    """Several people in one cell (MR9); a line break that only splits one short name does not make two."""
    if _PEOPLE_APART.fullmatch(raw):
        return all(word[0] in _SURNAMES for word in raw.split())
    if not _SEVERAL.search(raw):
        return False
    if re.search(r"[、，,;；/／]", raw):
        return True
    return all(len(part.strip()) > 1 for part in raw.split("\n") if part.strip())


def _without_radicals(raw: str) -> tuple[str, bool]:
    text = _RADICALS.sub(lambda hit: _SUPPLEMENT.get(hit[0]) or unicodedata.normalize("NFKC", hit[0]), raw)
    return text, text != raw


def _joined(text: str) -> tuple[str, str]:
    """The name with its separators settled, and what was done."""
    if not _HAN_NAME.fullmatch(text):
        return text, ""
    parts = [part for part in _DOTS.sub("·", text).split("·") if part]
    if len(parts) > 1:
        name = "·".join("".join(part.split()) for part in parts)
        if name == text:
            return name, ""
        return (name, "name_separator") if len(name) >= 5 else (text, "name_separator_short")
    words = text.split()
    if len(words) == 1:
        return text, "" if text == parts[0] else "name_separator_short"
    if all(len(word) > 1 for word in words) and sum(map(len, words)) >= 4:
        return "·".join(words), "name_separator"
    return "".join(words), "name_blanks"
