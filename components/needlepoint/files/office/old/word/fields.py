"""The fields of a ``.doc``: their results are shown, their codes are not; forms show what is chosen."""

import struct

from needlepoint.files.flow.forms import FormField
from needlepoint.files.office.old.word.file import WordFile
from needlepoint.files.office.old.word.sprms import Properties, Sprm, is_on, number

_BEGIN, _SEPARATOR, _END, _PICTURE = "\x13", "\x14", "\x15", "\1"
_LONGEST_CODE = 1_000
_MOST_ENTRIES = 200
_DEEPEST = 100
_HEAD = 68  # bytes before the data of a form


class FieldReader:
    """Follows the fields of a text, which may lie in each other."""

    def __init__(self, file: WordFile) -> None:
        self._file = file
        self._open: list[tuple[FormField, bool]] = []  # each with whether its result has begun
        self._ended = FormField()

    @property
    def counts_pages(self) -> bool:
        """Whether the field that has just ended shows the number of the page."""
        return self._ended.counts_pages

    @property
    def is_equation(self) -> bool:
        """Whether the field that has just ended is an equation."""
        return self._ended.code.split()[:1] in (["EMBED"], ["EQ"]) and "EQ" in self._ended.code.upper()

    def is_code(self, text: str) -> bool:
        """Tell whether a text is the code of a field, and keep it."""
        for field, has_result in self._open:
            if not has_result:
                field.code = (field.code + text)[:_LONGEST_CODE]
                return True
        return False

    def takes(self, sign: str, stated: Properties) -> bool:
        """Take a sign that begins, divides or ends a field, or holds a form; others are left alone."""
        self._ended = FormField()
        if sign == _BEGIN and len(self._open) < _DEEPEST:
            self._open.append((FormField(), False))
        elif sign == _SEPARATOR and self._open:
            self._open[-1] = (self._open[-1][0], True)
        elif sign == _END and self._open:
            self._ended = self._open.pop()[0]
        elif sign == _PICTURE and self._open and not self._open[-1][1] and is_on(stated, Sprm.IS_SPECIAL):
            _read_form(self._open[-1][0], self._file.data, number(stated, Sprm.PICTURE))
        else:
            return sign in (_BEGIN, _SEPARATOR, _END)
        return True

    def shown(self) -> str:
        """Return what the field shows that has just ended, where it has no result: a tick box, the entry chosen."""
        return "" if any(not has_result for _, has_result in self._open) else self._ended.shown()


def _read_form(field: FormField, data: bytes, place: int) -> None:
    """Read which box is ticked or which entry chosen; a damaged form shows nothing."""
    try:
        at = place + _HEAD
        _, bits = struct.unpack_from("<IH", data, at)
        field.result = bits >> 2 & 0x1F
        at = _behind_text(data, at + 10)  # the name, behind the size of text and box
        (field.default,) = struct.unpack_from("<H", data, at)
        at += 2
        for _ in range(4):  # format, help, status, two macros: of these the list's entries follow the last
            at = _behind_text(data, at)
        at = _behind_text(data, at)
        if bits & 3 == 2:
            field.entries = _entries(data, at)
    except (struct.error, IndexError):
        return


def _behind_text(data: bytes, at: int) -> int:
    length: int = struct.unpack_from("<H", data, at)[0]
    return at + 2 + 2 * length + 2


def _entries(data: bytes, at: int) -> list[str]:
    _, count, extra = struct.unpack_from("<HHH", data, at)
    at, entries = at + 6, []
    for _ in range(min(count, _MOST_ENTRIES)):
        (length,) = struct.unpack_from("<H", data, at)
        entries.append(data[at + 2 : at + 2 + 2 * length].decode("utf-16-le", "replace"))
        at += 2 + 2 * length + extra
    return entries
