"""A review that is no demonstration: publish, roll, draw, extend; nothing in another order."""

import json
from pathlib import Path

import pytest
from conftest import PARAMETERS

from ce_toolkit.errors import SampleError
from ce_toolkit.review.design import Review
from ce_toolkit.review.draw import Draw
from ce_toolkit.rules import Pack
from ce_toolkit.runs import start
from ce_toolkit.runs.review_files import hand_out, publish_commitment, publish_draw
from ce_toolkit.runs.reviewing import draw_review, memory, prepare_review
from ce_toolkit.runs.session import Run
from tests.conftest import Processed

SEED, OTHER = "31415926535897932384", "27182818284590452353"


@pytest.fixture
def real(project: Path, processed: Processed, pack: Pack):  # type: ignore[no-untyped-def]
    """Steps of notebook 02 with parameters of one's own, over the tables of a county."""
    county = "371402"
    registers, credited = processed.registers[county], processed.credited[county]
    values = {**PARAMETERS["02_review_sampling"], "demonstration": False, "seed": ""}
    first = start("02_review_sampling", **values)
    unrouted = registers.people[["employer"]].head(0).rename(columns={"employer": "unit"})
    tables = {
        "claims": registers.claims, "people": registers.people, "credits": credited.credits,
        "standing": credited.standing, "unrouted": unrouted,
    }  # fmt: skip
    for name, table in tables.items():
        first.store.save(county, name, table)

    def steps(**own: object) -> tuple[Run, Review, Draw | None]:
        run = start("02_review_sampling", **{**values, **own})
        review = prepare_review(run, pack)
        publish_commitment(run, review, pack)
        drawn = draw_review(run, review)
        publish_draw(run, review, drawn)
        hand_out(run, drawn, run.load("people"), pack)
        return run, review, drawn

    return steps


def test_RS3_publish_then_roll_then_draw(real) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(SampleError, match="还没有公示"):
        real(seed=SEED)
    run, published, nothing = real()
    assert nothing is None
    assert not list(run.folder.glob("审核抽查表*"))
    assert (run.folder / "抽样前公示.docx").is_file()
    _, review, drawn = real(seed=SEED)
    assert review.commitment.digest == published.commitment.digest
    assert drawn is not None
    _, _, later = real(seed=SEED, stage=2)
    assert later.rows["unit_id"].head(len(drawn.rows)).tolist() == drawn.rows["unit_id"].tolist()


def test_RS3_a_plan_changed_after_the_seed_is_refused(real) -> None:  # type: ignore[no-untyped-def]
    real()
    real(seed=SEED)
    with pytest.raises(SampleError, match="参数 tolerable_rate 与公示的方案不同"):
        real(seed=SEED, tolerable_rate="0.1")
    real(tolerable_rate="0.1")
    with pytest.raises(SampleError, match="要重新掷骰"):
        real(seed=SEED, tolerable_rate="0.1")


def test_RS3_a_second_seed_wants_a_reason_and_both_are_recorded(real) -> None:  # type: ignore[no-untyped-def]
    real()
    real(seed=SEED)
    with pytest.raises(SampleError, match="seed_reason 写明理由"):
        real(seed=OTHER)
    run, _, _ = real(seed=OTHER, seed_reason="骰子落地")
    record = json.loads((run.folder / "抽样记录.json").read_text(encoding="utf-8"))
    assert record["seeds_used"] == [{"seed": SEED, "reason": ""}, {"seed": OTHER, "reason": "骰子落地"}]


def test_RS13_the_secret_stays_in_the_county_s_folder(real) -> None:  # type: ignore[no-untyped-def]
    run, review, _ = real()
    secret = memory(run.store, "371402") / "单元编号密钥"
    assert secret.stat().st_mode & 0o077 == 0
    public = "".join(path.read_bytes().decode("utf-8", "ignore") for path in run.folder.iterdir())
    assert secret.read_text(encoding="ascii") not in public
    secret.write_text("cut", encoding="ascii")
    with pytest.raises(SampleError, match="不完整"):
        real()
    assert review.commitment.demonstration is False


def test_RS6_a_record_named_by_the_county_wants_a_written_reason(real) -> None:  # type: ignore[no-untyped-def]
    run, review, _ = real()
    code = review.commitment.strata["unit_id"].iloc[0]
    named = memory(run.store, "371402") / "必查名单.csv"
    named.write_text(f"单元编号,理由\n{code},\n", encoding="utf-8")
    with pytest.raises(SampleError, match="没有写明理由"):
        real()
    named.write_text(f"单元编号,理由\n{code},群众来信要求核对\n", encoding="utf-8")
    strata = real()[1].commitment.strata.set_index("unit_id")["stratum"]
    assert strata[code] == "S0"
