"""Folders to fill, as for the tests of intake."""

from tests.intake.conftest import inbox

__all__ = ["inbox"]
