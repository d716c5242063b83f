"""Credit rules as data and the engine that applies them; nothing here reads a disk but for packs."""

from ce_toolkit.rules.engine import Credited, credit
from ce_toolkit.rules.example_format import load_examples, unknown_keys
from ce_toolkit.rules.examples import Outcome, run_examples
from ce_toolkit.rules.inquiry.explain import ClaimExplained, PersonExplained, explain_claim, explain_person
from ce_toolkit.rules.inquiry.transcript import transcript, transcripts
from ce_toolkit.rules.loading.files import shipped
from ce_toolkit.rules.loading.loader import load_pack, parse_pack
from ce_toolkit.rules.loading.readings import alternatives, with_reading
from ce_toolkit.rules.pack import Pack
from ce_toolkit.rules.reasons import CAUSES, sentences
from ce_toolkit.rules.years import CreditedYears, credit_years, history_of

__all__ = [
    "CAUSES",
    "ClaimExplained",
    "Credited",
    "CreditedYears",
    "Outcome",
    "Pack",
    "PersonExplained",
    "alternatives",
    "credit",
    "credit_years",
    "explain_claim",
    "explain_person",
    "history_of",
    "load_examples",
    "load_pack",
    "parse_pack",
    "run_examples",
    "sentences",
    "shipped",
    "transcript",
    "transcripts",
    "unknown_keys",
    "with_reading",
]
