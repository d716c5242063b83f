"""The demo city against the truth behind it: every row of every file read as what was put in."""

from pathlib import Path

import pandas as pd
import pytest

from ce_toolkit.intake import Intake, read_folder

demo = pytest.importorskip("ce_toolkit.demo.city", reason="the demo city is not built here")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "city"
    demo.make_demo(path, seed=7, people=300)
    return path


@pytest.fixture(scope="module")
def intake(city: Path) -> Intake:
    return read_folder(city / "inbox", year=2017)


def truth(city: Path, name: str) -> pd.DataFrame:
    return pd.read_parquet(city / "truth" / f"{name}.parquet").astype({"file": "str"})


def plain(values: pd.Series) -> list[str]:
    """Values of any type as comparable text, a blank as ''."""
    out = []
    for value in values.astype("object"):
        number = not isinstance(value, str | bool) and pd.notna(value) and pd.api.types.is_number(value)
        out.append("" if pd.isna(value) else f"{float(value):g}" if number else str(value))
    return out


@pytest.mark.parametrize("count", ["outcome", "rows_accepted", "rows_held", "rows_skipped"])
def test_every_file_ends_as_the_truth_says(city: Path, intake: Intake, count: str) -> None:
    both = truth(city, "files").merge(intake.submissions, on="file", suffixes=("_true", ""), validate="one_to_one")
    assert len(both) == len(intake.submissions)
    assert plain(both[count]) == plain(both[f"{count}_true"])


@pytest.mark.parametrize(
    ("table", "frame", "columns"),
    [
        ("people", "enrolments", "name employer title"),
        (
            "claims",
            "hours",
            "class kind title organiser basis recorded_on start end days hours items employer_hours key",
        ),
        ("claims", "hours", "in_archive proof registered recognised"),
        ("exams", "exams", "name sex employer certificate_no card_no subject date score result"),
    ],
)
def test_every_row_reads_as_it_was_put_in(city: Path, intake: Intake, table: str, frame: str, columns: str) -> None:
    put_in, read = truth(city, table), getattr(intake, frame)
    both = put_in.merge(read, on=["file", "row"], suffixes=("_true", ""))
    assert len(both) == len(read)
    for column in columns.split():
        assert plain(both[column]) == plain(both[f"{column}_true"]), column
