"""The sources' markup: a header of ``key: value`` lines, then headings, paragraphs, lists, tables and page breaks."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Heading:
    """A line that begins with one or two number signs."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines up to the next empty one."""

    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    """Lines that begin with a hyphen."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Lines between vertical bars; all rows have as many cells."""

    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """``<<chart Title: name=value, name=value>>``."""

    title: str
    bars: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class PageBreak:
    """``<<page>>``."""


Block = Heading | Paragraph | Bullets | Table | Chart | PageBreak


@dataclass(frozen=True, slots=True)
class Source:
    """One document: its properties and its blocks.

    :param name: name of the file to be built, suffix included.
    :param properties: the header, at least ``title``, ``author`` and ``date``.
    :param body: what follows the header, as it stands.
    """

    name: str
    properties: dict[str, str]
    body: str
    blocks: tuple[Block, ...] = field(default=())

    @property
    def moment(self) -> datetime:
        """Date and time of the document, in UTC; noon where the source names no time."""
        clock = time.fromisoformat(self.properties.get("time", "12:00:00"))
        day = datetime.fromisoformat(self.properties["date"])
        return datetime.combine(day, clock, tzinfo=UTC)


def read_source(path: Path) -> Source:
    """Read a source file; ``report.pdf.md`` describes ``report.pdf``."""
    header, _, body = path.read_text(encoding="utf-8").partition("\n\n")
    properties = dict(line.split(": ", 1) for line in header.splitlines())
    blocks = tuple(_block(part) for part in re.split(r"\n\s*\n", body.strip()))
    return Source(path.stem, properties, body.strip() + "\n", blocks)


def _block(text: str) -> Block:
    if text == "<<page>>":
        return PageBreak()
    if chart := re.fullmatch(r"<<chart (.+?): (.+)>>", text):
        pairs = (pair.split("=") for pair in chart[2].split(", "))
        return Chart(chart[1], tuple((name, float(value)) for name, value in pairs))
    if heading := re.fullmatch(r"(#{1,2}) (.+)", text):
        return Heading(len(heading[1]), heading[2])
    if text.startswith("|"):
        return Table(tuple(_cells(line) for line in text.splitlines()))
    if text.startswith("- "):
        return Bullets(tuple(line.removeprefix("- ") for line in text.splitlines()))
    return Paragraph(text.replace("\n", " "))


def _cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in line.strip().strip("|").split("|"))


def runs(text: str) -> list[tuple[str, bool]]:
    """Split a text at ``**`` into pieces and whether each is bold."""
    return [(piece, bool(number % 2)) for number, piece in enumerate(text.split("**")) if piece]
