"""Two units that still send .xls: ready-made files, the same in every city, with their truth beside them.

An .xls can only be written by an office program, so the four files lie in ``fixtures/`` as LibreOffice wrote them.
``rebuild_fixtures`` makes them anew after a change of the forms; a city never calls it.
"""

import json
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache, partial
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from ce_toolkit.demo.dice import dice
from ce_toolkit.demo.part import Part, make_part
from ce_toolkit.demo.people import People, namesakes
from ce_toolkit.demo.spec import areas, kinds
from ce_toolkit.demo.truth import TRUTH, Columns
from ce_toolkit.demo.units import Unit
from ce_toolkit.demo.xlsx import workbook_bytes
from ce_toolkit.errors import RunError
from ce_toolkit.tables import DATE, HOURS

_FOLDER = "fixtures"
_TRUTH = "truth.json"
_SEED, _SIZE = 1951, 30  # the fixtures' own seed; they belong to no city


def fixture_units() -> tuple[Unit, Unit]:
    """The two units whose office still writes .xls."""
    area = {area.code: area for area in areas()}
    kind = {kind.id: kind for kind in kinds()}
    hospital, school = "宁津县枣园医院", "武城县运河中学"
    return (
        Unit(hospital, area["371422"], kind["private_hospital"], 13, hospital, "371422", eligible=15, archive=True),
        Unit(school, area["371428"], kind["middle_school"], 16, school, "371428", eligible=16, archive=True),
    )


@cache
def load() -> Part:
    """The fixture units with their people and the truth of their files, as they lie ready."""
    raw = json.loads(_here().joinpath(_TRUTH).read_text(encoding="utf-8"))
    tables = {name: _restored(name, rows) for name, rows in raw.items()}
    units = fixture_units()
    return Part(units, _people(units, tables["people"]), (), tables)


@cache
def workbooks() -> Mapping[str, bytes]:
    """The four ready files: path below the inbox → bytes."""
    files = load().truth["files"]
    names = zip(files["file"], files["area"], files["form"], strict=True)
    return {file: _here().joinpath(_ready_name(area, form)).read_bytes() for file, area, form in names}


def _ready_name(area: str, form: str) -> str:
    return f"{area}_{form}.xls"


def _here() -> Any:
    return resources.files("ce_toolkit.demo").joinpath(_FOLDER)


def _people(units: Sequence[Unit], table: Columns) -> People:
    places = {unit.name: place for place, unit in enumerate(units)}
    unit = np.array([places[name] for name in table["employer"]])
    return People(
        unit=unit,
        person_id=table["person_id"],
        name=table["name"],
        sex=table["sex"],
        series=table["series"],
        title=table["title"],
        level=table["level"],
        certificate_no=[number or "" for number in table["certificate_no"]],
        certificate_written=[number or "" for number in table["certificate_written"]],
        on_signup=np.array(table["on_signup"]),
        namesake=namesakes(unit, table["name"]),
        effort=np.ones(len(unit)),
    )


def _restored(name: str, columns: Columns) -> Columns:
    """Columns as they were before JSON: dates and decimals again, by the table's types."""
    kinds_of = TRUTH[name].columns
    return {column: [_restored_value(kinds_of[column], v) for v in values] for column, values in columns.items()}


def _restored_value(kind: pa.DataType, value: Any) -> Any:
    if value is None or kind not in (DATE, HOURS):
        return value
    return date.fromisoformat(value) if kind == DATE else Decimal(value)


def rebuild_fixtures(folder: Path) -> None:
    """Write the four .xls and their truth into ``folder``; needs LibreOffice (``soffice``).

    For developers: after a change of the forms run it on ``ce_toolkit/demo/fixtures`` and commit what it writes.
    Raises RunError if LibreOffice leaves a file out.
    """
    part = make_part(partial(dice, _SEED, _SIZE), fixture_units(), mark="F", block="9", xls=True)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        for laid in part.laid:
            _convert(workbook_bytes(laid.sheets), _ready_name(laid.plan.area, laid.plan.form), Path(work), folder)
    (folder / _TRUTH).write_text(_as_json(part.truth), encoding="utf-8")


def _as_json(tables: Mapping[str, Columns]) -> str:
    """A column a line, so that a change shows as the column it touches."""
    lines = []
    for name, columns in tables.items():
        told = (f"{json.dumps(c)}: {json.dumps(v, ensure_ascii=False, default=str)}" for c, v in columns.items())
        lines.append(f"{json.dumps(name)}: {{\n" + ",\n".join(told) + "\n}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _convert(workbook: bytes, name: str, work: Path, folder: Path) -> None:
    source = work / Path(name).with_suffix(".xlsx")
    source.write_bytes(workbook)
    order = ["soffice", f"-env:UserInstallation={(work / 'profile').as_uri()}", "--headless", "--convert-to", "xls"]
    subprocess.run([*order, "--outdir", str(folder), str(source)], check=True, capture_output=True, timeout=120)  # noqa: S603
    if not (folder / name).is_file():
        raise RunError(f"{name}：LibreOffice 未能写出 .xls 文件。")
