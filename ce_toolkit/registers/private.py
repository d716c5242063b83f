"""Files with names in them: readable by their owner only, and whole or not there."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO


@contextmanager
def private_file(path: Path) -> Iterator[IO[bytes]]:
    """A file to write to (mode 0600) that takes the place of ``path`` once all is written; else the old one stays."""
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.stem}.", delete=False) as file:  # made with mode 0600
        try:
            yield file
            file.close()
            Path(file.name).replace(path)
        except BaseException:
            file.close()
            Path(file.name).unlink(missing_ok=True)
            raise
