"""What all charts of the year share: colours that read in grey, frames, figures as they are published, pictures.

The colours are those of Okabe and Ito, told apart by people who see red and green alike; each goes with a hatch, so
that a grey print tells them apart too.
"""

import io
from collections.abc import Sequence
from typing import Any

import pandas as pd

from ce_toolkit.statistics.small_cells import HIDDEN

EDGE, QUIET, GRID = "#222222", "#555555", "#dddddd"
WIDTH = 8.4
# name: fill, hatch; from dark to light in grey
LOOKS = {
    "granted": ("#0072B2", ""),
    "met": ("#0072B2", ""),
    "over_cap": ("#E69F00", "//"),
    "refused": ("#D55E00", "xx"),
    "held": ("#F5E9C8", "\\\\"),
    "rest": ("#E8EDF2", ""),
    "total": ("#1A1A1A", ""),
    "mixed": ("#FFFFFF", "--"),
}
_PNG_DPI = 200


def look(name: str) -> dict[str, Any]:
    """Keywords of a bar of this kind."""
    fill, hatch = LOOKS[name]
    return {"facecolor": fill, "hatch": hatch, "hatch_linewidth": 0.5, "edgecolor": EDGE, "linewidth": 0.5}


def numbers(figures: pd.Series) -> list[float | None]:
    """Published figures as numbers to draw; None where one is hidden or not known."""
    return [None if value == HIDDEN or pd.isna(value) else float(value) for value in figures.astype(object)]


def worded(value: float | None) -> str:
    """A figure as a label says it."""
    return HIDDEN if value is None else f"{value:,.2f}".rstrip("0").rstrip(".")


def framed(rows: float, *, columns: int = 1, panels: int = 1, each: float = 0.34) -> tuple[Any, Any]:
    """A figure as high as so many rows of bars need, with its axes: side by side, or panels one above the other."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, max(2.4, each * rows + 1.6)), layout="constrained")
    return figure, figure.subplots(panels, columns, sharey=columns > 1, sharex=panels > 1)


def finished(figure: Any, title: str, source: str) -> Any:
    """The figure with its title above and the source line below."""
    figure.suptitle(title, fontsize=12, x=0.01, ha="left")
    figure.supxlabel(source, fontsize=7.5, color=QUIET, x=0.01, ha="left")
    return figure


def legend(axes: Any, entries: Sequence[Any]) -> None:
    """A legend in one line above the axes."""
    axes.legend(
        handles=entries, loc="lower left", bbox_to_anchor=(0, 1), ncols=len(entries), frameon=False, fontsize=8.5
    )


def bare(axes: Any, *, grid: str = "") -> None:
    """Axes without a box; ``grid`` draws thin lines behind the bars along x or y."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(QUIET)
    axes.tick_params(length=0, labelsize=9)
    axes.set_axisbelow(True)
    if grid:
        axes.grid(axis=grid, color=GRID, linewidth=0.6)


def patch(name: str, label: str) -> Any:
    """An entry of a legend."""
    from matplotlib.patches import Patch

    return Patch(label=label, **look(name))


def figure_svg(figure: Any) -> str:
    """The figure as SVG that begins with its tag; the same figure gives the same text, whatever the clock says."""
    import matplotlib as mpl

    target = io.StringIO()
    nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    with mpl.rc_context({"svg.hashsalt": "ce_toolkit", "svg.fonttype": "path"}):
        figure.savefig(target, format="svg", metadata=nothing)
    text = target.getvalue()
    return text[text.index("<svg") :]


def figure_png(figure: Any) -> bytes:
    """The figure as PNG for print; the same figure gives the same bytes."""
    target = io.BytesIO()
    figure.savefig(target, format="png", dpi=_PNG_DPI, metadata={"Software": None})
    return target.getvalue()
