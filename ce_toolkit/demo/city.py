"""The demo city as a whole: built from a seed, written to a folder with the truth behind it beside it.

Layout of the folder: ``units.csv`` (the bureau's register of units), ``inbox/<area>/`` (what was sent, and the office's
receipt log), ``inbox/platforms/`` (exports of the learning platforms), ``truth/*.parquet``, and ``demo.json`` that says
which city it is.
"""

import csv
import io
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import pandas as pd
from pyarrow import parquet

from ce_toolkit.demo import fixtures, truth
from ce_toolkit.demo.dice import dice
from ce_toolkit.demo.forms import Laid
from ce_toolkit.demo.part import Part, make_exams, make_part
from ce_toolkit.demo.people import joined_people
from ce_toolkit.demo.plans import RECEIPTS
from ce_toolkit.demo.spec import areas, words
from ce_toolkit.demo.units import LEAST_PEOPLE, Unit, draw_units
from ce_toolkit.demo.xlsx import Cell, Sheet, workbook_bytes
from ce_toolkit.errors import InputError
from ce_toolkit.escaping import guarded
from ce_toolkit.tables import frame, to_arrow

MARKER = "demo.json"
VERSION = 3  # raised with every change of what is written, so that an older city is replaced

_LOG_HEADS = ("文件名", "收到日期", "纸质日期", "盖章", "纸质行数")
_UNIT_HEADS = ("单位名称", "所属地区", "单位类别", "单位性质", "审核单位", "应参训人数", "学习档案")


@dataclass(frozen=True)
class Book:
    """A file to be, at a path below the city: a workbook (``sheets``), a .csv in ``encoding``, or ready bytes."""

    path: str
    sheets: Sequence[Sheet] = ()
    encoding: str = ""
    ready: bytes = b""
    truncated: bool = False

    def render(self) -> bytes:
        """The bytes of the file, the same every time."""
        if self.ready:
            return self.ready
        if self.encoding:
            return _csv_bytes([row.cells for row in self.sheets[-1].rows], self.encoding)
        whole = workbook_bytes(self.sheets)
        return whole[: len(whole) * 3 // 5] if self.truncated else whole


@dataclass(frozen=True)
class City:
    """An invented city: its units, its files to be, and the truth (people, claims, exams, files, mess)."""

    seed: int
    people: int
    units: tuple[Unit, ...]
    books: tuple[Book, ...]
    truth: Mapping[str, pd.DataFrame]


def build_city(seed: int, people: int) -> City:
    """The city of this seed with this many people; the same seed and size give the same city.

    Raises InputError if the seed is negative or the people are too few for fourteen areas.
    """
    if seed < 0 or people < LEAST_PEOPLE:
        raise InputError(
            f"演示城市：seed 应不小于 0，people 应不小于 {LEAST_PEOPLE}；实为 seed={seed}，people={people}。"
        )
    throw = partial(dice, seed, people)
    ready = fixtures.load()
    units = draw_units(throw("units"), people, ready.units)
    own = make_part(throw, units, mark="", block="1234567")
    everyone = joined_people(own.people, ready.people, len(units))
    written = [*own.truth["people"]["certificate_written"], *ready.truth["people"]["certificate_written"]]
    exams = make_exams(throw, (*units, *ready.units), everyone, written)
    columns = {
        name: truth.joined([p.truth[name] for p in (own, ready, exams) if name in p.truth]) for name in truth.TRUTH
    }
    tables = {name: frame(truth.TRUTH[name], columns[name]) for name in truth.TRUTH}
    all_units = tuple(sorted((*units, *ready.units), key=lambda unit: [a.code for a in areas()].index(unit.area.code)))
    books = (_units_book(all_units), *_books(own, exams), *_fixture_books(), *_receipts(columns["files"]))
    return City(seed, people, all_units, books, tables)


def _books(*parts: Part) -> Iterator[Book]:
    for laid in (laid for part in parts for laid in part.laid):
        yield _book(laid, laid.plan.file)
        if laid.plan.copied:
            yield _book(laid, truth.copy_name(laid.plan.file))


def _book(laid: Laid, file: str) -> Book:
    return Book(f"inbox/{file}", tuple(laid.sheets), laid.plan.encoding, truncated=laid.plan.truncated)


def _fixture_books() -> Iterator[Book]:
    for file, data in fixtures.workbooks().items():
        yield Book(f"inbox/{file}", ready=data)


def _units_book(units: Sequence[Unit]) -> Book:
    yes_no = {True: "是", False: "否", None: None}
    kind, nature = words("unit_kind"), words("unit_nature")
    rows = [
        (u.name, u.area.code, kind[u.kind_code], nature[u.kind.nature], u.reviewer, u.eligible, yes_no[u.archive])
        for u in units
    ]
    return Book("units.csv", ready=_csv_bytes([_UNIT_HEADS, *rows], "utf-8-sig"))


def _receipts(files: truth.Columns) -> Iterator[Book]:
    """The office's log of each area, in order of arrival: file, day of receipt and what came on paper with it."""
    names = ("file", "area", "received_on", "form", "rows", "outcome")
    by_area: dict[str, list[tuple[Cell, ...]]] = {area.code: [] for area in areas()}
    for place, (file, area, day, *facts) in enumerate(zip(*(files[name] for name in names), strict=True)):
        if area in by_area:
            by_area[area].append((day.isoformat(), file.rpartition("/")[2], *_paper(place, day, *facts)))
    for area, log in by_area.items():
        rows = [(file, day, *paper) for day, file, *paper in sorted(log)]
        yield Book(f"inbox/{area}/{RECEIPTS}", ready=_csv_bytes([_LOG_HEADS, *rows], "utf-8-sig"))


def _paper(place: int, day: date, form: str, rows: int, outcome: str) -> tuple[str, str, str]:
    """Day, seal and rows of the form on paper; now and then it never came, lacks the seal, or has a row less."""
    turn = place % 13
    if form != "enrolment" or outcome in ("refused", "twin") or turn == 5:
        return "", "", ""
    return day.isoformat(), "否" if turn == 8 else "是", str(rows - (turn == 11))


def _csv_bytes(rows: Sequence[Sequence[Cell]], encoding: str) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(
        ["" if cell is None else guarded(cell) for cell in row] for row in rows
    )
    return text.getvalue().encode(encoding)


def write_city(city: City, out: Path, *, progress: Callable[[int, int], None] | None = None) -> None:
    """Write the city's files and truth tables into ``out``; ``progress`` is told files done and files in all."""
    total = len(city.books) + len(city.truth)
    for done, book in enumerate(city.books, start=1):
        path = out / book.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(book.render())
        if progress:
            progress(done, total)
    (out / "truth").mkdir(parents=True, exist_ok=True)
    for done, (name, table) in enumerate(city.truth.items(), start=len(city.books) + 1):
        parquet.write_table(to_arrow(truth.TRUTH[name], table), out / "truth" / f"{name}.parquet")
        if progress:
            progress(done, total)
    (out / MARKER).write_text(_marker(city.seed, city.people), encoding="utf-8")


def _marker(seed: int, people: int) -> str:
    return json.dumps({"seed": seed, "people": people, "version": VERSION}) + "\n"


def make_demo(
    out: Path, seed: int = 7, people: int = 20000, *, progress: Callable[[int, int], None] | None = None
) -> bool:
    """Build and write the demo city at ``out``; False if this very city is there already and nothing was done.

    Written beside ``out`` first and put in place at the end, so that a broken run leaves no half a city. Another demo
    city at ``out`` is replaced; raises InputError where there is anything else.
    """
    out = Path(out).absolute()
    if _is_there(out, seed, people):
        return False
    city = build_city(seed, people)
    try:
        _put_in_place(city, out, progress)
    except OSError as exc:
        raise InputError(f"{out}：无法写入演示城市（{exc.strerror or exc}），请检查权限和磁盘空间。") from exc
    return True


def _put_in_place(city: City, out: Path, progress: Callable[[int, int], None] | None) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as folder:
        fresh = Path(folder) / "city"
        write_city(city, fresh, progress=progress)
        if out.exists():
            out.rename(Path(folder) / "before")
        fresh.rename(out)


def _is_there(out: Path, seed: int, people: int) -> bool:
    """Is this very city at ``out``? Raises InputError if something stands there that is no demo city."""
    if not out.exists():
        return False
    if not out.is_dir():
        raise InputError(f"{out}：已有同名文件，不是文件夹；请另选输出位置。")
    marker = _read_marker(out / MARKER)
    if marker:
        return marker == json.loads(_marker(seed, people))
    if any(out.iterdir()):
        raise InputError(f"{out}：文件夹非空，且不是演示城市（无其标记 {MARKER}），不予覆盖；请另选输出位置或先清空。")
    return False


def _read_marker(path: Path) -> dict[str, int]:
    """What the marker says, empty if there is none or the file of that name is something else."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) and set(told) == {"seed", "people", "version"} else {}
