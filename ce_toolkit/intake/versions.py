"""Several versions of one unit's form in one folder: the newest counts, and what it changes is said (MF10)."""

import datetime
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import PurePosixPath
from typing import Any

from ce_toolkit.intake.fields import field_spec, fold
from ce_toolkit.intake.files import REPLACED, FileRead
from ce_toolkit.intake.findings import about_file
from ce_toolkit.intake.reading_numbers import han_number
from ce_toolkit.intake.rows import OLDER

_VERSION = re.compile(
    r"(?:v|ver\.?|版本|第)\s*(\d+|[一二三四五六七八九十]+)\s*(?:版|次|稿)?|[(（](\d+)[)）]", re.IGNORECASE
)
_MENDED = re.compile(r"更正|修订|修改|改正|重报|重新上报|最新|最终|终稿|定稿|新版")
_PLACE = {"file", "sheet", "row", "source", "filing_unit", "form_year", "serial"}
_OF_PERSON = ("name", "certificate_no")
_OF_CLAIM = ("name", "certificate_no", "class", "title", "start")
_NAMED = 8

Row = Mapping[str, Any]
Key = tuple[Any, ...]


def without_older(read: Sequence[FileRead], received: Mapping[str, datetime.date | None]) -> list[FileRead]:
    """The files with each older version put aside: of one unit and one form, with half of their rows in common.

    Files of one unit that hold other people (one for each department) all count. Which one is newer is told by the
    first of these that all versions have and that tells the last one apart: day of receipt, day of filling in, version
    in the file's name, place in the order of names.
    """
    out = {id(one): one for one in read}
    for versions in _versions(read):
        newest, rule = _newest(versions, received)
        for older in (one for one in versions if one is not newest):
            out[id(older)] = _as_replaced(older, newest, rule)
            newest.findings.append(_kept(older, newest, rule))
    return list(out.values())


def _versions(read: Sequence[FileRead]) -> Iterator[list[FileRead]]:
    """Groups of two or more files that are versions of one another."""
    by_unit: dict[tuple[str, str], list[FileRead]] = {}
    for one in read:
        if one.filing_unit and one.rows_accepted:
            by_unit.setdefault((fold(one.filing_unit), one.form), []).append(one)
    for same in by_unit.values():
        groups = _linked(len(same), _near(same)) if len(same) > 1 else []
        yield from ([same[at] for at in group] for group in groups if len(group) > 1)


def _near(same: Sequence[FileRead]) -> Iterator[tuple[int, int]]:
    """Pairs of files of which one has at least half of its rows in the other."""
    keys = [Counter(_keys(one)) for one in same]
    holders: dict[Key, list[int]] = {}
    for at, held in enumerate(keys):
        for key in held:
            holders.setdefault(key, []).append(at)
    common: Counter[tuple[int, int]] = Counter()
    for key, places in holders.items():
        for one, other in combinations(places, 2):
            common[one, other] += min(keys[one][key], keys[other][key])
    sizes = [held.total() for held in keys]
    yield from (pair for pair, shared in common.items() if 2 * shared >= min(sizes[pair[0]], sizes[pair[1]]))


def _linked(size: int, pairs: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Places joined by pairs, directly or through others."""
    home = list(range(size))
    for one, other in pairs:
        old, new = home[other], home[one]
        home = [new if at == old else at for at in home]
    groups: dict[int, list[int]] = {}
    for at, group in enumerate(home):
        groups.setdefault(group, []).append(at)
    return list(groups.values())


def _keys(read: FileRead) -> list[Key]:
    """What makes each accepted row the same one in another version."""
    names = _OF_CLAIM if read.form == "hours" else _OF_PERSON
    parts = (part for part in read.parts if part.form == read.form)
    return [key for part in parts for key in zip(*map(part.values, names), strict=True)]


def _newest(versions: Sequence[FileRead], received: Mapping[str, datetime.date | None]) -> tuple[FileRead, str]:
    rules: tuple[tuple[str, Callable[[FileRead], Any]], ...] = (
        ("收到日期较晚", lambda one: received.get(one.file)),
        ("填报日期较晚", lambda one: one.filled_on),
        ("文件名标明的版本较新", lambda one: _version(one.file)),
    )
    for rule, value in rules:
        values = [value(one) for one in versions]
        if None not in values and values.count(max(values)) == 1:
            return versions[values.index(max(values))], rule
    last = max(versions, key=lambda one: _natural(one.file))
    return last, "没有日期和版本可比，按文件名排在后面"


def _version(file: str) -> tuple[int, int]:
    """Number of the version that a file's name states, 1 without one; one that says 更正 follows one that does not."""
    stem = PurePosixPath(file).stem
    hits = [first or second for first, second in _VERSION.findall(stem)]
    number = han_number(hits[-1]) if hits and not hits[-1].isdecimal() else int(hits[-1]) if hits else 1
    return (1 if _MENDED.search(stem) else 0), int(number or 1)


def _natural(file: str) -> list[tuple[int, str]]:
    """Names in the order in which a person counts: 表9 before 表10."""
    return [(int(part), "") if part.isdecimal() else (0, part) for part in re.split(r"(\d+)", file)]


def _as_replaced(read: FileRead, newest: FileRead, rule: str) -> FileRead:
    words = {"other": newest.file, "unit": read.filing_unit or "", "rule": rule}
    finding = about_file("version_replaced", read.file, **words)
    return FileRead(
        read.file, read.sha256, read.kind, read.form, REPLACED, skipped=Counter({OLDER: read.rows_read}),
        filing_unit=read.filing_unit, form_year=read.form_year, contact=read.contact, findings=[finding],
    )  # fmt: skip


def _kept(older: FileRead, newest: FileRead, rule: str) -> Any:
    words = {"other": older.file, "rule": rule, "difference": difference(older, newest)}
    return about_file("version_kept", newest.file, **words)


def difference(older: FileRead, newest: FileRead) -> str:
    """What the newer version adds, leaves out and changes, by row numbers; nobody is named."""
    before, after = _by_key(older), _by_key(newest)
    labels = {field.id: field.label for field in field_spec().forms[newest.form].fields}
    added = [f"第 {row['row']} 行" for key, row in after.items() if key not in before]
    gone = [f"第 {row['row']} 行" for key, row in before.items() if key not in after]
    changed = [
        f"第 {after[key]['row']} 行的{'、'.join(labels[name] for name in names)}"
        for key, row in before.items()
        if key in after and (names := [name for name in labels if name not in _PLACE and row[name] != after[key][name]])
    ]
    told = [_told("新增", added), _told("改动", changed), _told("原文件中去掉", gone)]
    return "；".join(text for text in told if text) or "人员和内容相同"


def _by_key(read: FileRead) -> dict[Key, Row]:
    """Rows by key; a key that stands several times is told apart by its turn."""
    turns: Counter[Key] = Counter()
    rows: dict[Key, Row] = {}
    whole = [row for part in read.parts if part.form == read.form for row in part.rows]
    for key, row in zip(_keys(read), whole, strict=True):
        rows[*key, turns[key]] = row
        turns[key] += 1
    return rows


def _told(what: str, rows: Sequence[str]) -> str:
    if not rows:
        return ""
    return f"{what} {len(rows)} 行（{'、'.join(rows[:_NAMED])}{' 等' if len(rows) > _NAMED else ''}）"
