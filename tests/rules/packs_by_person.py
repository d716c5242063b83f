"""Small packs for what is asked by person and over years: three classes in two buckets, every claim worth its hours."""

import tomllib
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ce_toolkit.rules import Pack, parse_pack

_PACK = """
[pack]
id = "t-{year}"
edition = "{year}"
revision = 1
title = "试"
region = "000000"
region_name = "试"
status = "illustrative"
waiver = "试"
[time]
year = {year}
from = {first}
to = {last}
known_from = {first}
[[document]]
number = "试1号"
title = "试"
issuer = "试"
role = "primary"
[[clause]]
id = "一"
quote = "试"
[buckets]
professional = ["course", "ethics"]
public = ["open"]
[labels]
professional = "专业"
public = "公需"
course = "课程"
ethics = "伦理"
open = "公开课"
[[rule]]
id = "worth"
verb = "worth"
class = ["course", "ethics", "open"]
from = "hours"
reason = "claim_differs"
cites = ["一"]
says = "计{{after}}"
[[rule]]
id = "proof"
verb = "need"
field = "proof"
values = [false]
reason = "no_proof"
cites = ["一"]
says = "缺证明"
[[rule]]
id = "bare"
verb = "need"
test = "worth_unknown"
reason = "no_hours"
cites = ["一"]
says = "缺学时"
{asked}
"""
_SAYS = 'cites = ["一"]\nsays = "应有{need}，已有{have}，还差{short}"\n'

# name -> (years in a period, what is asked and carried)
SHAPES = {
    "levels": (1, """
[[requirement]]
id = "senior"
bucket = "*"
at_least = 72
when = { field = "level", in = ["正高级", "副高级", "中级"] }
[[requirement]]
id = "junior"
bucket = "*"
at_least = 40
when = { field = "level", in = ["初级"] }
[[requirement]]
id = "open"
bucket = "public"
share = "1/3"
[[requirement]]
id = "codes"
class = ["ethics"]
at_least = 4.5
when = { field = "practice", in = ["房屋设计"] }
"""),
    "rolling": (1, """
[[requirement]]
id = "three"
bucket = "*"
years = 3
ladder = [{ months = 12, at_least = 20 }, { months = 24, at_least = 60 }, { months = 36, at_least = 100.5 }]
since = "licensed_on"
[[requirement]]
id = "floor"
bucket = "*"
at_least = 20
prorate = ["hired_on", "left_on"]
waive = true
[[requirement]]
id = "ethics"
kind = ["net", "case"]
years = 2
at_least = 4
"""),
    "term": (1, """
[[requirement]]
id = "average"
bucket = "*"
term = "term_from"
at_least = 30
waive = true
[[requirement]]
id = "professional"
bucket = "professional"
share = "2/3"
of = "earned"
[[requirement]]
id = "open"
bucket = "public"
term = "term_from"
years = 2
at_least = 5
"""),
    "carry": (1, """
[[requirement]]
id = "all"
bucket = "*"
at_least = 40
waive = true
[[requirement]]
id = "professional"
bucket = "professional"
at_least = 25
[[requirement]]
id = "public"
bucket = "public"
at_least = 10
[[carry]]
id = "pro"
over = "professional"
limit = 15
max_age = 2
except = ["ethics"]
[[carry]]
id = "pub"
over = "public"
limit = 7.5
"""),
    "biennium": (2, """
[[requirement]]
id = "all"
bucket = "*"
at_least = 30
prorate = ["hired_on"]
waive = true
[[requirement]]
id = "four"
bucket = "professional"
years = 4
at_least = 40
[[requirement]]
id = "ethics"
class = ["ethics"]
at_least = 1
[[carry]]
id = "all"
over = "all"
limit = 15
"""),
}  # fmt: skip


def text(shape: str, year: int) -> str:
    """The pack of a shape for a year; periods begin on 1 July where the year is a fiscal one (``term``)."""
    length, asked = SHAPES[shape]
    first = f"{year - 1}-07-01" if shape == "term" else f"{year - length + 1}-01-01"
    last = f"{year}-06-30" if shape == "term" else f"{year}-12-31"
    parts = asked.strip().split("[[")
    said = "".join(f"[[{part.rstrip()}\n{_SAYS if 'carry]]' not in part else _CARRY}" for part in parts if part)
    return _PACK.format(year=year, first=first, last=last, asked=said)


_CARRY = 'cites = ["一"]\nsays = "结转不超过{limit}"\n'


def pack(shape: str, year: int) -> Pack:
    return parse_pack(text(shape, year).encode(), f"{shape}.toml")


def plain(shape: str, year: int) -> dict[str, Any]:
    """The pack as ``tomllib`` reads it, hours exact."""
    return tomllib.loads(text(shape, year), parse_float=lambda figure: Fraction(Decimal(figure)))
