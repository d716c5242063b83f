"""The command ``ce``: what an office does from a terminal, in Chinese; no traceback without ``--debug``."""

import json
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from ce_toolkit.cli import check, decide, recognise, serve, trace
from ce_toolkit.cli.credit import credit
from ce_toolkit.cli.journal import app as journal_app
from ce_toolkit.cli.pack import app as pack_app
from ce_toolkit.cli.returns import fields_command, return_command, template_command
from ce_toolkit.cli.round import app as round_app
from ce_toolkit.cli.sample import app as sample_app
from ce_toolkit.cli.words import codes, speak_chinese, unknown_command
from ce_toolkit.errors import ToolkitError

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="专业技术人员继续教育学时工具。", rich_markup_mode=None
)
app.add_typer(pack_app, name="pack")
app.add_typer(sample_app, name="sample")
app.add_typer(journal_app, name="journal")
round_app.command("recognise", help=recognise.RECOGNISE, short_help=recognise.SHORT)(recognise.recognise)
round_app.command("statement", help=recognise.STATEMENT)(recognise.statement)
app.add_typer(round_app, name="round")
app.command(help=check.HELP)(check.check)
app.command()(credit)
app.command("template", help="生成空白的报名表、学时登记表或考试成绩表：带下拉选项、填写提示和打印设置。")(
    template_command
)
app.command("fields", help="列出三种表的全部栏目、要求和认得的写法（Markdown）。")(fields_command)
app.command("return", help="给有问题的文件各写一份退回工作簿：标出单元格、列出问题清单；重报时核对更正情况。")(
    return_command
)
app.command(help=decide.HELP)(decide.decide)
app.command("app", help=serve.HELP)(serve.app_command)
app.command(help=trace.HELP)(trace.trace)

Folder = Annotated[Path, typer.Argument(help="文件夹", show_default=False)]
_FAULTY, _INTERNAL = 2, 3


def main(arguments: list[str] | None = None) -> int:
    """Run ``ce`` and return its exit code; faults of input print one Chinese sentence.

    0: done; 1: done, but something failed or differs; 2: nothing could be done; 3: a fault of the program itself.
    """
    given = sys.argv[1:] if arguments is None else arguments
    debug = "--debug" in given or os.environ.get("CE_DEBUG") == "1"
    speak_chinese()
    try:
        code = app(args=[word for word in given if word != "--debug"], prog_name="ce", standalone_mode=False)
    except ToolkitError as error:
        code = _report(str(error), debug=debug)
    except typer.TyperException as error:
        code = _report(_usage(error), debug=debug)
    except (KeyboardInterrupt, typer.Abort):
        code = _report("已中断。", debug=False)
    except Exception as error:
        _report(
            f"程序内部错误（{type(error).__name__}）。加上 --debug 重新运行可看到详情，请连同版本号反馈。", debug=debug
        )
        code = _INTERNAL
    if arguments is None:
        sys.exit(code or 0)
    return int(code or 0)


def _report(text: str, *, debug: bool) -> int:
    typer.echo(f"错误：{text}", err=True)
    if debug:
        raise  # noqa: PLE0704  called while the exception is being handled
    return _FAULTY


def _usage(error: typer.TyperException) -> str:
    """What is wrong with the command line, in Chinese."""
    kind = type(error).__name__
    name = getattr(error, "option_name", None) or _parameter(error)
    if kind == "NoSuchOption":
        near = getattr(error, "possibilities", None) or []
        return f"没有选项 {name}" + (f"，是否为 {'、'.join(near)}？" if near else "。") + "用 ce --help 查看用法。"
    if kind == "MissingParameter":
        return f"缺少{name}。用 ce --help 查看用法。"
    if kind == "BadParameter":
        return f"{name}的值不合要求。用 ce --help 查看用法。"
    if kind == "NoArgsIsHelpError":
        return "请给出命令。用 ce --help 查看用法。"
    if unknown := unknown_command(error):
        return unknown
    return "命令或参数写法不对。用 ce --help 查看用法。"


def _parameter(error: Any) -> str:
    """The option as typed, or the argument by its help text: 参数文件夹 says more than ``params``."""
    parameter = getattr(error, "param", None)
    spelled = [name for name in getattr(parameter, "opts", ()) if name.startswith("-")]
    return f"选项 {spelled[0]}" if spelled else str(getattr(parameter, "help", "") or "参数")


@app.callback(invoke_without_command=True)
def _root(
    *,
    version: Annotated[bool, typer.Option("--version", help="显示版本号")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="出错时显示程序详情")] = False,
) -> None:
    del debug  # taken from the command line before parsing, so that it may stand anywhere
    if version:
        from importlib.metadata import version as version_of

        typer.echo(version_of("ce-toolkit"))
        raise typer.Exit


@app.command()
def demo(
    out: Annotated[Path, typer.Argument(help="写到哪个文件夹", show_default=False)],
    seed: Annotated[int, typer.Option(help="随机种子：同一种子得到同样的数据")] = 7,
    people: Annotated[int, typer.Option(min=100, max=500_000, help="人数")] = 20_000,
) -> int:
    """生成一座虚构的示范城市：报名表、学时登记表、考试成绩和背后的真值。"""
    from ce_toolkit.demo import make_demo
    from ce_toolkit.progress import bar

    with bar("生成示范城市") as advance:
        made = make_demo(out, seed, people, progress=advance)
    typer.echo(f"示范城市{'已生成' if made else '已在'}：{out}（{people:,} 人，种子 {seed}）")
    return 0


@app.command()
def intake(  # noqa: PLR0913 - the options of a command
    folder: Folder,
    *,
    year: Annotated[int, typer.Option(help="年度")] = 2017,
    json_file: Annotated[Path | None, typer.Option("--json", help="把结果写成 JSON 文件")] = None,
    full: Annotated[bool, typer.Option("--full", help="JSON 中列出读到的人员（含姓名和证书编号，请妥善保管）")] = False,
    jobs: Annotated[int, typer.Option(min=1, help="同时读取的进程数")] = 1,
    layouts: Annotated[Path | None, typer.Option(help="版式文件：已确认的列照此读取，新的推测写在后面待确认")] = None,
    hold_hidden: Annotated[bool, typer.Option("--hold-hidden", help="隐藏或筛选掉的行列为待补，不计入")] = False,
    city: Annotated[list[str] | None, typer.Option(help="本市及所辖市的名称（可重复）；标题是外市的会提醒")] = None,
) -> int:
    """检查一个文件夹里收到的报名表、学时登记表和成绩，列出每个文件的结果和问题。"""
    from ce_toolkit.intake import Ways, read_folder, read_layouts, show, write_json, write_layouts

    ways = Ways(hold_hidden, tuple(city or ()), read_layouts(layouts) if layouts else ())
    batch = read_folder(folder, year=year, jobs=jobs, ways=ways)
    show(batch)
    if layouts is not None and (new := write_layouts(layouts, batch.layouts)):
        typer.echo(f"有 {new} 种列的认法待确认，已写入 {layouts}；核对后把“已确认”改成 是，再运行一次。")
    elif batch.layouts and layouts is None:
        typer.echo(f"有 {len(batch.layouts)} 张表的列只能推测；加上 --layouts 版式.yaml 可写成文件，核对确认后再读。")
    if json_file is not None:
        write_json(batch, json_file, full=full)
        typer.echo(f"结果已写入 {json_file}")
    usable = batch.submissions["outcome"].isin(["accepted", "partly"]).any()
    return 0 if usable else _FAULTY


@app.command()
def examples(
    pack: Annotated[str, typer.Argument(help="规则包的名称或 .toml 文件", show_default=False)],
    files: Annotated[list[Path], typer.Argument(help="算例 YAML 文件", show_default=False)],
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> int:
    """用规则包跑算例，列出与预期不同之处。"""
    from ce_toolkit.rules import load_examples, load_pack, run_examples, unknown_keys

    rules = load_pack(pack)
    cases = [case for file in files for case in load_examples(file)]
    for line in unknown_keys(cases):
        typer.echo(f"提示：{line}", err=True)
    outcomes = run_examples(cases, rules)
    failed = [outcome for outcome in outcomes if not outcome.ok]
    if as_json:
        typer.echo(json.dumps([outcome.as_json() for outcome in outcomes], ensure_ascii=False, indent=1))
        return 1 if failed else 0
    for outcome in failed:
        typer.echo(f"算例 {outcome.id} 不符：" + "；".join(outcome.differs))
    typer.echo(f"{len(outcomes)} 个算例，{len(outcomes) - len(failed)} 个相符，{len(failed)} 个不符。")
    return 1 if failed else 0


@app.command()
def run(
    params: Annotated[Path, typer.Argument(help="参数文件夹，如 params/dezhou-2017", show_default=False)],
    jobs: Annotated[int, typer.Option(min=0, help="同时运行的县市区数；0 为自动")] = 0,
    only: Annotated[list[str] | None, typer.Option(help="只运行这些县市区（可重复，或用逗号隔开）")] = None,
    force: Annotated[bool, typer.Option("--force", help="不管有无变化，全部重新运行")] = False,
    warm: Annotated[bool, typer.Option(help="从预热的进程启动内核（Linux、macOS）")] = True,
) -> int:
    """按参数文件夹运行各县市区和全市的笔记本；只重跑有变化的部分。"""
    from ce_toolkit.runs.runner import Options
    from ce_toolkit.runs.summary import run_command

    options = Options(jobs=jobs or None, only=codes(only), force=force, warm=warm)
    return run_command(params, options)


@app.command()
def verify(
    run_folder: Annotated[
        Path, typer.Argument(help="参数文件夹、已发布的运行文件夹，或办理日志文件夹", show_default=False)
    ],
    *,
    jobs: Annotated[int, typer.Option(min=0, help="同时运行的县市区数；0 为自动")] = 0,
    keys: Annotated[
        Path | None, typer.Option(help="办理日志：各单位公钥所在的文件夹（371402.pub.pem），核对签名")
    ] = None,
    units: Annotated[Path | None, typer.Option(help="办理日志：单位名录 CSV，核对每项是否由有权单位办理")] = None,
    route: Annotated[str, typer.Option(help="办理日志：同参数 review_route，如 大企业:371400")] = "",
) -> int:
    """重新运行一遍，逐表比较是否与已发布的一致；对办理日志，核对有无改动、缺失、插入或次序颠倒的行。"""
    from ce_toolkit.workflow.heads import is_journal

    if is_journal(run_folder):
        from ce_toolkit.cli.journal import verify_command as verify_journal_command

        return verify_journal_command(run_folder, keys=keys, units=units, route=route)
    from ce_toolkit.runs.runner import Options
    from ce_toolkit.runs.summary import verify_command

    return verify_command(run_folder, Options(jobs=jobs or None))
