"""RTF: paragraphs and tables in order, pages where the file states their breaks."""

from needlepoint.files.dates import iso_day
from needlepoint.files.flow.pages import PageWriter
from needlepoint.files.limits import Limits
from needlepoint.files.pages import PageCollector
from needlepoint.files.rtf.parsing import RtfParser
from needlepoint.files.source import SourceText


def read_rtf(data: bytes, limits: Limits) -> SourceText:
    """Read an RTF file.

    A file that states no page break is one page; a page's title is the heading that its text begins under.
    """
    collector = PageCollector(limits)
    parser = RtfParser(collector.leave_unread, collector.check)
    parser.parse(data[data.find(b"{\\rtf") :])
    pages = PageWriter(collector)
    pages.write(parser)
    info = parser.info
    metadata: dict[str, str | int | float] = {
        "author": info.get("author", ""),
        "subject": info.get("subject") or info.get("doccomm", ""),
        "keywords": info.get("keywords", ""),
        "date": _day(parser.dates, b"revtim") or _day(parser.dates, b"creatim"),
    }
    return collector.source(type="rtf", title=info.get("title") or pages.title, metadata=metadata)


def _day(dates: dict[bytes, dict[bytes, int]], kind: bytes) -> str:
    stated = dates.get(kind, {})
    year, month, day = (stated.get(part, 0) for part in (b"yr", b"mo", b"dy"))
    return iso_day(f"{year:04}-{month:02}-{day:02}")
