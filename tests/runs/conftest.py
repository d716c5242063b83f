"""A toy project: three tiny notebooks of the real names and parameters, and a city of invented counties."""

import json
from pathlib import Path

import pytest

START = """from ce_toolkit.runs import start
run = start({name!r}, {arguments})"""

CELLS = {
    "01_intake_checks": [
        """from ce_toolkit.tables import PEOPLE, frame
lines = [line.split(",") for line in (run.inbox / "people.csv").read_text(encoding="utf-8").splitlines()]
columns = dict(zip(("person_id", "name", "certificate_no"), map(list, zip(*lines))))
people = frame(PEOPLE, columns)
run.save("people", people)""",
        """trouble = run.inbox / "trouble.py"
exec(trouble.read_text(encoding="utf-8")) if trouble.is_file() else None""",
        """counts = {"people": len(people)}
run.finish(rows_in={"people.csv": len(lines)}, rows_out=counts, findings={"blank-name": 0})""",
    ],
    "02_review_sampling": [
        """from openpyxl import Workbook
people = run.store.load(county, "people")
book = Workbook()
book.active.append(["抽中", int(len(people[:stages]))])
book.save(run.output("复核工作表.xlsx"))""",
        """run.finish(rows_in={"people": len(people)}, rows_out={"sample": min(stages, len(people))})""",
    ],
    "03_annual_statistics": [
        """people = run.store.load(run.counties, "people")
print("人数", len(people), "缺", " ".join(run.missing))""",
        """run.finish(rows_in={"people": len(people)}, rows_out={"table": 1})""",
    ],
}

PARAMETERS = {
    "01_intake_checks": {
        "county": "371402",
        "county_name": "德城区",
        "year": 2017,
        "pack": "dezhou-2017",
        "as_of": "2017-12-31",
        "inbox": "inbox/371402",
        "platforms": "platforms",
        "units": "units.csv",
        "store": "data",
        "reports": "reports",
        "review_route": "",
        "calendar": "",
        "certificate_pattern": "",
        "own_cities": "",
    },
    "02_review_sampling": {
        "county": "371402",
        "county_name": "德城区",
        "year": 2017,
        "pack": "dezhou-2017",
        "as_of": "2017-12-31",
        "store": "data",
        "reports": "reports",
        "confidence": "0.90",
        "tolerable_rate": "0.05",
        "expected_rate": "0",
        "stages": 2,
        "draw_by": "claims",
        "multipliers": "",
        "minutes_per_record": 10,
        "reviewers": "甲 乙",
        "together": 1,
        "conflicts": "",
        "witnesses": "",
        "seed": "31415926535897932384",
        "seed_reason": "",
        "stage": 1,
        "demonstration": True,
    },
    "03_annual_statistics": {
        "county": "371402",
        "county_name": "德城区",
        "year": 2017,
        "pack": "dezhou-2017",
        "as_of": "2017-12-31",
        "units": "units.csv",
        "store": "data",
        "reports": "reports",
        "counties": "",
        "missing": "",
        "retention_months": 0,
        "small_cell": 5,
        "compiled_by": "",
        "foreword": "",
        "afterword": "",
        "pdf": False,
    },
}

CITY = """county_name: 德州市
year: 2017
pack: dezhou-2017
as_of: "2017-12-31"
platforms: platforms
units: units.csv
store: data
reports: reports
confidence: "0.90"
tolerable_rate: "0.05"
expected_rate: "0"
stages: 2
draw_by: claims
minutes_per_record: 10
reviewers: 甲 乙
seed: "31415926535897932384"
demonstration: false
sheets: sheets
not_seen_is_error: true
"""


def write_notebook(path: Path, cells: list[str]) -> None:
    """A toy notebook: heading, parameters cell, start, then ``cells``."""
    from nbformat import v4, write

    values = PARAMETERS[path.stem]
    lines = [
        f"{key}: {type(value).__name__} = {value if isinstance(value, bool) else json.dumps(value, ensure_ascii=False)}"
        for key, value in values.items()
    ]
    start = START.format(name=path.stem, arguments=", ".join(f"{key}={key}" for key in values))
    parameters = v4.new_code_cell("\n".join(lines), metadata={"tags": ["parameters"]})
    code = [v4.new_code_cell(source) for source in [start, *cells]]
    book = v4.new_notebook(cells=[v4.new_markdown_cell(f"# 玩具 {path.stem}"), parameters, *code])
    for number, cell in enumerate(book.cells):
        cell.id = f"cell-{number}"
    book.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    write(book, path)


def make_project(root: Path) -> Path:
    """A toy project without counties."""
    for folder in ("notebooks", "params/toy-2017", "inbox", "platforms"):
        (root / folder).mkdir(parents=True)
    for name, cells in CELLS.items():
        write_notebook(root / "notebooks" / f"{name}.ipynb", cells)
    (root / "params/toy-2017/city.yaml").write_text(CITY, encoding="utf-8")
    (root / "units.csv").write_text("单位\n", encoding="utf-8")
    (root / "platforms/exams.csv").write_text("证书编号\n", encoding="utf-8")
    return root


def add_county(root: Path, code: str, trouble: str | None = None) -> Path:
    """Give a toy project a county of two people, and its first notebook some trouble. Returns the inbox."""
    inbox = root / "inbox" / code
    inbox.mkdir()
    people = f"{code}-1,王小明,0837{code}00001\n{code}-2,李玉,0837{code}00002\n"
    (inbox / "people.csv").write_text(people, encoding="utf-8")
    if trouble:
        (inbox / "trouble.py").write_text(trouble, encoding="utf-8")
    params = f'county: "{code}"\ncounty_name: 县{code}\ninbox: inbox/{code}\n'
    (root / "params/toy-2017" / f"{code}.yaml").write_text(params, encoding="utf-8")
    return inbox


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A toy project with one county, 371402."""
    monkeypatch.setenv("CE_ROOT", str(tmp_path))
    make_project(tmp_path)
    add_county(tmp_path, "371402")
    return tmp_path
