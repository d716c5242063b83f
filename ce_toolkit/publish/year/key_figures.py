"""The year in sentences: only figures that the tables publish, so that a sentence never tells what a table hides."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from ce_toolkit.publish.shown import printed
from ce_toolkit.publish.year.publication import Publication
from ce_toolkit.rules.reasons import reason_name
from ce_toolkit.statistics.catalogue import COUNTY
from ce_toolkit.statistics.small_cells import HIDDEN
from ce_toolkit.statistics.tables import TOTAL


def key_sentences(published: Publication) -> list[str]:
    """What the report says first: people, completion, hours, caps, reasons, files, and that the totals were proved."""
    return [published.pack.in_unit(sentence) for sentence in _sentences(published)]


def _sentences(published: Publication) -> Iterator[str]:
    tables = published.tables
    whole = {name: tables[name].iloc[-1] for name in tables.tables}
    people, hours, files = whole["participation"], whole["hours"], whole["submissions"]
    yield _sentence(
        f"按 {published.as_of.isoformat()} 所知，{published.place}",
        [("在范围的专业技术人员 {} 人", people["in_scope"]), ("报名 {} 人", people["enrolled"]),
         ("参训 {} 人", people["trained"]), ("公需科目合格 {} 人", people["public_passed"]),
         ("公需合格率（占在范围）{}", people["public_share"]), ("公需、专业和总学时都达到要求的 {} 人", people["met"])],
    )  # fmt: skip
    yield from _completion(people)
    if tables.key == COUNTY:
        yield from _compared(tables["participation"])
    yield _sentence(
        "",
        [("专业科目达标 {} 人", whole["untrained"]["professional_met"]),
         ("其中没有一个培训进修学时被认定的 {} 人", whole["untrained"]["no_training"])],
    )  # fmt: skip
    yield _sentence(
        "在范围人员",
        [("申报 {} 项", hours["claims"]), ("{} 学时", hours["claimed"]), ("认定 {} 学时", hours["granted"]),
         ("人均 {} 学时", hours["average"]), ("超上限核减 {} 学时", hours["over_cap"]),
         ("不予认定 {} 学时", hours["refused"]), ("待补 {} 学时", hours["held"])],
    )  # fmt: skip
    caps, proof = whole["at_caps"], whole["evidence"]
    yield _sentence("", [("达到学时上限的 {} 人", caps["at_cap"]), ("有学时因上限被核减的 {} 人", caps["cut"])])
    yield from _reasons(tables["refusals"])
    yield _sentence(
        "", [("有证明材料的申报占 {}", proof["proved_share"]), ("按学时占 {}", proof["proved_hours_share"])]
    )
    yield _sentence(
        "",
        [("收到文件 {} 份", files["files"]), ("退回 {} 份", files["sent_back"]), ("逾期 {} 份", files["late"]),
         ("读入 {} 行", files["rows_read"]), ("待补 {} 行", files["rows_held"])],
    )  # fmt: skip
    yield from _proof(published)


def _completion(people: pd.Series) -> Iterator[str]:
    yield _sentence("", [("报名人员中达标 {} 人", people["met_enrolled"]), ("完成率（占报名）{}", people["completed"])])
    if _told(people["eligible"]) is None:
        yield "有单位没有上报应参训人数，占应参训的比率不列。"
        return
    yield _sentence(
        "",
        [("各单位上报应参训 {} 人", people["eligible"]), ("报名率（占应参训）{}", people["joined"]),
         ("完成率（占应参训）{}", people["completed_of_eligible"])],
    )  # fmt: skip


def _compared(table: pd.DataFrame) -> Iterator[str]:
    """The highest and the lowest share of completion among those that are published."""
    body = table[table[COUNTY] != TOTAL]
    shares = {
        name: float(share[:-1])
        for name, share in zip(body[COUNTY], body["completed"], strict=True)
        if isinstance(share, str) and share.endswith("%")
    }
    if len(shares) > 1:
        ends = {end: [name for name, share in shares.items() if share == end(shares.values())] for end in (max, min)}
        words = ("最高的是", "最低的是")
        parts = [
            f"{word}{'、'.join(names)}（{end(shares.values()):.1f}%）"
            for word, (end, names) in zip(words, ends.items(), strict=True)
        ]
        yield f"公布完成率（占报名）的 {len(shares)} 个县市区中，{'，'.join(parts)}。"


def _reasons(refusals: pd.DataFrame) -> Iterator[str]:
    """The reasons with most hours among those that are published."""
    body = refusals[refusals["cause"] != TOTAL]
    parts = []
    for column, words in (("refused", "不予认定学时最多的是"), ("held", "待补学时最多的是")):
        known = pd.to_numeric(body[column], errors="coerce")
        if known.max() > 0:
            first = known.idxmax()
            parts.append(f"{words}“{reason_name(body.at[first, 'reason'])}”（{_told(body.at[first, column])} 学时）")
    if parts:
        yield f"公布的原因中，{'，'.join(parts)}。"


def _proof(published: Publication) -> Iterator[str]:
    proof = published.tables.proof
    wrong = int((~proof["agrees"]).sum())
    words = "全部相符" if not wrong else f"其中 {wrong} 项不符，不能定稿"
    yield f"各表合计行 {len(proof)} 项另行计算一遍，{words}。"
    hidden = int(sum(table.hidden.to_numpy().sum() for table in published.tables.tables.values()))
    if hidden:
        yield f"为不泄露个人情况，各表共隐去 {hidden} 个数，以 {HIDDEN} 代替。"


def _sentence(opening: str, parts: Sequence[tuple[str, Any]]) -> str:
    """The parts whose figure is published, in one sentence; blank if there is none."""
    told = [words.format(_told(value)) for words, value in parts if _told(value) is not None]
    return f"{opening}{'，'.join(told)}。" if told else ""


def _told(value: Any) -> str | None:
    """A figure as it is read; None where it is hidden, unknown, or has no base."""
    if isinstance(value, str):
        return value if value.endswith("%") else None
    if value is None or pd.isna(value):
        return None
    return printed(float(value) if isinstance(value, Decimal) else int(value))
