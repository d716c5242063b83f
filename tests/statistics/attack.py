"""A reader who holds all tables of a run side by side and solves for what is hidden, knowing only how tables add up.

Nothing of the toolkit's own reasoning about sums is used here: the sums are read off the published tables.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array

from ce_toolkit.registers.areas import area_names
from ce_toolkit.statistics import HIDDEN, Annual
from ce_toolkit.statistics.tables import TOTAL

Place = tuple[str, str, tuple[str, ...], str]
"""Whose report, table, words of the row, column."""
MOST = 10_000_000


@dataclass
class System:
    """Unknown figures, equations (each sums to a number) and pairs of which the first is no greater than the second."""

    unknown: dict[Place, int] = field(default_factory=dict)
    rows: list[tuple[list[tuple[int, int]], float]] = field(default_factory=list)
    pairs: list[tuple[list[tuple[int, int]], float]] = field(default_factory=list)

    def term(self, place: Place, figure: Any, sign: int) -> tuple[list[tuple[int, int]], float]:
        """A figure as a term: an unknown, or a number on the other side."""
        if figure == HIDDEN:
            return [(self.unknown.setdefault(place, len(self.unknown)), sign)], 0.0
        return [], sign * float(figure)

    def equation(self, whole: tuple[Place, Any], parts: Sequence[tuple[Place, Any]]) -> None:
        """The parts add up to the whole."""
        members, known = self.term(*whole, 1)
        for place, figure in parts:
            more, number = self.term(place, figure, -1)
            members += more
            known += number
        if members:
            self.rows.append((members, -known))

    def no_greater(self, part: tuple[Place, Any], whole: tuple[Place, Any]) -> None:
        """One count is within another."""
        members, known = self.term(*part, 1)
        more, number = self.term(*whole, -1)
        if members or more:
            self.pairs.append((members + more, -(known + number)))

    @cached_property
    def matrices(self) -> tuple[Any, Any, Any, Any]:
        """Equations and inequalities as sparse matrices with their right sides; to be asked for when all is told."""
        return (*_matrix(self.rows, len(self.unknown)), *_matrix(self.pairs, len(self.unknown)))

    def range_of(self, at: int, *, whole: bool = False) -> float:
        """How far apart the least and the most of one unknown are; ``whole``: among whole numbers only."""
        equal, equal_to, less, less_than = self.matrices
        cost = np.zeros(len(self.unknown))
        ends = []
        for sign in (1, -1):
            cost[at] = sign
            if whole:
                limits = [LinearConstraint(equal, equal_to, equal_to)] if equal.shape[0] else []
                limits += [LinearConstraint(less, -np.inf, less_than)] if less.shape[0] else []
                answer = milp(cost, constraints=limits, bounds=Bounds(0, MOST), integrality=np.ones(len(cost)))
            else:
                answer = linprog(cost, less, less_than, equal, equal_to, bounds=(0, MOST), method="highs")
            assert answer.status == 0, answer.message
            ends.append(answer.x[at])
        return float(ends[1] - ends[0])

    def moved(self, tries: int) -> Any:
        """How far each unknown moves between figures that all agree with what is published."""
        equal, equal_to, less, less_than = self.matrices
        toss, found = np.random.default_rng(7), []
        for _ in range(tries):
            cost = toss.normal(size=len(self.unknown))
            answer = linprog(cost, less, less_than, equal, equal_to, bounds=(0, MOST), method="highs")
            assert answer.status == 0, answer.message
            found.append(answer.x)
        return np.max(found, axis=0) - np.min(found, axis=0)


def _matrix(lines: Sequence[tuple[list[tuple[int, int]], float]], width: int) -> tuple[Any, Any]:
    rows = [at for at, (members, _) in enumerate(lines) for _ in members]
    columns = [column for members, _ in lines for column, _ in members]
    signs = [sign for members, _ in lines for _, sign in members]
    matrix = csr_array((np.array(signs, dtype=float), (rows, columns)), shape=(len(lines), width))
    return matrix, np.array([number for _, number in lines], dtype=float)


MARKS = ("in_scope", "enrolled", "trained", "public_passed", "met", "met_enrolled")
WITHIN = (("enrolled", "in_scope"), ("trained", "in_scope"), ("public_passed", "in_scope"), ("met", "public_passed"),
          ("met_enrolled", "met"), ("met_enrolled", "enrolled"))  # fmt: skip
SHARED = ("by_ownership", "by_series", "by_sex", "by_size")
GAPS = {"gap_total": None, "gap_professional": "professional_met", "gap_public": "public_passed"}
"""Columns of the table of what is missing, each with the count of who misses nothing under its other name."""


def published(tables: Mapping[str, Annual]) -> System:
    """All that the tables of people of all reports tell, the city's and the counties'."""
    system = System()
    read = {area: {name: _rows(one[name], one.tables[name].described.keys) for name in one.tables}
            for area, one in tables.items()}  # fmt: skip
    people = ("participation", *SHARED, "by_sector", "by_county_sector")
    for area, report in read.items():
        for name in (name for name in people if name in report):
            for mark in MARKS:
                _sums_to_its_whole(system, area, name, report, mark)
            for words, row in report[name].items():
                for part, whole in WITHIN:
                    system.no_greater(((area, name, words, part), row[part]), ((area, name, words, whole), row[whole]))
    for mark in MARKS:
        _between_reports(system, read, mark)
    _missing_and_months(system, read)
    return system


def _missing_and_months(system: System, read: Any) -> None:
    """By what is missing and by month: sums to the whole, over the counties, and who misses nothing by other names."""
    for area, report in read.items():
        main = report["participation"][TOTAL_ROW]
        for name, figures, whole in (("months", ("met", "met_enrolled"), None), ("shortfall", tuple(GAPS), "in_scope")):
            for figure in figures:
                total, body = _whole_and_parts(area, name, report[name], figure)
                system.equation(total, body)
                system.equation(total, [((area, "participation", TOTAL_ROW, whole or figure), main[whole or figure])])
        for figure, mark in GAPS.items():
            reached = report["shortfall"].get(("达到要求",))
            place = "participation" if mark == "public_passed" else "untrained"
            if mark and reached:
                twin = ((area, place, TOTAL_ROW, mark), report[place][TOTAL_ROW][mark])
                system.equation(((area, "shortfall", ("达到要求",), figure), reached[figure]), [twin])
    for name, figures in (("months", ("met", "met_enrolled")), ("shortfall", tuple(GAPS))):
        for words, row in read["city"][name].items():
            for figure in figures:
                parts = [((area, name, words, figure), report[name][words][figure])
                         for area, report in read.items() if area != "city" and words in report[name]]  # fmt: skip
                system.equation((("city", name, words, figure), row[figure]), parts)


def _rows(table: pd.DataFrame, keys: Sequence[str]) -> dict[tuple[str, ...], dict[str, Any]]:
    return {tuple(map(str, (row[key] for key in keys))): row for row in table.to_dict("records")}


def _sums_to_its_whole(system: System, area: str, name: str, report: Any, mark: str) -> None:
    """Within a table, and its whole is that of the main table."""
    body = [((area, name, words, mark), row[mark]) for words, row in report[name].items() if words[0] != TOTAL]
    (total,) = [((area, name, words, mark), row[mark]) for words, row in report[name].items() if words[0] == TOTAL]
    system.equation(total, body)
    main = report["participation"]
    system.equation(total, [((area, "participation", (TOTAL,), mark), main[TOTAL,][mark])])


def _between_reports(system: System, read: Any, mark: str) -> None:
    """Each county's whole is its row in the city's table; each row of the city is the sum of the counties' rows."""
    city = read["city"]
    counties = [area for area in read if area != "city"]
    for area in counties:
        words = (area_names()[area],)
        whole = ((area, "participation", (TOTAL,), mark), read[area]["participation"][TOTAL,][mark])
        system.equation((("city", "participation", words, mark), city["participation"][words][mark]), [whole])
        for sector, row in read[area]["participation"].items():
            if sector != (TOTAL,):
                cell = ("city", "by_county_sector", (*words, *sector), mark)
                same = ((area, "participation", sector, mark), row[mark])
                system.equation((cell, city["by_county_sector"][*words, *sector][mark]), [same])
    for name, below in [*((name, name) for name in SHARED), ("by_sector", "participation")]:
        for words, row in city[name].items():
            parts = [((area, below, words, mark), read[area][below][words][mark])
                     for area in counties if words in read[area][below]]  # fmt: skip
            system.equation((("city", name, words, mark), row[mark]), parts)


HOURS = ("claimed", "granted", "over_cap", "refused", "held")
LOST = HOURS[2:]


def published_hours(tables: Mapping[str, Annual]) -> System:
    """All that the tables of hours of all reports tell, the city's and the counties'."""
    system = System()
    names = ("hours", "kinds", "hours_by_place", "losses", "cap_losses", "refusals", "clauses")
    read = {area: {name: _rows(one[name], one.tables[name].described.keys) for name in names}
            for area, one in tables.items()}  # fmt: skip
    for area, report in read.items():
        _within_tables_of_hours(system, area, report)
        _between_tables(system, area, report)
    _between_reports_of_hours(system, read)
    return system


def _within_tables_of_hours(system: System, area: str, report: Any) -> None:
    """Rows add up to their whole, and what was claimed is what became of it."""
    for name in report:
        for figure in (
            ("hours",) if name in {"losses", "cap_losses", "clauses"} else LOST[1:] if name == "refusals" else HOURS
        ):
            system.equation(*_whole_and_parts(area, name, report[name], figure))
    for name in ("hours", "kinds", "hours_by_place"):
        for words, row in report[name].items():
            cell = {figure: ((area, name, words, figure), row[figure]) for figure in HOURS}
            system.equation(cell["claimed"], [cell[figure] for figure in HOURS[1:]])


def _between_reports_of_hours(system: System, read: Any) -> None:
    """Each row of the city is the sum of the counties', each county's whole its row in the city's table."""
    city, counties = read["city"], [area for area in read if area != "city"]
    for name, figures in (("hours", HOURS), ("kinds", HOURS), ("losses", ("hours",)), ("clauses", ("hours",))):
        for words, row in city[name].items():
            for figure in figures:
                parts = [((area, name, words, figure), read[area][name][words][figure])
                         for area in counties if words in read[area][name]]  # fmt: skip
                system.equation((("city", name, words, figure), row[figure]), parts)
    for area in counties:
        words = (area_names()[area],)
        for figure in HOURS:
            whole = ((area, "hours", TOTAL_ROW, figure), read[area]["hours"][TOTAL_ROW][figure])
            row = city["hours_by_place"][words]
            system.equation((("city", "hours_by_place", words, figure), row[figure]), [whole])


TOTAL_ROW, TOTAL_PAIR = (TOTAL,), (TOTAL, "")


def _whole_and_parts(area: str, name: str, rows: Any, figure: str) -> Any:
    cells = [(words, ((area, name, words, figure), row[figure])) for words, row in rows.items()]
    return next(cell for words, cell in cells if words[0] == TOTAL), [
        cell for words, cell in cells if words[0] != TOTAL
    ]


def _between_tables(system: System, area: str, report: Any) -> None:
    """Forms add up to their class, reasons to what their class lost, causes to reasons, places to the whole."""
    for words, row in report["hours"].items():
        forms = [(key, one) for key, one in report["kinds"].items() if key[0] == words[0]]
        for figure in HOURS:
            parts = [((area, "kinds", key, figure), one[figure]) for key, one in forms]
            system.equation(((area, "hours", words, figure), row[figure]), parts)
        for figure in LOST if words != TOTAL_ROW else ():
            parts = [((area, "losses", key, "hours"), one["hours"])
                     for key, one in report["losses"].items() if (key[0], key[3]) == (figure, words[0])]  # fmt: skip
            system.equation(((area, "hours", words, figure), row[figure]), parts)
    for figure in HOURS:
        whole = (area, "hours", TOTAL_ROW, figure), report["hours"][TOTAL_ROW][figure]
        place = (area, "hours_by_place", TOTAL_ROW, figure), report["hours_by_place"][TOTAL_ROW][figure]
        system.equation(whole, [place])
    _reasons_and_clauses(system, area, report)


def _reasons_and_clauses(system: System, area: str, report: Any) -> None:
    for words, row in report["refusals"].items():
        for figure in LOST[1:] if words[0] != TOTAL else ():
            parts = [((area, "losses", key, "hours"), one["hours"])
                     for key, one in report["losses"].items() if key[:2] == (figure, words[1])]  # fmt: skip
            system.equation(((area, "refusals", words, figure), row[figure]), parts)
    for words, row in report["clauses"].items():
        parts = [((area, "losses", key, "hours"), one["hours"])
                 for key, one in report["losses"].items() if (key[0], key[2]) == words]  # fmt: skip
        if words != TOTAL_PAIR:
            system.equation(((area, "clauses", words, "hours"), row["hours"]), parts)
    whole = (area, "losses", (TOTAL, "", "", ""), "hours"), report["losses"][TOTAL, "", "", ""]["hours"]
    system.equation(whole, [((area, "clauses", TOTAL_PAIR, "hours"), report["clauses"][TOTAL_PAIR]["hours"])])
    for key, row in report["losses"].items():
        if key[0] == "over_cap":
            same = (key[2], key[1], key[3])
            cell = ((area, "cap_losses", same, "hours"), report["cap_losses"][same]["hours"])
            system.equation(((area, "losses", key, "hours"), row["hours"]), [cell])


def small_hours(tables: Mapping[str, Annual], threshold: int) -> Iterator[Place]:
    """Hours of fewer people than the threshold."""
    for area, one in tables.items():
        cells = one.cells[(one.cells["layer"] == "hours") & one.cells["persons"].between(1, threshold - 1)]
        for cell in cells.to_dict("records"):
            table = one.tables[cell["table"]]
            if cell["table"] != "evidence":
                words = next(iter(_rows(table.data.iloc[[cell["row"]]], table.described.keys)))
                yield area, cell["table"], words, cell["column"]


def small_places(tables: Mapping[str, Annual], threshold: int) -> Iterator[Place]:
    """Figures of people that are, or stand in a row of, fewer than the threshold, but for the roll of a whole area."""
    for area, one in tables.items():
        for name, table in one.tables.items():
            if name in {"months", "shortfall"}:
                yield from _few_in(area, name, table, threshold)
            if name not in {"participation", *SHARED, "by_sector", "by_county_sector"}:
                continue
            for words, row in _rows(table.data, table.described.keys).items():
                whole_area = words[0] == TOTAL or (area == "city" and name == "participation")
                for mark in MARKS:
                    if 0 < row[mark] < threshold and not (whole_area and mark == "in_scope"):
                        yield area, name, words, mark


def _few_in(area: str, name: str, table: Any, threshold: int) -> Iterator[Place]:
    """Figures of fewer people than the threshold, but for the roll of the area."""
    for words, row in _rows(table.data, table.described.keys).items():
        for column in table.described.columns:
            if 0 < row[column.name] < threshold and (name == "months" or words != TOTAL_ROW):
                yield area, name, words, column.name


COUNTS = ("hours", "kinds", "hours_by_place", "evidence", "losses", "cap_losses", "refusals", "clauses")
PROOFS = ("proved", "unproved", "unstated")
QUALITY = {"缺材料而待补的项": ("effect", "held"), "申报数与应计数不同的项": ("reason", "claim_differs")}


def published_counts(tables: Mapping[str, Annual], account: pd.DataFrame) -> System:
    """All that tells numbers of claims: the tables, their proofs and quality statements, and the account of exams."""
    system = System()
    read = {area: {name: _rows(one[name], one.tables[name].described.keys) for name in COUNTS}
            for area, one in tables.items()}  # fmt: skip
    for area, report in read.items():
        for name in COUNTS:
            system.equation(*_whole_and_parts(area, name, report[name], "claims"))
        _counts_between_tables(system, area, report)
        _proof_and_quality(system, area, tables[area], report)
    _counts_between_reports(system, read)
    _exams(system, read["city"], account)
    return system


def _count(area: str, report: Any, name: str, words: tuple[str, ...], column: str = "claims") -> tuple[Place, Any]:
    return (area, name, words, column), report[name][words][column]


def _counts_between_tables(system: System, area: str, report: Any) -> None:
    for words in report["hours"]:
        whole = _count(area, report, "hours", words)
        if words != TOTAL_ROW:
            forms = [_count(area, report, "kinds", key) for key in report["kinds"] if key[0] == words[0]]
            system.equation(whole, forms)
        system.equation(whole, [_count(area, report, "evidence", words)])
        system.equation(whole, [_count(area, report, "evidence", words, proof) for proof in PROOFS])
    system.equation(_count(area, report, "hours", TOTAL_ROW), [_count(area, report, "hours_by_place", TOTAL_ROW)])
    for key in report["losses"]:
        if key[0] == "over_cap":
            same = _count(area, report, "cap_losses", (key[2], key[1], key[3]))
            system.equation(_count(area, report, "losses", key), [same])
    for table, at in (("clauses", lambda key: (key[0], key[2])), ("refusals", lambda key: (key[1],))):
        for words in report[table]:
            if TOTAL not in words[:1]:
                wanted = words if table == "clauses" else words[1:]
                parts = [
                    _count(area, report, "losses", key)
                    for key in report["losses"]
                    if TOTAL not in key[:1] and at(key) == wanted and (table == "clauses" or key[0] != "over_cap")
                ]
                system.equation(_count(area, report, table, words), parts)


def _counts_between_reports(system: System, read: Any) -> None:
    city, counties = read["city"], [area for area in read if area != "city"]
    for name in ("hours", "kinds", "evidence", "losses", "cap_losses", "refusals", "clauses"):
        for words in city[name]:
            for column in ("claims", *PROOFS) if name == "evidence" else ("claims",):
                parts = [
                    _count(area, read[area], name, words, column) for area in counties if words in read[area][name]
                ]
                system.equation(_count("city", city, name, words, column), parts)
    for area in counties:
        row = _count("city", city, "hours_by_place", (area_names()[area],))
        system.equation(row, [_count(area, read[area], "hours", TOTAL_ROW)])


def _proof_and_quality(system: System, area: str, one: Annual, report: Any) -> None:
    """A proof gives the figures of a 合计 row again; a quality statement gives sums and wholes of its table."""
    for line in one.published_proof.to_dict("records"):
        if line["table"] in COUNTS and line["item"] == "claims":
            words = next(key for key in report[line["table"]] if key[0] == TOTAL)
            for figure in ("total", "recount"):
                known = ((area, "proof", (line["table"],), figure), line[figure])
                system.equation(_count(area, report, line["table"], words), [known])
    for line in one.quality[one.quality["table"].isin(COUNTS)].to_dict("records"):
        if line["aspect"] == "准确" or "待补的项" in line["what"]:
            whole = ((area, "quality", (line["table"], line["what"]), "of"), line["of"])
            system.equation(_count(area, report, "hours", TOTAL_ROW), [whole])
        if line["what"] in QUALITY:
            key, word = QUALITY[line["what"]]
            at = one.tables["losses"].described.keys.index(key)
            parts = [_count(area, report, "losses", words) for words in report["losses"] if words[at] == word]
            system.equation(((area, "quality", (line["table"], line["what"]), "count"), line["count"]), parts)


def _exams(system: System, city: Any, account: pd.DataFrame) -> None:
    """Results of people in scope are the claims of exams."""
    rows = {line["verdict"]: (("city", "exams", (line["verdict"],), "count"), line["count"])
            for line in account.to_dict("records")}  # fmt: skip
    whole = rows.pop(TOTAL)
    system.equation(whole, list(rows.values()))
    system.equation(_count("city", city, "hours", ("public_exam",)), [rows["same"]])


def small_counts(tables: Mapping[str, Annual], threshold: int) -> Iterator[Place]:
    """Numbers of claims of fewer people than the threshold."""
    for area, one in tables.items():
        cells = one.cells[one.cells["layer"].isin(["claims", "moves"])]
        for cell in cells[cells["persons"].between(1, threshold - 1)].to_dict("records"):
            table = one.tables[cell["table"]]
            words = next(iter(_rows(table.data.iloc[[cell["row"]]], table.described.keys)))
            yield area, cell["table"], words, cell["column"]
