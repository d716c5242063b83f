"""登记 → 审核 → 认定: acts as data, the journal that keeps them, and the registers of the year drawn from it."""

from ce_toolkit.workflow.acts import Act, acts_table, masked
from ce_toolkit.workflow.fold import fold
from ce_toolkit.workflow.journal import Entered, Journal, journal_in
from ce_toolkit.workflow.proof import Proof, verify_journal
from ce_toolkit.workflow.routes import Routes, require_routed, routes

__all__ = [
    "Act", "Entered", "Journal", "Proof", "Routes", "acts_table", "fold", "journal_in", "masked", "require_routed",
    "routes", "verify_journal",
]  # fmt: skip
