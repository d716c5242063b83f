"""papermill's own engine, but the executed notebook stays in memory: a failed one can be had without a file.

papermill writes its output file anew before and after every cell, so that a reader may watch; here nobody watches, the
notebook is tidied before it is published, and those writes were a fifth of a runner's own time.
"""

from typing import Any

from papermill.engines import NBClientEngine, papermill_engines

NAME = "ce_toolkit"


class KeepingEngine(NBClientEngine):  # type: ignore[misc]
    """Remembers the last notebook it was given, executed as far as it came."""

    last: Any = None

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> Any:
        """Execute as papermill does, and remember the notebook before anything can fail."""
        KeepingEngine.last = nb_man.nb
        return super().execute_managed_notebook(nb_man, kernel_name, **options)


papermill_engines.register(NAME, KeepingEngine)
