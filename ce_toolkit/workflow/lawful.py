"""Which acts may be done (四, D4–D17): by whom, after what, with which seal; told in a sentence that says who may.

All acts are looked at together. Whether an act may be done hangs on the act before it on the same claim alone, which
stands in the table of what was done (``before``) or earlier among the acts themselves.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from ce_toolkit.masking import mask_place
from ce_toolkit.registers.units import CITY, fold_unit
from ce_toolkit.rules.view import BLANK, NO_DAY, Columns
from ce_toolkit.tables import BoolArray, Int64Array
from ce_toolkit.workflow import acts as kinds
from ce_toolkit.workflow.acts import CLAIM_ACTS, EMPLOYER, KINDS, REVIEWER, THE_CITY
from ce_toolkit.workflow.routes import UNKNOWN, UNROUTED, Routes, Words, office_name

SHOWN = 10
NONE = -1


class Fault(NamedTuple):
    """One act that may not be done: its place among the acts, the clause, and the sentence."""

    row: int
    clause: str
    says: str


@dataclass(frozen=True)
class Looked:
    """Acts to be looked at, below what was done before: one table, with the place of the act before each.

    ``first``: place of the first act to be looked at; ``previous``: NONE where nothing was done before; ``who``: who
    reviews the unit of each.
    """

    table: pd.DataFrame
    first: int
    previous: Int64Array
    who: Words
    columns: Columns = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", Columns(self.table))

    def words(self, name: str) -> Words:
        """A column of words, an empty one where blank."""
        codes, words = self.columns.words(name)
        return np.array([*words, ""], dtype=object)[codes]

    @cached_property
    def act(self) -> Words:
        """The kind of each act."""
        return self.words("act")

    def is_blank(self, name: str) -> BoolArray:
        """Where a column of words holds none, or blanks only."""
        codes, words = self.columns.words(name)
        return np.array([*(not word.strip() for word in words), True])[codes]

    def is_act(self, *names: str) -> BoolArray:
        """Acts of these kinds."""
        return self.columns.is_word("act", names)

    def before(self, values: npt.NDArray[Any], blank: Any) -> npt.NDArray[Any]:
        """The values of the act before each; ``blank`` where there is none."""
        out = values[self.previous]
        out[self.previous == NONE] = blank
        return out

    @cached_property
    def act_before(self) -> Words:
        """The kind of the act before each, an empty word where there is none."""
        return self.before(self.act, "")

    @cached_property
    def known(self) -> BoolArray:
        """Units of the register for which somebody is named; a mended journal is no unit's."""
        return ((self.who != UNKNOWN) & (self.who != UNROUTED)) | self.is_act(kinds.MENDED)


def looked_at(acts: pd.DataFrame, before: pd.DataFrame, routes: Routes) -> Looked:
    """The acts (in their order) below the last act of each claim before them."""
    table = pd.concat([before, acts], ignore_index=True) if len(before) else acts.reset_index(drop=True)
    return Looked(table, len(before), _previous(Columns(table)), routes.of(table["unit"]))


def unrouted(acts: pd.DataFrame) -> Looked:
    """The acts, where no register of units is at hand: whoever acted on a unit is taken to be who may, but the city."""
    columns = Columns(acts)
    actor = Looked(acts, 0, np.empty(0, np.int64), np.empty(0, object)).words("actor")
    ours = columns.is_word("act", [name for name, kind in KINDS.items() if REVIEWER in kind.who])
    return Looked(acts, 0, _previous(columns), np.where(ours, actor, "?"))


def _previous(columns: Columns) -> Int64Array:
    codes = columns.text("subject").dictionary_encode().indices.fill_null(NONE).to_numpy(zero_copy_only=False)
    order = np.argsort(codes, kind="stable")
    same = np.flatnonzero(codes[order][1:] == codes[order][:-1])
    previous = np.full(len(codes), NONE, dtype=np.int64)
    previous[order[same + 1]] = order[same]
    return previous


def faults(look: Looked, *, two_names: bool = False) -> list[Fault]:
    """Every act that may not be done, with the first reason why, in the order of the acts.

    ``two_names``: whether one name for both steps of the city is refused; else it is told by ``one_name`` only (D16).
    """
    told: dict[int, Fault] = {}
    rules = [*_RULES, _Rule("D16", one_name, _one_name)] if two_names else _RULES
    for rule in rules:
        for row in np.flatnonzero(rule.wrong(look)[look.first :]):
            if row not in told:
                told[int(row)] = Fault(int(row), rule.clause, rule.says(look, look.first + int(row)))
    return [told[row] for row in sorted(told)]


def one_name(look: Looked) -> BoolArray:
    """Recognitions by the very person who reviewed, where both steps are the city's (D16)."""
    by = look.words("by")
    return look.is_act(kinds.RECOGNISED) & (look.who == CITY) & (by == look.before(by, "")) & (by != "")


def in_one_sentence(found: list[Fault], size: int) -> str:
    """What to tell who wanted to do them: nothing is done where one may not be."""
    lines = [f"第 {fault.row + 1} 项：{fault.says}" for fault in found[:SHOWN]]
    more = f"\n……另有 {len(found) - SHOWN} 项。" if len(found) > SHOWN else ""
    return f"{size} 项办理中有 {len(found)} 项不能办理，全部没有记入（依据通知“四”）：\n" + "\n".join(lines) + more


class _Rule(NamedTuple):
    clause: str
    wrong: Callable[[Looked], BoolArray]
    says: Callable[[Looked, int], str]


def _said(text: str) -> Callable[[Looked, int], str]:
    return lambda look, row: f"{_named(look, row)}：{text}"


def _named(look: Looked, row: int) -> str:
    act = look.act[row]
    return f"{mask_place(str(look.table['subject'].iloc[row]))} {KINDS[act].name if act in KINDS else act}"


# ---- who ------------------------------------------------------------------------------------------------------------


def _allowed(look: Looked, row: int) -> str:
    """Who may do this act, in words."""
    who = KINDS[look.act[row]].who
    names = []
    if EMPLOYER in who:
        names.append(f"用人单位“{look.words('unit')[row]}”自己")
    if REVIEWER in who and look.act[row] != kinds.MENDED:
        names.append(office_name(str(look.who[row])))
    if THE_CITY in who:
        names.append(office_name(CITY))
    return "或".join(dict.fromkeys(names))


def _not_theirs(look: Looked) -> BoolArray:
    """Acts by someone who may not do them."""
    actor, unit = look.words("actor"), look.words("unit")
    right = look.is_act(kinds.MENDED)
    for role, mine in ((EMPLOYER, _folded(actor) == _folded(unit)), (REVIEWER, actor == look.who),
                       (THE_CITY, actor == CITY)):  # fmt: skip
        right = right | (look.is_act(*(name for name, kind in KINDS.items() if role in kind.who)) & mine)
    return look.known & ~right & look.is_act(*KINDS)


def _folded(words: Words) -> Words:
    """Names of units folded; each distinct name is folded once."""
    names = pd.Series(words).astype("category")
    return fold_unit(pd.Series(names.cat.categories, dtype="str")).to_numpy(dtype=object)[names.cat.codes.to_numpy()]


def _no_route(look: Looked, row: int) -> str:
    unit = look.words("unit")[row]
    if look.who[row] == UNROUTED:
        return (
            f"{_named(look, row)}：单位“{unit}”还没有确定审核单位，谁都不能办理；"
            "请先在单位名录的“审核单位”列或参数 review_route 中写明"
        )
    return f"{_named(look, row)}：单位名录中没有单位“{unit}”，请先核对名称或补入单位名录"


def _nobody(look: Looked) -> BoolArray:
    """Nobody signs for it."""
    return look.is_blank("by")


def _one_name(look: Looked, row: int) -> str:
    return f"{_named(look, row)}：本单位的审核和认定都由市局办理，须由两个人分别签名；请换一人办理认定"


# ---- when, and after what -------------------------------------------------------------------------------------------


def _out_of_order(look: Looked) -> BoolArray:
    right = np.zeros(look.columns.size, dtype=bool)
    for name, kind in KINDS.items():
        right |= look.is_act(name) & np.isin(look.act_before, kind.after)
    return ~right & look.is_act(*KINDS)


def _what_first(look: Looked, row: int) -> str:
    """What the claim's state is, and what has to come before."""
    done = look.act_before[row]
    state = KINDS[done].state if done else "尚未登记" if look.act[row] in CLAIM_ACTS else "尚无记录"
    first = [each for each in KINDS[look.act[row]].after if each]
    needed = "或".join(f"{KINDS[each].name}（由{_doers(look, row, each)}）" for each in first)
    if not needed:
        return f"{_named(look, row)}：现为“{state}”，不能再登记；要改动请由用人单位更正"
    if done == kinds.RECOGNISED:
        return f"{_named(look, row)}：现为“{state}”，要改动须先由{office_name(CITY)}撤销认定"
    return f"{_named(look, row)}：现为“{state}”，不能{KINDS[look.act[row]].name}；须先有：{needed}"


def _doers(look: Looked, row: int, act: str) -> str:
    who = KINDS[act].who
    unit = look.words("unit")[row]
    words = {EMPLOYER: f"用人单位“{unit}”", REVIEWER: office_name(str(look.who[row])), THE_CITY: office_name(CITY)}
    return "或".join(dict.fromkeys(words[each] for each in who))


def _elsewhere(look: Looked) -> BoolArray:
    """Acts on a claim under another unit, or another person, than the act before says."""
    unit = _folded(look.words("unit"))
    person = np.asarray(look.columns.text("person_id").fill_null("").to_numpy(zero_copy_only=False), dtype=object)
    changed = (unit != look.before(unit, "")) & ~look.is_act(kinds.MOVED)
    return (look.previous != NONE) & (changed | (person != look.before(person, "")))


def _untimely(look: Looked) -> BoolArray:
    """Done before the act before it, or after the day it was entered."""
    on, known = look.columns.days("on"), look.columns.days("known_on")
    earlier = (on < look.before(on, NO_DAY)) | (known < look.before(known, NO_DAY))
    return (on == NO_DAY) | earlier | ((known != NO_DAY) & (on > known))


# ---- with what ------------------------------------------------------------------------------------------------------


def _flag(look: Looked, name: str) -> npt.NDArray[np.int8]:
    return look.columns.flags(name)


def _hours_wrong(look: Looked) -> BoolArray:
    """Hours that do not go with the verdict: some for a part, none for a refusal, never below 0."""
    hours, filled = look.columns.hours("hours")
    part = look.columns.is_word("verdict", [kinds.PARTLY]) & ~(filled & (hours > 0))
    nothing = look.columns.is_word("verdict", [kinds.NOT_RECOGNISED]) & (hours != 0)
    return look.is_act(kinds.REVIEWED) & (part | nothing | (hours < 0))


def _not_its_batch(look: Looked) -> BoolArray:
    batch = look.words("batch")
    return look.is_act(kinds.REVERSED) & (batch != look.before(batch, ""))


def _recognising(wrong: Callable[[Looked], BoolArray]) -> Callable[[Looked], BoolArray]:
    return lambda look: look.is_act(kinds.RECOGNISED) & wrong(look)


def _lacks(name: str, *acts: str) -> Callable[[Looked], BoolArray]:
    return lambda look: look.is_act(*acts) & look.is_blank(name)


def _too_few_months(look: Looked) -> BoolArray:
    months, filled = look.columns.counts("months")
    return look.is_act(kinds.WAIVED) & ~(filled & (months >= 1) & (months <= 12))


_RULES = [
    _Rule("四", lambda look: ~look.is_act(*KINDS), _said(f"不认识的办理种类，应为 {'、'.join(KINDS)} 之一")),
    _Rule("四", lambda look: look.columns.text("subject").is_null().to_numpy(zero_copy_only=False),
          lambda look, row: "没有写明是哪一项学时"),
    _Rule("D8", lambda look: ~look.known, _no_route),
    _Rule("D6、D7、D14", _not_theirs, lambda look, row: f"{_named(look, row)}：只能由{_allowed(look, row)}办理"),
    _Rule("D4、D13、D16", _nobody, _said("没有经办人姓名，请写明由谁办理")),
    _Rule("四", _out_of_order, _what_first),
    _Rule("四", _elsewhere, _said("单位或人员与此前的记录不一致，请核对；人员调动请另记“调动”")),
    _Rule("四", _untimely, _said("办理日期不能空白，不能早于上一步，也不能晚于记入日期，请核对日期")),
    _Rule("D13", lambda look: look.is_act(kinds.REVIEWED) & ~look.columns.is_word("verdict", kinds.VERDICTS),
          _said(f"审核须有结论：{'、'.join(kinds.VERDICTS)}；证据缺失或无法核实的，请退回")),
    _Rule("D13", lambda look: look.is_act(kinds.REVIEWED) & (_flag(look, "seal") == BLANK),
          _said("审核须写明是否已加盖审核单位公章（seal：是或否）")),
    _Rule("D13", _hours_wrong, _said("认可学时与结论不符：部分认定须大于 0，不予认定须为 0")),
    _Rule("D15", lambda look: ~look.is_act(kinds.RECOGNISED) & (_flag(look, "special_seal") == 1),
          _said(f"继续教育专用章只在认定时由{office_name(CITY)}加盖，审核加盖的是审核单位公章")),
    _Rule("D15", lambda look: ~look.is_act(kinds.REVIEWED) & (_flag(look, "seal") == 1),
          _said("审核单位公章只在审核时加盖")),
    _Rule("D15", _recognising(lambda look: _flag(look, "special_seal") != 1),
          _said(f"认定须在验审意见栏加盖{office_name(CITY)}继续教育专用章")),
    _Rule("D14", _lacks("batch", kinds.RECOGNISED), _said("认定须写明批次号")),
    _Rule("D13", _recognising(lambda look: look.before(_flag(look, "seal"), BLANK) != 1),
          lambda look, row: (
              f"{_named(look, row)}：审核栏还没有加盖公章，须先由{office_name(str(look.who[row]))}盖章并重记审核")),
    _Rule("D14", _recognising(lambda look: look.before(look.words("verdict"), "") == kinds.NOT_RECOGNISED),
          _said("审核结论为不予认定，不能认定；如有异议，请先由审核单位重新审核")),
    _Rule("D17", _lacks("reason", kinds.RETURNED, kinds.REVERSED, kinds.WAIVED, kinds.UNWAIVED), _said("须写明原因")),
    _Rule("D14", _not_its_batch, _said("撤销认定须写明所撤销的批次号，且与认定时相同")),
    _Rule("U20", _lacks("reference", kinds.WAIVED, kinds.MOVED), _said("须写明依据的文号")),
    _Rule("U20", _too_few_months, _said("减免月数应为 1 至 12 的整数")),
]  # fmt: skip


def offices(look: Looked) -> Words:
    """Whose file each act belongs into: the reviewing office's for what employers do, else the office's that acts."""
    of_employers = [name for name, kind in KINDS.items() if kind.who == (EMPLOYER,)]
    return np.where(look.is_act(*of_employers), look.who, look.words("actor"))
