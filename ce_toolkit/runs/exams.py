"""The city's exam results: read once for all counties, and read again only when an export changed."""

from pathlib import Path

import pandas as pd

from ce_toolkit.errors import InputError
from ce_toolkit.intake import read_folder
from ce_toolkit.registers import register_exams
from ce_toolkit.runs.hashes import file_sha256
from ce_toolkit.runs.parameters import CITY
from ce_toolkit.runs.plan import RunPlan
from ce_toolkit.runs.session import Run
from ce_toolkit.runs.store import Store
from ce_toolkit.statistics import Annual, outcome_counts, published_exam_account

_HELD = "exams_held"
AREA = "platforms"  # the folder of the store that belongs to no county


def store_exams(plan: RunPlan) -> list[Path]:
    """The step before all counties: the platforms' exports into the store. Returns the files written."""
    store = Store(plan.store, plan.year)
    read_exams(plan.platforms, store, year=plan.year)
    return [store.path(AREA, name) for name in ("exams", _HELD, "submissions", "findings")]


def read_exams(folder: Path, store: Store, *, year: int) -> pd.DataFrame:
    """Exam results of the city (contract EXAMS) and, in the store, what was received and is to be mended.

    Raises InputError if the folder is missing or holds no export that can be read.
    """
    batch = read_folder(folder, year=year)
    exams = register_exams(batch.exams)
    if exams.empty:
        raise InputError(f"{folder} 中没有可用的公需科目考试成绩，请检查 city.yaml 中的 platforms。")
    store.save(AREA, "exams", exams)
    store.save(AREA, _HELD, batch.waiting_exams)
    store.save(AREA, "submissions", batch.submissions)
    store.save(AREA, "findings", batch.findings)
    return exams


def city_exams(folder: Path, store: Store, *, year: int) -> pd.DataFrame:
    """The city's exam results from the store where it still holds these very exports, else read from the folder."""
    if store.exists(AREA, _HELD) and _read_before(folder, store):
        return store.load(AREA, "exams")
    return read_exams(folder, store, year=year)


def held_exams(store: Store) -> pd.DataFrame:
    """Rows of the exports that were held at intake, as ``city_exams`` left them; what is at fault is blank."""
    return store.load(AREA, _HELD)


def _read_before(folder: Path, store: Store) -> bool:
    received = store.load(AREA, "submissions")
    here = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    known = dict(zip(received["file"], received["sha256"], strict=True))
    return set(known) <= here and all(file_sha256(folder / name) == digest for name, digest in known.items())


def exams_in_question(run: Run) -> pd.DataFrame:
    """The exam results a notebook accounts for: the whole city's for the city, else those that may be the county's."""
    exams = run.store.load(AREA, "exams")
    if run.params.county == CITY:
        return exams
    return exams[exams["exam_id"].isin(run.load("matches")["exam_id"])]


def exam_files(run: Run) -> pd.DataFrame:
    """The platforms' exports as received (contract SUBMISSIONS)."""
    return run.store.load(AREA, "submissions")


def exam_receipts(run: Run) -> pd.DataFrame:
    """What a page shows of the platforms' exports: for the city all of them by outcome, with rows and findings.

    For a county the exports that hold results of its people, without their numbers: these stand in its tables, where
    small ones are hidden.
    """
    if run.params.county == CITY:
        return outcome_counts(exam_files(run))
    files = exams_in_question(run)["source"].str.split("!").str[0]
    return pd.DataFrame({"file": sorted(files.unique())})


def exam_account(run: Run, tables: Annual) -> pd.DataFrame:
    """Where the exam results went, as it may be published: columns verdict and count, small counts ※.

    For a county verdict and present, whether there are any: which they are is said on its own pages of intake.
    """
    matches = run.load("matches")
    if run.params.county == CITY:
        return published_exam_account(exams_in_question(run), matches, tables, run.params.small_cell)
    words = matches["verdict"].astype("str")
    verdicts = ("same", "ask")
    return pd.DataFrame({"verdict": verdicts, "present": [bool((words == verdict).any()) for verdict in verdicts]})
