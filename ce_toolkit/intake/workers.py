"""Processes that read files apart: a reader that crashes, hangs or runs out of memory costs one file, not the run.

Each process has a pipe of its own and two files at hand, so that it never waits for the next. It is killed when a
file takes too long, replaced when it is gone, and kept for the next folder, because a start costs half a second.
No pool of a library serves here: that of the standard library breaks as a whole with one process, and those that do
not (pebble) share one pipe and one lock among the processes, which the very one that must be killed may be holding.
"""

import contextlib
import gc
import os
import pickle
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from ce_toolkit.intake.limits import Limits

T = TypeVar("T")
R = TypeVar("R")

DIED, TIMED_OUT = "reader_died", "reader_timeout"
"""What ``lost`` is told: a note of notes.toml."""

_AT_HAND = 2
_START_SECONDS = 60.0


@dataclass
class _Worker:
    """A reading process. ``doing``: places of the items it was given; the first is being read, until ``until``."""

    process: BaseProcess
    line: Connection
    max_memory: int
    doing: deque[int] = field(default_factory=deque)
    until: float = 0.0

    def give(self, place: int, item: object, seconds: float) -> None:
        if not self.doing:
            self.until = time.monotonic() + seconds
        self.doing.append(place)
        with contextlib.suppress(OSError):  # one that is gone is found so when its answer is waited for
            self.line.send(item)

    def end(self) -> None:
        self.process.kill()
        self.process.join()
        self.process.close()
        self.line.close()


_kept: list[_Worker] = []
_keeper = [os.getpid()]


def each(
    task: Callable[[T], R], items: Sequence[T], *, jobs: int, limits: Limits, lost: Callable[[T, str], R]
) -> list[R]:
    """What ``task`` makes of every item, in their order, with ``jobs`` processes.

    ``task`` must be picklable and raise nothing. An item whose process died or was killed gets ``lost(item, why)``.
    With ``jobs`` 0, or where no process can be started, the items are done in this process.
    """
    if jobs < 1 or not items:
        return [task(item) for item in items]
    crew = _Crew(task, items, min(jobs, len(items)), limits, lost)
    try:
        while len(crew.done) < len(items):
            crew.step()
        return [crew.done[place] for place in range(len(items))]
    finally:
        crew.leave()


class _Crew:
    """The processes at work on one sequence of items."""

    def __init__(self, task: Any, items: Sequence[Any], size: int, limits: Limits, lost: Callable[[Any, str], Any]):
        self._task, self._items, self._lost, self._limits = task, items, lost, limits
        self._size = size
        self._waiting = deque(range(len(items)))
        self._workers: list[_Worker] = []
        self.done: dict[int, Any] = {}

    def step(self) -> None:
        """Hand out what there is to hand out, then take in whatever comes first: answers, deaths, time that is up."""
        self._man()
        if not self._workers:
            place = self._waiting.popleft()
            self.done[place] = self._task(self._items[place])
            return
        self._hand_out()
        busy = [worker for worker in self._workers if worker.doing]
        rest = max(0.0, min(worker.until for worker in busy) - time.monotonic())
        ready = wait([worker.line for worker in busy], rest)
        now = time.monotonic()
        for worker in busy:
            if worker.line in ready:
                self._take(worker)
            elif now >= worker.until:
                self._lose(worker, TIMED_OUT)

    def leave(self) -> None:
        """Keep the idle processes for another time; one that still reads (the run was stopped) is ended."""
        for worker in self._workers:
            if worker.doing:
                worker.end()
            else:
                _kept.append(worker)

    def _man(self) -> None:
        wanted = min(self._size, len(self._items) - len(self.done))
        new = _take_kept(wanted - len(self._workers), self._limits)
        new += _start(wanted - len(self._workers) - len(new), self._limits)
        for worker in new:
            with contextlib.suppress(OSError):
                worker.line.send(self._task)
        self._workers += new

    def _hand_out(self) -> None:
        for _ in range(_AT_HAND):  # one each, before anybody gets a second
            for worker in self._workers:
                if self._waiting and len(worker.doing) < _AT_HAND:
                    place = self._waiting.popleft()
                    worker.give(place, self._items[place], self._limits.max_seconds)

    def _take(self, worker: _Worker) -> None:
        try:
            answer = pickle.loads(worker.line.recv_bytes())  # noqa: S301 - written by our own process
        except (EOFError, OSError):
            self._lose(worker, DIED)
            return
        self.done[worker.doing.popleft()] = answer
        worker.until = time.monotonic() + self._limits.max_seconds

    def _lose(self, worker: _Worker, why: str) -> None:
        """The item being read is lost; what the process still had at hand goes to another."""
        self._workers.remove(worker)
        worker.end()
        place = worker.doing.popleft()
        self.done[place] = self._lost(self._items[place], why)
        self._waiting.extendleft(reversed(worker.doing))


def _take_kept(count: int, limits: Limits) -> list[_Worker]:
    """Processes left idle by an earlier call that are still alive; after a fork they belong to the other process."""
    if _keeper[0] != os.getpid():
        _kept.clear()
        _keeper[0] = os.getpid()
    taken: list[_Worker] = []
    while _kept and len(taken) < count:
        worker = _kept.pop()
        if worker.process.is_alive() and worker.max_memory == limits.max_memory:
            taken.append(worker)
        else:
            worker.end()
    return taken


def _start(count: int, limits: Limits) -> list[_Worker]:
    """New processes that have said that they are ready; fewer, or none, where the system gives none."""
    context = get_context("spawn")
    new = []
    for _ in range(count):
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs, limits.max_memory), name="ce-reader", daemon=True)
        try:
            with _without_main():
                process.start()
        except OSError:
            ours.close()
            continue
        finally:
            theirs.close()
        new.append(_Worker(process, ours, limits.max_memory))
    return [worker for worker in new if _is_ready(worker)]


@contextlib.contextmanager
def _without_main() -> Iterator[None]:
    """A new process would import the user's script anew, and a script without a guard would read its folder again."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _is_ready(worker: _Worker) -> bool:
    with contextlib.suppress(EOFError, OSError):
        if worker.line.poll(_START_SECONDS) and worker.line.recv_bytes() == b"ready":
            return True
    worker.end()
    return False


def fork_one(limits: Limits) -> None:
    """Keep a process forked from this one, which must have loaded the reader and have no threads yet.

    For a process that is itself forked warm, and will read a folder once it has threads.
    """
    if not hasattr(os, "fork") or threading.active_count() > 1:
        return
    _take_kept(0, limits)
    context = get_context("fork")
    ours, theirs = context.Pipe()
    process = context.Process(target=_forked, args=(ours, theirs, limits.max_memory), name="ce-reader", daemon=True)
    process.start()
    theirs.close()
    worker = _Worker(process, ours, limits.max_memory)
    if _is_ready(worker):
        _kept.append(worker)


def _forked(ours: Connection, theirs: Connection, max_memory: int) -> None:
    ours.close()  # else the pipe would never end
    _serve(theirs, max_memory)


def _serve(line: Connection, max_memory: int) -> None:
    """Answer until the other side hangs up: a callable is the task from now on, anything else an item for it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C is the business of the process that waits for us
    _be_silent()
    import ce_toolkit.intake.sources  # noqa: F401 - loaded before the clock of the first file runs

    gc.freeze()  # what has been loaded stays, and need not be looked through again and again
    _hold_memory(max_memory)
    line.send_bytes(b"ready")
    task: Callable[[Any], Any] = repr
    with contextlib.suppress(EOFError, OSError):
        while True:
            got = line.recv()
            if callable(got):
                task = got
            else:
                line.send_bytes(pickle.dumps(task(got), protocol=5))


def _be_silent() -> None:
    """Nothing that native code says when it fails may reach the terminal: it is English and may quote a cell."""
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)


def _hold_memory(max_memory: int) -> None:
    """Let this process take ``max_memory`` bytes beyond what it holds; Windows knows no such bound."""
    if sys.platform == "win32":
        return
    import resource

    with contextlib.suppress(OSError, ValueError):
        limit = _address_space() + max_memory
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (limit if hard < 0 else min(limit, hard), hard))


def _address_space() -> int:
    """Bytes of address space taken by this process, 0 where the system does not tell."""
    with contextlib.suppress(OSError, ValueError):
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        return pages * os.sysconf("SC_PAGE_SIZE")
    return 0
