"""The PDF of a run's document: an output of the run where it is wanted and LibreOffice is there."""

from pathlib import Path

from ce_toolkit.publish.office import print_document
from ce_toolkit.runs.session import Run


def print_pdf(run: Run, document: Path, *, wanted: bool) -> str:
    """Write the PDF of a document beside it and count it among the run's outputs; returns what to say of it.

    Without LibreOffice, or where it fails, the run goes on without a PDF.
    """
    if not wanted:
        return "未要求（参数 pdf 为 false）。"
    printed = print_document(document, document.with_suffix(".pdf"))
    if printed.path is not None:
        run.output(printed.path.name)
    return printed.said
