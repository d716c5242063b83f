"""Names of counties, districts and zones by their codes, in the order of the bureau's tables."""

import tomllib
from functools import cache
from importlib import resources

import pandas as pd


@cache
def area_names() -> dict[str, str]:
    """Name of each area code."""
    text = (resources.files("ce_toolkit.registers") / "areas.toml").read_text(encoding="utf-8")
    return {entry["code"]: entry["name"] for entry in tomllib.loads(text)["area"]}


def named(codes: pd.Series) -> pd.Series:
    """Area codes as an ordered category of names; an unknown code stays as it is and comes last."""
    names = area_names()
    text = codes.astype("str")
    others = sorted(set(text.dropna()) - set(names))
    order = [*names.values(), *others]
    words = text.map({**names, **{code: code for code in others}})
    return pd.Series(pd.Categorical(words, categories=order), index=codes.index)
