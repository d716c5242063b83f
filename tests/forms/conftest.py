"""Two counties of the small city as the store would hand them to the explorer."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import pytest

from ce_toolkit.rules.inquiry.rerun import Year
from tests.conftest import AS_OF, Processed

AREAS = ("371402", "371403")


@pytest.fixture(scope="session")
def tables(processed: Processed) -> Mapping[str, pd.DataFrame]:
    """The tables of ``explore`` by name."""

    def joined(parts: Any) -> pd.DataFrame:
        return pd.concat(list(parts), ignore_index=True)

    batches = [processed.batches[area] for area in AREAS]
    return {
        **{name: joined(getattr(processed.registers[area], name) for area in AREAS) for name in ("people", "claims")},
        **{name: joined(getattr(processed.credited[area], name) for area in AREAS) for name in ("standing", "credits")},
        "submissions": joined(one.submissions for one in batches),
        "findings": joined(one.findings for one in batches),
    }


@pytest.fixture(scope="session")
def year(tables: Mapping[str, pd.DataFrame]) -> Year:
    return Year(tables["claims"], tables["people"], AS_OF)
