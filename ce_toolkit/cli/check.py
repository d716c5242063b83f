"""The command ``ce check``: a unit looks over its own file before it sends it in."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ce_toolkit.errors import InputError

if TYPE_CHECKING:
    from ce_toolkit.intake import Intake
    from ce_toolkit.registers.calendar import Calendar
    from ce_toolkit.rules import Pack

RECIPIENT = "市人社局专技处"


HELP = """报送前自查：与接收部门查到的问题相同，逐个单元格列出；没有问题的给出行数和校验码。

退出码：0 没有要更正的地方，1 有，2 读不出任何内容。"""


def check(  # noqa: PLR0913, PLR0917  options of a command
    path: Annotated[Path, typer.Argument(help="要检查的文件或文件夹", show_default=False)],
    year: Annotated[int | None, typer.Option(help="年度；默认取规则包的年度", show_default=False)] = None,
    slip: Annotated[Path | None, typer.Option("--slip", help="把上报确认单写成 .html 或 .xlsx 文件")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
    pack: Annotated[str, typer.Option(help="规则包的名称或 .toml 文件")] = "dezhou-2017",
    recipient: Annotated[str, typer.Option(help="确认单上的报送部门")] = RECIPIENT,
    paper_rows: Annotated[int | None, typer.Option(min=0, help="接收时核对：纸质报名表的行数")] = None,
    paper_code: Annotated[str | None, typer.Option(help="接收时核对：上报确认单上的校验码")] = None,
    calendar: Annotated[
        Path | None, typer.Option(help="放假安排；默认取 params/calendar-年度.yaml（如有）", show_default=False)
    ] = None,
    city: Annotated[list[str] | None, typer.Option(help="本市及所辖市的名称（可重复）；标题是外市的会提醒")] = None,
) -> int:
    """Findings of a file or folder as the city sees them; exit code 0 clean, 1 findings, 2 nothing could be read."""
    from ce_toolkit.intake.self_check import FAULTY, told, told_as_json, verdict
    from ce_toolkit.intake.self_check import check as read
    from ce_toolkit.intake.ways import Ways
    from ce_toolkit.rules import load_pack

    rules = load_pack(pack)
    batch = read(path, year=year or rules.time.year, ways=Ways(cities=tuple(city or ())))
    if as_json:
        typer.echo(json.dumps(told_as_json(batch), ensure_ascii=False, indent=1))
    else:
        for line in told(batch):
            typer.echo(line)
    if slip is not None:
        days_off = _calendar(calendar, rules.time.year)
        typer.echo(_confirmed(batch, slip, rules, recipient=recipient, calendar=days_off), err=as_json)
    if paper_rows is not None or paper_code is not None:
        apart = _apart(batch, paper_rows, paper_code or "")
        typer.echo("不符：" + "；".join(apart) if apart else "齐全：纸质与电子版相符；公章请当面查看。", err=as_json)
        return FAULTY if apart else verdict(batch)
    return verdict(batch)


def _apart(batch: "Intake", rows: int | None, code: str) -> list[str]:
    """Where the paper in hand and the only file part ways (F17, F18)."""
    from ce_toolkit.intake.check_code import typed_code
    from ce_toolkit.statistics import differences

    typed = typed_code(code)
    paper = {"file": "", "rows": rows, "code": typed, "code_right": not code or typed is not None, "sealed": None}
    return list(differences([_only(batch)], paper))


def _only(batch: "Intake") -> dict[str, Any]:
    rows: list[dict[str, Any]] = batch.submissions.to_dict("records")
    if len(rows) != 1:
        raise InputError(f"这里有 {len(rows)} 个文件，上报确认单和核对一次只看一份；请写出文件名再试。")
    return rows[0]


def _confirmed(batch: "Intake", path: Path, rules: "Pack", *, recipient: str, calendar: "Calendar | None") -> str:
    """Write the slip of the only file, where it is ready for one; what was done, in a sentence."""
    from ce_toolkit.intake.self_check import ready
    from ce_toolkit.publish.slip import slip, write_slip

    row = _only(batch)
    if not ready(row):
        return "还有要更正的地方，没有出上报确认单；请更正后再查一遍。"
    return f"上报确认单已写入 {write_slip(slip(row, rules, recipient=recipient, calendar=calendar), path)}"


def _calendar(path: Path | None, year: int) -> "Calendar | None":
    from ce_toolkit.registers.calendar import read_calendar
    from ce_toolkit.runs.root import root

    usual = root() / "params" / f"calendar-{year}.yaml"
    return read_calendar(path or usual) if path or usual.is_file() else None
