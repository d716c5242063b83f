"""Workbooks in the style of the office: sheets, tables, native charts."""
