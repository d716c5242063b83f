"""Tables of the city's recognition as its notebook and workbook show them: counts, and people by mask only."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd

from ce_toolkit.masking import mask_name, mask_number
from ce_toolkit.publish.facts import facts
from ce_toolkit.publish.labels import NONE, WORDS, in_chinese
from ce_toolkit.publish.shown import Shown
from ce_toolkit.publish.unit.words import AWAITS, text
from ce_toolkit.publish.unit.year import UnitYear, number
from ce_toolkit.publish.workbook.book import Page
from ce_toolkit.registers.areas import area_names
from ce_toolkit.rules.pack import Pack
from ce_toolkit.statistics.countdown import AHEAD, LAST_DAY, OVER, RUNNING, YEAR
from ce_toolkit.workflow.counts import TOTAL, by_county, in_the_way
from ce_toolkit.workflow.late import DONE, by_awaits, late_year, lost_or_double
from ce_toolkit.workflow.recognition import (
    GONE,
    HELD,
    LATER,
    NOBODY,
    ONE_NAME,
    REFUSED,
    REVIEWED_LATER,
    STRANGE,
    TO_CORRECT,
    TO_REVIEW,
    UNSEALED,
    Batch,
    batches,
)
from ce_toolkit.workflow.whole_year import WholeYear

_PHASES = {AHEAD: "未开始", RUNNING: "进行中", LAST_DAY: "今天截止", OVER: "已结束"}
_WHY = {
    REFUSED: ("审核不予认定", "如有异议，由审核单位重新审核"),
    TO_REVIEW: ("尚未审核", "由审核单位审核、盖章"),
    TO_CORRECT: ("已退回，待更正", "由用人单位更正后重新审核"),
    UNSEALED: ("审核栏没有加盖公章", "由审核单位盖章并重记审核"),
    HELD: ("按规则待补", "由用人单位补齐所缺的证明、日期等，再认定"),
    ONE_NAME: ("审核人与认定人相同", "市里审核的须由另一人认定"),
    NOBODY: ("没有审核单位", "在单位名录或参数 review_route 中写明"),
    STRANGE: ("单位不在名录", "补入单位名录，或更正单位名称"),
    REVIEWED_LATER: ("审核日期晚于认定日期", "改认定日期，或放到以后的批次"),
    LATER: ("此后另有办理", "以后的批次再办"),
    GONE: ("本年度数据中已没有这一项", "核对用人单位是否撤回或改报"),
}


def countdown_shown(told: pd.DataFrame) -> Shown:
    """The calendar as of the run's day (``statistics.countdown``)."""
    windows = {**WORDS["window"], YEAR: "学时年度"}
    plain_table = in_chinese(told.assign(window=told["window"].map(windows), phase=told["phase"].map(_PHASES)))
    heads = {"phase": "现在", "days_left": "还有几天", "working_left": "其中工作日", "days_over": "已过几天"}
    return Shown(plain_table.rename(columns=heads))


def states_shown(told: WholeYear) -> Shown:
    """Claims by county and what they wait for; the columns add up to the claims."""
    return Shown(by_county(told.table, told.people).rename(columns={"county": "县市区", "claims": "项数", **AWAITS}))


def batch_shown(batch: Batch | None, told: WholeYear, marked: str = "") -> Shown:
    """The batch as it stands in the journals: facts, the name of who recognised masked; ``marked`` 示范 is told."""
    invented = {marked: "登记、审核、认定由程序填写，不是真实办理"} if marked else {}
    if batch is None:
        return facts({**invented, "批次": "没有填写批次号，只看现状，不记入认定"})
    rows = batches(told.acts)
    mine = rows[rows["batch"] == batch.number]
    outside = batch.days_outside(told.pack)
    window = (
        "在审核认定时段内" if not outside else f"审核认定时段{'结束后' if outside > 0 else '开始前'} {abs(outside)} 天"
    )
    state = told.view.state
    ids = state.loc[state["batch"].astype("str") == batch.number, "claim_id"]
    hours = told.table.loc[told.table["claim_id"].isin(ids), "granted"].sum()
    return facts({
        **invented, "批次": batch.number, "认定日期": batch.on.isoformat(), "与时段": window,
        "认定人": mask_name(batch.by), "本批项数": int(mine["claims"].sum()), "本批人数": int(mine["persons"].sum()),
        "本批可计学时": number(hours) if len(ids) else 0, "其中已撤销项数": int(mine["reversed"].sum()),
    })  # fmt: skip


def batches_shown(told: WholeYear) -> Shown:
    """Every batch so far."""
    rows = batches(told.acts)
    heads = {
        "batch": "批次",
        "on": "认定日期",
        "by": "认定人",
        "claims": "项数",
        "persons": "人数",
        "reversed": "已撤销",
    }
    return Shown(in_chinese(rows.assign(by=rows["by"].map(mask_name))).rename(columns=heads)[list(heads.values())])


def obstacles_shown(rows: pd.DataFrame) -> Shown:
    """What keeps claims from being recognised, and who can mend it."""
    return Shown(obstacles(rows))


def obstacles(rows: pd.DataFrame) -> pd.DataFrame:
    """The table of ``in_the_way`` in Chinese."""
    told = in_the_way(rows)
    said = [_WHY[why] for why in told["why"]]
    return pd.DataFrame({
        "不能认定的原因": [name for name, _ in said], "项数": told["claims"], "单位数": told["units"],
        "怎样办": [mend for _, mend in said],
    })  # fmt: skip


def order_shown(checks: pd.DataFrame) -> Shown:
    """The checks that each step was taken in order."""
    words = checks.assign(agrees=checks["agrees"].map({True: "是", False: "否"}))
    return Shown(words.rename(columns={"what": "核对什么", "of": "核对个数", "wrong": "不符", "agrees": "全部相符"}))


def late_shown(told: WholeYear) -> Shown:
    """The ledger of the year by what hours wait for; those completed after the review stand apart (E8, U9)."""
    late = late_year(told.table)
    rows = by_awaits(told.table).merge(by_awaits(late), on="awaits", suffixes=("", "_late"))
    table = pd.DataFrame({
        "等待": [AWAITS[each] for each in rows["awaits"]], "项数": rows["claims"],
        "可计学时": rows["granted"].map(number), "待补学时": rows["held"].map(number),
        "其中审核后完成": rows["claims_late"],
        "审核后完成的学时": (rows["granted_late"] + rows["held_late"]).map(number),
    })  # fmt: skip
    total = {name: table[name].sum() for name in table.columns[1:]}
    return Shown(pd.concat([table, pd.DataFrame([{"等待": TOTAL, **total}])], ignore_index=True))


def kept_shown(told: WholeYear) -> Shown:
    """Whether every granted and held hour stands in the ledger exactly once."""
    return facts(
        {
            "在册学时的人数": int(told.table["person_id"].nunique()),
            "学时丢失或重复的人数": len(lost_or_double(told.table, told.view.credited)),
        }
    )


def given_shown(given: pd.DataFrame) -> Shown:
    """What was written for the units, by county: counts only."""
    return Shown(given_table(given))


def given_table(given: pd.DataFrame) -> pd.DataFrame:
    """Counts by county of what was written for the units; none of people, who may be few."""
    names = {"entries": "可登记项数", "hours": "可登记学时", "files": "文件数"}
    groups = given.groupby("county", sort=False)
    table = groups[list(names)].sum().rename(columns=names)
    table.insert(0, "单位数", groups.size())
    table["可登记学时"] = table["可登记学时"].map(number)
    table.loc[TOTAL] = table.sum()
    table.insert(0, "县市区", [area_names().get(code, code) for code in table.index])
    return table.reset_index(drop=True)


# ---- the workbook ----------------------------------------------------------------------------------------------------


def batch_pages(units: Sequence[UnitYear], told: WholeYear, batch: str, on: date, *, marked: str = "") -> list[Page]:
    """The workbook of a batch: counts by county and class, and the list of what was recognised, people by mask only."""
    rows = list_of_batch(units, batch, told.pack)
    head, notes = _head(told, marked), [f"批次 {batch}，{on.isoformat()}；姓名和编号已遮盖。", _basis(told)]
    unit = told.pack.in_unit("单位：项、学时")
    pages = [
        Page("认定汇总", f"{head}认定批次{batch}汇总", _sums(rows), unit, notes),
        Page("认定名单", f"{head}认定批次{batch}名单", rows, told.pack.in_unit("单位：学时"), notes),
    ]
    return pages if len(rows) else []


def state_pages(told: WholeYear, blocked: pd.DataFrame, *, marked: str = "") -> list[Page]:
    """The workbook of where the year stands: by county, what stood in the way, what hours wait for."""
    head, notes = _head(told, marked), [_basis(told)]
    pages = [
        Page("办理现状", f"{head}各县市区办理现状", states_shown(told).table, "单位：项", notes),
        Page("不能认定", f"{head}尚不能认定的", obstacles(blocked), "单位：项、个", notes),
        Page("审核后完成", f"{head}各项等待什么", late_shown(told).table, told.pack.in_unit("单位：项、学时"), notes),
    ]
    return [page for page in pages if len(page.table)]


def _head(told: WholeYear, marked: str) -> str:
    return told.pack.in_unit(f"{f'（{marked}）' if marked else ''}{told.pack.time.year}年度继续教育学时")


def _basis(told: WholeYear) -> str:
    return f"依据：{told.pack.notice} 四、五；按 {told.day.isoformat()} 所知。"


_LIST = ("序号", "县市区", "单位", "姓名", "继续教育证书编号", "学时类别", "认定学时", "审核日期", "批次")


def list_of_batch(units: Sequence[UnitYear], batch: str, pack: Pack) -> pd.DataFrame:
    """One row a claim of the batch, unit by unit in the units' own order; people by mask only."""
    rows: list[tuple[Any, ...]] = []
    for unit in units:
        people = unit.people.set_index("person_id")
        names = people["name"].map(mask_name).to_dict()
        numbers = people["certificate_no"].astype(object).map(lambda each: mask_number(text(each)) or NONE).to_dict()
        mine = unit.claims[(unit.claims["batch"] == batch) & (unit.claims["awaits"] == DONE)]
        for claim in mine.astype(object).to_dict("records"):
            person = claim["person_id"]
            rows.append((
                len(rows) + 1, area_names().get(unit.county, unit.county), unit.unit, names[person], numbers[person],
                pack.label(claim["class"]), number(claim["done"]),
                str(claim["reviewed_on"]), batch,
            ))  # fmt: skip
    return pd.DataFrame(rows, columns=list(_LIST))


def _sums(rows: pd.DataFrame) -> pd.DataFrame:
    """Claims and hours of a batch by county and class, and their sum."""
    if rows.empty:
        return pd.DataFrame()
    table = rows.groupby(["县市区", "学时类别"], sort=False)["认定学时"].agg(["size", "sum"]).reset_index()
    table.columns = pd.Index(["县市区", "学时类别", "项数", "认定学时"])
    total = {"县市区": TOTAL, "学时类别": "", "项数": table["项数"].sum(), "认定学时": table["认定学时"].sum()}
    return pd.concat([table, pd.DataFrame([total])], ignore_index=True)
