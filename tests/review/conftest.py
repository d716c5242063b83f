"""A county of the small city, prepared, drawn and handed out as its notebooks do it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from ce_toolkit.review.codes import DEMONSTRATION
from ce_toolkit.review.design import Design, Review, parse_multipliers, prepare
from ce_toolkit.review.draw import Draw, draw
from ce_toolkit.review.records import review_records
from ce_toolkit.review.signals import Watch
from ce_toolkit.review.worksheet import Heading, write_review_sheet
from ce_toolkit.rules import Pack
from tests.conftest import Processed

SEED = "31415926535897932384"
COUNTY = "371402"


@dataclass(frozen=True)
class County:
    """What a draw of the county is made of."""

    records: pd.DataFrame
    people: pd.DataFrame
    pack: Pack
    review: Review
    drawn: Draw

    def write(self, path: Path, drawn: Draw | None = None) -> Path:
        """The county's review sheet."""
        heading = Heading.of(self.pack, place="德城区", demonstration=True, reviewer="审核员甲")
        write_review_sheet(drawn or self.drawn, path, people=self.people, heading=heading)
        return path


@pytest.fixture(scope="session")
def county(processed: Processed, pack: Pack) -> County:
    registers, credited = processed.registers[COUNTY], processed.credited[COUNTY]
    facts = registers.claims, credited.credits, registers.people, credited.standing
    records = review_records(*facts, secret=DEMONSTRATION)
    design = Design(stages=2, multipliers=parse_multipliers("S1:3 S2:2"))
    review = prepare(records, Watch.of(pack), design, about={"county": COUNTY}, demonstration=True)
    return County(records, registers.people, pack, review, draw(review.frame, review.commitment, SEED))


@pytest.fixture(scope="session")
def simple() -> Callable[..., pd.DataFrame]:
    """Records of so many hours each, under plain codes."""

    def made(*hours: float) -> pd.DataFrame:
        return pd.DataFrame({"unit_id": [f"U{place:04d}" for place in range(len(hours))], "hours": list(hours)})

    return made
