"""What an .ods says beside its values, in the words that LibreOffice writes."""

from xml.etree import ElementTree

import pytest

from ce_toolkit.intake.limits import TooLargeError
from ce_toolkit.intake.open_document import OpenTable, open_tables

_SPACES = "".join(
    f' xmlns:{word}="urn:oasis:names:tc:opendocument:xmlns:{word}:1.0"' for word in ("office", "table", "text", "style")
) + ' xmlns:dc="http://purl.org/dc/elements/1.1/"'  # fmt: skip
_STYLES = """<office:automatic-styles>
<style:style style:name="ce1"><style:text-properties style:text-line-through-style="solid"/></style:style>
<style:style style:name="ce2"><style:text-properties style:text-line-through-style="none"/></style:style>
<style:style style:name="T1"><style:text-properties style:text-line-through-style="solid"/></style:style>
</office:automatic-styles>"""


def _read(rows: str, max_cells: int = 1000) -> OpenTable:
    xml = f'<office:document-content{_SPACES}>{_STYLES}<table:table table:name="表">{rows}</table:table>'
    tree = ElementTree.fromstring(xml + "</office:document-content>")  # noqa: S314 - written here
    return open_tables(tree, max_cells)["表"]


def _cell(text: str, attributes: str = "") -> str:
    return f"<table:table-cell {attributes}><text:p>{text}</text:p></table:table-cell>"


def test_MR7_a_struck_cell_and_a_struck_part_of_one_are_told_where_they_stand() -> None:
    empty = '<table:table-cell table:number-columns-repeated="2" table:style-name="ce1"/>'
    cells = empty + _cell("甲", 'table:style-name="ce1"') + _cell("乙", 'table:style-name="ce2"')
    cells += _cell('丙<text:span text:style-name="T1">丁</text:span>')
    found = _read(f'<table:table-row table:number-rows-repeated="2"/><table:table-row>{cells}</table:table-row>')
    assert found.struck == {(2, 2), (2, 4)}


def test_MS6_hidden_and_filtered_rows_are_told_and_blank_ones_at_the_end_are_not() -> None:
    rows = [
        f'<table:table-row table:visibility="{how}">{_cell("甲")}</table:table-row>' for how in ("collapse", "filter")
    ]
    blank = '<table:table-row table:visibility="collapse" table:number-rows-repeated="1048570"><table:table-cell/>'
    found = _read(f"<table:table-row>{_cell('头')}</table:table-row>{''.join(rows)}{blank}</table:table-row>")
    assert found.hidden_rows == [1, 2]


def test_MC16_a_remark_is_told_without_its_author_and_our_own_marks() -> None:
    said = "<text:p>【提醒 MC1】编号</text:p><text:p>请  核对</text:p><text:p>再报</text:p>"
    remark = f"<office:annotation><dc:creator>某人</dc:creator>{said}</office:annotation>"
    found = _read(
        f"<table:table-row><table:table-cell>{remark}<text:p>甲</text:p></table:table-cell></table:table-row>"
    )
    assert found.comments == {(0, 0): "请 核对 再报"}


def test_a_merged_range_is_told() -> None:
    spans = 'table:number-rows-spanned="2" table:number-columns-spanned="3"'
    assert _read(f"<table:table-row>{_cell('题', spans)}</table:table-row>").merged == [((0, 0), (1, 2))]


def test_cells_that_stand_for_many_are_bounded_before_they_are_counted_out() -> None:
    many = 'table:number-columns-repeated="16000"'
    row = f'<table:table-row table:number-rows-repeated="900000">{_cell("甲", many)}</table:table-row>'
    with pytest.raises(TooLargeError):
        _read(row)
