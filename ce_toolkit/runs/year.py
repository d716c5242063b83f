"""What the store holds of a year, as the tables of the year want it."""

import pandas as pd

from ce_toolkit.runs.parameters import CITY
from ce_toolkit.runs.session import Run
from ce_toolkit.statistics import Annual, Stored
from ce_toolkit.statistics.bases import CLAIM_FACTS

CELLS = "published_cells"
"""The stored table that says what each published figure counts, and whether it was hidden."""


def stored_year(run: Run) -> Stored:
    """The tables of the run's county, or of all counties of the city that did not fail.

    For the city with the cells that the counties published. Raises InputError where a county's run left none.
    """
    people, standing, credits_, ledger = (run.load(name) for name in ("people", "standing", "credits", "ledger"))
    return Stored(
        people,
        standing,
        credits_,
        ledger,
        claims=run.load("claims", CLAIM_FACTS),
        submissions=run.load("submissions"),
        findings=run.load("findings", ["severity"]),
        below=run.load(CELLS) if run.params.county == CITY else None,
    )


def save_year(run: Run, tables: Annual) -> pd.DataFrame:
    """Store what may not be published: people by all facts at once, and what each published cell counts.

    Returns the first. The second lets every figure be traced, and lets the city keep hidden what its counties hid.
    """
    detail = tables.detail
    run.save("detail", detail)
    run.save(CELLS, tables.cells)
    return detail
