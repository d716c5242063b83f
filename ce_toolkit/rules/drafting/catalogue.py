"""The packs that come with the toolkit as two Markdown tables: what each asks and says, and which shapes it uses."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from ce_toolkit.rules.drafting.shapes import SHAPES, Shape
from ce_toolkit.rules.drafting.words import VERBS, value_words
from ce_toolkit.rules.loading.readings import alternatives, with_reading
from ce_toolkit.rules.pack import Pack, Requirement
from ce_toolkit.rules.reasons import plain_share
from ce_toolkit.rules.requirements import figure

_HEAD = "<!-- 由 ce pack list --markdown docs/packs.md 生成，请勿手改。 -->\n\n# 随附的规则包\n"
_STATUS = "“正式”的可以据以认定；“示例”的数字来自转述资料，原文未持有，供参照和试算，引用前须核对原文。\n"
_SHAPES = (
    "\n## 规则的形状\n\n各地、各行业的继续教育规定用到的规则，归纳成下列形状。"
    "● 规则包用到；○ 只在某种解读的备选答案中用到。\n"
)


def catalogue(packs: Sequence[Pack]) -> str:
    """Both tables as one Markdown page."""
    parts = [_HEAD, _STATUS, *table(_COLUMNS, (_row(pack) for pack in packs)), _SHAPES]
    names = ["形状", "内容", *(pack.id for pack in packs), "不在规则包中的"]
    others = [[with_reading(pack, reading.id, one.id) for reading, one in alternatives(pack)] for pack in packs]
    rows = ([shape.id, shape.name, *_marks(shape, packs, others), _elsewhere(shape)] for shape in SHAPES)
    return "\n".join([*parts, *table(names, rows)]) + "\n"


_COLUMNS = ("规则包", "地区（对象）", "年度", "要求", "用到的规则", "状态", "依据")


def table(names: Sequence[str], rows: Iterator[Sequence[str]]) -> Iterator[str]:
    """Lines of a Markdown table."""
    yield "| " + " | ".join(names) + " |"
    yield "|" + " --- |" * len(names)
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"


def _row(pack: Pack) -> list[str]:
    used = [word for verb, word in VERBS.items() if any(rule.verb == verb for rule in pack.rules)]
    used += ["结转"] if pack.carries else []
    over = f"（在 {pack.pack.extends} 之上）" if pack.pack.extends else ""
    status = value_words(pack.pack.status, "status")
    asked = "；".join(asked_words(each, pack) for each in pack.requirements)
    return [pack.id + over, pack.pack.region_name, _period(pack), asked, "、".join(used), status, pack.notice]


def _period(pack: Pack) -> str:
    first, last = pack.time.first, pack.time.last
    return str(pack.time.year) if first.year == last.year else f"{first.year}—{last.year}"


def asked_words(each: Requirement, pack: Pack) -> str:
    """One requirement in a few words: of whom, what, how much, over how long."""
    unit = "" if each.share is not None else pack.pack.unit
    return f"{_of_what(each, pack)}{_how_much(each)}{unit}{_how_long(each)}"


def _of_what(each: Requirement, pack: Pack) -> str:
    """The bucket's name; classes and kinds as the requirement's own sentence names them."""
    if not each.bucket:
        return each.says.partition("{need}")[0]
    whom = f"{'、'.join(each.when.values)}：" if each.when else ""
    return whom + pack.label("total" if each.bucket == "*" else each.bucket)


def _how_much(each: Requirement) -> str:
    if each.share is not None:
        return f"不少于{'实得' if each.of == 'earned' else '要求'}总数的{each.share}"
    if len(each.ladder) > 1:
        return "（新进的按月数）" + "→".join(plain_share(Fraction(rung.at_least)) for rung in each.ladder)
    since = f"（满{each.ladder[0].months}个月起）" if each.ladder else ""
    return since + plain_share(figure(each) or Fraction(0))


def _how_long(each: Requirement) -> str:
    if each.term:
        return "×聘期年数"
    return f"／{each.years}年" if each.years > 1 else ""


def _marks(shape: Shape, packs: Sequence[Pack], others: Sequence[Sequence[Pack]]) -> Iterator[str]:
    for pack, switched in zip(packs, others, strict=True):
        if shape.uses is None:
            yield ""
        elif shape.uses(pack):
            yield "●"
        else:
            yield "○" if any(shape.uses(other) for other in switched) else ""


def _elsewhere(shape: Shape) -> str:
    if shape.elsewhere:
        return shape.elsewhere
    return "尚无" if shape.uses is None else ""
