"""One run at a time over a year's reports: two at once would publish over each other."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from ce_toolkit.errors import RunError
from ce_toolkit.locking import held
from ce_toolkit.runs.root import shown


@contextmanager
def held_alone(folder: Path) -> Iterator[None]:
    """Hold a folder for this process; the hold ends with the process, whatever becomes of it.

    Raises RunError if another process holds it, or if the folder cannot be written.
    """
    with ExitStack() as stack:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            stack.enter_context(held(folder / ".lock"))
        except BlockingIOError:
            raise RunError(f"{shown(folder)}：另一个运行正在进行；请等它结束后再运行。") from None
        except OSError as error:
            raise RunError(f"{shown(folder)}：报告文件夹不能写入；请检查访问权限和磁盘空间。") from error
        yield
