"""Findings that only show once rows of several files stand side by side: unknown units, doubtful persons."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

from ce_toolkit.masking import mask_name, mask_text
from ce_toolkit.tables import FINDINGS, frame


@dataclass(frozen=True)
class Notice:
    """What a finding of one code says: severity, what is wanted, the clause and how to mend it."""

    severity: str
    wanted: str
    clause: str
    fix: str


NOTICES: Mapping[str, Notice] = MappingProxyType(
    {
        "E1": Notice("warn", "4月30日前报送", "五", "报名表晚于报名截止日收到，照收并注明逾期天数。"),
        "MR4": Notice("auto", "每人只报一次", "附件", "同一人报送多次，已以最后收到的一次为准，无须处理。"),
        "MR5": Notice(
            "warn", "每人只由一个单位填报", "附件", "两个单位都报了此人，请核实现工作单位；学时随人，不重复计。"
        ),
        "MR6": Notice(
            "hold",
            "一个证书编号对应一个人",
            "附件",
            "同一证书编号出现不同姓名，请核对证书编号是否下拉复制有误，更正后重报。",
        ),
        "MR11": Notice(
            "warn",
            "一项只报一次",
            "三",
            "另一个文件里已有此人的同一项目，只计一次；是两件事的，请写清名称、日期或文号。",
        ),
        "T20": Notice(
            "warn", "单位名录中的全称", "附件", "单位名录中没有这个单位，性质和审核单位待定；请更正名称或补入单位名录。"
        ),
        "MR12": Notice("warn", "本地区的单位", "四", "单位名录中此单位属于其他地区，请核实应由哪里审核。"),
        "B15": Notice(
            "warn", "能对上一个人的证书编号", "二", "成绩与报名人员不能唯一对应，暂不记入；请核对姓名、单位和证书编号。"
        ),
        "D12": Notice(
            "hold",
            "能对上一个人的姓名和证书编号",
            "四",
            "学时登记与报名人员不能唯一对应，暂不计入；请核对姓名、单位和证书编号。",
        ),
        "U22": Notice("warn", "本县市区规定的证书编号格式", "附件", "证书编号不合规定的格式，照收；请核对后更正。"),
        "U34": Notice("info", "先报名", "六.3", "有学时登记但不在报名表上，照常认定；请单位补报报名表。"),
    }
)


def notices(code: str, rows: pd.DataFrame, *, shown: pd.Series | None = None) -> pd.DataFrame:
    """One finding of this code per row (which needs file, sheet, source and name); what is shown is masked."""
    notice = NOTICES[code]
    values = rows["name"].map(mask_name) if shown is None else shown.map(mask_text, na_action="ignore")
    count = len(rows)
    cells = rows["source"].str.rsplit("!", n=1).str[-1]
    return frame(
        FINDINGS,
        {
            "finding_id": [f"{code}:{source}" for source in rows["source"]],
            "code": [code] * count,
            "severity": [notice.severity] * count,
            "file": rows["file"].astype(object).tolist(),
            "sheet": rows["sheet"].astype(object).tolist(),
            "cell": cells.astype(object).tolist(),
            "shown": values.astype(object).tolist(),
            "wanted": [notice.wanted] * count,
            "clause": [notice.clause] * count,
            "fix": [notice.fix] * count,
            "state": ["open"] * count,
        },
    )
