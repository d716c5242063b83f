"""A rule pack as a page to read: the notice's clauses with the rules beside them, for a browser or a terminal."""

from html import escape

from rich.console import Group, RenderableType
from rich.markup import escape as plain_markup
from rich.table import Table

from ce_toolkit.publish.page import page
from ce_toolkit.rules.drafting.outline import Item, Outline, Section
from ce_toolkit.rules.pack import Reading

_NOTE = "×处为个人的数字。"


def pack_page(pack: Outline) -> str:
    """One self-contained HTML page."""
    facts = "".join(f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in pack.facts)
    documents = "".join(f"<li>{escape(document)}</li>" for document in pack.documents)
    body = [
        f"<h1>{escape(pack.title)}</h1>",
        f'<table class="parameters">{facts}</table>',
        f"<h2>依据</h2><ul>{documents}</ul>",
        f"<h2>条款与规则</h2><p>{_NOTE}</p>",
        *(_section(section) for section in pack.sections),
    ]
    if pack.readings:
        body.append(f"<h2>条文未写明之处</h2>{_readings(pack.readings)}")
    return page(pack.title, "\n".join(body))


def _section(section: Section) -> str:
    clause = section.clause
    source = f" <small>{escape(clause.document)}</small>" if clause.document else ""
    head = (
        f'<h3 id="{escape(clause.id)}">{escape(clause.id)}{source}</h3><blockquote>{escape(clause.quote)}</blockquote>'
    )
    if not section.items:
        return f"{head}<p>不设规则：{escape(clause.inert)}</p>"
    rows = "".join(_row(item) for item in section.items)
    return f"{head}<table><thead><tr><th>种类</th><th>说明</th><th>数值</th><th>编号</th></tr></thead>{rows}</table>"


def _row(item: Item) -> str:
    sentence = escape(item.sentence)
    for reading in item.readings:
        link = f'<a href="#{escape(reading.id)}">{escape(reading.id)}</a>'
        sentence += f"<br><small>解读 {link}：{escape(reading.chosen)}</small>"
    facts = "<br>".join(f"{escape(name)}：{escape(value)}" for name, value in item.facts)
    return (
        f'<tr><td class="status">{escape(item.word)}</td><td>{sentence}</td><td>{facts}</td>'
        f"<td><code>{escape(item.id)}</code></td></tr>"
    )


def _readings(readings: tuple[Reading, ...]) -> str:
    rows = "".join(
        f'<tr id="{escape(reading.id)}"><td>{escape(reading.id)}</td><td>{escape(reading.asks)}</td>'
        f"<td>{escape(reading.chosen)}</td><td>{escape('；'.join(reading.others))}</td><td>{_state(reading)}</td></tr>"
        for reading in readings
    )
    head = "<tr><th>编号</th><th>问题</th><th>采用</th><th>其他理解</th><th>状态</th></tr>"
    return f"<table><thead>{head}</thead>{rows}</table>"


def _state(reading: Reading) -> str:
    return "已确认" if reading.state == "confirmed" else "待确认"


def pack_text(pack: Outline) -> RenderableType:
    """The same page for a terminal."""
    parts: list[RenderableType] = [f"[bold]{plain_markup(pack.title)}[/bold]"]
    parts += [plain_markup(f"{name}：{value}") for name, value in pack.facts]
    parts += ["", "[bold]依据[/bold]", *(plain_markup(f"·{document}") for document in pack.documents)]
    parts += ["", f"[bold]条款与规则[/bold]（{_NOTE}）"]
    for section in pack.sections:
        parts += ["", f"[bold]【{plain_markup(section.clause.id)}】[/bold]{plain_markup(section.clause.quote)}"]
        parts.append(_grid(section.items) if section.items else plain_markup(f"　不设规则：{section.clause.inert}"))
    if pack.readings:
        parts += ["", "[bold]条文未写明之处[/bold]"]
        parts += [
            plain_markup(f"{reading.id}：{reading.asks}采用：{reading.chosen}（{_state(reading)}）")
            for reading in pack.readings
        ]
    return Group(*parts)


def _grid(items: tuple[Item, ...]) -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(ratio=1, overflow="fold")
    grid.add_column(style="dim", overflow="fold")
    for item in items:
        reading = f"（解读 {'、'.join(one.id for one in item.readings)}）" if item.readings else ""
        grid.add_row(f"　{plain_markup(item.word)}", plain_markup(item.sentence + reading), plain_markup(item.id))
    return grid
