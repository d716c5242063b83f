"""Pictures of the year. A chart shows counts beside shares, and reads in grey print."""

from typing import Any

import pandas as pd

from ce_toolkit.publish.labels import WORDS
from ce_toolkit.statistics.small_cells import HIDDEN
from ce_toolkit.statistics.tables import TOTAL

_MET, _REST, _EDGE = "#2b6ca3", "#c9d6e2", "#333333"
_SEVERITY = {"refuse": "#8c2d04", "hold": "#cc5a1b", "warn": "#e8b36b", "info": "#c9d6e2", "auto": "#e6ebf0"}


def completion_chart(table: pd.DataFrame, key: str, *, title: str) -> Any:
    """Bars of people enrolled, the part that met all minima in dark, groups with the highest share first.

    ``table`` is a participation table as published; the 合计 row is drawn last, apart, a hidden figure as an empty bar.
    Returns the figure.
    """
    import matplotlib.pyplot as plt

    table = table.assign(**{name: pd.to_numeric(table[name], errors="coerce") for name in ("met_enrolled", "enrolled")})
    body, total = table[table[key] != TOTAL], table[table[key] == TOTAL]
    share = body["met_enrolled"] / body["enrolled"].where(body["enrolled"] > 0)
    ordered = pd.concat([total, body.loc[share.sort_values(na_position="first").index]])
    figure, axes = plt.subplots(figsize=(8.2, 0.36 * len(ordered) + 1.1), layout="constrained")
    part = (ordered["met_enrolled"] / ordered["enrolled"].where(ordered["enrolled"] > 0) * 100).fillna(0).to_numpy()
    places = range(len(ordered))
    axes.barh(places, 100, color=_REST, edgecolor=_EDGE, linewidth=0.4, label="未达标（含待定）")
    axes.barh(places, part, color=_MET, edgecolor=_EDGE, linewidth=0.4, label="达标")
    for place, (met, enrolled) in enumerate(zip(ordered["met_enrolled"], ordered["enrolled"], strict=True)):
        hidden = pd.isna(met) or pd.isna(enrolled)
        text = (
            HIDDEN if hidden else f"{met:,.0f} / {enrolled:,.0f}  {100 * met / enrolled:.1f}%" if enrolled else "无报名"
        )
        axes.text(101, place, text, va="center", fontsize=8.5)
    axes.set_yticks(places, ordered[key])
    axes.set_xlim(0, 128)
    axes.set_xticks(range(0, 101, 20), [f"{tick}%" for tick in range(0, 101, 20)])
    axes.set_title(title, fontsize=12)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(left=False)
    figure.legend(loc="outside lower center", ncols=2, frameon=False, fontsize=8.5)
    return figure


def findings_chart(counts: pd.DataFrame, *, most: int = 12) -> Any:
    """Bars of the most frequent findings, coloured by how grave they are. ``counts`` is a table of finding_counts."""
    import matplotlib.pyplot as plt

    top = counts.sort_values("count", kind="stable").tail(most)
    figure, axes = plt.subplots(figsize=(8.2, 0.3 * max(len(top), 1) + 1.0), layout="constrained")
    severity = top["severity"].astype("str")
    colours = severity.map(_SEVERITY)
    places = range(len(top))
    axes.barh(places, top["count"], color=colours, edgecolor=_EDGE, linewidth=0.4)
    axes.set_yticks(
        places, [f"{WORDS['severity'][each]} {code}" for each, code in zip(severity, top["code"], strict=True)]
    )
    for place, count in enumerate(top["count"]):
        axes.text(count, place, f" {count:,}", va="center", fontsize=8.5)
    axes.set_title("最多的问题", fontsize=12)
    axes.set_xlabel("个数")
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.spines[["top", "right"]].set_visible(False)
    return figure
