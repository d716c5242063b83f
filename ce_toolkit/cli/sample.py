"""``ce sample``: plan, draw, extend, verify and evaluate a sample outside notebooks, on a folder of public files."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ce_toolkit.errors import SampleError

if TYPE_CHECKING:
    from ce_toolkit.review.design import Design, Review
    from ce_toolkit.review.draw import Draw

app = typer.Typer(
    no_args_is_help=True,
    help="审核抽样：方案和公示、抽取、扩大、核对、评价。退出码：0 完成，1 核对不符或不能认可，2 不能完成。",
    rich_markup_mode=None,
)

Folder = Annotated[Path, typer.Argument(help="公开文件所在文件夹", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="以 JSON 输出")]


@app.command()
def plan(  # noqa: PLR0913 - the options of a command
    frame: Annotated[
        Path | None, typer.Argument(help="抽样框（CSV：unit_id,hours，可有 registered、stratum）", show_default=False)
    ] = None,
    *,
    population: Annotated[int, typer.Option(min=0, help="没有抽样框时：单元数，只算样本量")] = 0,
    tolerable: Annotated[str, typer.Option(help="可容忍差错率，如 5%")] = "5%",
    expected: Annotated[str, typer.Option(help="预计差错率")] = "0",
    confidence: Annotated[str, typer.Option(help="置信水平，如 95%")] = "95%",
    stages: Annotated[int, typer.Option(min=1, max=4, help="最多几个阶段")] = 1,
    hours: Annotated[bool, typer.Option("--hours", help="按学时抽取（半学时为一个单位）")] = False,
    multipliers: Annotated[str, typer.Option(help="各层抽取倍数，如 S1:3 S2:2")] = "",
    out: Annotated[Path | None, typer.Option(help="把公示的文件写到这个文件夹", show_default=False)] = None,
    as_json: AsJson = False,
) -> int:
    """算出样本量；给出抽样框和 --out 时写出公示的三个文件，公布摘要之后再掷骰。"""
    from ce_toolkit.review.design import Design, parse_multipliers

    design = Design(
        confidence=confidence, tolerable_rate=tolerable, expected_rate=expected, stages=stages,
        unit="hours" if hours else "claims", multipliers=parse_multipliers(multipliers),
    )  # fmt: skip
    if frame is None:
        if not population or out is not None or hours:
            raise SampleError(
                "没有抽样框时请给出 --population，并且只能按项计算样本量；要公示或按学时抽取请给出抽样框。"
            )
        return _plan_of_a_number(population, design, as_json=as_json)
    review = _committed(frame, design)
    if out is not None:
        _write(out, review)
    _show_plan(review, out, as_json=as_json)
    return 0


def _plan_of_a_number(population: int, design: "Design", *, as_json: bool) -> int:
    from ce_toolkit.review.plan import plan_attribute

    asked = {"tolerable_rate": design.tolerable_rate, "expected_rate": design.expected_rate}
    made = plan_attribute(population, confidence=design.confidence, stages=design.stages, **asked)
    if as_json:
        _json(made.facts())
    else:
        sizes, accepts = ("、".join(map(str, one)) for one in (made.cumulative_sizes, made.acceptance_numbers))
        typer.echo(f"共 {population:,} 个单元：各阶段累计抽取 {sizes}，累计差错不超过 {accepts} 时认可。")
    return 0


def _committed(path: Path, design: "Design") -> "Review":
    """A review of a frame that a file holds, with the strata that it names."""
    import pandas as pd

    from ce_toolkit.review.design import with_strata

    try:
        records = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8-sig")
    except OSError:
        raise SampleError(f"{path.name}：文件读不出来；请检查路径。") from None
    except (UnicodeDecodeError, ValueError):
        raise SampleError(f"{path.name}：不是 UTF-8 的 CSV；请另存为 CSV UTF-8。") from None
    missing = [name for name in ("unit_id", "hours") if name not in records.columns]
    if missing:
        raise SampleError(f"{path.name}：缺少列 {'、'.join(missing)}；表头应为 unit_id,hours。")
    return with_strata(records, design, about={"frame": path.name})


def _write(out: Path, review: "Review") -> None:
    from ce_toolkit.review.public import SEED_FILE, commitment_files, write_text

    if (out / SEED_FILE).is_file():
        raise SampleError(f"{out.name}：已经掷骰抽样，不能再改公示的文件；重新公示请换一个文件夹，并重新掷骰。")
    out.mkdir(parents=True, exist_ok=True)
    for name, text in commitment_files(review.frame, review.commitment).items():
        write_text(out / name, text)


def _show_plan(review: "Review", out: Path | None, *, as_json: bool) -> None:
    if as_json:
        _json({**review.commitment.facts, "commitment_sha256": review.commitment.digest})
        return
    commitment = review.commitment
    typer.echo(f"抽样框 {commitment.units:,} 个单元，{commitment.hours} 学时。")
    for one in review.strata:
        sizes = (
            "全部审核" if one.certainty else "各阶段累计抽取 " + "、".join(map(str, commitment.allocation[one.code]))
        )
        typer.echo(f"  层 {one.code}：{one.size:,} 个单元，{sizes}")
    typer.echo(f"抽样承诺摘要：{commitment.digest_in_groups}")
    if out is not None:
        typer.echo(f"公示的文件已写入 {out}。公布摘要之后再掷骰，然后：ce sample draw {out} --seed 掷得的数字")


@app.command()
def draw(
    folder: Folder,
    seed: Annotated[str, typer.Option(help="当众掷得的至少 20 位数字", show_default=False)],
    *,
    reason: Annotated[str, typer.Option(help="同一抽样框第二次掷骰的理由")] = "",
    as_json: AsJson = False,
) -> int:
    """按公示的方案和种子抽取第 1 阶段，写出种子.txt 和样本.csv。"""
    from ce_toolkit.review.draw import draw as drawn_by
    from ce_toolkit.review.public import SEED_FILE, read_committed
    from ce_toolkit.review.tickets import parse_seed

    before = folder / SEED_FILE
    used = before.read_text(encoding="utf-8").strip() if before.is_file() else ""
    if used and used != parse_seed(seed) and not reason.strip():
        raise SampleError(f"这个抽样框已用种子 {used} 抽过；第二次掷骰请用 --reason 写明理由。")
    frame, commitment = read_committed(folder)
    made = drawn_by(frame, commitment, seed)
    _keep_draw(folder, made)
    if used and used != made.seed:
        with (folder / "换种子.txt").open("a", encoding="utf-8") as file:
            file.write(f"{used} → {made.seed}：{reason.strip()}\n")
    return _show_draw(made, as_json=as_json)


@app.command()
def extend(
    folder: Folder,
    *,
    stage: Annotated[int, typer.Option(min=2, max=4, help="扩大到第几阶段", show_default=False)],
    as_json: AsJson = False,
) -> int:
    """扩大到公示过的下一阶段：原有样本不变，只列出新增的。"""
    from ce_toolkit.review.draw import extend as extended
    from ce_toolkit.review.public import read_draw, verify_folder

    if verify_folder(folder):
        raise SampleError("原有样本核对不符，不能扩大；请先用 ce sample verify 查看。")
    made = extended(read_draw(folder), stage=stage)
    _keep_draw(folder, made)
    return _show_draw(made, as_json=as_json)


def _keep_draw(folder: Path, made: "Draw") -> None:
    from ce_toolkit.review.public import sample_files, write_text

    for name, text in sample_files(made).items():
        write_text(folder / name, text)


def _show_draw(made: "Draw", *, as_json: bool) -> int:
    from ce_toolkit.review.draw import SAMPLE_FILE

    columns = ["order", "stage", "stratum", "ticket", "unit_id", "hits"]
    if as_json:
        rows = made.new[columns].to_dict("records")
        _json({"draw_id": made.id, "seed": made.seed, "stage": made.stage, "size": len(made.rows), "new": rows})
        return 0
    typer.echo(f"第 {made.stage} 阶段新增 {len(made.new):,} 项，累计 {len(made.rows):,} 项，抽样编号 {made.id}。")
    typer.echo(f"已写入 {SAMPLE_FILE}。")
    return 0


@app.command()
def verify(folder: Folder, *, as_json: AsJson = False) -> int:
    """核对一次抽样：摘要是否一致，样本是否能按种子重新抽出；已有评价的一并重算。"""
    from ce_toolkit.review.replay import replay

    found = replay(folder)
    if as_json:
        _json({"agrees": found.empty, "differences": found.to_dict("records")})
    elif found.empty:
        typer.echo("相符：摘要一致，样本能重新抽出。")
    else:
        for row in found.itertuples(index=False, name=None):
            typer.echo("  ".join(part for part in row if part))
        typer.echo(f"不符：共 {len(found)} 处。")
    return 0 if found.empty else 1


@app.command()
def evaluate(
    folder: Folder,
    sheets: Annotated[
        list[Path] | None, typer.Argument(help="填好的抽查表；不给则读结果.csv", show_default=False)
    ] = None,
    *,
    missing_ok: Annotated[bool, typer.Option("--missing-ok", help="证据缺失、无法核实不计为差错")] = False,
    as_json: AsJson = False,
) -> int:
    """评价一次抽样：认可、扩大抽样还是全面核查；写出结果.csv 和评价.json。"""
    from ce_toolkit.review.assess import assess
    from ce_toolkit.review.public import read_draw, verify_folder, write_text
    from ce_toolkit.review.reading import read_review_sheets
    from ce_toolkit.review.replay import read_results, result_files

    if verify_folder(folder):
        raise SampleError("样本核对不符，不能评价；请先用 ce sample verify 查看。")
    drawn = read_draw(folder)
    if sheets:
        read = read_review_sheets(sheets, drawn)
        for one in read.findings:
            typer.echo(one.sentence, err=True)
        results = read.rows
    else:
        results = read_results(folder)
    made = assess(drawn, results, missing_is_error=not missing_ok)
    for name, text in result_files(results, made).items():
        write_text(folder / name, text)
    if as_json:
        _json(made.facts)
    else:
        typer.echo(f"{made.decision.label}：{made.decision.sentence}\n理由：{made.decision.reason}")
    return 0 if made.decision.kind == "accept" else 1


def _json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=1, default=str))
