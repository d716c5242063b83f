"""Runs: typed parameters, the store of tables, notebooks per county under papermill, and the record of each run.

A notebook needs one name, ``start``. What runs notebooks is imported when the command line asks for it, so that a
kernel does not pay for it.
"""

from typing import Any

from ce_toolkit.runs.root import root
from ce_toolkit.runs.session import Run, start

__all__ = ["Run", "root", "run_command", "start", "verify_command"]


def __getattr__(name: str) -> Any:
    if name not in {"run_command", "verify_command"}:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from ce_toolkit.runs import summary

    return getattr(summary, name)
