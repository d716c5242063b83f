"""``python -m ce_toolkit.cli`` is ``ce``."""

from ce_toolkit.cli import main

main()
