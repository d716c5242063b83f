"""Typed parameters: what is wrong in a file is told before anything runs, with file, line, key and remedy."""

from pathlib import Path

import pytest
from conftest import PARAMETERS, add_county

from ce_toolkit.errors import ParamsError
from ce_toolkit.runs.parameters import BY_HAND, MODELS, notebook_differences, parameters_of
from ce_toolkit.runs.plan import load_params

FOLDER = Path("params/toy-2017")


def test_plan_gives_each_notebook_its_own_parameters(project: Path) -> None:
    plan = load_params(FOLDER)
    county = plan.counties[0]
    assert (county.code, county.name, county.intake.inbox, county.sampling.seed) == (
        "371402",
        "县371402",
        "inbox/371402",
        "31415926535897932384",
    )
    assert [name for name, _ in county.steps] == list(MODELS)
    assert (plan.city.county, plan.city.county_name, plan.city.counties) == ("city", "德州市", "371402")
    assert (plan.store, plan.home) == (project / "data", project / "reports/2017")


def test_county_overrides_city(project: Path) -> None:
    with (project / FOLDER / "371402.yaml").open("a", encoding="utf-8") as file:
        file.write("stages: 4\n")
    assert load_params(FOLDER).counties[0].sampling.stages == 4


@pytest.mark.parametrize(
    ("file", "line", "message"),
    [
        ("371402", "confidense: 3", "371402.yaml 第 4 行：confidense：不认识的键；是否想写 confidence？"),
        ("371402", "inbox: elsewhere", "371402.yaml 第 4 行：inbox：与第 3 行重复"),
        ("371402", "stages: 'many'", "第 4 行：stages（阶段数）：应为整数，不加引号"),
        ("371402", "stages: 0", "第 4 行：stages（阶段数）：应不小于 1；实为 0"),
        ("371402", "seed: 17", "第 4 行：seed（抽样种子）：应为文字，请加引号"),
        ("371402", "seed: '2017'", "第 4 行：seed（抽样种子）：抽样种子应为至少 20 位数字"),
        ("371402", "confidence: '90'", "第 4 行：confidence（置信水平（通知以外））：置信水平“90”应不小于 0.5"),
        ("371402", "tolerable_rate: 0.05", "tolerable_rate（可容忍差错率（通知以外））：应为文字，请加引号"),
        ("371402", "multipliers: S1", "multipliers（各层抽取倍数）：倍数“S1”写法不对"),
        ("371402", "demonstration: 'yes'", "demonstration（示范）：应为 true（是）或 false（否），不加引号"),
        ("371402", "as_of: 2017-12-31", "第 4 行：as_of（统计截止日）：应为文字，请加引号"),
        ("371402", "as_of: 2017-13-45", "第 4 行：as_of（统计截止日）：应为日期"),
        ("371402", "year: 2018", "第 4 行：year：全市只有一个，只能写在 city.yaml"),
        ("371402", "  x: [", "不是正确的 YAML"),
        ("city", "counties: '371402 371499'", "city.yaml 第 20 行：counties：与文件夹里的县市区文件不一致"),
        ("city", "county: '371400'", "city.yaml 第 20 行：county：全市的代码是 city"),
    ],
)  # fmt: skip
def test_fault_is_told_with_file_line_and_remedy(project: Path, file: str, line: str, message: str) -> None:
    with (project / FOLDER / f"{file}.yaml").open("a", encoding="utf-8") as text:
        text.write(line + "\n")
    with pytest.raises(ParamsError) as error:
        load_params(FOLDER)
    assert message in str(error.value)


def test_year_that_is_no_number_fails(project: Path) -> None:
    city = project / FOLDER / "city.yaml"
    city.write_text(city.read_text(encoding="utf-8").replace("year: 2017", 'year: "2017x"'), encoding="utf-8")
    with pytest.raises(ParamsError, match=r"city.yaml 第 2 行：year（年度）：应为整数.*'2017x'"):
        load_params(FOLDER)


def test_words_that_fill_no_page_and_a_pdf_that_is_no_yes_or_no_are_told(project: Path) -> None:
    city = project / FOLDER / "city.yaml"
    words = 'pdf: "true"\nforeword: "' + "字" * 5001 + '"\n'
    city.write_text(city.read_text(encoding="utf-8") + words, encoding="utf-8")
    with pytest.raises(ParamsError) as error:
        load_params(FOLDER)
    assert "pdf（另存为 PDF）：应为 true（是）或 false（否）" in str(error.value)
    assert "foreword（年度统计报告的前言）：不能超过 5000 个字" in str(error.value)


def test_every_fault_of_every_file_is_told_once(project: Path) -> None:
    add_county(project, "371403")
    city = project / FOLDER / "city.yaml"
    city.write_text(
        city.read_text(encoding="utf-8").replace("pack: dezhou-2017\n", "pakc: dezhou-2017\n"), encoding="utf-8"
    )
    (project / FOLDER / "371403.yaml").write_bytes("county_name: 县".encode("gb18030"))
    with pytest.raises(ParamsError) as error:
        load_params(FOLDER)
    lines = str(error.value).splitlines()
    assert len(lines) == len(set(lines))
    assert "params/toy-2017/city.yaml：pack：缺少（规则包）；请补上一行 pack: …" in lines
    assert "params/toy-2017/371403.yaml：不是 UTF-8 编码的文本；请另存为 UTF-8。" in lines


@pytest.mark.parametrize(
    ("remove", "message"),
    [
        (("371402.yaml",), "没有县市区的参数文件"),
        (("city.yaml",), "缺少 city.yaml"),
    ],
)
def test_folder_that_lacks_a_file_is_refused(project: Path, remove: tuple[str, ...], message: str) -> None:
    for name in remove:
        (project / FOLDER / name).unlink()
    with pytest.raises(ParamsError, match=message):
        load_params(FOLDER)


def test_missing_folder_and_wrong_suffix_are_told(project: Path) -> None:
    with pytest.raises(ParamsError, match="params/none：没有这个参数文件夹"):
        load_params(Path("params/none"))
    (project / FOLDER / "371403.yml").touch()
    with pytest.raises(ParamsError, match=r"371403.yml 的扩展名应为 .yaml"):
        load_params(FOLDER)


@pytest.mark.parametrize("name", [*MODELS, *BY_HAND])
def test_parameters_cell_agrees_with_the_model(name: str) -> None:
    assert notebook_differences(Path(__file__).parents[2] / "notebooks" / f"{name}.ipynb") == []


def test_parameters_cell_that_differs_is_found(project: Path) -> None:
    notebook = project / "notebooks/02_review_sampling.ipynb"
    notebook.write_text(notebook.read_text(encoding="utf-8").replace("stages: int", "stages: str"), encoding="utf-8")
    assert notebook_differences(notebook) == ["02_review_sampling.ipynb: stages: str / int"]


def test_notebook_checks_its_own_parameters() -> None:
    values = PARAMETERS["01_intake_checks"]
    assert parameters_of("01_intake_checks", values).county_name == "德城区"
    with pytest.raises(ParamsError, match="01_intake_checks 的参数 seed：不认识的键"):
        parameters_of("01_intake_checks", {**values, "seed": "x"})
    with pytest.raises(ParamsError, match="county（县市区代码）：应为文字"):
        parameters_of("01_intake_checks", {**values, "county": 371402})
    with pytest.raises(ParamsError, match="只能用数字、英文字母、下划线和短横"):
        parameters_of("01_intake_checks", {**values, "county": "../371402"})
