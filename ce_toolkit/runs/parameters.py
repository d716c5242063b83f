"""Typed parameters of the notebooks: one model per notebook, checked in the runner and again inside the notebook."""

import difflib
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator

from ce_toolkit.errors import ParamsError, SampleError

CITY = "city"

# A code names a folder of the store and of the reports, so it holds nothing that a path could be bent with.
Code = Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]+$")]
Codes = Annotated[str, Field(pattern=r"^[0-9A-Za-z_ -]*$")]
Filled = Annotated[str, Field(min_length=1)]


def _iso_date(text: str) -> str:
    try:
        date.fromisoformat(text)
    except ValueError:
        raise ValueError("应为日期，写成带引号的 年-月-日，例如 as_of: '2017-12-31'") from None
    return text


def _day_or_blank(text: str) -> str:
    return _iso_date(text) if text else text


Day = Annotated[str, AfterValidator(_iso_date)]
DayOrBlank = Annotated[str, AfterValidator(_day_or_blank)]


class Parameters(BaseModel):
    """What all notebooks share. Paths are relative to the project root; dates are ISO text."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    county: Code = Field(title="县市区代码")
    county_name: Filled = Field(title="县市区名称")
    year: int = Field(title="年度", ge=2000, le=2099)
    pack: Filled = Field(title="规则包")
    as_of: Day = Field(title="统计截止日")


@contextmanager
def _as_value_error() -> Iterator[None]:
    """What a room refuses is a fault of the value, told with its key."""
    try:
        yield
    except SampleError as error:
        raise ValueError(str(error).rstrip("。")) from None


class IntakeParameters(Parameters):
    """Parameters of ``01_intake_checks``."""

    inbox: Filled = Field(title="报送文件夹")
    platforms: Filled = Field(title="考试平台导出文件夹")
    units: Filled = Field(title="用人单位名录")
    store: Filled = Field(title="数据存放处")
    reports: Filled = Field(title="报告存放处")
    review_route: str = Field("", title="通知未定的审核单位")
    calendar: str = Field("", title="放假安排")
    certificate_pattern: str = Field("", title="证书编号的格式")
    own_cities: str = Field("", title="本市及所辖市的名称")

    @field_validator("certificate_pattern")
    @classmethod
    def _pattern(cls, text: str) -> str:
        try:
            re.compile(text)
        except re.error:
            raise ValueError(r"应为正则表达式，例如 certificate_pattern: '鲁N\\d{8}'；不限格式的留空") from None
        return text


class SamplingParameters(Parameters):
    """Parameters of ``02_review_sampling``. Confidence and rates are text, so that they stay exact."""

    store: Filled = Field(title="数据存放处")
    reports: Filled = Field(title="报告存放处")
    confidence: Filled = Field(title="置信水平（通知以外）")
    tolerable_rate: Filled = Field(title="可容忍差错率（通知以外）")
    expected_rate: Filled = Field(title="预计差错率（通知以外）")
    stages: int = Field(title="阶段数", ge=1, le=4)
    draw_by: Filled = Field(title="按项或按学时抽取")
    multipliers: str = Field("", title="各层抽取倍数")
    minutes_per_record: int = Field(title="每项审核分钟数", ge=1)
    reviewers: Filled = Field(title="审核人")
    together: int = Field(1, title="每批审核人数", ge=1, le=3)
    conflicts: str = Field("", title="应回避的单位")
    witnesses: str = Field("", title="见证人")
    seed: str = Field("", title="抽样种子")
    seed_reason: str = Field("", title="更换种子的理由")
    stage: int = Field(1, title="抽到第几阶段", ge=1, le=4)
    demonstration: bool = Field(title="示范")

    @field_validator("confidence", "tolerable_rate", "expected_rate")
    @classmethod
    def _exact(cls, text: str, info: ValidationInfo) -> str:
        from ce_toolkit.review.rates import exact_confidence, exact_rate

        with _as_value_error():
            (exact_confidence if info.field_name == "confidence" else exact_rate)(text)
        return text

    @field_validator("draw_by")
    @classmethod
    def _unit(cls, text: str) -> str:
        if text not in {"claims", "hours"}:
            raise ValueError("应为 claims（按项）或 hours（按学时）")
        return text

    @field_validator("multipliers")
    @classmethod
    def _multipliers(cls, text: str) -> str:
        from ce_toolkit.review.design import parse_multipliers

        with _as_value_error():
            parse_multipliers(text)
        return text

    @field_validator("seed")
    @classmethod
    def _rolled(cls, text: str) -> str:
        from ce_toolkit.review.tickets import parse_seed

        with _as_value_error():
            return parse_seed(text) if text else text


class ResultParameters(Parameters):
    """Parameters of ``02b_review_result``.

    ``sheets`` is the folder of the sheets that were filled in: each county's in a folder of its code.
    """

    store: Filled = Field(title="数据存放处")
    reports: Filled = Field(title="报告存放处")
    sheets: Filled = Field(title="填好的抽查表所在文件夹（其下每个县市区代码一个）")
    not_seen_is_error: bool = Field(title="证据缺失、无法核实计为差错")
    demonstration: bool = Field(title="示范：自动填写抽查表")


class RoundParameters(Parameters):
    """Parameters of ``05_review_round``. Days are text; blank stands for ``as_of``, or the review's last day."""

    units: Filled = Field(title="用人单位名录")
    store: Filled = Field(title="数据存放处")
    reports: Filled = Field(title="报告存放处")
    review_route: str = Field("", title="通知未定的审核单位")
    reviewers: Filled = Field(title="审核人")
    conflicts: str = Field("", title="应回避的单位")
    entered_on: DayOrBlank = Field("", title="记入日期（空为统计截止日）")
    completed_to: DayOrBlank = Field("", title="审核到哪天完成的学时（空为审核时段最后一天）")
    rows_per_book: int = Field(2000, title="每册最多项数", ge=50, le=20000)
    returned: str = Field("", title="填好的审核表所在文件夹")
    renew: bool = Field(False, title="改动的结论作为重新审核记入")
    key: str = Field("", title="签名用的密钥文件或文件夹（空为不签名）")
    demonstration: bool = Field(title="示范：由程序填写审核表")


class RecognitionParameters(Parameters):
    """Parameters of ``06_recognition`` of the city. Without a ``batch`` it only shows where the year stands.

    Days are text; ``batch_on`` blank stands for ``as_of`` (of a demonstration the day of the last review),
    ``entered_on`` blank for ``batch_on``, ``since`` blank for the day after ``as_of``.
    """

    units: Filled = Field(title="用人单位名录")
    store: Filled = Field(title="数据存放处")
    reports: Filled = Field(title="报告存放处")
    counties: Codes = Field("", title="全市的县市区")
    missing: Codes = Field("", title="未完成的县市区")
    review_route: str = Field("", title="通知未定的审核单位")
    calendar: str = Field("", title="放假安排")
    batch: str = Field("", title="批次号（空为只看现状）")
    batch_on: DayOrBlank = Field("", title="认定日期（空为统计截止日）")
    entered_on: DayOrBlank = Field("", title="记入日期（空为认定日期）")
    recognised_by: str = Field("", title="认定人")
    two_names: bool = Field(True, title="市里审核的须由另一人认定")
    key: str = Field("", title="签名用的密钥文件或文件夹（空为不签名）")
    only: Codes = Field("", title="只认定这些县市区")
    write_out: bool = Field(True, title="写出发给各单位的材料")
    since: DayOrBlank = Field("", title="从哪天起还能补学时（空为统计截止日次日）")
    pdf: bool = Field(False, title="另外生成 PDF")
    demonstration: bool = Field(title="示范：由程序登记、审核")


class StatisticsParameters(Parameters):
    """Parameters of ``03_annual_statistics``; ``county`` is ``city`` for the whole city.

    ``counties`` (codes to add up) and ``missing`` (codes of counties whose run failed) are read for the city only.
    """

    units: Filled = Field(title="用人单位名录")
    store: Filled = Field(title="数据存放处")
    reports: Filled = Field(title="报告存放处")
    counties: Codes = Field("", title="汇总的县市区")
    missing: Codes = Field("", title="未完成的县市区")
    retention_months: int = Field(0, title="个人数据保存月数", ge=0)
    small_cell: int = Field(5, title="公布人数的起点", ge=0, le=100)
    compiled_by: str = Field("", title="编制单位", max_length=100)
    foreword: str = Field("", title="年度统计报告的前言", max_length=5000)
    afterword: str = Field("", title="年度统计报告的附言", max_length=5000)
    pdf: bool = Field(False, title="另存为 PDF")


class LabParameters(Parameters):
    """Parameters of ``04_rule_lab``; ``county`` is ``city`` for the counties named in ``counties``."""

    store: Filled = Field(title="数据存放处")
    reports: Filled = Field(title="报告存放处")
    reading: Filled = Field(title="改变的理解")
    alternative: Filled = Field(title="改为的选项")
    counties: Codes = Field("", title="汇总的县市区")
    missing: Codes = Field("", title="未完成的县市区")


class ExploreParameters(Parameters):
    """Parameters of ``00_explore``: all counties that the store holds of the year, or those named in ``counties``."""

    store: Filled = Field(title="数据存放处")
    reports: Filled = Field(title="报告存放处")
    counties: Codes = Field("", title="只看这些县市区")
    near: int = Field(title="差多少学时以内", ge=1)


class ExplorerParameters(Parameters):
    """Parameters of ``09_explorer``; ``county`` is ``city`` for the counties named in ``counties``."""

    store: Filled = Field(title="数据存放处")
    reports: Filled = Field(title="报告存放处")
    counties: Codes = Field("", title="汇总的县市区")
    missing: Codes = Field("", title="未完成的县市区")


class SelfCheckParameters(Parameters):
    """Parameters of ``11_unit_self_check``: a unit's own file before it is sent in."""

    file: Filled = Field(title="要检查的文件")
    recipient: Filled = Field(title="报送部门")
    calendar: str = Field("", title="放假安排")
    own_cities: str = Field("", title="本市及所辖市的名称")
    store: Filled = Field(title="数据存放处")
    reports: Filled = Field(title="报告存放处")


class WhatIfParameters(Parameters):
    """Parameters of ``10_what_if``: a form for one person's year. It stores nothing of what is filled in."""

    store: Filled = Field(title="数据存放处")
    reports: Filled = Field(title="报告存放处")


MODELS: dict[str, type[Parameters]] = {
    "01_intake_checks": IntakeParameters,
    "02_review_sampling": SamplingParameters,
    "02b_review_result": ResultParameters,
    "03_annual_statistics": StatisticsParameters,
}
# the notebooks of a county in a round of review: ``ce round review`` runs them
COUNTY_ROUND: dict[str, type[Parameters]] = {"05_review_round": RoundParameters}
# notebooks that people start themselves; no run does
BY_HAND: dict[str, type[Parameters]] = {
    "00_explore": ExploreParameters,
    "04_rule_lab": LabParameters,
    "06_recognition": RecognitionParameters,
    "09_explorer": ExplorerParameters,
    "10_what_if": WhatIfParameters,
    "11_unit_self_check": SelfCheckParameters,
}
KEYS = tuple(dict.fromkeys(key for model in (*MODELS.values(), *COUNTY_ROUND.values()) for key in model.model_fields))


def parameters_of(notebook: str, values: Mapping[str, Any]) -> Parameters:
    """The typed parameters of a notebook. Raises ParamsError that names every key at fault and how to mend it."""
    models = {**MODELS, **COUNTY_ROUND, **BY_HAND}
    model = models.get(notebook)
    if model is None:
        raise ParamsError(f"没有名为 {notebook} 的笔记本参数；可用的有：{'、'.join(models)}。")
    try:
        return model.model_validate(dict(values))
    except ValidationError as error:
        faults = [f"笔记本 {notebook} 的参数 {text}" for _, text in faults_of(error, model)]
        raise ParamsError("\n".join(faults)) from None


def faults_of(error: ValidationError, model: type[Parameters]) -> list[tuple[str, str]]:
    """Key and Chinese sentence of every fault that pydantic found."""
    return [(str(one["loc"][0]), _sentence(str(one["loc"][0]), one, model)) for one in error.errors()]


def unknown_key(key: str, known: Collection[str]) -> str:
    """The sentence on a key nobody knows, with the nearest one that is known."""
    near = difflib.get_close_matches(key, known, n=1)
    hint = f"是否想写 {near[0]}？" if near else f"可用的键有：{'、'.join(known)}。"
    return f"{key}：不认识的键；{hint}请改正或删去。"


def _sentence(key: str, fault: Any, model: type[Parameters]) -> str:
    if fault["type"] == "extra_forbidden":
        return unknown_key(key, model.model_fields)
    title = model.model_fields[key].title
    if fault["type"] == "missing":
        return f"{key}：缺少（{title}）；请补上一行 {key}: …"
    return f"{key}（{title}）：{_wanted(key, fault)}；实为 {_found(fault['input'])}。"


_WANTED = {
    "int_type": "应为整数，不加引号，例如 {key}: 2017",
    "bool_type": "应为 true（是）或 false（否），不加引号",
    "string_type": '应为文字，请加引号，例如 {key}: "…"',
    "greater_than_equal": "应不小于 {ge}",
    "less_than_equal": "应不大于 {le}",
    "string_too_short": "不能为空",
    "string_too_long": "不能超过 {max_length} 个字",
    "string_pattern_mismatch": "只能用数字、英文字母、下划线和短横",
    "value_error": "{error}",
}


def _wanted(key: str, fault: Any) -> str:
    return _WANTED.get(fault["type"], fault["msg"]).format(key=key, **fault.get("ctx", {}))


def _found(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else text[:39] + "…"


def notebook_differences(path: Path) -> list[str]:
    """Where the parameters cell of a notebook and its model part ways: names, order and types; empty if they agree."""
    from papermill import inspect_notebook

    cell = {name: found["inferred_type_name"] for name, found in inspect_notebook(str(path)).items()}
    model = {
        name: _type_name(field.annotation)
        for name, field in {**MODELS, **COUNTY_ROUND, **BY_HAND}[path.stem].model_fields.items()
    }
    found = [f"{path.name}: {name}: {cell.get(name)} / {model.get(name)}" for name in {**cell, **model}]
    return [line for line, name in zip(found, {**cell, **model}, strict=True) if cell.get(name) != model.get(name)]


def _type_name(annotation: Any) -> str:
    return str(annotation.__name__)
