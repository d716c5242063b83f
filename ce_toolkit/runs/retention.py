"""How long the tables with names may be kept (U24): the law asks for a limit, the notice gives none."""

from calendar import monthrange
from datetime import date


def retention_reminder(year: int, months: int) -> str:
    """One Chinese sentence: until when the year's tables with names are kept, or that nobody has said so (0 months)."""
    if not months:
        return "个人数据保存多久还没有规定：请在 city.yaml 中写 retention_months（自年度结束起的月数），到期删除。"
    ends, month = divmod(year * 12 + 11 + months, 12)
    until = date(ends, month + 1, monthrange(ends, month + 1)[1])
    return (
        f"含姓名和证书编号的数据表保存至 {until}（年度结束后 {months} 个月），到期请删除 data/store 中该年度的文件夹。"
    )
