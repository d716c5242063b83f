"""Why a notebook did not end well: judged from the exception, told in Chinese, without values from anyone's row."""

import re
from dataclasses import asdict, dataclass
from typing import Any

from ce_toolkit import errors

# What a run can end as. The output notebook itself says "completed" after a dead kernel and after a timeout.
STATUSES = {
    "ok": "完成",
    "cached": "无变化",
    "failed": "出错",
    "stopped": "中途停止",
    "crashed": "进程崩溃",
    "timeout": "超时",
    "leak": "含个人数据",
    "interrupted": "被中断",
    "skipped": "未运行",
}
GOOD = ("ok", "cached")

_OURS = {
    name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, errors.ToolkitError)
}
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
# Of a traceback: where, and which line of code; never the message, which may quote a person's row.
_WHERE = re.compile(r"^(?:Cell |File |Input )\S|^\s*-+> ?\d+ ")


@dataclass(frozen=True)
class Failure:
    """What went wrong in which notebook and cell (``[n]`` as the notebook counts them), and what to do."""

    notebook: str
    cell: int | None
    code: str
    message: str

    def as_dict(self) -> dict[str, Any]:
        """Plain data for the record."""
        return asdict(self)


def failure_of(error: BaseException, notebook: str, cell: int | None) -> Failure:
    """The failure behind an exception that running a notebook raised."""
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    at = f"第 [{cell}] 单元格" if cell else "开始时"
    if isinstance(error, PapermillExecutionError):
        return Failure(notebook, error.exec_count or cell, "failed", _raised(error.ename, error.evalue, at))
    if isinstance(error, CellTimeoutError):
        return Failure(
            notebook, cell, "timeout", f"{at}运行超过时限；请检查输入是否异常地大，或用 --timeout 放宽时限。"
        )
    if isinstance(error, DeadKernelError):
        return Failure(notebook, cell, "crashed", f"{at}内核进程中断，可能是内存不足；请用 --jobs 1 重新运行。")
    if isinstance(error, errors.ToolkitError):
        return Failure(notebook, cell, "failed", str(error))
    return Failure(
        notebook, cell, "failed", f"{at}无法运行（{type(error).__name__}）；请重新运行，仍不行请联系维护人员。"
    )


def _raised(kind: str, message: str, at: str) -> str:
    """Messages of the toolkit carry no values by contract and say what to do; all others are left out."""
    if kind in _OURS:
        return message.strip()
    return f"{at}出错（{kind}）；请打开 failed 文件夹里的笔记本查看是哪一步。"


def stopped(notebook: str, cell: int | None) -> Failure:
    """A notebook that ended early without an error."""
    return Failure(
        notebook, cell, "stopped", f"在第 [{cell or 0}] 单元格之后停止，没有运行到最后；请检查该单元格是否调用了退出。"
    )


def strip_tracebacks(notebook: Any) -> None:
    """Take messages and values out of the error outputs of a failed notebook, in place; code lines stay."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                if output.ename not in _OURS:
                    output.evalue = "（内容从略：可能含个人数据）"
                lines = "\n".join(map(str, output.traceback)).splitlines()
                where = [line for line in (_COLOUR.sub("", text) for text in lines) if _WHERE.match(line)]
                output.traceback = [*where, f"{output.ename}: {output.evalue}"]


def last_started(notebook: Any) -> int | None:
    """The count of the code cell that ran last, papermill's injected cell included."""
    started = [
        cell
        for cell in notebook.cells
        if cell.cell_type == "code" and cell.source.strip() and cell.metadata.get("papermill", {}).get("start_time")
    ]
    return len(started) or None


def is_complete(notebook: Any) -> bool:
    """Whether every code cell ran: sys.exit(0) ends a notebook early and raises nothing."""
    return all(
        cell.execution_count is not None for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()
    )
