"""The command ``ce``: what an office does from a terminal, one module a command or group."""

from ce_toolkit.cli.commands import app, main

__all__ = ["app", "main"]
