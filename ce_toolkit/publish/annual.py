"""The annual report: pages of the workbook, each with its title, unit, bases and the notice it stands on."""

from collections.abc import Sequence
from datetime import date
from functools import partial

import pandas as pd

from ce_toolkit.publish.facts import in_words
from ce_toolkit.publish.labels import in_chinese
from ce_toolkit.publish.workbook import Page
from ce_toolkit.rules.pack import Pack
from ce_toolkit.statistics.annual import Annual
from ce_toolkit.statistics.tables import with_rates

_BASES = (
    "应参训：单位名录中各单位上报的应参训人数之和，有单位未报的列“未报”；报名：在报名表上的在职人员；"
    "参训：有学时被认定的（含不在报名表上的）；公需合格：公需科目达到30学时；达标：公需、专业和总学时三项都达到。",
    "退休、返聘、机关人员等不在范围的单列，不进任何一列的基数。",
)
_PROVED = "每个合计数另行计算一遍，三个数应当相等。"
_READ = "通知未写明之处所取的理解；改变任一项会改变数字。"


def annual_pages(  # noqa: PLR0913  each is one thing the heads and notes say
    tables: Annual, pack: Pack, *, place: str, as_of: date, missing: Sequence[str] = (), unrouted: Sequence[str] = ()
) -> list[Page]:
    """Pages of the annual workbook of ``place``.

    ``missing`` names areas whose figures are not in it, ``unrouted`` units that nobody is named to review (N9, D8).
    """
    head = f"{pack.time.year}年度{place}专业技术人员继续教育"
    source = _source(pack, as_of)
    notes = [*_BASES, source]
    if missing:
        notes.insert(0, f"本表不含：{in_words(missing)}（运行未完成）。")
    if len(unrouted):
        listed = "、".join(unrouted)
        notes.insert(0, f"未定稿：有 {len(unrouted)} 个单位没有确定审核单位（{listed}），确定之前不能定稿。")
    people, hours = "单位：人", "单位：学时"
    show = partial(in_chinese, pack=pack)
    return [
        Page("参训与达标", f"{head}参训与达标情况", show(with_rates(tables.participation)), people, notes),
        Page("系列与级别", f"{head}按系列和职称级别", show(tables.by_series), people, notes),
        Page("明细", f"{head}按地区、性质、系列和级别", show(tables.detail), people, notes),
        Page("学时", f"{head}学时认定情况", show(tables.hours), hours, [source]),
        Page("未认定原因", f"{head}学时未认定原因", show(tables.losses), hours, [source]),
        Page("合计验证", f"{head}合计验证", _proof(tables.proof), "", [_PROVED, source]),
        Page("口径说明", f"{head}口径说明", _readings(pack), "", [_READ, source]),
    ]


def _source(pack: Pack, as_of: date) -> str:
    edition = f"规则包 {pack.id} 第 {pack.pack.revision} 版（摘要 {pack.sha256[:8]}）"
    return f"依据：{pack.notice}；按 {as_of.isoformat()} 所知认定；{edition}。"


def _proof(proof: pd.DataFrame) -> pd.DataFrame:
    names = {"participation": "参训与达标", "by_series": "系列与级别", "detail": "明细", "hours": "学时"}
    return in_chinese(proof.assign(table=proof["table"].map(names)))


def _readings(pack: Pack) -> pd.DataFrame:
    rows = [(reading.id, reading.asks, reading.chosen, "；".join(reading.others)) for reading in pack.readings]
    return pd.DataFrame(rows, columns=["编号", "问题", "本表所取", "其他理解"])
