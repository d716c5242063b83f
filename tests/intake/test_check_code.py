"""The check code: the same for the same rows, another for any change, and proof against slips of the pen."""

import io
import zipfile
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.styles import Font

from ce_toolkit.intake.check_code import ALPHABET, LENGTH, spaced, typed_code
from tests.intake.conftest import Inbox, Row, as_text, book, claim, enrolment, hours, person

PEOPLE = [person(1, sex="女"), person(2, title=""), person(3, name="阿依古丽·买买提")]
CLAIMS = [claim(1), claim(2, hours=7.5), claim(3, start="2017-06-01", end="2017-06-01", days=1, hours=8)]

_MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    '<manifest:file-entry manifest:full-path="/" '
    'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>'
)


def _code(inbox: Inbox, name: str, what: Any) -> str:
    inbox.put(name, what)
    data = inbox.read().intake.submissions.set_index("file")
    assert data.at[name, "outcome"] == "accepted"
    return str(data.at[name, "check_code"])


def _ods(rows: Sequence[Row]) -> bytes:
    """The rows as an OpenDocument sheet of text cells."""
    cells = "".join(
        "<table:table-row>" + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{escape(str(cell))}</text:p></table:table-cell>'
            for cell in row
        ) + "</table:table-row>"
        for row in rows
    )  # fmt: skip
    spaces = "".join(
        f' xmlns:{word}="urn:oasis:names:tc:opendocument:xmlns:{word}:1.0"' for word in ("office", "table", "text")
    )
    table = f'<table:table table:name="表">{cells}</table:table>'
    body = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as pack:
        pack.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        pack.writestr("content.xml", f"<office:document-content{spaces}>{body}</office:document-content>")
        pack.writestr("META-INF/manifest.xml", _MANIFEST)
    return file.getvalue()


@pytest.mark.parametrize("form", [enrolment(*PEOPLE), hours(*CLAIMS)], ids=["enrolment", "hours"])
def test_F17_the_kind_of_file_does_not_matter(inbox: Inbox, form: list[Row]) -> None:
    text = as_text(form)
    files = {"a.xlsx": form, "b.csv": text.encode(), "c.csv": text.encode("gb18030"), "d.ods": _ods(form)}
    assert len({_code(inbox, name, what) for name, what in files.items()}) == 1


def test_F17_nor_do_the_order_of_rows_and_columns_the_numbering_or_the_look(inbox: Inbox) -> None:
    plain = _code(inbox, "a.xlsx", enrolment(*PEOPLE))
    turned = [[number, *row[1:]] for number, row in enumerate(reversed(PEOPLE), start=1)]
    assert _code(inbox, "b.xlsx", enrolment(*turned)) == plain
    swapped = [row[::-1] for row in enrolment(*PEOPLE)[2:-1]]
    assert _code(inbox, "c.xlsx", [*enrolment()[:2], *swapped, enrolment()[-1]]) == plain
    dressed = book(*enrolment(*PEOPLE))
    dressed.active["B4"].font = Font(bold=True)
    dressed.active.insert_cols(1)
    assert _code(inbox, "d.xlsx", dressed) == plain


@pytest.mark.parametrize("column", range(1, 7))
def test_F17_any_other_cell_changes_the_code(inbox: Inbox, column: int) -> None:
    other = ["", "卯木兰", "男", "陵城区第二试验中学", "工程技术", "二级教师", "0837140000099"][column]
    changed = [[*PEOPLE[0][:column], other, *PEOPLE[0][column + 1 :]], *PEOPLE[1:]]
    assert _code(inbox, "a.xlsx", enrolment(*changed)) != _code(inbox, "b.xlsx", enrolment(*PEOPLE))


def test_F17_a_row_more_a_row_less_and_a_value_in_the_next_column_change_the_code(inbox: Inbox) -> None:
    forms = [PEOPLE, PEOPLE[:2], [*PEOPLE, person(9)], [person(1, sex="女"), person(2), PEOPLE[2]]]
    assert len({_code(inbox, f"{place}.xlsx", enrolment(*rows)) for place, rows in enumerate(forms)}) == len(forms)


def test_F17_the_code_of_these_rows_is_known(inbox: Inbox) -> None:
    """Printed slips must stay right from version to version."""
    assert _code(inbox, "a.xlsx", enrolment(*PEOPLE)) == "6UAS3M4Q"


@pytest.mark.parametrize("people", [[], [person(1, name="张三、李四")]], ids=["none", "held"])
def test_a_file_without_accepted_rows_has_no_code(inbox: Inbox, people: list[Row]) -> None:
    inbox.put("a.xlsx", enrolment(*people))
    inbox.put("b.pdf", b"%PDF-1.4")
    read = inbox.read()
    assert read.intake.submissions["check_code"].tolist() == ["", ""]
    assert read.files["a.xlsx"]["form"] == "enrolment"


codes = st.lists(st.sampled_from(ALPHABET), min_size=LENGTH - 1, max_size=LENGTH - 1).map(
    lambda signs: next(code for last in ALPHABET if (code := typed_code("".join([*signs, last]))))
)


@given(codes, st.integers(0, LENGTH - 1), st.sampled_from(ALPHABET))
def test_every_single_wrong_sign_is_found(code: str, place: int, sign: str) -> None:
    assert (typed_code(code[:place] + sign + code[place + 1 :]) is None) == (sign != code[place])


@given(codes, st.integers(0, LENGTH - 1), st.integers(0, LENGTH - 1))
def test_every_swap_of_two_signs_is_found(code: str, one: int, two: int) -> None:
    signs = list(code)
    signs[one], signs[two] = signs[two], signs[one]
    assert (typed_code("".join(signs)) is None) == (code[one] != code[two])


def test_a_code_is_read_as_people_type_it() -> None:
    assert not set("0O1IL") & set(ALPHABET)
    code = "22222222"
    assert [typed_code(text) for text in (spaced(code), "２２２２-2222", "2222２222 ")] == [code] * 3
    assert [typed_code(text) for text in ("", "2222222", "222222220", "O2222222")] == [None] * 4
