"""A file held by one process at a time; the hold ends with the process, whatever becomes of it."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PAUSE = 0.02


@contextmanager
def held(path: Path, *, wait_seconds: float = 0.0) -> Iterator[None]:
    """Hold the file for this process, waiting for another that holds it.

    Raises BlockingIOError if another process still holds it then, another OSError if it cannot be written.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _take(handle, time.monotonic() + wait_seconds)
        yield
    finally:
        os.close(handle)


def _take(handle: int, until: float) -> None:
    while True:
        try:
            return _lock(handle)
        except OSError:
            if time.monotonic() >= until:
                raise BlockingIOError from None
            time.sleep(_PAUSE)


def _lock(handle: int) -> None:
    if os.name == "nt":  # pragma: no cover - other offices' machines
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
