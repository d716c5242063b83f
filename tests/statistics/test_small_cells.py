"""Small cells: hidden where they stand and where they could be worked out; wholes stay right."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ce_toolkit.statistics import HIDDEN, Annual, YearTable, hide, published_exam_account
from ce_toolkit.statistics.cells import Cell, Key, Spot, cells_of, cells_table
from ce_toolkit.statistics.relations import relations
from ce_toolkit.statistics.small_cells import puzzle_of
from tests.conftest import Processed
from tests.statistics.attack import (
    Place,
    System,
    published,
    published_counts,
    published_hours,
    small_counts,
    small_hours,
    small_places,
)
from tests.statistics.tiny import bases_of, made

T = 5
MET = "people.met"
SOME = settings(max_examples=25)
COUNTS = st.integers(0, 12)


def _cell(key: Mapping[str, str], value: int) -> Cell:
    return Cell("t", 0, "met", (MET, tuple(sorted(key.items()))), value, value, max(value, 50))


def _table(values: Sequence[Sequence[int]], *, area: Mapping[str, str] | None = None) -> list[Cell]:
    """A table by series and sex with both margins and the whole."""
    area = area or {}
    cells = [
        _cell({**area, "series": f"r{row}", "sex": f"c{column}"}, value)
        for row, line in enumerate(values)
        for column, value in enumerate(line)
    ]
    cells += [_cell({**area, "series": f"r{row}"}, sum(line)) for row, line in enumerate(values)]
    cells += [_cell({**area, "sex": f"c{column}"}, sum(line)) for column, line in enumerate(zip(*values, strict=True))]
    return [*cells, replace(_cell(area, sum(map(sum, values))), is_total=True)]


def _system(cells: Sequence[Cell], hidden: Mapping[Spot, bool]) -> System:
    """What a reader of these cells knows."""
    value = {cell.spot: cell.value for cell in cells}
    spots = list(value)
    system = System()
    for sum_ in relations(spots, [value[spot] for spot in spots]):
        told = [
            (_place(spots[at]), HIDDEN if hidden[spots[at]] else value[spots[at]]) for at in (sum_.whole, *sum_.parts)
        ]
        system.equation(told[0], told[1:])
    return system


def _place(spot: Spot) -> Any:
    return spot


def _worked_out(cells: Sequence[Cell], hidden: Mapping[Spot, bool]) -> list[Spot]:
    """Hidden cells with one value only among all whole numbers that agree with what is published (exact)."""
    system = _system(cells, hidden)
    gone = [cell.spot for cell in cells if hidden[cell.spot]]
    return [spot for spot in gone if spot in system.unknown and system.range_of(system.unknown[spot], whole=True) < 0.5]


def _in_row_space(system: System) -> list[int]:
    """Unknowns that linear algebra alone gives: those whose unit vector is a combination of the equations."""
    matrix = [[Fraction(0)] * len(system.unknown) for _ in system.rows]
    for line, (members, _) in zip(matrix, system.rows, strict=True):
        for column, sign in members:
            line[column] += sign
    reduced = _reduced(matrix)
    return [next(i for i, x in enumerate(line) if x) for line in reduced if sum(x != 0 for x in line) == 1]


def _reduced(matrix: list[list[Fraction]]) -> list[list[Fraction]]:
    """Gauss and Jordan, in fractions."""
    done: list[list[Fraction]] = []
    for column in range(len(matrix[0]) if matrix else 0):
        pivot = next((line for line in matrix if line[column]), None)
        if pivot is None:
            continue
        matrix.remove(pivot)
        pivot = [x / pivot[column] for x in pivot]
        matrix = [_without(line, pivot, column) for line in matrix]
        done = [*(_without(line, pivot, column) for line in done), pivot]
    return done


def _without(line: list[Fraction], pivot: list[Fraction], column: int) -> list[Fraction]:
    return [x - line[column] * y for x, y in zip(line, pivot, strict=True)]


@SOME
@given(st.lists(st.lists(COUNTS, min_size=3, max_size=3), min_size=2, max_size=4))
def test_no_small_cell_of_a_table_can_be_worked_out(values: list[list[int]]) -> None:
    """Not by linear algebra (rank, in fractions) and not by integer bounds (branch and bound)."""
    cells = _table(values)
    hidden = hide(cells, T)
    assert all(hidden[cell.spot] for cell in cells if 0 < cell.value < T)
    given_away = set(_worked_out(cells, hidden))
    system = _system(cells, hidden)
    places = {at: spot for spot, at in system.unknown.items()}
    given_away |= {places[at] for at in _in_row_space(system)}
    assert not [cell for cell in cells if cell.value and cell.spot in given_away]


@SOME
@given(st.lists(st.lists(st.lists(COUNTS, min_size=2, max_size=2), min_size=3, max_size=3), min_size=2, max_size=3))
@example([[[0, 0], [0, 1], [4, 0]], [[0, 1], [0, 0], [0, 3]], [[0, 4], [4, 0], [1, 1]]])  # what to hide next is no part
@example(
    [[[0, 1], [5, 6], [4, 0]], [[1, 6], [4, 1], [0, 3]], [[4, 4], [4, 1], [0, 1]]]
)  # nor what was of no use before
def test_nor_when_counties_publish_first_and_the_city_after_them(counties: list[list[list[int]]]) -> None:
    """The same cells in the county's table and the city's; the city hides more of its own, and takes nothing back."""
    own = [_table(values, area={"county_name": f"k{number}"}) for number, values in enumerate(counties)]
    masks = [hide(cells, T) for cells in own]
    below = [cells_table(cells, mask) for cells, mask in zip(own, masks, strict=True)]
    city = _table(np.sum(counties, axis=0).tolist()) + [cells[-1] for cells in own]
    mask = hide(city, T, pd.concat(below))
    joined: dict[Spot, bool] = {spot: gone for each in masks for spot, gone in each.items()}
    assert all(mask[cells[-1].spot] == joined[cells[-1].spot] for cells in own)
    everything = [cell for cells in own for cell in cells] + city[: -len(own)]
    told = {**joined, **{cell.spot: mask[cell.spot] for cell in city}}
    away = set(_worked_out(everything, told))
    assert not [cell for cell in everything if 0 < cell.value < T and cell.spot in away]


def test_the_whole_stays_where_parts_can_be_hidden_and_goes_last() -> None:
    cells = _table([[3, 9, 20], [8, 7, 30]])
    hidden = hide(cells, T)
    assert not hidden[cells[-1].spot]
    assert sum(hidden.values()) == 4  # the small one, one in its row, one in its column, and the one between
    single = [_cell({"sex": "a"}, 3), _cell({}, 3)]
    assert all(hide(single, T).values())


def test_a_total_that_was_hidden_for_others_is_shown_where_enough_others_are(reports: dict[str, Annual]) -> None:
    """Hours refused are hidden in several counties, so the city's may be told."""
    hidden = reports["city"].tables["hours"].hidden.iloc[-1]
    assert not hidden["refused"]
    assert not hidden["over_cap"]
    counties = reports["city"].tables["hours_by_place"].hidden["refused"].iloc[:-1]
    assert counties.sum() > 1


def test_two_hidden_cells_that_together_are_too_few_are_not_enough() -> None:
    cells = [_cell({"sex": name}, value) for name, value in (("a", 1), ("b", 2), ("c", 30))]
    hidden = hide([*cells, _cell({}, 33)], T)
    assert [hidden[cell.spot] for cell in cells] == [True, True, True]


@pytest.mark.parametrize(("threshold", "gone"), [(0, []), (1, []), (3, []), (4, [3])])
def test_the_threshold_is_the_least_number_that_may_be_told(threshold: int, gone: list[int]) -> None:
    cells = _table([[3, 9, 20], [8, 7, 30]])
    small = puzzle_of(cells, max(threshold, 1)).small
    assert [cell.value for cell, few in zip(cells, small, strict=True) if few] == gone
    assert any(hide(cells, threshold).values()) == bool(gone)


def test_that_none_of_a_few_people_reached_something_is_hidden_too() -> None:
    frames = bases_of(
        [{"series": "会计", "status": "not_met"}] * 3 + [{"series": "统计"}] * 9 + [{"series": "档案"}] * 9
    )
    table = made("by_series", frames)
    cells = list(cells_of(table, ()))
    hidden = hide(cells, T)
    key: Key = (("level", "中级"), ("series", "会计"))
    assert hidden[MET, key]
    assert hidden["people.in_scope", key]


# ---- all reports of a run side by side ------------------------------------------------------------


@pytest.fixture(scope="module")
def reports(processed: Processed) -> dict[str, Annual]:
    return {area: processed.annual(area) for area in (*processed.batches, "city")}


def test_no_published_figure_of_people_or_their_hours_is_of_too_few(reports: dict[str, Annual]) -> None:
    for report in reports.values():
        cells = report.cells
        few = cells["persons"].between(1, T - 1) & (cells["value"] > 0) & ~cells["hidden"]
        roll = cells["layer"].isin(["people.in_scope", "people.out_of_scope"])
        assert not (few & ~roll).any()


def test_hidden_cells_are_hidden_wherever_they_stand_and_shares_with_them(reports: dict[str, Annual]) -> None:
    where: dict[tuple[str, str], set[bool]] = {}
    for report in reports.values():
        for layer, key, gone in zip(*(report.cells[name] for name in ("layer", "key", "hidden")), strict=True):
            where.setdefault((layer, key), set()).add(bool(gone))
        for table in report.tables.values():
            shown = table.published
            for share in table.described.shares:
                lost = table.hidden[share.part] | table.hidden[share.whole]
                assert ((shown[share.name] == HIDDEN) == lost.to_numpy()).all()
    assert not [spot for spot, gone in where.items() if len(gone) > 1 and "county_name" in spot[1]]
    assert sum(map(len, where.values())) > 2000


def _told_by_all(system: System, wanted: Sequence[Place]) -> list[Place]:
    """Places whose figure all sums together tell to within one."""
    moved = system.moved(30)
    rest = [place for place in wanted if moved[system.unknown[place]] < 1 - 1e-6]
    return [place for place in rest if system.range_of(system.unknown[place]) < 1 - 1e-6]


def test_a_reader_of_all_reports_singles_nobody_out(reports: dict[str, Annual]) -> None:
    """The attack: every table of people of the city and its counties, all sums and all that is within something."""
    system = published(reports)
    wanted = [place for place in small_places(reports, T) if place in system.unknown]
    assert len(wanted) > 300
    assert not _told_by_all(system, wanted)


def test_nor_the_hours_of_a_few_people(reports: dict[str, Annual]) -> None:
    """The same for hours by class, form, place, reason and cause: none of them is known to within an hour."""
    system = published_hours(reports)
    wanted = [place for place in small_hours(reports, T) if place in system.unknown]
    assert len(wanted) > 300
    assert not _told_by_all(system, wanted)


def test_nor_the_claims_of_a_few_people_by_any_list_of_the_run(
    reports: dict[str, Annual], processed: Processed
) -> None:
    """The same for numbers of claims, with the proofs, the quality statements and the account of exams beside them."""
    matches = pd.concat([one.matches for one in processed.registers.values()])
    account = published_exam_account(processed.exams, matches, reports["city"], T)
    assert HIDDEN in account["count"].tolist()
    system = published_counts(reports, account)
    wanted = [place for place in small_counts(reports, T) if place in system.unknown]
    assert len(wanted) > 300
    assert not _told_by_all(system, wanted)
    exams = [place for place in system.unknown if place[1] == "exams"]
    assert not [place for place in exams if system.range_of(system.unknown[place]) < 1 - 1e-6]


@pytest.mark.parametrize("read", [published, published_hours])
def test_the_attack_finds_cells_that_are_hidden_alone(reports: dict[str, Annual], read: Any) -> None:
    """The teeth of the two above: with the small cells alone hidden, hundreds are worked out."""
    bare = {}
    for area, report in reports.items():
        few = report.cells["persons"].between(1, T - 1)
        small = set(zip(*(report.cells.loc[few, name] for name in ("table", "row", "column")), strict=True))
        tables = {name: _hiding(table, small) for name, table in report.tables.items()}
        bare[area] = replace(report, tables=tables)
    moved = read(bare).moved(6)
    assert (moved < 1e-6).sum() > 100


def _hiding(table: YearTable, small: set[tuple[str, int, str]]) -> YearTable:
    """The table with these cells hidden and no others."""
    rows = range(len(table.data))
    columns = {name: [(table.described.name, row, name) in small for row in rows] for name in table.hidden}
    return replace(table, hidden=pd.DataFrame(columns, index=table.hidden.index))
