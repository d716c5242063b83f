"""The truth says what stands in the files, cell by cell, and what is to become of it."""

from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from ce_toolkit.demo import City, build_city
from ce_toolkit.demo.spec import form
from ce_toolkit.demo.truth import TRUTH
from ce_toolkit.tables import CLAIMS, EXAMS, PEOPLE, conform
from tests.demo.sheets import cell, plain, rows

_KINDS = {
    "merged_unit", "numbered_blanks", "blank_row", "total_row", "guide_sheet", "duplicate_row", "sent_twice",
    "truncated", "late_file", "remark_column", "head_synonym", "head_spaced", "column_order", "second_words",
    "bare_export", "csv_utf-8-sig", "csv_gb18030", "dates_dotted", "dates_chinese", "dates_compact",
    "date_dotted", "date_chinese", "date_compact", "date_slash", "date_two_digit_year", "hours_unit",
    "hours_about", "hours_minutes", "hours_negative", "hours_full_width", "days_full_width",
    "certificate_missing", "certificate_as_number", "certificate_full_width", "certificate_blank_word",
    "name_spaced", "name_separator", "trailing_blank", "sex_missing", "sex_word", "title_missing",
    "series_alias", "misspelt_unit",
}  # fmt: skip


def _frame(city: City, name: str) -> pd.DataFrame:
    """A truth table with text and blanks as plain objects."""
    table = city.truth[name].astype(object)
    return table.where(table.notna(), None)


@pytest.mark.parametrize(("name", "contract"), [("people", PEOPLE), ("claims", CLAIMS), ("exams", EXAMS)])
def test_truth_keeps_the_contracts(city: City, name: str, contract: object) -> None:
    conform(contract, city.truth[name])


def test_the_stored_truth_is_the_truth(city: City, folder: Path) -> None:
    for name in TRUTH:
        stored = pd.read_parquet(folder / "truth" / f"{name}.parquet", dtype_backend="pyarrow")
        assert list(stored.columns) == list(TRUTH[name].columns)
        assert len(stored) == len(city.truth[name])


def test_every_kind_of_mess_is_there_even_in_a_small_city(city: City) -> None:
    assert set(city.truth["mess"]["kind"]) >= _KINDS


def test_every_cell_of_mess_shows_what_the_truth_says(city: City, folder: Path) -> None:
    mess = _frame(city, "mess")
    at_cells = mess[mess["field"].notna() & (mess["kind"] != "merged_unit") & mess["ref"].notna()]
    assert len(at_cells) > 200
    for piece in at_cells.itertuples():
        shown = plain(cell(folder / "inbox" / piece.file, piece.sheet, piece.cell))
        assert shown == (piece.shown or ""), (piece.file, piece.cell)
        assert shown != piece.meant or piece.kind.startswith("date") or not piece.meant, (piece.file, piece.cell)


def test_every_person_stands_where_the_truth_says(city: City, folder: Path) -> None:
    people = _frame(city, "people")
    mess = _slipped(city)
    for person in people[people["file"].notna()].itertuples():
        line = rows(folder / "inbox" / person.file, person.sheet)[person.row - 1]
        cells = [plain(value) for value in line]
        for field in ("name", "sex", "title"):
            meant = getattr(person, field) or ""
            assert meant in cells or (person.person_id, field) in mess
        if (person.person_id, "certificate_no") not in mess:
            assert person.certificate_written in cells


def test_every_claim_stands_where_the_truth_says(city: City, folder: Path) -> None:
    claims = _frame(city, "claims")
    names = dict(zip(city.truth["people"]["person_id"], city.truth["people"]["name"], strict=True))
    mess = _slipped(city)
    for claim in claims[claims["read"] != "refused"].itertuples():
        line = [plain(v) for v in rows(folder / "inbox" / claim.file, claim.sheet)[claim.row - 1]]
        assert names[claim.person_id] in line or (claim.claim_id, "name") in mess
        assert plain(float(claim.hours)) in line or (claim.claim_id, "hours") in mess
        assert claim.title in line
        assert claim.key is None or claim.key in line


def _slipped(city: City) -> set[tuple[str, str]]:
    return set(zip(city.truth["mess"]["ref"], city.truth["mess"]["field"], strict=True))


def test_every_row_of_every_file_is_accounted_for(city: City, folder: Path) -> None:
    """T11: read rows = accepted + held + skipped, whatever sort they are of."""
    files = _frame(city, "files")
    sheets = _frame(city, "people")[["file", "sheet"]], _frame(city, "claims")[["file", "sheet"]]
    sheet_of = (
        pd.concat([*sheets, _frame(city, "exams")[["file", "sheet"]]]).drop_duplicates().set_index("file")["sheet"]
    )
    for entry in files[files["duplicate_of"].isna() & (files["outcome"] != "refused")].itertuples():
        told = entry.rows_accepted + entry.rows_held + entry.rows_skipped
        assert len(rows(folder / "inbox" / entry.file, sheet_of[entry.file])) == told, entry.file


def test_held_rows_are_the_unreadable_ones(city: City) -> None:
    mess, claims, files = _frame(city, "mess"), _frame(city, "claims"), _frame(city, "files")
    held = mess[mess["held"].astype(bool)]
    assert set(held["kind"]) == {"hours_about", "hours_minutes", "date_two_digit_year", "hours_negative"}
    assert set(held["ref"]) == set(claims.loc[claims["read"] == "held", "claim_id"])
    assert Counter(held["file"]) == Counter(dict(files.loc[files["rows_held"] > 0, ["file", "rows_held"]].to_numpy()))
    assert set(files.loc[files["rows_held"] > 0, "outcome"]) == {"partly"}


def test_a_negative_figure_is_read_as_it_stands(city: City) -> None:
    claims, mess = _frame(city, "claims"), _frame(city, "mess")
    typed = mess.loc[mess["kind"] == "hours_negative", "ref"]
    assert (claims.loc[claims["claim_id"].isin(typed), "hours"] < 0).all()
    assert (claims.loc[~claims["claim_id"].isin(typed), "hours"] > 0).all()


def test_every_file_is_in_the_log_of_receipt(city: City, folder: Path) -> None:
    files = _frame(city, "files")
    for log in (folder / "inbox").glob("*/收件登记.csv"):
        logged = {line[0]: line[1] for line in rows(log, None)[1:]}
        there = {path.name for path in log.parent.iterdir() if path != log}
        told = files[files["area"] == log.parent.name]
        assert logged == {f.rpartition("/")[2]: str(d) for f, d in zip(told["file"], told["received_on"], strict=True)}
        assert set(logged) == there


def test_enrolment_comes_in_april_but_for_the_late(city: City) -> None:
    files = _frame(city, "files")
    days = files.loc[(files["form"] == "enrolment") & files["duplicate_of"].isna(), "received_on"].astype(str)
    late = days > "2017-04-30"
    assert 2 <= late.sum() < len(days) / 4
    assert days[~late].between("2017-04-10", "2017-04-30").all()
    assert days[late].between("2017-05-15", "2017-05-31").all()


def test_a_file_sent_twice_is_equal_to_the_byte(city: City, folder: Path) -> None:
    files = _frame(city, "files")
    copies = files[files["duplicate_of"].notna()]
    assert len(copies)
    for copy in copies.itertuples():
        assert "(1)" in copy.file
        original = folder / "inbox" / copy.duplicate_of
        assert (folder / "inbox" / copy.file).read_bytes() == original.read_bytes()


def test_namesakes_can_be_told_apart_by_their_numbers(city: City) -> None:
    people = _frame(city, "people")
    twins = people[people.duplicated(["employer", "name"], keep=False)]
    assert len(twins) >= 4
    assert twins["certificate_written"].notna().all()
    assert twins["certificate_written"].is_unique


def test_certificate_numbers_are_unique_text_of_thirteen_digits(city: City) -> None:
    numbers = city.truth["people"]["certificate_no"].dropna()
    assert numbers.is_unique
    assert numbers.str.fullmatch(r"0\d37148\d{6}").all()
    assert 0 < city.truth["people"]["certificate_no"].isna().sum() < 30


def test_no_cap_is_left_unbroken(city: City) -> None:
    """C11, C17, C22: over 8 a day, over 40 of self-study, over 30 of outputs; and over New Year (D5)."""
    claims = city.truth["claims"]
    hours, days = claims["hours"].astype(float), claims["days"].astype(float)
    assert (hours > 8 * days).any()
    yearly = hours.groupby([claims["person_id"], claims["class"]], observed=True).sum()
    assert (yearly.xs("self_study", level="class") > 40).any()
    assert (yearly.xs("output", level="class") > 30).any()
    assert (claims["end"].astype("datetime64[ns]").dt.year > claims["start"].astype("datetime64[ns]").dt.year).any()


def test_claims_fail_in_every_everyday_way() -> None:
    claims = build_city(7, 2000).truth["claims"]
    assert {"none"} < set(claims["basis"].dropna())
    assert claims.loc[claims["class"] == "training", "basis"].isna().any()
    for flag in ("proof", "registered", "published", "in_archive", "recognised"):
        assert {True, False} <= set(claims[flag].dropna())
    repeated = claims[claims["key"].notna()].duplicated(["person_id", "key"])
    assert repeated.sum() > 10
    starts = claims["start"].astype("datetime64[ns]")
    assert (starts.dt.year == 2016).any()
    assert set(claims["class"]) == {"training", "self_study", "output", "public_other"}


def test_between_half_and_three_quarters_meet_the_year_and_areas_differ() -> None:
    """F10–F12, roughly: caps by class and filters, without the finer rules."""
    truth = build_city(7, 5000).truth
    people = truth["people"].set_index("person_id")
    met = _met(truth["claims"], truth["exams"], people)
    assert 0.55 < met.mean() < 0.75
    by_area = met.groupby(people["county"], observed=True).mean()
    assert by_area.max() - by_area.min() > 0.1


def _met(claims: pd.DataFrame, exams: pd.DataFrame, people: pd.DataFrame) -> pd.Series:
    sound = claims[(claims["proof"] == True) & (claims["registered"] == True)]  # noqa: E712
    sound = sound[(sound["basis"] != "none") & (sound["in_archive"].fillna(True)) & (sound["published"].fillna(True))]
    worth = sound["hours"].astype(float).clip(upper=8 * sound["days"].astype(float).fillna(99))
    yearly = worth.groupby([sound["person_id"], sound["class"]], observed=True).sum().unstack().fillna(0)
    total = yearly["training"] + yearly["self_study"].clip(upper=40) + yearly["output"].clip(upper=30)
    passed = exams.loc[(exams["result"] == "pass") & (exams["year"] == 2017), "person_id"].dropna()
    return (total.reindex(people.index).fillna(0) >= 60) & people.index.isin(passed)


def test_mh4_other_heads_are_synonyms_of_the_field_spec(city: City) -> None:
    mess, form_of = _frame(city, "mess"), city.truth["files"].set_index("file")["form"]
    heads = mess[mess["kind"] == "head_synonym"]
    assert set(form_of[heads["file"]]) == {"enrolment", "hours", "exam"}
    for piece in heads.itertuples():
        field = next(field for field in form(form_of[piece.file]).fields if field.id == piece.field)
        assert piece.shown in field.also
        assert piece.meant == field.label
