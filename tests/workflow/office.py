"""A small city for tests of the workflow: three units, their reviewers, and acts in short."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from ce_toolkit.registers import read_units
from ce_toolkit.workflow import Act, Journal, Routes, acts_table, routes

COUNTY, OTHER, CITY = "371402", "371403", "371400"
SCHOOL, HOSPITAL, INSTITUTE, PLANT = "德城区试验中学", "陵城区试验医院", "市直试验研究所", "试验机械厂"
REVIEWER = {SCHOOL: COUNTY, HOSPITAL: OTHER, INSTITUTE: CITY}
_REGISTER = f"""单位名称,所属地区,单位类别,单位性质,审核单位,应参训人数,学习档案
{SCHOOL},{COUNTY},县属单位,事业单位,,10,是
{HOSPITAL},{OTHER},县属单位,事业单位,,10,是
{INSTITUTE},{CITY},市直单位,事业单位,,10,是
{PLANT},{COUNTY},大企业,国有企业,,10,是
"""
NAMES = {"registered": "登记人甲", "corrected": "登记人甲", "returned": "审核人乙", "reviewed": "审核人乙",
         "recognised": "认定人丙", "reversed": "认定人丙"}  # fmt: skip


def register_of_units(folder: Path) -> Routes:
    """Who reviews whom; nobody is named for the plant."""
    path = folder / "units.csv"
    path.write_text(_REGISTER, encoding="utf-8")
    return routes(read_units(path))


def act(kind: str, claim: str = "c1", unit: str = SCHOOL, on: date = date(2017, 7, 10), **told: object) -> Act:
    """An act as it should be, but for what ``told`` changes."""
    actor = {"registered": unit, "corrected": unit, "recognised": CITY, "reversed": CITY}.get(
        kind, REVIEWER.get(unit, COUNTY)
    )
    made = Act(claim, kind, actor, on, NAMES.get(kind, "审核人乙"), person_id="p1", unit=unit)
    if kind == "reviewed":
        made = replace(made, seal=True, verdict="相符", hours=Decimal("7.50"))
    if kind == "recognised":
        made = replace(made, special_seal=True, batch="2017-01")
    if kind == "reversed":
        made = replace(made, batch="2017-01", reason="核对有误")
    if kind == "returned":
        made = replace(made, reason="no_proof")
    return replace(made, **told)  # type: ignore[arg-type]


def enter(journal: Journal, routes: Routes, *acts: Act, known_on: date = date(2017, 7, 20), **more: object) -> None:
    """Enter acts one after another, each into the file it belongs into."""
    for each in acts:
        employer = each.act in {"registered", "corrected"}
        office = REVIEWER.get(each.unit or "", COUNTY) if employer else each.actor
        journal.append(office, acts_table([each]), routes, known_on=known_on, **more)  # type: ignore[arg-type]
