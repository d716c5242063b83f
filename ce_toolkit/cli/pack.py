"""The commands ``ce pack …``: check, read, compare and begin rule packs."""

import json
from pathlib import Path
from typing import Annotated

import typer

from ce_toolkit.errors import InputError, PackError

app = typer.Typer(no_args_is_help=True, help="规则包：检查、通读、比较、新建。", rich_markup_mode=None)

Which = Annotated[str, typer.Argument(help="规则包的名称或 .toml 文件", show_default=False)]


@app.command("lint", help="检查规则包，一次列出全部问题（文件:行）；有错误时退出码为 1。")
def lint_command(
    pack: Which,
    examples: Annotated[list[Path] | None, typer.Option("--examples", help="算例 YAML 文件（可重复）")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> int:
    """Every finding on a pack; exit code 1 where one of them is an error."""
    from ce_toolkit.rules import load_examples
    from ce_toolkit.rules.drafting.lint import SEVERITIES, lint
    from ce_toolkit.rules.loading.files import pack_path

    path = pack_path(pack)
    found = lint(path, [case for file in examples or () for case in load_examples(file)])
    errors = [finding for finding in found if finding.severity == "error"]
    if as_json:
        typer.echo(json.dumps([vars(finding) for finding in found], ensure_ascii=False, indent=1))
        return 1 if errors else 0
    for finding in found:
        typer.echo(f"{path.name}:{finding.line}：{SEVERITIES[finding.severity]}　{finding.text}")
    warnings = sum(finding.severity == "warning" for finding in found)
    typer.echo(f"{len(errors)} 处错误，{warnings} 处警告，{len(found) - len(errors) - warnings} 处提示。")
    return 1 if errors else 0


@app.command("show", help="通读规则包：通知条款与规则并列。")
def show_command(
    pack: Which,
    html: Annotated[Path | None, typer.Option("--html", help="写成一个 HTML 文件")] = None,
) -> int:
    """The pack clause by clause, in the terminal or as one page."""
    from ce_toolkit.publish.pack_page import pack_page, pack_text
    from ce_toolkit.rules import load_pack
    from ce_toolkit.rules.drafting.outline import outline

    read = outline(load_pack(pack))
    if html is not None:
        _write(html, pack_page(read))
        typer.echo(f"已写入 {html}")
        return 0
    from rich.console import Console

    Console(highlight=False).print(pack_text(read))
    return 0


@app.command("list", help="随附的规则包一览：地区、年度、要求、用到的规则、状态，以及规则的形状。")
def list_command(
    markdown: Annotated[Path | None, typer.Option("--markdown", help="写成一个 Markdown 文件；默认直接输出")] = None,
) -> int:
    """Every pack that comes with the toolkit, as Markdown tables."""
    from ce_toolkit.rules import load_pack, shipped
    from ce_toolkit.rules.drafting.catalogue import catalogue

    text = catalogue([load_pack(name) for name in shipped()])
    if markdown is None:
        typer.echo(text, nl=False)
    else:
        _write(markdown, text)
        typer.echo(f"已写入 {markdown}")
    return 0


@app.command("diff", help="比较两个规则包，按编号列出增加、删去和改动；有差异时退出码为 1。")
def diff_command(
    a: Annotated[str, typer.Argument(help="原规则包的名称或 .toml 文件", show_default=False)],
    b: Annotated[str, typer.Argument(help="新规则包的名称或 .toml 文件", show_default=False)],
) -> int:
    """What two packs say differently; exit code 1 where they differ."""
    from ce_toolkit.rules import load_pack
    from ce_toolkit.rules.drafting.difference import diff, diff_lines

    changes = diff(load_pack(a), load_pack(b))
    for line in diff_lines(changes):
        typer.echo(line)
    typer.echo(f"{len(changes)} 处不同。" if changes else "两个规则包内容相同。")
    return 1 if changes else 0


@app.command("new", help="新建一个带说明的规则包文件，再逐条改写。")
def new_command(
    pack_id: Annotated[str, typer.Argument(help="规则包名称，如 dezhou-2018", show_default=False)],
    out: Annotated[Path | None, typer.Option("--out", help="写到哪个文件；默认为 名称.toml")] = None,
    year: Annotated[int | None, typer.Option(min=1990, max=2099, help="年度；默认取名称末尾四位")] = None,
) -> int:
    """A commented skeleton; an existing file is never overwritten."""
    from ce_toolkit.rules.drafting.skeleton import skeleton

    text, path = skeleton(pack_id, year), out or Path(f"{pack_id}.toml")
    if path.exists():
        raise PackError(f"{path} 已存在，没有改动；请换一个名称，或用 --out 另写一个文件。")
    _write(path, text)
    typer.echo(f"已写入 {path}。改写后用 ce pack lint {path} 检查。")
    return 0


@app.command("schema", help="给编辑器用的 JSON Schema：补全键名并提示含义。")
def schema_command(
    out: Annotated[Path | None, typer.Option("--out", help="写到哪个文件，如 pack.schema.json；默认直接输出")] = None,
) -> int:
    """The JSON Schema of packs."""
    from ce_toolkit.rules.drafting.schema import pack_schema

    text = json.dumps(pack_schema(), ensure_ascii=False, indent=1)
    if out is None:
        typer.echo(text)
    else:
        _write(out, text + "\n")
        typer.echo(f"已写入 {out}")
    return 0


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError:
        raise InputError(f"{path}：无法写入，请检查文件夹是否存在、文件是否被占用。") from None
