"""Tables of the year with stated denominators, and the proof that their totals add up."""

from ce_toolkit.statistics.proof import prove_counts, prove_hours
from ce_toolkit.statistics.roster import roster
from ce_toolkit.statistics.tables import Rate, count_by, hours_by_class, losses, participation

__all__ = ["Rate", "count_by", "hours_by_class", "losses", "participation", "prove_counts", "prove_hours", "roster"]
