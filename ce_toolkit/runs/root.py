"""The project root: the folder against which every path of the run parameters is read."""

import os
from pathlib import Path


def root() -> Path:
    """The project root.

    ``CE_ROOT`` where it is set, else the nearest folder above the package that holds ``notebooks/``, else the folder
    the process works in. Notebooks are run from several folders, so none of their paths may hang on the working folder.
    """
    named = os.environ.get("CE_ROOT")
    if named:
        return Path(named).resolve()
    for folder in Path(__file__).resolve().parents[2:]:
        if (folder / "notebooks").is_dir():
            return folder
    return Path.cwd()


def shown(path: Path) -> str:
    """The path as a reader of the project knows it: relative to the root, with forward slashes."""
    try:
        return path.resolve().relative_to(root()).as_posix()
    except ValueError:
        return path.as_posix()


def pack_place(name: str) -> Path | str:
    """A rule pack as run parameters name it: a ``.toml`` file lies below the root, anything else is an id."""
    return root() / name if name.endswith(".toml") else name
