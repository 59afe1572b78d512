"""How wide the letters of an XPS file's fonts are."""

import io
import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from PIL import ImageFont

from needlepoint.files.xps.package import XpsPackage, target

_SIZE = 1000  # pixels: widths come in whole ones
_WIDTH, _ASCENT, _DESCENT = 0.5, 0.9, 0.25  # of the font's size, where the font cannot be asked
_SFNT = (b"\0\1\0\0", b"OTTO", b"true", b"ttcf")
_DISGUISED = 32  # bytes
_NOT_HEX = re.compile("[^0-9a-fA-F]")
_BOLD = re.compile("bold|black|heavy|demi", re.IGNORECASE)


@dataclass(slots=True)
class Face:
    """A font; lengths are in parts of its size.

    :param ascent: from the baseline up to the top of its letters' boxes.
    :param descent: from there down to their foot.
    """

    font: ImageFont.FreeTypeFont | None = None
    ascent: float = _ASCENT
    descent: float = _DESCENT
    is_bold: bool = False
    _widths: dict[str, float] = field(default_factory=dict)

    def width(self, character: str) -> float:
        """Return how far the next letter stands from a letter."""
        if self.font is None:
            return _WIDTH
        found = self._widths.get(character)
        if found is None:
            found = self._widths[character] = self._length(self.font, character)
        return found

    @staticmethod
    def _length(font: ImageFont.FreeTypeFont, character: str) -> float:
        try:
            return font.getlength(character) / _SIZE
        except OSError:  # a glyph that is damaged
            return _WIDTH


class Fonts:
    """The fonts of a package, each opened once."""

    def __init__(self, package: XpsPackage) -> None:
        self._package = package
        self._faces: dict[tuple[str, str], Face] = {}

    def face(self, page: str, stated: str) -> Face:
        """Return the font that a page names; where it cannot be opened, one of usual widths.

        :param page: the page's path.
        :param stated: the font's URI; its fragment is the number of a face within the file.
        """
        key = (target(page, stated), stated.partition("#")[2])
        if key not in self._faces:
            self._faces[key] = self._opened(*key)
        return self._faces[key]

    def _opened(self, path: str, number: str) -> Face:
        data = self._package.part(path)
        if data is None:
            return Face()
        index = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else 0
        plain = data if data.startswith(_SFNT) else _undisguised(data, PurePosixPath(path).stem)
        try:
            font = ImageFont.truetype(io.BytesIO(plain), _SIZE, index, layout_engine=ImageFont.Layout.BASIC)
        except (OSError, ValueError):
            return Face()
        ascent, descent = (abs(length) / _SIZE for length in font.getmetrics())
        return Face(font, ascent, descent, _BOLD.search(font.getname()[1] or "") is not None)


def _undisguised(data: bytes, name: str) -> bytes:
    """Return a font whose first bytes are disguised with the GUID that it is named by (ECMA-388, 9.1.7.3)."""
    digits = _NOT_HEX.sub("", name)
    if len(digits) != 32:
        return data
    mask = 2 * bytes.fromhex(digits)[::-1]
    return bytes(byte ^ mask[at] for at, byte in enumerate(data[:_DISGUISED])) + data[_DISGUISED:]
