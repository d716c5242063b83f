"""Every clause of the notice has a test that names it, or a reason why none does."""

import subprocess
import sys
from dataclasses import replace

from ce_toolkit.rules import load_pack
from tests.coverage.table import ROOT, Row, clauses, ids_in, rows

COUNTS = {"N": 10, "P": 6, "A": 7, "B": 15, "C": 25, "D": 18, "E": 8, "F": 19, "G": 8, "T": 20, "Q": 8}


def test_all_144_clauses_are_listed_in_the_order_of_the_notice() -> None:
    assert list(clauses()) == [
        f"{letter}{number}" for letter, count in COUNTS.items() for number in range(1, count + 1)
    ]
    assert len(clauses()) == 144


def test_every_clause_has_a_test_or_a_stated_reason() -> None:
    """To mend: name the clause in the test that holds it, or say in clauses.toml where it is served."""
    assert [f"{row.id} {row.title}" for row in rows() if row.gap] == []


def test_code_alone_is_no_answer() -> None:
    row = Row("C11", "at most 8 hours a day", ("rules/days.py",), (), "ledger", "")
    assert row.gap
    assert not replace(row, tests=("rules/test_days.py",)).gap
    assert not replace(row, elsewhere="not yet: comes with the workflow").gap


def test_entries_have_known_keys_and_words_in_them() -> None:
    for name, entry in clauses().items():
        assert set(entry) <= {"title", "rules", "output", "elsewhere"}, name
        assert all(len(text) > 3 for text in entry.values()), name


def test_rules_that_are_said_to_serve_a_clause_are_in_the_pack() -> None:
    pack = load_pack("dezhou-2017")
    known = {entry.id for entry in (*pack.rules, *pack.requirements, *pack.checks)}
    named = {rule for entry in clauses().values() for rule in entry.get("rules", "").split()}
    assert named - known == set()


def test_ids_are_found_in_prose_and_ranges_are_opened() -> None:
    assert ids_in("C11, U25 and F10–F12; not MF1, GV7, C99 or A04") == {"C11", "F10", "F11", "F12"}


def test_the_command_prints_the_table() -> None:
    done = subprocess.run(
        [sys.executable, "tests/coverage/table.py"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:]
    assert done.stdout.count("\n| ") == 145 - 1
    assert "| C11 |" in done.stdout
