"""What may be taken away from a form: the case as a worked example, and a page to print. Links that hold their file."""

from base64 import b64encode
from collections.abc import Sequence
from html import escape
from importlib.resources import files

from ce_toolkit.forms.case import text_of
from ce_toolkit.forms.fields import Asked, Field
from ce_toolkit.forms.judging import Judged, worked_example
from ce_toolkit.forms.result import advice_html, details_html, standing_html
from ce_toolkit.publish.page import page
from ce_toolkit.publish.terms import spoken
from ce_toolkit.rules.inquiry.advice import Advice


def downloads(judged: Judged, asked: Asked, advice: Sequence[Advice] = ()) -> str:
    """Two links: the worked example, and the page to print."""
    case = text_of(worked_example(judged), asked)
    return (
        '<div class="ce-links">'
        + "".join(
            (
                _link("保存算例", "试算.yaml", "text/yaml", case),
                _link("下载打印页", "试算.html", "text/html", print_page(judged, asked, advice)),
            )
        )
        + "</div>"
    )


def _link(text: str, name: str, kind: str, content: str) -> str:
    data = b64encode(content.encode()).decode()
    return f'<a class="ce-link" download="{name}" href="data:{kind};charset=utf-8;base64,{data}">{text}</a>'


def print_page(judged: Judged, asked: Asked, advice: Sequence[Advice] = ()) -> str:
    """What is filled in and its result as one page that stands alone; numbers of certificates are masked."""
    title = f"继续教育{asked.pack.pack.unit}试算"
    style = files("ce_toolkit.forms").joinpath("result.css").read_text(encoding="utf-8")
    filled = _person(judged, asked) + standing_html(judged) + advice_html(advice) + details_html(judged)
    note = f"{asked.pack.pack.title}。试算不是认定，以审核认定为准。"
    return page(title, f"<style>{style}</style><h1>{escape(title)}</h1><p>{escape(note)}</p>{filled}")


def _person(judged: Judged, asked: Asked) -> str:
    """The facts about the person that were filled in, as a small table."""
    facts = judged.case.get("person", {})
    told = [(field, facts.get(field.key, field.absent)) for field in asked.person]
    rows = "".join(
        f"<tr><th>{escape(field.label)}</th><td>{escape(_word(field, value, asked))}</td></tr>"
        for field, value in told
        if value is not None
    )
    return f'<table class="parameters"><caption>人员情况</caption>{rows}</table>' if rows else ""


def _word(field: Field, value: object, asked: Asked) -> str:
    named = [word for word, code in field.choices if code == value]
    return named[0] if named else spoken(field.name, value, asked.pack)
