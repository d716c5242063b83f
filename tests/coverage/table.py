"""Which code, tests and output answer to each clause of the notice; ``python tests/coverage/table.py`` prints it.

A clause counts as tested where a test names its ID: at the head or end of the function's name (``test_C11_daily_cap``),
in its docstring, or in the docstring of its module; ``F10–F12`` names all three. Tests of the demo city do not count:
invented data prove nothing about the product. Code is what names the ID in a docstring, a comment or a table
(``code = "T6"``), and the rules of the pack that ``clauses.toml`` gives. Titles, rules, outputs and reasons why a
clause has no test stand there.
"""

import ast
import re
import sys
import tokenize
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import takewhile
from pathlib import Path

ROOT = Path(__file__).parents[2]
_ID = re.compile(r"\b([NPABCDEFGTQ])([1-9]\d?)(?:–\1([1-9]\d?))?\b")
_CODE = re.compile(r"[A-Za-z]{1,2}\d+$")
_ADDRESSES = {"A1", "A4", "G4", "G6"}  # in prose these are cells or paper; only a test's name can mean the clause


@dataclass(frozen=True)
class Row:
    """One clause: its title, the modules and tests that name it, where its outcome shows, and why it has no test."""

    id: str
    title: str
    code: tuple[str, ...]
    tests: tuple[str, ...]
    output: str
    elsewhere: str

    @property
    def gap(self) -> bool:
        """Whether nothing answers to the clause: neither a test nor a reason."""
        return not self.tests and not self.elsewhere


@cache
def clauses() -> Mapping[str, Mapping[str, str]]:
    """The clauses by ID, as ``clauses.toml`` holds them."""
    return tomllib.loads((Path(__file__).parent / "clauses.toml").read_text(encoding="utf-8"))


def rows() -> list[Row]:
    """One row a clause, in the order of the notice."""
    tests, code = _collected(_tests()), _collected(_code())
    return [
        Row(
            id=name,
            title=entry["title"],
            code=(*code[name], *(f"rule {rule}" for rule in entry.get("rules", "").split())),
            tests=tests[name],
            output=entry.get("output", ""),
            elsewhere=entry.get("elsewhere", ""),
        )
        for name, entry in clauses().items()
    ]


def ids_in(text: str) -> set[str]:
    """IDs of clauses that a text names."""
    found = set()
    for letter, first, last in _ID.findall(text):
        found |= {f"{letter}{number}" for number in range(int(first), int(last or first) + 1)}
    return {name for name in found if name in clauses()}


def _collected(pairs: Iterator[tuple[str, str]]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for name, place in pairs:
        if place not in found[name]:
            found[name].append(place)
    return defaultdict(tuple, {name: tuple(places) for name, places in found.items()})


def _tests() -> Iterator[tuple[str, str]]:
    """(clause, test) of every test that names a clause."""
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        place = path.relative_to(ROOT / "tests").as_posix()
        if place.startswith("demo/") or place == "test_clause_coverage.py":
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        yield from ((name, place) for name in _in_prose(tree))
        for test in ast.walk(tree):
            if isinstance(test, ast.FunctionDef) and test.name.startswith("test_"):
                named = _in_name(test.name) | _in_prose(test)
                yield from ((name, f"{place}::{test.name}") for name in sorted(named))


def _in_name(name: str) -> set[str]:
    """IDs at the head of a test's name, beside other codes, or at its end; in the middle A4 is a size of paper."""
    words = name.split("_")[1:]
    return {word.upper() for word in (*takewhile(_CODE.match, words), words[-1])} & set(clauses())


def _in_prose(node: ast.Module | ast.FunctionDef | ast.ClassDef) -> set[str]:
    return ids_in(ast.get_docstring(node) or "") - _ADDRESSES


def _code() -> Iterator[tuple[str, str]]:
    """(clause, module) of every module or table of the package that names a clause."""
    for path in sorted((ROOT / "ce_toolkit").rglob("*")):
        place = path.relative_to(ROOT / "ce_toolkit").as_posix()
        if path.suffix in (".py", ".toml") and not place.startswith("demo/"):
            text = _prose(path) if path.suffix == ".py" else path.read_text(encoding="utf-8")
            yield from ((name, place) for name in ids_in(text) - _ADDRESSES)


def _prose(path: Path) -> str:
    """Docstrings and comments of a module: elsewhere a letter with a number is an address of a cell."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    kinds = (ast.Module, ast.FunctionDef, ast.ClassDef)
    docs = [ast.get_docstring(node) or "" for node in ast.walk(tree) if isinstance(node, kinds)]
    with tokenize.open(path) as file:
        comments = [each.string for each in tokenize.generate_tokens(file.readline) if each.type == tokenize.COMMENT]
    return "\n".join([*docs, *comments])


def table() -> str:
    """The coverage table as Markdown, with a line of counts below it."""
    all_rows = rows()
    lines = ["| ID | clause | code | tests | output | without test because |", "|---|---|---|---|---|---|"]
    for row in all_rows:
        tests = "<br>".join(row.tests)
        why = "**nothing answers to it**" if row.gap else "" if row.tests else row.elsewhere
        lines.append(f"| {row.id} | {row.title} | {', '.join(row.code)} | {tests} | {row.output} | {why} |")
    tested, gaps = sum(bool(row.tests) for row in all_rows), sum(row.gap for row in all_rows)
    counts = f"{len(all_rows)} clauses: {tested} tested, {len(all_rows) - tested - gaps} with a reason, {gaps} open."
    return "\n".join([*lines, "", counts, ""])


if __name__ == "__main__":
    sys.stdout.write(table())
    sys.exit(any(row.gap for row in rows()))
