"""Fingerprints: of files as they lie on disk, of notebooks without outputs, and of what a file says.

Two runs of the same work write workbooks and notebooks that differ in their bytes (clocks inside, order of packing).
``file_sha256`` tells whether a file was touched; ``content_sha256`` tells whether it still says the same.
"""

import hashlib
import json
import zipfile
from collections.abc import Iterable
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

PACKAGES = (
    "ipykernel",
    "ipython",
    "matplotlib",
    "nbclient",
    "nbconvert",
    "nbformat",
    "numpy",
    "openpyxl",
    "pandas",
    "papermill",
    "pyarrow",
    "pydantic",
    "python-calamine",
)


def text_sha256(text: str) -> str:
    """Fingerprint of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def json_sha256(value: Any) -> str:
    """Fingerprint of plain data, whatever the order of its keys."""
    return text_sha256(json.dumps(value, sort_keys=True, ensure_ascii=False))


def file_sha256(path: Path) -> str:
    """Fingerprint of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def files_under(path: Path) -> list[Path]:
    """The file itself, or all files of a folder in a fixed order; hidden files and lock files of offices left out."""
    if path.is_file():
        return [path]
    found = (file for file in path.rglob("*") if file.is_file() and not file.name.startswith((".", "~$")))
    return sorted(found, key=lambda file: file.relative_to(path).as_posix())


def tree_sha256(base: Path, files: Iterable[Path]) -> str:
    """Fingerprint of several files and their names below ``base``."""
    return json_sha256([(file.relative_to(base).as_posix(), file_sha256(file)) for file in files])


def toolkit_sha256() -> str:
    """Fingerprint of the toolkit itself: its code, its rule packs and its other data files."""
    base = Path(__file__).resolve().parents[1]
    kinds = {".py", ".toml", ".yaml", ".csv", ".json", ".css", ".html", ".js"}
    return tree_sha256(base, (file for file in files_under(base) if file.suffix in kinds))


def notebook_sha256(path: Path) -> str:
    """Fingerprint of a notebook's cells without outputs, counts and metadata other than tags."""
    return json_sha256(_cells(json.loads(path.read_text(encoding="utf-8")), outputs=False))


def notebook_text(path: Path) -> str:
    """What a notebook's author wrote: the sources of its cells, without any output."""
    return "\n".join(cell[1] for cell in _cells(json.loads(path.read_text(encoding="utf-8")), outputs=False))


def _cells(notebook: Any, *, outputs: bool) -> list[Any]:
    return [
        [
            cell["cell_type"],
            "".join(cell["source"]),
            cell.get("metadata", {}).get("tags", []),
            cell.get("outputs") if outputs else None,
        ]
        for cell in notebook["cells"]
    ]


def content_sha256(path: Path) -> str:
    """Fingerprint of what a file says: the values of a table, the parts of a workbook without its clocks."""
    match path.suffix.lower():
        case ".parquet":
            from ce_toolkit.runs.store import file_values_sha256

            return file_values_sha256(path)
        case ".xlsx" | ".docx" | ".zip":
            return _packed_sha256(path)
        case ".ipynb":
            return json_sha256(_cells(json.loads(path.read_text(encoding="utf-8")), outputs=True))
        case _:
            return file_sha256(path)


def _packed_sha256(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as pack:
            names = sorted(name for name in pack.namelist() if not name.startswith("docProps/"))
            return json_sha256([(name, hashlib.sha256(pack.read(name)).hexdigest()) for name in names])
    except zipfile.BadZipFile:
        return file_sha256(path)


@cache
def versions() -> dict[str, str]:
    """Versions of the packages that a figure could depend on."""
    found = {}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "-"
    return found
