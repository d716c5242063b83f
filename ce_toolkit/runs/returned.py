"""Return workbooks of a run: in the county's private folder of the store, with what is remembered between rounds."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from ce_toolkit.intake import Intake
from ce_toolkit.masking import mask_place
from ce_toolkit.returns import return_folder
from ce_toolkit.returns.folder import KEPT
from ce_toolkit.runs.plan import RunPlan
from ce_toolkit.runs.reviewing import memory as review_memory
from ce_toolkit.runs.session import Run
from ce_toolkit.runs.store import Store

RETURNED = "退回"
"""Folder of the workbooks that go back to the units now, beside the county's tables."""

_HEADS = {"added": "rows_added", "removed": "rows_removed", "changed": "rows_changed"}
_PRIVATE = 0o600


def return_workbooks(run: Run, batch: Intake, findings: pd.DataFrame | None = None) -> pd.DataFrame:
    """Write a workbook for each file of the inbox that has something to mend or came again; one row a workbook.

    Columns: unit, form, round, counts of faults by state, of rows added, removed and changed, and ``returned``, the
    workbook's name (masked) below the county's folder ``退回`` in the store: it holds its unit's names and numbers, so
    it is no output of the run and only its owner may read it. ``findings`` are those of all rooms where there are more
    than the batch's own. A run over the same files writes and remembers the same, however often it is repeated; what an
    earlier run left in the folder is taken away. Raises InputError as ``return_folder`` does.
    """
    county = run.params.county
    home = run.store.beside(county, RETURNED)
    kept = memory(run.store, county)
    kept.mkdir(mode=0o700, parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".returned-", dir=home.parent) as place:  # made with mode 0700
        made = Path(place) / RETURNED
        made.mkdir(mode=0o700)
        done = return_folder(batch, run.inbox, made, year=run.params.year, jobs=1, findings=findings, kept=kept)
        for path in made.rglob("*.xlsx"):
            path.chmod(_PRIVATE)
        shutil.rmtree(home, ignore_errors=True)
        made.rename(home)
    back = done[done["returned"] != ""].reset_index(drop=True)
    masked = {name: back[name].map(mask_place) for name in ("unit", "returned")}  # a file's name may be a person's
    return back.assign(**masked).drop(columns="file").rename(columns=_HEADS)


def memory(store: Store, county: str) -> Path:
    """Where the rounds with a county's units are remembered."""
    return store.folder / county / KEPT


def carry_memory(published: RunPlan, again: RunPlan) -> None:
    """Give a run that is repeated elsewhere what the published one remembers: rounds before the last are no input."""
    one, two = (Store(plan.store, plan.year) for plan in (published, again))
    for county in published.counties:
        for place in (memory, review_memory):
            source = place(one, county.code)
            if source.is_dir():
                shutil.copytree(source, place(two, county.code), dirs_exist_ok=True)
