"""The annual report as a Word document: cover, contents, the year in sentences, figures, tables, readings."""

from collections.abc import Sequence
from pathlib import Path

from ce_toolkit.publish.labels import HEADS, in_chinese
from ce_toolkit.publish.shown import printed
from ce_toolkit.publish.word.document import Document
from ce_toolkit.publish.workbook.book import Page, printed_notes
from ce_toolkit.publish.year.chapters import NUMERALS, chapters, labels
from ce_toolkit.publish.year.key_figures import key_sentences
from ce_toolkit.publish.year.pages import readings_table
from ce_toolkit.publish.year.publication import Publication

Chart = tuple[str, bytes]
"""A caption and a PNG."""
_ACROSS = 10  # columns of a table from which its chapter stands on pages across
_TOGETHER = 20  # rows up to which a table is not torn


def write_annual_report(published: Publication, path: Path, *, charts: Sequence[Chart] = ()) -> Path:
    """Write the report to ``path`` and return it; ``charts`` stand after the sentences, numbered in their order."""
    report = _Report(published, Document(f"{published.title}年度统计报告"))
    report.cover()
    report.contents(charts)
    report.text(charts)
    report.tables()
    report.ending()
    return report.document.save(path)


class _Report:
    """The report in the making: its chapters are counted as they begin."""

    def __init__(self, published: Publication, document: Document) -> None:
        self.published, self.document = published, document
        self.labels = labels(published.tables)
        self.pages = {page.tab: page for page in published.pages}
        self.chapter = 0

    def cover(self) -> None:
        document, published = self.document, self.published
        document.title(published.title, size=24, above=190)
        document.title("年度统计报告", size=32, above=24)
        document.title("", size=12, above=230)
        if published.compiled_by:
            document.centred(f"编制单位：{published.compiled_by}")
        document.centred(f"数据截至：{published.as_of.isoformat()}")
        document.new_page()

    def contents(self, charts: Sequence[Chart]) -> None:
        document = self.document
        document.title("目录")
        for number, (caption, _) in enumerate(charts, start=1):
            document.listed(f"图{number}　{caption}", f"figure_{number}")
        for chapter in chapters(self.published.tables):
            for name in chapter.tables:
                title = self.published.tables.tables[name].described.title
                document.listed(f"{self.labels[name]}　{title}", f"table_{name}")
        document.listed("附表　口径说明", "readings")
        document.new_page()

    def text(self, charts: Sequence[Chart]) -> None:
        document = self.document
        if self.published.foreword:
            document.heading("前言")
            self._paragraphs(self.published.foreword)
        self._begin("主要情况")
        for line in self.published.warnings:
            document.text(line, bold=True)
        for sentence in filter(None, key_sentences(self.published)):
            document.prose(sentence)
        if charts:
            document.new_page()
            self._begin("图")
        for number, (caption, image) in enumerate(charts, start=1):
            document.picture(image, f"图{number}　{caption}", bookmark=f"figure_{number}")

    def tables(self) -> None:
        for chapter in chapters(self.published.tables):
            widest = max(len(self._page(name).table.columns) for name in chapter.tables)
            self.document.turn(wide=widest >= _ACROSS)
            self._begin(chapter.title)
            for name in chapter.tables:
                self._table(name)

    def ending(self) -> None:
        document = self.document
        document.turn(wide=True)
        self._begin("口径说明")
        document.text(self.pages["口径说明"].notes[0], size=9)
        document.caption("附表　口径说明", bookmark="readings")
        readings = readings_table(self.published.pack, self.published.tables, names=self.labels)
        document.table(readings.drop(columns=["由何处给出"]), size=8)
        document.note(self.published.source)
        if self.published.afterword:
            document.heading("附言")
            self._paragraphs(self.published.afterword)

    def _begin(self, title: str) -> None:
        self.document.heading(f"{NUMERALS[self.chapter]}、{title}")
        self.chapter += 1

    def _paragraphs(self, text: str) -> None:
        for line in filter(None, map(str.strip, text.split("\n"))):
            self.document.prose(line)

    def _page(self, name: str) -> Page:
        return self.pages[self.published.tables.tables[name].described.tab]

    def _table(self, name: str) -> None:
        page, document = self._page(name), self.document
        title = self.published.tables.tables[name].described.title
        document.caption(f"{self.labels[name]}　{title}", unit=page.unit, bookmark=f"table_{name}")
        document.table(page.table, size=8.5, together=len(page.table) <= _TOGETHER)
        said = [note for note in printed_notes(page) if note not in self.published.warnings]
        document.note("".join(note for note in said if not note.startswith("依据")), followed=True)
        document.note(self._quality(name))

    def _quality(self, name: str) -> str:
        """What the data-quality statement says of a table, in one line."""
        lines = self.published.tables.quality
        mine = in_chinese(lines[lines["table"] == name])
        heads = [HEADS[column] for column in ("aspect", "what", "count", "of")]
        parts = [
            f"{aspect}——{what} {printed(count)}（共 {printed(whole)}）"
            for aspect, what, count, whole in mine[heads].itertuples(index=False, name=None)
        ]
        return f"数据质量：{'；'.join(parts)}。"
