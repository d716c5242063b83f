"""Every change to a journal is found and named by office and line, by chain, head, signature or what others saw."""

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from ce_toolkit.errors import ActError, JournalError
from ce_toolkit.workflow import Journal, acts_table, lines, verify_journal
from ce_toolkit.workflow.heads import Head, next_head, no_head
from ce_toolkit.workflow.keys import make_key, read_key, read_public_keys
from tests.workflow.office import CITY, COUNTY, HOSPITAL, OTHER, act, enter, register_of_units

CLAIMS = ("c1", "c2", "c3")
DAY = date(2017, 7, 20)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six lines of the county, two of another, three of the city."""
    folder = tmp_path_factory.mktemp("whole")
    made, routes = Journal(folder / "journal"), register_of_units(folder)
    for kind in ("registered", "reviewed"):
        enter(made, routes, *(act(kind, claim) for claim in CLAIMS))
        enter(made, routes, act(kind, "h1", HOSPITAL))
    enter(made, routes, *(act("recognised", claim) for claim in CLAIMS))
    assert verify_journal(made.folder, routes=routes).wrong == ()
    return made.folder


@pytest.fixture
def journal(whole: Path, tmp_path: Path) -> Journal:
    """A copy of it to be damaged."""
    return Journal(shutil.copytree(whole, tmp_path / "journal"))


def _lines(journal: Journal, office: str = COUNTY) -> list[bytes]:
    return (journal.folder / f"{office}.jsonl").read_bytes().splitlines(keepends=True)


def _put(journal: Journal, rows: list[bytes], office: str = COUNTY) -> None:
    (journal.folder / f"{office}.jsonl").write_bytes(b"".join(rows))


def _found(journal: Journal, **more: object) -> list[tuple[str, int, str]]:
    return [(each.office, each.line, each.what) for each in verify_journal(journal.folder, **more).wrong]  # type: ignore[arg-type]


def _rehashed(rows: list[bytes], office: str = COUNTY) -> list[bytes]:
    """The lines with a chain that is whole, as who can rewrite all would write them."""
    values = [json.loads(row) for row in rows]
    plain = [{**value, "n": place} for place, value in enumerate(values, start=1)]
    return [line for line, _ in lines.written(plain, lines.first_hash(office))]


def _changed(rows: list[bytes]) -> list[bytes]:
    return [*rows[:2], rows[2].replace("登记人甲".encode(), "登记人丁".encode()), *rows[3:]]


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        (_changed, {(COUNTY, 3, "改动")}),
        (lambda rows: [*rows[:2], *rows[3:]], {(COUNTY, 3, "缺失")}),
        (lambda rows: rows[1:], {(COUNTY, 1, "缺失")}),
        (lambda rows: rows[:-1], {(COUNTY, 6, "缺失")}),
        (lambda rows: rows[:-2], {(COUNTY, 5, "缺失")}),
        (lambda rows: [*rows[:3], rows[1], *rows[3:]], {(COUNTY, 4, "插入")}),
        (lambda rows: [*rows[:3], _rehashed(rows[:4])[3].replace(b"c1", b"c9"), *rows[3:]], {(COUNTY, 4, "插入")}),
        (lambda rows: [*rows, rows[-1]], {(COUNTY, 7, "插入")}),
        (lambda rows: [rows[0], rows[2], rows[1], *rows[3:]], {(COUNTY, 3, "次序颠倒")}),
        (lambda rows: [*rows[:2], b"{}\n", *rows[3:]], {(COUNTY, 3, "改动")}),
        (lambda rows: [*rows[:-1], rows[-1][:40]], {(COUNTY, 6, "缺失"), (COUNTY, 6, "没有写完")}),
    ],
)  # fmt: skip
def test_a_line_changed_missing_inserted_or_out_of_order_is_named(
    journal: Journal, damage: Callable[[list[bytes]], list[bytes]], named: set[tuple[str, int, str]]
) -> None:
    _put(journal, damage(_lines(journal)))
    found = set(_found(journal))
    assert named <= found
    assert {each for each in found - named if each[2] != "对照"} == set()


def test_one_line_changed_with_its_own_hash_breaks_the_next(journal: Journal) -> None:
    rows = _lines(journal)
    again = _rehashed(_changed(rows))
    _put(journal, [*rows[:2], again[2], *rows[3:]])
    assert (COUNTY, 4, "改动") in _found(journal)


def test_nothing_is_entered_after_a_line_that_was_changed(journal: Journal, tmp_path: Path) -> None:
    _put(journal, _changed(_lines(journal)))
    with pytest.raises(JournalError, match="371402 第 3 行：改动"):
        enter(journal, register_of_units(tmp_path), act("registered", "c9"))
    _put(journal, _rehashed(_changed(_lines(journal))))
    with pytest.raises(JournalError, match="最后一行与链头不符"):
        journal.read()


def test_a_chain_rewritten_to_its_end_is_found_by_its_heads(journal: Journal) -> None:
    _put(journal, _rehashed(_changed(_lines(journal))))
    assert (COUNTY, 3, "改动") in _found(journal)


def test_one_office_s_file_does_not_pass_for_another_s(journal: Journal) -> None:
    (journal.folder / f"{OTHER}.jsonl").write_bytes(b"".join(_lines(journal)))
    assert {(OTHER, 1, "改动")} <= set(_found(journal))


def _all_rewritten(journal: Journal, office: str = COUNTY, seen: bool = True) -> None:
    """The office's file and its heads, chained anew after a change, as who can write both would do it."""
    rows = _rehashed(_changed(_lines(journal, office)), office)
    _put(journal, rows, office)
    last = no_head(office)
    old = [json.loads(line) for line in (journal.folder / f"{office}.heads.jsonl").read_bytes().splitlines()]
    heads: list[Head] = []
    for row, told in zip(rows, old, strict=True):
        others = {name: (at[0], at[1]) for name, at in told["seen"].items()} if seen else {}
        last = next_head(last, told["known_on"], [(row, lines.split(row[:-1])[1])], others)
        heads.append(last)
    (journal.folder / f"{office}.heads.jsonl").write_bytes(b"".join(head.line for head in heads))


def test_a_county_that_rewrites_file_and_heads_is_found_by_what_others_saw(journal: Journal) -> None:
    _all_rewritten(journal)
    assert {what for office, _, what in _found(journal) if office == COUNTY} == {"对照"}


def test_a_file_that_is_gone_is_missed_by_those_who_saw_it(journal: Journal) -> None:
    for name in (f"{COUNTY}.jsonl", f"{COUNTY}.heads.jsonl"):
        (journal.folder / name).unlink()
    assert (COUNTY, 0, "缺失") in _found(journal)


def test_heads_changed_or_gone_are_named(journal: Journal) -> None:
    path = journal.folder / f"{CITY}.heads.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b'"lines":2', b'"lines":3', 1))
    assert (CITY, 0, "链头") in _found(journal)
    path.write_bytes(b"".join(whole.splitlines(keepends=True)[1:]))
    assert (CITY, 0, "链头") in _found(journal)
    path.unlink()
    assert (CITY, 0, "链头") in _found(journal)


@pytest.fixture(scope="module")
def signing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A journal of one office that signs, and the public keys, which lie elsewhere."""
    folder = tmp_path_factory.mktemp("signing")
    secret, public = make_key(folder / "keys", COUNTY)
    made = Journal(folder / "signed")
    enter(made, register_of_units(folder), *(act("registered", each) for each in CLAIMS), key=read_key(secret))
    (folder / "public").mkdir()
    public.rename(folder / "public" / public.name)
    assert secret.stat().st_mode & 0o777 == 0o600
    return folder


@pytest.fixture
def signed(signing: Path, tmp_path: Path) -> tuple[Journal, Path]:
    """A copy of the journal to be damaged, and the folder of public keys."""
    return Journal(shutil.copytree(signing / "signed", tmp_path / "signed")), signing / "public"


def test_a_signed_journal_proves_itself(signed: tuple[Journal, Path]) -> None:
    proof = verify_journal(signed[0].folder, keys=read_public_keys(signed[1]))
    assert (proof.wrong, proof.signed, proof.lines) == ((), (COUNTY,), 3)


def test_who_rewrites_all_is_found_by_the_signature(signed: tuple[Journal, Path], tmp_path: Path) -> None:
    journal, keys = signed
    old = (journal.folder / f"{COUNTY}.heads.jsonl").read_bytes()
    _all_rewritten(journal)
    assert _found(journal) == []  # nothing but a signature can tell
    assert (COUNTY, 0, "签名") in _found(journal, keys=read_public_keys(keys))
    heads = [json.loads(line) for line in (journal.folder / f"{COUNTY}.heads.jsonl").read_bytes().splitlines()]
    stolen = [json.loads(line)["signed"] for line in old.splitlines()]
    last = ""
    out = b""
    for head, mark in zip(heads, stolen, strict=True):
        again = Head(**{**head, "seen": {}, "signed": mark, "before": last})
        last, out = again.own_hash, out + again.line
    (journal.folder / f"{COUNTY}.heads.jsonl").write_bytes(out)  # the old signatures under the new heads
    assert (COUNTY, 3, "签名") in _found(journal, keys=read_public_keys(keys))


def test_an_office_that_is_to_sign_and_does_not_is_told(signed: tuple[Journal, Path], tmp_path: Path) -> None:
    journal, keys = signed
    enter(journal, register_of_units(tmp_path), act("registered", "c4"))
    assert _found(journal, keys=read_public_keys(keys)) == [(COUNTY, 0, "签名")]


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    make_key(tmp_path, COUNTY)
    with pytest.raises(JournalError, match="不能覆盖"):
        make_key(tmp_path, COUNTY)
    with pytest.raises(JournalError, match="不是可用的密钥文件"):
        read_key(tmp_path / f"{COUNTY}.pub.pem")


# ---- acts that a whole chain may still hold ----------------------------------------------------------------


def _written_past_the_checks(
    folder: Path, *kinds: str, office: str = COUNTY, steps: tuple[int, ...] = (1, 2)
) -> Journal:
    """A journal whose chain and heads are whole, of acts that were never looked at."""
    from ce_toolkit.workflow.acts import shaped

    made = Journal(folder / "forged")
    made.folder.mkdir()
    acts = shaped(acts_table([act(kind, actor=COUNTY if kind != "registered" else None) for kind in kinds]))
    acts["actor"] = acts["actor"].astype("str").fillna("德城区试验中学").astype("category")
    rows = acts.assign(step=list(steps), n=range(1, len(kinds) + 1), known_on=acts["on"])
    made._write(no_head(office), rows, DAY, None)
    return made


def test_D14_a_recognition_slipped_in_by_a_county_is_found(tmp_path: Path) -> None:
    journal = _written_past_the_checks(tmp_path, "registered", "recognised")
    assert _found(journal) == [(COUNTY, 2, "不能办理")]


def test_two_offices_that_acted_on_one_state_are_found_by_their_steps(tmp_path: Path) -> None:
    journal = _written_past_the_checks(tmp_path, "registered", "reviewed", steps=(1, 3))
    assert _found(journal) == [(COUNTY, 2, "步骤")]


# ---- an entry that broke off -------------------------------------------------------------------------------


@pytest.mark.parametrize("kept", [1, 40, -1])  # torn in its first line, or written whole with no head
def test_an_entry_that_broke_off_is_found_and_mended_by_name(journal: Journal, tmp_path: Path, kept: int) -> None:
    path, routes = journal.folder / f"{COUNTY}.jsonl", register_of_units(tmp_path)
    before = journal.read()
    heads = (journal.folder / f"{COUNTY}.heads.jsonl").read_bytes()
    enter(journal, routes, act("registered", "c4"))
    torn = path.read_bytes()[sum(map(len, _lines(journal)[:6])) :][: kept if kept > 0 else None]
    path.write_bytes(b"".join(_lines(journal)[:6]) + torn)
    (journal.folder / f"{COUNTY}.heads.jsonl").write_bytes(heads)
    with pytest.raises(JournalError, match=r"第 6 行以后有没有记完的内容.*ce journal mend"):
        journal.read()
    with pytest.raises(JournalError, match="没有记完"):
        enter(journal, routes, act("registered", "c5"))
    with pytest.raises(ActError, match="由谁修复"):
        journal.mend(COUNTY, by=" ", on=DAY)
    assert journal.mend(COUNTY, by="管理员戊", on=DAY) == len(torn)
    assert (journal.folder / f"{COUNTY}.torn-7").read_bytes() == torn
    after = journal.read()
    assert list(after[after["act"] == "mended"]["by"]) == ["管理员戊"]
    assert len(after) == len(before) + 1
    assert verify_journal(journal.folder, routes=routes).wrong == ()
    enter(journal, routes, act("registered", "c4"))


def test_a_head_that_was_not_written_whole_is_mended_too(journal: Journal, tmp_path: Path) -> None:
    path, routes = journal.folder / f"{COUNTY}.heads.jsonl", register_of_units(tmp_path)
    enter(journal, routes, act("registered", "c4"))
    path.write_bytes(path.read_bytes()[:-20])
    assert journal.mend(COUNTY, by="管理员戊", on=DAY) > 0
    assert verify_journal(journal.folder, routes=routes).wrong == ()
    assert journal.mend(COUNTY, by="管理员戊", on=DAY) == 0


def test_lines_that_are_gone_are_not_made_up_by_mending(journal: Journal) -> None:
    _put(journal, _lines(journal)[:-1])
    with pytest.raises(JournalError, match="末尾缺少内容"):
        journal.mend(COUNTY, by="管理员戊", on=DAY)
