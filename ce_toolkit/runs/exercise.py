"""A small county through all the rooms: what a process does for the first time costs several times the second.

The fork server does it once, before any kernel is forked from it; every kernel then starts with what libraries load,
compile and cache on first use (fonts and glyphs, page templates, pandas' and pandera's own late imports).
"""

import io
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from ce_toolkit.intake import read_folder
from ce_toolkit.publish import annual_pages, findings_chart, in_chinese, write_workbook, year_charts, year_page
from ce_toolkit.publish.review.charts import curve_chart
from ce_toolkit.publish.review.notice import write_notice
from ce_toolkit.registers import Registers, Units, read_units, register, register_exams
from ce_toolkit.review.codes import DEMONSTRATION
from ce_toolkit.review.design import Design, prepare
from ce_toolkit.review.draw import draw
from ce_toolkit.review.records import review_records
from ce_toolkit.review.signals import Watch
from ce_toolkit.review.worksheet import Heading, write_review_sheet
from ce_toolkit.rules import Credited, Pack, credit, load_pack
from ce_toolkit.runs.county import county_tables
from ce_toolkit.runs.fonts import set_up_charts
from ce_toolkit.statistics import Stored, annual, finding_counts, frame_counts

_FORM = (
    "2017 年度专业技术人员继续教育报名表\n填报单位（公章）：试点小学\n"
    "序号,姓名,性别,单位,专业技术系列,职称,继续教育证书编号\n1,甲某,男,试点小学,工程技术,工程师,0100001\n2,乙某,女,试点小学,会计,会计师,\n"
)
_HOURS = (
    "2017 年度专业技术人员继续教育学时登记表\n填报单位（公章）：试点小学\n"
    "序号,姓名,单位,继续教育证书编号,学时类别,开始日期,申报学时,证明材料,已登记入证,举办批准备案\n"
    "1,甲某,试点小学,0100001,培训进修,2017.5.1,10,有,是,人社部门举办\n"
)
_EXAMS = "学员姓名,单位名称,证书编号,考试日期,考试结果\n甲某,试点小学,0100001,2017-06-01,合格\n"
_UNITS = "单位名称,所属地区,单位类别,单位性质,审核单位,应参训人数,学习档案\n试点小学,371402,县属单位,事业单位,,2,是\n"


def exercise() -> None:
    """Read, register, credit, draw, count and print two invented people; leaves nothing behind."""
    with TemporaryDirectory() as folder:
        place = Path(folder)
        pack = load_pack("dezhou-2017")
        units, registers, credited = _through_the_registers(place, pack)
        _through_the_review(place, pack, registers, credited)
        _through_the_statistics(place, pack, units, registers, credited)
        _through_the_page()


def _through_the_registers(place: Path, pack: Pack) -> tuple[Units, Registers, Credited]:
    inbox = place / "inbox"
    inbox.mkdir()
    for name, text in (("报名表.csv", _FORM), ("学时.csv", _HOURS), ("成绩.csv", _EXAMS)):
        (inbox / name).write_text(text, encoding="utf-8")
    (place / "units.csv").write_text(_UNITS, encoding="utf-8")
    batch = read_folder(inbox, year=pack.time.year, jobs=0)
    units = read_units(place / "units.csv")
    registers = register(batch, register_exams(batch.exams), units, county="371402")
    credited = credit(registers.claims, registers.people, pack, pack.time.last)
    county_tables(batch, registers, credited, pack, county="371402")
    set_up_charts()
    _draw(findings_chart(finding_counts(batch.findings)))
    return units, registers, credited


def _through_the_review(place: Path, pack: Pack, registers: Registers, credited: Credited) -> None:
    records = review_records(
        registers.claims, credited.credits, registers.people, credited.standing, secret=DEMONSTRATION
    )
    review = prepare(records, Watch.of(pack), Design(), about={}, demonstration=True)
    drawn = draw(review.frame, review.commitment, "31415926535897932384")
    _draw(curve_chart(review.plan))
    frame_counts(drawn.rows, pack.classes)
    write_notice(review, place / "notice.docx", title="试点", notice=pack.notice)
    heading = Heading.of(pack, place="试点", demonstration=True)
    write_review_sheet(drawn, place / "sheet.xlsx", people=registers.people, heading=heading)


def _through_the_statistics(place: Path, pack: Pack, units: Units, registers: Registers, credited: Credited) -> None:
    stored = Stored(registers.people, credited.standing, credited.credits, credited.ledger, claims=registers.claims)
    tables = annual(stored, units, pack, county="371402", counties=["371402"])
    in_chinese(tables["participation"], pack)
    pages = annual_pages(tables, pack, place="试点", as_of=date(2017, 12, 31))
    year_page(tables, pack, pages, place="试点", charts=year_charts(tables, pack, place="试点"))
    write_workbook(pages, place / "book.xlsx")


def _through_the_page() -> None:
    import nbformat

    from ce_toolkit.publish.page import notebook_page

    shown = nbformat.v4.new_output("display_data", {"text/html": "<p>试点</p>", "image/svg+xml": "<svg></svg>"})
    cells = [nbformat.v4.new_markdown_cell("# 试点"), nbformat.v4.new_code_cell("0", outputs=[shown])]
    notebook_page(nbformat.v4.new_notebook(cells=cells))


def _draw(figure: object) -> None:
    import matplotlib.pyplot as plt

    figure.savefig(io.BytesIO(), format="svg")  # type: ignore[attr-defined]
    plt.close("all")
