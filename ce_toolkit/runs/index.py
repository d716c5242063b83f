"""The front page of a year's reports: every county, how its run ended, where to look and what to mend."""

import html
import re
from collections.abc import Iterable
from pathlib import Path

from ce_toolkit.publish.labels import WORDS
from ce_toolkit.publish.page import page
from ce_toolkit.runs.failure import GOOD, STATUSES
from ce_toolkit.runs.parameters import CITY
from ce_toolkit.runs.plan import RunPlan
from ce_toolkit.runs.record import FAILED, Record
from ce_toolkit.runs.worker import UnitResult

TITLES = {
    "01_intake_checks": "收件检查",
    "02_review_sampling": "审核抽样",
    "02b_review_result": "抽查结果",
    "03_annual_statistics": "统计过程",
    "05_review_round": "审核轮次",
    "06_recognition": "全市认定",
}
YEAR_PAGE = "年度统计.html"
"""The page of all tables of a year, beside the notebook's own."""

_INSIDE = (
    "对外公布的只有“年度统计”（网页、工作簿、报告）和抽样公示；其余各页、更正清单和运行记录供内部更正和审核，"
    "其中不足公布起点的人数没有隐去，不得外传。"
)


_RECOGNITION = re.compile(r'<p id="recognition">.*?</p>\n')
ROUND = "round"
"""Where in a year's reports those of a round of review lie."""


def write_index(plan: RunPlan, results: Iterable[UnitResult], what: str = "") -> Path:
    """Write ``index.html``; it holds no clock, so a run that changes nothing leaves it as it is.

    ``what``: what is shown, where it is not the year's reports.
    """
    results = list(results)
    bad = [one for one in results if one.status not in (*GOOD, "skipped")]
    stale = sum(one.status == "skipped" for one in results)
    head = f"共 {len(results)} 项（各县市区、市直和全市），" + (f"{len(bad)} 个需要处理" if bad else "没有失败的")
    head += f"，{stale} 个未更新。" if stale else "。"
    rows = "\n".join(_row(plan.home, one) for one in [*results[-1:], *results[:-1]])
    title = f"{plan.city.county_name} {plan.year} 年度继续教育学时{what}"
    body = f"""<h1>{html.escape(title)}</h1>
<p>{head}</p>
<p>{_INSIDE}</p>
{_recognition(plan.home)}
<table>
<thead><tr><th>单位</th><th>代码</th><th>状态</th><th>收到文件</th><th>报告</th><th>工作簿</th><th>需要处理</th></tr></thead>
<tbody>
{rows}
</tbody>
</table>"""
    path = plan.home / "index.html"
    path.write_text(page(title, body), encoding="utf-8")
    return path


def _recognition(home: Path) -> str:
    """Where the city's recognition stands, once it was run; the line is there to be filled in later else."""
    folder = (home if home.name == ROUND else home / ROUND) / CITY
    found = [folder / "06_recognition.html", *sorted(folder.glob("*.xlsx"))]
    links = [_link(home, path, TITLES.get(path.stem, path.stem)) for path in found if path.is_file()]
    return f'<p id="recognition">{"认定：" if links else ""}{" · ".join(links)}</p>'


def link_recognition(home: Path) -> None:
    """Write the links to the city's recognition into the front pages of the round (``home``) and of the year."""
    for folder in (home, home.parent):
        index = folder / "index.html"
        if index.is_file():
            text = _RECOGNITION.sub("", index.read_text(encoding="utf-8"))
            index.write_text(text.replace("<table>", f"{_recognition(folder)}\n<table>", 1), encoding="utf-8")


def _row(home: Path, result: UnitResult) -> str:
    good = result.status in GOOD
    word = STATUSES["ok" if good else result.status]
    what = html.escape(result.failure.message if result.failure else "")
    mark = "ok" if good else "stale" if result.status == "skipped" else "bad"
    return (
        f"<tr><th>{html.escape(result.name)}</th><td>{result.unit if result.unit != CITY else '全市'}</td>"
        f'<td class="status status-{mark}">{word}</td><td>{files_received(result.record)}</td>'
        f"<td>{_pages(home, result)}</td><td>{_workbooks(home, result)}</td><td>{what}</td></tr>"
    )


def files_received(record: Record) -> str:
    """Files received by outcome, those sent back marked; nothing where the unit reads none, as the city."""
    counts: dict[str, int] = {}
    for part in record.get("parts", []):
        counts.update(part.get("files") or {})
    if not counts:
        return ""
    back = counts.get("refused", 0)
    words = [f"{WORDS['outcome'][name]} {counts[name]}" for name in ("accepted", "partly") if counts.get(name)]
    words += [f'<span class="status-bad">{WORDS["outcome"]["refused"]} {back}</span>'] if back else []
    return f"{sum(counts.values())} 个：{'、'.join(words)}"


def _pages(home: Path, result: UnitResult) -> str:
    folder = home / result.unit
    if result.status not in (*GOOD, "skipped"):
        folder = folder / FAILED
    places = (folder, home / ROUND / result.unit)
    found = [(title, place / f"{name}.html") for place in places for name, title in TITLES.items()]
    found.append(("年度统计（公布用）", folder / YEAR_PAGE))
    return " · ".join(_link(home, path, title) for title, path in found if path.is_file())


def _workbooks(home: Path, result: UnitResult) -> str:
    names = [name for name in result.record.get("outputs", {}) if not name.endswith((".html", ".ipynb", ".json"))]
    return "<br>".join(_link(home, home / result.unit / name, name) for name in sorted(names))


def _link(home: Path, path: Path, text: str) -> str:
    return f'<a href="{html.escape(path.relative_to(home).as_posix())}">{html.escape(text)}</a>'
