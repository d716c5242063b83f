"""Fill the store of the small demo city, as the runs of all its counties would: ``00_explore`` looks at the whole year.

The other notebooks read what came in themselves.
"""

from pathlib import Path

from ce_toolkit.rules import load_pack
from ce_toolkit.runs.county import county_tables
from ce_toolkit.runs.store import Store
from tests.conftest import YEAR, Processed, process


def fill(city: Processed, root: Path) -> Store:
    """Store every table of every area of the city below ``root``."""
    store = Store(root, YEAR)
    for area, batch in city.batches.items():
        tables = county_tables(batch, city.registers[area], city.credited[area], city.pack, county=area)
        for name, table in tables.items():
            store.save(area, name, table)
    return store


if __name__ == "__main__":
    small = Path(__file__).parents[1] / "data" / "small"
    fill(process(small, load_pack("dezhou-2017")), small / "store")
