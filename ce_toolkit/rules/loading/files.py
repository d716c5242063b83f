"""The files of packs: where they lie, what TOML reads of them, layers laid over one another."""

import hashlib
import re
import tomllib
from dataclasses import dataclass, replace
from decimal import Decimal
from importlib import resources
from pathlib import Path
from typing import Any

from ce_toolkit.errors import PackError
from ce_toolkit.rules.loading.layers import is_sound, lay_over
from ce_toolkit.rules.loading.places import Fault, Places

_AT_LINE = re.compile(r"at line (\d+)")
# how tomllib's complaints begin -> what is wrong
_SYNTAX = {
    "Cannot overwrite": "同一个键或表给出了两次",
    "Cannot declare": "同一个表给出了两次",
    "Expected newline": "值的写法不对，或一行写了两项",
    "Expected '='": "键后缺少等号",
    "Invalid value": "缺少值，或值的写法不对",
    "Invalid initial character": "键的写法不对",
    "Invalid date": "没有这一天",
    "Unterminated string": "引号不成对",
    "Illegal character": "引号不成对，或有不可见的字符",
    "Unclosed": "括号不成对",
}


def shipped() -> list[str]:
    """Ids of the packs that come with the toolkit."""
    folder = resources.files("ce_toolkit.rules") / "packs"
    return sorted(Path(entry.name).stem for entry in folder.iterdir() if entry.name.endswith(".toml"))


def pack_path(which: str | Path) -> Path:
    """The file of the shipped pack of this id, or the path itself where it ends in ``.toml``. Raises PackError."""
    path = Path(which)
    if path.suffix == ".toml":
        return path
    if str(which) not in shipped():
        raise PackError(f"没有名为 {which} 的规则包；现有：{'、'.join(shipped())}。也可以给出 .toml 文件的路径。")
    return Path(str(resources.files("ce_toolkit.rules") / "packs" / f"{which}.toml"))


def pack_bytes(path: Path) -> bytes:
    """What the file holds. Raises PackError where it cannot be opened."""
    try:
        return path.read_bytes()
    except OSError:
        raise PackError(f"{path}：打不开规则包文件，请检查路径。") from None


@dataclass(frozen=True)
class Read:
    """The data of a pack, layers laid over one another, with what was wrong in doing so.

    ``file`` is the pack's own, ``beneath`` that of the pack it lies over, where there is one.
    """

    data: dict[str, Any]
    places: Places
    sha256: str
    faults: tuple[Fault, ...] = ()
    file: Path | None = None
    beneath: Path | None = None


class UnreadableError(Exception):
    """A file that holds no pack at all: nothing more can be said than why."""

    def __init__(self, fault: Fault, places: Places) -> None:
        super().__init__(fault.text)
        self.fault, self.places = fault, places


def read(content: bytes, folder: Path | None, above: tuple[str, ...]) -> Read:
    """The pack's data; of a layer, laid over the pack beneath. ``above`` are the layers on the way here."""
    try:
        text = content.decode("utf-8")
        data = tomllib.loads(text, parse_float=Decimal)
    except UnicodeDecodeError:
        raise UnreadableError(Fault(1, "规则包须为 UTF-8 文本。"), Places("")) from None
    except tomllib.TOMLDecodeError as error:
        found = _AT_LINE.search(str(error))
        fault = Fault(int(found[1]) if found else 1, _no_toml(str(error)))
        raise UnreadableError(fault, Places(text)) from None
    places = Places(text)
    faults = (Fault(places.line("", 0, "sha256"), "不认识的键 sha256，请删去。"),) if "sha256" in data else ()
    own = hashlib.sha256(content).hexdigest()
    head = data.get("pack")
    base = head.get("extends") if isinstance(head, dict) else None
    if not isinstance(base, str) or not base:
        return Read(data, places, own, faults)
    beneath = _base(base, folder, above, places)
    if not is_sound(beneath.data):  # the load tells what is wrong with it
        return Read(data, places, own, faults, beneath=beneath.file)
    laid = lay_over(data, beneath.data, places)
    together = hashlib.sha256(f"{own} {beneath.sha256}".encode()).hexdigest()
    return Read(laid.data, laid.places, together, (*faults, *laid.faults), beneath=beneath.file)


def _base(base: str, folder: Path | None, above: tuple[str, ...], places: Places) -> Read:
    """What the pack that a layer lies over holds."""
    line = places.line("pack", 0, "extends")
    if base in above:
        raise UnreadableError(Fault(line, f"extends 绕成了圈：{' → '.join((*above, base))}。"), places)
    beside = Path(base) if folder is None else folder / base
    try:
        path = pack_path(beside if base.endswith(".toml") else base)
        content = pack_bytes(path)
        found = read(content, path.parent, (*above, base))
    except PackError as error:
        raise UnreadableError(Fault(line, f"上层规则包 {base} 用不了：{error}"), places) from None
    except UnreadableError as error:
        raise UnreadableError(Fault(line, f"上层规则包 {base} 用不了：{error.fault.text}"), places) from None
    return replace(found, file=path)


def _no_toml(said: str) -> str:
    why = next((words for start, words in _SYNTAX.items() if said.startswith(start)), said)
    return f"不是有效的 TOML（{why}）。"
