"""Whatever an office user sees is Chinese: heads and words of every table that a notebook shows."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ce_toolkit.publish import in_chinese, in_words
from ce_toolkit.publish.labels import HEADS, WORDS
from ce_toolkit.review.codes import DEMONSTRATION
from ce_toolkit.review.records import review_records
from ce_toolkit.rules import CAUSES, Pack, with_reading
from ce_toolkit.rules.inquiry.lab import compare, sensitivity
from ce_toolkit.rules.reasons import reason_name
from ce_toolkit.statistics import (
    exam_account,
    files_to_mend,
    finding_counts,
    frame_counts,
    outcome_counts,
    state_counts,
)
from tests.conftest import AS_OF, Processed

LATIN = re.compile("[A-Za-z]")
# codes that are quoted as they are, files by their own names, unit codes, and advice that quotes formats and codes
AS_THEY_ARE = {"编号", "问题编号", "文件", "单元编号", "如何更正", "票号"}


@pytest.fixture(scope="module")
def shown(processed: Processed) -> list[tuple[str, pd.DataFrame]]:
    return list(_tables(processed))


def _tables(processed: Processed) -> Iterator[tuple[str, pd.DataFrame]]:
    """Every table that the notebooks show, for each area and the city."""
    for area, batch in processed.batches.items():
        yield "outcomes", outcome_counts(batch.submissions)
        yield "submissions", files_to_mend(batch.submissions, batch.findings)
        registers, credited = processed.registers[area], processed.credited[area]
        yield "account", registers.account
        for findings in (batch.findings, registers.findings):
            yield "findings", finding_counts(findings)
        yield "states", state_counts(credited.credits, processed.pack.classes)
        facts = registers.claims, credited.credits, registers.people, credited.standing
        records = review_records(*facts, secret=DEMONSTRATION)
        yield "frame", frame_counts(records, processed.pack.classes)
    for county in ("city", *processed.batches):
        tables = processed.annual(county)
        yield from ((name, table.published) for name, table in tables.tables.items() if name != "submissions")
        for name, lines in (("proof", tables.published_proof), ("quality", tables.quality)):
            yield name, lines.drop(columns="table")  # the pages name the tables
    yield "exams", exam_account(processed.exams, pd.concat([one.matches for one in processed.registers.values()]))
    yield from _of_the_lab(processed)


def _of_the_lab(processed: Processed) -> Iterator[tuple[str, pd.DataFrame]]:
    """One county under another reading of the notice, and the weight of every reading."""
    pack, claims = processed.pack, processed.registers["371400"].claims
    people = processed.registers["371400"].people
    found = compare(pack, with_reading(pack, "U1", "per_activity"), claims, people, AS_OF)
    for name in ("states", "by_county", "by_series", "by_level"):
        yield f"lab {name}", getattr(found, name)
    yield "lab clauses", found.clauses.drop(columns="rule")
    yield "lab weights", sensitivity(pack, claims, people, AS_OF).drop(columns="alternative")


def test_every_head_and_word_of_the_tables_is_chinese(shown: list[tuple[str, pd.DataFrame]], pack: Pack) -> None:
    seen = set()
    for name, table in shown:
        seen.add(name)
        chinese = in_chinese(table, pack)
        assert not [head for head in chinese.columns if LATIN.search(head)], name
        words = {word for head in set(chinese) - AS_THEY_ARE for word in chinese[head] if isinstance(word, str)}
        assert not [word for word in words if LATIN.search(word)], name
    assert len(seen) == 34


def test_heads_of_a_shown_table_are_distinct(shown: list[tuple[str, pd.DataFrame]]) -> None:
    for name, table in shown:
        assert in_chinese(table).columns.is_unique, name


def test_every_reason_has_a_chinese_name(processed: Processed, pack: Pack) -> None:
    reasons = {rule.reason for rule in pack.rules} | set(processed.stored().ledger["reason"].astype("str"))
    assert not [reason for reason in reasons | set(CAUSES) if LATIN.search(reason_name(reason))]


def test_every_word_of_the_contracts_has_a_chinese_one(pack: Pack) -> None:
    assert set(WORDS["outcome"]) == {"accepted", "partly", "refused", "twin", "replaced"}
    assert set(WORDS["effect"]) == {"over_cap", "refused", "held", "raised"}
    assert set(WORDS["status"]) == {"met", "not_met", "open", "out_of_scope"}
    assert set(WORDS["severity"]) == {"refuse", "hold", "warn", "info", "auto"}
    assert not [name for name in pack.classes if LATIN.search(pack.label(name))]
    assert not [word for word in HEADS.values() if LATIN.search(word)]


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("granted", Decimal("7.50"), 7.5),
        ("granted", Decimal("40.00"), 40),
        ("claims", np.int64(3), 3),
        ("average", 22.8, 22.8),
        ("average", None, "—"),
        ("average", float("nan"), "—"),
        ("eligible", pd.NA, "未报"),
        ("received_on", date(2017, 4, 30), "2017-04-30"),
        ("received_on", datetime(2017, 4, 30, 8), "2017-04-30"),
        ("received_on", pd.NaT, "—"),
        ("agrees", True, "是"),
        ("agrees", np.bool_(False), "否"),
        ("file", "甲.xlsx", "甲.xlsx"),
        ("status", "open", "待定"),
        ("item", "in_scope", "在范围"),
        ("form", "unknown", "未识别"),
    ],
)
def test_values_are_plain_text_and_numbers(name: str, value: Any, wanted: Any) -> None:
    column = in_chinese(pd.DataFrame({name: pd.Series([value], dtype=object)})).iloc[:, 0]
    assert column.iloc[0] == wanted
    assert type(column.iloc[0]) is type(wanted)


def test_arrow_and_category_columns_become_plain_values(shown: list[tuple[str, pd.DataFrame]], pack: Pack) -> None:
    for _, table in shown:
        chinese = in_chinese(table, pack)
        assert {type(value) for head in chinese for value in chinese[head]} <= {str, int, float}


def test_an_unknown_name_stays_as_it_is() -> None:
    assert list(in_chinese(pd.DataFrame({"something": ["x"]}))) == ["something"]


def test_areas_by_name() -> None:
    assert in_words(["371402", "371481"]) == "德城区、乐陵市"
    assert in_words([]) == "无"
