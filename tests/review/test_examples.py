"""The examples in the docstrings of the sampling modules give what they say."""

import doctest
import importlib
import pkgutil

import pytest

import ce_toolkit.review

MODULES = sorted(module.name for module in pkgutil.iter_modules(ce_toolkit.review.__path__))


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str) -> None:
    assert doctest.testmod(importlib.import_module(f"ce_toolkit.review.{name}")).failed == 0
