"""Runs: typed parameters, the store of tables, notebooks per county under papermill, and the record of each run.

A notebook needs one name, ``start``. What runs notebooks (``runner``, ``verify``) is imported by the command line only,
so that a kernel does not pay for it.
"""

from ce_toolkit.runs.root import root
from ce_toolkit.runs.session import Run, start

__all__ = ["Run", "root", "start"]
