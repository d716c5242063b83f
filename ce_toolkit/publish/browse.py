"""Tables that a reader sorts, searches and turns over in the notebook itself, with nothing fetched from the network."""

from typing import Any

import pandas as pd

from ce_toolkit.errors import InputError
from ce_toolkit.publish.labels import in_chinese
from ce_toolkit.publish.shown import show
from ce_toolkit.rules.pack import Pack

LINES = 10
_STYLE = "table-layout:auto;width:auto;margin-left:0;caption-side:bottom"
_WORDS = {
    "search": "查找：",
    "lengthMenu": "每页 _MENU_ 行",
    "info": "第 _START_ 至 _END_ 行，共 _TOTAL_ 行",
    "infoEmpty": "没有行",
    "infoFiltered": "（从 _MAX_ 行中找出）",
    "zeroRecords": "没有符合的行",
    "emptyTable": "（无）",
}


def browse_offline() -> None:
    """Put what interactive tables need into the notebook: to be called once, in a cell whose output is kept."""
    _itables().init_notebook_mode(all_interactive=False, connected=False)


class Browsed:
    """A table that a notebook displays to be sorted and searched; ``table`` holds what is displayed."""

    def __init__(self, table: pd.DataFrame) -> None:
        self.table = table

    def __repr__(self) -> str:
        return repr(show(self.table))

    def _repr_html_(self) -> str:
        words = [at for at, name in enumerate(self.table.columns) if not _is_number(self.table[name])]
        html = _itables().to_html_datatable(
            self.table, connected=False, showIndex=False, maxBytes=0, display_logo_when_loading=False,
            language=_WORDS, pageLength=LINES, classes="display compact", style=_STYLE,
            columnDefs=[{"targets": words, "className": "dt-left"}],
        )  # fmt: skip
        return str(html)


def _is_number(column: pd.Series) -> bool:
    """Whether a column of plain values stands to the right: numbers, and shares."""
    return all(isinstance(value, int | float) or str(value).endswith("%") for value in column)


def browse(table: pd.DataFrame, pack: Pack | None = None) -> Browsed:
    """``table`` in Chinese as ``show`` has it, to be sorted, searched and paged; ``browse_offline`` comes before it.

    Raises InputError where itables is not installed.
    """
    _itables()
    return Browsed(in_chinese(table, pack))


def _itables() -> Any:
    try:
        import itables
    except ImportError:
        raise InputError("没有安装 itables：请安装 ce-toolkit[explore]，或用 ce.show 显示。") from None
    return itables
