"""``ce round recognise`` on three areas that were really reviewed: batches, signatures, exit codes."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from ce_toolkit.cli import main
from ce_toolkit.registers.areas import area_names
from ce_toolkit.rules import Pack
from ce_toolkit.runs import start
from ce_toolkit.runs.journals import journal_of
from ce_toolkit.runs.plan import load_params
from ce_toolkit.runs.rounds import BOOKS, hand_out_volumes, open_round, take_back
from ce_toolkit.runs.store import Store
from ce_toolkit.workflow import verify_journal
from ce_toolkit.workflow.heads import offices_in
from ce_toolkit.workflow.keys import make_key, read_public_keys
from ce_toolkit.workflow.recognition import batches
from tests.conftest import YEAR, Processed
from tests.runs.filled_books import fill_in
from tests.runs.real_project import PARAMS, project_of

AREAS = ("371400", "371402", "371425")
CITY = "371400"
ROUTE = "大企业:371400 高等院校:371400 中央省驻德单位:371400"
FIRST, SECOND = date(2017, 11, 29), date(2017, 12, 27)  # a file of the city comes in between

Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, processed: Processed, pack: Pack) -> Iterator[Path]:
    """The areas stored, registered and, by the first reviewer of each, reviewed on FIRST; every act is signed."""
    root = tmp_path_factory.mktemp("recognise")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CE_ROOT", str(root))
        project_of(root, AREAS, demonstration=False, review_route=f'"{ROUTE}"', returned="back", key="keys")
        (root / "city").mkdir()
        (root / "city/units.csv").write_bytes((processed.folder / "units.csv").read_bytes())
        for office in area_names():  # people of one area work for units of others
            make_key(root / "keys", office)
        _store(root, processed)
        for area in AREAS:
            _review(root, area, pack, FIRST, "审核员甲")
        yield root


def _store(root: Path, processed: Processed) -> None:
    store = Store(root / "store", YEAR)
    for area in AREAS:
        registers, credited = processed.registers[area], processed.credited[area]
        tables = {
            "claims": registers.claims, "people": registers.people, "waiting": registers.waiting,
            "credits": credited.credits, "ledger": credited.ledger, "standing": credited.standing,
            "submissions": processed.batches[area].submissions,
        }  # fmt: skip
        for name, table in tables.items():
            store.save(area, name, table)


def _review(root: Path, area: str, pack: Pack, day: date, reviewer: str) -> None:
    """A reviewer's part of the round of an area, through the same functions as the notebook's."""
    (params,) = (county.review for county in load_params(root / PARAMS).counties if county.code == area)
    told = {**params.model_dump(), "entered_on": day.isoformat()}
    found = open_round(start("05_review_round", **told), pack)
    hand_out_volumes(found)
    fill_in((found.place / BOOKS).glob(f"*{reviewer}*"), root / "back" / area, on=day)
    take_back(found)


def _recognise(*more: str) -> int:
    return main(["round", "recognise", PARAMS, "--no-warm", "--no-papers", *more])


def _batches(root: Path) -> dict[str, int]:
    """Claims of each batch in all journals."""
    told: dict[str, int] = {}
    for area in AREAS:
        for row in batches(journal_of(Store(root / "store", YEAR), area).read()).itertuples():
            told[row.batch] = told.get(row.batch, 0) + row.claims
    return told


def _told(said: str) -> tuple[int, int]:
    """Claims entered now, and in the batch, as the command says."""
    found = re.search(r"本次记入 (\d+) 项.*本批共 (\d+) 项", said)
    assert found, said
    return int(found[1]), int(found[2])


def test_a_batch_that_nobody_stands_for_or_with_a_key_of_another_ends_with_2(project: Path, capsys: Capture) -> None:
    assert _recognise("--batch", "2017-1") == 2
    assert "--by" in capsys.readouterr().err
    wrong = ["--batch", "2017-1", "--by", "认定人丙", "--key", str(project / "keys/371402.key.pem")]
    assert _recognise(*wrong) == 2
    said = capsys.readouterr().err
    assert f"不是 {CITY} 的密钥" in said
    assert "PRIVATE" not in said
    assert _batches(project) == {}


def test_D14_a_batch_dated_before_every_review_ends_with_1_and_says_what_to_do(project: Path, capsys: Capture) -> None:
    assert _recognise("--batch", "2017-0", "--by", "认定人丙", "--on", "2017-11-20") == 1
    assert _told(capsys.readouterr().out) == (0, 0)
    page = (project / "reports/2017/round/city/06_recognition.html").read_text(encoding="utf-8")
    assert "审核日期晚于认定日期" in page
    assert "改认定日期，或放到以后的批次" in page
    sheet = load_workbook(project / "reports/2017/round/city/办理现状.xlsx")["办理现状"]
    rows = [row for row in sheet.iter_rows(values_only=True) if row[0] in {"县市区", "合计"}]
    total = dict(zip(*rows, strict=True))
    assert total["已收到，待记入登记"] > 0  # forms that came in after the round's day of entry
    assert total["项数"] == sum(count for name, count in total.items() if name not in {"县市区", "项数"})
    assert _batches(project) == {}


def test_D14_real_batches_once_each_signed_and_what_was_reviewed_since_in_the_next(
    project: Path, pack: Pack, capsys: Capture
) -> None:
    one = ["--by", "认定人丙", "--key", str(project / f"keys/{CITY}.key.pem")]
    first = ["--batch", "2017-1", "--on", "2017-12-01", *one]
    assert _recognise(*first) == 0
    said = capsys.readouterr().out
    now, inside = _told(said)
    assert now == inside > 0
    assert "已签名" in said
    assert "示范" not in said
    for area in AREAS:
        _review(project, area, pack, SECOND, "审核员乙")
    assert _recognise(*first) == 0  # the same batch does not take up what was reviewed since
    assert _told(capsys.readouterr().out) == (0, inside)
    assert _recognise("--batch", "2017-2", "--on", "2017-12-29", *one) == 0
    later, _ = _told(capsys.readouterr().out)
    assert later > 0
    assert _batches(project) == {"2017-1": inside, "2017-2": later}
    _require_signed(project)


def _require_signed(project: Path) -> None:
    """Every act of every journal stands under a signature that holds."""
    for area in AREAS:
        folder = journal_of(Store(project / "store", YEAR), area).folder
        public = {name: key for name, key in read_public_keys(project / "keys").items() if name in offices_in(folder)}
        proof = verify_journal(folder, keys=public)
        assert (proof.wrong, proof.signed) == ((), proof.offices)
        assert {area, CITY} <= {*proof.offices}
