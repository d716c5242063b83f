"""ce_toolkit: continuing-education class hours (继续教育学时) of a city's professionals.

The names below are what notebooks use; each is imported when it is first asked for, so that importing the package costs
nothing.
"""

from importlib import import_module
from typing import Any

_HOMES = {
    "city_exams": "ce_toolkit.runs.exams",
    "exam_files": "ce_toolkit.runs.exams",
    "exam_receipts": "ce_toolkit.runs.exams",
    "exams_in_question": "ce_toolkit.runs.exams",
    "held_exams": "ce_toolkit.runs.exams",
    "county_tables": "ce_toolkit.runs.county",
    "return_workbooks": "ce_toolkit.runs.returned",
    "retention_reminder": "ce_toolkit.runs.retention",
    "save_year": "ce_toolkit.runs.year",
    "stored_year": "ce_toolkit.runs.year",
    "load_year": "ce_toolkit.runs.year_data",
    "trace": "ce_toolkit.runs.traced",
    "start": "ce_toolkit.runs",
    "Ways": "ce_toolkit.intake",
    "cells_of": "ce_toolkit.intake",
    "read_folder": "ce_toolkit.intake",
    "read_layouts": "ce_toolkit.intake",
    "write_layouts": "ce_toolkit.intake",
    "asked": "ce_toolkit.intake.self_check",
    "check": "ce_toolkit.intake.self_check",
    "read_units": "ce_toolkit.registers",
    "register": "ce_toolkit.registers",
    "advise": "ce_toolkit.rules.inquiry.advice",
    "credit": "ce_toolkit.rules",
    "credit_years": "ce_toolkit.rules",
    "compare": "ce_toolkit.rules.inquiry.lab",
    "explain_claim": "ce_toolkit.rules",
    "explain_person": "ce_toolkit.rules",
    "load_pack": "ce_toolkit.rules",
    "sensitivity": "ce_toolkit.rules.inquiry.lab",
    "sentences": "ce_toolkit.rules",
    "with_reading": "ce_toolkit.rules",
    "prepare_review": "ce_toolkit.runs.reviewing",
    "draw_review": "ce_toolkit.runs.reviewing",
    "publish_commitment": "ce_toolkit.runs.review_files",
    "publish_draw": "ce_toolkit.runs.review_files",
    "hand_out": "ce_toolkit.runs.review_files",
    "sample_table": "ce_toolkit.runs.review_files",
    "open_draw": "ce_toolkit.runs.reviewing",
    "read_sheets": "ce_toolkit.runs.review_results",
    "assess_results": "ce_toolkit.runs.review_results",
    "changed_verdicts": "ce_toolkit.runs.review_results",
    "keep_results": "ce_toolkit.runs.review_results",
    "report_results": "ce_toolkit.runs.review_results",
    "signal_rates": "ce_toolkit.review.assess",
    "size_rates": "ce_toolkit.review.assess",
    "result_findings": "ce_toolkit.publish.review_result",
    "coverage_table": "ce_toolkit.publish.review_result",
    "verdict_table": "ce_toolkit.publish.review_result",
    "evaluation_table": "ce_toolkit.publish.review_result",
    "worked": "ce_toolkit.publish.review_result",
    "notes_shown": "ce_toolkit.publish.review_result",
    "DecisionBox": "ce_toolkit.publish.review_result",
    "strata_shown": "ce_toolkit.publish.review_tables",
    "signals_shown": "ce_toolkit.publish.review_tables",
    "curve_shown": "ce_toolkit.publish.review_tables",
    "drawn_shown": "ce_toolkit.publish.review_tables",
    "draw_shown": "ce_toolkit.publish.review_tables",
    "design_shown": "ce_toolkit.publish.review_tables",
    "curve_chart": "ce_toolkit.publish.review_charts",
    "Stored": "ce_toolkit.statistics",
    "annual": "ce_toolkit.statistics",
    "arrears": "ce_toolkit.statistics",
    "arrears_counts": "ce_toolkit.statistics",
    "duties": "ce_toolkit.statistics",
    "exam_account": "ce_toolkit.runs.exams",
    "files_to_mend": "ce_toolkit.statistics",
    "finding_counts": "ce_toolkit.statistics",
    "frame_counts": "ce_toolkit.statistics",
    "late_files": "ce_toolkit.statistics",
    "outcome_counts": "ce_toolkit.statistics",
    "return_page": "ce_toolkit.publish",
    "returned_counts": "ce_toolkit.statistics",
    "rows_add_up": "ce_toolkit.statistics",
    "state_counts": "ce_toolkit.statistics",
    "still_open": "ce_toolkit.statistics",
    "unpassed": "ce_toolkit.statistics",
    "unpassed_counts": "ce_toolkit.statistics",
    "windows": "ce_toolkit.statistics",
    "without_responsible": "ce_toolkit.statistics",
    "browse": "ce_toolkit.publish.browse",
    "browse_offline": "ce_toolkit.publish.browse",
    "annual_pages": "ce_toolkit.publish",
    "Publication": "ce_toolkit.publish.publication",
    "write_annual_workbook": "ce_toolkit.publish.publication",
    "write_annual_report": "ce_toolkit.publish.annual_report",
    "print_pdf": "ce_toolkit.runs.printing",
    "card": "ce_toolkit.publish",
    "confirmation": "ce_toolkit.publish",
    "facts": "ce_toolkit.publish",
    "findings_chart": "ce_toolkit.publish",
    "in_chinese": "ce_toolkit.publish",
    "show": "ce_toolkit.publish",
    "mending_page": "ce_toolkit.publish",
    "in_words": "ce_toolkit.publish",
    "reporting_pages": "ce_toolkit.publish",
    "route_warning": "ce_toolkit.publish",
    "unpassed_page": "ce_toolkit.publish",
    "write_workbook": "ce_toolkit.publish",
    "year_charts": "ce_toolkit.publish",
    "year_page": "ce_toolkit.publish",
    "explore": "ce_toolkit.forms.explorer",
    "what_if": "ce_toolkit.forms",
}

__all__ = [*_HOMES]  # noqa: PLE0604  the names are the table's


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*globals(), *__all__]
