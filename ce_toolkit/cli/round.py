"""The command ``ce round``: the steps of a round of review and recognition, county by county."""

from pathlib import Path
from typing import Annotated

import typer

from ce_toolkit.cli.words import codes

app = typer.Typer(no_args_is_help=True, help="审核轮次：登记、审核、认定，逐县市区办理。", rich_markup_mode=None)
Params = Annotated[Path, typer.Argument(help="参数文件夹，如 params/dezhou-2017", show_default=False)]


@app.command("review", help="各县市区审核轮次：记入登记，写出审核表，读回填好的表并记入办理日志，列出现状。")
def review_command(
    params: Params,
    *,
    jobs: Annotated[int, typer.Option(min=0, help="同时运行的县市区数；0 为自动")] = 0,
    only: Annotated[list[str] | None, typer.Option(help="只运行这些县市区（可重复，或用逗号隔开）")] = None,
    warm: Annotated[bool, typer.Option(help="从预热的进程启动内核（Linux、macOS）")] = True,
) -> int:
    """Run the notebook of a round of review for every county."""
    from ce_toolkit.runs.runner import Options
    from ce_toolkit.runs.summary import round_command

    return round_command(params, Options(jobs=jobs or None, only=codes(only), warm=warm))
