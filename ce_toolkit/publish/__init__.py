"""Everything that leaves the toolkit: workbooks, pages, charts. What is shown here is masked."""

from ce_toolkit.publish.card import Card, card
from ce_toolkit.publish.charts import findings_chart
from ce_toolkit.publish.facts import facts, in_words
from ce_toolkit.publish.labels import in_chinese
from ce_toolkit.publish.mending import mending_page
from ce_toolkit.publish.reporting import reporting_pages, return_page, route_warning, unpassed_page
from ce_toolkit.publish.shown import Shown, show
from ce_toolkit.publish.slip import confirmation, slip, write_slip
from ce_toolkit.publish.workbook.book import Page, write_workbook
from ce_toolkit.publish.year.charts import Chart, year_charts
from ce_toolkit.publish.year.page import year_page
from ce_toolkit.publish.year.pages import annual_pages

__all__ = [
    "Card",
    "Chart",
    "Page",
    "Shown",
    "annual_pages",
    "card",
    "confirmation",
    "facts",
    "findings_chart",
    "in_chinese",
    "in_words",
    "mending_page",
    "reporting_pages",
    "return_page",
    "route_warning",
    "show",
    "slip",
    "unpassed_page",
    "write_slip",
    "write_workbook",
    "year_charts",
    "year_page",
]
