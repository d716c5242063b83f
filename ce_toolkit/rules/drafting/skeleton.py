"""The beginning of a new pack: a commented TOML file that loads as it stands, to be rewritten clause by clause."""

import re
from importlib import resources

from ce_toolkit.errors import PackError

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_YEAR = re.compile(r"(?:^|-)((?:19|20)\d\d)$")


def skeleton(pack_id: str, year: int | None = None) -> str:
    """The text of a new pack of this id; the year is the one at the id's end unless given.

    Raises PackError for an id that is no file name of plain letters, digits and hyphens, and without a year.
    """
    if not _ID.fullmatch(pack_id):
        raise PackError(f"规则包名称 {pack_id} 只能用小写字母、数字和连字符，如 dezhou-2018。")
    found = _YEAR.search(pack_id)
    if year is None and found is None:
        raise PackError(f"规则包名称 {pack_id} 末尾没有年度；写成 {pack_id}-2018，或用 --year 给出。")
    year = year if year is not None else int(found[1]) if found else 0
    text = (resources.files("ce_toolkit.rules") / "skeleton.toml").read_text(encoding="utf-8")
    return text.format(id=pack_id, year=year, title=f"某市{year}年度专业技术人员继续教育学时认定规则")
