"""The annual report in Word: the published figures and no other, numbered tables, fonts, no person."""

import io
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn

from ce_toolkit.publish.year.chapters import labels
from ce_toolkit.publish.year.key_figures import key_sentences
from ce_toolkit.publish.year.publication import Publication, write_annual_workbook
from ce_toolkit.publish.year.report import write_annual_report
from ce_toolkit.rules import Pack
from ce_toolkit.runs.hashes import content_sha256
from ce_toolkit.runs.leaks import Forbidden, scan_file
from ce_toolkit.statistics import HIDDEN
from tests.conftest import Processed
from tests.publish.test_annual_workbook import PLACES, _all_hidden, publication

WORDS = {"compiled_by": "某某局", "foreword": "前言一。\n\n  前言二<w:p/>。", "afterword": "=1+1\x00"}
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?%?")


def _png() -> bytes:
    from PIL import Image

    target = io.BytesIO()
    Image.new("RGB", (300, 200), "white").save(target, "PNG")
    return target.getvalue()


@pytest.fixture(scope="module", params=PLACES)
def place(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def published(place: str, processed: Processed, pack: Pack) -> Publication:
    return publication(processed, pack, place, **WORDS)


@pytest.fixture(scope="module")
def path(published: Publication, tmp_path_factory: pytest.TempPathFactory) -> Path:
    charts = [("某图", _png()), ("又一图", _png())]
    return write_annual_report(published, tmp_path_factory.mktemp("report") / "年度统计报告.docx", charts=charts)


@pytest.fixture(scope="module")
def book(path: Path) -> Any:
    return docx.Document(str(path))


def _rows(table: Any) -> list[list[str]]:
    return [[_said(cell) for cell in row.iter(qn("w:tc"))] for row in table._element.iter(qn("w:tr"))]


def _said(part: Any) -> str:
    return "".join(text.text or "" for text in part.iter(qn("w:t")))


def _texts(book: Any) -> list[str]:
    return [paragraph.text for paragraph in book.paragraphs]


def test_every_table_says_what_is_published(published: Publication, book: Any) -> None:
    pages = published.pages[:-3]
    assert len(book.tables) == len(pages) + 1  # and the readings
    for page, table in zip(pages, book.tables, strict=False):
        rows = _rows(table)
        assert rows[0] == list(page.table.columns)
        wanted = page.table.to_numpy().tolist()
        assert len(rows) == len(wanted) + 1
        for row, values in zip(rows[1:], wanted, strict=True):
            for text, value in zip(row, values, strict=True):
                assert text == value if isinstance(value, str) else float(text.replace(",", "")) == value


def test_hours_and_people_are_those_of_the_store(processed: Processed, place: str, book: Any) -> None:
    """Recounted from what was credited, without the tables' own code."""
    stored = processed.stored(*(processed.batches if place == "city" else [place]))
    inside = stored.standing[stored.standing["status"].astype(str) != "out_of_scope"]
    mine = stored.credits[stored.credits["person_id"].isin(inside["person_id"])]
    tables = [_rows(table) for table in book.tables]
    (hours,) = [rows for rows in tables if rows[0][:2] == ["学时类别", "项数"] and "超上限" in rows[0][:6]]
    told = dict(zip(hours[0], hours[-1], strict=True))
    sums = {"申报学时": mine["claimed"].sum(), "认定学时": mine["granted"].sum(), "超上限": mine["over_cap"].sum()}
    known = {head: float(told[head].replace(",", "")) for head in sums if told[head] != HIDDEN}
    assert known == {head: float(sums[head]) for head in known}
    assert dict(zip(tables[0][0], tables[0][-1], strict=True))["在范围"] == f"{len(inside):,}"


def test_tables_are_numbered_with_their_unit_above_and_notes_below(published: Publication, book: Any) -> None:
    body = list(book.element.body)
    texts = [_said(part) for part in body]
    places = [at for at, part in enumerate(body) if part.tag == qn("w:tbl")]
    for (name, label), page, at in zip(labels(published.tables).items(), published.pages, places, strict=False):
        title = published.tables.tables[name].described.title
        assert texts[at - 2 : at] == [f"{label}　{title}", page.unit]
        assert texts[at + 1].startswith("注：")
        assert "数据来源：" in texts[at + 1]
        assert texts[at + 2].startswith("数据质量：完整——")


def test_heads_are_repeated_and_no_row_is_torn(book: Any) -> None:
    for table in book.tables:
        first, *rest = table._element.iter(qn("w:tr"))
        assert first.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        assert all(row.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for row in rest)


def test_the_office_s_own_words_stand_as_text(book: Any, published: Publication) -> None:
    texts = _texts(book)
    assert {"前言一。", "前言二<w:p/>。", "=1+1", "编制单位：某某局", "数据截至：2017-12-31"} <= set(texts)
    assert [text for text in texts if text.startswith("图")][-2:] == ["图1　某图", "图2　又一图"]
    plain = replace(published, compiled_by="", foreword="", afterword="")
    assert plain.title in texts


def test_words_that_were_not_given_leave_no_head(processed: Processed, pack: Pack, tmp_path: Path) -> None:
    made = write_annual_report(publication(processed, pack, "371427"), tmp_path / "x.docx")
    texts = set(_texts(docx.Document(str(made))))
    assert not {"前言", "附言"} & texts
    assert not any(text.startswith(("编制单位", "图1")) for text in texts)


def test_every_run_names_a_chinese_font(book: Any) -> None:
    """Without it Word takes a font of its own for Chinese signs."""
    section = book.sections[0]
    parts = [book.element.body, section.header._element, section.footer._element]
    runs = [run for part in parts for run in part.iter(qn("w:r"))]
    assert len(runs) > 500
    for run in runs:
        fonts = run.find(f"{qn('w:rPr')}/{qn('w:rFonts')}")
        assert fonts is not None
        assert fonts.get(qn("w:eastAsia")) in {"宋体", "黑体"}
        assert fonts.get(qn("w:eastAsiaTheme")) is None


def test_pages_are_a4_and_numbered(book: Any) -> None:
    sizes = {tuple(sorted((round(part.page_width.cm, 1), round(part.page_height.cm, 1)))) for part in book.sections}
    assert sizes == {(21.0, 29.7)}
    fields = [part.text.strip() for part in book.sections[0].footer._element.iter(qn("w:instrText"))]
    assert fields == ["PAGE", "NUMPAGES"]
    assert "年度统计报告" in book.sections[0].header.paragraphs[0].text


def test_the_contents_point_at_bookmarks_that_are_there(book: Any) -> None:
    marks = [mark.get(qn("w:name")) for mark in book.element.body.iter(qn("w:bookmarkStart"))]
    asked = [part.text.split()[1] for part in book.element.body.iter(qn("w:instrText")) if "PAGEREF" in part.text]
    assert len(marks) == len(set(marks))
    assert set(asked) == set(marks)


def test_sentences_tell_published_figures_only(published: Publication) -> None:
    """Every number in them stands in a table as it is published; the rest are days, and counts of tables and areas."""
    shown = {"5", "2017", "12", "31", str(len(published.tables.proof))}
    shown.add(str(sum(int(table.hidden.to_numpy().sum()) for table in published.tables.tables.values())))
    shown |= {str(number) for number in range(15)} if published.tables.key == "county_name" else set()
    for page in published.pages[:-3]:
        for value in page.table.to_numpy().ravel():
            shown |= {f"{value:,}", f"{value:,.2f}".rstrip("0").rstrip(".")} if not isinstance(value, str) else {value}
    sentences = key_sentences(published)
    assert len(sentences) > 8
    assert set(NUMBER.findall("".join(sentences))) <= shown


def test_sentences_on_hidden_figures_say_nothing(processed: Processed, pack: Pack) -> None:
    tables = _all_hidden(processed.annual("371402"))
    text = "".join(key_sentences(replace(publication(processed, pack, "371402"), tables=tables)))
    counts = {str(len(tables.proof)), str(sum(table.hidden.size for table in tables.tables.values()))}
    assert set(NUMBER.findall(text)) - {"2017", "12", "31"} == counts
    assert HIDDEN in text


def test_no_person_is_in_the_report_or_the_workbook(
    processed: Processed, published: Publication, path: Path, tmp_path: Path
) -> None:
    people = processed.stored().people
    units = "\n".join({*people["employer"].dropna(), *people["filing_unit"].dropna(), *processed.units.table["unit"]})
    names = {name for name in people["name"].dropna() if len(name) >= 3 and name not in units}
    numbers = {number for number in people["certificate_no"].dropna() if len(number) >= 5}
    assert names
    assert numbers
    book = write_annual_workbook(published, tmp_path / "年度统计.xlsx")
    for one in (path, book):
        assert scan_file(one, Forbidden(frozenset(names | numbers))) == 0


def test_the_same_year_makes_the_same_documents(processed: Processed, pack: Pack, tmp_path: Path) -> None:
    published = publication(processed, pack, "371402", **WORDS)
    writers = ((write_annual_report, "docx"), (write_annual_workbook, "xlsx"))
    for write, kind in writers:
        first, again = (write(published, tmp_path / f"{name}.{kind}") for name in "ab")
        assert content_sha256(first) == content_sha256(again)
