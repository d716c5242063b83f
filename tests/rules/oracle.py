"""What one person's year is worth under the Dezhou notice of 2017: slow, obvious, and apart from the engine.

``judge`` takes one worked example as loaded from YAML and walks through its records in the order of their completion,
as an official would: gates and needs, repeats, clashes of clock time, the year's edge, the caps; then it adds up.
It shares no code with the package; the notice's limits are written here a second time, each with its clause.
"""

from collections import Counter, defaultdict
from datetime import date, timedelta
from fractions import Fraction

from tests.rules.flow import lay
from tests.rules.records import Facts, fold, read, rounded_down, true_of

FIRST, LAST = date(2017, 1, 1), date(2017, 12, 31)  # 四: 当年度完成的
YEAR = {FIRST + timedelta(n) for n in range((LAST - FIRST).days + 1)}
SIGN_UP_CLOSES = date(2017, 4, 30)  # 五; 六.3: 于4月30日前
EXAM_OPENS, EXAM_CLOSES, REVIEW_CLOSES = date(2017, 5, 1), date(2017, 6, 30), date(2017, 7, 31)  # 五
LOOKED_BACK = 60  # years, this one with them: as good as ever
EXAM_HOURS, ITEM_HOURS, DAY_CAP = Fraction(30), Fraction(10), Fraction(8)  # 二; 三.3: 每项（篇、本）; 三.1: 8学时/天
YEAR_CAPS = {"self_study": Fraction(40), "output": Fraction(30), "public_exam": EXAM_HOURS}  # 三.2; 三.3; 二
NEEDED = {"professional": Fraction(60), "public": Fraction(30), "total": Fraction(90)}  # 六.2
OUTSIDE = ("government_agency", "military", "freelance", "self_employed")  # 一: 企事业单位


def judge(case: dict) -> dict:
    """Status, credited, short, rejected, pending, flags, and what each claim was granted."""
    person, as_of = Facts(**{"archive": True} | (case.get("person") or {})), case.get("as_of") or LAST
    claims = sorted(map(read, case.get("records") or []), key=lambda c: (c.end or LAST, c.ref))
    rooms = defaultdict(lambda: Counter({None: DAY_CAP}), {k: Counter({None: cap}) for k, cap in YEAR_CAPS.items()})
    so_far = Facts(minutes=defaultdict(set), rooms=rooms)
    for c in claims:
        c.granted, c.worth = Fraction(0), worth(c)
        c.differs = c.worth is not None and c.hours not in (None, c.worth)
        refused, held = gates(c, person), needs(c, person, as_of)
        c.fate, c.flags = "refused" if refused else "held" if held else "live", set(refused[:1] or held[:1])
    refuse_what_counted_before([c for c in claims if c.fate == "live"], case.get("history") or [])
    refuse_repeats([c for c in claims if c.fate == "live"])
    refuse_lines_without_number([c for c in claims if c.fate == "live"])
    for c in claims:
        for step in (lose_clash, split_at_year, grant):
            if c.fate == "live":
                step(c, so_far)
    study, output, public, training = (sum(c.granted for c in claims if c.klass == k) for k in (*YEAR_CAPS, "training"))
    sums = {"professional": training + study + output, "public": public, "total": training + study + output + public}
    in_scope, flags = standing(person, as_of)
    short = {k: max(need - sums[k], 0) * in_scope for k, need in NEEDED.items()}
    flags += ["no_training"] if in_scope and not training and not short["professional"] else []
    result = {"status": "out_of_scope" if not in_scope else "fail" if any(short.values()) else "pass", "short": short}
    result |= {"credited": {"training": training, "self_study": study, "output": output, **sums}}
    live, rejected, pending = ([c for c in claims if c.fate == fate] for fate in ("live", "refused", "held"))
    result |= {"rejected": [c.ref for c in rejected], "pending": [c.ref for c in pending]}
    flags += ["claim_differs"] if any(c.differs for c in pending) else []
    flags = {*flags}.union(*(c.flags for c in claims), *(remarks(c, live) for c in live))
    return result | {"flags": flags, "granted": {c.ref: c.granted for c in claims}}


def standing(person: Facts, as_of: date) -> tuple[bool, list[str]]:
    """Whether the notice covers the person (一: 企事业单位…在职), and the flags of the person's own facts."""
    left = person.retired_on or person.left_on
    gone = left <= min(as_of, LAST) if left else person.employment in ("retired", "left")
    outside = {"rehired": person.employment == "rehired_retiree", "sector": person.sector in OUTSIDE}
    own = {"left_during_year": gone and left in YEAR, "joined_during_year": person.hired_on in YEAR}
    own |= {"leave_recorded": person.leave, "secondment_recorded": person.secondment}
    own |= {"employer_changed": person.previous_unit}
    own |= {"not_signed_up": person.on_signup is False, "late_signup": (person.signed_up_on or FIRST) > SIGN_UP_CLOSES}
    return not gone and not any(outside.values()), true_of(outside | own)


def worth(c: Facts) -> Fraction | None:
    """Hours before any cap: as held (三.1), as the employer fixed them (三.2), 10 an item (三.3), 30 a pass (二)."""
    fixed = {"self_study": c.employer_hours, "output": c.items * ITEM_HOURS, "public_exam": EXAM_HOURS}
    return fixed.get(c.klass, sum(c.daily.values()) if c.daily else c.hours)


def gates(c: Facts, person: Facts) -> list[str]:
    """What refuses a claim for good; the first counts."""
    study, output, exam = (c.klass == k for k in YEAR_CAPS)
    ordered = not (c.start and c.end and c.start > c.end)  # dates at odds with each other say no year
    invalid = any(f < 0 or f * 100 % 1 for f in c.figures) or c.items < 1 or c.items % 1
    outside = ordered and ((c.end and c.end < FIRST) or (c.begins and c.begins > LAST))
    asked = {"outside_year": outside, "invalid_hours": invalid}
    asked |= {"zero_hours": c.worth == 0, "not_approved": c.klass == "training" and c.basis == "none"}
    asked |= {"no_archive": study and False in (person.archive, c.in_archive)}
    asked |= {"not_published": output and c.kind in ("paper", "book", "translation") and c.published is False}
    asked |= {"not_granted": output and c.kind == "patent" and c.published is False}
    asked |= {"not_recognised": output and c.kind == "other" and c.employer_recognised is False}
    asked |= {"not_passed": exam and c.result not in (None, "pass"), "public_content": c.klass == "public_other"}
    return true_of(asked | {"wrong_subject": exam and str(c.subject or FIRST.year) != str(FIRST.year)})


def needs(c: Facts, person: Facts, as_of: date) -> list[str]:
    """What holds a claim until it arrives; the first counts."""
    training, study, exam = (c.klass == k for k in ("training", "self_study", "public_exam"))
    asked = {"identity_mismatch": c.name_matches is False, "no_date": not (c.start and c.end)}
    asked |= {"invalid_dates": not 1 <= c.days <= len(c.dates), "not_approved": training and not c.basis}
    bare, known = training and c.worth is None, [c.end and min(c.end, LAST), c.proof_on, c.filed_on]
    asked |= {"unit_length_unknown": bare and c.minutes, "no_hours": bare}
    asked |= {"implausible_hours": training and ((c.worth or 0) > 24 * c.days or max([0, *c.daily.values()]) > 24)}
    asked |= {"no_archive": study and person.archive is c.in_archive is None, "employer_hours_missing": c.worth is None}
    asked |= {"not_recognised": c.klass == "output" and c.kind == "other" and c.employer_recognised is None}
    asked |= {"not_passed": exam and not c.result, "after_as_of": any(day and day > as_of for day in known)}
    return true_of(asked | {"not_registered": not c.registered, "no_proof": not c.proof})


def lose(c: Facts, left: Fraction, code: str) -> None:
    """Refuse all of a claim but what is left; with nothing left, the claim."""
    c.worth, c.fate = left, "live" if left else "refused"
    c.flags.add(code)


def refuse_what_counted_before(live: list[Facts], history: list[dict]) -> None:
    """A work counts in one year (三.3: 每年累计): what an earlier year granted is not granted again."""
    before = {(row["class"], fold(row.get("key"))) for row in history if 0 < FIRST.year - row["year"] < LOOKED_BACK}
    for c in live:
        if c.klass != "public_exam" and c.key and (c.klass, c.key) in before:
            lose(c, Fraction(0), "counted_before")


def refuse_repeats(live: list[Facts]) -> None:
    """One work, one credit; one pass, one credit (二): the first one counts."""
    for c in live:
        exam = c.klass == "public_exam"
        first = next(o for o in live if o.klass == c.klass and (exam or o.number == c.number))
        same = (c.kind, c.start, c.end) == (first.kind, first.start, first.end)
        if first is not c:
            lose(c, Fraction(0), "repeat_exam" if exam else "duplicate" if same else "same_work")


def refuse_lines_without_number(live: list[Facts]) -> None:
    """One course on two lines: the line that bears the number counts, else the first."""
    for c in [c for c in live if not c.key]:
        lines = [o for o in live if (o.klass, o.titled) == (c.klass, c.titled)]
        first = next((o for o in lines if o.key), lines[0])
        if first is not c:
            lose(c, Fraction(0), "duplicate" if c.kind == first.kind else "same_work")


def lose_clash(c: Facts, so_far: Facts) -> None:
    """Nobody sits in two rooms (三.1: 实际学时): minutes of the day that an earlier claim has taken count 0."""
    clash = so_far.minutes[c.end] & c.sits
    so_far.minutes[c.end] |= c.sits
    if clash:
        lose(c, c.worth - rounded_down(c.worth * len(clash) / len(c.sits)), "time_conflict")
        c.daily = {}


def split_at_year(c: Facts, _: Facts) -> None:
    """Only days inside the year count (四); without a timetable the hours are even over the calendar days."""
    inside = [day for day in c.dates if day in YEAR]
    if c.klass == "training" and inside != c.dates:
        timetabled = sum(c.daily.get(day, 0) for day in inside)
        lose(c, timetabled if c.daily else rounded_down(c.worth * len(inside) / len(c.dates)), "split_year")
        c.daily, c.dates = {day: hours for day, hours in c.daily.items() if day in inside}, inside


def grant(c: Facts, so_far: Facts) -> None:
    """The most that can be laid on the days with at most 8 on each (三.1), or into the year's cap (三.2, 三.3)."""
    places = tuple(c.dates) if c.klass == "training" else (c.klass,)
    most = min(c.worth, DAY_CAP * min(c.days, len(c.dates))) if c.klass == "training" else c.worth
    for job, want in ({(c.ref, (day,)): hours for day, hours in c.daily.items()} or {(c.ref, places): most}).items():
        left = want
        while left and (laid := lay(job, left, so_far.rooms, set())):
            c.granted, left = c.granted + laid, left - laid


def remarks(c: Facts, live: list[Facts]) -> list[str]:
    """Flags that move no hours."""
    others = [o for o in live if o is not c]
    shared = any(o.klass == c.klass == "training" and set(c.dates) & set(o.daily or o.dates) for o in others)
    asked = {"needs_daily_timetable": shared and len(c.dates) > 1 and not c.daily, "claim_differs": c.differs}
    asked |= {"daily_cap" if c.klass == "training" else "annual_cap": c.granted < c.worth}
    pairs = [((c.work, o.key), (o.work, c.key), (c.key, o.klass != c.klass and o.key)) for o in others if o.granted]
    kin = any(one and one == other and not c.work == c.key == one for each in pairs for one, other in each)
    more = {"related_items": kin, "late_record": (c.filed_on or c.start) > c.start, "coauthor": (c.authors or 1) > 1}
    more |= {"outside_exam_window": c.klass == "public_exam" and not EXAM_OPENS <= c.end <= EXAM_CLOSES}
    more |= {"split_year": c.klass in ("self_study", "output") and c.start < FIRST}
    return true_of(asked | more | {"after_review_window": c.end > REVIEW_CLOSES} if c.granted else asked)
