"""How large a file may be before it is refused instead of read, and what is said of one that is damaged or a bomb."""

from dataclasses import dataclass, fields

from needlepoint.errors import UnreadableFileError

DAMAGED = "the file is damaged or was cut short: download or save it again"
BOMB = "it unpacks to over a hundred times its size, like a ZIP bomb: it was not opened"
_RATIO_FROM_BYTES = 10_000_000  # what unpacks to less is no bomb, whatever its ratio


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds that keep memory and time in hand whatever the file is.

    :param max_bytes: size of the file on disk.
    :param max_expanded_bytes: size of all that a ZIP-based Office file unpacks to.
    :param max_expansion: unpacked bytes for one packed byte, once more than ten million are unpacked.
    :param max_markup_bytes: size of one XML part, HTML page or Markdown file, which is held in memory as a tree.
    :param max_pages: pages, slides or sheets.
    :param max_characters: characters of text.
    :param max_members: files that one file holds, those inside of its members among them.
    :param max_unpacked_bytes: size of all of them, on disk while they are read.
    :param max_depth: how many files of an archive, a mail and so on may stand around a file.
    :raises ValueError: a bound is below 1.
    """

    max_bytes: int = 200_000_000
    max_expanded_bytes: int = 500_000_000
    max_expansion: int = 200
    max_markup_bytes: int = 100_000_000
    max_pages: int = 10_000
    max_characters: int = 50_000_000
    max_members: int = 10_000
    max_unpacked_bytes: int = 2_000_000_000
    max_depth: int = 3

    def __post_init__(self) -> None:
        for field in fields(self):
            if getattr(self, field.name) < 1:
                raise ValueError(f"{field.name} must be at least 1, got {getattr(self, field.name)}")

    def is_bomb(self, unpacked: int, packed: int) -> bool:
        """Whether so many bytes are out of proportion to the packed ones that they come from."""
        return unpacked > max(_RATIO_FROM_BYTES, packed * self.max_expansion)

    def check_markup(self, size: int, what: str) -> None:
        """Check the size of markup before it is parsed.

        :param size: in bytes.
        :param what: such as ``html``, for the message.
        :raises UnreadableFileError: it is too large.
        """
        if size > self.max_markup_bytes:
            raise UnreadableFileError(
                f"larger than the {self.max_markup_bytes / 1e6:,.0f} MB allowed for {what}: split it"
            )
