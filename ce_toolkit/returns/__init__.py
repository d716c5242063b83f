"""Returns: what goes back to a unit, the blank form and its own workbook with the faults marked in it."""

from ce_toolkit.returns.folder import return_folder
from ce_toolkit.returns.template import Order, write_template

__all__ = ["Order", "return_folder", "write_template"]
