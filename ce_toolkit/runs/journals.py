"""Where a county's journal of acts lies: in its own folder of the store, so that a county sees its own people only.

Every office that acts on the county's people has its file there, the city's too. A demonstration has a journal of its
own, beside the real one and never in its place.
"""

from pathlib import Path

from ce_toolkit.runs.store import Store
from ce_toolkit.workflow import Journal

FOLDER, SHOWN = "办理日志", "示范"


def county_place(store: Store, county: str, *, demonstration: bool) -> Path:
    """The county's folder of the store (mode 0700), or that of its demonstration within."""
    place = store.beside(county, FOLDER).parent
    if demonstration:
        place /= SHOWN
        place.mkdir(mode=0o700, exist_ok=True)
    return place


def journal_of(store: Store, county: str, *, demonstration: bool = False) -> Journal:
    """The journal of a county; a demonstration's is another one."""
    return Journal(county_place(store, county, demonstration=demonstration) / FOLDER)
