"""The runner on a toy city: one county's trouble stays its own, and nothing is done twice."""

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import add_county, make_project, write_notebook
from rich.console import Console

from ce_toolkit.errors import ParamsError, RunError
from ce_toolkit.runs.runner import Options, RunReport, run_plan
from ce_toolkit.runs.summary import run_command, verify_command
from ce_toolkit.runs.verify import verify

FOLDER = Path("params/toy-2017")
QUOTED = "王小明 证书 083737140300001"
TROUBLES = {
    "371403": f"raise ValueError({QUOTED!r})",
    "371404": "import os; os._exit(3)",
    "371405": "import sys; sys.exit(0)",
    "371406": "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
    "371407": "import time; time.sleep(60)",
    "371408": "from IPython.display import HTML, display; display(HTML('<td>王小明</td>'))",
    "371409": "from ce_toolkit.errors import InputError; raise InputError('报送文件夹是空的；请放入报送文件。')",
}
WARM = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")
PROLOGUE = """
import pandas as pd
from ce_toolkit.runs.store import Store

def store_exams(plan):
    with (plan.store.parent / "log.txt").open("a") as log:
        log.write("read\\n")
    rows = (plan.platforms / "exams.csv").read_text(encoding="utf-8").splitlines()
    return [Store(plan.store, plan.year).save("city", "scores", pd.DataFrame({"row": rows}))]
"""


def statuses(report: RunReport) -> dict[str, str]:
    return {one.unit: one.status for one in report.results}


@pytest.fixture(scope="module")
def troubled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, int, str]]:
    """A city with one good county and every trouble there is, run once: root, exit code, what was printed."""
    root = make_project(tmp_path_factory.mktemp("troubled"))
    for code, trouble in {"371402": None, **TROUBLES}.items():
        add_county(root, code, trouble)
    text = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CE_ROOT", str(root))
        code = run_command(FOLDER, Options(timeout=3), prologue=None, console=Console(file=text, width=200))
        yield root, code, text.getvalue()


def record_of(root: Path, unit: str) -> Any:
    return json.loads((root / "reports/2017" / unit / "record.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("unit", "status"),
    [
        ("371402", "ok"),
        ("371403", "failed"),
        ("371404", "crashed"),
        ("371405", "stopped"),
        ("371406", "crashed"),
        ("371407", "timeout"),
        ("371408", "leak"),
        ("371409", "failed"),
        ("city", "ok"),
    ],
)
def test_each_county_ends_as_it_must(troubled: tuple[Path, int, str], unit: str, status: str) -> None:
    assert record_of(troubled[0], unit)["status"] == status


def test_exit_code_and_table_tell_what_failed(troubled: tuple[Path, int, str]) -> None:
    _, code, text = troubled
    assert code == 1
    assert "失败 7" in text
    assert "报送文件夹是空的；请放入报送文件。" in text
    assert "详见 reports/2017/371403/failed/01_intake_checks.html" in text


def test_city_names_the_counties_it_lacks(troubled: tuple[Path, int, str]) -> None:
    page = (troubled[0] / "reports/2017/city/03_annual_statistics.html").read_text(encoding="utf-8")
    assert f"人数 2 缺 {' '.join(TROUBLES)}" in page


def test_nothing_under_reports_names_anyone(troubled: tuple[Path, int, str]) -> None:
    """V28: a message that quotes a person stays neither in the failed notebook, nor in its page, nor in the record."""
    files = [path for path in (troubled[0] / "reports").rglob("*") if path.suffix in {".html", ".ipynb", ".json"}]
    assert len(files) > 20
    assert not [path for path in files if "王小明" in path.read_text(encoding="utf-8")]
    assert "王小明" not in troubled[2]


def test_failed_notebook_is_kept_with_the_line_that_failed(troubled: tuple[Path, int, str]) -> None:
    folder = troubled[0] / "reports/2017/371403"
    assert not list(folder.glob("*.html"))
    assert "ValueError: （内容从略：可能含个人数据）" in (folder / "failed/01_intake_checks.html").read_text(
        encoding="utf-8"
    )
    assert record_of(troubled[0], "371403")["error"] | {"message": ""} == {
        "notebook": "01_intake_checks",
        "cell": 5,
        "code": "failed",
        "message": "",
    }


def test_index_links_every_county(troubled: tuple[Path, int, str]) -> None:
    root = troubled[0]
    index = (root / "reports/2017/index.html").read_text(encoding="utf-8")
    for path in ("371402/03_annual_statistics.html", "371403/failed/01_intake_checks.html", "371402/复核工作表.xlsx"):
        assert f'href="{path}"' in index
        assert (root / "reports/2017" / path).is_file()
    assert "7 个需要处理" in index


def test_outputs_hold_no_clock_and_no_path_of_this_machine(troubled: tuple[Path, int, str]) -> None:
    notebook = (troubled[0] / "reports/2017/371402/01_intake_checks.ipynb").read_text(encoding="utf-8")
    assert "papermill" not in notebook
    assert str(troubled[0]) not in notebook


def run(options: Options | None = None) -> RunReport:
    from toy_prologue import store_exams

    return run_plan(FOLDER, options, prologue=store_exams)


@pytest.fixture(scope="module")
def calm_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Two counties without trouble and a step before them, run once."""
    root = make_project(tmp_path_factory.mktemp("calm"))
    add_county(root, "371402")
    add_county(root, "371403")
    (root / "toy_prologue.py").write_text(PROLOGUE, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CE_ROOT", str(root))
        patch.syspath_prepend(str(root))
        assert statuses(run()) == {"371402": "ok", "371403": "ok", "city": "ok"}
        yield root


@pytest.fixture
def calm(calm_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the calm city: a run knows its files by their place below the root, not on the machine."""
    root = tmp_path / "calm"
    shutil.copytree(calm_once, root)
    monkeypatch.setenv("CE_ROOT", str(root))
    return root


def test_second_call_does_only_what_changed(calm: Path) -> None:
    before = {path: path.read_bytes() for path in (calm / "reports").rglob("*") if path.is_file()}
    report = run()
    assert statuses(report) == {"371402": "cached", "371403": "cached", "city": "cached"}
    assert report.seconds < 2
    assert before == {path: path.read_bytes() for path in (calm / "reports").rglob("*") if path.is_file()}

    with (calm / "inbox/371403/people.csv").open("a", encoding="utf-8") as file:
        file.write("371403-3,赵一,\n")
    assert statuses(run()) == {"371402": "cached", "371403": "ok", "city": "ok"}
    assert record_of(calm, "371403")["parts"][0]["rows_in"] == {"people.csv": 3}
    assert (calm / "log.txt").read_text() == "read\n"


def test_only_and_force(calm: Path) -> None:
    assert statuses(run(Options(only=["371403"], force=True))) == {"371402": "cached", "371403": "ok", "city": "ok"}
    (calm / "inbox/371402/people.csv").write_text("1,孙二,\n", encoding="utf-8")
    report = run(Options(only=["371403"]))
    assert statuses(report) == {"371402": "skipped", "371403": "cached", "city": "skipped"}
    assert report.exit_code == 0
    with pytest.raises(RunError, match=r"--only 371499：params/toy-2017 里没有这个县市区"):
        run(Options(only=["371499"]))


def test_exports_read_before_the_counties_are_part_of_their_keys(calm: Path) -> None:
    (calm / "platforms/exams.csv").write_text("证书编号\n1\n", encoding="utf-8")
    (calm / "inbox/371402/trouble.py").write_text("raise OSError", encoding="utf-8")
    assert statuses(run()) == {"371402": "failed", "371403": "ok", "city": "ok"}
    kept = {path.name for path in (calm / "reports/2017/371402/previous").iterdir()}
    assert {"01_intake_checks.html", "复核工作表.xlsx"} <= kept


def test_filled_in_worksheet_is_not_lost(calm: Path) -> None:
    sheet = calm / "reports/2017/371402/复核工作表.xlsx"
    sheet.write_bytes(b"filled in by a reviewer")
    (sheet.parent / "笔记.docx").write_bytes(b"a reviewer's own")
    assert statuses(run())["371402"] == "ok"
    assert [path.read_bytes() for path in (sheet.parent / "edited").iterdir()] == [b"filled in by a reviewer"]
    assert sheet.read_bytes()[:2] == b"PK"
    assert (sheet.parent / "笔记.docx").is_file()


def test_verify_repeats_and_finds_what_was_changed(calm: Path) -> None:
    from toy_prologue import store_exams

    same = verify(FOLDER, prologue=store_exams)
    assert (same.differences, same.units, same.tables, same.exit_code) == ((), 3, 2, 0)

    path = calm / "data/2017/371403/people.parquet"
    table = pq.read_table(path)
    pq.write_table(table.set_column(1, "name", pa.array(["王小明", "甲"], table.schema.field("name").type)), path)
    text = io.StringIO()
    code = verify_command(Path("reports/2017/371403"), prologue=store_exams, console=Console(file=text, width=120))
    assert code == 1
    assert "列 name 有 1 行不同" in text.getvalue()


def test_verify_without_a_record_is_refused(project: Path) -> None:
    with pytest.raises(RunError, match="没有完成的运行记录"):
        verify(FOLDER)
    with pytest.raises(RunError, match="既不是参数文件夹，也没有运行记录"):
        verify(Path("reports/2017"))


def test_unknown_parameter_stops_before_a_kernel_starts(project: Path) -> None:
    with (project / FOLDER / "371402.yaml").open("a", encoding="utf-8") as file:
        file.write("onlin_cap: 3\n")
    with pytest.raises(ParamsError, match=r"params/toy-2017/371402.yaml 第 4 行：onlin_cap：不认识的键"):
        run_command(FOLDER)
    assert not (project / "reports").exists()


@WARM
def test_worker_that_dies_costs_one_county(project: Path) -> None:
    """The grandparent of a forked kernel is the worker; its death must not take the next county along."""
    trouble = "import os, psutil; os.kill(psutil.Process().parents()[1].pid, 9)" + " " * 80  # heaviest, so first
    add_county(project, "371403", trouble)
    report = run_plan(FOLDER, Options(jobs=1))
    assert statuses(report) == {"371402": "ok", "371403": "crashed", "city": "ok"}
    assert record_of(project, "371403")["status"] == "crashed"


@WARM
def test_fork_server_that_dies_is_done_without(project: Path) -> None:
    (project / "inbox/371402/trouble.py").write_text("import os; os.kill(os.getppid(), 9)", encoding="utf-8")
    assert statuses(run_plan(FOLDER, Options(jobs=1))) == {"371402": "ok", "city": "ok"}


@WARM
def test_warm_kernels_publish_the_same_bytes(project: Path) -> None:
    cells = [
        "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.set_title('学时 −1 䶮')\nplt.show()",
        "run.finish()",
    ]
    write_notebook(project / "notebooks/03_annual_statistics.ipynb", cells)
    outputs = []
    for warm in (False, True):
        (county, _) = run_plan(FOLDER, Options(warm=warm, force=True)).results
        outputs.append({name: marks["content"] for name, marks in county.record["outputs"].items()})
    assert outputs[0] == outputs[1]
    page = (project / "reports/2017/371402/03_annual_statistics.html").read_text(encoding="utf-8")
    assert "data:image/svg+xml;base64," in page
    assert "Glyph" not in page  # A4: no sign without a font


def test_second_run_at_the_same_time_is_refused(project: Path) -> None:
    from ce_toolkit.runs.lock import held_alone

    with held_alone(project / "reports/2017"), pytest.raises(RunError, match="另一个运行正在进行"):
        run_plan(FOLDER)


def test_plain_papermill_works_too(project: Path) -> None:
    package = Path(__file__).resolve().parents[2]
    folder = project / FOLDER
    command = [
        *(sys.executable, "-m", "papermill", "--no-progress-bar", "--log-level", "ERROR"),
        *("-f", folder / "city.yaml", "-f", folder / "371402.yaml"),
        *(project / "notebooks/01_intake_checks.ipynb", project / "out.ipynb"),
    ]
    environment = {**os.environ, "PYTHONPATH": str(package)}
    subprocess.run(command, check=True, env=environment, cwd=project / "inbox", capture_output=True)
    assert (project / "reports/2017/371402/01_intake_checks.record.json").is_file()
    assert (project / "data/2017/371402/people.parquet").is_file()
