"""The calendar of a year's working days: public holidays and the weekend days worked instead (E6)."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ce_toolkit.errors import ParamsError

_SATURDAY = 5
_WHERE = "请检查参数 calendar。"


@dataclass(frozen=True)
class Calendar:
    """Days off and make-up working days of one year, as the notice named in ``source`` lists them."""

    year: int
    source: str
    off: frozenset[date]
    work: frozenset[date]

    def is_working(self, day: date) -> bool:
        """Whether offices are open: a weekday that is no holiday, or a weekend day worked instead of one."""
        return day in self.work or (day.weekday() < _SATURDAY and day not in self.off)

    def last_working_day(self, deadline: date) -> date:
        """The deadline itself where offices are open, else the last day before on which they are.

        Raises ParamsError where the deadline, or the day found, lies in a year the calendar does not know.
        """
        day = deadline
        while day.year == self.year and not self.is_working(day):
            day -= timedelta(days=1)
        if day.year != self.year:
            raise ParamsError(f"放假安排是 {self.year} 年的，不能用于 {deadline}；请换用该年的文件。")
        return day


Day = Annotated[date, Field(strict=True)]


class _Holiday(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=False)

    name: str = Field(strict=True, min_length=1)
    first: Day = Field(alias="from")
    last: Day = Field(alias="to")


class _Year(BaseModel):
    model_config = ConfigDict(extra="forbid")

    year: int = Field(strict=True, ge=2000, le=2099)
    source: str = Field(strict=True, min_length=1)
    holidays: list[_Holiday]
    workdays: list[Day]


class _Loader(yaml.SafeLoader):
    """YAML that refuses a key given twice instead of keeping the last one."""

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        seen = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"键 {key.value} 写了两次", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


def read_calendar(path: Path) -> Calendar:
    """The calendar of a YAML file with year, source, holidays (name, from, to, both ends included) and workdays.

    Weekends need no mention. Raises ParamsError that names file, key and remedy: an unknown or repeated key, a day that
    does not exist or lies in another year, a make-up working day that is a working day anyway.
    """
    told = _parsed(path)
    faults = list(_faults(told))
    if faults:
        raise ParamsError("\n".join(f"{path.name}：{fault}" for fault in faults))
    off = {day for one in told.holidays for day in _days(one)}
    return Calendar(told.year, told.source, frozenset(off), frozenset(told.workdays))


def _parsed(path: Path) -> _Year:
    try:
        return _Year.model_validate(yaml.load(path.read_text(encoding="utf-8-sig"), _Loader))  # noqa: S506
    except OSError:
        raise ParamsError(f"{path}：打不开放假安排，{_WHERE}") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        twice = str(error.problem) if isinstance(error, yaml.constructor.ConstructorError) else "不是正确的 YAML"
        raise ParamsError(f"{path.name} 第 {line} 行：{twice}；请改正或删去一处。") from None
    except (yaml.YAMLError, ValueError) as error:
        if isinstance(error, ValidationError):
            raise ParamsError("\n".join(f"{path.name}：{_told(one)}" for one in error.errors())) from None
        raise ParamsError(f"{path.name}：有不存在的日期或文件不是 UTF-8；日期请写成 2017-05-01。") from None


_WANTED = {
    "missing": "缺少这一项，请补上",
    "extra_forbidden": "不认识的键，请改正或删去；可用的有 year、source、holidays（name、from、to）、workdays",
    "date_type": "应为不加引号的日期，如 2017-05-01",
    "int_type": "应为年份，如 2017",
}


def _told(fault: Any) -> str:
    place = ".".join(str(part + 1) if isinstance(part, int) else part for part in fault["loc"]) or "文件"
    return f"{place}：{_WANTED.get(fault['type'], '写法不对，请参照 params/calendar-2017.yaml')}。"


def _faults(told: _Year) -> Any:
    for one in told.holidays:
        if one.first > one.last:
            yield f"{one.name}：from 晚于 to，请对调。"
        elif {one.first.year, one.last.year} != {told.year}:
            yield f"{one.name}：不在 {told.year} 年内，请核对年份。"
    off = {day for one in told.holidays for day in _days(one)}
    for day in told.workdays:
        if day.year != told.year or day.weekday() < _SATURDAY or day in off:
            yield f"workdays 中的 {day}：应为 {told.year} 年内不放假的星期六或星期日，请核对。"


def _days(one: _Holiday) -> list[date]:
    return [one.first + timedelta(days=place) for place in range((one.last - one.first).days + 1)]
