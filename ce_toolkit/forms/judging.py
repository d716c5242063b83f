"""What the engine makes of a case: where the person stands, why, and what the case is expected to give from now on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ce_toolkit.forms.case import Case, Fault, case_of
from ce_toolkit.forms.fields import Asked
from ce_toolkit.forms.state import REF, State
from ce_toolkit.rules.example_format import Tables, case_tables
from ce_toolkit.rules.inquiry.advice import Advice, advise
from ce_toolkit.rules.inquiry.explain import ClaimExplained, Earlier, PersonExplained, explain_person

_STATUS = {"met": "pass", "not_met": "fail", "open": "fail", "out_of_scope": "out_of_scope"}
_PERSON = "000000"


@dataclass(frozen=True)
class Judged:
    """A usable state through the engine. ``claims`` are in the order of the form's lines, by ref in ``by_ref``."""

    case: Case
    tables: Tables
    person: PersonExplained

    @property
    def by_ref(self) -> Mapping[str, ClaimExplained]:
        """What became of each claim, by its ref."""
        return {claim.claim_id.partition(":")[2]: claim for claim in self.person.claims}

    @property
    def claims(self) -> tuple[ClaimExplained, ...]:
        """What became of each claim, in the form's order."""
        return tuple(self.by_ref[str(record[REF])] for record in self.case["records"])


def judge(state: State, asked: Asked) -> tuple[Judged | None, tuple[Fault, ...]]:
    """The state judged, or what stands in the way. Raises what the engine raises on purpose (ToolkitError)."""
    case, faults = case_of(state, asked)
    if faults or state.as_of is None:
        return None, faults
    tables = case_tables([case], [0], asked.pack)
    judged_on = (tables.claims, tables.people, asked.pack, state.as_of)
    person = explain_person(_PERSON, *judged_on, earlier=Earlier(tables.history, tables.carried))
    return Judged(case, tables, person), ()


def advice_on(judged: Judged, since: date | None = None) -> tuple[Advice, ...]:
    """The shortest ways from where the person stands to what is asked. Takes longer than the judging itself.

    ``since``: the first day on which something can still be done.
    """
    tables, person = judged.tables, judged.person
    earlier = Earlier(tables.history, tables.carried)
    return advise(tables.claims, tables.people, person.pack, person.as_of, since=since, earlier=earlier)


def worked_example(judged: Judged) -> dict[str, Any]:
    """The case with what it gives: an official may check it by hand, the command ``ce examples`` at any time."""
    person = judged.person
    cites = [cite for each in person.pack.requirements for cite in each.cites]
    expect: dict[str, Any] = {
        "status": _STATUS[person.status],
        "credited": {name: hours for name, hours in person.hours.items() if hours},
        "short": {each.requirement: each.short for each in person.minima},
        "rejected": _refs(judged, "refused"),
        "pending": _refs(judged, "held"),
        "flags": [flag.code for flag in person.flags],
    }
    case = {key: value for key, value in judged.case.items() if key not in ("as_of", "person", "records")}
    rest = {key: value for key, value in judged.case.items() if key not in case}
    return {**case, "clause": list(dict.fromkeys(cites)), **rest, "expect": expect}


def _refs(judged: Judged, state: str) -> list[str]:
    return [ref for ref, claim in judged.by_ref.items() if claim.state == state]
