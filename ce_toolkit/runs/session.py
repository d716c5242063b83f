"""What a notebook holds while it runs: typed parameters, the store, its outputs, and its part of the run record."""

import html
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ce_toolkit.errors import ParamsError, RunError
from ce_toolkit.runs.fonts import set_up_charts
from ce_toolkit.runs.hashes import content_sha256
from ce_toolkit.runs.parameters import CITY, Parameters, parameters_of
from ce_toolkit.runs.root import pack_place, root

if TYPE_CHECKING:
    import pandas as pd

    from ce_toolkit.registers.calendar import Calendar
    from ce_toolkit.registers.decisions import Decisions
    from ce_toolkit.runs.store import Store

# The runner points a notebook elsewhere than its parameters say (a folder that is published only when the whole
# county is done; a temporary store when a run is verified) without changing what the notebook shows.
FOLDER_VARIABLE = "CE_RUN_FOLDER"
STORE_VARIABLE = "CE_RUN_STORE"
SCHEMA = 1


@dataclass
class Run:
    """One notebook's run. Nothing of it prints a person's data."""

    notebook: str
    params: Any
    store: "Store"
    folder: Path
    tables: dict[str, dict[str, Any]] = field(default_factory=dict, repr=False)
    outputs: list[str] = field(default_factory=list, repr=False)

    @property
    def as_of(self) -> date:
        """The day on whose knowledge hours are judged."""
        return date.fromisoformat(self.params.as_of)

    @property
    def pack(self) -> Path | str:
        """What names the rule pack: an id that comes with the toolkit, or a file below the root."""
        return pack_place(self.params.pack)

    @property
    def inbox(self) -> Path:
        """The folder of workbooks that units sent in."""
        return self._path("inbox")

    @property
    def platforms(self) -> Path:
        """The folder of exam exports."""
        return self._path("platforms")

    @property
    def units(self) -> Path:
        """The directory of employers."""
        return self._path("units")

    @property
    def file(self) -> Path:
        """The one workbook that a unit looks over before sending it."""
        return self._path("file")

    @property
    def calendar(self) -> "Calendar | None":
        """Public holidays and make-up working days; None where the parameter is left blank."""
        from ce_toolkit.registers.calendar import read_calendar

        return read_calendar(self._path("calendar")) if self.params.calendar else None

    @property
    def decisions(self) -> "Decisions":
        """What people decided of doubtful pairs in this city so far; the real store's, also when a run is verified."""
        from ce_toolkit.registers.decisions import FILE_NAME, read_decisions

        return read_decisions(root() / self.params.store / FILE_NAME)

    @property
    def counties(self) -> tuple[str, ...]:
        """Codes of the counties whose tables this notebook reads: its own, or for the city all that did not fail."""
        if self.params.county != CITY:
            return (self.params.county,)
        missing = set(self.params.missing.split())
        return tuple(code for code in self.params.counties.split() if code not in missing)

    @property
    def missing(self) -> tuple[str, ...]:
        """Codes of the counties that the city's figures lack because their run failed."""
        return tuple(getattr(self.params, "missing", "").split())

    def _path(self, key: str) -> Path:
        value = getattr(self.params, key, None)
        if value is None:
            raise ParamsError(f"笔记本 {self.notebook} 没有参数 {key}。")
        return root() / value

    def load(self, table: str, columns: Sequence[str] | None = None) -> "pd.DataFrame":
        """A stored table of this county, or for the city those of all its counties one below the other."""
        return self.store.load(self.counties, table, columns)

    def save(self, table: str, data: "pd.DataFrame") -> None:
        """Store a table of this county (or the city) and note its size and fingerprint in the record."""
        county = self.params.county
        self.store.save(county, table, data)
        self.tables[table] = {"rows": len(data), "sha256": self.store.sha256(county, table)}

    def ask(self, doubts: "pd.DataFrame", comments: "pd.DataFrame | None" = None) -> int:
        """Write doubtful pairs on the workbook on which a person ticks them, in the store; returns their number.

        ``comments`` found at cells stand on a second sheet: they are kept for the reviewer and shown nowhere else.
        """
        from ce_toolkit.registers.ticking import FILE_NAME, write_ticking

        write_ticking(doubts, self.store.beside(self.params.county, FILE_NAME), comments)
        return len(doubts)

    def output(self, name: str) -> Path:
        """Where to write an output file (a workbook); it becomes part of the record when the run finishes."""
        if Path(name).name != name or name.startswith("."):
            raise RunError(f"输出文件名 {name} 不能带文件夹，也不能以点开头。")
        if name not in self.outputs:
            self.outputs.append(name)
        self.folder.mkdir(parents=True, exist_ok=True)
        return self.folder / name

    def finish(
        self,
        *,
        rows_in: Mapping[str, int] | None = None,
        rows_out: Mapping[str, int] | None = None,
        findings: Mapping[str, int] | None = None,
        files: Mapping[str, int] | None = None,
    ) -> None:
        """Write this notebook's part of the run record: counts of rows read, rows handed on and findings by code.

        ``files`` counts files received by outcome, where a notebook reads any.

        It is the last cell's work: a kernel that is shut down at once runs no clean-up of its own. Raises RunError if
        an output was announced and not written.
        """
        absent = [name for name in self.outputs if not (self.folder / name).is_file()]
        if absent:
            raise RunError(f"已声明但没有写出的输出文件：{'、'.join(absent)}。")
        part = {
            "schema": SCHEMA,
            "notebook": self.notebook,
            "parameters": self.params.model_dump(mode="json"),
            "rows_in": _counts(rows_in),
            "rows_out": _counts(rows_out),
            "findings": _counts(findings),
            "files": _counts(files),
            "tables": dict(sorted(self.tables.items())),
            "outputs": {name: content_sha256(self.folder / name) for name in sorted(self.outputs)},
        }
        self.folder.mkdir(parents=True, exist_ok=True)
        target = self.folder / f"{self.notebook}.record.json"
        beside = target.with_suffix(f".{os.getpid()}.tmp")  # several readers of one page finish at once
        beside.write_text(json.dumps(part, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        beside.replace(target)


def start(notebook: str, **parameters: Any) -> Run:
    """Begin a notebook: check its parameters, set charts up, show the parameters in Chinese, open the store.

    Raises ParamsError if a parameter is unknown, missing or of a wrong type.
    """
    from ce_toolkit.runs.store import Store

    params = parameters_of(notebook, parameters)
    values = params.model_dump()
    set_up_charts()
    _show(params)
    store = os.environ.get(STORE_VARIABLE) or root() / values["store"]
    folder = os.environ.get(FOLDER_VARIABLE) or root() / values["reports"] / str(params.year) / params.county
    return Run(notebook, params, Store(Path(store), params.year), Path(folder))


def _counts(counts: Mapping[str, int] | None) -> dict[str, int]:
    return {str(name): int(count) for name, count in sorted((counts or {}).items())}


def parameters_table(params: Parameters) -> str:
    """The parameters as a small HTML table: what each is called in Chinese, its key and its value."""
    rows = (
        f"<tr><th>{html.escape(field.title or key)}</th><td><code>{key}</code></td>"
        f"<td>{html.escape(_shown(getattr(params, key)))}</td></tr>"
        for key, field in type(params).model_fields.items()
    )
    return f'<table class="parameters"><caption>运行参数</caption>{"".join(rows)}</table>'


def _show(params: Parameters) -> None:
    """Show the parameters where there is a notebook to show them in."""
    ipython = sys.modules.get("IPython")
    if ipython is not None and ipython.get_ipython() is not None:
        from IPython.display import HTML, display

        display(HTML(parameters_table(params)))


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value) or "（无）"
