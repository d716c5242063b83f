"""One file read from its bytes to an outcome: accepted, partly or refused, every row accounted for."""

import datetime
import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from ce_toolkit.intake.archives import Listing, listing
from ce_toolkit.intake.cells import CannotReadError, Grid, Row, has_text, read_workbook
from ce_toolkit.intake.check_code import check_code
from ce_toolkit.intake.delimited import decode, read_text
from ce_toolkit.intake.fields import field_spec
from ce_toolkit.intake.findings import INFO, REFUSE, Finding, about_file
from ce_toolkit.intake.frames import Part, accepted, held
from ce_toolkit.intake.layouts import Layout
from ce_toolkit.intake.limits import LIMITS, Limits
from ce_toolkit.intake.markup import read_html
from ce_toolkit.intake.sheets import FormRows, SheetRead, read_sheet, units_from_sheets
from ce_toolkit.intake.sniff import WORKBOOKS, Sniffed, agrees, sniff
from ce_toolkit.intake.stamps import Stamp, is_own, stamp_of
from ce_toolkit.intake.telling import judge, tell
from ce_toolkit.intake.ways import WAYS, Ways

ACCEPTED, PARTLY, REFUSED = "accepted", "partly", "refused"
TWIN, REPLACED = "twin", "replaced"
"""Outcomes of a file that nothing is wrong with: another one of the folder counts in its place (MF10)."""

ARCHIVE = "zip"

_SAMPLE = re.compile(r"示例|样表|样例|范例|填写样|例表")
_NAMED = {"enrolment": ("报名",), "hours": ("学时",), "exam": ("成绩",)}
"""Words by which a file's name tells its form."""
_SPREADSHEET = {".xls", ".xlsx", ".xlsm", ".et", ".ods"}


@dataclass
class FileRead:
    """What became of one file. ``rows_read`` = accepted + held + skipped, ``skipped`` by kind of row.

    ``parts``: accepted rows by table, ``held_parts`` the held ones. ``form`` is the form with most rows, ``unknown``
    where there is none. ``units``: the filing unit and the units in the rows of its enrolment forms, held rows
    included: all that this file speaks for. ``layouts``: readings of columns that a person may confirm. ``listing``:
    what an archive holds. ``filled_on``: the day of filling in.
    """

    file: str
    sha256: str = ""
    kind: str = "unknown"
    form: str = "unknown"
    outcome: str = REFUSED
    rows_accepted: int = 0
    rows_held: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    filing_unit: str | None = None
    form_year: int | None = None
    contact: str = ""
    findings: list[Finding] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    check_code: str = ""
    held_parts: list[Part] = field(default_factory=list)
    responsible: bool = False
    units: tuple[str, ...] = ()
    layouts: list[Layout] = field(default_factory=list)
    listing: Listing | None = None
    filled_on: datetime.date | None = None

    @property
    def rows_filled(self) -> int:
        """Rows that name somebody, as the paper's rows are counted: a repeated row is one more line on paper."""
        return self.rows_accepted + self.rows_held + self.skipped["twin"] if self.parts else 0

    @property
    def rows_skipped(self) -> int:
        """Rows that carry nobody."""
        return self.skipped.total()

    @property
    def rows_read(self) -> int:
        """Rows of the sheets read, from row 1 to the last one with text."""
        return self.rows_accepted + self.rows_held + self.rows_skipped


def read_file(path: Path, file: str, year: int, limits: Limits = LIMITS, ways: Ways = WAYS) -> FileRead:
    """Read one file. Never raises on what the file holds: a fault becomes a finding that names it."""
    read = FileRead(file)
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= limits.max_bytes else None
    except OSError:
        read.findings.append(about_file("unreadable_file", file))
        return read
    if data is None:
        read.findings.append(about_file("too_large", file, size=f"{size:,}"))
        return read
    return read_bytes(data, read, year, limits, ways)


def read_bytes(data: bytes, read: FileRead, year: int, limits: Limits = LIMITS, ways: Ways = WAYS) -> FileRead:
    """Read what a file (or a part of an archive) holds into its ``read``, which bears the name; never raises on it."""
    read.sha256 = hashlib.sha256(data).hexdigest()
    sniffed = sniff(data, limits)
    read.kind = sniffed.kind
    if sniffed.kind == ARCHIVE:
        return _listed(data, read, limits)
    try:
        grids = _grids(data, sniffed, read, limits)
        sheets = _chosen(grids, read, year, ways)
    except CannotReadError as error:
        read.findings.append(about_file(error.note, read.file, **error.words))
        return read
    _settle(read, sheets)
    return read


def read_tables(data: bytes, path: Path, file: str, year: int) -> list[SheetRead]:
    """The sheets of a file that hold a form's table, as ``read_file`` reads them. Raises CannotReadError."""
    return _chosen(read_grids(data, path, file), FileRead(file), year, WAYS)


def read_grids(data: bytes, path: Path, file: str) -> Iterator[Grid]:
    """Every sheet of a file, as ``read_file`` sees it. Raises CannotReadError."""
    return _grids(data, sniff(data, LIMITS), FileRead(file or path.name), LIMITS)


def _listed(data: bytes, read: FileRead, limits: Limits) -> FileRead:
    """An archive with what it holds; one that is not named so and holds no workbook is another document, damaged."""
    parts = listing(data, limits)
    if PurePosixPath(read.file).suffix.lower() == ".zip" or any(_is_spreadsheet(part.name) for part in parts):
        read.listing = parts
    else:
        note = "damaged" if _is_spreadsheet(read.file) else "unknown"
        read.findings.append(about_file(note, read.file, size=f"{len(data):,}"))
    return read


def _is_spreadsheet(name: str) -> bool:
    return PurePosixPath(name).suffix.lower() in _SPREADSHEET


def _grids(data: bytes, sniffed: Sniffed, read: FileRead, limits: Limits) -> Iterator[Grid]:
    """The sheets of the file by its kind. What is odd about the kind is told in ``read.findings``."""
    kind = sniffed.kind
    if kind in WORKBOOKS:
        return _workbook(data, sniffed, read, limits)
    if kind not in {"text", "html"}:
        raise CannotReadError(kind, size=f"{len(data):,}")
    text, encoding = decode(data)
    note = "exported_page" if kind == "html" else "text_as_workbook" if _is_spreadsheet(read.file) else "encoding"
    read.findings.append(about_file(note, read.file, encoding=encoding))
    return iter(read_html(text) if kind == "html" else [read_text(text)])


def _workbook(data: bytes, sniffed: Sniffed, read: FileRead, limits: Limits) -> Iterator[Grid]:
    kind = sniffed.kind
    if not agrees(kind, PurePosixPath(read.file).suffix):
        read.findings.append(about_file("wrong_suffix", read.file, kind=f".{kind}"))
    if sniffed.macros:
        read.findings.append(about_file("macros", read.file))
    if sniffed.links:
        read.findings.append(about_file("external_links", read.file))
    yield from read_workbook(data, kind, limits)
    if kind == "xls":
        read.findings.append(about_file("old_format", read.file))


def _chosen(grids: Iterator[Grid], read: FileRead, year: int, ways: Ways) -> list[SheetRead]:
    """The sheets that hold a form's table; what is not read is told. Raises CannotReadError if there is none."""
    stem = PurePosixPath(read.file).stem
    sheets: list[SheetRead] = []
    others: list[tuple[str, str, int]] = []
    empty: list[str] = []
    stamp: Stamp | None = None
    for grid in grids:
        if is_own(grid):  # guide, lists or marks that the toolkit itself put in: not the unit's
            stamp = stamp or stamp_of([grid])
            continue
        filled = any(map(_is_filled, grid.rows))
        sheet = read_sheet(grid, year, f"{stem} {grid.sheet}", file=read.file, ways=ways) if filled else None
        if grid.hidden:
            if filled:
                rows = sum(map(_is_filled, grid.rows))
                others.append(("sheet_hidden", grid.sheet, rows if sheet else -rows))
        elif sheet:
            sheets.append(sheet)
        elif filled:
            others.append(("sheet_skipped", grid.sheet, sum(map(_is_filled, grid.rows))))
        else:
            empty.append(grid.sheet)
    kept = [sheet for sheet in sheets if not _SAMPLE.search(sheet.grid.sheet)] or sheets
    others += [("sheet_sample", sheet.grid.sheet, len(sheet.grid.rows)) for sheet in sheets if sheet not in kept]
    _tell_others(read, kept, others, empty)
    if not kept:
        raise CannotReadError("no_table", rows=str(sum(abs(rows) for _, _, rows in others)))
    read.layouts += [replace(layout, file=read.file) for sheet in kept for layout in sheet.proposals]
    if stamp and stamp.year != year:
        _tell_stamp(read, kept, stamp, year)
    return kept


def _is_filled(row: Row) -> bool:
    return any(map(has_text, row))


def _tell_stamp(read: FileRead, kept: list[SheetRead], stamp: Stamp, year: int) -> None:
    """Another year's template: its year stands for that of a title that bears none (MF12)."""
    words = {"found": str(stamp.year), "form": stamp.form, "version": str(stamp.version), "year": str(year)}
    read.findings.append(about_file("stamp_differs", read.file, **words))
    for sheet in kept:
        for table in sheet.tables:
            if table.facts.year is None:
                table.facts = replace(table.facts, year=stamp.year)


def _tell_others(read: FileRead, kept: list[SheetRead], others: list[tuple[str, str, int]], empty: list[str]) -> None:
    for note, sheet, rows in others:
        # a hidden sheet without a form's head is most likely the list behind a drop-down
        severity = INFO if rows < 0 else ""
        words = {"sheet": sheet, "rows": str(abs(rows)), "chosen": "、".join(f"“{one.grid.sheet}”" for one in kept)}
        read.findings.append(about_file(note, read.file, severity=severity, **words))
    if len(kept) > 1:
        sheets = "、".join(sheet.grid.sheet for sheet in kept)
        read.findings.append(about_file("sheets_read", read.file, count=str(len(kept)), sheets=sheets))
    if empty and kept:
        read.findings.append(about_file("sheets_empty", read.file, sheets="、".join(empty)))


def _settle(read: FileRead, sheets: list[SheetRead]) -> None:
    """Check the rows, count them, and give the file its outcome."""
    tables = [table for sheet in sheets for table in sheet.tables]
    named = units_from_sheets(sheets)
    found = named + judge(tables)
    found += [(sheet.tables[0], hit) for sheet in sheets for hit in sheet.hits]
    read.findings += tell(read.file, found)
    for sheet in sheets:
        read.skipped.update(sheet.skipped)
    for table in tables:
        read.skipped["twin"] += len(table.twins - table.held)
        read.rows_held += len(table.held)
        read.rows_accepted += len(table.rows) - len(table.held | table.twins)
        read.parts.append(accepted(read.file, table))
        if table.held:
            read.held_parts.append(held(read.file, table))
    read.skipped = +read.skipped
    read.check_code = check_code((part.form, part.columns) for part in read.parts)
    _describe(read, tables)
    read.findings += _unlike_name(read)
    refused = any(one.severity == REFUSE for one in read.findings)
    if refused or (read.rows_held and not read.rows_accepted):
        read.outcome = REFUSED
    else:
        read.outcome = PARTLY if read.rows_held else ACCEPTED
    if not read.rows_held and not read.rows_accepted:
        read.findings.append(about_file("empty_form", read.file))


def _describe(read: FileRead, tables: list[FormRows]) -> None:
    main = max(tables, key=lambda table: len(table.rows))
    read.form = main.form.id
    read.filing_unit = next((table.facts.filing_unit for table in tables if table.facts.filing_unit), None)
    read.form_year = next((table.facts.year for table in tables if table.facts.year), None)
    read.filled_on = next((table.facts.filled_on for table in tables if table.facts.filled_on), None)
    read.contact = next((table.facts.contact for table in tables if table.facts.contact), "")
    read.responsible = any(table.facts.responsible for table in tables)
    signed_up = [table for table in tables if table.form.id == "enrolment"]
    named = [[table.facts.filing_unit, *table.values.get("employer", [])] for table in signed_up]
    read.units = tuple(dict.fromkeys(unit for units in named for unit in units if unit))


def _unlike_name(read: FileRead) -> list[Finding]:
    """A file whose name says another form than its head: most likely the wrong one was attached (MF12)."""
    stem = PurePosixPath(read.file).stem
    named = [form for form in field_spec().forms.values() if any(word in stem for word in _NAMED[form.id])]
    if len(named) != 1 or named[0].id == read.form:
        return []
    words = {"named": named[0].label, "form": field_spec().forms[read.form].label}
    return [about_file("form_unlike_name", read.file, **words)]


def as_twin(read: FileRead, other: str) -> FileRead:
    """The same file once more, byte by byte: nothing of it counts, and all of its rows are skipped (MF10)."""
    skipped = Counter({"twin": read.rows_read})
    finding = about_file("twin_file", read.file, other=other)
    return FileRead(
        read.file, read.sha256, read.kind, read.form, TWIN, 0, 0, +skipped, read.filing_unit, read.form_year,
        read.contact, [finding],
    )  # fmt: skip
