"""One person: where it stands against the minima, each claim with what was cut and why, and the cells it came from."""

from collections.abc import Iterator, Sequence

import pandas as pd

from ce_toolkit.forms.markup import form, heading, line, table
from ce_toolkit.masking import mask_place, mask_text
from ce_toolkit.publish.card import card
from ce_toolkit.rules.inquiry.explain import ClaimExplained, Earlier, Fired, PersonExplained, explain_person
from ce_toolkit.rules.inquiry.rerun import Year
from ce_toolkit.rules.pack import Pack
from ce_toolkit.rules.reasons import reason_name

STATES = {"granted": "认定", "refused": "不予认定", "held": "待补"}


def explained(person_id: str, year: Year, pack: Pack) -> PersonExplained:
    """Why the person stands where it stands, under ``pack``."""
    earlier = Earlier(year.history, year.carried)
    return explain_person(person_id, year.claims, year.people, pack, year.as_of, earlier=earlier)


def minima(one: PersonExplained) -> pd.DataFrame:
    """One row a minimum: class hours asked, had and missing."""
    rows = [(_requirement(each.requirement, one.pack), each.need, each.have, each.short) for each in one.minima]
    return pd.DataFrame(rows, columns=["要求", "应有学时", "已认定", "还差"])


def _requirement(name: str, pack: Pack) -> str:
    requirement = next(each for each in pack.requirements if each.id == name)
    return pack.label("total" if requirement.bucket == "*" else requirement.bucket or name)


def ledger(one: PersonExplained) -> pd.DataFrame:
    """One row a claim: claimed = granted + over the cap + refused + held, and the reasons with their clauses."""
    rows = [
        (one.pack.label(claim.class_), _title(claim), claim.start, claim.end, STATES[claim.state],
         claim.claimed, claim.granted, claim.over_cap, claim.refused, claim.held,
         "；".join(_why(claim.fired, one.pack)))
        for claim in one.claims
    ]  # fmt: skip
    heads = ["类别", "名称", "起", "止", "结果", "申报", "认定", "超上限", "不予认定", "待补", "原因和依据"]
    return pd.DataFrame(rows, columns=heads)


def _title(claim: ClaimExplained) -> str:
    return mask_text(claim.title) or "（无名称）"


def _why(fired: Sequence[Fired], pack: Pack) -> Iterator[str]:
    for each in fired:
        yield f"{pack.in_unit(reason_name(each.reason))}（{each.clause}）"


def sources(one: PersonExplained, year: Year) -> pd.DataFrame:
    """One row a claim, and one for the person: file, sheet and cell it was read from, names in them masked."""
    people, claims = year.people, year.claims
    rows = [("人员", "", _source(people, "person_id", one.person_id))]
    mine = claims[claims["person_id"] == one.person_id]
    for claim in one.claims:
        rows.append((one.pack.label(claim.class_), _title(claim), _source(mine, "claim_id", claim.claim_id)))
    split = [(kind, name, *_split(source)) for kind, name, source in rows]
    return pd.DataFrame(split, columns=["类别", "名称", "来源文件", "工作表", "单元格"])


def _source(rows: pd.DataFrame, key: str, value: str) -> str:
    if "source" not in rows:
        return ""
    found = rows.loc[rows[key] == value, "source"].dropna()
    return str(found.iloc[0]) if len(found) else ""


def _split(source: str) -> tuple[str, str, str]:
    """File, sheet and cell of an address such as 登记表.xlsx!Sheet1!A5."""
    parts = source.rsplit("!", 2) if source else []
    file, sheet, cell = [*parts, "", "", ""][:3]
    return mask_place(file) or "（未记来源）", mask_place(sheet), cell


def person_page(label: str, one: PersonExplained, year: Year, note: str = "") -> str:
    """All of a person as HTML, with a note on top where there is one."""
    return form(
        line(label, "big"),
        *([line(note)] if note else []),
        heading("与要求对照"),
        table(minima(one)),
        heading("各项申报的去向（申报 = 认定 + 超上限 + 不予认定 + 待补）"),
        table(ledger(one)),
        heading("逐项说明"),
        card(one)._repr_html_(),
        heading("来源"),
        table(sources(one, year)),
    )
