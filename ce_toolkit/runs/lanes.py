"""Lanes: processes side by side, each taking one task after another. What kills one lane costs one task."""

import contextlib
import multiprocessing
import queue
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.context import BaseContext
from types import TracebackType
from typing import Any, Self, TypeVar

from ce_toolkit.runs.worker import prepare

T = TypeVar("T")
R = TypeVar("R")


def can_be_warm() -> bool:
    """Whether processes may be forked from one that has everything loaded; elsewhere that is slow or unsafe."""
    return sys.platform == "linux"


class Lanes:
    """``jobs`` worker processes, started when first needed and kept until the end of the ``with`` block.

    Each lane is a pool of one, so that a broken pool tells which task broke it.
    """

    def __init__(self, jobs: int, *, warm: bool) -> None:
        self._warm = warm and can_be_warm()
        self._context = self._make_context()
        self._pools: list[ProcessPoolExecutor | None] = [None] * jobs
        self._stop = threading.Event()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for pool in self._pools:
            if pool is not None:
                pool.shutdown(wait=True, cancel_futures=True)

    def run(self, function: Callable[[T], R], tasks: Sequence[T]) -> Iterator[tuple[T, R | BaseException]]:
        """Yield every task with what the function returned, or with the exception, as they finish.

        A task whose process died comes with BrokenProcessPool; its lane gets a new process and the others go on.
        """
        waiting: queue.SimpleQueue[T] = queue.SimpleQueue()
        done: queue.SimpleQueue[tuple[T, R | BaseException]] = queue.SimpleQueue()
        for task in tasks:
            waiting.put(task)
        with ThreadPoolExecutor(len(self._pools)) as threads:
            try:
                for lane in range(min(len(self._pools), len(tasks))):
                    threads.submit(self._work, lane, function, waiting, done)
                for _ in tasks:
                    yield done.get()
            except BaseException:  # Ctrl-C, which the workers hear too: no lane takes a further task
                self._stop.set()
                raise

    def _work(self, lane: int, function: Callable[[T], R], waiting: Any, done: Any) -> None:
        with contextlib.suppress(queue.Empty):
            while not self._stop.is_set():
                task = waiting.get_nowait()
                done.put((task, self._outcome(lane, function, task)))

    def _outcome(self, lane: int, function: Callable[[T], R], task: T) -> R | BaseException:
        try:
            return self._pool(lane).submit(function, task).result()
        except BrokenProcessPool as error:
            self._pools[lane] = None
            return error
        except BaseException as error:  # a task's failure is an outcome, not the end of the lane
            return error

    def _pool(self, lane: int) -> ProcessPoolExecutor:
        pool = self._pools[lane]
        if pool is None:
            pool = ProcessPoolExecutor(1, mp_context=self._context, initializer=prepare, initargs=(self._warm,))
            self._pools[lane] = pool
        return pool

    def _make_context(self) -> BaseContext:
        if not self._warm:
            return multiprocessing.get_context("spawn")
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["ce_toolkit.runs.preload"])
        return context
