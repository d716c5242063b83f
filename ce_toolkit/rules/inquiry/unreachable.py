"""Why nothing leads to what is asked: what stands against each minimum that is short."""

from collections.abc import Iterator, Sequence

from ce_toolkit.rules.credit import cap_limits
from ce_toolkit.rules.inquiry import advice_words as words
from ce_toolkit.rules.inquiry.acts import Act
from ce_toolkit.rules.inquiry.shortest import choices
from ce_toolkit.rules.inquiry.trials import Ground
from ce_toolkit.rules.inquiry.ways import Doable, TriedOut, alone, problem_of, room
from ce_toolkit.rules.measures import Measure
from ce_toolkit.rules.outcome import ledger_table
from ce_toolkit.rules.pack import Cap, Gate
from ce_toolkit.rules.reasons import plain, sentences
from ce_toolkit.rules.requirements import blank_words, selected
from ce_toolkit.rules.standing import Standing

_MOST = 4  # reasons of one kind that are told


def why_not(ground: Ground, before: Standing, tried: TriedOut) -> str:
    """One sentence: what is short, and why it cannot be reached by the day judged."""
    pack, day = ground.pack, words.by_words(min(ground.as_of, ground.pack.time.last), ground.pack)
    reasons = list(dict.fromkeys([*_unknown(before), *_against(ground, before, tried), *_waiting(before, tried)]))
    said = "；".join(reasons) or "各项上限和空闲的日子合在一起不够"
    short = words.shortfall(before)
    lead = f"还差{short}：到{day}无法达到要求" if short else "按已认定的学时各项都够，但待定的项目定下以前不能算达到"
    return pack.in_unit(f"{lead}，{said}。")


def _unknown(before: Standing) -> Iterator[str]:
    """Facts without which not even the figure asked is known."""
    open_ = [one for one in before.measures.values() if one.asked.unbounded[0]]
    blank = list(dict.fromkeys(name for one in open_ for name, rows in one.blank.items() if rows[0]))
    if blank:
        yield f"{blank_words(blank)}未填，应达到多少学时无法确定，请先补填"


def _waiting(before: Standing, tried: TriedOut) -> Iterator[str]:
    for held in tried.open[:_MOST]:
        yield f"待补的{words.held_words(held, before, 0, open_=True)}"


def _against(ground: Ground, before: Standing, tried: TriedOut) -> Iterator[str]:
    """Of each minimum that cannot be reached even alone: acts that are refused, caps that are full, no days."""
    nothing = []
    for measure in before.measures.values():
        if measure.surely[0] or _reachable(before, tried.doable, measure):
            continue
        classes, kinds = selected(measure.asked.requirement, ground.pack)
        refused = [act for act in tried.refused if Doable(act.class_, act.kind, act).counts(classes, kinds)]
        mine = [one.act for one in tried.doable if one.act and one.counts(classes, kinds)]
        reasons = [*_refusals(ground, refused), *_full(before, mine, int(measure.short[0]))]
        yield from reasons
        if not mine and not reasons:
            nothing.append(words.asked_name(measure.asked.requirement, ground.pack))
        elif any(act.span for act in mine) and not reasons:
            yield "剩下的空闲日子不够"
    if nothing:
        yield f"{'、'.join(dict.fromkeys(nothing))}在可选的类别和余下的日子里没有可做的项目"


def _reachable(before: Standing, doable: Sequence[Doable], measure: Measure) -> bool:
    """Whether what can be done reaches this minimum where nothing else is asked."""
    problem = problem_of(before, doable, only=measure)
    return next(choices(problem, "hours", 1), None) is not None


def _refusals(ground: Ground, acts: Sequence[Act]) -> Iterator[str]:
    """The engine's own sentences on acts that do not count, without their clauses and the hours that were tried.

    What a pack refuses in any case is no way that anybody would look for.
    """
    never = {rule.id for rule in ground.pack.of(Gate) if rule.test == "always"}
    ledger = ledger_table(ground.stand([alone(act) for act in acts]).work) if acts else None
    if ledger is None:
        return
    ledger = ledger[ledger["claim_id"].str.contains(":~", regex=False) & (ledger["effect"] != "raised")]
    first = ledger.drop_duplicates("claim_id")
    first = first[~first["rule"].isin(never)]
    names = [words.act_name(acts[int(str(person))], ground.pack) for person in first["person_id"]]
    said = zip(names, sentences(first, ground.pack), first["delta"], strict=True)
    yield from list(dict.fromkeys(f"{name}：{_without(text, plain(abs(hours)))}" for name, text, hours in said))[:_MOST]


def _without(sentence: str, figure: str) -> str:
    """A sentence without its clause, and without the part that tells how many hours were lost."""
    parts = sentence.rsplit("（", 1)[0].rstrip("。").split("，")
    return "，".join([part for part in parts if not part.startswith(figure)] or parts)


def _full(before: Standing, acts: Sequence[Act], short: int) -> Iterator[str]:
    """Caps over years that leave less than is short, of what could be done toward a minimum."""
    work = before.work
    for number, rule in enumerate(work.pack.rules):
        if isinstance(rule, Cap) and rule.scope == "person_year" and any(act.under(rule) for act in acts):
            left = room(work, number, rule)
            if left < short:
                limit = int(cap_limits(work.claims.people, work.pack, rule)[0])
                yield words.cap_said(rule, limit, left, work.pack)
