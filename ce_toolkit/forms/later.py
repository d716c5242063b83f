"""Work that may wait until whoever types has paused: in a running kernel a moment later, elsewhere at once."""

import asyncio
from collections.abc import Callable

_PAUSE = 0.5  # seconds without a keystroke


class Later:
    """Does one thing once things are quiet; being asked again begins the wait anew."""

    def __init__(self, work: Callable[[], None]) -> None:
        self._work = work
        self._waiting: asyncio.TimerHandle | None = None

    def now(self) -> None:
        """Do the work at once."""
        self._work()

    def ask(self) -> None:
        """Do the work soon."""
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # a script or a test: nobody waits for a keystroke
            self._work()
        else:
            self._waiting = loop.call_later(_PAUSE, self._work)
