"""The command ``ce trace``: from a published figure back to the cells of the files that came in."""

from pathlib import Path
from typing import Annotated

import typer

HELP = """追溯：由公布的一个数查到人（姓名已遮盖）、申报，直到收到的文件、工作表和单元格。

例：ce trace reports/2017/371402 参训与达标 D5，或把单元格写成 事业单位/达标、合计/报名。"""


def trace(
    run: Annotated[Path, typer.Argument(help="运行文件夹，如 reports/2017/371402", show_default=False)],
    table: Annotated[str, typer.Argument(help="表：年度统计.xlsx 的工作表名，如 参训与达标", show_default=False)],
    cell: Annotated[str, typer.Argument(help="单元格：如 D5，或 行/列，如 合计/达标", show_default=False)],
    *,
    most: Annotated[int, typer.Option(min=1, help="最多列出多少处")] = 40,
    json_out: Annotated[bool, typer.Option("--json", help="输出 JSON，全部列出")] = False,
) -> int:
    """The places behind one figure of a published table."""
    from ce_toolkit.runs.traced import as_json, published_run, trace_cell
    from ce_toolkit.runs.traced import trace as traced

    place = published_run(run)
    if json_out:
        typer.echo(as_json(*trace_cell(place, table, cell)))
        return 0
    found = traced(place, table, cell, most=most, hidden=True)
    typer.echo(found.said)
    typer.echo(found.table.to_string(index=False))
    return 0
