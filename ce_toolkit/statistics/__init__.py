"""Tables of the year with stated denominators, and the proof that their totals add up."""

from ce_toolkit.statistics.annual import Annual, Stored, annual
from ce_toolkit.statistics.arrears import arrears, arrears_counts, differences, duties, still_open, without_responsible
from ce_toolkit.statistics.claims import frame_counts, state_counts
from ce_toolkit.statistics.deadlines import windows
from ce_toolkit.statistics.exams import exam_account
from ce_toolkit.statistics.proof import prove_counts, prove_hours
from ce_toolkit.statistics.roster import roster
from ce_toolkit.statistics.submissions import (
    files_to_mend,
    finding_counts,
    late_files,
    outcome_counts,
    returned_counts,
    rows_add_up,
)
from ce_toolkit.statistics.tables import Rate, count_by, hours_by_class, losses, participation, with_rates
from ce_toolkit.statistics.unpassed import unpassed, unpassed_counts

__all__ = [
    "Annual",
    "Rate",
    "Stored",
    "annual",
    "arrears",
    "arrears_counts",
    "count_by",
    "differences",
    "duties",
    "exam_account",
    "files_to_mend",
    "finding_counts",
    "frame_counts",
    "hours_by_class",
    "late_files",
    "losses",
    "outcome_counts",
    "participation",
    "prove_counts",
    "prove_hours",
    "returned_counts",
    "roster",
    "rows_add_up",
    "state_counts",
    "still_open",
    "unpassed",
    "unpassed_counts",
    "windows",
    "with_rates",
    "without_responsible",
]
