"""One run at a time over a year's reports: two at once would publish over each other."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ce_toolkit.errors import RunError
from ce_toolkit.runs.root import shown


@contextmanager
def held_alone(folder: Path) -> Iterator[None]:
    """Hold a folder for this process; the hold ends with the process, whatever becomes of it.

    Raises RunError if another process holds it, or if the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise RunError(f"{shown(folder)}：报告文件夹不能写入；请检查访问权限和磁盘空间。") from error
    try:
        _lock(handle, folder)
        yield
    finally:
        os.close(handle)


def _lock(handle: int, folder: Path) -> None:
    try:
        if os.name == "nt":  # pragma: no cover - other offices' machines
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise RunError(f"{shown(folder)}：另一个运行正在进行；请等它结束后再运行。") from None
