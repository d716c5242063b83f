"""The city as a whole: how it is made, remade, and left alone."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ce_toolkit.demo import City, build_city, make_demo
from ce_toolkit.demo import city as city_module
from ce_toolkit.demo.spec import areas, series_table
from ce_toolkit.errors import InputError

_MAKE = (
    "import sys; from pathlib import Path; from ce_toolkit.demo import make_demo; make_demo(Path(sys.argv[1]), 7, 300)"
)


def _digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_two_runs_give_the_same_bytes_whatever_the_hash_seed(tmp_path: Path, folder: Path) -> None:
    for seed in ("0", "4711"):
        env = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
        subprocess.run([sys.executable, "-c", _MAKE, str(tmp_path / seed)], env=env, check=True)
    first = _digests(tmp_path / "0")
    assert first == _digests(tmp_path / "4711") == _digests(folder)
    assert len(first) > 60


def test_another_seed_gives_another_city(city: City) -> None:
    other = build_city(8, 300)
    assert list(other.truth["people"]["name"]) != list(city.truth["people"]["name"])


def test_three_hundred_people_in_fourteen_areas_and_about_twenty_units(city: City, folder: Path) -> None:
    assert len(city.truth["people"]) == 300
    assert 20 <= len(city.units) <= 25
    inbox = {path.name for path in (folder / "inbox").iterdir()}
    assert inbox == {area.code for area in areas()} | {"platforms"}
    assert {unit.area.code for unit in city.units} == {area.code for area in areas()}


def test_the_folder_says_which_city_it_is(folder: Path) -> None:
    assert json.loads((folder / "demo.json").read_text(encoding="utf-8")) == {"seed": 7, "people": 300, "version": 3}


def test_the_very_same_city_is_left_alone(tmp_path: Path) -> None:
    out = tmp_path / "city"
    assert make_demo(out, seed=1, people=100)
    stamp = (out / "units.csv").stat().st_mtime_ns
    assert not make_demo(out, seed=1, people=100)
    assert (out / "units.csv").stat().st_mtime_ns == stamp


def test_another_demo_city_is_replaced_as_a_whole(tmp_path: Path) -> None:
    out = tmp_path / "city"
    make_demo(out, seed=1, people=100)
    assert make_demo(out, seed=2, people=120)
    assert _digests(out) == {book.path: _sha(book.render()) for book in build_city(2, 120).books} | _rest(out)
    assert [path.name for path in tmp_path.iterdir()] == ["city"]


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _rest(out: Path) -> dict[str, str]:
    return {name: digest for name, digest in _digests(out).items() if name.startswith(("truth/", "demo.json"))}


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    assert make_demo(tmp_path / "", seed=1, people=100)
    assert (tmp_path / "units.csv").is_file()


def test_a_folder_of_anything_else_is_not_overwritten(tmp_path: Path) -> None:
    out = tmp_path / "mine"
    out.mkdir()
    (out / "报名表.xlsx").write_bytes(b"precious")
    with pytest.raises(InputError, match="不予覆盖；请另选输出位置"):
        make_demo(out, seed=1, people=100)
    assert _digests(out) == {"报名表.xlsx": _sha(b"precious")}


def test_another_demo_json_is_no_marker(tmp_path: Path) -> None:
    (tmp_path / "demo.json").write_text('{"slides": 12}')
    with pytest.raises(InputError, match="不是演示城市"):
        make_demo(tmp_path, seed=1, people=100)


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("x")
    with pytest.raises(InputError, match="已有同名文件"):
        make_demo(tmp_path / "out", seed=1, people=100)


def test_a_broken_run_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "city"
    make_demo(out, seed=1, people=100)
    before = _digests(out)

    def full_disk(*_: object, **__: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(city_module.parquet, "write_table", full_disk)
    with pytest.raises(InputError, match="无法写入演示城市（disk full）"):
        make_demo(out, seed=2, people=100)
    assert _digests(out) == before
    assert [path.name for path in tmp_path.iterdir()] == ["city"]


def test_progress_counts_every_file_up_to_all(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    make_demo(tmp_path / "city", seed=1, people=100, progress=lambda done, total: told.append((done, total)))
    total = told[0][1]
    assert told == [(done, total) for done in range(1, total + 1)]


@pytest.mark.parametrize(("seed", "people"), [(7, 99), (-1, 300)])
def test_what_cannot_be_built_is_said_in_chinese(seed: int, people: int) -> None:
    with pytest.raises(InputError, match="people 应不小于 100"):
        build_city(seed, people)


@pytest.mark.slow
def test_twenty_thousand_people_have_every_series_and_level() -> None:
    city = build_city(7, 20000)
    people = city.truth["people"]
    assert set(people["series"]) == set(series_table())
    titles = {title for series in series_table().values() for ts in series.titles.values() for title in ts}
    assert len(titles - set(people["title"])) < 12  # the rarest titles of the smallest series may be missing
    assert 290 <= len(city.units) <= 310
