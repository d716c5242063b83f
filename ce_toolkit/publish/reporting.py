"""Who has reported what, until when, and who reviews: sheets of the county's workbook and a warning for its page."""

import html

import pandas as pd

from ce_toolkit.masking import mask_name, mask_number
from ce_toolkit.publish.labels import in_chinese
from ce_toolkit.publish.shown import Shown
from ce_toolkit.publish.workbook.book import Page
from ce_toolkit.rules.pack import Pack

_STATES = (
    "齐全：电子版和加盖公章的纸质都已收到，行数和校验码相符；不符：两样都到而不一致，或纸质没有盖章；"
    "退回的电子版不算收到。依据六.2。"
)
_PAPER = "纸质各项取自收件登记.csv 的 纸质日期、盖章、纸质行数、校验码；没有登记的按没有收到列。"
_PUBLIC = (
    "报名而公需科目未达到要求的在范围人员：没有成绩的请参加考试；考试未合格的可补考；"
    "对不上人的请单位核对姓名、单位和证书编号。依据二。"
)
_ROUNDS = "工作簿在本县数据文件夹的“退回”里；“第几次”是该单位这张表第几次报来，行的增删改与上一次相比。"
_MASKED = "姓名和编号已遮盖；先后与各单位报名表相同。"
_DAYS = "截止日当天收到不算逾期；还缺一样的算到统计截止日。一份文件报几个单位的，行数为整份文件的行数。"
_TOUCHING = "首尾两天都算在内；最后工作日按参数 calendar 所列放假安排推算，没有给出的列“—”。"


def reporting_pages(owed: pd.DataFrame, windows: pd.DataFrame, pack: Pack, *, place: str) -> list[Page]:
    """Sheets 报送情况 (a row a unit) and 时间安排 (a row a window) for the workbook of ``place``."""
    issued = next((document.on for document in pack.documents if document.role == "primary"), None)
    first = [f"通知印发日期 {issued}。"] if issued else []
    notes = [_TOUCHING, *first, f"依据：{pack.notice} 五、六.2。"]
    return [
        Page("报送情况", f"{place}报名表报送情况", in_chinese(owed), "单位：行、天", [_STATES, _PAPER, _DAYS]),
        Page("时间安排", f"{pack.time.year}年度时间安排", in_chinese(windows), "", notes),
    ]


def return_page(back: pd.DataFrame, *, place: str) -> Page:
    """Sheet 退回: a row for each workbook that goes back (``return_workbooks``), by unit."""
    rows = back.sort_values(["unit", "form", "returned"], ignore_index=True)
    return Page("退回", f"{place}退回各单位的工作簿", in_chinese(rows), "单位：处、行", [_ROUNDS])


def unpassed_page(gaps: pd.DataFrame, *, place: str) -> Page:
    """Sheet 公需未合格: who is enrolled and has no pass in the public subject, by unit, masked (B15)."""
    masked = gaps.assign(
        name=gaps["name"].map(mask_name),
        certificate_no=gaps["certificate_no"].map(mask_number, na_action="ignore"),
    )
    return Page("公需未合格", f"{place}公需科目未合格人员", in_chinese(masked), "单位：人", [_PUBLIC, _MASKED])


class RouteWarning(Shown):
    """Units that nobody is named to review, as a notebook shows them: loud where there are any (N9, D8)."""

    def _repr_html_(self) -> str:
        if self.table.empty:
            return "<p>各单位都有审核单位。</p>"
        return f'<div style="{_LOUD}"><p><strong>{html.escape(self._said)}</strong></p>{super()._repr_html_()}</div>'

    def __repr__(self) -> str:
        return "各单位都有审核单位。" if self.table.empty else f"{self._said}\n{super().__repr__()}"

    @property
    def _said(self) -> str:
        return f"注意：有 {len(self.table)} 个单位没有确定审核单位，其学时无人审核；确定之前不能冻结抽样框和年度统计。"


_LOUD = "border:2px solid #b3261e;background:#fdecea;color:#7a1a14;padding:.4em 1em"


def route_warning(unrouted: pd.DataFrame) -> RouteWarning:
    """The warning on ``Units.unrouted``, or one quiet line where there is nothing to warn of."""
    return RouteWarning(in_chinese(unrouted))
