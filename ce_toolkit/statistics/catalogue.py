"""Every table of the year, each described once: measure × breakdown."""

from ce_toolkit.statistics.described import (
    CAPS,
    CLAIMS,
    FILES,
    GAPS,
    MOVES,
    PEOPLE,
    UNITS,
    Column,
    Described,
    Share,
)
from ce_toolkit.statistics.reached import MINIMA, REACHED, UNDATED

COUNTY, SECTOR = "county_name", "sector_name"
_PERSONS, _HOURS, _CLAIMS = "单位：人", "单位：学时", "单位：项、人、学时"
_OF_PEOPLE, _OF_CLAIMS = ("people", "standing"), ("credits", "claims", "people", "standing")
_OF_LOSSES = ("ledger", "credits", "people", "standing")
_HOURS_OF = ("claimed", "granted", "over_cap", "refused", "held")

_IN_SCOPE = "退休、返聘、机关人员等不在范围的人员不进任何一列的基数。"
_MARKS = (
    "在范围：企事业单位在职专业技术人员；报名：其中在报名表上的；参训：其中有学时被认定的（含不在报名表上的）；"
    "公需合格：公需科目达到要求；达标：公需、专业和总学时三项都达到。每人只计一次。"
)
_ELIGIBLE = "应参训：单位名录中各单位上报的应参训人数之和，其中有单位未报的列“未报”，不按零也不按百分之百。"
_SCOPE_CLAIMS = "只计在范围人员的申报；申报学时＝认定＋超上限＋不予认定＋待补。人数按人计，每人只计一次；项数即人次。"
_TWICE = "一人有几类（几种原因）的，在各行各计一次，合计行只计一次，因此各行人数之和可以大于合计。"


def _people(name: str) -> Column:
    return Column(name, PEOPLE, "rows", where=name, layer=f"people.{name}")


def _hours(name: str) -> Column:
    fixed = () if name == "claimed" else (("effect", name),)
    return Column(name, CLAIMS, "hours", amount=name, layer="hours", fixed=fixed)


_COUNTS = tuple(map(_people, ("in_scope", "enrolled", "trained", "public_passed", "met", "met_enrolled")))
_OUT = _people("out_of_scope")
_UNITS = (
    Column("units", UNITS),
    Column("units_reporting", UNITS, where="reporting"),
    Column("eligible", UNITS, "sum", amount="eligible", layer="eligible"),
)
_SHARES = (
    Share("public_share", "public_passed", "in_scope", "公需合格率＝公需合格÷在范围。"),
    Share(
        "completed", "met_enrolled", "enrolled", "完成率（占报名）＝其中报名者达标÷报名；达标而不在报名表上的不进比率。"
    ),
)
_OF_ELIGIBLE = (
    Share("joined", "enrolled", "eligible", "报名率＝报名÷应参训。"),
    Share("completed_of_eligible", "met_enrolled", "eligible", "完成率（占应参训）＝其中报名者达标÷应参训。"),
)
_READINGS = ("U10", "U17", "U18", "U19", "U20", "U29", "U30", "U32", "U33", "U34")
_CLAIM_COUNTS = (
    Column("claims", CLAIMS, layer="claims"),
    Column("persons", CLAIMS, "persons", layer="persons"),
)
_MOVE_COUNTS = (
    Column("claims", MOVES, layer="moves"),
    Column("persons", MOVES, "persons", layer="movers"),
)


def _of_people(name: str, tab: str, by: str, keys: tuple[str, ...], *, units: bool = False) -> Described:
    """Participation, completion and public subject by these facts of a person.

    Who is out of scope is counted by area alone: a row of a few retired people would tell who they are.
    """
    return Described(
        name,
        tab,
        f"参训与达标情况（{by}）",
        _PERSONS,
        keys,
        (*(_UNITS if units else ()), *_COUNTS, *((_OUT,) if keys == (COUNTY,) else ())),
        (*_SHARES, *(_OF_ELIGIBLE if units else ())),
        says=(_MARKS, _IN_SCOPE, *((_ELIGIBLE,) if units else ())),
        sources=(*_OF_PEOPLE, *(("units",) if units else ())),
        readings=_READINGS,
    )


def _untrained(place: str) -> Described:
    return Described(
        "untrained",
        "未参训达标",
        "专业科目达标而未参加任何培训进修的人员",
        _PERSONS,
        (place,),
        (_people("in_scope"), _people("professional_met"), _people("no_training")),
        (
            Share("no_training_share", "no_training", "professional_met", "未参训占比＝未参加培训进修÷专业达标。"),
            Share("professional_share", "professional_met", "in_scope", "专业达标率＝专业达标÷在范围。"),
        ),
        says=(
            "专业达标：专业科目达到要求的在范围人员；未参加培训进修：其中没有一个培训进修学时被认定、只靠自学和"
            "成果论著达到的。依据三、六.2。",
        ),
        sources=_OF_PEOPLE,
        readings=("U5", "U29", "U32"),
    )


_SHORTFALL = Described(
    "shortfall",
    "离要求的差距",
    "离各项学时要求的差距",
    _PERSONS,
    ("short_by",),
    tuple(Column(f"gap_{name}", GAPS, where=f"of_{name}", layer=f"gap.{name}") for name in MINIMA),
    says=(
        f"在范围人员按离要求还差的学时分组，各组含上限；{REACHED}即不差。总学时、专业科目、公需科目各计一遍，"
        "每列每人只计一次。待补的学时未计入。依据六.2。",
    ),
    sources=_OF_PEOPLE,
    readings=("U10", "U19", "U20", "U29", "U30", "U32"),
)
_MONTHS = Described(
    "months",
    "达标月份",
    "达标人员按达标月份",
    _PERSONS,
    ("month",),
    (_people("met"), _people("met_enrolled")),
    where="met",
    says=(
        "达标月份：认定学时按完成日期逐项累计，公需、专业和总学时三项都达到的第一天所在的月份；一项的认定学时计在"
        "完成的那一天（跨年的计在年内最后一天），超上限、不予认定和待补的不计。"
        f"要靠没有日期的申报才达到的列“{UNDATED}”。没有列出的月份为零。",
    ),
    sources=("people", "standing", "credits"),
    readings=("U8", "U9", "U10", "U28", "U29", "U30", "U32"),
)


def _of_hours(name: str, tab: str, by: str, keys: tuple[str, ...]) -> Described:
    """What became of the hours."""
    return Described(
        name,
        tab,
        f"学时认定情况（{by}）",
        _HOURS,
        keys,
        (*_CLAIM_COUNTS, *map(_hours, _HOURS_OF)),
        (Share("average", "granted", "persons", "人均认定学时＝认定学时÷有申报的人数。", per=True),),
        says=(_SCOPE_CLAIMS, *((_TWICE,) if "class" in keys else ())),
        sources=_OF_CLAIMS,
        readings=("U1", "U2", "U3", "U4", "U5", "U8", "U9", "U25", "U26", "U27", "U28", "U31"),
    )


_LOST = Column("hours", MOVES, "hours", amount="hours", layer="hours")
_LOSSES = Described(
    "losses",
    "未认定原因",
    "学时未认定原因",
    _CLAIMS,
    ("effect", "reason", "clause", "class"),
    (*_MOVE_COUNTS, _LOST),
    fixed=(("fate", "lost"),),
    says=(_SCOPE_CLAIMS, _TWICE, "一项因几个原因减少的，在各原因各计一次。"),
    sources=_OF_LOSSES,
    readings=("U4", "U6", "U8", "U11", "U13", "U14", "U15", "U29", "U30", "U31", "U35", "U36", "U38"),
)
_CLAUSES = Described(
    "clauses",
    "核减条款",
    "学时未认定（按去向和条款）",
    _CLAIMS,
    ("effect", "clause"),
    (*_MOVE_COUNTS, _LOST),
    fixed=(("fate", "lost"),),
    says=(_SCOPE_CLAIMS, _TWICE),
    sources=_OF_LOSSES,
    readings=_LOSSES.readings,
)
_CAP_LOSSES = Described(
    "cap_losses",
    "超上限",
    "超上限核减的学时（按条款）",
    _CLAIMS,
    ("clause", "reason", "class"),
    (
        *_MOVE_COUNTS,
        _LOST,
    ),
    fixed=(("effect", "over_cap"),),
    where="over_cap",
    says=("只计在范围人员因每天或每年上限核减的学时，按通知条款列出。", _TWICE),
    sources=_OF_LOSSES,
    readings=("U1", "U2", "U3", "U5", "U25", "U26"),
)
_REFUSALS = Described(
    "refusals",
    "未认定责任",
    "不予认定和待补的学时（按责任方和原因）",
    _CLAIMS,
    ("cause", "reason"),
    (
        *_MOVE_COUNTS,
        Column(
            "refused", MOVES, "hours", where="refused", amount="hours", layer="hours", fixed=(("effect", "refused"),)
        ),
        Column("held", MOVES, "hours", where="held", amount="hours", layer="hours", fixed=(("effect", "held"),)),
    ),
    fixed=(("fate", "lost"), ("stop", "stopped")),
    where="stopped",
    says=("责任方：本人、用人单位，或所填数据；不予认定的不能补救，待补的补齐后计入。", _SCOPE_CLAIMS, _TWICE),
    sources=_OF_LOSSES,
    readings=("U4", "U13", "U14", "U15", "U29", "U30", "U31"),
)
_EVIDENCE = Described(
    "evidence",
    "证明材料",
    "证明材料情况",
    _CLAIMS,
    ("class",),
    (
        *_CLAIM_COUNTS,
        *(
            Column(name, CLAIMS, where=name, layer="claims", fixed=(("proof", name),))
            for name in ("proved", "unproved", "unstated")
        ),
        Column("claimed", CLAIMS, "hours", amount="claimed", layer="hours"),
        Column("proved_hours", CLAIMS, "hours", where="proved", amount="claimed", layer="proved_hours"),
    ),
    (
        Share("proved_share", "proved", "claims", "有证明项数占比＝有证明÷项数。"),
        Share("proved_hours_share", "proved_hours", "claimed", "有证明学时占比＝有证明的申报学时÷申报学时。"),
    ),
    says=(
        "只计在范围人员的申报；有证明、无证明、未说明按登记表“证明材料”一栏，公需科目考试以平台成绩为证明。依据四。",
        _TWICE,
    ),
    sources=_OF_CLAIMS,
    readings=("U29",),
)
_AT_CAPS = Described(
    "at_caps",
    "达到上限",
    "达到上限的人员",
    "单位：人、学时",
    ("cap",),
    (
        Column("persons", CAPS, "persons", layer="capped"),
        Column("at_cap", CAPS, "persons", where="at_cap", layer="at_cap"),
        Column("cut", CAPS, "persons", where="cut", layer="cut"),
        Column("hours", CAPS, "hours", amount="hours", layer="cap_hours"),
    ),
    (
        Share("at_cap_share", "at_cap", "persons", "达到上限占比＝达到上限÷有可计学时的人数。"),
        Share("cut_share", "cut", "persons", "被核减占比＝被核减÷有可计学时的人数。"),
    ),
    says=(
        "人数：在范围人员中核减前有该类学时的；达到上限：认定学时等于全年上限的（按天的上限为有一天超出的）；"
        "被核减：有学时因该上限核减的。各行是不同的上限，合计行的人数每人只计一次。",
    ),
    sources=_OF_LOSSES,
    readings=("U1", "U2", "U5", "U25", "U26"),
)


def _submissions(key: str) -> Described:
    sums = ("rows_read", "rows_accepted", "rows_held", "rows_skipped", "findings")
    return Described(
        "submissions",
        "报送与退改",
        "报送文件、行数和报送次数",
        "单位：份、行、个",
        (key, "form"),
        (
            Column("files", FILES),
            *(Column(name, FILES, where=name) for name in ("accepted", "partly", "sent_back", "replaced", "late")),
            Column("rounds", FILES, "sum", amount="round"),
            *(Column(name, FILES, "sum", amount=name) for name in sums),
        ),
        (Share("error_share", "rows_held", "rows_read", "待补行占比＝待补行÷读入行。"),),
        says=(
            "文件数含退回的和由新版代替的，不含与别的文件完全相同的副本；报送次数：一个单位一种表先后报送的版本数；"
            "逾期按报名表收到日期。读入行＝接收＋待补＋略过。",
        ),
        sources=("submissions",),
        readings=("U17", "U21"),
    )


def catalogue(*, city: bool) -> tuple[Described, ...]:
    """The tables of the city, or of a county: broken down by county there, by the nature of units here."""
    by_place = (COUNTY, "按县市区") if city else (SECTOR, "按单位性质")
    place, words = by_place
    more = (
        (
            _of_people("by_sector", "单位性质", "按单位性质", (SECTOR,), units=True),
            _of_people("by_county_sector", "县市区与性质", "按县市区和单位性质", (COUNTY, SECTOR), units=True),
        )
        if city
        else ()
    )
    return (
        _of_people("participation", "参训与达标", words, (place,), units=True),
        *more,
        _of_people("by_ownership", "所有制", "按所有制", ("ownership",), units=True),
        _of_people("by_series", "系列与级别", "按系列和职称级别", ("series", "level")),
        _of_people("by_sex", "性别", "按性别", ("sex",)),
        _of_people("by_size", "单位规模", "按单位规模", ("size",), units=True),
        _untrained(place),
        _SHORTFALL,
        _MONTHS,
        _of_hours("hours", "学时", "按类别", ("class",)),
        _of_hours("kinds", "学时形式", "按类别和形式", ("class", "kind")),
        _of_hours("hours_by_place", "学时分布", words, (place,)),
        _CLAUSES,
        _CAP_LOSSES,
        _AT_CAPS,
        _REFUSALS,
        _LOSSES,
        _EVIDENCE,
        _submissions(COUNTY if city else "unit"),
    )
