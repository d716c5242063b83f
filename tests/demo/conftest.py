"""The small city that the tests of this room share."""

from pathlib import Path

import pytest

from ce_toolkit.demo import City, build_city, make_demo


@pytest.fixture(scope="session")
def city() -> City:
    return build_city(7, 300)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("demo") / "city"
    assert make_demo(out, seed=7, people=300)
    return out
