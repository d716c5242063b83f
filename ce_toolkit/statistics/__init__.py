"""Tables of the year with stated denominators, and the proof that their totals add up."""

from ce_toolkit.statistics.annual import Annual, annual
from ce_toolkit.statistics.arrears import arrears, arrears_counts, differences, duties, still_open, without_responsible
from ce_toolkit.statistics.bases import Bases, Stored, bases
from ce_toolkit.statistics.catalogue import catalogue
from ce_toolkit.statistics.claims import frame_counts, state_counts
from ce_toolkit.statistics.countdown import countdown
from ce_toolkit.statistics.counting import counted
from ce_toolkit.statistics.deadlines import windows
from ce_toolkit.statistics.exams import exam_account, published_exam_account
from ce_toolkit.statistics.proof import prove
from ce_toolkit.statistics.roster import roster
from ce_toolkit.statistics.small_cells import HIDDEN, hide
from ce_toolkit.statistics.submissions import (
    files_to_mend,
    finding_counts,
    late_files,
    outcome_counts,
    returned_counts,
    rows_add_up,
)
from ce_toolkit.statistics.tables import Rate
from ce_toolkit.statistics.unpassed import unpassed, unpassed_counts
from ce_toolkit.statistics.year_table import YearTable

__all__ = [
    "HIDDEN",
    "Annual",
    "Bases",
    "Rate",
    "Stored",
    "YearTable",
    "annual",
    "arrears",
    "arrears_counts",
    "bases",
    "catalogue",
    "countdown",
    "counted",
    "differences",
    "duties",
    "exam_account",
    "files_to_mend",
    "finding_counts",
    "frame_counts",
    "hide",
    "late_files",
    "outcome_counts",
    "prove",
    "published_exam_account",
    "returned_counts",
    "roster",
    "rows_add_up",
    "state_counts",
    "still_open",
    "unpassed",
    "unpassed_counts",
    "windows",
    "without_responsible",
]
