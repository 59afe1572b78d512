# ruff: noqa: RUF001 - signs that look alike are what this is about
"""What the characters of symbol fonts show, which the file holds as letters or private codes."""

_WINGDINGS = {
    0x6C: "●", 0x6E: "■", 0x6F: "☐", 0x71: "☐", 0x72: "☐", 0x76: "❖", 0x77: "◆", 0x78: "☒", 0xA1: "○", 0xA7: "▪", 0xA8: "☐",
    0xD8: "➢", 0xDF: "←", 0xE0: "→", 0xE1: "↑", 0xE2: "↓", 0xE8: "→", 0xF0: "⇨", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
}  # fmt: skip
_WINGDINGS_2 = {
    0x4F: "✗",
    0x50: "✓",
    0x51: "☒",
    0x52: "☑",
    0x53: "☒",
    0x54: "☒",
    0x98: "●",
    0xA2: "■",
    0xA3: "☐",
    0x97: "●",
}
_SYMBOL_LETTERS = dict(
    zip(
        "ABGDEZHQIKLMNXOPRSTUFCYWabgdezhqiklmnxoprstufcywVJj",
        "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩαβγδεζηθικλμνξοπρστυφχψωςϑϕ",
        strict=True,
    )
)
_SYMBOL = {ord(letter): greek for letter, greek in _SYMBOL_LETTERS.items()} | {
    0xA3: "≤", 0xA5: "∞", 0xAB: "↔", 0xAC: "←", 0xAD: "↑", 0xAE: "→", 0xAF: "↓", 0xB0: "°", 0xB1: "±", 0xB3: "≥", 0xB4: "×",
    0xB6: "∂", 0xB7: "•", 0xB8: "÷", 0xB9: "≠", 0xBA: "≡", 0xBB: "≈", 0xD1: "∇", 0xD5: "∏", 0xD6: "√", 0xD7: "⋅", 0xDE: "⇒",
    0xE5: "∑", 0xF2: "∫", 0x2D: "−", 0xC5: "⊕", 0xC7: "∩", 0xC8: "∪", 0xCE: "∈", 0xA0: "€",
}  # fmt: skip
SYMBOL_FONTS = {"wingdings": _WINGDINGS, "wingdings 2": _WINGDINGS_2, "symbol": _SYMBOL}
"""The signs of fonts, by their names in lower case."""
_PRIVATE = 0xF000


def shown_symbol(font: str, code: int) -> str:
    """Return the sign that a character of a symbol font shows; nothing where it is none that is known.

    :param font: its name.
    :param code: the character's, private (U+F0FE) or not (0xFE).
    """
    signs = SYMBOL_FONTS.get(font.lower())
    if signs is None:
        return chr(code) if 0x20 <= code < 0xD800 else ""
    low = code - _PRIVATE if _PRIVATE <= code < _PRIVATE + 0x100 else code
    return signs.get(low, chr(low) if font.lower() == "symbol" and 0x20 <= low < 0x7F else "")


def shown_symbols(font: str, text: str) -> str:
    """Return what a text in a font shows; only that in symbol fonts is another than it says."""
    return "".join(shown_symbol(font, ord(each)) or " " for each in text) if font.lower() in SYMBOL_FONTS else text
