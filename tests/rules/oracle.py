"""What one person's year is worth under the Dezhou notice of 2017: slow, obvious, and apart from the engine.

``judge`` takes one worked example as loaded from YAML and walks through its records in the order of their completion,
as an official would: gates and needs, repeats, clashes of clock time, the year's edge, the caps; then it adds up.
It shares no code with the package; the notice's limits are written here a second time, each with its clause.
"""

from collections import Counter, defaultdict
from datetime import date, timedelta
from fractions import Fraction

from tests.rules.records import Facts, fold, read, rounded_down

FIRST, LAST = date(2017, 1, 1), date(2017, 12, 31)  # 四: 当年度完成的
YEAR = {FIRST + timedelta(n) for n in range((LAST - FIRST).days + 1)}
EXAM_OPENS, EXAM_CLOSES, REVIEW_CLOSES = date(2017, 5, 1), date(2017, 6, 30), date(2017, 7, 31)  # 五
EXAM_HOURS, ITEM_HOURS, DAY_CAP = Fraction(30), Fraction(10), Fraction(8)  # 二; 三.3: 每项（篇、本）; 三.1: 8学时/天
YEAR_CAPS = {"self_study": Fraction(40), "output": Fraction(30), "public_exam": EXAM_HOURS}  # 三.2; 三.3; 二
NEEDED = {"professional": Fraction(60), "public": Fraction(30), "total": Fraction(90)}  # 六.2
OUTSIDE = ("government_agency", "military", "freelance", "self_employed")  # 一: 企事业单位


def judge(case: dict) -> dict:
    """Status, credited, short, rejected, pending, flags, and what each claim was granted."""
    person, as_of = Facts(**case.get("person") or {}), case.get("as_of") or LAST
    claims = sorted(map(read, case.get("records") or []), key=lambda c: (c.end or LAST, c.ref))
    rooms = defaultdict(lambda: Counter({None: DAY_CAP}), {k: Counter({None: cap}) for k, cap in YEAR_CAPS.items()})
    so_far = Facts(firsts={}, minutes=defaultdict(set), rooms=rooms)
    for c in claims:
        c.granted, c.worth = Fraction(0), worth(c)
        c.differs = c.worth is not None and c.hours not in (None, c.worth)
        refused, held = gates(c, person), needs(c, person, as_of)
        c.fate, c.flags = "refused" if refused else "held" if held else "live", set(refused[:1] or held[:1])
        for step in (refuse_repeat, lose_clash, split_at_year, grant):
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
    return not gone and not any(outside.values()), true_of(outside | own | {"not_signed_up": person.on_signup is False})


def true_of(asked: dict) -> list[str]:
    """The codes whose question is answered with yes, in order."""
    return [code for code, answer in asked.items() if answer]


def worth(c: Facts) -> Fraction | None:
    """Hours before any cap: as held (三.1), as the employer fixed them (三.2), 10 an item (三.3), 30 a pass (二)."""
    fixed = {"self_study": c.employer_hours, "output": c.items * ITEM_HOURS, "public_exam": EXAM_HOURS}
    return fixed.get(c.klass, sum(c.daily.values()) if c.daily else c.hours)


def gates(c: Facts, person: Facts) -> list[str]:
    """What refuses a claim for good; the first counts."""
    training, study, output, exam = (c.klass == k for k in ("training", *YEAR_CAPS))
    begins, figures = c.start if training else c.end, [c.hours, c.employer_hours, *c.daily.values()]
    ordered = not (c.start and c.end and c.start > c.end)  # dates at odds with each other say no year
    invalid = any(f < 0 or f * 100 % 1 for f in figures if f is not None) or c.items < 1 or c.items % 1
    outside = ordered and ((c.end and c.end < FIRST) or (begins and begins > LAST))
    asked = {"outside_year": outside, "invalid_hours": invalid}
    asked |= {"zero_hours": c.worth == 0, "not_approved": training and c.basis == "none"}
    asked |= {"no_archive": study and False in (person.archive, c.in_archive)}
    asked |= {"not_published": output and c.kind in ("paper", "book", "translation") and c.published is False}
    asked |= {"not_granted": output and c.kind == "patent" and c.published is False}
    asked |= {"not_recognised": output and c.kind == "other" and c.employer_recognised is False}
    asked |= {"not_passed": exam and c.result not in (None, "pass"), "public_content": c.klass == "public_other"}
    return true_of(asked | {"wrong_subject": exam and str(c.subject or FIRST.year) != str(FIRST.year)})


def needs(c: Facts, person: Facts, as_of: date) -> list[str]:
    """What holds a claim until it arrives; the first counts."""
    training, unknown, recognised = c.klass == "training", c.worth is None, c.employer_recognised is not None
    asked = {"identity_mismatch": c.name_matches is False, "no_date": not (c.start and c.end)}
    asked |= {"invalid_dates": not 1 <= c.days <= len(c.dates), "not_approved": training and not c.basis}
    asked |= {"unit_length_unknown": training and unknown and c.minutes, "no_hours": training and unknown}
    asked |= {"implausible_hours": training and ((c.worth or 0) > 24 * c.days or max([0, *c.daily.values()]) > 24)}
    unsaid = [vars(facts).get(key, True) is None for facts, key in ((person, "archive"), (c, "in_archive"))]
    asked |= {"no_archive": c.klass == "self_study" and all(unsaid), "employer_hours_missing": unknown}
    asked |= {"not_passed": c.klass == "public_exam" and not c.result}
    asked |= {"not_recognised": c.klass == "output" and c.kind == "other" and not recognised}
    known = [min(c.end, LAST) if training and c.end else c.end, c.proof_on, c.filed_on]
    asked |= {"after_as_of": any(day and day > as_of for day in known)}
    return true_of(asked | {"not_registered": c.registered is False, "no_proof": c.proof is False})


def lose(c: Facts, left: Fraction, code: str) -> None:
    """Refuse all of a claim but what is left; with nothing left, the claim."""
    c.worth, c.fate = left, "live" if left else "refused"
    c.flags.add(code)


def refuse_repeat(c: Facts, so_far: Facts) -> None:
    """One work, one credit; one pass, one credit (二): the first one counts."""
    titled = (fold(c.title), fold(c.organizer), c.start, c.end) if c.title else (c.ref,)
    first = so_far.firsts.setdefault((c.klass, c.klass == "public_exam" or c.key or titled), c)
    same = (c.kind, c.start, c.end) == (first.kind, first.start, first.end)
    if first is not c:
        lose(c, Fraction(0), "repeat_exam" if c.klass == "public_exam" else "duplicate" if same else "same_work")


def lose_clash(c: Facts, so_far: Facts) -> None:
    """Nobody sits in two rooms (三.1: 实际学时): minutes of the day that an earlier claim has taken count 0."""
    if c.klass == "training" and len(c.dates) == 1 and c.clock:
        begins, ends = (int(time[:-3]) * 60 + int(time[-2:]) for time in c.clock.split("-"))
        clash = so_far.minutes[c.end] & {*range(begins, ends)}
        so_far.minutes[c.end] |= {*range(begins, ends)}
        if clash:
            lose(c, c.worth - rounded_down(c.worth * len(clash) / (ends - begins)), "time_conflict")
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
    training = c.klass == "training"
    most = min(c.worth, DAY_CAP * min(c.days, len(c.dates))) if training else c.worth
    anywhere = {(c.ref, tuple(c.dates) if training else (c.klass,)): most}
    for job, want in ({(c.ref, (day,)): hours for day, hours in c.daily.items()} or anywhere).items():
        left = want
        while left and (laid := lay(job, left, so_far.rooms, set())):
            c.granted, left = c.granted + laid, left - laid


def lay(job: tuple, hours: Fraction, rooms: dict, seen: set) -> Fraction:
    """Hours that one augmenting path brings: into room that None holds, or where another job's hours can move away."""
    for place in [place for place in job[1] if place not in seen]:
        seen.add(place)
        for holder, held in list(rooms[place].items()):
            moved = min(hours, held) if holder is None else held and lay(holder, min(hours, held), rooms, seen)
            if moved:
                rooms[place][holder] -= moved
                rooms[place][job] += moved
                return moved
    return Fraction(0)


def remarks(c: Facts, live: list[Facts]) -> list[str]:
    """Flags that move no hours."""
    others = [o for o in live if o is not c]
    neighbours = [o for o in others if o.klass == c.klass == "training"]
    shared = any(set(c.dates) & set(o.daily or o.dates) for o in neighbours)
    asked = {"needs_daily_timetable": shared and len(c.dates) > 1 and not c.daily, "claim_differs": c.differs}
    asked |= {"daily_cap" if c.klass == "training" else "annual_cap": c.granted < c.worth}
    if not c.granted:
        return true_of(asked)
    kin = [pair for o in others if o.granted for pair in ((c.honours, o.key), (o.honours, c.key))]
    kin += [(c.key, o.key) for o in others if o.granted and o.klass != c.klass]
    asked |= {"related_items": any(one and one == other for one, other in kin if c.honours != c.key or one != c.key)}
    asked |= {"late_record": (c.filed_on or c.start) > c.start, "coauthor": (c.authors or 1) > 1}
    asked |= {"outside_exam_window": c.klass == "public_exam" and not EXAM_OPENS <= c.end <= EXAM_CLOSES}
    asked |= {"split_year": c.klass == "self_study" and c.start < FIRST}
    return true_of(asked | {"after_review_window": c.end > REVIEW_CLOSES})
