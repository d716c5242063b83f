"""Layouts: how the columns of a unit's own table are to be taken, proposed by the toolkit and confirmed by a person.

A proposal is never used by itself. ``write_layouts`` puts proposals into a YAML file; whoever knows the unit's table
corrects them there and writes 是 behind 已确认, and ``read_folder`` follows what is confirmed from then on.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from ce_toolkit.errors import ParamsError
from ce_toolkit.intake.fields import field_spec, fold

LAYOUTS = "版式.yaml"
"""A layout file of this name in a folder of forms is followed when the folder is read."""

_KEYS = {"填报单位": "unit", "表种": "form", "文件": "file", "列": "columns", "已确认": "confirmed"}
_YES, _NO = "是", "否"
_ABOVE = """\
# 列的认法：工具按列名或内容推测出来，等人核对。每一项只对所写填报单位的表有效；没有填报单位的，只对所写文件名有效。
# 核对“列”里的每一行（左边是表里的列名，没有表头的写列号，如 B列；右边是标准列名），不对的改正或删去，
# 然后把“已确认”改成 是，带上这个文件再读一次（ce intake 文件夹 --layouts 本文件）。
"""


@dataclass(frozen=True)
class Layout:
    """How columns of one unit's table are taken. ``columns``: head as it stands, or letters and 列 → field id.

    ``unit`` is the filing unit above the table; where there is none, ``file`` (a file name) tells whose table it is.
    """

    unit: str
    form: str
    file: str
    columns: Mapping[str, str] = field(default_factory=dict)
    confirmed: bool = False

    @property
    def key(self) -> tuple[str, str, tuple[str, ...]]:
        """What makes two proposals the same: whose table of which form, and which columns."""
        whose = fold(self.unit) or PurePosixPath(self.file).name
        return whose, self.form, tuple(sorted(self.columns))

    def is_for(self, unit: str | None, file: str) -> bool:
        """Whether it is about a table of that filing unit, or in that file if no unit stands above it."""
        if unit and self.unit:
            return fold(unit) == fold(self.unit)
        return not self.unit and PurePosixPath(file).name == PurePosixPath(self.file).name


def read_layouts(path: Path) -> tuple[Layout, ...]:
    """All layouts of a file, confirmed or not; none if there is no such file yet.

    Raises ParamsError that names the entry and what is wrong with it.
    """
    import yaml

    if not path.is_file():
        return ()
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8-sig")) or []
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ParamsError(f"{path}：版式文件读不出来，请检查缩进和冒号。") from error
    if not isinstance(raw, list):
        raise ParamsError(f"{path}：版式文件应是一项一项的列表，每项以 - 开头。")
    return tuple(_layout(one, f"{path}：第 {number} 项") for number, one in enumerate(raw, start=1))


def _layout(raw: Any, place: str) -> Layout:
    if not isinstance(raw, dict) or set(raw) != set(_KEYS):
        raise ParamsError(f"{place}：应正好有 {'、'.join(_KEYS)} 这几个键。")
    forms = {form.label: form for form in field_spec().forms.values()}
    form = forms.get(str(raw["表种"]))
    if form is None:
        raise ParamsError(f"{place}：表种应是 {'、'.join(forms)} 之一。")
    if raw["已确认"] not in (_YES, _NO, True, False):
        raise ParamsError(f"{place}：已确认 应填 是 或 否。")
    labels = {one.label: one.id for one in form.fields}
    columns = raw["列"] if isinstance(raw["列"], dict) else {}
    unknown = [str(label) for label in columns.values() if label not in labels]
    if unknown or not columns:
        wrong = "、".join(unknown) or "（空）"
        raise ParamsError(f"{place}：列 的右边应是{form.label}的列名，不能是 {wrong}。")
    taken = {str(head): labels[label] for head, label in columns.items()}
    if len(set(taken.values())) < len(taken):
        raise ParamsError(f"{place}：列 的右边有重复，一个列名只能对应一列。")
    unit, file = (str(raw[key] or "") for key in ("填报单位", "文件"))
    return Layout(unit, form.id, file, taken, raw["已确认"] in (_YES, True))


def write_layouts(path: Path, proposals: Iterable[Layout]) -> int:
    """Add proposals to a layout file, behind what already stands there, and return how many are new.

    What stands there is kept as it is, comments included. Raises ParamsError if the file cannot be read.
    """
    known = {layout.key for layout in read_layouts(path)}
    new = list({layout.key: layout for layout in proposals if layout.key not in known}.values())
    if new:
        before = path.read_text(encoding="utf-8-sig").rstrip() + "\n" if path.is_file() else _ABOVE
        path.write_text(before + _as_yaml(new), encoding="utf-8")
    return len(new)


def _as_yaml(layouts: Sequence[Layout]) -> str:
    import yaml

    plain = [
        {
            "填报单位": layout.unit,
            "表种": field_spec().forms[layout.form].label,
            "文件": layout.file,
            "列": {head: field_spec().forms[layout.form][field_id].label for head, field_id in layout.columns.items()},
            "已确认": _YES if layout.confirmed else _NO,
        }
        for layout in layouts
    ]
    text: str = yaml.safe_dump(plain, allow_unicode=True, sort_keys=False, width=1000)
    return text


def confirmed_for(layouts: Iterable[Layout], unit: str | None, file: str) -> tuple[Layout, ...]:
    """The confirmed layouts that are about a table."""
    return tuple(layout for layout in layouts if layout.confirmed and layout.is_for(unit, file))
