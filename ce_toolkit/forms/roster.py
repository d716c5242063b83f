"""The roster to look through: people with their standing, narrowed by filters, shown masked and page by page."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from math import ceil

import numpy as np
import pandas as pd

from ce_toolkit.errors import InputError
from ce_toolkit.masking import mask_name, mask_number
from ce_toolkit.publish.labels import HEADS, WORDS
from ce_toolkit.registers.areas import named
from ce_toolkit.registers.units import sector_name
from ce_toolkit.rules.pack import Pack
from ce_toolkit.rules.reasons import reason_name
from ce_toolkit.tables import BoolArray, Int64Array, to_hundredths

PAGE = 20
# filters that ask for one word of a column, in the order in which they are shown
WORD_FILTERS = ("county", "sector", "series", "level", "sex", "status")
BLANK = "（未填）"


@dataclass(frozen=True)
class Filters:
    """What narrows the roster; what is left empty narrows nothing.

    ``words``: the word wanted by column. ``unit``: part of a unit's name. ``reason``: a reason code of the person or of
    a claim. ``short``: a minimum, of which ``least`` to ``most`` class hours are missing, both included. ``code``: the
    beginning of a person's code.
    """

    words: dict[str, str] = field(default_factory=dict)
    unit: str = ""
    reason: str = ""
    short: str = ""
    least: Decimal | None = None
    most: Decimal | None = None
    code: str = ""


class Roster:
    """People with their standing. Raises InputError where the standing does not belong to the people."""

    def __init__(self, people: pd.DataFrame, standing: pd.DataFrame, pack: Pack) -> None:
        ids = people["person_id"].astype("str").to_numpy()
        if len(ids) != len(standing) or not (ids == standing["person_id"].astype("str").to_numpy()).all():
            place = pd.Index(standing["person_id"]).get_indexer(pd.Index(ids))
            if len(ids) != len(standing) or (place < 0).any():
                raise InputError("表 standing 与表 people 的人不一致；请用 --force 重新运行该县市区。")
            standing = standing.iloc[place]
        self.people, self.standing = people.reset_index(drop=True), standing.reset_index(drop=True)
        self.pack, self.size = pack, len(people)
        self._columns: dict[str, pd.Categorical] = {}

    def words(self, name: str) -> pd.Categorical:
        """A column as it is filtered by, in the words that are shown; blanks are a word too."""
        if name not in self._columns:
            column = self.standing["status"] if name == "status" else self._fact(name)
            known = pd.Categorical(column)
            spoken = [str(_spoken(name, str(word))) for word in known.categories]
            codes, words = pd.factorize(pd.Index([*spoken, BLANK]))
            place = codes[np.where(known.codes < 0, len(spoken), known.codes)]
            self._columns[name] = pd.Categorical.from_codes(place, categories=words)
        return self._columns[name]

    def _fact(self, name: str) -> pd.Series:
        if name not in self.people:
            return pd.Series(pd.Categorical([None] * self.size))
        return named(self.people[name]) if name == "county" else self.people[name]

    def choices(self, name: str) -> list[str]:
        """The words of a column that occur, blank last."""
        column = self.words(name)
        found = np.bincount(column.codes, minlength=len(column.categories)) > 0
        words = [str(word) for word, there in zip(column.categories, found, strict=True) if there]
        return [word for word in words if word != BLANK] + [word for word in words if word == BLANK]

    @cached_property
    def reasons(self) -> dict[str, int]:
        """People by reason code, the most frequent first."""
        counts: dict[str, int] = {}
        for word, people in self._flags.value_counts().items():
            for code in str(word).split():
                counts[code] = counts.get(code, 0) + int(people)
        return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))

    @cached_property
    def _flags(self) -> pd.Series:
        return pd.Series(pd.Categorical(self.standing["flags"]))

    @cached_property
    def units(self) -> pd.Categorical:
        """The unit of each person, blanks as a word."""
        return self.words("employer")

    def of_unit(self, unit: str) -> Int64Array:
        """Rows of the people of one unit."""
        return np.flatnonzero(self.units == unit)

    def code(self, row: int) -> str:
        """A code that tells people of one masked name apart, the same in every run."""
        return _code(str(self.people["person_id"].iat[row]))

    @cached_property
    def _codes(self) -> list[str]:
        return [_code(one) for one in self.people["person_id"].astype("str").tolist()]

    def chosen(self, filters: Filters) -> Int64Array:
        """Rows of the people that every filter lets through, in the roster's order."""
        hit = np.ones(self.size, dtype=bool)
        for name, word in filters.words.items():
            if word:
                hit &= np.asarray(self.words(name) == word)
        if filters.unit.strip():
            wanted = np.array([filters.unit.strip() in str(unit) for unit in self.units.categories], dtype=bool)
            hit &= wanted[self.units.codes]
        if filters.reason:
            found = [filters.reason in str(word).split() for word in self._flags.cat.categories]
            hit &= np.array([*found, False])[self._flags.cat.codes]
        if filters.short:
            hit &= self._short(filters)
        if filters.code.strip():
            hit &= np.array([code.startswith(filters.code.strip().lower()) for code in self._codes], dtype=bool)
        return np.flatnonzero(hit)

    def _short(self, filters: Filters) -> BoolArray:
        """Who misses so much of a minimum; without a lower end, any hour at all."""
        missing, _ = to_hundredths(self.standing[f"short_{filters.short}"])
        hit = missing >= int(filters.least * 100) if filters.least is not None else missing > 0
        return hit & (missing <= int(filters.most * 100)) if filters.most is not None else hit

    def label(self, row: int) -> str:
        """A person as a list names it: masked name, code and unit."""
        return f"{mask_name(str(self.people['name'].iat[row]))} · {self.code(row)} · {self.units[row]}"

    def page(self, rows: Int64Array, number: int, size: int = PAGE) -> pd.DataFrame:
        """A page (from 0) of these rows as it is shown: masked, one row a person."""
        part = rows[number * size : (number + 1) * size]
        people, standing = self.people.iloc[part], self.standing.iloc[part]
        number_ = people["certificate_no"].fillna("") if "certificate_no" in people else pd.Series("", people.index)
        shown = {
            "代号": [self.code(row) for row in part],
            "姓名": [mask_name(str(name)) for name in people["name"]],
            "证书编号": [mask_number(str(one)) or "—" for one in number_],
            "单位": [str(self.units[row]) for row in part],
            **{HEADS.get(name, name): [str(self.words(name)[row]) for row in part] for name in ("county", "level")},
            "状态": [str(self.words("status")[row]) for row in part],
            **{self.pack.label(name): standing[name].to_numpy() for name in (*self.pack.buckets, "total")},
            **{f"{self.pack.label(name)}还差": standing[f"short_{name}"].to_numpy() for name in self.minima},
            "原因": [self.in_words(str(flags)) for flags in standing["flags"]],
        }
        return pd.DataFrame(shown)

    @property
    def minima(self) -> Sequence[str]:
        """Ids of the pack's requirements."""
        return [one.id for one in self.pack.requirements]

    def in_words(self, flags: str) -> str:
        """Reason codes by name."""
        return "、".join(self.pack.in_unit(reason_name(code)) for code in flags.split())

    def status_counts(self, rows: Int64Array) -> dict[str, int]:
        """People of these rows by status, in words."""
        column = self.words("status")
        counts = np.bincount(column.codes[rows], minlength=len(column.categories))
        return {str(word): int(count) for word, count in zip(column.categories, counts, strict=True) if count}


def _code(person_id: str) -> str:
    return hashlib.sha256(f"explorer {person_id}".encode()).hexdigest()[:8]


def pages(rows: Int64Array, size: int = PAGE) -> int:
    """Number of pages, at least one."""
    return max(1, ceil(len(rows) / size))


def _spoken(name: str, word: str) -> str:
    if name == "sector":
        return str(sector_name(word))
    return WORDS["status"].get(word, word) if name == "status" else word
