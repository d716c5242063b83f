"""One policy for showing personal data: what is left readable when a name or number leaves the store."""

import re

_LONG_DIGITS = re.compile(r"\d{5,}")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def mask_name(name: str) -> str:
    """Show a name by its first character only: 王小明 → 王＊＊, whatever its length beyond two."""
    name = name.strip()
    return name[:1] + "＊" * min(max(len(name) - 1, 0), 2)


def mask_number(number: str) -> str:
    """Show a certificate, card or phone number by its last two characters: 0837148660479 → ＊＊79."""
    number = number.strip()
    return "＊＊" + number[-2:] if len(number) > 4 else "＊" * len(number)


def mask_text(text: str, *, limit: int = 24) -> str:
    """Free text with digit runs and mail addresses hidden, cut to ``limit`` characters."""
    text = _MAIL.sub("＊@＊", text)
    text = _LONG_DIGITS.sub(lambda run: mask_number(run.group()), text)
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1] + "…"
