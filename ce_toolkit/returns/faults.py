"""The findings of one file as faults at cells: which cells to mark, and what to say there."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

ASKED = ("refuse", "hold", "warn")
"""Severities that ask the unit for something; the others are told in the list only."""

SEVERITIES = {"refuse": "退回", "hold": "待补", "warn": "提醒", "info": "说明", "auto": "已自动更正"}

_RANGE = re.compile(r"([A-Z]{1,3})(\d+)(?::([A-Z]{1,3})(\d+))?")


@dataclass(frozen=True)
class Fault:
    """One finding about a file: its cells (A1, on ``sheet``; none for the file as a whole) and what is said of it."""

    code: str
    severity: str
    sheet: str
    cells: tuple[str, ...]
    shown: str
    wanted: str
    clause: str
    fix: str
    state: str = "open"

    @property
    def asks(self) -> bool:
        """Whether the unit is asked for something, and has not mended it yet."""
        return self.severity in ASKED and self.state != "closed"


def faults_by_file(findings: pd.DataFrame) -> dict[str, list[Fault]]:
    """Faults of each file (tables.FINDINGS with ``cells``), the gravest first, then by place."""
    names = ["file", "code", "severity", "sheet", "cell", "shown", "wanted", "clause", "fix", "cells"]
    found: dict[str, list[Fault]] = {}
    plain = findings[names].astype("str").fillna("")
    for file, code, severity, sheet, cell, shown, wanted, clause, fix, cells in plain.itertuples(
        index=False, name=None
    ):
        places = tuple(addresses(cells or cell))
        found.setdefault(file, []).append(Fault(code, severity, sheet, places, shown, wanted, clause, fix))
    order = {name: rank for rank, name in enumerate(SEVERITIES)}
    return {file: sorted(faults, key=lambda one: (order[one.severity], one.sheet)) for file, faults in found.items()}


def addresses(cells: str) -> Iterator[str]:
    """Single addresses of ranges such as ``G4:G6、G10``; a range over several columns gives its first.

    >>> list(addresses("G4:G6、G10"))
    ['G4', 'G5', 'G6', 'G10']
    """
    for first, top, _, bottom in _RANGE.findall(cells):
        for row in range(int(top), int(bottom or top) + 1):
            yield f"{first}{row}"


def row_of(cell: str) -> int:
    """Row of an address, counted from 1."""
    return int(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))


def by_cell(faults: Iterable[Fault]) -> Mapping[str, Mapping[str, list[Fault]]]:
    """Sheet → cell → the faults that ask for something there."""
    found: dict[str, dict[str, list[Fault]]] = {}
    for fault in faults:
        if fault.asks:
            for cell in fault.cells:
                found.setdefault(fault.sheet, {}).setdefault(cell, []).append(fault)
    return found


def said(fault: Fault) -> str:
    """What is written at the cell: severity, code, how to mend, what is wanted."""
    wanted = f"应填：{fault.wanted}。" if fault.wanted and fault.wanted not in fault.fix else ""
    return f"【{SEVERITIES[fault.severity]} {fault.code}】{fault.fix}{wanted}"
