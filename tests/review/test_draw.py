"""Commit, then draw: nothing without a commitment, nothing changed after it, nothing asked twice."""

import hashlib
import hmac
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ce_toolkit.errors import SampleError
from ce_toolkit.review.codes import DEMONSTRATION
from ce_toolkit.review.commit import commit
from ce_toolkit.review.design import Design, prepare
from ce_toolkit.review.draw import Draw, draw, extend, verify_draw
from ce_toolkit.review.frame import Frame, freeze_frame, read_frame
from ce_toolkit.review.public import commitment_files, read_draw, sample_files, verify_folder, write_text
from ce_toolkit.review.records import review_records
from ce_toolkit.review.reviewers import assign_reviewers
from ce_toolkit.review.signals import SIGNALS, Watch, signals
from ce_toolkit.review.strata import PRIORITY, Stratum, assign_strata, one_stratum
from ce_toolkit.rules import Pack
from tests.conftest import Processed
from tests.review.conftest import COUNTY, SEED, County

ROOT = Path(__file__).parents[2]
Simple = Callable[..., pd.DataFrame]


# ---- the frame


def test_RS3_the_digest_is_that_of_the_published_text(county: County) -> None:
    frame = county.review.frame
    lines = [f"{row.unit_id},{row.hours:.2f},{row.registered:.2f}" for row in frame.units.itertuples()]
    text = "\n".join(["unit_id,hours,registered", *lines]) + "\n"
    assert frame.digest == hashlib.sha256(text.encode()).hexdigest()
    assert read_frame(text.replace("\n", "\r\n")).digest == frame.digest
    assert freeze_frame(county.records.iloc[::-1]).digest == frame.digest


def test_RS13_codes_are_the_hmac_of_certificate_and_row(county: County) -> None:
    numbers = county.people.set_index("person_id")["certificate_no"]
    row = next(one for one in county.records.itertuples() if isinstance(numbers[one.person_id], str))
    key = f"{numbers[row.person_id]}\n{row.claim_id}".encode()
    assert row.unit_id == hmac.new(DEMONSTRATION, key, hashlib.sha256).hexdigest()[:12].upper()


def test_every_creditable_claim_but_exams_is_in_once(processed: Processed, county: County) -> None:
    rows = processed.credited[COUNTY].credits.to_dict("records")
    wanted = [row["claim_id"] for row in rows if row["granted"] > 0 and row["class"] != "public_exam"]
    assert sorted(county.review.frame.units["claim_id"]) == sorted(wanted)


def test_N9_D8_nothing_is_frozen_while_a_unit_has_no_reviewer(processed: Processed) -> None:
    registers, credited = processed.registers[COUNTY], processed.credited[COUNTY]
    facts = registers.claims, credited.credits, registers.people, credited.standing
    with pytest.raises(SampleError, match=r"有 2 个单位还没有确定审核单位（乙库、甲公司）.*review_route"):
        review_records(*facts, secret=DEMONSTRATION, unrouted=["甲公司", "乙库"])


@pytest.mark.parametrize(
    ("ids", "hours", "wanted"),
    [
        (["A", "ａ"], [1, 1], "1 个重复的编号（A）"),
        (["A", " "], [1, 1], "1 个空白的编号"),
        (["A", "B"], [1, None], "1 项没有学时（B）"),
    ],
)
def test_RS3_a_frame_that_cannot_be_trusted_stops(ids: list[str], hours: list[float], wanted: str) -> None:
    with pytest.raises(SampleError, match=wanted):
        freeze_frame(pd.DataFrame({"unit_id": ids, "hours": hours}))


def test_records_without_hours_are_left_out_and_counted(simple: Simple) -> None:
    frame = freeze_frame(simple(8, 0, -1))
    assert (frame.size, frame.left_out, str(frame.hours)) == (1, 2, "8.00")


# ---- strata


def test_RS6_every_unit_is_in_the_first_stratum_that_fits(county: County) -> None:
    members = pd.concat([one.members.assign(code=one.code) for one in county.review.strata])
    assert sorted(members["unit_id"]) == sorted(county.records["unit_id"])
    homes = {code: home for code, (home, _) in SIGNALS.items()}
    for row in members.itertuples():
        fits = [homes[code] for code in row.reasons.split()]
        assert row.code == min(fits, key=PRIORITY.index, default="S6")
    assert set(members["code"]) >= {"S1", "S2", "S3", "S6"}


def _records(**columns: list[object]) -> pd.DataFrame:
    size = len(next(iter(columns.values())))
    table = {
        "unit_id": [f"U{place}" for place in range(size)], "person_id": [f"P{place}" for place in range(size)],
        "class": ["training"] * size, "kind": ["lecture"] * size, "organiser": ["甲"] * size, "flags": [""] * size,
        "start": pd.to_datetime(["2017-05-01"] * size), "end": pd.to_datetime(["2017-05-01"] * size),
        "days": [None] * size, "key": [f"K{place}" for place in range(size)], "proof": [True] * size,
        "employer": [f"E{place}" for place in range(size)], "archive": [True] * size, "rows_in_question": [0] * size,
        "hours": [8.0] * size, "registered": [8.0] * size, "standing_status": ["met"] * size,
        "standing_total": [200.0] * size, "standing_professional": [150.0] * size,
    }  # fmt: skip
    return pd.DataFrame({**table, **columns})


@pytest.mark.parametrize(
    ("code", "columns", "wanted"),
    [
        ("same_certificate", {"key": ["K", "K", "L"]}, [1, 1, 0]),
        ("no_evidence", {"proof": [True, None, False]}, [0, 1, 1]),
        ("identity", {"rows_in_question": [0, 2, None]}, [0, 1, 0]),
        ("over_day", {"person_id": ["P", "P", "Q"], "registered": [4.5, 4.0, 8.0]}, [1, 1, 0]),
        ("two_places", {"person_id": ["P", "P", "Q"], "organiser": ["甲", "乙", "丙"]}, [1, 1, 0]),
        ("two_places", {"person_id": ["P"] * 3, "organiser": list("甲乙丙"), "kind": ["online"] * 3}, [0, 0, 0]),
        ("self_study_archive", {"class": ["self_study"] * 3, "archive": [True, False, None]}, [0, 1, 1]),
        ("near_total", {"standing_total": [89.5, 90, 92]}, [0, 1, 1]),
        ("near_professional", {"standing_professional": [60, 62, 62.5]}, [1, 1, 0]),
        ("first_organiser", {"organiser": ["旧", "新", None]}, [0, 1, 0]),
        ("first_unit", {"employer": ["旧", "新", "旧"]}, [0, 1, 0]),
        ("last_year", {"employer": ["更正", "E", "E"]}, [1, 0, 0]),
        ("large", {"hours": [39.5, 40, 41]}, [0, 1, 1]),
        ("decides_copy", {"evidence_copy": [True, True, False], "standing_total": [97, 98, 97]}, [1, 0, 0]),
        ("identical", {"employer": ["E"] * 6, "registered": [8, 8, 8, 8, 8, 6]}, [1, 1, 1, 1, 1, 0]),
    ],
)
def test_RS6_signals(pack: Pack, code: str, columns: dict[str, list[object]], wanted: list[int]) -> None:
    watch = Watch.of(
        pack,
        known_units=["旧", *(f"E{place}" for place in range(9))],
        known_organisers=["旧"],
        corrected=["更正"],
        interval=40,
    )
    assert signals(_records(**columns), watch)[code].astype(int).tolist() == wanted


def test_RS6_wording_accuses_nobody() -> None:
    told = "".join(title for _, title in SIGNALS.values())
    assert not [word for word in ("虚假", "造假", "违规", "作弊", "可疑", "嫌疑", "骗") if word in told]


def test_RS6_a_size_that_a_stratum_cannot_give_is_an_error_that_names_it(simple: Simple) -> None:
    frame = freeze_frame(simple(8, 8, 8))
    with pytest.raises(SampleError, match=r"层 S6（其余）的样本量 4 应逐阶段不减，且在 0 与 3 之间"):
        commit(frame, {}, one_stratum(frame.units), {"S6": 4})
    with pytest.raises(SampleError, match="层 S6（其余）没有分配样本量"):
        commit(frame, {}, one_stratum(frame.units), {})
    with pytest.raises(SampleError, match="每个单元应恰好属于一层"):
        commit(frame, {}, one_stratum(frame.units.iloc[:2]), {"S6": 1})


# ---- certainty


@given(st.lists(st.integers(1, 160), min_size=1, max_size=60), st.integers(1, 3))
@settings(max_examples=25)
def test_RS5_the_cut_off_ends_and_counts_nothing_twice(halves: list[int], stages: int) -> None:
    records = _records(hours=[half / 2 for half in halves], registered=[half / 2 for half in halves])
    records["unit_id"] = [f"U{place:03d}" for place in range(len(records))]
    review = prepare(records, _QUIET, Design(unit="hours", stages=stages, tolerable_rate="0.1"), about={})
    rest = [one for one in review.strata if not one.certainty]
    assert sum(one.size for one in review.strata) == len(records)
    if review.plan is not None:
        assert max(one.members["hours"].max() for one in rest) < review.plan.interval
    drawn = draw(review.frame, review.commitment, SEED)
    certain = set(review.commitment.strata.query("stratum == 'S0'")["unit_id"])
    assert certain <= set(drawn.rows["unit_id"])
    assert drawn.rows["unit_id"].is_unique


_QUIET = Watch(daily=24, minima={}, caps=(), alike_least=10**6)  # type: ignore[arg-type]


# ---- commitment and draw


def test_RS3_no_draw_from_another_frame_than_was_committed_to(county: County) -> None:
    frame = freeze_frame(county.records.iloc[1:])
    with pytest.raises(SampleError, match="抽样承诺不是对这个抽样框作出的"):
        draw(frame, county.review.commitment, SEED)


@pytest.mark.parametrize("column", ["hours", "registered"])
def test_RS3_one_changed_cell_is_named_by_its_row(county: County, column: str) -> None:
    units = county.review.frame.units.copy()
    units.loc[7, column] = units.loc[7, column] + 1
    changed = freeze_frame(units)
    (found,) = verify_draw(county.review.commitment, changed, county.drawn)
    assert (found.cell, units.loc[7, "unit_id"] in found.found) == ("第 9 行", True)


def test_RS3_a_changed_stratum_is_named_by_its_row(county: County) -> None:
    strata = county.review.commitment.strata.copy()
    strata.loc[3, "stratum"] = "S0"
    (found,) = verify_draw(replace(county.review.commitment, strata=strata), county.review.frame, county.drawn)
    assert (found.file, found.cell) == ("分层.csv", "第 5 行")


def test_RS3_a_swapped_row_of_the_sample_is_named(county: County) -> None:
    rows = county.drawn.rows.copy()
    inside = set(rows["unit_id"])
    rows.loc[4, "unit_id"] = next(one for one in county.review.frame.units["unit_id"] if one not in inside)
    (found,) = verify_draw(county.review.commitment, county.review.frame, replace(county.drawn, rows=rows))
    assert (found.file, found.cell) == ("样本.csv", "第 6 行")
    assert verify_draw(county.review.commitment, county.review.frame, county.drawn) == []


def test_RS3_the_commitment_fixes_plan_sizes_and_stages(county: County) -> None:
    commitment = county.review.commitment
    other = replace(commitment, allocation={**commitment.allocation, "S6": (1, 2)})
    assert other.digest != commitment.digest
    assert json.loads(commitment.text)["plan"]["confidence"] == "9/10"
    with pytest.raises(SampleError, match="没有第 3 阶段；公示之外不能加抽"):
        draw(county.review.frame, commitment, SEED, stage=3)


@pytest.mark.parametrize("unit", ["claims", "hours"])
def test_RS4_a_later_stage_begins_with_the_earlier_one(simple: Simple, unit: str) -> None:
    frame = freeze_frame(simple(*[8.0, 4.5, 16.0] * 40))
    strata = one_stratum(frame.units)
    commitment = commit(frame, {}, strata, {"S6": [15, 40]}, unit=unit)
    first = draw(frame, commitment, SEED)
    second = extend(first, stage=2)
    kept = second.rows.head(len(first.rows))
    assert kept["unit_id"].tolist() == first.rows["unit_id"].tolist()
    assert not set(second.new["unit_id"]) & set(first.rows["unit_id"])
    assert (first.rows["hits"].sum(), second.rows["hits"].sum()) == (15, 40)
    assert (kept["hits"] >= first.rows["hits"]).all()


def test_RS2_RS13_hour_units_are_hashed_as_id_and_number(simple: Simple) -> None:
    from ce_toolkit.review.tickets import ticket_number

    frame = freeze_frame(simple(2, 1.5, 4, 0.5))
    drawn = draw(frame, commit(frame, {}, one_stratum(frame.units), {"S6": 5}, unit="hours"), SEED)
    units = [f"{row.unit_id}#{k}" for row in frame.units.itertuples() for k in range(1, int(row.hours * 2) + 1)]
    wanted = Counter(unit.partition("#")[0] for unit in sorted(units, key=lambda one: ticket_number(SEED, one))[:5])
    assert dict(zip(drawn.rows["unit_id"], drawn.rows["hits"], strict=True)) == wanted


def test_RS2_the_draw_does_not_hang_on_hash_seeds_or_row_order(county: County) -> None:
    code = (
        "import pandas as pd, hashlib;from ce_toolkit.review.frame import freeze_frame;"
        "from ce_toolkit.review.strata import one_stratum;from ce_toolkit.review.commit import commit;"
        "from ce_toolkit.review.draw import draw;"
        "f=freeze_frame(pd.DataFrame({'unit_id':[f'甲{k}' for k in range(300)],'hours':[8]*300}));"
        f"d=draw(f,commit(f,{{}},one_stratum(f.units),{{'S6':50}}),'{SEED}');"
        "print(hashlib.sha256(d.text.encode()).hexdigest())"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": lot},
            capture_output=True,
            check=True,
        ).stdout
        for lot in ("1", "2")
    }
    assert len(told) == 1


# ---- reviewers


def _drawn(places: list[str], simple: Simple) -> Draw:
    frame = freeze_frame(simple(*[8.0] * len(places)).assign(employer=places))
    return draw(frame, commit(frame, {}, one_stratum(frame.units), {"S6": len(places)}), SEED)


@given(
    st.lists(st.sampled_from("ABCDE"), min_size=1, max_size=40),
    st.lists(st.sets(st.sampled_from("ABC")), min_size=2, max_size=5),
)
@settings(max_examples=60)
def test_RS15_reviewers_have_no_conflicts_and_as_even_a_share_as_can_be(
    places: list[str], barred: list[set[str]]
) -> None:
    names = [f"审{place}" for place in range(len(barred))] + ["无回避"]
    conflicts = dict(zip(names, barred, strict=False))
    frame = freeze_frame(
        pd.DataFrame({"unit_id": [f"U{k}" for k in range(len(places))], "hours": [8] * len(places), "employer": places})
    )
    drawn = draw(frame, commit(frame, {}, one_stratum(frame.units), {"S6": len(places)}), SEED)
    given_to = assign_reviewers(drawn, names, SEED, conflicts=conflicts)
    homes = dict(zip(drawn.rows["unit_id"], drawn.rows["employer"], strict=True))
    assert not [unit for unit, name in given_to.items() if homes[unit] in conflicts.get(name, ())]
    load = Counter(given_to.values())
    if not any(barred):
        assert max(load[name] for name in names) - min(load[name] for name in names) <= 1


def test_RS15_a_conflict_does_not_spoil_the_balance(simple: Simple) -> None:
    drawn = _drawn(["A"] * 5 + ["B"] * 5, simple)
    load = Counter(assign_reviewers(drawn, ["甲", "乙"], SEED, conflicts={"甲": {"A"}}).values())
    assert load == {"甲": 5, "乙": 5}
    with pytest.raises(SampleError, match="没有可以回避之外的审核人"):
        assign_reviewers(drawn, ["甲"], SEED, conflicts={"甲": {"A"}})


def test_RS15_two_reviewers_a_batch(simple: Simple) -> None:
    told = set(assign_reviewers(_drawn(["A"] * 12, simple), list("甲乙丙丁戊"), SEED, together=2).values())
    assert sorted(name for team in told for name in team.split("、")) == sorted("甲乙丙丁戊")
    assert len(told) == 2


# ---- the check without us


@pytest.fixture
def public(county: County, tmp_path: Path) -> Path:
    for name, text in {
        **commitment_files(county.review.frame, county.review.commitment),
        **sample_files(county.drawn),
    }.items():
        write_text(tmp_path / name, text)
    shutil.copy(ROOT / "docs/public_check/check_draw.py", tmp_path)
    return tmp_path


def _check(folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-I", "check_draw.py"]  # alone: nothing of ours can be imported
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False)


def test_RS13_the_script_finds_the_draw_again(public: Path, county: County) -> None:
    done = _check(public)
    assert (done.returncode, done.stderr) == (0, "")
    assert county.review.commitment.digest in done.stdout
    assert verify_folder(public) == []
    assert read_draw(public).id == county.drawn.id


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("抽样框.csv", ".00,", ".50,"),
        ("分层.csv", ",S6,", ",S2,"),
        ("样本.csv", ",S6,0.", ",S6,0.9"),
        ("种子.txt", "3141", "4141"),
        ("抽样承诺.json", '"frame_sha256": "', '"frame_sha256": "0'),
    ],
)
def test_RS13_tampering_is_found(public: Path, name: str, old: str, new: str) -> None:
    text = (public / name).read_text(encoding="utf-8")
    assert old in text
    (public / name).write_bytes(text.replace(old, new, 1).encode())
    assert _check(public).returncode == 1
    assert verify_folder(public)


def test_RS13_a_row_left_out_of_the_sample_is_found(public: Path) -> None:
    lines = (public / "样本.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (public / "样本.csv").write_bytes("".join([*lines[:5], *lines[6:]]).encode())
    assert _check(public).returncode == 1
    assert verify_folder(public)[0].cell == "第 6 行"


def test_RS13_public_files_hold_no_name_and_no_number(public: Path, county: County) -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in public.iterdir() if path.suffix != ".py")
    secrets = {*county.people["name"], *county.people["certificate_no"].dropna(), *county.people["person_id"]}
    assert not [one for one in secrets if one in text]


def test_RS13_the_script_is_short_and_needs_nothing() -> None:
    text = (ROOT / "docs/public_check/check_draw.py").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 35
    assert "ce_toolkit" not in text


def test_strata_come_in_any_order(county: County) -> None:
    """RS6: the order of strata is irrelevant."""
    review = county.review
    again = commit(
        review.frame, review.plan, tuple(reversed(review.strata)), review.commitment.allocation,
        about=review.commitment.about, demonstration=True,
    )  # fmt: skip
    assert again.digest == review.commitment.digest
    assert isinstance(review.strata[0], Stratum)
    assert isinstance(review.frame, Frame)


def test_RS6_priority_must_not_repeat(county: County, pack: Pack) -> None:
    with pytest.raises(SampleError, match="为空或有重复"):
        assign_strata(county.records, signals(county.records, Watch.of(pack)), priority=("S6", "S6"))
