"""The command ``ce decide``: what a person ticked of doubtful pairs, remembered for the city, shown or taken back."""

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ce_toolkit.errors import InputError

if TYPE_CHECKING:
    from ce_toolkit.registers.decisions import Decisions

HELP = """认人：把在“认人核对表.xlsx”上填好的判定记入本市的“认人决定.csv”，下次运行即按此认人。

不带核对表时列出现行的决定；--revoke 撤销一条决定（原决定仍留在文件里）。退出码：0 完成，2 不能完成。"""


def decide(
    workbook: Annotated[Path | None, typer.Argument(help="填好的认人核对表", show_default=False)] = None,
    to: Annotated[
        Path | None, typer.Option(help="认人决定.csv；默认在核对表所在的数据存放处", show_default=False)
    ] = None,
    revoke: Annotated[list[str] | None, typer.Option(help="要撤销的决定的编号，可多次给出")] = None,
    by: Annotated[str, typer.Option(help="撤销人")] = "",
    on: Annotated[str, typer.Option(help="撤销日期，如 2017-08-01")] = "",
) -> int:
    """Read a ticked workbook, or revoke decisions, or list what counts now."""
    from ce_toolkit.registers.decisions import read_decisions, remember
    from ce_toolkit.registers.decisions import revoke as take_back
    from ce_toolkit.registers.ticking import read_ticking

    if workbook is None and to is None:
        raise InputError("请给出填好的认人核对表，或用 --to 指明认人决定.csv。")
    path = to or _beside(workbook)
    if workbook is not None:
        count = remember(path, read_ticking(workbook))
        typer.echo(f"记入 {count} 条决定（与现行决定相同的不重复记）。")
    if revoke:
        typer.echo(f"撤销 {take_back(path, revoke, by=_signed(by), on=_day(on))} 条决定。")
    if workbook is None and not revoke:
        _list(read_decisions(path))
    return 0


def _beside(workbook: Path | None) -> Path:
    """The city's file in the store that the workbook lies in: store/year/county/workbook."""
    from ce_toolkit.registers.decisions import FILE_NAME

    folders = workbook.resolve().parents if workbook else ()
    if len(folders) < 3 or not re.fullmatch(r"20\d\d", folders[1].name):
        raise InputError("核对表不在数据存放处，请用 --to 指明认人决定.csv。")
    return folders[2] / FILE_NAME


def _signed(by: str) -> str:
    if not by.strip():
        raise InputError("撤销决定要有撤销人，请加 --by 姓名。")
    return by.strip()


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError("撤销决定要有日期，请加 --on，写成 2017-08-01 的样子。") from None


def _list(decisions: "Decisions") -> None:
    """Every decision that counts, without who decided: the file itself says that."""
    last = {line.pair: line for line in decisions.lines}
    for pair, answer in decisions.answers.items():
        typer.echo(f"{pair}  {answer}  {last[pair].on.isoformat()}")
    typer.echo(f"现行决定 {len(decisions.answers)} 条，文件共 {len(decisions.lines)} 行。")
