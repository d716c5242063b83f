"""Pictures of what came in."""

from typing import Any

import pandas as pd

from ce_toolkit.publish.labels import WORDS

_EDGE = "#333333"
_SEVERITY = {"refuse": "#8c2d04", "hold": "#cc5a1b", "warn": "#e8b36b", "info": "#c9d6e2", "auto": "#e6ebf0"}


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
