"""Errors that a user can act on: one base, and one kind per place where things go wrong.

A message is a Chinese sentence that names the file, the key, what was found and how to mend it. It never carries a
person's name, number or any other value from a person's row.
"""


class ToolkitError(Exception):
    """Base of everything the toolkit raises on purpose; its text is fit for an office user."""


class PackError(ToolkitError, ValueError):
    """A rule pack does not load; the message lists every fault with file, line and remedy."""


class ParamsError(ToolkitError, ValueError):
    """A run parameter is unknown, of a wrong type, given twice or missing."""


class InputError(ToolkitError, OSError):
    """A folder or file is missing, unreadable or empty."""


class TableError(ToolkitError, ValueError):
    """A table does not keep its contract where one room hands over to the next."""


class ExampleError(ToolkitError, ValueError):
    """A worked example is not written as the format asks."""


class SampleError(ToolkitError, ValueError):
    """A sample cannot be drawn as asked."""


class RunError(ToolkitError, RuntimeError):
    """A run could not be carried out or does not repeat."""


class ActError(ToolkitError, ValueError):
    """An act that may not be done: by this office, in this state, or without what it asks for."""


class JournalError(ToolkitError, ValueError):
    """A journal of acts is not as it was written, or cannot be added to."""
