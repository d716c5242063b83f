"""What a warm fork server holds ready: importing this module loads what workers and kernels would each load anew.

Named in ``set_forkserver_preload`` and imported nowhere else.
"""

import contextlib
import gc
import importlib
import os
import sys

from ce_toolkit.runs.hashes import toolkit_sha256

# Read by matplotlib when it is imported, which here is before a kernel can say so.
os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # a process is forked more safely the fewer threads it has
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")  # else the debugger, which nobody uses here, complains

MODULES = (
    "ce_toolkit.runs.county",
    "ce_toolkit.runs.exams",
    "ce_toolkit.runs.worker",
    "ce_toolkit.runs.store",
    "ce_toolkit.intake",
    "ce_toolkit.registers",
    "ce_toolkit.rules",
    "ce_toolkit.review",
    "ce_toolkit.statistics",
    "ce_toolkit.publish",
    "ipykernel.debugger",
    "ipykernel.kernelapp",
    "matplotlib.pyplot",
    "nbconvert",
    "openpyxl",
    "pandera.pandas",
    "ce_toolkit.runs.engine",
    "papermill",
    "psutil",
    "pyarrow.compute",
    "pyarrow.parquet",
    "python_calamine",
    "scipy.stats",
    "yaml",
)

TOOLKIT = toolkit_sha256()
for name in MODULES:
    # a room that is not there, or does not load, fails where it is used, with its own message
    with contextlib.suppress(Exception):
        importlib.import_module(name)
# what fails here fails again where it matters, and is told there
with contextlib.suppress(Exception):
    importlib.import_module("ce_toolkit.runs.exercise").exercise()
gc.collect()
gc.freeze()  # what is loaded stays shared between the processes forked from here
