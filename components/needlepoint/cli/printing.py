"""How commands print. Text from documents can never control the terminal."""

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

_BIDI_CONTROLS = {*"\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u061c"}


def console(*, stderr: bool = False) -> "Console":
    """Return a console that wraps at the terminal's width and never reads documents' text as markup."""
    from rich.console import Console

    made = Console(markup=False, highlight=False, emoji=False, stderr=stderr, soft_wrap=False)
    if not made.is_terminal:
        made.soft_wrap = True
    return made


def printable(text: str) -> str:
    """Return text on one line, without control and bidirectional characters, and with single blanks."""
    shown = "".join(" " if _controls(character) else character for character in text)
    return " ".join(shown.split())


def quotation(before: str, answer: str, after: str, *, emphasis: bool) -> "Text":
    """Return the quoted sentence with the answer in bold, or between ``**`` if the output has no styles."""
    from rich.text import Text

    text = Text("“")
    text.append(printable(before) + (" " if before and before[-1].isspace() else ""))
    text.append(
        printable(answer) if emphasis else f"**{printable(answer)}**", style="bold reverse" if emphasis else None
    )
    text.append((" " if after and after[0].isspace() else "") + printable(after) + "”")
    return text


def _controls(character: str) -> bool:
    return character in _BIDI_CONTROLS or unicodedata.category(character) in {"Cc", "Cs"}


def counted(number: int, noun: str) -> str:
    """Return ``1 file``, ``2,000 files``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def plain_size(size: float) -> str:
    """Return a number of bytes in a readable unit, such as ``1.2 MB``."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000 or unit == "GB":
            return f"{size:,.0f} {unit}" if unit == "bytes" or size >= 100 else f"{size:.1f} {unit}"
        size /= 1000
    raise AssertionError
