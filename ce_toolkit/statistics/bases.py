"""The rows that tables of the year are counted from, each with the facts it is grouped by and the marks it bears."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ce_toolkit.errors import TableError
from ce_toolkit.registers.areas import named
from ce_toolkit.registers.units import Units, fold_unit, sector_name, sector_names
from ce_toolkit.rules.pack import Cap, Pack, Worth
from ce_toolkit.rules.reasons import CAUSES, cap_words
from ce_toolkit.statistics.described import CAPS, CLAIMS, FILES, GAPS, MOVES, PEOPLE, UNITS
from ce_toolkit.statistics.reached import gaps, reached_month
from ce_toolkit.statistics.roster import ownership, ownerships, roster, size_class, size_classes
from ce_toolkit.tables import CLAIMS as CLAIMS_TABLE
from ce_toolkit.tables import SUBMISSIONS, BoolArray, Int64Array, frame, to_hundredths

FIGURES = ("claimed", "granted", "over_cap", "refused", "held")
CLAIM_FACTS = ("claim_id", "kind", "proof", "source")
"""Columns of claims that tables are made of; ``source`` is where a claim stands in the files that came in."""
_STOPPED = ("refused", "held")
NO_FORM = "不分形式"


@dataclass(frozen=True)
class Stored:
    """What the runs of the counties to be counted left in the store.

    People, standing, credits and ledger are needed; claims give their form and evidence, submissions and findings what
    came in, ``below`` the cells that the counties have published already (city only).
    """

    people: pd.DataFrame
    standing: pd.DataFrame
    credits: pd.DataFrame
    ledger: pd.DataFrame
    claims: pd.DataFrame = field(default_factory=lambda: frame(CLAIMS_TABLE, {})[list(CLAIM_FACTS)])
    submissions: pd.DataFrame | None = None
    findings: pd.DataFrame | None = None
    below: pd.DataFrame | None = None


@dataclass(frozen=True)
class Bases:
    """Frames by what they hold (``described``). In each but units and files, ``person`` is the row in the roster."""

    frames: Mapping[str, pd.DataFrame]

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.frames[name]


def bases(stored: Stored, units: Units, pack: Pack, counties: Sequence[str]) -> Bases:
    """All frames of these counties. Raises TableError where a person has no standing or a claim no person."""
    people = roster(stored.people, stored.standing, units)
    people["person"] = np.arange(len(people))
    claims = _claims(stored, people)
    claims["class"] = pd.Categorical(claims["class"].astype("str"), categories=pack.classes)
    if "kind" in claims:
        kinds = claims["kind"].astype("str")
        claims["kind"] = kinds.mask(kinds.isna() & claims["class"].isin(_formless(pack)).to_numpy(), NO_FORM)
    moves = _moves(stored.ledger, claims, people)
    people["month"] = reached_month(people, claims, pack)
    inside = claims.loc[claims["in_scope"]].reset_index(drop=True)
    return Bases(
        {
            PEOPLE: people,
            GAPS: gaps(people),
            UNITS: register_units(units, counties),
            CLAIMS: inside,
            MOVES: moves,
            CAPS: _caps(inside, moves, pack),
            FILES: _files(stored.submissions, counties),
        }
    )


def register_units(units: Units, counties: Sequence[str]) -> pd.DataFrame:
    """The register's units of these areas, with the words that people are grouped by."""
    inside = units.table[units.table["area"].isin(counties)].reset_index(drop=True)
    sectors = pd.Categorical(inside["nature"].map(sector_name), categories=sector_names())
    return inside.assign(
        county_name=named(inside["area"]),
        sector_name=sectors,
        ownership=pd.Categorical(inside["nature"].map(ownership), categories=ownerships()),
        size=pd.Categorical(size_class(inside["eligible"], known=True), categories=size_classes()),
        reporting=inside["eligible"].notna().to_numpy(),
    )


def _formless(pack: Pack) -> set[str]:
    """Classes whose claims are worth a fixed figure, exams: they have no forms to tell apart."""
    return {name for worth in pack.of(Worth) if worth.fixed is not None for name in worth.classes}


def _places(ids: pd.Series, people: pd.DataFrame) -> Int64Array:
    """Row in the roster of each person id. Raises TableError where one is not there."""
    places = pd.Index(people["person_id"]).get_indexer(pd.Index(ids))
    if (places < 0).any():
        raise TableError(f"有 {int((places < 0).sum())} 行申报找不到人，请用 --force 重新运行该县市区。")
    return places.astype(np.int64)


def _claims(stored: Stored, people: pd.DataFrame) -> pd.DataFrame:
    """Every claim with its person's area and nature, its form and evidence, hours in hundredths."""
    credit = stored.credits
    facts = stored.claims[[name for name in CLAIM_FACTS if name in stored.claims]]
    person = _places(credit["person_id"], people)
    table = pd.DataFrame({"claim_id": credit["claim_id"], "class": credit["class"], "person": person})
    table = table.assign(**_of_person(people, person), in_scope=people["in_scope"].to_numpy()[person])
    for figure in FIGURES:
        table[figure] = to_hundredths(credit[figure])[0]
    table["completed_on"] = credit["completed_on"].array
    table = table.merge(facts, on="claim_id", how="left", validate="one_to_one")
    proof = table.pop("proof") if "proof" in table else pd.Series(None, index=table.index, dtype=object)
    known, shown = proof.notna().to_numpy(), proof.fillna(False).to_numpy(dtype=bool)
    return table.assign(proved=known & shown, unproved=known & ~shown, unstated=~known)


def _of_person(people: pd.DataFrame, person: Int64Array) -> dict[str, pd.Categorical]:
    return {name: people[name].array.take(person) for name in ("county_name", "sector_name")}


def _moves(ledger: pd.DataFrame, claims: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Hours that a rule took from people in scope: by cap, refused, held; one row a claim and rule."""
    effect = ledger["effect"].astype("str")
    mine = ledger[(effect != "raised").to_numpy()]
    person = _places(mine["person_id"], people)
    scope = people["in_scope"].to_numpy()[person]
    mine, person = mine[scope], person[scope]
    effect = mine["effect"].astype("str")
    table = pd.DataFrame({name: mine[name] for name in ("claim_id", "rule", "clause", "reason")})
    table = table.assign(person=person, **_of_person(people, person), hours=-to_hundredths(mine["delta"])[0])
    table["effect"] = pd.Categorical(effect, categories=("over_cap", *_STOPPED))
    reasons = mine["reason"].astype("str")
    weight = table["hours"].groupby(reasons.to_numpy()).sum().sort_values(ascending=False, kind="stable")
    table["reason"] = pd.Categorical(reasons, categories=weight.index)  # what took most hours comes first
    causes = reasons.map(CAUSES).fillna("data")
    table["cause"] = pd.Categorical(causes, categories=("person", "employer", "data"))
    marks = {name: (effect == name).to_numpy() for name in ("over_cap", *_STOPPED)}
    marks["stopped"] = marks["refused"] | marks["held"]
    classes = claims[["claim_id", "class"]]
    return table.assign(**marks).merge(classes, on="claim_id", how="left", validate="many_to_one")


def _caps(claims: pd.DataFrame, moves: pd.DataFrame, pack: Pack) -> pd.DataFrame:
    """One row a person and cap of the pack under which the person has hours: whether at the cap, and what was cut."""
    parts = [_under(cap, claims, moves) for cap in pack.of(Cap)]
    names = [_cap_name(cap, pack) for cap in pack.of(Cap)]
    if not parts:
        kinds = {"person": "int64", "hours": "int64", "at_cap": bool, "cut": bool}
        empty = claims[["county_name", "sector_name"]].iloc[:0]
        return empty.assign(cap=pd.Categorical([]), **{name: pd.array([], kind) for name, kind in kinds.items()})
    rules = [cap.id for cap in pack.of(Cap)]
    named_parts = [part.assign(cap=name, rule=rule) for part, name, rule in zip(parts, names, rules, strict=True)]
    table = pd.concat(named_parts, ignore_index=True)
    return table.assign(cap=pd.Categorical(table["cap"], categories=list(dict.fromkeys(names))))


def _cap_name(cap: Cap, pack: Pack) -> str:
    classes = "、".join(pack.label(name) for name in cap.classes) or "各类"
    of = {"person_day": "每人每天", "claim_day": "每项每天", "person_year": "每年"}.get(cap.scope, cap.scope)
    return f"{classes}{of}{cap_words(cap)}（{pack.cited(cap.cites)}）"


def _under(cap: Cap, claims: pd.DataFrame, moves: pd.DataFrame) -> pd.DataFrame:
    mine = claims[claims["class"].isin(cap.classes) if cap.classes else np.ones(len(claims), dtype=bool)]
    if cap.kinds and "kind" in mine:
        mine = mine[mine["kind"].isin(cap.kinds)]
    mine = mine[(mine["granted"] + mine["over_cap"] > 0).to_numpy()]
    by_person = mine.groupby("person", sort=True)
    table = by_person[["county_name", "sector_name"]].first()
    cut = moves.loc[(moves["rule"] == cap.id).to_numpy()].groupby("person")["hours"].sum()
    table["hours"] = cut.reindex(table.index).fillna(0).astype("int64")
    table["cut"] = (table["hours"] > 0).to_numpy()
    yearly = cap.scope == "person_year" and cap.limit is not None
    full = (by_person["granted"].sum() >= int((cap.limit or 0) * 100)).to_numpy() if yearly else table["cut"].to_numpy()
    return table.assign(at_cap=full).reset_index()


def _files(submissions: pd.DataFrame | None, counties: Sequence[str]) -> pd.DataFrame:
    """Files received but for copies, with the unit that sent them and the marks that are counted."""
    submissions = frame(SUBMISSIONS, {}) if submissions is None else submissions
    outcome = submissions["outcome"].astype("str")
    table = submissions[(outcome != "twin").to_numpy()].reset_index(drop=True)
    outcome = table["outcome"].astype("str")
    marks: dict[str, BoolArray] = {
        name: (outcome == word).to_numpy()
        for name, word in (("accepted",) * 2, ("partly",) * 2, ("sent_back", "refused"), ("replaced",) * 2)
    }
    late = (
        table["days_late"].fillna(0).to_numpy(dtype=np.int64) > 0
        if "days_late" in table
        else np.zeros(len(table), bool)
    )
    unit = table["filing_unit"].astype("str").fillna(table["file"])
    key = fold_unit(unit) + "|" + table["form"].astype("str")
    known = (outcome != "refused").to_numpy() | table["filing_unit"].notna().to_numpy()
    first = key.map(unit[~key.duplicated()].set_axis(key[~key.duplicated()]))
    counted = {name: table[name].astype("int64").to_numpy() for name in _ROWS}
    return table[["file"]].assign(
        unit=first.to_numpy(), county_name=named(table["county"]), form=table["form"].astype("str"),
        round=known.astype(np.int64), late=late, **marks, **counted,
    )  # fmt: skip


_ROWS = ("rows_read", "rows_accepted", "rows_held", "rows_skipped", "findings")
