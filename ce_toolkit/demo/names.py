"""Invented names of people: common ones, two-character ones, minority names with U+00B7, rare characters."""

import numpy as np

from ce_toolkit.demo.dice import Bools, Texts, chance, choose, objects, some
from ce_toolkit.demo.spec import name_words


def draw_names(rng: np.random.Generator, female: Bools) -> list[str]:
    """One invented name per person, fitting the sex; a few hold a rare character or are minority names."""
    size = len(female)
    words = name_words()
    surnames = choose(rng, words["surnames"]["common"], size)
    first, second = _characters(rng, female), _characters(rng, female)
    single = chance(rng, 0.14, size)
    lone = objects(list(words["given"]["single"]))[rng.integers(len(words["given"]["single"]), size=size)]
    given = np.where(single, lone, first + second)
    names = list(surnames + given)
    _put_rare(rng, names)
    _put_minority(rng, names)
    return names


def _characters(rng: np.random.Generator, female: Bools) -> Texts:
    given = name_words()["given"]
    men, women = objects(list(given["male"])), objects(list(given["female"]))
    size = len(female)
    return np.where(female, women[rng.integers(len(women), size=size)], men[rng.integers(len(men), size=size)])


def _put_rare(rng: np.random.Generator, names: list[str]) -> None:
    """The last character becomes a rare one: each of them occurs where three people or more are named."""
    rare = name_words()["special"]["rare"]
    for turn, i in enumerate(some(rng, np.arange(len(names)), 0.004, least=len(rare))):
        names[i] = names[i][:-1] + rare[turn % len(rare)]


def _put_minority(rng: np.random.Generator, names: list[str]) -> None:
    special = name_words()["special"]
    given, family = special["minority_given"], special["minority_family"]
    for i in some(rng, np.arange(len(names)), 0.005, least=3):
        names[i] = f"{given[rng.integers(len(given))]}·{family[rng.integers(len(family))]}"
