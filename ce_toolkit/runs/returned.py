"""Return workbooks of a run: into the county's reports, with what is remembered between rounds in its store."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from ce_toolkit.intake import Intake
from ce_toolkit.returns import return_folder
from ce_toolkit.returns.folder import KEPT
from ce_toolkit.runs.plan import RunPlan
from ce_toolkit.runs.session import Run
from ce_toolkit.runs.store import Store

_PRIVATE = 0o600
_HEADS = {"added": "rows_added", "removed": "rows_removed", "changed": "rows_changed"}


def return_workbooks(run: Run, batch: Intake, findings: pd.DataFrame | None = None) -> pd.DataFrame:
    """Write a workbook for each file of the inbox that has something to mend or came again; one row a workbook.

    Columns: unit, form, round, counts of faults by state, of rows added, removed and changed, and ``returned``, the
    workbook's name in the run's folder. ``findings`` are those of all rooms where there are more than the batch's own.
    A run over the same files writes the same and remembers the same, however often it is repeated. The workbooks hold
    names and numbers of their unit, so only their owner may read them.
    """
    with TemporaryDirectory(prefix="ce-returned-") as place:
        made = Path(place)
        kept = _memory(run.store, run.params.county)
        kept.mkdir(mode=0o700, parents=True, exist_ok=True)
        done = return_folder(batch, run.inbox, made, year=run.params.year, jobs=1, findings=findings, kept=kept)
        back = done[done["returned"] != ""].reset_index(drop=True)
        names = [_published(run, made, name) for name in back["returned"]]
    return back.assign(returned=names).drop(columns="file").rename(columns=_HEADS)


def _published(run: Run, made: Path, name: str) -> str:
    """Move a workbook to the run's outputs; a file that came in a folder of its own bears the folder in its name."""
    flat = name.replace("/", "_")
    target = run.output(flat)
    shutil.move(made / name, target)
    target.chmod(_PRIVATE)
    return flat


def _memory(store: Store, county: str) -> Path:
    return store.folder / county / KEPT


def carry_memory(published: RunPlan, again: RunPlan) -> None:
    """Give a run that is repeated elsewhere what the published one remembers: rounds before the last are no input."""
    one, two = (Store(plan.store, plan.year) for plan in (published, again))
    for county in published.counties:
        source = _memory(one, county.code)
        if source.is_dir():
            shutil.copytree(source, _memory(two, county.code), dirs_exist_ok=True)
