"""Forms in a notebook or on a page of the office's own machine: Chinese, masked, and nothing typed is kept anywhere."""

from ce_toolkit.forms.explorer import explore
from ce_toolkit.forms.form import WhatIf, what_if

__all__ = ["WhatIf", "explore", "what_if"]
