"""A project of the real notebooks over a demo city, in a folder of its own, and its run."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ce_toolkit.demo import make_demo
from ce_toolkit.runs.plan import load_params
from ce_toolkit.runs.runner import Options, RunReport, run_plan
from ce_toolkit.runs.summary import exams_first

_REPOSITORY = Path(__file__).parents[2]
PARAMS = "params/city-2017"
_CITY = """
county_name: 德州市
year: 2017
pack: dezhou-2017
as_of: "2017-12-31"
units: city/units.csv
platforms: city/inbox/platforms
store: store
reports: reports
confidence: "0.90"
tolerable_rate: "0.05"
expected_rate: "0"
stages: 2
draw_by: claims
multipliers: "S1:3 S2:2 S3:2"
minutes_per_record: 10
reviewers: 审核员甲 审核员乙
seed: "31415926535897932384"
demonstration: true
sheets: sheets
not_seen_is_error: true
"""


def project_of(root: Path, counties: Iterable[str], **own: object) -> None:
    """Lay ``root`` out with the real notebooks and parameters for some counties; ``own`` replaces or adds some."""
    (root / "notebooks").symlink_to(_REPOSITORY / "notebooks")
    params = root / PARAMS
    params.mkdir(parents=True)
    told = dict(line.split(": ", 1) for line in _CITY.strip().splitlines())
    told |= {key: str(value).lower() if isinstance(value, bool) else str(value) for key, value in own.items()}
    (params / "city.yaml").write_text("".join(f"{key}: {value}\n" for key, value in told.items()), encoding="utf-8")
    for code in counties:
        of_county = f'county: "{code}"\ncounty_name: 县{code}\ninbox: city/inbox/{code}\n'
        (params / f"{code}.yaml").write_text(of_county, encoding="utf-8")


@contextmanager
def real_project(
    root: Path, counties: Iterable[str], *, people: int, plant: Callable[[Path], None] | None = None
) -> Iterator[Path]:
    """``root`` laid out with parameters for some counties of a demo city, and taken for the root while it lasts.

    ``plant`` may put further files below ``root/city/inbox``.
    """
    make_demo(root / "city", seed=7, people=people)
    project_of(root, counties)
    if plant:
        plant(root / "city/inbox")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CE_ROOT", str(root))
        yield root


def home(root: Path) -> Path:
    """Where the year's reports of a project lie."""
    return load_params(root / PARAMS).home


def run(root: Path) -> RunReport:
    """Run a project as ``ce run`` does."""
    return run_plan(root / PARAMS, Options(jobs=2), prologue=exams_first)
