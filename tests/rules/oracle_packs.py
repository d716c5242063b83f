"""What one person's period is worth under the packs beyond Dezhou: slow, obvious, and apart from the engine.

One function a pack takes a worked example as loaded from YAML (with ``history`` and ``carried`` where they matter) and
adds up as an official would. The figures are written here a second time, each with the clause it stands on.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date
from fractions import Fraction

from tests.rules.flow import lay
from tests.rules.records import Facts, exact, read, rounded_down

TWO_THIRDS = Fraction(2, 3)


# ---- what all packs share --------------------------------------------------------------------------------------------


def settle(
    case: dict, first: date, last: date, worth: Callable, *, late: dict | None = None, fixed: tuple = ()
) -> list[Facts]:
    """The claims in order of completion, each with its worth and its fate: live, refused or held.

    ``late``: classes that count until a later day than the others; ``fixed``: classes whose worth is not time spent.
    """
    as_of, numbers = case.get("as_of") or last, set()
    claims = sorted(map(read, case.get("records") or []), key=lambda c: (c.end or date.max, c.ref))
    for c in claims:
        c.worth = worth(c)
        outside = c.end and not first <= c.end <= (late or {}).get(c.klass, last)
        refused = outside or (c.hours or 0) < 0 or c.worth == 0
        spent = 0 if c.klass in fixed else (c.worth if c.hours is None else c.hours) or 0
        held = not c.end or c.worth is None or not 1 <= c.days <= len(c.dates) or spent > 24 * c.days
        held = held or c.proof is False or (c.klass == "exam_subject" and not c.result)
        held = held or any(day and day > as_of for day in (c.end, c.proof_on))
        again = not refused and not held and c.key and (c.klass, c.key) in numbers
        c.fate = "refused" if refused or again else "held" if held else "live"
        c.granted = c.worth if c.fate == "live" else Fraction(0)
        numbers |= {(c.klass, c.key)} if c.fate == "live" else set()
    return claims


def hours_of(c: Facts) -> Fraction | None:
    """Hours as stated."""
    return c.hours


def cap_days(claims: list[Facts], most: int) -> None:
    """The most that can be laid on each claim's days with so many hours on each; who is done first is served first."""
    rooms = defaultdict(lambda: Counter({None: Fraction(most)}))
    for c in claims:
        left, c.granted = min(c.granted, most * Fraction(c.days or 0)), Fraction(0)
        while left and (laid := lay((c.ref, tuple(c.dates)), left, rooms, set())):
            c.granted, left = c.granted + laid, left - laid


def cap_sum(claims: list[Facts], room: Fraction) -> None:
    """No more than the room over all of them; who is done first is served first."""
    for c in claims:
        c.granted = min(c.granted, max(room, Fraction(0)))
        room -= c.granted


def total(claims: list[Facts], *classes: str, kind: str | None = None) -> Fraction:
    """Hours granted in these classes (all, if none is named), of one kind where it is named."""
    mine = [c for c in claims if (not classes or c.klass in classes) and (kind is None or c.kind == kind)]
    return sum((c.granted for c in mine), Fraction(0))


def earlier(case: dict, since: int, *classes: str) -> Fraction:
    """Hours granted in earlier years from ``since`` on."""
    rows = [row for row in case.get("history") or [] if row["year"] >= since]
    return sum((exact(row["hours"]) for row in rows if not classes or row["class"] in classes), Fraction(0))


def outcome(claims: list[Facts], buckets: dict[str, tuple[str, ...]], gaps: dict, *, sure: bool = True) -> dict:
    """Status, credited hours, what is short, refused and held claims; ``sure``: no held claim can spoil it."""
    credited = {name: total(claims, name) for names in buckets.values() for name in names}
    credited |= {bucket: total(claims, *names) for bucket, names in buckets.items()}
    short = {name: max(-rounded_down(-Fraction(gap)), Fraction(0)) for name, gap in gaps.items()}
    refs = {
        name: [c.ref for c in claims if c.fate == fate] for name, fate in (("rejected", "refused"), ("pending", "held"))
    }
    status = "pass" if sure and not any(short.values()) else "fail"
    return {"status": status, "credited": credited | {"total": total(claims)}, "short": short} | refs


def months_to_year_end(since: date, year: int) -> int:
    """Full months from a day to 31 December, both included."""
    return max((year + 1 - since.year) * 12 + 1 - since.month - (since.day > 1), 0)


# ---- 人社部令第25号 --------------------------------------------------------------------------------------------------

PLAIN = {"public": ("public_study",), "professional": ("training",)}


def national(case: dict) -> dict:
    """90 a year; professional in general two thirds of the total asked."""
    claims = settle(case, date(2015, 1, 1), date(2015, 12, 31), hours_of)
    gaps = {"total": 90 - total(claims), "professional": TWO_THIRDS * 90 - total(claims, "training")}
    return outcome(claims, PLAIN, gaps)


# ---- 豫人社〔2017〕121号 ---------------------------------------------------------------------------------------------


def henan(case: dict) -> dict:
    """90 a year, public 24, professional 60: the other 6 may be either."""
    claims = settle(case, date(2017, 1, 1), date(2017, 12, 31), hours_of)
    public, professional = total(claims, "public_study"), total(claims, "training")
    gaps = {"total": 90 - public - professional, "public": 24 - public, "professional": 60 - professional}
    return outcome(claims, PLAIN, gaps)


# ---- Guangdong -------------------------------------------------------------------------------------------------------

THREE = {"public": ("public_study",), "professional": ("training",), "elective": ("elective_study",)}


def guangdong(case: dict) -> dict:
    """90 = 30 + 42 + 18; 45 minutes an hour; at most 8 a day in all; the public subject until 30 April."""

    def worth(c: Facts) -> Fraction | None:
        return c.hours if c.hours is not None or not c.minutes else rounded_down(exact(c.minutes) / 45)

    late = {"public_study": date(2018, 4, 30)}
    claims = settle(case, date(2017, 1, 1), date(2017, 12, 31), worth, late=late)
    cap_days([c for c in claims if c.fate == "live"], 8)
    gaps = {"total": 90 - total(claims)}
    for bucket, need in (("public", 30), ("professional", 42), ("elective", 18)):
        gaps[bucket] = need - total(claims, *THREE[bucket])
    return outcome(claims, THREE, gaps)


# ---- Guangxi ---------------------------------------------------------------------------------------------------------


def guangxi(case: dict) -> dict:
    """90 a year, professional two thirds; actual hours, 4 a half-day where only half-days are known."""

    def worth(c: Facts) -> Fraction | None:
        return c.hours if c.hours is not None or not c.half_days else 4 * exact(c.half_days)

    claims = settle(case, date(2017, 1, 1), date(2017, 12, 31), worth)
    gaps = {"total": 90 - total(claims), "professional": TWO_THIRDS * 90 - total(claims, "training")}
    return outcome(claims, PLAIN, gaps)


# ---- Xuzhou ----------------------------------------------------------------------------------------------------------

TERM = {"public": ("public_study",), "professional": ("training", "degree")}


def xuzhou(case: dict) -> dict:
    """By the year of the term: 72 (senior, intermediate) or 40 (junior), of which public 24; 8 or 12 a day."""
    a_day = {"seminar": 12, "class": 8}

    def worth(c: Facts) -> Fraction | None:
        if c.klass == "degree":
            return Fraction(72)
        by_day = c.klass == "training" and c.hours is None and c.stated_days
        if c.klass == "training" and not c.kind:
            return None
        return a_day[c.kind] * Fraction(c.days) if by_day else c.hours

    records = [{**r, "stated_days": r.get("days") or r.get("date")} for r in case.get("records") or []]
    claims = settle({**case, "records": records}, date(2017, 1, 1), date(2017, 12, 31), worth, fixed=("degree",))
    past = case.get("history") or []
    degrees = 1 if any(row["class"] == "degree" for row in past) else 0
    for c in [c for c in claims if c.fate == "live"]:
        degrees += c.klass == "degree"
        years = {row["year"] for row in past if c.key and row.get("key") == c.key and row["class"] == c.klass}
        if (c.klass == "degree" and degrees > 1) or (c.klass == "training" and len(years) > 1):
            c.fate, c.granted = "refused", Fraction(0)
    for kind, most in a_day.items():
        cap_days([c for c in claims if c.fate == "live" and c.klass == "training" and c.kind == kind], most)
    person, begun = case["person"], 2017 - case["person"]["term_from"].year + 1
    senior = person["level"] in ("正高级", "副高级", "中级")
    have = {name: total(claims, *of) + earlier(case, 2018 - begun, *of) for name, of in TERM.items()}
    need = {"public": 24, "professional": 48 if senior else 16}
    gaps = {name: begun * need[name] - have[name] for name in need} | {"total": begun * (72 if senior else 40)}
    gaps["total"] -= have["public"] + have["professional"]
    low = {"professional_junior": 0 if senior else gaps["professional"], "total_junior": 0 if senior else gaps["total"]}
    high = {"professional": gaps["professional"] * senior, "total": gaps["total"] * senior}
    return outcome(claims, TERM, {"public": gaps["public"]} | low | high)


# ---- 财会〔2018〕10号 ------------------------------------------------------------------------------------------------

CREDITS = {"public": ("public_study",), "professional": ("training", "conference", "exam_subject", "research")}


def accountants(case: dict) -> dict:
    """90 credits a year, professional two thirds of those earned; fixed credits for exams, meetings and research."""

    def research(c: Facts) -> Fraction | None:
        if c.kind == "project":
            return {"sole": Fraction(90), "leader": Fraction(90), "member": Fraction(60)}.get(c.role)
        if c.kind == "paper" and c.level != "cn":
            return None if c.level is None else Fraction(0)
        first, later = (30, 10) if c.kind == "paper" else (90, 60)
        return c.author_rank and Fraction(first if c.author_rank == 1 else later)

    def worth(c: Facts) -> Fraction | None:
        if c.klass == "exam_subject":
            return Fraction(0 if c.result == "fail" else 90)
        if c.klass == "conference" and c.hours is None:
            return 10 * Fraction(c.days) if c.days else None
        return research(c) if c.klass == "research" else c.hours

    claims = settle(case, date(2018, 1, 1), date(2018, 12, 31), worth, fixed=("exam_subject", "research"))
    cap_days([c for c in claims if c.fate == "live" and c.klass == "conference"], 10)
    professional = total(claims, *CREDITS["professional"])
    coming = sum((c.worth or 0 for c in claims if c.fate == "held" and c.klass == "public_study"), Fraction(0))
    # a graded item may come to its best line at most; of other claims without a figure nobody knows
    blank = any(c.fate == "held" and c.worth is None and not c.hours and c.klass != "research" for c in claims)
    sure = not blank and professional >= TWO_THIRDS * (total(claims) + coming)
    gaps = {"total": 90 - total(claims), "professional": TWO_THIRDS * total(claims) - professional}
    if case["person"]["title_on"] >= date(2018, 1, 1):  # a new title counts from the next year
        return outcome(claims, CREDITS, dict.fromkeys(gaps, 0)) | {"status": "out_of_scope"}
    return outcome(claims, CREDITS, gaps, sure=sure)


# ---- 22 TAC 523.112–.118 ---------------------------------------------------------------------------------------------

CPE = {"technical": ("technical_course",), "nontechnical": ("nontechnical_course",)}


def texas(case: dict) -> dict:
    """120 in three years and 20 in each; 0, 20, 60, 100 for the newly licensed; half may be non-technical."""

    def worth(c: Facts) -> Fraction | None:
        figure = exact(c.minutes) / 50 if c.hours is None and c.minutes else c.hours
        return None if figure is None else Fraction(figure // 1)

    claims = settle(case, date(2017, 1, 1), date(2017, 12, 31), worth)
    months = months_to_year_end(case["person"]["licensed_on"], 2017)
    cycle = max((hours for since, hours in ((0, 0), (12, 20), (24, 60), (36, 100), (48, 120)) if months >= since))
    room = Fraction(cycle, 2) - earlier(case, 2015, "nontechnical_course")
    cap_sum([c for c in claims if c.fate == "live" and c.klass == "nontechnical_course"], room)
    yearly = 20 if months >= 12 else 0
    return outcome(
        claims, CPE, {"yearly": yearly - total(claims), "cycle": cycle - total(claims) - earlier(case, 2015)}
    )


# ---- Louisiana, professional engineers -------------------------------------------------------------------------------

HOURS = {"professional": ("course",)}


def brought(case: dict, year: int, most: int) -> Fraction:
    """Hours left over from the period before, up to the limit."""
    mine = [exact(row["hours"]) for row in case.get("carried") or [] if row["from_year"] == year]
    return min(sum(mine, Fraction(0)), Fraction(most))


def louisiana_2015(case: dict) -> dict:
    """30 in two years with what was left of the two before (15 at most); 1 of ethics."""
    claims = settle(case, date(2015, 1, 1), date(2016, 12, 31), hours_of)
    gaps = {"total": 30 - total(claims) - brought(case, 2014, 15), "ethics": 1 - total(claims, kind="ethics")}
    return outcome(claims, HOURS, gaps)


def louisiana_2017(case: dict) -> dict:
    """15 a year with what was left of the year before (7 at most); 1 of ethics, 4 of codes, 8 a calendar day."""
    claims = settle(case, date(2017, 1, 1), date(2017, 12, 31), hours_of)
    cap_days([c for c in claims if c.fate == "live"], 8)
    designs = case.get("person", {}).get("practice") == "building_design"
    gaps = {"total": 15 - total(claims) - brought(case, 2016, 7), "ethics": 1 - total(claims, kind="ethics")}
    gaps["codes"] = 4 - total(claims, kind="building_code") if designs else 0
    return outcome(claims, HOURS, gaps)


ORACLES = {
    "national-2015": national,
    "henan-2017": henan,
    "guangdong-2017": guangdong,
    "guangxi-2017": guangxi,
    "xuzhou-2017": xuzhou,
    "accountants-2018": accountants,
    "texas-cpa-2017": texas,
    "louisiana-2015": louisiana_2015,
    "louisiana-2017": louisiana_2017,
}
