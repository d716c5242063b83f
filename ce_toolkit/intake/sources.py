"""Where the forms of a folder come from: files, and parts of archives; and which files are none."""

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath

from ce_toolkit.errors import InputError
from ce_toolkit.intake import workers
from ce_toolkit.intake.archives import Part, unpack
from ce_toolkit.intake.cells import CannotReadError
from ce_toolkit.intake.files import FileRead, read_bytes, read_file
from ce_toolkit.intake.findings import Finding, about_file
from ce_toolkit.intake.limits import Limits
from ce_toolkit.intake.names import strange, visible
from ce_toolkit.intake.receipts import RECEIPTS
from ce_toolkit.intake.ways import Ways

_LITTER = re.compile(r"\..*|~\$.*|~WRL.*|thumbs\.db|desktop\.ini|.*\.tmp|__MACOSX", re.IGNORECASE)
_SLIP = re.compile(r".*上报确认单.*\.(?:html?|xlsx|pdf)", re.IGNORECASE)


@dataclass(frozen=True)
class Source:
    """A file to read: ``name`` as it is shown. ``places`` lead to a part of the archive ``path``, through archives."""

    path: Path
    name: str
    order: tuple[int, ...]
    places: tuple[int, ...] = ()


@dataclass(frozen=True)
class Task:
    """How sources are read, wherever that is done. ``home`` is the folder, resolved."""

    home: Path
    year: int
    limits: Limits
    ways: Ways

    def read(self, source: Source) -> FileRead:
        """One file, with a fault of the toolkit itself kept to that file: the others must go on."""
        file = source.name
        try:
            if refused := strange(source.path, self.home):
                return FileRead(file, findings=[about_file(refused, file)])
            if not source.places:
                return read_file(source.path, file, self.year, self.limits, self.ways)
            data = unpack(source.path, source.places)
            return read_bytes(data, FileRead(file), self.year, self.limits, self.ways)
        except CannotReadError as error:
            return FileRead(file, findings=[about_file(error.note, file, **error.words)])
        except (KeyboardInterrupt, SystemExit):
            raise
        except MemoryError:
            return FileRead(file, findings=[about_file("reader_memory", file)])
        except BaseException as error:  # a panic of native code derives from nothing narrower
            return FileRead(file, findings=[about_file("unexpected", file, fault=type(error).__name__)])


@dataclass(frozen=True)
class Opened:
    """Everything read: ``files`` in order, ``ignored``: a finding for each archive, slip and piece of litter."""

    files: list[FileRead]
    ignored: list[Finding]


def files_below(folder: Path) -> list[Path]:
    """Every file of a folder, sorted by name. Raises InputError where there is none."""
    if not folder.is_dir():
        raise InputError(f"找不到文件夹 {folder}，请检查路径。")
    try:
        next(iter(folder.iterdir()), None)
        paths = [path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()]
    except OSError as error:
        raise InputError(f"文件夹 {folder} 不能读取，请检查权限。") from error
    if not paths:
        raise InputError(f"文件夹 {folder} 是空的，请把收到的表格放进去再试。")
    return sorted(paths, key=lambda path: name_below(folder, path))


def name_below(folder: Path, path: Path) -> str:
    """The file's name below the folder; one that is no UTF-8 came out of an archive made in GBK (MF9)."""
    name = path.relative_to(folder).as_posix()
    if not any("\ud800" <= sign <= "\udfff" for sign in name):
        return visible(name)
    return visible(os.fsencode(name).decode("gb18030", errors="replace"))


def is_litter(name: str) -> bool:
    """Whether a file is none that anybody sent on purpose: what programs and systems leave behind (MF6)."""
    return any(_LITTER.fullmatch(part) for part in PurePosixPath(name).parts if part != "..")


def is_slip(name: str) -> bool:
    """Whether a file is a slip that the toolkit made (F17)."""
    return _SLIP.fullmatch(PurePosixPath(name).name) is not None


def is_log(name: str) -> bool:
    """Whether a file is a log of receipt."""
    return PurePosixPath(name).name == RECEIPTS


def read_sources(folder: Path, paths: Sequence[Path], jobs: int, task: Task) -> Opened:
    """Every form among the files, those in archives too; the folder's own logs of receipt are left out.

    Archives are opened round by round, so that each of their parts is held to the limits of a file of its own.
    """
    names = [name_below(folder, path) for path in paths]
    todo = [
        Source(path, name, (at,))
        for at, (path, name) in enumerate(zip(paths, names, strict=True))
        if _is_form(name) and not is_log(name)
    ]
    rounds = _Rounds(task.limits, ignored=list(_no_forms(names)))
    lost = partial(_lost, limits=task.limits)
    while todo:
        read = workers.each(task.read, todo, jobs=jobs, limits=task.limits, lost=lost)
        todo = [part for source, one in zip(todo, read, strict=True) for part in rounds.take(source, one)]
    return Opened([rounds.done[order] for order in sorted(rounds.done)], rounds.ignored)


@dataclass
class _Rounds:
    """What has been read so far. ``sizes``: bytes that everything in one file of the folder unpacks to."""

    limits: Limits
    ignored: list[Finding]
    done: dict[tuple[int, ...], FileRead] = field(default_factory=dict)
    sizes: Counter[Path] = field(default_factory=Counter)

    def take(self, source: Source, read: FileRead) -> list[Source]:
        """Keep a form as read; of an archive give the parts that are to be read next."""
        parts = [part for part in read.listing or () if _is_form(part.name)]
        self.sizes[source.path] += sum(part.size for part in read.listing or ())
        fault = self._fault(source, parts) if read.listing is not None else ""
        if fault:
            read.findings.append(about_file(fault, read.file))
        if fault or read.listing is None:
            self.done[source.order] = read
            return []
        readable = [part for part in parts if not part.fault]
        if readable:
            self.ignored.append(about_file("zip_opened", read.file, count=str(len(readable))))
        self.ignored += _no_forms([f"{read.file}/{part.name}" for part in read.listing])
        self.done |= {place.order: refused for place, refused in _refused(source, parts)}
        return [_part(source, part) for part in readable]

    def _fault(self, source: Source, parts: Sequence[Part]) -> str:
        """Why an archive is not opened: too many archives around it, too much in it, or nothing."""
        if len(source.places) >= self.limits.max_depth:
            return "zip_depth"
        if self.sizes[source.path] > self.limits.max_unpacked:
            return "zip_bomb"
        return "" if parts else "zip_empty"


def _lost(source: Source, why: str, limits: Limits) -> FileRead:
    """What stands for a file whose reader died or took too long."""
    return FileRead(source.name, findings=[about_file(why, source.name, seconds=f"{limits.max_seconds:g}")])


def _is_form(name: str) -> bool:
    return not is_litter(name) and not is_slip(name)


def _part(source: Source, part: Part) -> Source:
    return Source(source.path, f"{source.name}/{part.name}", (*source.order, part.place), (*source.places, part.place))


def _refused(source: Source, parts: Iterable[Part]) -> Iterator[tuple[Source, FileRead]]:
    for part in parts:
        if part.fault:
            place = _part(source, part)
            yield place, FileRead(place.name, findings=[about_file(part.fault, place.name, size=f"{part.size:,}")])


def _no_forms(names: Sequence[str]) -> Iterator[Finding]:
    """Litter is named; a lock file without its workbook means that the workbook itself never came (MF6)."""
    kept: dict[str, set[str]] = {}
    for name in names:
        if _is_form(name):
            kept.setdefault(str(PurePosixPath(name).parent), set()).add(PurePosixPath(name).name)
    for name in names:
        path = PurePosixPath(name)
        if is_litter(name):
            stub = path.name.removeprefix("~$")
            beside = kept.get(str(path.parent), set())
            orphan = path.name.startswith("~$") and not any(form == stub or form[2:] == stub for form in beside)
            yield about_file("lock_file" if orphan else "litter", name)
        elif is_slip(name):
            yield about_file("slip", name)
