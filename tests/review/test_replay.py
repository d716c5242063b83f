"""From results to the answer and back: the same figures come out again, and a difference is a row of a table."""

import json
from pathlib import Path

import pandas as pd
import pytest
from docx import Document
from openpyxl import load_workbook

from ce_toolkit.errors import SampleError
from ce_toolkit.publish.review.result import Report, method_sentences, write_report
from ce_toolkit.review.assess import Assessment, assess, signal_rates, size_rates
from ce_toolkit.review.design import Design, prepare
from ce_toolkit.review.draw import Draw, draw
from ce_toolkit.review.public import commitment_files, sample_files, write_text
from ce_toolkit.review.reading import Results, read_review_sheet
from ce_toolkit.review.rehearsal import fill_sheets
from ce_toolkit.review.replay import replay, result_files
from ce_toolkit.review.signals import Watch
from tests.review.conftest import SEED, County


def _results(county: County, drawn: Draw, folder: Path) -> Results:
    (path,) = fill_sheets([county.write(folder / "审核抽查表.xlsx", drawn)], folder)
    return read_review_sheet(path, drawn)


@pytest.fixture(params=["claims", "hours"])
def told(request: pytest.FixtureRequest, county: County, tmp_path: Path) -> tuple[Path, Draw, Results, Assessment]:
    """A run folder of public files, with what it was made of."""
    watch = Watch.of(county.pack)
    review = prepare(county.records, watch, Design(unit=request.param, stages=2), about={})
    drawn = draw(review.frame, review.commitment, SEED)
    results = _results(county, drawn, tmp_path)
    assessment = assess(drawn, results.rows)
    folder = tmp_path / "run"
    folder.mkdir()
    files = (
        commitment_files(review.frame, review.commitment),
        sample_files(drawn),
        result_files(results.rows, assessment),
    )
    for texts in files:
        for name, text in texts.items():
            write_text(folder / name, text)
    return folder, drawn, results, assessment


def test_RS12_a_run_comes_out_again_cell_by_cell(told: tuple[Path, Draw, Results, Assessment]) -> None:
    assert replay(told[0]).empty


def test_RS12_a_difference_is_shown_as_a_table(told: tuple[Path, Draw, Results, Assessment]) -> None:
    folder = told[0]
    kept = json.loads((folder / "评价.json").read_text(encoding="utf-8"))
    kept["decision"]["kind"], kept["evaluation"]["population"] = "?", -1
    (folder / "评价.json").write_text(json.dumps(kept), encoding="utf-8")
    assert replay(folder)["位置"].tolist() == ["decision.kind", "evaluation.population"]
    text = (folder / "结果.csv").read_text(encoding="utf-8")
    (folder / "结果.csv").write_text(text.replace(",相符,", ",,", 1), encoding="utf-8")
    assert "没有结论" in replay(folder)["重算"].iloc[0]


def test_RS10_a_blank_verdict_blocks_the_evaluation(told: tuple[Path, Draw, Results, Assessment]) -> None:
    _, drawn, results, _ = told
    rows = results.rows.copy()
    rows.loc[0, "verdict"] = ""
    with pytest.raises(SampleError, match="没有结论的有 1 条"):
        assess(drawn, rows)


def test_RS10_evidence_not_seen_is_an_error_and_both_figures_are_told(
    told: tuple[Path, Draw, Results, Assessment],
) -> None:
    _, drawn, results, strict = told
    lenient = assess(drawn, results.rows, missing_is_error=False)
    assert (results.rows["verdict"] == "证据缺失").any()
    assert strict.evaluation.lenient is not None
    assert str(lenient.evaluation) == str(strict.evaluation.lenient)
    assert any("证据缺失、无法核实" in line and "上限" in line for line in method_sentences(strict))


def test_RS14_the_report_is_made_and_its_conclusion_is_short(
    told: tuple[Path, Draw, Results, Assessment], tmp_path: Path
) -> None:
    _, drawn, results, assessment = told
    assert len(assessment.decision.sentence) <= 120
    report = Report(
        "试", "某号", drawn, results, assessment, pd.DataFrame(), [(SEED, ""), ("4" + SEED[1:], "骰子落地")]
    )
    places = [tmp_path / name for name in ("a.xlsx", "a.docx", "b.xlsx")]
    write_report(report, *places)
    assert load_workbook(places[0]).sheetnames == ["结论", "各层结果"]
    text = "\n".join(line.text for line in Document(places[1]).paragraphs)
    assert assessment.decision.sentence in text
    assert SEED in text
    assert "骰子落地" in text  # RS3: a second seed stands there with its reason


def test_RS15_rates_by_signal_and_size_mask_groups_under_five(county: County, tmp_path: Path) -> None:
    rows = _results(county, county.drawn, tmp_path).rows
    for table in (signal_rates(county.drawn, rows), size_rates(county.drawn, rows)):
        few = table["reviewed"] < 5
        assert table.loc[few, "errors"].isna().all()
        assert table.loc[~few, "errors"].notna().all()
    assert (signal_rates(county.drawn, rows)["reviewed"] < 5).any()
