"""Reading hours, days and counts of works: exact decimals, units told apart, nothing converted, nothing guessed."""

import re
import unicodedata
from decimal import Decimal

from ce_toolkit.intake.cells import Cell
from ce_toolkit.intake.readers import Reading, plain_number

_LARGEST = Decimal(10) ** 7
_CENT = Decimal("0.01")
_HAN_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_HAN_UNITS = {"十": 10, "百": 100}
_HAN = "零〇一二两三四五六七八九十百"
_NUMBER = re.compile(rf"([+-]?(?:\d[\d,]*)?\.?\d+|[+-]?\d[\d,]*\.|[{_HAN}]+(?:点[{_HAN}]+)?)(.*)")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_RANGE = re.compile(rf"[\d{_HAN}]\D{{0,3}}(?:-|~|—|–|―|至|到)\s*[\d{_HAN}]")
_ABOUT = re.compile(r"约|左右|大概|大约|余|多|以上|近|不少于|[><≥≤?]")
_PER_DAY = re.compile(r"/天|/日|每天|每日|天|日")
_OTHER = re.compile(r"分钟|分|课时|学分|min|节", re.IGNORECASE)
_ASCII = re.compile(r"[\x20-\x7e]*")


def han_number(text: str) -> Decimal | None:
    """A number in Chinese numerals up to 999, with decimals after 点; None if it is none.

    >>> han_number("二十四"), han_number("七点五"), han_number("二〇一七")
    (Decimal('24'), Decimal('7.5'), Decimal('2017'))
    """
    whole, _, rest = text.partition("点")
    value = _han_whole(whole)
    if value is None or not rest:
        return value
    digits = [_HAN_DIGITS.get(digit) for digit in rest]
    return None if None in digits else Decimal(f"{value}.{''.join(map(str, digits))}")


def _han_whole(text: str) -> Decimal | None:
    if not text or any(char not in _HAN_DIGITS and char not in _HAN_UNITS for char in text):
        return None
    if not set(text) & set(_HAN_UNITS):
        return Decimal("".join(str(_HAN_DIGITS[char]) for char in text))
    total = current = 0
    for char in text:
        if char in _HAN_UNITS:
            total += (current or 1) * _HAN_UNITS[char]
            current = 0
        else:
            current = _HAN_DIGITS[char]
    return Decimal(total + current)


def read_hours(raw: Cell) -> Reading:
    """Class hours with at most two decimals (C10). Minutes, 课时 and 学分 are held, never converted (C13, MC9)."""
    reading = _number(raw, {"学时": "number_unit", "个学时": "number_unit", "h": "number_unit", "小时": "hours_clock"})
    if reading.value is None:
        return reading
    if reading.value < 0:
        return Reading(reading.value, "number_negative")
    return Reading(reading.value, "number_zero") if reading.value == 0 else reading


def read_items(raw: Cell) -> Reading:
    """How many works a claim is about (C21); a fraction passes, the rules refuse it."""
    reading = _number(raw, dict.fromkeys(("项", "篇", "本", "件", "个", "部", "次"), "number_unit"))
    negative = reading.value is not None and reading.value < 0
    return Reading(reading.value, "number_negative") if negative else reading


def read_days(raw: Cell) -> Reading:
    """Whole days with teaching (C12); a fraction is held."""
    reading = _number(raw, dict.fromkeys(("天", "日", "个工作日", "工作日"), "number_unit"), days=True)
    if reading.value is None:
        return reading
    if reading.value != int(reading.value):
        return Reading(None, "days_fraction")
    return Reading(int(reading.value), reading.note)


def _number(raw: Cell, units: dict[str, str], *, days: bool = False) -> Reading:
    if isinstance(raw, str):
        return _from_text(raw, units, days=days)
    if isinstance(raw, bool):
        return Reading(None, "number_unreadable")
    if isinstance(raw, int | float):
        return _bounded(Decimal(plain_number(raw)), "")
    return Reading(None, "number_is_date")


def _from_text(raw: str, units: dict[str, str], *, days: bool) -> Reading:
    text = "".join(unicodedata.normalize("NFKC", raw).split())
    if _RANGE.search(text):
        return Reading(None, "number_range")
    if _ABOUT.search(text):
        return Reading(None, "number_about")
    hit = _NUMBER.fullmatch(text)
    if not hit or ("," in hit[1] and not _THOUSANDS.fullmatch(hit[1])):
        return Reading(None, "number_unreadable")
    figure, unit = hit[1], hit[2].lower()
    if unit and unit not in units:
        return Reading(None, _foreign_unit(unit, days=days))
    number = han_number(figure) if figure[0] in _HAN else Decimal(figure.replace(",", ""))
    return _bounded(number, units.get(unit) or _done(raw, figure))


def _done(raw: str, figure: str) -> str:
    """The note for a figure without a unit: written in Chinese numerals, with commas, in full width, or plainly."""
    if figure[0] in _HAN:
        return "number_han"
    if "," in figure:
        return "number_comma"
    return "" if _ASCII.fullmatch(raw) else "number_folded"


def _foreign_unit(unit: str, *, days: bool) -> str:
    if _OTHER.match(unit):
        return "number_unreadable" if days else "hours_other_unit"
    return "number_per_day" if _PER_DAY.match(unit) and not days else "number_unreadable"


def _bounded(number: Decimal | None, note: str) -> Reading:
    if number is None:
        return Reading(None, "number_unreadable")
    if abs(number) >= _LARGEST:
        return Reading(None, "number_large")
    rounded = number.quantize(_CENT)
    return Reading(rounded, note) if rounded == number else Reading(None, "number_decimals")
