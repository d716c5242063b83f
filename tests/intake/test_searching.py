"""What a sheet hardly ever holds is found by its rarest sign just as it is found by all of them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ce_toolkit.intake.marks import _FAR, _is_plainly_near
from ce_toolkit.intake.searching import holds


@given(st.text("abc", max_size=300), st.text("abc", min_size=1, max_size=3))
def test_a_text_is_found_wherever_it_stands(data: str, text: str) -> None:
    for rare in set(text):
        assert holds(data.encode(), text.encode(), rare=rare.encode()) == (text in data)


@pytest.mark.parametrize("address", ["AAA1", "XFD1048576", "A10000", "ZZ10000", "10000"])
@pytest.mark.parametrize("mark", ['"', "'"])
def test_MS8_a_far_address_is_never_called_near(address: str, mark: str) -> None:
    tag = f"<c r={mark}{address}{mark}/>".encode()
    for before in (0, 1, 2**16 - 9, 2**16 - 7, 2**16 - 5, 2**16 - 3, 2**16, 2**17 - 6):
        xml = b" " * before + tag + b" " * 20
        assert _FAR.search(xml)
        assert not _is_plainly_near(xml)


@given(st.from_regex(re.compile(rb"( r=[\"'][A-Z0-9]{0,8}[\"']|[a-z<>]{0,4}){0,40}"), fullmatch=True))
def test_MS8_near_is_said_only_where_no_search_finds_anything_far(xml: bytes) -> None:
    assert not (_is_plainly_near(xml) and _FAR.search(xml))
