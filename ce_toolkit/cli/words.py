"""The command line's fixed words in Chinese: what typer prints of its own accord on help pages."""

import difflib
import re
from collections.abc import Sequence
from contextlib import _GeneratorContextManager
from typing import Any

import typer
from typer._click.core import Context
from typer._click.formatting import HelpFormatter

_SECTIONS = {"Arguments": "参数", "Options": "选项", "Commands": "命令"}
_WORDS = (
    (re.compile(r"\[OPTIONS\]"), "[选项]"),
    (re.compile(r"COMMAND \[ARGS\]\.\.\."), "命令 [参数]…"),
    (re.compile(r"Show this message and exit\."), "显示本说明"),
    (re.compile(r"<list\[[Pp]ath\]>"), "<路径>…"),
    (re.compile(r"<list\[str\]>"), "<文字>…"),
    (re.compile(r"<(?:path|file|directory)>"), "<路径>"),
    (re.compile(r"<str>|<text>"), "<文字>"),
    (re.compile(r"<%Y-%m-%d>"), "<年-月-日>"),
    (re.compile(r"<int(?: range)?>"), "<整数>"),
    (re.compile(r"(?<=\[)required\]$"), "必填]"),
    (re.compile(r"(?<=[\[ ])default: (?=[^\]]*\]$)"), "默认 "),
    (re.compile(r"(?<=[\[ ])(-?\d+)<=x<=(-?\d+)\]$"), r"\1 至 \2]"),
    (re.compile(r"(?<=[\[ ])x>=(-?\d+)\]$"), r"不小于 \1]"),
)


class ChineseFormatter(HelpFormatter):
    """A help page whose fixed words are Chinese; the words of a command are its own."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """The first line of the page."""
        super().write_usage(prog, said(args), prefix or "用法：")

    def write_heading(self, heading: str) -> None:
        """A heading with a full-width colon."""
        self.write(f"{'':>{self.current_indent}}{heading}：\n")

    def section(self, name: str) -> _GeneratorContextManager[None]:
        """A heading with what stands under it."""
        return super().section(_SECTIONS.get(name, name))

    def write_dl(self, rows: Sequence[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        """A list of names and what they mean."""
        super().write_dl([(said(name), said(text)) for name, text in rows], *args, **kwargs)


def speak_chinese() -> None:
    """Have every help page written by ``ChineseFormatter``."""
    Context.formatter_class = ChineseFormatter


def said(text: str) -> str:
    """A piece of a help page with typer's words in Chinese."""
    for pattern, words in _WORDS:
        text = pattern.sub(words, text)
    return text


def unknown_command(error: typer.TyperException) -> str:
    """What to say of a command nobody knows, with the nearest one that is known; "" if that is not the fault."""
    context = getattr(error, "ctx", None)
    known = list(getattr(getattr(context, "command", None), "commands", ()))
    asked = re.fullmatch(r"No such command '(.*)'\.(?:.|\n)*", str(getattr(error, "message", "")))
    if context is None or not known or asked is None:
        return ""
    near = difflib.get_close_matches(asked[1], known, n=1, cutoff=0.5)
    hint = f"是否想用 {near[0]}？" if near else f"可用的有：{'、'.join(known)}。"
    return f"没有命令 {asked[1]}，{hint}用 {context.command_path} --help 查看用法。"


def codes(given: list[str] | None) -> tuple[str, ...]:
    """County codes as an option takes them: repeated, or with commas between."""
    return tuple(code for text in given or () for code in text.replace(",", " ").split())
