"""The small demo city, built once a session, and what plain Python makes of it: no notebook, no runner, no store."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import settings

from ce_toolkit.demo import make_demo
from ce_toolkit.intake import Intake, read_folder
from ce_toolkit.registers import Registers, Units, read_units, register, register_exams
from ce_toolkit.rules import Credited, Pack, credit, load_pack
from ce_toolkit.statistics import Annual, Stored, annual

settings.register_profile("calm", deadline=None)  # the machine may be busy
settings.load_profile("calm")

YEAR, AS_OF = 2017, date(2017, 12, 31)


@dataclass(frozen=True)
class Processed:
    """The small city from folder to tables; the mappings are keyed by area code."""

    folder: Path
    pack: Pack
    units: Units
    platforms: Intake
    exams: pd.DataFrame
    batches: Mapping[str, Intake]
    registers: Mapping[str, Registers]
    credited: Mapping[str, Credited]
    _tables: dict[str, Annual] = field(default_factory=dict, repr=False)

    def stored(self, *areas: str) -> Stored:
        """What the store would hold of these areas, all of them if none is named."""
        chosen = areas or tuple(self.batches)
        return Stored(
            pd.concat([self.registers[area].people for area in chosen], ignore_index=True),
            *(
                pd.concat([getattr(self.credited[area], name) for area in chosen], ignore_index=True)
                for name in ("standing", "credits", "ledger")
            ),
            claims=pd.concat([self.registers[area].claims for area in chosen], ignore_index=True),
            submissions=pd.concat(
                [self.batches[area].submissions.assign(county=area) for area in chosen], ignore_index=True
            ),
            findings=pd.concat([self.batches[area].findings for area in chosen], ignore_index=True),
        )

    def annual(self, county: str) -> Annual:
        """Tables of the year of one area, or of all for ``city``, which keeps hidden what the areas hid."""
        if county not in self._tables:
            areas = tuple(self.batches) if county == "city" else (county,)
            stored = self.stored(*areas)
            if county == "city":
                below = [self.annual(area).cells for area in areas]
                stored = replace(stored, below=pd.concat(below, ignore_index=True))
            options = {"county": county, "counties": areas, "as_of": AS_OF}
            self._tables[county] = annual(stored, self.units, self.pack, **options)
        return self._tables[county]


@pytest.fixture(scope="session")
def city_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo city of 300 people."""
    folder = tmp_path_factory.mktemp("city") / "small"
    make_demo(folder, seed=7, people=300)
    return folder


@pytest.fixture(scope="session")
def pack() -> Pack:
    return load_pack("dezhou-2017")


@pytest.fixture(scope="session")
def processed(city_folder: Path, pack: Pack) -> Processed:
    """All fourteen areas of the small city, read, registered and credited."""
    return process(city_folder, pack)


def process(city_folder: Path, pack: Pack) -> Processed:
    """The areas of a demo city, read, registered and credited."""
    units = read_units(city_folder / "units.csv")
    platforms = read_folder(city_folder / "inbox" / "platforms", year=YEAR)
    exams = register_exams(platforms.exams)
    areas = sorted(path.name for path in (city_folder / "inbox").iterdir() if path.name != "platforms")
    batches = {area: read_folder(city_folder / "inbox" / area, year=YEAR) for area in areas}
    registers = {area: register(batch, exams, units, county=area) for area, batch in batches.items()}
    credited = {area: credit(one.claims, one.people, pack, AS_OF) for area, one in registers.items()}
    return Processed(city_folder, pack, units, platforms, exams, batches, registers, credited)
