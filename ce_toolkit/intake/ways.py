"""How a folder is to be read where there is a choice: what an office decides, beside the year."""

from dataclasses import dataclass

from ce_toolkit.intake.layouts import Layout


@dataclass(frozen=True)
class Ways:
    """Choices of an office.

    ``hold_hidden_rows``: rows hidden or filtered away are held instead of counted (MS6). ``cities``: names of the own
    city and of the cities in it, as titles write them; a title with another one's is told (MF12). ``layouts``: readings
    of columns that a person has confirmed (MH8, MH10). ``newest_only``: of several versions of one unit's form the
    newest counts (MF10); without it all of them do, as they lie there.
    """

    hold_hidden_rows: bool = False
    cities: tuple[str, ...] = ()
    layouts: tuple[Layout, ...] = ()
    newest_only: bool = True


WAYS = Ways()
"""What is done where nothing is said."""
