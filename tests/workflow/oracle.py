"""What may be done and where claims stand, worked out by hand: one act after another, in plain Python."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from ce_toolkit.workflow import Act
from tests.workflow.office import CITY, COUNTY, HOSPITAL, INSTITUTE, OTHER, PLANT, SCHOOL

KINDS = ("registered", "returned", "corrected", "reviewed", "recognised", "reversed")
AFTER = {
    None: {"registered"},
    "registered": {"returned", "corrected", "reviewed"},
    "corrected": {"returned", "corrected", "reviewed"},
    "returned": {"corrected"},
    "reviewed": {"returned", "reviewed", "recognised"},
    "recognised": {"reversed"},
    "reversed": {"returned", "corrected", "reviewed"},
}
REVIEWS = {SCHOOL: COUNTY, HOSPITAL: OTHER, INSTITUTE: CITY}
UNITS = {"a": SCHOOL, "b": HOSPITAL, "c": INSTITUTE, "d": PLANT}
FIRST = date(2017, 7, 1)


@dataclass
class Life:
    """One claim by hand: its acts, and the round."""

    acts: list[Act] = field(default_factory=list)
    rounds: int = 1


class Oracle:
    """What may be done and where claims stand, one act after another, by hand."""

    def __init__(self) -> None:
        self.lives: dict[str, Life] = {}
        self.entered: list[tuple[Act, date]] = []

    def may(self, one: Act) -> bool:
        last = self.lives[one.subject].acts[-1] if one.subject in self.lives else None
        if one.unit not in REVIEWS or one.act not in AFTER[last.act if last else None] or not one.by.strip():
            return False
        if last and (one.on < last.on or one.unit != last.unit):
            return False
        return self._by_who_may(one) and self._says_all(one, last)

    def _by_who_may(self, one: Act) -> bool:
        who = {"registered": {one.unit}, "corrected": {one.unit}, "recognised": {CITY}, "reversed": {CITY},
               "reviewed": {REVIEWS[one.unit or ""]}, "returned": {REVIEWS[one.unit or ""], CITY}}  # fmt: skip
        return one.actor in who[one.act]

    def _says_all(self, one: Act, last: Act | None) -> bool:
        if one.act == "recognised":
            assert last is not None
            return bool(one.batch) and bool(one.special_seal) and bool(last.seal) and last.verdict != "不予认定"
        if one.act == "reversed":
            assert last is not None
            return one.batch == last.batch
        return True

    def do(self, one: Act, known_on: date) -> None:
        life = self.lives.setdefault(one.subject, Life())
        life.acts.append(one)
        life.rounds += one.act in {"returned", "reversed"}
        self.entered.append((one, known_on))

    def states(self, keep: Callable[[Act, date], bool]) -> dict[str, str]:
        return {one.subject: one.act for one, known in self.entered if keep(one, known)}
