"""What a county's run consists of, and what it depends on."""

from pathlib import Path

from ce_toolkit.runs.plan import load_params
from ce_toolkit.runs.tasks import RESULT_NOTEBOOK, county_task
from ce_toolkit.runs.worker import Task

FOLDER = Path("params/toy-2017")


def _task() -> Task:
    plan = load_params(FOLDER)
    return county_task(plan, plan.counties[0], {}, 60)


def _steps(task: Task) -> list[str]:
    return [step.notebook for step in task.steps]


def test_RS9_filled_sheets_are_evaluated_once_they_are_there(project: Path) -> None:
    notebooks = project / "notebooks"
    (notebooks / f"{RESULT_NOTEBOOK}.ipynb").write_bytes((notebooks / "02_review_sampling.ipynb").read_bytes())
    assert RESULT_NOTEBOOK not in _steps(_task())

    folder = project / "sheets/371402"
    folder.mkdir(parents=True)
    (folder / "笔记.docx").touch()
    assert RESULT_NOTEBOOK not in _steps(_task())

    (folder / "审核抽查表-审核员甲.xlsx").write_bytes(b"first")
    first = _task()
    assert _steps(first)[2] == RESULT_NOTEBOOK
    (folder / "审核抽查表-审核员甲.xlsx").write_bytes(b"mended")
    assert _task().key != first.key


def test_RS9_nothing_is_evaluated_before_a_seed_is_rolled(project: Path) -> None:
    (project / "sheets/371402").mkdir(parents=True)
    (project / "sheets/371402/审核抽查表.xlsx").touch()
    city = project / FOLDER / "city.yaml"
    city.write_text(city.read_text("utf-8").replace('seed: "31415926535897932384"', 'seed: ""'), encoding="utf-8")
    assert RESULT_NOTEBOOK not in _steps(_task())
