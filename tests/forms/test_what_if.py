"""The form without a browser: worked examples entered through its widgets, and every way of filling it in wrongly."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ce_toolkit.errors import ToolkitError
from ce_toolkit.forms import WhatIf, what_if
from ce_toolkit.forms.case import case_of
from ce_toolkit.forms.judging import advice_on, worked_example
from ce_toolkit.forms.state import MOST_LINES
from ce_toolkit.publish.labels import WORDS
from ce_toolkit.rules import load_pack, run_examples
from ce_toolkit.rules.reasons import plain
from tests.forms.filling import DEZHOU, NOT_ENTERED, PACKS, cases_of, fill

MADE = Path(__file__).parents[1] / "rules" / "shapes" / "made-2020.toml"


@pytest.fixture(autouse=True)
def _unadvised(monkeypatch: pytest.MonkeyPatch) -> None:
    """Advice takes longer than all else, and is tested by itself."""
    monkeypatch.setattr("ce_toolkit.forms.form.advice_on", lambda *_: ())


@pytest.fixture(scope="module")
def opened() -> WhatIf:
    return what_if(DEZHOU)


@pytest.fixture
def form(opened: WhatIf) -> WhatIf:
    """The one form, cleared."""
    opened.clear.click()
    return opened


def _type(form: WhatIf, **values: Any) -> None:
    for key, value in values.items():
        form.claims.controls[key.rstrip("_")].widget.value = value


def _training(form: WhatIf, **values: Any) -> None:
    record = {"class": "training", "basis": "held_hr", "start": date(2017, 3, 6), "end": date(2017, 3, 8), "hours": 26}
    form._take([{"id": "A", "records": [record]}])
    _type(form, **values)


@pytest.mark.parametrize("pack", PACKS)
def test_F8_F9_worked_examples_entered_through_the_form_give_their_results(
    pack: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every example of the pack; the answer on the screen is read of every seventh, to save time."""
    form = what_if(pack)
    judge = form._judge
    monkeypatch.setattr(form, "_judge", lambda: None)
    cases = [case for case in cases_of(pack) if case["id"] not in NOT_ENTERED]
    entered = []
    for number, case in enumerate(cases):
        fill(form, case)
        made, faults = case_of(form.state, form.asked)
        assert (case["id"], faults) == (case["id"], ())
        entered.append({**made, **_expected(case)})
        if number % 7 == 0:
            judge()
            assert form.judged is not None
            assert _shown(form) == _wanted(form, case), case["id"]
    outcomes = run_examples(entered, form.asked.pack)
    assert {outcome.id: outcome.differs for outcome in outcomes if not outcome.ok} == {}
    assert len(outcomes) >= 8


def _expected(case: dict[str, Any]) -> dict[str, Any]:
    """What the example expects, under the names that the form gives its lines."""
    names = {record["ref"]: f"r{number:02d}" for number, record in enumerate(case.get("records") or (), start=1)}
    refs = {key: [names[ref] for ref in case["expect"].get(key, ())] for key in ("rejected", "pending")}
    kept = {key: case[key] for key in ("id", "strict", "accept") if key in case}
    return {**kept, "expect": {**case["expect"], **refs}}


def _shown(form: WhatIf) -> tuple[str, ...]:
    """Status and hours against each minimum, as the result card prints them."""
    status = re.search(r'role="status"><b>(.*?)</b><span>合计认定 ([\d.]+)', form.result.value)
    assert status
    return status[1], status[2], *re.findall(r"<span>([\d.]+) / [\d.]+</span>", form.result.value)


def _wanted(form: WhatIf, case: dict[str, Any]) -> tuple[str, ...]:
    """The same from the engine, asked for the example as its file has it."""
    (outcome,) = run_examples([case], form.asked.pack)
    assert form.judged
    person = form.judged.person
    assert {each.requirement: each.short for each in person.minima} == dict(outcome.short)
    words = {"pass": ["达标"], "fail": ["未达标", "待定"], "out_of_scope": ["不在范围"]}[outcome.status]
    assert WORDS["status"][person.status] in words
    return (
        WORDS["status"][person.status],
        plain(outcome.credited["total"]),
        *(plain(each.have) for each in person.minima),
    )


def test_GV17_more_lines_than_the_form_takes_are_not_loaded_and_not_added(
    form: WhatIf, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = next(case for case in cases_of(DEZHOU) if case["id"] == "GV17")
    form._take([many])
    assert f"本表最多 {MOST_LINES} 项" in form.said.value
    assert form.state.claims == ()
    monkeypatch.setattr(form, "_judge", lambda: None)
    for _ in range(MOST_LINES + 2):
        form.claims._add()
    assert len(form.state.claims) == MOST_LINES
    assert form.claims.add.disabled
    assert form.claims.copy.disabled


def test_a_class_shows_its_own_fields_and_no_others(form: WhatIf) -> None:
    form.claims.add.click()
    _type(form, class_="training")
    assert _asked(form) >= {"basis", "days", "hours"}
    assert not _asked(form) & {"items", "employer_hours", "result"}
    _type(form, class_="output")
    assert _asked(form) >= {"kind", "items", "published"}
    assert not _asked(form) & {"basis", "daily", "result"}


def _asked(form: WhatIf) -> set[str]:
    boxes = [*form.claims.first.children, *form.claims.main.children, *form.claims.more.children]
    return {key for key, control in form.claims.controls.items() if control.box in boxes}


def test_another_notice_gives_another_form_without_code() -> None:
    made = what_if(MADE)
    assert {code for _, code in made.asked.classes} == set(load_pack(MADE).classes)
    texas, henan = what_if("texas-cpa-2017"), what_if("henan-2017")
    assert list(texas.person) == ["licensed_on"]
    assert texas.asked.history
    assert not henan.asked.history
    credits_ = what_if("accountants-2018")
    credits_.claims.add.click()
    _type(credits_, class_="training")
    assert credits_.claims.controls["hours"].field.label == "申报学分"
    assert "学分" in credits_.result.value
    assert "学时" not in re.sub(r"<[^>]*>", "", credits_.result.value)


def test_lines_are_added_copied_chosen_and_removed(form: WhatIf) -> None:
    _training(form)
    assert form.claims.chooser.options[0][0] == "1. 培训进修 3月6日 至 3月8日 26学时 → 认定 24，超上限 2"
    form.claims.copy.click()
    _type(form, start=date(2017, 4, 10), end=date(2017, 4, 12), hours="7.5")
    assert [label.split("→")[1] for label, _ in form.claims.chooser.options] == [" 认定 24，超上限 2", " 认定 7.5"]
    form.claims.chooser.index = 0
    assert form.claims.controls["hours"].value == "26"
    form.claims.remove.click()
    assert [line["hours"] for line in form.state.claims] == ["7.5"]
    assert form.claims.controls["hours"].value == "7.5"
    form.claims.remove.click()
    assert form.claims.editor.layout.display == "none"
    assert "还没有填写项目" in form.details.value


def test_F8_advice_stands_beside_the_result_and_on_the_print_page(
    form: WhatIf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wording and minimality are tested with the advice itself."""
    monkeypatch.setattr("ce_toolkit.forms.form.advice_on", advice_on)
    _training(form)
    wanted = [one.sentence for one in advice_on(form.judged)] if form.judged else []
    assert wanted
    for sentence in wanted:
        assert sentence in form.advice.value
        assert sentence in _file(form, "html")
    assert "ce-stale" not in form.advice._dom_classes
    before = form.advice.value
    form.since.widget.value = date(2017, 10, 1)  # after the exam of May and June
    assert form.advice.value != before
    assert form.judged
    assert all(one.sentence in form.advice.value for one in advice_on(form.judged, date(2017, 10, 1)))
    form.since.widget.value = date(20, 10, 1)
    assert "请检查年份" in form.since.error.value
    met = next(case for case in cases_of(DEZHOU) if case["id"] == "A01")
    form._take([met])
    assert form.advice.value == ""


def test_what_was_cut_stands_with_its_reason_and_clause(form: WhatIf) -> None:
    _training(form)
    assert (
        "培训进修每天不超过8学时：本项可计24学时，超出的2学时不计。（德人社字〔2017〕51号 三.1）" in form.details.value
    )
    assert "3月6日至3月8日共申报26学时，3天最多24，核减2" in form.details.value
    assert 'aria-valuenow="24"' in form.result.value


@pytest.mark.parametrize(
    ("key", "typed", "said"),
    [
        ("hours", "八学时半", "申报学时应为数字"),
        ("hours", "7.555", "最多两位小数"),
        ("hours", "1e9", "不能超过"),
        ("days", "2.5", "授课天数应为整数"),
        ("start", date(17, 3, 6), "请检查年份"),
        ("end", date(2067, 3, 6), "相隔超过10年"),
        ("daily", "3-6=6 2-30=7", "不存在"),
        ("daily", "星期一 6", "3-6=6 3-7=7.5"),
        ("daily", "3-6=6 3-6=2", "写了两次"),
        ("clock", "9点到12点", "09:00-12:00"),
        ("clock", "12:00-09:00", "09:00-12:00"),
        ("title", "研" * 61, "最多 60 个字"),
        ("key", "110101" + "19900101" + "123X", "请改用代称"),
        ("key", "138" + "00000000", "请改用代称"),
    ],
)
def test_what_cannot_be_read_is_said_at_its_field_and_the_last_result_stays_in_grey(
    form: WhatIf, key: str, typed: Any, said: str
) -> None:
    _training(form)
    before = form.result.value
    _type(form, **{key: typed})
    control = form.claims.controls[key]
    assert said in control.error.value
    assert "项目第 1 行：" in form.notice.value
    assert form.result.value == before
    assert "ce-stale" in form.result._dom_classes
    assert "有误" in form.claims.chooser.options[0][0]
    _type(form, **{key: None if isinstance(typed, date) else ""})
    assert control.error.value == form.notice.value == ""
    assert "ce-stale" not in form.result._dom_classes


def test_figures_may_be_typed_in_full_width_and_timetables_by_month_and_day(form: WhatIf) -> None:
    _training(form)
    _type(form, hours="２４．５")
    assert "申报24.5学时" in form.details.value
    _type(form, hours="", daily="3月6日=6，3-7=7.5 2017-03-08=8学时", clock="９：００－１２：００")
    assert form.faults == ()
    assert form.judged
    assert form.judged.case["records"][0]["daily"] == {date(2017, 3, 6): 6, date(2017, 3, 7): 7.5, date(2017, 3, 8): 8}


def test_no_day_judged_and_a_day_before_the_year_are_said_at_the_field(form: WhatIf) -> None:
    form.as_of.widget.value = None
    assert "请填认定日" in form.as_of.error.value
    form.as_of.widget.value = date(2016, 12, 31)
    assert "不能早于 2017-01-01" in form.as_of.error.value


@pytest.mark.parametrize("error", [ToolkitError("规则有误。"), ZeroDivisionError("secret")])
def test_whatever_fails_inside_shows_a_sentence(
    form: WhatIf, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    _training(form)

    def fail(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr("ce_toolkit.forms.judging.explain_person", fail)
    _type(form, hours="8")
    assert (
        "规则有误。" if isinstance(error, ToolkitError) else "程序内部错误（ZeroDivisionError）"
    ) in form.notice.value
    assert "secret" not in form.notice.value
    assert "ce-stale" in form.result._dom_classes


# ---- saving and loading ----------------------------------------------------------------------------------------------


def test_a_saved_case_is_a_worked_example_that_loads_again(form: WhatIf, tmp_path: Path) -> None:
    _training(form, daily="3-6=6 3-7=12 3-8=8", title="班甲")
    form.person["hired_on"].widget.value = date(2017, 2, 1)
    form.person["leave"].widget.value = True
    text = _file(form, "yaml")
    state, example = form.state, worked_example(form.judged) if form.judged else {}
    (outcome,) = run_examples([example], form.asked.pack)
    assert outcome.ok
    assert outcome.credited["training"] == 22
    other = what_if(DEZHOU)
    other.pasted.value = text
    other.load.click()
    assert "已载入" in other.said.value
    daily = {"daily": "2017-03-06=6 2017-03-07=12 2017-03-08=8"}
    assert {**state.claims[0], **other.state.claims[0]} == {**state.claims[0], **daily}
    assert other.result.value == form.result.value


def _file(form: WhatIf, kind: str) -> str:
    """What a link holds."""
    from base64 import b64decode

    found = re.search(rf'href="data:text/{kind};charset=utf-8;base64,([^"]+)"', form.links.value)
    assert found
    return b64decode(found[1]).decode()


def test_the_print_page_stands_alone_and_says_what_was_filled_in(form: WhatIf) -> None:
    _training(form, key="C-100")
    page = _file(form, "html")
    assert "<title>继续教育学时试算</title>" in page
    assert "认定 24，超上限 2" in page
    assert "单位性质</th><td>事业单位" in page
    assert "@media print" in page
    assert not re.findall(r"""(?:src|href)\s*=\s*["']?\s*(?:https?:)?//""", page)


@pytest.mark.parametrize("pack", [DEZHOU, "texas-cpa-2017", "xuzhou-2017", "louisiana-2017", "accountants-2018"])
def test_each_example_on_offer_loads_and_shows_what_its_title_says(pack: str) -> None:
    form = what_if(pack)
    offers = form.examples.options[1:]
    assert len(offers) >= 8
    for title, case in offers:
        assert not re.search(r"[A-Za-z_]{3,}", title), title
        form.examples.value = case
        assert form.faults == (), title
        assert form.judged
        codes = {flag.code for flag in form.judged.person.flags}
        assert codes >= set(case["expect"].get("flags", ())), title


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "算例的列表"),
        ("id: A", "算例的列表"),
        ("- [", "不是有效的 YAML"),
        ("[" * 3000, "括号套得太多"),
        ("- {id: A, records: &a [*a]}", "锚点"),
        ("- {id: A, records: [{class: training, hours: " + "9" * 5000 + "}]}", "不是有效的 YAML"),
        ("- {id: A, records: [{class: training, hours: 1.0e+999999}]}", "不能超过"),
        ("- {id: A, records: [{class: sport}]}", "不是本规则包的类别"),
        ("- {id: A, records: 3}", "应为列表"),
        ("- {id: A, records: [3]}", "键: 值"),
        ("- {id: A, records: [{class: training, date: soon}]}", "应为日期"),
        ("- {id: A, records: [{class: training, basis: friend}]}", "应为其中之一"),
        ("- {id: A, records: [{class: training, ref: a}, {class: training, ref: a}]}", "ref"),
        ("- {id: A, person: [1]}", "键: 值"),
        ("- {id: A, as_of: 2017-12-31 08:00:00}", "应为日期"),
        ("- {id: A, title: " + "x" * 20_000 + "}", "最多 20000 个字"),
    ],
)
def test_what_is_pasted_wrongly_is_refused_in_a_sentence_and_changes_nothing(
    form: WhatIf, text: str, said: str
) -> None:
    _training(form)
    before = form.state
    form.pasted.value = text
    form.load.click()
    assert said in form.said.value
    assert form.state == before


def test_several_pasted_examples_load_the_first(form: WhatIf) -> None:
    form.pasted.value = "- {id: A, records: [{class: training, hours: 3}]}\n- {id: B}\n"
    form.load.click()
    assert "共 2 个" in form.said.value
    assert form.state.claims[0]["hours"] == "3"
    form.clear.click()
    assert form.state.claims == ()
    assert form.pasted.value == ""


def test_V29_nothing_typed_is_shown_as_it_is_or_asked_by_name(form: WhatIf) -> None:
    """No field asks for a name or a number of the person; what is typed is escaped, and long numbers are masked."""
    labels = [control.field.label for control in form.person.values()]
    assert not [label for label in labels if re.search(r"姓名$|证件|电话|身份", label)]
    _training(form, title="<img src=x onerror=alert(1)>", key="20170012345")
    assert "<img" not in form.details.value
    assert "<img" not in form.claims.chooser.options[0][0]
    assert "20170012345" not in form.details.value
