"""Why a claim or a person stands where it stands: rules that acted, rules that did not and what they read.

The engine runs on the one person's claims alone; partition by person makes that exact. Nothing here is written out or
masked: showing an explanation is the business of ``ce_toolkit.publish.card``.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from ce_toolkit.errors import TableError
from ce_toolkit.rules.credit import Judgement, cap_limits, clipped_to, used_before
from ce_toolkit.rules.engine import Credited, judged, stand, tables_of
from ce_toolkit.rules.inquiry.overfull import Overfull, overfull_days, served_before, spans
from ce_toolkit.rules.inquiry.tried import reads, wanted_values
from ce_toolkit.rules.pack import Cap, Gate, Need, Once, Pack, RuleBase, Scope, Split, Worth
from ce_toolkit.rules.reasons import CAUSES, plain, plain_share, reason_name, sentences
from ce_toolkit.rules.requirements import blank_words, figure
from ce_toolkit.rules.reviewed import Ceiling
from ce_toolkit.rules.standing import Standing


@dataclass(frozen=True)
class Read:
    """A field that a rule read, and the value it found; None is a blank."""

    field: str
    value: Any


@dataclass(frozen=True)
class Fired:
    """A rule that moved hours of a claim: its ledger row, as a sentence, and whose cause it is.

    ``detail`` names the over-full days behind a cut by the daily cap; empty elsewhere.
    """

    rule: str
    clause: str
    reason: str
    cause: str
    effect: str
    before: Decimal
    delta: Decimal
    after: Decimal
    sentence: str
    detail: str = ""


@dataclass(frozen=True)
class Tried:
    """A rule that was reached and did not act: what it read, and what it would have taken (in words, or values)."""

    rule: str
    clause: str
    reason: str
    read: tuple[Read, ...]
    takes: str
    takes_values: tuple[str | bool | None, ...] = ()


@dataclass(frozen=True)
class Flag:
    """A reason code shown with a claim or person: its Chinese name, whose cause it is, and what the pack says of it."""

    code: str
    name: str
    cause: str
    says: str


@dataclass(frozen=True)
class Shortfall:
    """A minimum and what the person has toward it, in class hours; ``need`` is 0 where it is not asked of the person.

    ``sentence`` says it with its figures and clause, and names the facts of the person that are blank, where they
    decide.
    """

    requirement: str
    need: Decimal
    have: Decimal
    short: Decimal
    sentence: str


@dataclass(frozen=True)
class ClaimExplained:
    """One claim: claimed = granted + over_cap + refused + held (class hours), and the rules behind it."""

    claim_id: str
    person_id: str
    name: str
    class_: str
    title: str
    start: date | None
    end: date | None
    state: str
    claimed: Decimal
    granted: Decimal
    over_cap: Decimal
    refused: Decimal
    held: Decimal
    fired: tuple[Fired, ...]
    tried: tuple[Tried, ...]
    flags: tuple[Flag, ...]
    pack: Pack
    as_of: date


@dataclass(frozen=True)
class PersonExplained:
    """One person: status, granted hours per class, bucket and ``total``, what is short, flags, and every claim.

    ``minima``: every requirement, reached, short or not asked of the person; ``short``: those that are short.
    ``carried_in`` and ``carried_out``: hours brought into and out of the year; None where the pack carries none.
    """

    person_id: str
    name: str
    status: str
    hours: Mapping[str, Decimal]
    low: Decimal
    high: Decimal | None
    minima: tuple[Shortfall, ...]
    flags: tuple[Flag, ...]
    scope: tuple[Tried, ...]
    claims: tuple[ClaimExplained, ...]
    pack: Pack
    as_of: date
    carried_in: Decimal | None = None
    carried_out: Decimal | None = None

    @property
    def short(self) -> tuple[Shortfall, ...]:
        """Minima that are not reached."""
        return tuple(one for one in self.minima if one.short > 0)


@dataclass(frozen=True)
class Earlier:
    """What earlier years left behind: the tables that ``credit`` takes beside the year's own."""

    history: pd.DataFrame | None = None
    carried: pd.DataFrame | None = None


NOTHING_EARLIER = Earlier()


def explain_claim(  # noqa: PLR0913 - a claim, and what its year is judged on
    claim_id: str,
    claims: pd.DataFrame,
    people: pd.DataFrame,
    pack: Pack,
    as_of: date,
    *,
    earlier: Earlier = NOTHING_EARLIER,
) -> ClaimExplained:
    """Why a claim has the hours it has. Raises TableError where there is no such claim."""
    owner = claims.loc[claims["claim_id"] == claim_id, "person_id"]
    if owner.empty:
        raise TableError("表 claims 中没有这个 claim_id。")
    case = _Case.of(str(owner.iloc[0]), _Year(claims, people, pack, as_of, earlier))
    return case.claim(list(case.credited.credits["claim_id"]).index(claim_id))


def explain_person(  # noqa: PLR0913 - a person, and what the year is judged on
    person_id: str,
    claims: pd.DataFrame,
    people: pd.DataFrame,
    pack: Pack,
    as_of: date,
    *,
    earlier: Earlier = NOTHING_EARLIER,
) -> PersonExplained:
    """Why a person stands where it stands, with every claim in claim-id order. Raises TableError for an unknown id."""
    case = _Case.of(person_id, _Year(claims, people, pack, as_of, earlier))
    row = case.credited.standing.astype(object).iloc[0]
    hours = {name: row[name] for name in (*pack.classes, *pack.buckets, "total")}
    return PersonExplained(
        person_id=person_id,
        name=case.name,
        status=str(row["status"]),
        hours=MappingProxyType(hours),
        low=row["low"],
        high=_plain(row["high"]),
        minima=tuple(_shortfalls(case)),
        flags=_flags(str(row["flags"]), pack),
        scope=tuple(case.scope_tried(str(row["flags"]).split())),
        claims=tuple(case.claim(place) for place in range(len(case.credited.credits))),
        pack=pack,
        as_of=as_of,
        carried_in=row.get("carried_in"),
        carried_out=row.get("carried_out"),
    )


def _shortfalls(case: "_Case") -> Iterator[Shortfall]:
    """Every requirement as it stands for the person; of one out of scope nothing is asked."""
    pack = case.work.pack
    for name, measure in case.standing.measures.items():
        each, out = measure.asked.requirement, bool(case.standing.out[0])
        amounts = (measure.need[0] * (not out), measure.have[0], measure.short[0] * (not out))
        need, have, short = (Decimal(int(amount)) / 100 for amount in amounts)
        full = figure(each)
        shown = plain(need) if need else "×" if full is None else plain_share(full)
        said = each.says.format(need=shown, have=plain(have), short=plain(short), unit=pack.pack.unit)
        said = said if need else f"对本人不要求：{said}"
        blank = [] if out else [field for field, rows in measure.blank.items() if rows[0]]
        doubt = f"（{blank_words(blank)}未填，填后才能确定）" if blank else ""
        yield Shortfall(name, need, have, short, f"{said}{doubt}（{pack.cited(each.cites)}）")


def _flags(codes: str, pack: Pack) -> tuple[Flag, ...]:
    says = {rule.reason: rule.says for rule in (*pack.of(Scope), *pack.checks)}
    names = {code: pack.in_unit(reason_name(code)) for code in codes.split()}
    return tuple(Flag(code, name, CAUSES.get(code, ""), says.get(code, "")) for code, name in names.items())


def _plain(value: Any) -> Any:
    """A cell as a plain value; None where it is blank."""
    if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return None
    return value.item() if isinstance(value, np.generic) else value


def _stage(rule: RuleBase) -> int:
    """Place in the order of evaluation: worth, gates, needs, repeats, clock, days in the year, review, caps."""
    order = (Worth, Gate, Need, Once, Split, Ceiling, Cap)
    stage = next(place for place, verb in enumerate(order) if isinstance(rule, verb))
    return stage * 2 + (isinstance(rule, Once) and rule.by == "clock")


@dataclass(frozen=True)
class _Year:
    """What a year is judged on."""

    claims: pd.DataFrame
    people: pd.DataFrame
    pack: Pack
    as_of: date
    earlier: Earlier


@dataclass(frozen=True)
class _Case:
    """One person's claims through the engine. Claims are in claim-id order."""

    rows: Sequence[Mapping[str, Any]]
    person: Mapping[str, Any]
    credited: Credited
    standing: Standing

    @classmethod
    def of(cls, person_id: str, year: _Year) -> "_Case":
        people, claims = year.people, year.claims
        one = people[people["person_id"] == person_id].reset_index(drop=True)
        if len(one) != 1:
            raise TableError("表 people 中没有这个 person_id，或有几个。")
        mine = claims[claims["person_id"] == person_id].sort_values("claim_id").reset_index(drop=True)
        standing = stand(judged(mine, one, year.pack, year.as_of, year.earlier.history), year.earlier.carried)
        person = {name: _plain(value) for name, value in one.astype(object).iloc[0].items()}
        rows = [
            {name: _plain(value) for name, value in zip(mine.columns, row, strict=True)}
            for row in mine.astype(object).itertuples(index=False, name=None)
        ]
        return cls(rows, person, tables_of(standing), standing)

    @property
    def work(self) -> Judgement:
        return self.standing.work

    @property
    def name(self) -> str:
        return str(self.person.get("name") or "")

    @cached_property
    def ledger(self) -> Mapping[str, list[tuple[Any, str]]]:
        """Ledger rows of each claim with their sentences."""
        table = self.credited.ledger.astype(object)
        said = sentences(table, self.work.pack)
        rows: dict[str, list[tuple[Any, str]]] = {}
        for row, sentence in zip(table.itertuples(index=False), said, strict=True):
            rows.setdefault(row.claim_id, []).append((row, sentence))
        return rows

    @cached_property
    def credits(self) -> Sequence[Any]:
        return list(self.credited.credits.rename(columns={"class": "class_"}).astype(object).itertuples(index=False))

    @cached_property
    def before_caps(self) -> Sequence[int]:
        """Hundredths of each claim when the first cap is reached."""
        return [int(self._before_caps(row) * 100) for row in self.credits]

    def _before_caps(self, row: Any) -> Decimal:
        rows = (one for one, _ in self.ledger.get(row.claim_id, ()))
        return next((one.before for one in rows if one.effect == "over_cap"), row.granted)

    def claim(self, place: int) -> ClaimExplained:
        """The claim at this place of the claim-id order."""
        row, given = self.credits[place], self.rows[place]
        figures = {name: getattr(row, name) for name in ("claimed", "granted", "over_cap", "refused", "held")}
        return ClaimExplained(
            claim_id=row.claim_id,
            person_id=row.person_id,
            name=self.name,
            class_=row.class_,
            title=str(given.get("title") or ""),
            start=given.get("start"),
            end=given.get("end"),
            state=row.state,
            **figures,
            fired=tuple(self.fired(place)),
            tried=tuple(self.tried(place)),
            flags=_flags(row.flags, self.work.pack),
            pack=self.work.pack,
            as_of=self.work.as_of,
        )

    def fired(self, place: int) -> Iterator[Fired]:
        rules = {rule.id: rule for rule in self.work.pack.rules}
        for row, sentence in self.ledger.get(self.credits[place].claim_id, ()):
            rule = rules[row.rule]
            yield Fired(
                row.rule, row.clause, row.reason, CAUSES.get(row.reason, ""), row.effect,
                row.before, row.delta, row.after, sentence,
                self.days_said(place, rule, row) if isinstance(rule, Cap) else "",
            )  # fmt: skip

    def days_said(self, place: int, rule: Cap, row: Any) -> str:
        """The over-full days behind a cut by a daily cap."""
        if rule.scope not in {"person_day", "claim_day"}:
            return ""
        claims = self.work.claims
        first, last = clipped_to(self.work, np.arange(claims.size))
        rows = self.under(rule) if rule.scope == "person_day" else np.array([place])
        earlier = [
            span
            for other in served_before(claims, rows, place, last)
            for span in spans(claims, other, self.before_caps[other], (int(first[other]), int(last[other])))
        ]
        own = spans(claims, place, self.before_caps[place], (int(first[place]), int(last[place])))
        found = overfull_days(own, earlier, int((rule.limit or 0) * 100))
        said = self.work.pack.in_unit("；".join(map(_overfull, found)))
        alone = len(found) == 1 and found[0].cut == -row.delta
        return said if alone or not said else f"{said}（其中本项{plain(-row.delta)}）"

    def under(self, rule: RuleBase) -> Any:
        """Places of the claims that a cap looks at and that have hours left when it is reached."""
        return np.flatnonzero(self.work.of(rule) & (np.array(self.before_caps) > 0))

    def tried(self, place: int) -> Iterator[Tried]:
        """Rules reached without effect, in order of evaluation; where a claim was stopped, those before the stop."""
        pack, row = self.work.pack, self.credits[place]
        fired = [one.rule for one, _ in self.ledger.get(row.claim_id, ())]
        order = [(_stage(rule), number) for number, rule in enumerate(pack.rules) if not isinstance(rule, Scope)]
        stops = [pair for pair in order if row.state != "granted" and pack.rules[pair[1]].id in fired]
        last = max(stops, default=(99, 0))
        for pair in sorted(order):
            rule = pack.rules[pair[1]]
            if pair <= last and rule.id not in fired and self.work.of(rule)[place]:
                fields, takes = reads(rule, self.own_limit(rule))
                read = tuple(Read(name, self.value(name, place, rule)) for name in fields)
                takes = pack.in_unit(takes)
                yield Tried(rule.id, "、".join(rule.cites), rule.reason, read, takes, wanted_values(rule))

    def own_limit(self, rule: RuleBase) -> str:
        """The hours that a share comes to for this person."""
        if not isinstance(rule, Cap) or rule.share is None:
            return ""
        return plain(Decimal(int(cap_limits(self.work.claims.people, self.work.pack, rule)[0])) / 100)

    def value(self, name: str, place: int, rule: RuleBase) -> Any:
        """The value that a rule reads under this name: of the claim, of the person, or a sum on the way."""
        if name == "before_cap":
            return Decimal(self.before_caps[place]) / 100
        if name == "running":
            rows = [*served_before(self.work.claims, self.under(rule), place), place]
            earlier = int(used_before(self.work, rule)[0]) if isinstance(rule, Cap) else 0
            return Decimal(earlier + sum(self.before_caps[row] for row in rows)) / 100
        row = self.rows[place]
        return row[name] if name in row else self.person.get(name)

    def scope_tried(self, flags: Sequence[str]) -> Iterator[Tried]:
        """Rules of scope that leave the person in it."""
        for rule in self.work.pack.of(Scope):
            if rule.reason not in flags:
                fields, takes = reads(rule)
                read = tuple(Read(name, self.person.get(name)) for name in fields)
                yield Tried(rule.id, "、".join(rule.cites), rule.reason, read, takes, wanted_values(rule))


def _overfull(found: Overfull) -> str:
    first, last = (f"{day.month}月{day.day}日" for day in (found.first, found.last))
    claimed, most, cut = plain(found.claimed), plain(found.most), plain(found.cut)
    if found.first == found.last:
        return f"{first}共申报{claimed}学时，最多{most}，核减{cut}"
    some = f"中的{found.days}天" if found.days < (found.last - found.first).days + 1 else ""
    return f"{first}至{last}{some}共申报{claimed}学时，{found.days}天最多{most}，核减{cut}"
