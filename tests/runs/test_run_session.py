"""What a notebook holds: paths from the root, registered outputs, and its part of the record."""

import json
from pathlib import Path

import pytest
from conftest import PARAMETERS

from ce_toolkit.errors import ParamsError, RunError
from ce_toolkit.runs import start
from ce_toolkit.runs.session import parameters_table
from ce_toolkit.tables import PEOPLE, frame


def test_notebook_part_of_the_record_counts_and_has_no_clock(project: Path) -> None:
    run = start("01_intake_checks", **PARAMETERS["01_intake_checks"])
    run.save("people", frame(PEOPLE, {"person_id": ["1", "2"], "name": ["王小明", "李玉"]}))
    run.output("退回清单.txt").write_text("一处", encoding="utf-8")
    run.finish(rows_in={"files": 1}, rows_out={"people": 2}, findings={"blank-name": 0})
    record = project / "reports/2017/371402/01_intake_checks.record.json"
    first = record.read_text(encoding="utf-8")
    part = json.loads(first)
    assert part["parameters"]["county_name"] == "德城区"
    assert (part["rows_in"], part["rows_out"], part["findings"]) == ({"files": 1}, {"people": 2}, {"blank-name": 0})
    assert part["tables"]["people"]["rows"] == 2
    assert list(part["outputs"]) == ["退回清单.txt"]
    run.finish(rows_in={"files": 1}, rows_out={"people": 2}, findings={"blank-name": 0})
    assert record.read_text(encoding="utf-8") == first
    assert "王小明" not in first


def test_paths_hang_on_the_root(project: Path) -> None:
    run = start("01_intake_checks", **PARAMETERS["01_intake_checks"])
    assert (run.inbox, run.units, run.platforms) == (
        project / "inbox/371402",
        project / "units.csv",
        project / "platforms",
    )
    assert run.counties == ("371402",)
    with pytest.raises(ParamsError, match="没有参数 inbox"):
        _ = start("02_review_sampling", **PARAMETERS["02_review_sampling"]).inbox


@pytest.mark.usefixtures("project")
def test_city_reads_the_counties_that_are_done() -> None:
    values = PARAMETERS["03_annual_statistics"] | {"county": "city", "counties": "371402 371403", "missing": "371403"}
    run = start("03_annual_statistics", **values)
    assert (run.counties, run.missing) == (("371402",), ("371403",))


@pytest.mark.usefixtures("project")
def test_output_must_be_written_and_stay_in_its_folder() -> None:
    run = start("01_intake_checks", **PARAMETERS["01_intake_checks"])
    with pytest.raises(RunError, match="不能带文件夹"):
        run.output("../x.xlsx")
    run.output("名单.xlsx")
    with pytest.raises(RunError, match="没有写出的输出文件：名单"):
        run.finish()


@pytest.mark.usefixtures("project")
def test_parameters_are_shown_in_chinese_and_escaped() -> None:
    run = start("01_intake_checks", **PARAMETERS["01_intake_checks"] | {"county_name": "<b>德城区</b>"})
    shown = parameters_table(run.params)
    assert "<th>县市区名称</th>" in shown
    assert "&lt;b&gt;德城区&lt;/b&gt;" in shown
