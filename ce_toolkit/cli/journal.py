"""The command ``ce journal``: keys of offices and the mending of a journal; and what ``ce verify`` says of one."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ce_toolkit.errors import InputError

if TYPE_CHECKING:
    from ce_toolkit.workflow.proof import Proof

app = typer.Typer(
    no_args_is_help=True, help="办理日志：查看现状、生成单位密钥、修复没有记完的一批。", rich_markup_mode=None
)
Folder = Annotated[Path, typer.Argument(help="办理日志文件夹", show_default=False)]
Office = Annotated[str, typer.Argument(help="办理单位的地区代码，如 371402", show_default=False)]
MOST = 50


@app.command("key")
def key_command(
    office: Office,
    to: Annotated[Path, typer.Option(help="密钥写到哪个文件夹（不要放在办理日志里）", show_default=False)],
) -> int:
    """生成一个单位的签名密钥：私钥只由本单位保管，公钥交给核查的人。"""
    from ce_toolkit.workflow.heads import is_journal
    from ce_toolkit.workflow.keys import fingerprint, make_key, read_key

    if is_journal(to):
        raise InputError(f"{to.name}：密钥不能放在办理日志的文件夹里，请另选文件夹。")
    secret, public = make_key(to, office)
    typer.echo(f"私钥：{secret.name}（仅本人可读，请妥善保管）")
    typer.echo(f"公钥：{public.name}，指纹 {fingerprint(read_key(secret).public_key())}")
    return 0


@app.command("mend")
def mend_command(
    folder: Folder,
    office: Office,
    *,
    by: Annotated[str, typer.Option(help="修复人", show_default=False)],
    on: Annotated[str, typer.Option(help="修复日期，如 2017-07-20", show_default=False)],
    key: Annotated[Path | None, typer.Option(help="本单位的私钥文件")] = None,
) -> int:
    """修复中断时没有记完的一批：切下的内容另存，修复本身记入日志。"""
    from ce_toolkit.workflow.journal import journal_in
    from ce_toolkit.workflow.keys import read_key

    cut = journal_in(folder).mend(office, by=by, on=_day(on), key=read_key(key) if key else None)
    typer.echo(f"已修复：切下 {cut} 字节，另存在日志旁；请重新记入那一批。" if cut else "没有需要修复的内容。")
    return 0


@app.command("state")
def state_command(
    folder: Folder,
    *,
    as_of: Annotated[str, typer.Option(help="截至哪一天办理的，如 2017-07-31；不填为全部")] = "",
    known_on: Annotated[str, typer.Option(help="只看到哪一天为止记入的")] = "",
) -> int:
    """各环节有多少项学时：按办理日期，也可按记入日期回看。"""
    from ce_toolkit.workflow.acts import KINDS
    from ce_toolkit.workflow.fold import fold
    from ce_toolkit.workflow.journal import journal_in

    state = fold(
        journal_in(folder).read(),
        _day(as_of) if as_of else None,
        known_on=_day(known_on) if known_on else None,
    )
    counts = state["state"].astype("str").value_counts()
    for name, count in counts.items():
        typer.echo(f"{KINDS[str(name)].state}  {count} 项")
    typer.echo(f"合计  {len(state)} 项")
    return 0


def verify_command(folder: Path, *, keys: Path | None = None, units: Path | None = None, route: str = "") -> int:
    """Look over a journal and say what is wrong with it, line by line. Returns 0 if nothing is, else 1."""
    from ce_toolkit.registers import read_units
    from ce_toolkit.workflow.keys import read_public_keys
    from ce_toolkit.workflow.proof import verify_journal
    from ce_toolkit.workflow.routes import routes

    proof = verify_journal(
        folder,
        keys=read_public_keys(keys) if keys else None,
        routes=routes(read_units(units, route)) if units else None,
    )
    for wrong in proof.wrong[:MOST]:
        typer.echo(wrong.says)
    if len(proof.wrong) > MOST:
        typer.echo(f"……另有 {len(proof.wrong) - MOST} 处。")
    told = f"有 {len(proof.wrong)} 处与写入时不同" if proof.wrong else "与写入时一致"
    signed = _signed(proof, asked=keys is not None)
    typer.echo(f"办理日志：{len(proof.offices)} 个单位 {proof.lines} 行{signed}；{told}。")
    return proof.exit_code


def _signed(proof: "Proof", *, asked: bool) -> str:
    """Whose signature was looked at; a last signature that holds stands for every line before it."""
    if not asked:
        return "，没有核对签名（用 --keys 给出公钥文件夹）"
    others = [office for office in proof.offices if office not in proof.signed]
    if proof.wrong or others:
        return f"，签名核对 {len(proof.signed)} 个单位" + (f"（未核对：{'、'.join(others)}）" if others else "")
    return f"，签名核对 {len(proof.signed)} 个单位，全部办理都有签名"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(f"“{text}”不是日期，应写成 2017-07-31 的样子。") from None
