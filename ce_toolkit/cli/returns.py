"""The commands that deal with units: ``ce template``, ``ce return`` and ``ce fields``."""

from pathlib import Path
from typing import Annotated

import typer

from ce_toolkit.errors import InputError

_FORMS = ("enrolment", "hours", "exam")


def template_command(  # noqa: PLR0913, PLR0917  an option each
    form: Annotated[
        str,
        typer.Argument(metavar="哪种表", help="enrolment 报名表、hours 学时登记表、exam 考试成绩", show_default=False),
    ],
    year: Annotated[int, typer.Option(min=1990, max=2099, help="年度")] = 2017,
    unit: Annotated[str, typer.Option(help="填报单位")] = "",
    rows: Annotated[int, typer.Option(min=1, max=10_000, help="预留的行数")] = 25,
    pack: Annotated[str, typer.Option(help="取教材和时限的规则包；默认为 dezhou-年度")] = "",
    out: Annotated[Path | None, typer.Option("--out", help="写到哪个文件")] = None,
) -> int:
    """Write a blank form with drop-downs, hints and print layout."""
    if form not in _FORMS:
        raise InputError(f"没有名为 {form} 的表；可用的有：{'、'.join(_FORMS)}。")
    from ce_toolkit.intake.fields import field_spec
    from ce_toolkit.returns import Order, write_template
    from ce_toolkit.titles import title_table

    titles = title_table()
    notes = _notes(pack or f"dezhou-{year}", needed=bool(pack))
    order = Order(form, year, unit, rows, {"series": titles.series_order}, titles.in_force, notes)
    path = out or Path(f"{year}年度{field_spec().forms[form].label}.xlsx")
    try:
        write_template(order, path)
    except OSError:
        raise InputError(f"{path}：无法写入，请检查文件夹是否存在、文件是否被占用。") from None
    typer.echo(f"已写入 {path}")
    return 0


def _notes(pack: str, *, needed: bool) -> list[str]:
    """What the notice of the year says that a unit must know: the textbook and the windows."""
    from ce_toolkit.rules import load_pack
    from ce_toolkit.rules.loading.files import shipped

    if not needed and pack not in shipped():
        return []
    rules = load_pack(pack)
    said = [f"公需科目为“{rules.pack.subject}”。"] if rules.pack.subject else []
    said += (
        [f"教材：{rules.pack.textbook}。请核对书名、出版社和出版年月，不要买往年的教材。"]
        if rules.pack.textbook
        else []
    )
    names = {"enrolment": "报名", "study_exam": "学习和考试", "review": "登记、审核、认定"}
    for key, window in rules.windows.items():
        if key in names:
            said.append(f"{names[key]}：{window.first:%Y-%m-%d} 至 {window.last:%Y-%m-%d}。")
    return said


def return_command(
    folder: Annotated[Path, typer.Argument(help="收件文件夹", show_default=False)],
    out: Annotated[Path, typer.Option("--out", help="退回的工作簿写到哪个文件夹", show_default=False)],
    year: Annotated[int, typer.Option(help="年度")] = 2017,
    jobs: Annotated[int, typer.Option(min=1, help="同时读取的进程数")] = 1,
) -> int:
    """Mark the faults of each unit's workbook; exit code 0, whatever is found."""
    from ce_toolkit.intake import read_folder
    from ce_toolkit.returns import return_folder

    done = return_folder(read_folder(folder, year=year, jobs=jobs), folder, out, year=year, jobs=jobs)
    for line in done[done["returned"] != ""].itertuples():
        asked = line.open + line.stays + line.new + line.reopened
        typer.echo(
            f"{line.returned}：第 {line.round} 次，待更正 {asked} 处（新 {line.new}、再次出现 {line.reopened}），"
            f"已更正 {line.closed} 处；新增 {line.added} 行、删除 {line.removed} 行、改动 {line.changed} 行"
        )
    for line in done[done["round"] == 0].itertuples():
        typer.echo(f"{line.file}：没能写出退回工作簿，请让单位用 Excel 或 WPS 另存为新的 .xlsx 后重报。")
    typer.echo(f"共 {len(done)} 个文件，退回 {(done['returned'] != '').sum()} 个，写在 {out}")
    return 0


def fields_command(
    out: Annotated[Path | None, typer.Option("--out", help="写到哪个文件；默认直接输出")] = None,
) -> int:
    """Every column of the three forms, as Markdown."""
    from ce_toolkit.returns.field_page import fields_page

    if out is None:
        typer.echo(fields_page(), nl=False)
        return 0
    try:
        out.write_text(fields_page(), encoding="utf-8")
    except OSError:
        raise InputError(f"{out}：无法写入，请检查文件夹是否存在、文件是否被占用。") from None
    typer.echo(f"已写入 {out}")
    return 0
