"""Random acts by anyone on anything, against a journal in plain Python that looks at one act after another."""

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from ce_toolkit.errors import ActError
from ce_toolkit.workflow import Act, Journal, acts_table, fold, verify_journal
from tests.workflow.office import CITY, COUNTY, OTHER, SCHOOL, act, register_of_units
from tests.workflow.oracle import AFTER, FIRST, KINDS, REVIEWS, UNITS, Life, Oracle


class JournalMachine(RuleBasedStateMachine):
    """Entries of one to three acts, right or wrong; the journal takes exactly those that the oracle takes."""

    @initialize()
    def opened(self) -> None:
        self.folder = Path(mkdtemp(prefix="ce-machine-"))
        self.routes = register_of_units(self.folder)
        self.journal, self.oracle, self.today = Journal(self.folder / "journal"), Oracle(), FIRST

    def teardown(self) -> None:
        """Every line that was entered is there, and could be entered."""
        if not hasattr(self, "folder"):
            return
        proof = verify_journal(self.journal.folder, routes=self.routes)
        shutil.rmtree(self.folder)
        assert (proof.lines, proof.wrong) == (len(self.oracle.entered), ())

    @rule(days=st.integers(1, 3))
    def time_passes(self, days: int) -> None:
        self.today += timedelta(days=days)

    @rule(
        claims=st.lists(st.sampled_from("aabc"), min_size=1, max_size=3),
        back=st.integers(0, 2),
        odd=st.sampled_from([{}, {}, {}, {"seal": False}, {"verdict": "不予认定", "hours": None}]),
        data=st.data(),
    )
    def acts_in_their_order(self, claims: list[str], back: int, odd: dict[str, Any], data: st.DataObject) -> None:
        """What may come next, mostly: so that claims get far."""
        acts: list[Act] = []
        for claim in claims:
            mine = [*(self.oracle.lives[claim].acts if claim in self.oracle.lives else []),
                    *(one for one in acts if one.subject == claim)]  # fmt: skip
            kind = data.draw(st.sampled_from(sorted(AFTER[mine[-1].act if mine else None])))
            acts.append(self._act(kind, claim, back, odd if kind == "reviewed" else {}))
        self._enter(acts)

    @rule(
        claim=st.sampled_from("abcd"),
        kind=st.sampled_from(KINDS),
        odd=st.sampled_from([{}, {"actor": OTHER}, {"actor": CITY}, {"unit": SCHOOL}, {"batch": "9"}, {"by": ""}]),
        back=st.integers(0, 4),
    )
    def an_act_of_any_kind(self, claim: str, kind: str, odd: dict[str, Any], back: int) -> None:
        self._enter([self._act(kind, claim, back, odd)])

    def _act(self, kind: str, claim: str, back: int, odd: dict[str, Any]) -> Act:
        return replace(act(kind, claim, UNITS[claim], on=self.today - timedelta(days=back)), **odd)

    def _enter(self, acts: list[Act]) -> None:
        """The file of an entry is the first act's; others in it make it wrong."""
        files = [(REVIEWS.get(one.unit or "") if one.act in {"registered", "corrected"} else one.actor) for one in acts]
        trial = Oracle()
        trial.lives = {name: Life(list(life.acts), life.rounds) for name, life in self.oracle.lives.items()}
        right = len(set(files)) == 1
        for one in acts:
            right = right and trial.may(one)
            if right:
                trial.do(one, self.today)
        try:
            self.journal.append(files[0] or COUNTY, acts_table(acts), self.routes, known_on=self.today)
            taken = True
        except ActError:
            taken = False
        assert taken == right, acts
        if right:
            for one in acts:
                self.oracle.do(one, self.today)

    @precondition(lambda self: bool(self.oracle.entered))
    @rule(ago=st.integers(0, 6))
    def the_fold_is_the_replay(self, ago: int) -> None:
        """Now, as of a day, and as known on a day."""
        acts, day = self.journal.read(), self.today - timedelta(days=ago)
        assert _states(fold(acts)) == self.oracle.states(lambda _one, _known: True)
        assert _states(fold(acts, day)) == self.oracle.states(lambda one, _known: one.on <= day)
        assert _states(fold(acts, known_on=day)) == self.oracle.states(lambda _one, known: known <= day)
        rounds = dict(zip(fold(acts)["claim_id"], fold(acts)["round"], strict=True))
        assert rounds == {name: life.rounds for name, life in self.oracle.lives.items()}


def _states(table: Any) -> dict[str, str]:
    return dict(zip(table["claim_id"], table["state"].astype("str"), strict=True))


JournalMachine.TestCase.settings = settings(
    max_examples=5, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
)
TestD4D13D14AnyActsInAnyOrder = JournalMachine.TestCase
