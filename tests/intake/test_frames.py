"""Rows on their way from files to one frame: nothing is lost between processes or for want of a column."""

import pickle

import pyarrow as pa

from ce_toolkit.intake.fields import field_spec
from ce_toolkit.intake.frames import BESIDE, PLACE, Part, commented, joined
from ce_toolkit.tables import COUNT, TEXT


def _part(file: str, rows: int, **more: list[str | None]) -> Part:
    columns = {"row": pa.array(range(5, 5 + rows), COUNT), "name": pa.array(["丁一郎"] * rows, TEXT)}
    columns |= {name: pa.array(values, TEXT) for name, values in more.items()}
    return Part("hours", file, "表", f"{file}!表", "B", "试验中学", None, pa.record_batch(columns))


def test_a_part_comes_out_of_another_process_as_it_went_in() -> None:
    for part in (_part("甲.xlsx", 3, title=["讲座", None, ""]), _part("乙.xlsx", 0)):
        assert pickle.loads(pickle.dumps(part)) == part  # noqa: S301 - our own


def test_columns_that_no_table_or_only_some_have_are_blank_in_the_frame() -> None:
    parts = [_part(f"{number}.xlsx", 2) for number in range(40)]  # more than are taken at once
    parts.append(_part("末.xlsx", 2, title=["讲座", None], comment=[None, "B6：已调走"]))
    frame = joined("hours", parts)

    assert list(frame.columns) == [*PLACE, *(field.id for field in field_spec().forms["hours"].fields), *BESIDE]
    assert frame["source"].iloc[[0, -1]].tolist() == ["0.xlsx!表!B5", "末.xlsx!表!B6"]
    assert frame["title"].dropna().tolist() == ["讲座"]
    assert frame[["hours", "class", "organiser", "form_year"]].isna().all(axis=None)
    assert {name: str(kind) for name, kind in joined("hours", []).dtypes.items()} == {
        name: str(kind) for name, kind in frame.dtypes.items()
    }
    assert commented(parts).to_numpy().tolist() == [["末.xlsx!表!B6", "丁一郎", "B6：已调走"]]


def test_a_blank_column_of_the_frame_can_be_written_to() -> None:
    frame = joined("hours", [_part("甲.xlsx", 3)])
    frame.loc[1, "items"] = 2
    frame.loc[2, "organiser"] = "教育局"
    assert frame["items"].isna().tolist() == [True, False, True]
    assert frame["key"].isna().all()
    assert frame["organiser"].dropna().tolist() == ["教育局"]
