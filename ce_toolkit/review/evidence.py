"""Which proof the review asks to see of a claim (四, D9–D12), and what the unit said it has."""

from types import MappingProxyType

import numpy as np
import pandas as pd

_BY_CLASS = MappingProxyType(
    {"training": "培训证书", "self_study": "学习档案", "output": "鉴定证书", "public_other": "其他"}
)
_PAPERS = ("paper", "conference_paper", "book", "translation")
OTHER = "其他有效证明"


def expected(claims: pd.DataFrame) -> pd.Series:
    """The proof that is looked for: of a training its certificate, of a paper the paper, of a result its appraisal."""
    told = claims["class"].astype("str").map(_BY_CLASS).astype("str").fillna(OTHER)
    papers = claims["kind"].astype("str").isin(_PAPERS) & (claims["class"].astype("str") == "output")
    return told.mask(papers, "论文著作")


def present(claims: pd.DataFrame) -> pd.Series:
    """What the unit stated: whether there is proof, since when, its number, whether it is in the learning file."""
    said = _said(claims["proof"], "有证明", "没有证明", "未说明")
    since = claims["proof_on"].astype("str").where(claims["proof_on"].notna(), "")
    number = claims["key"].astype("str").where(claims["key"].notna(), "")
    filed = _said(claims["in_archive"], "已入学习档案", "未入学习档案", "")
    parts = [
        said,
        ("，" + since).where(since != "", ""),
        ("，编号 " + number).where(number != "", ""),
        ("；" + filed).where((filed != "") & (claims["class"].astype("str") == "self_study"), ""),
    ]
    return parts[0] + parts[1] + parts[2] + parts[3]


def _said(flags: pd.Series, yes: str, no: str, blank: str) -> pd.Series:
    known = flags.notna().to_numpy()
    true = flags.fillna(False).to_numpy(dtype=bool)
    return pd.Series(np.where(~known, blank, np.where(true, yes, no)), index=flags.index, dtype="str")
