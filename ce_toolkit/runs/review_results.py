"""What a county's review found, as notebook 02b goes through it: read back, evaluate, keep, report, replay."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from ce_toolkit.errors import InputError
from ce_toolkit.publish.review.result import Report, write_report
from ce_toolkit.review.assess import Assessment, assess, drawn_of
from ce_toolkit.review.conclusions import Year, changed_conclusions
from ce_toolkit.review.draw import Draw
from ce_toolkit.review.judged import judge
from ce_toolkit.review.public import commitment_files, sample_files, write_text
from ce_toolkit.review.reading import Results, counts_as_error, read_review_sheets
from ce_toolkit.review.rehearsal import fill_sheets
from ce_toolkit.review.replay import replay, result_files
from ce_toolkit.rules.pack import Pack
from ce_toolkit.runs.review_files import SHEETS, sheets_in
from ce_toolkit.runs.reviewing import memory, uses
from ce_toolkit.runs.root import root, shown
from ce_toolkit.runs.session import Run


def read_sheets(run: Run, drawn: Draw) -> Results:
    """The answers of every review sheet in the county's folder below the one that the parameters name.

    A demonstration fills copies of the blank sheets that were just handed out. Raises InputError where there are none.
    """
    folder = run.folder if run.params.demonstration else root() / run.params.sheets / run.params.county
    paths = sheets_in(folder)
    if not paths:
        raise InputError(f"{shown(folder)}：没有以“{SHEETS}”开头的工作簿；请把填好的抽查表放在这里，或改参数 sheets。")
    if not run.params.demonstration:
        return read_review_sheets(paths, drawn)
    with TemporaryDirectory(prefix="ce-sheets-") as place:
        return read_review_sheets(fill_sheets(paths, Path(place)), drawn)


def assess_results(run: Run, drawn: Draw, results: Results) -> Assessment | None:
    """The evaluation and decision; None while any drawn record waits for a verdict."""
    if not results.is_complete or not drawn.frame.size:
        return None
    return assess(drawn, results.rows, missing_is_error=run.params.not_seen_is_error)


def changed_verdicts(run: Run, drawn: Draw, results: Results, pack: Pack) -> pd.DataFrame:
    """Reviewed claims whose correction changes what is concluded of their person: before, after, count."""
    if not results.is_complete or not len(results.rows):
        return pd.DataFrame({"from": [], "to": [], "count": []})
    rows = results.rows.merge(drawn.rows[["unit_id", "claim_id"]], on="unit_id")
    year = Year(run.load("claims"), run.load("people"), pack, run.as_of)
    told = changed_conclusions(rows, judge(rows, drawn_of(drawn)), year)
    counts = told[told["changed"]].groupby(["before", "after"]).size()
    return counts.rename("count").reset_index().rename(columns={"before": "from", "after": "to"})


def keep_results(run: Run, drawn: Draw, results: Results, assessment: Assessment | None) -> pd.DataFrame:
    """Store the results, write what a replay needs, and replay it; returns the differences, empty if there are none."""
    facts = drawn.rows[["unit_id", "claim_id", "person_id", "employer"]]
    wrong = counts_as_error(results.rows["verdict"], not_seen=run.params.not_seen_is_error)
    run.save("results", results.rows.assign(is_error=wrong).merge(facts, on="unit_id", how="left"))
    if assessment is None:
        return pd.DataFrame(columns=["文件", "位置", "原记录", "重算"])
    texts = {
        **commitment_files(drawn.frame, drawn.commitment), **sample_files(drawn),
        **result_files(results.rows, assessment),
    }  # fmt: skip
    for name, text in texts.items():
        write_text(run.output(name), text)
    return replay(run.folder)


def report_results(  # noqa: PLR0913, PLR0917 - all that a report is written from
    run: Run, drawn: Draw, results: Results, assessment: Assessment | None, changed: pd.DataFrame, pack: Pack
) -> None:  # fmt: skip
    """Write the report of two pages as workbook and Word document; nothing while records wait for a verdict."""
    if assessment is None:
        return
    used = [(one.seed, one.reason) for one in uses(memory(run.store, run.params.county))
            if one.frame == drawn.commitment.frame_digest]  # fmt: skip
    title = f"{pack.time.year}年度{run.params.county_name}继续教育学时"
    report = Report(title, pack.notice, drawn, results, assessment, changed, used or [(drawn.seed, "")])
    write_report(report, *map(run.output, ("抽查结果.xlsx", "抽查结果.docx", "抽查结果-附表.xlsx")))
