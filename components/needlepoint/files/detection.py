"""What a file is, by its content; the suffix only tells kinds of text apart.

Here is what :mod:`needlepoint.files.formats` asks of our own formats, and why a file is of none of them.
"""

import re
from pathlib import PurePath

from needlepoint.files import refusals
from needlepoint.files.office.package import OPEN_KINDS, package_kind, package_reason
from needlepoint.files.plain import has_binary_bytes
from needlepoint.files.refusals import binary_reason, known_refusal, ole_reason

_HTML_SUFFIXES = frozenset({".html", ".htm", ".xhtml", ".shtml"})
_MARKDOWN_SUFFIXES = frozenset({".md", ".markdown", ".mdown", ".mkd"})
_RST_SUFFIXES = frozenset({".rst", ".rest"})
_LATEX_SUFFIXES = frozenset({".tex", ".ltx", ".latex"})
_TABLE_SUFFIXES = frozenset({".csv", ".tsv", ".tab", ".xls"})
_JSON_SUFFIXES = frozenset({".json", ".geojson", ".jsonld"})
_LINES_SUFFIXES = frozenset({".jsonl", ".ndjson"})
_XML_SUFFIXES = frozenset({".xml", ".rss", ".atom", ".svg", ".kml", ".gpx", ".xbrl", ".dita", ".opml"})
_XML_TAG = re.compile(rb"<(?:!--|!DOCTYPE|[A-Za-z_][\w:.-]*[\s/>])")
_EXPORT_SUFFIXES = frozenset({".xls", ".doc"})  # what web programs name pages and tables that Office shall open
_DOCUMENT_SUFFIXES = frozenset(
    ".pdf .docx .pptx .xlsx .ppt .odt .ods .odp .epub .xps .oxps .png .jpg .jpeg .gif .tif .tiff .zip .exe".split()  # noqa: SIM905
)
_IMAGES = frozenset({"png", "jpeg", "gif", "bmp", "tiff", "webp"})
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HTML = re.compile(  # the comments are never tried anew (*+): else each doubles the time that a mismatch takes
    rb"\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)*+<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_EXPORTED = re.compile(rb"\s*<(?:table|t[rdh]|meta|style|div|p|h[1-6]|font|b|span|br)\b[^<]*>", re.IGNORECASE)
_FLAT_ROOT = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*+<office:document\b[^>]*>", re.DOTALL)
_FLAT_TYPE = re.compile(rb"office:mimetype=[\"']([^\"']*)")
_HEADER = re.compile(rb"([A-Za-z][A-Za-z0-9-]*):(?:[ \t](.*))?$")
_NEXT_MESSAGE = re.compile(rb"\n\r?\nFrom \S[^\n]*\d{4}[^\n]*\n[A-Za-z][A-Za-z0-9-]*:")
_MAIL_HEADERS = frozenset(
    b"from to cc date subject received message-id mime-version return-path reply-to delivered-to".split()
)


def is_pdf(name: str, data: bytes) -> bool:
    """Tell by the mark that begins a PDF, which other bytes may stand before; a text may mention it."""
    if data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"%PDF-"):
        return True
    return b"%PDF-" in data[:1024] and (_suffix(name) == ".pdf" or has_binary_bytes(data))


def is_image(name: str, data: bytes) -> bool:
    """Tell a picture by its first bytes, of the kinds that can be opened."""
    return refusals.image_kind(data) in _IMAGES


def is_docx(name: str, data: bytes) -> bool:
    """Tell by the content types of a package."""
    return package_kind(data) == "docx"


def is_pptx(name: str, data: bytes) -> bool:
    """Tell by the content types of a package."""
    return package_kind(data) == "pptx"


def is_xlsx(name: str, data: bytes) -> bool:
    """Tell by the content types of a package."""
    return package_kind(data) == "xlsx"


def is_xlsb(name: str, data: bytes) -> bool:
    """Tell by the content types of a package."""
    return package_kind(data) == "xlsb"


def is_doc(name: str, data: bytes) -> bool:
    """Tell by the stream that holds a text in the form of old Office files."""
    return data.startswith(_OLE) and refusals.ole_kind(data) == refusals.WORD_TEXT


def is_ppt(name: str, data: bytes) -> bool:
    """Tell by the stream that holds slides in the form of old Office files."""
    return data.startswith(_OLE) and refusals.ole_kind(data) == refusals.SLIDES


def is_xls(name: str, data: bytes) -> bool:
    """Tell by the stream that holds a workbook in the form of old Office files."""
    return data.startswith(_OLE) and refusals.ole_kind(data) in refusals.WORKBOOKS


def is_odt(name: str, data: bytes) -> bool:
    """Tell by the media type of a package, or of a flat file."""
    return _open_kind(data) == "odt"


def is_ods(name: str, data: bytes) -> bool:
    """Tell by the media type of a package, or of a flat file."""
    return _open_kind(data) == "ods"


def is_odp(name: str, data: bytes) -> bool:
    """Tell by the media type of a package, or of a flat file."""
    return _open_kind(data) == "odp"


def is_odg(name: str, data: bytes) -> bool:
    """Tell by the media type of a package, or of a flat file."""
    return _open_kind(data) == "odg"


def is_odc(name: str, data: bytes) -> bool:
    """Tell by the media type of a package, or of a flat file."""
    return _open_kind(data) == "odc"


def is_epub(name: str, data: bytes) -> bool:
    """Tell by the media type of a package."""
    return data.startswith(_ZIP) and package_kind(data) == "epub"


def is_xps(name: str, data: bytes) -> bool:
    """Tell by the content types of a package."""
    return package_kind(data) == "xps"


def is_rtf(name: str, data: bytes) -> bool:
    """Tell by the group that holds the whole file."""
    return _head(data).lstrip().startswith(b"{\\rtf")


def is_html(name: str, data: bytes) -> bool:
    """Tell by the first tag; of a file that is named so, any tag will do, and of an export to Office any that begins it."""
    head, suffix = _head(data), _suffix(name)
    tagged = (
        _begins_html(head)
        or (suffix in _HTML_SUFFIXES and re.search(rb"</?[a-zA-Z][^<]*>", head) is not None)
        or (suffix in _EXPORT_SUFFIXES and _EXPORTED.match(head) is not None)
    )
    return tagged and is_text(name, data)


def is_xml(name: str, data: bytes) -> bool:
    """Tell by the declaration; of a file that is named so, any tag will do."""
    head = _head(data).lstrip()
    is_marked = head.startswith(b"<?xml") or (_suffix(name) in _XML_SUFFIXES and _XML_TAG.match(head) is not None)
    return is_marked and is_text(name, data)


def is_notebook(name: str, data: bytes) -> bool:
    """Tell by the suffix, and by the brace that begins it."""
    return _suffix(name) == ".ipynb" and _head(data).lstrip().startswith(b"{") and is_text(name, data)


def is_json(name: str, data: bytes) -> bool:
    """Tell by the suffix, and by the brace or bracket that begins it."""
    return _suffix(name) in _JSON_SUFFIXES and _head(data).lstrip().startswith((b"{", b"[")) and is_text(name, data)


def is_json_lines(name: str, data: bytes) -> bool:
    """Tell by the suffix, and by the brace or bracket that begins it."""
    return _suffix(name) in _LINES_SUFFIXES and _head(data).lstrip().startswith((b"{", b"[")) and is_text(name, data)


def is_calendar(name: str, data: bytes) -> bool:
    """Tell by the line that begins it."""
    return _head(data).lstrip()[:15].upper() == b"BEGIN:VCALENDAR" and is_text(name, data)


def is_contacts(name: str, data: bytes) -> bool:
    """Tell by the line that begins it."""
    return _head(data).lstrip()[:11].upper() == b"BEGIN:VCARD" and is_text(name, data)


def is_subtitles(name: str, data: bytes) -> bool:
    """Tell by the mark of WebVTT, or by the times in a file that is named so."""
    head = _head(data)
    is_marked = head.startswith(b"WEBVTT") or (_suffix(name) in (".srt", ".vtt") and b"-->" in head)
    return is_marked and is_text(name, data)


def is_markdown(name: str, data: bytes) -> bool:
    """Tell by the suffix: any text may be Markdown."""
    return _suffix(name) in _MARKDOWN_SUFFIXES and is_text(name, data)


def is_rst(name: str, data: bytes) -> bool:
    """Tell by the suffix: any text may be reStructuredText."""
    return _suffix(name) in _RST_SUFFIXES and is_text(name, data)


def is_org(name: str, data: bytes) -> bool:
    """Tell by the suffix: any text may be Org."""
    return _suffix(name) == ".org" and is_text(name, data)


def is_latex(name: str, data: bytes) -> bool:
    """Tell by the suffix: any text may be LaTeX."""
    return _suffix(name) in _LATEX_SUFFIXES and is_text(name, data)


def is_table(name: str, data: bytes) -> bool:
    """Tell by the suffix: any text may have commas."""
    return _suffix(name) in _TABLE_SUFFIXES and is_text(name, data)


def is_text(name: str, data: bytes) -> bool:
    """Whether the bytes are text in some encoding, and the file is not named like a document of another kind."""
    if _suffix(name) in _DOCUMENT_SUFFIXES or data.startswith((*_ZIP, _OLE)):
        return False
    return known_refusal(data) is None and not has_binary_bytes(data)


def is_mail(name: str, data: bytes) -> bool:
    """Tell by the header block: a few known headers in a ``.eml`` file; in any other, what only a sent message has."""
    known = _headers(data).keys() & _MAIL_HEADERS
    if _suffix(name) in (".eml", ".mbox"):
        return bool(known or b"content-type" in _headers(data)) and is_text(name, data)
    sent = bool(known & {b"received", b"message-id", b"mime-version"})
    return sent and b"from" in known and len(known) >= 4 and is_text(name, data)


def is_msg(name: str, data: bytes) -> bool:
    """Tell an Outlook message by the stream that each has; a Word or Excel file that holds one has a stream of its own."""
    return data.startswith(_OLE) and refusals.ole_kind(data) == refusals.OUTLOOK_MESSAGE


def is_tnef(name: str, data: bytes) -> bool:
    """Tell attachments in Outlook's own form (winmail.dat) by the first bytes."""
    return data.startswith(b"\x78\x9f\x3e\x22")


def is_mailbox(name: str, data: bytes) -> bool:
    """Tell several messages in one file by the line that begins each of them."""
    return data.startswith(b"From ") and _NEXT_MESSAGE.search(data) is not None and is_text(name, data)


def is_saved_page(name: str, data: bytes) -> bool:
    """Tell a web page with all that it shows (MHTML) by its header block: nobody has sent it to anybody."""
    found = _headers(data)
    if b"mime-version" not in found or not is_text(name, data):
        return False
    if b"snapshot-content-location" in found:
        return True
    kind, sender = (found.get(header, b"").lower() for header in (b"content-type", b"from"))
    is_sent = bool(found.keys() & {b"to", b"received"}) or (sender and not sender.startswith(b"<saved by"))
    return kind.startswith((b"multipart/related", b"text/html")) and not is_sent and _suffix(name) != ".eml"


def _headers(data: bytes) -> dict[bytes, bytes]:
    """Return the header block that a file begins with, names in lower case; empty where it begins with none."""
    found: dict[bytes, bytes] = {}
    for line in _head(data).lstrip().splitlines()[:200]:
        if not line.strip():
            break
        if line[:1] in b" \t" or line.startswith(b"From "):
            continue
        header = _HEADER.match(line)
        if header is None:
            return {}
        found.setdefault(header.group(1).lower(), (header.group(2) or b"").strip())
    return found


def reason_against(name: str, data: bytes) -> str:
    """Return why a file that is of none of our formats is not read, and what to do."""
    if data.startswith(_ZIP):
        return package_reason(data)
    if data.startswith(_OLE):
        return ole_reason(data)
    known = known_refusal(data)
    if known is not None:
        return known
    suffix = _suffix(name)
    if has_binary_bytes(data):
        return binary_reason(data, suffix)
    true_kind = "a web page (HTML)" if _begins_html(_head(data)) else "plain text"
    return f"named {suffix}, but it holds {true_kind}: get the true file again, or give it its proper suffix"


def _open_kind(data: bytes) -> str | None:
    if data.startswith(_ZIP):
        return package_kind(data)
    root = _FLAT_ROOT.match(_head(data))
    stated = _FLAT_TYPE.search(root.group()) if root else None
    return next((kind for begin, kind in OPEN_KINDS.items() if stated and stated.group(1).startswith(begin)), None)


def _suffix(name: str) -> str:
    return PurePath(name).suffix.lower()


def _head(data: bytes) -> bytes:
    return data[:65536].replace(b"\0", b"").removeprefix(b"\xef\xbb\xbf").lstrip(b"\xff\xfe")


def _begins_html(head: bytes) -> bool:
    return _HTML.match(head) is not None
