"""Whether series and titles are those of the table of titles: what is not is told at its cell, and counted."""

from collections.abc import Iterator

from ce_toolkit.intake.findings import Hit
from ce_toolkit.intake.sheets import FormRows
from ce_toolkit.titles import tight, title_table


def series_are_known(table: FormRows) -> Iterator[Hit]:
    """A series written otherwise is put right (MC15); one that the table does not know is to be checked (A5)."""
    known = title_table().series
    spelled: dict[str, int] = {}
    for at, series in _read(table, "series"):
        name = known.get(tight(series))
        if name is None:
            yield Hit("series_unknown", (at,), "series")
        elif name != tight(series):
            spelled.setdefault(series, at)
    for series, at in spelled.items():  # one finding a spelling
        yield Hit("series_alias", (at,), "series", words={"series": known[tight(series)]})


def titles_fit_their_series(table: FormRows) -> Iterator[Hit]:
    """A title is one that its series knows (T9); whether an unknown series has it cannot be told."""
    known = title_table()
    series = dict(_read(table, "series"))
    for at, title in _read(table, "title"):
        name = known.series.get(tight(series.get(at, "")))
        if name and (name, tight(title)) not in known.levels:
            usual = "、".join(known.in_force[name][:6])
            yield Hit("title_unknown", (at,), "title", words={"series": name, "titles": usual})


def _read(table: FormRows, field_id: str) -> Iterator[tuple[int, str]]:
    """Position and value of the rows that count."""
    if table.form.id != "enrolment":
        return
    for at, value in enumerate(table.read(field_id)):
        if value and at not in table.held and at not in table.twins:
            yield at, value


TITLE_CHECKS = (series_are_known, titles_fit_their_series)
"""Checks of one table that see which rows are left."""
