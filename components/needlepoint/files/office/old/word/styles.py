"""The styles of a ``.doc``: which are headings, and what they state."""

import struct
from dataclasses import dataclass, field

from needlepoint.files.office.old.word.sprms import Properties, properties_in

_HEADINGS = range(1, 10)  # numbers of built-in styles
_NONE = 0xFFF
_PARAGRAPH = 1
_MOST_STYLES = 5_000
_DEEPEST = 20


@dataclass(frozen=True, slots=True)
class Style:
    """A style.

    :param based_on: the number of the style that it takes the rest from.
    :param paragraph: what it states of paragraphs; ``characters`` of their characters.
    """

    is_heading: bool = False
    based_on: int = _NONE
    paragraph: Properties = field(default_factory=dict)
    characters: Properties = field(default_factory=dict)


class Styles:
    """The styles by their numbers."""

    def __init__(self, data: bytes) -> None:
        self._styles = _read(data)
        self._known: dict[int, Style] = {}

    def whole(self, number: int) -> Style:
        """Return a style with what it takes from those that it is based on."""
        if number not in self._known:
            self._known[number] = self._joined(number)
        return self._known[number]

    def _joined(self, number: int) -> Style:
        chain: list[Style] = []
        while number in self._styles and len(chain) < _DEEPEST:
            chain.append(self._styles[number])
            number = chain[-1].based_on
        paragraph: Properties = {}
        characters: Properties = {}
        for style in reversed(chain):
            paragraph |= style.paragraph
            characters |= style.characters
        return Style(any(style.is_heading for style in chain[:1]), _NONE, paragraph, characters)


def _read(data: bytes) -> dict[int, Style]:
    if len(data) < 6:
        return {}
    head, count, base = struct.unpack_from("<HHH", data)
    at, styles = 2 + head, {}
    for number in range(min(count, _MOST_STYLES)):
        if at + 2 > len(data):
            break
        (length,) = struct.unpack_from("<H", data, at)
        style = data[at + 2 : at + 2 + length]
        at += 2 + length
        if len(style) > base + 2:
            styles[number] = _style(style, base)
    return styles


def _style(data: bytes, base: int) -> Style:
    kind, based, parts = struct.unpack_from("<HHH", data)
    at = base + 2 + 2 * int.from_bytes(data[base : base + 2], "little") + 2  # behind the name
    found = []
    for _ in range(parts & 0xF):
        at += at & 1
        length = int.from_bytes(data[at : at + 2], "little")
        found.append(data[at + 2 : at + 2 + length])
        at += 2 + length
    is_paragraph = based & 0xF == _PARAGRAPH and len(found) > 1
    return Style(
        is_heading=kind & 0xFFF in _HEADINGS,
        based_on=based >> 4,
        paragraph=properties_in(found[0][2:]) if is_paragraph else {},
        characters=properties_in(found[1]) if is_paragraph else {},
    )
