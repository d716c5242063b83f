"""How the house is built: imports go one way, modules stay small, nothing private or of this machine is in it."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

import ce_toolkit

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "ce_toolkit"
MODULES = sorted(PACKAGE.rglob("*.py"))

BOTTOM = {"errors", "escaping", "locking", "masking", "tables", "progress", "titles"}
ROOMS = {"intake", "registers", "rules", "review", "workflow", "statistics", "publish", "returns", "runs", "forms"}
MAY_IMPORT = {
    "errors": set(), "escaping": set(), "locking": set(), "masking": set(), "progress": set(), "tables": {"errors"},
    "titles": {"masking"},
    "intake": BOTTOM,
    "registers": BOTTOM | {"intake"},
    "rules": BOTTOM,
    "review": BOTTOM | {"rules"},
    "workflow": BOTTOM | {"registers", "rules"},
    "statistics": BOTTOM | {"registers", "rules"},
    "publish": BOTTOM | {"intake", "registers", "rules", "review", "statistics", "workflow"},
    "returns": BOTTOM | {"intake"},
    "forms": BOTTOM | {"registers", "rules", "statistics", "publish"},
    "runs": BOTTOM | ROOMS - {"forms"},
    "demo": BOTTOM | {"intake"},
    "cli": BOTTOM | ROOMS | {"demo"},
}  # fmt: skip


def _room(module: Path) -> str:
    return module.relative_to(PACKAGE).parts[0].removesuffix(".py")


def _imported(module: Path) -> Iterator[str]:
    """Rooms and bottom modules that a module imports, anywhere in it."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: relative import"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from (name.split(".")[1] for name in names if name.split(".")[0] == "ce_toolkit" and "." in name)


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_go_one_way(module: Path) -> None:
    room = _room(module)
    allowed = ROOMS if room == "__init__" else MAY_IMPORT[room] | {room}
    assert set(_imported(module)) <= allowed


def test_names_of_the_package_come_from_the_rooms_and_all_exist() -> None:
    homes = set(ce_toolkit._HOMES.values())
    assert {home.split(".")[1] for home in homes} <= ROOMS
    assert all(getattr(ce_toolkit, name) is not None for name in ce_toolkit.__all__)


def test_modules_are_named_for_what_they_hold() -> None:
    assert not [module for module in MODULES if module.stem in {"utils", "util", "helpers", "common", "misc"}]


def test_no_module_is_over_five_hundred_lines() -> None:
    sizes = {module.name: len(module.read_text(encoding="utf-8").splitlines()) for module in MODULES}
    assert {name: size for name, size in sizes.items() if size > 500} == {}


def test_importing_the_package_runs_nothing_heavy() -> None:
    code = "import sys, ce_toolkit; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    shown = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert not {"pandas", "numpy", "pyarrow", "pydantic", "openpyxl", "matplotlib", "IPython"} & set(shown.split())


# ---- what is pinned -----------------------------------------------------------------------------


def _project() -> dict[str, object]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def _wanted() -> list[Requirement]:
    project = _project()
    return [Requirement(line) for line in (*project["dependencies"], *project["optional-dependencies"]["dev"])]


def _pins() -> dict[str, list[str]]:
    """Versions in the lock by name; a name stands more than once where the version hangs on the Python."""
    pins: dict[str, list[str]] = {}
    for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines():
        pin = Requirement(line)
        (clause,) = pin.specifier
        assert clause.operator == "==", line
        pins.setdefault(canonicalize_name(pin.name), []).append(clause.version)
    return pins


def test_every_dependency_is_pinned_within_its_bounds() -> None:
    pins = _pins()
    for requirement in _wanted():
        versions = pins[canonicalize_name(requirement.name)]
        assert all(version in requirement.specifier for version in versions), requirement


def test_what_is_installed_is_what_is_pinned() -> None:
    """The tests speak of the versions that users get."""
    from importlib.metadata import version

    pins = _pins()
    for name in ("pandas", "pyarrow", "openpyxl", "python-calamine", "papermill", "nbval"):
        assert version(name) in pins[name]


def test_conda_gives_the_python_of_pyproject_and_pip_the_lock() -> None:
    wanted = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    (python,) = [line for line in wanted if isinstance(line, str) and line.startswith("python")]
    assert SpecifierSet(python.removeprefix("python")) == SpecifierSet(_project()["requires-python"])
    (pip,) = [line["pip"] for line in wanted if isinstance(line, dict)]
    assert pip == ["-r requirements.lock", "-e ."]


# ---- what must not be in it ---------------------------------------------------------------------


def _tracked() -> Iterator[tuple[str, str]]:
    """Name and text of every tracked text file."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    for name in listed.stdout.decode().split("\0"):
        path = ROOT / name
        if name and path.is_file():
            raw = path.read_bytes()
            if b"\0" not in raw:
                yield name, raw.decode("utf-8")


def _found(pattern: str, allowed: str = r"(?!)") -> list[tuple[str, str]]:
    """File and text of each match that is not allowed."""
    return [
        (name, hit) for name, text in _tracked() for hit in re.findall(pattern, text) if not re.fullmatch(allowed, hit)
    ]


def test_no_package_registry_is_named() -> None:
    """The names are put together here, so that this file does not hold them either."""
    hosts = [".".join(parts) for parts in (
        ("pypi", "org"), ("pythonhosted", "org"), ("anaconda", "org"), ("npmjs", "org"), ("npmjs", "com"),
        ("tuna", "tsinghua"), ("mirrors", "aliyun"), ("pypi", "tuna"), ("jsdelivr", "net"), ("unpkg", "com"),
    )]  # fmt: skip
    assert _found("(?i)" + "|".join(re.escape(host) for host in hosts)) == []


def test_no_path_of_a_machine_is_named() -> None:
    folders = "|".join(("home", "root", "Users", "work", "mnt", "srv", "private"))
    assert _found(rf"(?<![\w.~:}}$)-])/(?:{folders})/[\w.-]+") == []
    assert _found(r"\b[A-Z]:\\{1,2}[A-Z]\w+") == []


def test_G2_no_telephone_number_of_a_person() -> None:
    assert _found(r"(?<![\d.])1[3-9]\d{9}(?!\d)", allowed=r"1[3-9]\d(?:0{8}|12345678)") == []
    assert _found(r"(?<!\d)0\d{2,3}-\d{7,8}(?!\d)", allowed=r"0\d{2,3}-\d{3,4}0{4,}") == []


def test_G2_no_mail_address_of_a_person() -> None:
    placeholder = r".+@(?:\w+\.)*example(?:\.com|\.org)?|[a-z]@[a-z]\.cn"
    assert _found(r"[\w.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}", allowed=placeholder) == []


def test_G2_no_identity_number() -> None:
    """Eighteen digits with a date of birth in their middle and the right check digit."""
    numbers = _found(r"(?<!\d)[1-9]\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX](?!\d)")
    assert [file for file, number in numbers if _check_digit(number[:17]) == number[17]] == []


def _check_digit(digits: str) -> str:
    """ISO 7064 MOD 11-2."""
    return "10X98765432"[sum(int(digit) * 2 ** (17 - place) for place, digit in enumerate(digits)) % 11]


def test_the_check_digit_is_the_standard_s_own_example() -> None:
    assert _check_digit("".join(("110105", "19491231", "002"))) == "X"
