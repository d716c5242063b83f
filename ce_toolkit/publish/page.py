"""Pages that stand alone: an executed notebook, or any body, as one HTML file that asks for nothing from outside."""

import copy
import html
import re
import sys
from pathlib import Path
from typing import Any

from ce_toolkit.escaping import printable

_PAGE = """<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{style}</style>{head}
</head>
<body>
{body}
</body>
</html>
"""
_OUTSIDE = re.compile(
    r"""\s(?:src|href|action|poster|data)\s*=\s*["']?\s*(?:https?:)?//[^"'\s>]*["']?""", re.IGNORECASE
)
_SCRIPT = re.compile(r"<script\b.*?</script\s*>", re.IGNORECASE | re.DOTALL)
_NO_ALT = 'alt="No description has been provided for this image"'
_NUMBER = re.compile(r"<td>(\s*[-−+]?[\d,]+(?:\.\d+)?\s*%?\s*)</td>")
_HEADING = re.compile(r"^#\s+(.+)$", re.MULTILINE)


def page(title: str, body: str, *, head: str = "") -> str:
    """A whole HTML page around ``body`` with the toolkit's style. ``title`` is text, ``body`` is HTML.

    ``head`` is HTML for the page's head, behind the style.
    """
    style = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
    return _PAGE.format(title=html.escape(printable(title)), style=style, body=printable(body), head=head)


def notebook_page(notebook: Any, title: str | None = None) -> str:
    """An executed notebook as a page: its text and results, without code, scripts or addresses of other machines.

    The title is the notebook's first heading unless given.
    """
    body = _exporter().from_notebook_node(_readable(notebook))[0]
    body = _OUTSIDE.sub("", _SCRIPT.sub("", body)).replace(_NO_ALT, 'alt="图"')
    body = _NUMBER.sub(r'<td class="number">\1</td>', body)
    return page(title or heading(notebook), body.strip())


def heading(notebook: Any) -> str:
    """The first heading of a notebook's text, or 报告 if it has none."""
    for cell in notebook.cells:
        found = _HEADING.search(cell.source) if cell.cell_type == "markdown" else None
        if found:
            return found.group(1).strip()
    return "报告"


def _readable(notebook: Any) -> Any:
    """A copy without tags and states that only programs read."""
    shown = copy.deepcopy(notebook)
    shown.metadata.pop("widgets", None)
    for cell in shown.cells:
        cell.metadata.pop("tags", None)
    return shown


def _exporter() -> Any:
    # jsonschema compiles a grammar for IRIs at import (0.75 s) that no notebook needs; without it, it goes on
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    from nbconvert import HTMLExporter

    exporter = HTMLExporter(template_name="basic", exclude_input=True, exclude_input_prompt=True)
    exporter.exclude_output_prompt = True
    exporter.exclude_anchor_links = True
    return exporter
