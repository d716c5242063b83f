"""Archives: opened in memory, every part within limits and a file of its own (MF9)."""

from datetime import date
from pathlib import Path

import pytest

from ce_toolkit.intake import read_folder
from ce_toolkit.intake.limits import Limits
from tests.fixtures.raw import in_gbk, zipped
from tests.intake.conftest import Inbox, as_bytes, book, enrolment, person


def form(number: int) -> bytes:
    return as_bytes(book(*enrolment(person(number), unit=f"填报单位：第{number}中学")))


def nested(depth: int) -> bytes:
    data = form(1)
    for level in range(depth):
        data = zipped({"表.xlsx" if level == 0 else "包.zip": data})
    return data


@pytest.mark.parametrize(("depth", "outcome"), [(1, "accepted"), (3, "accepted"), (4, "refused")])
def test_mf9_archives_within_archives_are_opened_to_a_depth(inbox: Inbox, depth: int, outcome: str) -> None:
    inbox.put("包.zip", nested(depth))
    result = inbox.read()
    assert result.one["outcome"] == outcome
    assert any("层数过多" in one["fix"] for one in result.findings("MF9")) == (outcome == "refused")


def test_mf9_what_all_archives_in_one_unpack_to_is_counted_together(inbox: Inbox) -> None:
    noise = bytes(number * number % 251 for number in range(30_000))
    inner = {f"{number}.zip": zipped({"表.bin": noise[number:]}) for number in range(5)}
    inbox.put("包.zip", zipped(inner))
    batch = read_folder(inbox.folder, year=2017, limits=Limits(max_unpacked=100_000))
    told = batch.findings[batch.findings["code"] == "HF4"]
    assert 0 < len(told) < 5  # the first ones fit


def test_mf9_nothing_is_written_and_a_way_out_is_not_followed(inbox: Inbox, tmp_path: Path) -> None:
    inbox.put(
        "包.zip", zipped({"../外.xlsx": form(1), "/外.xlsx": form(2), "C:\\外.xlsx": form(3), "内.xlsx": form(4)})
    )
    before = sorted(tmp_path.rglob("*"))
    result = inbox.read()
    assert sorted(tmp_path.rglob("*")) == before
    assert [one["name"] for one in result.files.values() if one["outcome"] == "accepted"] == ["包.zip/内.xlsx"]
    assert len([one for one in result.findings("MF9") if one["severity"] == "refuse"]) == 3


@pytest.mark.parametrize("gbk", [True, False])
def test_mf9_names_are_read_as_marked_or_as_gb18030(inbox: Inbox, gbk: bool) -> None:
    data = zipped({"aaaabb.xlsx": form(1)}) if gbk else zipped({"报名表.xlsx": form(1)})
    inbox.put("包.zip", in_gbk(data, {"aaaabb": "报名表"}) if gbk else data)
    assert list(inbox.read().files) == ["包.zip/报名表.xlsx"]


def test_mf9_a_form_in_an_archive_came_on_the_archive_s_day_and_may_be_a_twin(inbox: Inbox) -> None:
    inbox.put("包.zip", zipped({"一.xlsx": form(1), "二.xlsx": form(2)}))
    inbox.put("散.xlsx", form(2))
    inbox.put("收件登记.csv", "文件名,收到日期\n包.zip,2017-04-20\n".encode())
    data = inbox.read().intake.submissions.set_index("file")
    assert data.at["包.zip/一.xlsx", "received_on"] == date(2017, 4, 20)
    assert sorted(data["outcome"].astype("str")) == ["accepted", "accepted", "twin"]


def test_mf9_an_archive_with_nothing_but_litter_is_refused(inbox: Inbox) -> None:
    inbox.put("包.zip", zipped({"__MACOSX/._表.xlsx": b"x"}))
    result = inbox.read()
    assert result.one["outcome"] == "refused"
    assert "没有可读的文件" in result.finding("MF9")["fix"]


def test_mf9_a_damaged_part_costs_that_part_only(inbox: Inbox) -> None:
    data = bytearray(zipped({"坏.xlsx": form(1), "好.xlsx": form(2)}))
    data[200] ^= 0xFF
    inbox.put("包.zip", bytes(data))
    outcomes = {name: one["outcome"] for name, one in inbox.read().files.items()}
    assert outcomes == {"包.zip/坏.xlsx": "refused", "包.zip/好.xlsx": "accepted"}


@pytest.mark.parametrize(("name", "code"), [("报名表.xlsx", "MF5"), ("报名表.docx", "MF11"), ("报名表.zip", "MF11")])
def test_mf9_a_document_that_has_lost_its_parts_names_is_no_archive_unless_named_so(
    inbox: Inbox, name: str, code: str
) -> None:
    inbox.put(name, zipped({"yl/sheet1.xml": b"\x01x", "[Content_Types].xml": b"\x01x"}))
    found = [one for one in inbox.read().intake.findings.to_dict("records") if one["severity"] == "refuse"]
    assert {one["code"] for one in found} == {code}
    assert len(found) == (2 if name.endswith(".zip") else 1)
