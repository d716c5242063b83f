"""The run record: what went in, what came out, with which versions. It is the only file with a clock."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ce_toolkit.runs.hashes import content_sha256, file_sha256

NAME = "record.json"
SCHEMA = 1
PREVIOUS, FAILED, EDITED = "previous", "failed", "edited"
MADE_ANEW = {".html", ".ipynb", ".json"}

Record = dict[str, Any]


def read_record(folder: Path) -> Record | None:
    """The record of a run folder; None if there is none, or none that this version reads."""
    try:
        record: Record = json.loads((folder / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return record if isinstance(record, dict) and record.get("schema") == SCHEMA else None


def write_json(path: Path, value: Any) -> None:
    """Write plain data, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.tmp")
    beside.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    beside.replace(path)


def is_current(record: Record | None, key: str, folder: Path, store: Path) -> bool:
    """Whether a run need not be repeated: same key, ended well, and every file it left is as it left it."""
    if record is None or record.get("status") != "ok" or record.get("key") != key:
        return False
    return all(_is_untouched(path, wanted) for path, wanted in _left(record, folder, store))


def _left(record: Record, folder: Path, store: Path) -> Iterator[tuple[Path, str]]:
    yield from ((folder / name, marks["sha256"]) for name, marks in record["outputs"].items())
    yield from ((store / name, sha256) for name, sha256 in record["stored"].items())


def _is_untouched(path: Path, sha256: str) -> bool:
    try:
        return file_sha256(path) == sha256
    except OSError:
        return False


def parts(folder: Path, notebooks: list[str]) -> list[Record]:
    """The parts that the notebooks themselves wrote, in order."""
    found = (folder / f"{name}.record.json" for name in notebooks)
    return [json.loads(path.read_text(encoding="utf-8")) for path in found if path.is_file()]


def publish(stage: Path, target: Path, record: Record) -> None:
    """Move a finished run's files into their place and write the record last.

    What the run before had left and this one does not is taken away. A workbook that someone has changed since (a
    worksheet filled in) is kept under ``edited/``; files that no run made are not touched.
    """
    target.mkdir(parents=True, exist_ok=True)
    _clear(target, keep=None)
    _empty(target / PREVIOUS)
    for file in sorted(stage.iterdir()):
        place = target / file.name
        if place.is_file() and content_sha256(place) != content_sha256(file):
            _put_aside(place)
        file.replace(place)
    stage.rmdir()
    write_json(target / NAME, record)


def publish_failure(stage: Path, target: Path, record: Record) -> None:
    """Put a failed run's files under ``failed/`` and the last good ones under ``previous/``.

    No page is left beside a record that says otherwise.
    """
    target.mkdir(parents=True, exist_ok=True)
    _clear(target, keep=target / PREVIOUS)
    failed = target / FAILED
    failed.mkdir()
    for file in sorted(stage.iterdir()):
        file.replace(failed / file.name)
    stage.rmdir()
    write_json(target / NAME, record)


def _clear(target: Path, keep: Path | None) -> None:
    """Take away what the last run left, or move it to ``keep``; what was changed since is put aside first."""
    record = read_record(target) or {}
    (target / NAME).unlink(missing_ok=True)  # first: files without their record are never taken for a finished run
    _empty(target / FAILED)
    for name, marks in record.get("outputs", {}).items():
        path = target / name
        if not path.is_file():
            continue
        if file_sha256(path) != marks["sha256"]:
            _put_aside(path)
        elif keep is not None:
            keep.mkdir(exist_ok=True)
            path.replace(keep / name)
        else:
            path.unlink()


def _put_aside(path: Path) -> None:
    """Keep a file that is not as a run left it; pages, notebooks and records are made anew and need no keeping."""
    if path.suffix in MADE_ANEW:
        path.unlink()
        return
    aside = path.parent / EDITED
    aside.mkdir(exist_ok=True)
    path.replace(aside / f"{path.stem}.{file_sha256(path)[:8]}{path.suffix}")


def _empty(folder: Path) -> None:
    if folder.is_dir():
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()
