"""A county's review as its notebooks go through it: prepare, commit, draw, hand out sheets.

What is private or must outlast a run lies in the county's folder of the store, in ``抽样``: the secret behind the
codes, the frozen units with whose they are, the commitment as it was published, and which seeds were used. What is
public is an output of the run.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ce_toolkit.errors import InputError, SampleError
from ce_toolkit.escaping import guarded
from ce_toolkit.registers.private import private_file
from ce_toolkit.review.codes import DEMONSTRATION
from ce_toolkit.review.commit import read_commitment, read_strata
from ce_toolkit.review.design import Design, Review, parse_multipliers, plan_of, prepare
from ce_toolkit.review.draw import SAMPLE_FILE, STRATA_FILE, Draw, draw
from ce_toolkit.review.frame import freeze_frame
from ce_toolkit.review.public import COMMITMENT_FILE, commitment_files, read_draw, sample_files
from ce_toolkit.review.records import review_records
from ce_toolkit.review.signals import Watch
from ce_toolkit.review.strata import Stratum
from ce_toolkit.rules.pack import Pack
from ce_toolkit.runs.session import Run
from ce_toolkit.runs.store import Store

KEPT, SHOWN = "抽样", "示范"
UNITS, HISTORY, SECRET, NAMED, KEYS = "单元.parquet", "历史.json", "单元编号密钥", "必查名单.csv", "单元编号对照表.csv"
_BYTES = 32


@dataclass(frozen=True)
class Use:
    """A seed that was used on a commitment, and why where it was not the first on its frame."""

    seed: str
    frame: str
    commitment: str
    reason: str = ""


def memory(store: Store, county: str) -> Path:
    """Where a county's reviews are remembered."""
    return store.folder / county / KEPT


def design_of(params: Any) -> Design:
    """The design that run parameters ask for."""
    return Design(
        confidence=params.confidence, tolerable_rate=params.tolerable_rate, expected_rate=params.expected_rate,
        stages=params.stages, unit=params.draw_by, multipliers=parse_multipliers(params.multipliers),
    )  # fmt: skip


def prepare_review(run: Run, pack: Pack) -> Review:
    """The county's frame, strata, plan and commitment.

    Without a seed they are made from today's registers, and remembered: this is what is published. With a seed those
    that were remembered are taken, whatever has come in since. A demonstration does both in one go. Raises SampleError
    where a seed is given and nothing was committed to, or the parameters are not those that were committed to.
    """
    params, home = run.params, _home(run)
    if params.seed and not params.demonstration:
        return _remembered(home, design_of(params))
    secret = DEMONSTRATION if params.demonstration else _secret(home / SECRET)
    records = review_records(
        run.load("claims"), run.load("credits"), run.load("people"), run.load("standing"),
        secret=secret, unrouted=run.load("unrouted")["unit"].tolist(),
    )  # fmt: skip
    watch = Watch.of(pack, named=_named(home / NAMED), **_last_year(run))
    review = prepare(records, watch, design_of(params), about=_about(run, pack), demonstration=params.demonstration)
    _remember(home, review, run.load("people"))
    return review


def _home(run: Run) -> Path:
    """The county's folder; a demonstration has one of its own within, so that it never takes the place of the real."""
    run.store.beside(run.params.county, KEPT)
    home = memory(run.store, run.params.county)
    home.mkdir(mode=0o700, exist_ok=True)
    if run.params.demonstration:
        home /= SHOWN
        home.mkdir(mode=0o700, exist_ok=True)
    return home


def _about(run: Run, pack: Pack) -> dict[str, str]:
    params = run.params
    return {
        "county": params.county, "county_name": params.county_name, "year": str(params.year), "pack": pack.id,
        "pack_sha256": pack.sha256, "notice": pack.notice, "multipliers": params.multipliers,
    }  # fmt: skip


def _secret(path: Path) -> bytes:
    """The county's secret, made on first use (mode 0600); it never leaves the county's private folder.

    Raises SampleError if the file was cut: codes made before could not be led back any more.
    """
    from secrets import token_hex

    if not path.exists():
        with private_file(path) as file:
            file.write(token_hex(_BYTES).encode())
    text = path.read_bytes().decode("ascii", "replace").strip()
    if len(text) != 2 * _BYTES or not all(sign in "0123456789abcdef" for sign in text):
        raise SampleError(f"{path.name} 不完整，不能生成单元编号；请从备份恢复，不要新建。")
    return bytes.fromhex(text)


def _named(path: Path) -> frozenset[str]:
    """Codes that the county put down in writing to be looked at in any case: 单元编号, 理由.

    Raises SampleError where a reason is missing: a record is not singled out without one.
    """
    if not path.is_file():
        return frozenset()
    table = pd.read_csv(path, dtype="str", encoding="utf-8-sig").fillna("")
    if not {"单元编号", "理由"} <= set(table.columns):
        raise SampleError(f"{path.name} 应有“单元编号”和“理由”两列。")
    blank = table.loc[table["理由"].str.strip() == "", "单元编号"]
    if len(blank):
        raise SampleError(f"{path.name}：{blank.iloc[0]} 没有写明理由；列入必查应有书面理由。")
    return frozenset(table["单元编号"].str.strip().str.upper())


def _last_year(run: Run) -> dict[str, Any]:
    """Names of units and organisers of the year before, and who had an error then; empty where it is not known."""
    before = Store(run.store.folder.parent, run.params.year - 1)
    known: dict[str, Any] = {}
    try:
        claims, people = (before.load(run.params.county, name) for name in ("claims", "people"))
        known = {
            "known_units": frozenset(people["employer"].dropna()),
            "known_organisers": frozenset(claims["organiser"].dropna()),
        }
        results = before.load(run.params.county, "results")
        wrong = results[results["is_error"]]
        known["corrected"] = frozenset(wrong["person_id"]) | frozenset(wrong["employer"].dropna())
    except InputError:
        pass
    return known


# ---- what is remembered -----------------------------------------------------------------------------------------


def _remember(home: Path, review: Review, people: pd.DataFrame) -> None:
    """Keep the frozen units, the files that are published, and the key from codes to people."""
    with private_file(home / UNITS) as file:
        review.frame.units.to_parquet(file, index=False)
    for name, text in commitment_files(review.frame, review.commitment).items():
        with private_file(home / name) as file:
            file.write(text.encode())
    with private_file(home / KEYS) as file:
        _keys(review.frame.units, people).to_csv(file, index=False, encoding="utf-8-sig")


def _keys(units: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Codes with whose claim they are: for the county alone."""
    known = people.set_index("person_id")[["name", "certificate_no", "employer"]].reindex(units["person_id"])
    table = {
        "单元编号": units["unit_id"], "姓名": known["name"].to_numpy(), "证书编号": known["certificate_no"].to_numpy(),
        "单位": known["employer"].to_numpy(), "活动": units["title"], "开始日期": units["start"],
        "可计学时": units["hours"], "来源": units["claim_id"],
    }  # fmt: skip
    return pd.DataFrame(table).astype(object).map(guarded)


def _remembered(home: Path, design: Design) -> Review:
    if not (home / COMMITMENT_FILE).is_file():
        raise SampleError("还没有公示：请先把 seed 留空运行一次，公布“抽样前公示”，再当众掷骰、填写 seed。")
    strata = read_strata((home / STRATA_FILE).read_text(encoding="utf-8"))
    commitment = read_commitment((home / COMMITMENT_FILE).read_text(encoding="utf-8"), strata)
    frame = freeze_frame(_units(home / UNITS))
    told = [
        Stratum(
            str(code), members[["unit_id", "hours", "reasons"]].reset_index(drop=True), code in commitment.certainty
        )
        for code, members in frame.units.groupby("stratum")
    ]
    review = Review(frame, tuple(told), plan_of(commitment.plan), commitment)
    _require_as_published(review, design)
    return review


def _units(path: Path) -> pd.DataFrame:
    import pyarrow.parquet as pq

    from ce_toolkit.tables import from_arrow

    return from_arrow(pq.read_table(path))


def _require_as_published(review: Review, design: Design) -> None:
    """Parameters must still say what was published: a plan changed after the dice can steer the sample."""
    from ce_toolkit.review.rates import exact_rate

    plan, commitment = review.plan, review.commitment
    told = commitment.about.get("multipliers", "")
    differs = [
        name
        for name, published, asked in (
            ("confidence", plan and plan.confidence, exact_rate(design.confidence)),
            ("tolerable_rate", _published_rate(review), exact_rate(design.tolerable_rate)),
            ("draw_by", commitment.unit, design.unit),
            ("multipliers", parse_multipliers(told), dict(design.multipliers)),
        )
        if plan and published != asked
    ]
    if differs:
        raise SampleError(f"参数 {'、'.join(differs)} 与公示的方案不同；请改回公示时的值，或把 seed 留空重新公示。")


def _published_rate(review: Review) -> Any:
    from fractions import Fraction

    from ce_toolkit.review.hours_plan import HoursPlan

    if isinstance(review.plan, HoursPlan):
        return review.plan.tolerable_hours / Fraction(review.commitment.hours)
    return review.plan and review.plan.tolerable_rate


def uses(home: Path) -> tuple[Use, ...]:
    """The seeds that were used in a county's folder, in order."""
    if not (home / HISTORY).is_file():
        return ()
    return tuple(Use(**one) for one in json.loads((home / HISTORY).read_text(encoding="utf-8")))


def draw_review(run: Run, review: Review) -> Draw | None:
    """The draw of a review by the seed of the run; None while there is no seed.

    Raises SampleError where another seed was used on the same frame before and no reason is given for a second one.
    """
    params = run.params
    if not params.seed:
        return None
    drawn = draw(review.frame, review.commitment, params.seed, stage=params.stage)
    home = _home(run)
    if not params.demonstration:
        _use(home, drawn, params.seed_reason.strip())
    for name, text in sample_files(drawn).items():
        with private_file(home / name) as file:
            file.write(text.encode())
    return drawn


def open_draw(run: Run) -> Draw:
    """The last draw of a county with what is known of each claim. Raises SampleError where nothing was drawn."""
    home = _home(run)
    if not (home / SAMPLE_FILE).is_file():
        raise SampleError("还没有抽样：请先运行笔记本 02_review_sampling，公示、掷骰并抽取。")
    known = read_draw(home)
    return draw(freeze_frame(_units(home / UNITS)), known.commitment, known.seed, stage=known.stage)


def _use(home: Path, drawn: Draw, reason: str) -> None:
    past = uses(home)
    digest = drawn.commitment.frame_digest
    if any(one.seed == drawn.seed and one.commitment != drawn.commitment.digest for one in past):
        raise SampleError("这个种子在这次公示之前就已掷出、用过；方案改动并重新公示之后要重新掷骰。")
    others = [one for one in past if one.frame == digest and one.seed != drawn.seed]
    if others and not reason and not any(one.frame == digest and one.seed == drawn.seed for one in past):
        raise SampleError(
            f"这个抽样框已用种子 {others[-1].seed} 抽过；第二次掷骰要在参数 seed_reason 写明理由，两次都会写入报告。"
        )
    now = Use(drawn.seed, digest, drawn.commitment.digest, reason)
    if not any((one.seed, one.commitment) == (now.seed, now.commitment) for one in past):
        with private_file(home / HISTORY) as file:
            file.write((json.dumps([vars(one) for one in (*past, now)], ensure_ascii=False, indent=1) + "\n").encode())


def conflicts_of(text: str) -> Mapping[str, frozenset[str]]:
    """Conflicts as parameters write them: ``审核员甲:某单位 审核员甲:另一单位``. Raises SampleError on another form."""
    found: dict[str, set[str]] = {}
    for part in text.replace("：", ":").split():
        name, colon, unit = part.partition(":")
        if not (name and colon and unit):
            raise SampleError(f"回避“{part}”写法不对；应写成 审核人:单位，各组之间空一格。")
        found.setdefault(name, set()).add(unit)
    return {name: frozenset(units) for name, units in found.items()}
