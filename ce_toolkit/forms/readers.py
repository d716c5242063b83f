"""How what is typed into a field is read: exact figures, days, timetables, or a sentence that says what is wanted."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any

from ce_toolkit.forms.fields import Field
from ce_toolkit.masking import mask_text
from ce_toolkit.rules.once import minutes_of
from ce_toolkit.rules.reasons import plain

LONGEST_TEXT = 60
LONGEST_TIMETABLE = 1500
_FIRST, _LAST = date(1900, 1, 1), date(2100, 12, 31)
_MOST = Decimal(99999)
_MOST_DAYS = 100
_ENTRY = re.compile(r"(?:(\d{4})[-./年])?(\d{1,2})[-./月](\d{1,2})日?[=:](-?\d+(?:\.\d{1,2})?)(?:学时|学分)?")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})[-~至到—–](\d{1,2}):(\d{2})")


class MisreadError(ValueError):
    """What is typed cannot be read; the text says in Chinese what is wanted. It never repeats what was typed."""


def read(field: Field, typed: Any, year: int) -> Any:
    """The value that is typed into a field, None for a blank. Raises MisreadError.

    ``year`` is the one that days without a year lie in.
    """
    if typed is None or (isinstance(typed, str) and not typed.strip()):
        return None
    return _READERS[field.reader](field, typed, year)


def shown(field: Field, value: Any) -> Any:
    """A value as the field holds it: text where it is typed, itself where it is chosen. The other way of ``read``."""
    if field.reader == "mark":
        return value not in (None, "", False, {}, [])
    if value is None:
        return None if field.reader == "date" else ""
    return value if field.reader in ("date", "choice", "yes_no") else _typed(value)


def _typed(value: Any) -> str:
    """A value as it would be typed; of a list, how many there are."""
    if isinstance(value, Mapping):
        return " ".join(f"{day}={hours}" for day, hours in value.items())
    if isinstance(value, (list, tuple)):
        return str(len(value))
    return plain(value) if isinstance(value, Decimal) and value.is_finite() and value.adjusted() < 9 else str(value)


def _folded(typed: Any) -> str:
    """Digits and signs in their usual width, without blanks at the ends."""
    return unicodedata.normalize("NFKC", str(typed)).strip()


def _hours(field: Field, typed: Any, year: int) -> Decimal:
    try:
        number = Decimal(_folded(typed))
    except InvalidOperation:
        raise MisreadError(f"{field.label}应为数字，如 8 或 7.5。") from None
    if not number.is_finite() or abs(number) > _MOST:
        raise MisreadError(f"{field.label}不能超过 {_MOST}。")
    if number != round(number, 2):
        raise MisreadError(f"{field.label}最多两位小数。")
    return number


def _count(field: Field, typed: Any, year: int) -> int:
    text = _folded(typed)
    if not re.fullmatch(r"-?\d{1,5}", text):
        raise MisreadError(f"{field.label}应为整数，如 3。")
    return int(text)


def _date(field: Field, typed: Any, year: int) -> date:
    if type(typed) is not date:  # a time of day is no date
        try:
            typed = date.fromisoformat(_folded(typed))
        except ValueError:
            raise MisreadError(f"{field.label}应为日期，如 {year}-05-01。") from None
    if not _FIRST <= typed <= _LAST:
        raise MisreadError(f"{field.label}应在 {_FIRST.year} 年至 {_LAST.year} 年之间，请检查年份。")
    return typed


def _text(field: Field, typed: Any, year: int) -> str:
    text = str(typed).strip()
    if len(text) > LONGEST_TEXT:
        raise MisreadError(f"{field.label}最多 {LONGEST_TEXT} 个字，现有 {len(text)} 个。")
    if mask_text(text, limit=LONGEST_TEXT) != " ".join(text.split()) and _is_personal(text):
        raise MisreadError(f"{field.label}中像是有证件号、电话或邮箱，请改用代称，如 甲。")
    return text


def _is_personal(text: str) -> bool:
    """Whether a text holds an identity number, a telephone number or a mail address; other numbers are no harm."""
    return bool(re.search(r"\d{17}[\dXx]|(?<!\d)1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)|\S+@\S+\.\w+", text))


def _choice(field: Field, typed: Any, year: int) -> Any:
    if typed not in [code for _, code in field.choices]:
        words = "、".join(word for word, code in field.choices if code)
        raise MisreadError(f"{field.label}应为其中之一：{words}。")
    return typed


def _yes_no(field: Field, typed: Any, year: int) -> bool:
    if not isinstance(typed, bool):
        raise MisreadError(f"{field.label}应为 是 或 否。")
    return typed


def _mark(field: Field, typed: Any, year: int) -> str | None:
    return "有" if typed else None


def _timetable(field: Field, typed: Any, year: int) -> dict[date, Decimal]:
    text = _folded(typed)
    if len(text) > LONGEST_TIMETABLE:
        raise MisreadError(f"{field.label}最多 {LONGEST_TIMETABLE} 个字。")
    wanted = f"{field.label}应写成 3-6=6 3-7=7.5 的样子：月-日=学时，用空格隔开。"
    entries = re.split(r"[\s,;、。]+", re.sub(r"\s*[=:]\s*", "=", text).strip(",;、。 "))
    found: dict[date, Decimal] = {}
    for entry in entries:
        match = _ENTRY.fullmatch(entry)
        if not match:
            raise MisreadError(wanted)
        try:
            day = date(int(match[1] or year), int(match[2]), int(match[3]))
        except ValueError:
            raise MisreadError(f"{field.label}中有的日子不存在，请检查月和日。") from None
        if day in found or not _FIRST <= day <= _LAST:
            raise MisreadError(f"{field.label}中同一天写了两次，或年份不对。")
        found[day] = _hours(field, match[4], year)
    if len(found) > _MOST_DAYS:
        raise MisreadError(f"{field.label}最多 {_MOST_DAYS} 天。")
    return found


def _clock(field: Field, typed: Any, year: int) -> str:
    match = _CLOCK.fullmatch(re.sub(r"\s", "", _folded(typed)))
    text = f"{int(match[1]):02d}:{match[2]}-{int(match[3]):02d}:{match[4]}" if match else ""
    if not match or int(match[2]) > 59 or int(match[4]) > 59 or minutes_of(text) is None:
        raise MisreadError(f"{field.label}应写成 09:00-12:00 的样子，起在止前。")
    return text


_READERS: Mapping[str, Callable[[Field, Any, int], Any]] = MappingProxyType(
    {
        "hours": _hours,
        "count": _count,
        "date": _date,
        "text": _text,
        "choice": _choice,
        "yes_no": _yes_no,
        "mark": _mark,
        "timetable": _timetable,
        "clock": _clock,
    }
)
