"""The annual report: pages of the workbook, each with its title, unit, bases and the notice it stands on."""

from collections.abc import Mapping, Sequence
from datetime import date

import pandas as pd

from ce_toolkit.publish.facts import in_words
from ce_toolkit.publish.labels import in_chinese
from ce_toolkit.publish.workbook.book import Page
from ce_toolkit.publish.year.chapters import labels
from ce_toolkit.rules.pack import Pack
from ce_toolkit.statistics.annual import Annual

_PROVED = "每个合计数另行计算一遍，三个数应当相等；各行有重复（一人在几行）的不比各行之和。"
_READ = "通知未写明之处所取的理解；改变任一项会改变数字。用到它的表列在最后一栏。"
_QUALITY = "完整、唯一、一致、及时、有效、准确六个方面，逐表列出个数、总数和计算方法；会泄露隐去的数的也隐去。"
_STATES = {"to-confirm": "待确认", "confirmed": "已确认"}


def annual_pages(  # noqa: PLR0913  each is one thing the heads and notes say
    tables: Annual, pack: Pack, *, place: str, as_of: date, missing: Sequence[str] = (), unrouted: Sequence[str] = ()
) -> list[Page]:
    """Pages of the annual workbook of ``place``: every table as it is published, the proof, data quality, readings.

    ``missing`` names areas whose figures are not in it, ``unrouted`` units that nobody is named to review (N9, D8).
    """
    head = f"{pack.time.year}年度{place}专业技术人员继续教育"
    source = source_line(pack, as_of)
    first = warnings(missing, unrouted)
    pages = [
        Page(
            table.described.tab,
            f"{head}{table.described.title}",
            in_chinese(table.published, pack),
            pack.in_unit(table.described.unit),
            [*first, *map(pack.in_unit, table.statement), source],
            label,
        )
        for label, table in ((label, tables.tables[name]) for name, label in labels(tables).items())
    ]
    annexes = (
        ("合计验证", "合计验证", _tabbed(tables, tables.published_proof), _PROVED),
        ("数据质量", "数据质量说明", _tabbed(tables, tables.quality), _QUALITY),
        ("口径说明", "口径说明", readings_table(pack, tables), _READ),
    )
    return [
        *pages,
        *(
            Page(tab, f"{head}{title}", table, "", [note, source], f"附表{number}")
            for number, (tab, title, table, note) in enumerate(annexes, start=1)
        ),
    ]


def warnings(missing: Sequence[str], unrouted: Sequence[str]) -> list[str]:
    """What has to be said before any figure: it is not final, or counties are not in it."""
    lines = []
    if len(unrouted):
        listed = "、".join(unrouted)
        lines.append(f"未定稿：有 {len(unrouted)} 个单位没有确定审核单位（{listed}），确定之前不能定稿。")
    if missing:
        lines.append(f"本表不含：{in_words(missing)}（运行未完成）。")
    return lines


def source_line(pack: Pack, as_of: date) -> str:
    """The notice, the day, and the edition of the rules that all figures stand on."""
    edition = f"规则包 {pack.id} 第 {pack.pack.revision} 版（摘要 {pack.sha256[:8]}）"
    return f"依据：{pack.notice}；按 {as_of.isoformat()} 所知认定；{edition}。"


def _tabbed(tables: Annual, lines: pd.DataFrame) -> pd.DataFrame:
    """Lines about tables, each table by the tab of its sheet."""
    tabs = {name: table.described.tab for name, table in tables.tables.items()}
    return in_chinese(lines.assign(table=lines["table"].map(tabs)))


def readings_table(pack: Pack, tables: Annual, *, names: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Every reading that was chosen (U1–U38), where it is given if not by a rule, and the tables it bears on.

    Tables by the tabs of their sheets, or by ``names``.
    """
    used: dict[str, list[str]] = {}
    for name in labels(tables):
        described = tables.tables[name].described
        for reading in described.readings:
            used.setdefault(reading, []).append(names[name] if names else described.tab)
    rows = [
        (one.id, one.asks, one.chosen, "；".join(one.others), one.served, _STATES[one.state],
         "、".join(used.get(one.id, ())))
        for one in pack.readings
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["编号", "问题", "本表所取", "其他理解", "由何处给出", "状态", "有关的表"])
