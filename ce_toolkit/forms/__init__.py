"""Forms in a notebook or on a page: what would count if this were done. Nothing typed here is stored anywhere."""

from ce_toolkit.forms.form import WhatIf, what_if

__all__ = ["WhatIf", "what_if"]
