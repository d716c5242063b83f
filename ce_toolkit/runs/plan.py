"""A run plan: the parameters of a city and its counties, read from one folder of YAML files."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from pydantic import ValidationError

from ce_toolkit.errors import ParamsError
from ce_toolkit.runs.parameters import (
    CITY,
    COUNTY_ROUND,
    KEYS,
    MODELS,
    IntakeParameters,
    Parameters,
    RoundParameters,
    SamplingParameters,
    StatisticsParameters,
    faults_of,
    unknown_key,
)
from ce_toolkit.runs.root import root, shown

# One year of one city has one store, one place for reports and one set of exam exports.
CITY_ONLY = ("year", "store", "reports", "platforms", "counties", "missing")


@dataclass(frozen=True)
class CountyPlan:
    """One county's three notebooks, and that of a round of review, which ``ce round`` runs."""

    intake: IntakeParameters
    sampling: SamplingParameters
    statistics: StatisticsParameters
    review: RoundParameters

    @property
    def code(self) -> str:
        """The county's code: the name of its file, of its folder in the store and of its folder of reports."""
        return self.intake.county

    @property
    def name(self) -> str:
        """The county's name as readers know it."""
        return self.intake.county_name

    @property
    def steps(self) -> tuple[tuple[str, Parameters], ...]:
        """Notebook and parameters, in the order in which they must run."""
        return tuple(zip(MODELS, (self.intake, self.sampling, self.statistics), strict=True))


@dataclass(frozen=True)
class RunPlan:
    """All that a run needs to know. ``store`` and ``reports`` are where it writes; every path is absolute."""

    folder: Path
    year: int
    city: StatisticsParameters
    counties: tuple[CountyPlan, ...]
    platforms: Path
    units: Path
    store: Path
    reports: Path

    @property
    def home(self) -> Path:
        """The folder of this year's reports."""
        return self.reports / str(self.year)


class Line(NamedTuple):
    """A value of a YAML file and the line its key stands on."""

    value: Any
    file: Path
    number: int


class Fault(NamedTuple):
    """One thing to mend in the parameters."""

    file: Path
    number: int | None
    text: str

    def __str__(self) -> str:
        line = f" 第 {self.number} 行" if self.number else ""
        return f"{shown(self.file)}{line}：{self.text}"


def load_params(folder: Path) -> RunPlan:
    """The plan of a folder: ``city.yaml``, and one ``<county>.yaml`` per county that overrides it.

    Raises ParamsError that lists every fault with file, line, key and remedy, before anything runs.
    """
    folder = folder if folder.is_absolute() else root() / folder
    files = _files(folder)
    faults: list[Fault] = []
    shared = _read(folder / "city.yaml", faults)
    own = {file.stem: _read(file, faults) for file in files}
    city = _city(folder / "city.yaml", shared, sorted(own), faults)
    counties = [_county(file, shared, own[file.stem], faults) for file in files]
    if faults:
        raise ParamsError("\n".join(dict.fromkeys(map(str, faults))))
    return _plan(folder, shared, city, counties)


def _files(folder: Path) -> list[Path]:
    name = shown(folder)
    if not folder.is_dir():
        raise ParamsError(f"{name}：没有这个参数文件夹；请检查路径，里面应有 city.yaml 和每个县市区一个 .yaml 文件。")
    try:
        names = sorted(file for file in folder.iterdir() if not file.name.startswith("."))
    except OSError as error:
        raise ParamsError(f"{name}：参数文件夹读不出来；请检查访问权限。") from error
    wrong = [file.name for file in names if file.suffix.lower() in {".yml", ".yaml"} and file.suffix != ".yaml"]
    if wrong:
        raise ParamsError(f"{name}：{'、'.join(wrong)} 的扩展名应为 .yaml；请改名。")
    if not (folder / "city.yaml").is_file():
        raise ParamsError(f"{name}：缺少 city.yaml（全市共用的参数）；请补上。")
    counties = [file for file in names if file.suffix == ".yaml" and file.stem != CITY]
    if not counties:
        raise ParamsError(f"{name}：没有县市区的参数文件；请为每个县市区放一个，例如 371402.yaml。")
    return counties


def _read(file: Path, faults: list[Fault]) -> dict[str, Line]:
    """The keys of a YAML file with their lines; a key given twice or unknown is a fault."""
    lines: dict[str, Line] = {}
    for key, value, number in _pairs(file, faults):
        if key in lines:
            faults.append(Fault(file, number, f"{key}：与第 {lines[key].number} 行重复；请只留一行。"))
        elif key not in KEYS:
            faults.append(Fault(file, number, unknown_key(key, KEYS)))
        else:
            lines[key] = Line(value, file, number)
    return lines


def _pairs(file: Path, faults: list[Fault]) -> list[tuple[str, Any, int]]:
    """Key, value and line of every entry, repeated keys included (YAML itself would keep the last without a word)."""
    try:
        loader = yaml.SafeLoader(file.read_text(encoding="utf-8-sig"))
        node = loader.get_single_node()
        if isinstance(node, yaml.MappingNode):
            return [(str(key.value), _value(loader, value), key.start_mark.line + 1) for key, value in node.value]
        if node is not None:
            faults.append(Fault(file, node.start_mark.line + 1, "应为一行一个“键: 值”；请按其它县市区的文件改写。"))
    except yaml.MarkedYAMLError as error:
        number = error.problem_mark.line + 1 if error.problem_mark else None
        faults.append(Fault(file, number, "不是正确的 YAML；请检查这一行的缩进、冒号后的空格和引号。"))
    except (yaml.YAMLError, UnicodeError):
        faults.append(Fault(file, None, "不是 UTF-8 编码的文本；请另存为 UTF-8。"))
    except OSError:
        faults.append(Fault(file, None, "文件读不出来；请检查访问权限。"))
    return []


def _value(loader: yaml.SafeLoader, node: yaml.Node) -> Any:
    try:
        return loader.construct_object(node, deep=True)
    except ValueError:  # an unquoted 2017-13-01 is no date to YAML; the model says what is wanted instead
        return node.value


def _county(file: Path, shared: Mapping[str, Line], own: dict[str, Line], faults: list[Fault]) -> list[Parameters]:
    """The county's parameters for each notebook; the code is the file's name."""
    for key in CITY_ONLY:
        if key in own:
            faults.append(Fault(file, own[key].number, f"{key}：全市只有一个，只能写在 city.yaml；请从这里删去。"))
    if "county" in own and own["county"].value != file.stem:
        faults.append(
            Fault(file, own["county"].number, f'county：应与文件名相同；请写 county: "{file.stem}" 或删去此行。')
        )
    if "county_name" not in own:
        faults.append(Fault(file, None, "county_name：缺少（县市区名称）；请补上一行 county_name: …"))
    values = {**shared, **own, "county": Line(file.stem, file, 1)}
    values = {key: line for key, line in values.items() if key not in {"counties", "missing"}}
    return [model for name in (*MODELS, *COUNTY_ROUND) if (model := _model(name, values, file, faults)) is not None]


def _city(file: Path, shared: dict[str, Line], codes: list[str], faults: list[Fault]) -> Parameters | None:
    given = shared.get("counties")
    if given is not None and sorted(str(given.value).split()) != codes:
        faults.append(Fault(file, given.number, "counties：与文件夹里的县市区文件不一致；请改成一致或删去此行。"))
    named = shared.get("county")
    if named is not None and named.value != CITY:
        faults.append(Fault(file, named.number, f"county：全市的代码是 {CITY}；请写 county: {CITY} 或删去此行。"))
    values = {**shared, "county": Line(CITY, file, 1), "counties": Line(" ".join(codes), file, 1)}
    return _model("03_annual_statistics", values, file, faults)


def _model(notebook: str, values: Mapping[str, Line], file: Path, faults: list[Fault]) -> Parameters | None:
    model = {**MODELS, **COUNTY_ROUND}[notebook]
    try:
        return model.model_validate({key: line.value for key, line in values.items() if key in model.model_fields})
    except ValidationError as error:
        for key, text in faults_of(error, model):
            line = values.get(key)
            # what no file gives is asked for once, where all counties share it
            absent = Fault(file if key == "county_name" else file.with_name("city.yaml"), None, text)
            faults.append(Fault(line.file, line.number, text) if line else absent)
    return None


def _plan(folder: Path, shared: Mapping[str, Line], city: Any, counties: list[list[Any]]) -> RunPlan:
    base = root()
    return RunPlan(
        folder=folder,
        year=city.year,
        city=city,
        counties=tuple(CountyPlan(*models) for models in counties),
        platforms=base / str(shared["platforms"].value),
        units=base / city.units,
        store=base / city.store,
        reports=base / city.reports,
    )
