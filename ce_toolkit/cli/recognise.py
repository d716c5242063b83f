"""The commands ``ce round recognise`` and ``ce round statement``: a batch of the city, and the papers of one unit."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ce_toolkit.cli.words import codes
from ce_toolkit.errors import InputError

if TYPE_CHECKING:
    from ce_toolkit.runs.worker import UnitResult

SHORT = "全市认定：把已审核盖章的学时作为一批记入办理日志，写出发给各单位的材料。"
RECOGNISE = (
    "全市认定：把已审核盖章的学时作为一批记入办理日志，列出挡着的，写出发给各单位的材料。"
    "不填批次号只看现状。退出码：0 完成；1 有单位没有审核单位、没有可认定的，或日志不符；2 不能办理。"
)
STATEMENT = "写出一个单位的材料：封面、证书登记清单、个人学时单、未达标名单；含姓名，只发给该单位。"

Params = Annotated[Path, typer.Argument(help="参数文件夹，如 params/dezhou-2017", show_default=False)]
AsOf = Annotated[str | None, typer.Option(help="按这一天所知；不填取 city.yaml 的 as_of", show_default=False)]
Since = Annotated[str | None, typer.Option(help="从哪天起还能补学时；不填为 as_of 次日", show_default=False)]
Pdf = Annotated[bool, typer.Option("--pdf", help="另外生成 PDF（需要 Chromium 或 LibreOffice）")]


def recognise(  # noqa: PLR0913 - the options of a command
    params: Params,
    *,
    batch: Annotated[str | None, typer.Option(help="批次号，如 2017-1", show_default=False)] = None,
    on: Annotated[str | None, typer.Option(help="认定日期；不填为 as_of", show_default=False)] = None,
    by: Annotated[str | None, typer.Option(help="认定人", show_default=False)] = None,
    entered_on: Annotated[str | None, typer.Option(help="记入日期；不填为认定日期", show_default=False)] = None,
    only: Annotated[list[str] | None, typer.Option(help="只认定这些县市区（可重复，或用逗号隔开）")] = None,
    two_names: Annotated[bool, typer.Option(help="市里审核的须由另一人认定")] = True,
    key: Annotated[Path | None, typer.Option(help="市局的私钥文件（371400.key.pem）；不填不签名")] = None,
    as_of: AsOf = None,
    since: Since = None,
    papers: Annotated[bool, typer.Option(help="写出发给各单位的材料")] = True,
    pdf: Pdf = False,
    warm: Annotated[bool, typer.Option(help="从预热的进程启动内核（Linux、macOS）")] = True,
) -> int:
    """Run the notebook of the city's recognition."""
    from ce_toolkit.runs.recognition_run import recognition_parameters, run_recognition
    from ce_toolkit.runs.root import shown
    from ce_toolkit.runs.round_run import load_round

    plan = load_round(params)
    demonstration = plan.counties[0].sampling.demonstration
    if batch and not by and not demonstration:
        raise InputError("记入一批认定须用 --by 写明认定人。")
    asked = {
        "batch": batch, "batch_on": on, "recognised_by": by or ("示范认定人" if demonstration else ""),
        "entered_on": entered_on, "only": " ".join(codes(only)), "two_names": two_names, "as_of": as_of,
        "since": since, "write_out": papers, "pdf": pdf,
        "key": shown(key.absolute()) if key else None,
    }  # fmt: skip
    told = recognition_parameters(plan, asked)
    result = run_recognition(plan, told, warm=warm)
    return _tell(result, batch, demonstration=demonstration, place=shown(plan.home / "city"))


def _tell(result: "UnitResult", batch: str | None, *, demonstration: bool, place: str) -> int:
    """What came of it in a few lines; the exit code."""
    if result.failure is not None:
        typer.echo(f"没有完成：{result.failure.message}", err=True)
        return 2
    (part,) = result.record["parts"]
    counts = part["rows_out"]
    if demonstration:
        typer.echo("示范：登记、审核、认定由程序填写，不是真实办理，记在示范的办理日志里，每次从头开始。")
    if part["parameters"]["missing"]:
        typer.echo(f"没有数据、不在其中的县市区：{part['parameters']['missing']}。")
    if counts["unrouted"]:
        typer.echo(f"有 {counts['unrouted']} 个单位没有确定审核单位，没有认定；名单见报告。")
    elif batch:
        again = "" if counts["recognised_now"] else "（没有重复记入）"
        again += "，已签名" if counts["recognised_now"] and part["parameters"]["key"] else ""
        typer.echo(f"批次 {batch}：本次记入 {counts['recognised_now']:,} 项{again}，本批共 {counts['in_batch']:,} 项。")
    typer.echo(
        f"其中还不能认定的 {counts['not_ready']:,} 项；写出 {counts['units']:,} 个单位的材料，在数据存放处各县市区的"
        f"“发放”文件夹。报告：{place}/06_recognition.html"
    )
    if counts["out_of_order"]:
        typer.echo("办理日志有次序不符或被改动之处；请用 ce verify 检查各县市区的办理日志。")
    return 1 if counts["unrouted"] or counts["out_of_order"] or (batch and not counts["in_batch"]) else 0


def statement(  # noqa: PLR0913 - the options of a command
    params: Params,
    *,
    unit: Annotated[str, typer.Option(help="单位名称，与报名表所写相同", show_default=False)],
    out: Annotated[Path, typer.Option(help="写到哪个文件夹（含姓名，请妥善保管）", show_default=False)],
    as_of: AsOf = None,
    since: Since = None,
    pdf: Pdf = False,
) -> int:
    """Write one unit's papers to a folder of one's own choice."""
    from ce_toolkit.runs.giving import give_one
    from ce_toolkit.runs.recognition_run import recognition_parameters
    from ce_toolkit.runs.round_run import load_round

    plan = load_round(params)
    asked = {"as_of": as_of, "since": since, "pdf": pdf, "recognised_by": ""}
    written = give_one(plan, recognition_parameters(plan, asked), unit, out)
    for folder in written:
        typer.echo(f"已写入：{folder}")
    return 0
