"""``ce credit``: claims of a whole province, from Parquet to Parquet."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer


def credit(
    claims: Annotated[Path, typer.Argument(help="申报表（Parquet，按人排列）", show_default=False)],
    people: Annotated[Path, typer.Argument(help="人员表（Parquet）", show_default=False)],
    out: Annotated[Path, typer.Option(help="结果写到哪个文件夹", show_default=False)],
    pack: Annotated[str, typer.Option(help="规则包的名称或 .toml 文件")] = "dezhou-2017",
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="按这一天所知认定；不写为年度最后一天")
    ] = None,
) -> int:
    """认定一个大文件里的全部申报，写出认定结果、台账和人员达标情况三个表；内存不随文件变大。"""
    from ce_toolkit.rules import load_pack
    from ce_toolkit.runs.large import TABLES, credit_files

    rules = load_pack(pack)
    account = credit_files(claims, people, out, rules, as_of.date() if as_of else rules.time.last)
    typer.echo(f"{account.claims:,} 项申报、{account.people:,} 人，台账 {account.ledger:,} 行。")
    typer.echo(f"已写入 {out}：{'、'.join(f'{name}.parquet' for name in TABLES)}")
    return 0
