"""What became of the pages of a file: which were read by OCR, which were not read, and why."""

from needlepoint.files.pdf.scanned import ReadPage

UNMAPPED = "its font does not tell which letters it draws"
PICTURE = "a picture without text"
_EMPTY = "a picture in which OCR found no text"
_POOR = 0.7  # from 0 to 1: how sure OCR is of a page that should be looked at


class PageAccounts:
    """Takes note of each page of a file."""

    def __init__(self) -> None:
        self._unread: dict[str, list[int]] = {}
        self._recognised: list[int] = []
        self._words = self._unsure = 0
        self.damaged = 0

    def note(self, number: int, read: ReadPage) -> None:
        """Take note of a page.

        :param number: from 1.
        """
        if why := self._why(read):
            self._unread.setdefault(why, []).append(number)
        found = read.recognised
        if found is not None and found.words:
            self._recognised.append(number)
            self._words += len(found.words)
            self._unsure += found.unsure

    def lines(self) -> list[str]:
        """Return a line for each reason why pages were not read."""
        return [f"{page_list(numbers)}: {why}" for why, numbers in self._unread.items()]

    @property
    def metadata(self) -> dict[str, str | int | float]:
        """What a document says of its pages."""
        found: dict[str, str | int | float] = {"damaged_pages": self.damaged} if self.damaged else {}
        if self._recognised:
            unsure = f", unsure of {self._unsure:,} of {self._words:,} words" if self._unsure else ""
            found["read_by_ocr"] = f"{page_list(self._recognised)}{unsure}"
        return found

    @property
    def why(self) -> str:
        """Why the first page that was not read was not; empty where all were."""
        return next(iter(self._unread), "")

    def _why(self, read: ReadPage) -> str:
        found = read.recognised
        if read.is_damaged:
            self.damaged += 1
            return "damaged"
        if found is not None:
            if not read.page.words:
                return _EMPTY
            is_poor = bool(found.words) and found.confidence < _POOR
            return "read by OCR with little certainty: compare it with its picture" if is_poor else ""
        if read.is_unmapped:
            return f"{UNMAPPED}: {read.reason}"
        return f"{PICTURE}: {read.reason}" if read.has_picture and not read.page.words else ""


def page_list(numbers: list[int]) -> str:
    """Return ``page 3`` or ``pages 3-5, 9``."""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    listed = ", ".join(f"{first}-{last}" if last > first else f"{first}" for first, last in ranges[:20])
    return f"page {listed}" if len(numbers) == 1 else f"pages {listed}{' ...' if len(ranges) > 20 else ''}"
