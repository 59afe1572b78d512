"""Web pages that a browser, Word or a wiki has saved as one file (MHTML), whatever the file is named."""

from collections.abc import Iterator
from email.message import EmailMessage

from needlepoint.files.limits import Limits
from needlepoint.files.mail.messages import header_text, parsed_message
from needlepoint.files.source import SourceText
from needlepoint.files.web.reading import page_source

_MADE_UP = "Exported From Confluence"


def read_saved_page(data: bytes, limits: Limits) -> SourceText:
    """Read a saved page as the page that it holds; pictures and styles saved with it are left out."""
    limits.check_markup(len(data), "html")
    message = parsed_message(data)
    pages = list(_pages(message))
    charset = pages[0].get_content_charset() if pages else None
    subject = header_text(message, "Subject")
    contents = (content for page in pages if isinstance(content := page.get_payload(decode=True), bytes))
    return page_source(contents, limits, charset=charset, title="" if subject == _MADE_UP else subject)


def _pages(message: EmailMessage) -> Iterator[EmailMessage]:
    """Return the page that the message names as its beginning, else the first one; then the frames in it."""
    pages = [part for part in message.walk() if part.get_content_type() in ("text/html", "application/xhtml+xml")]
    start = str(message.get_param("start") or "")
    yield from sorted(pages, key=lambda page: page.get("Content-ID") != start) if start else pages
