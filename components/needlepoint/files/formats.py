"""What a file is, by its content; the suffix only tells kinds of text apart."""

import re
from pathlib import PurePath

import puremagic

from needlepoint.errors import UnreadableFileError
from needlepoint.files.archives import office_format
from needlepoint.files.limits import Limits
from needlepoint.files.plain import has_binary_bytes

_HTML_SUFFIXES = frozenset({".html", ".htm", ".xhtml", ".shtml"})
_MARKDOWN_SUFFIXES = frozenset({".md", ".markdown", ".mdown", ".mkd"})
_TABLE_SUFFIXES = frozenset({".csv", ".tsv", ".tab"})
_DOCUMENT_SUFFIXES = frozenset(
    ".pdf .docx .pptx .xlsx .doc .ppt .xls .odt .ods .odp .epub .png .jpg .jpeg .gif .tif .tiff .zip .exe".split()  # noqa: SIM905
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HTML = re.compile(  # the comments are never tried anew (*+): else each doubles the time that a mismatch takes
    rb"\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)*+<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_HEADER = re.compile(rb"([A-Za-z][A-Za-z0-9-]*):(?:[ \t].*)?$")
_MAIL_HEADERS = frozenset(
    b"from to cc date subject received message-id mime-version return-path reply-to delivered-to".split()
)
_OLE_STREAMS = {
    "EncryptedPackage": "password-protected: remove the password and add it again",
    "WordDocument": "an old Word file (.doc): save it as .docx or PDF and add that",
    "PowerPoint Document": "an old PowerPoint file (.ppt): save it as .pptx or PDF and add that",
    "Workbook": "an old Excel file (.xls): save it as .xlsx and add that",
    "__substg1.0": "an Outlook message (.msg): save it as .eml and add that",
}
_TEXT_LIKE = {b"{\\rtf": "an RTF file: save it as .docx or PDF and add that", b"%!PS": "PostScript: convert it to PDF"}
_SUPPORTED = "PDF, DOCX, PPTX, XLSX, HTML, Markdown, text, e-mail (.eml) and CSV can be read"


def detect_format(name: str, data: bytes, limits: Limits) -> str:
    """Return the type of a file as in :class:`SourceText`.

    :param name: the file's name; its suffix tells Markdown, CSV and plain text apart, nothing more.
    :param data: the file's bytes, not empty.
    :raises UnreadableFileError: a kind of file that cannot be read; the reason says what it is.
    """
    suffix = PurePath(name).suffix.lower()
    if _is_pdf(data, suffix):
        return "pdf"
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return office_format(data, limits)
    if data.startswith(_OLE):
        raise UnreadableFileError(_ole_reason(data))
    for mark, reason in _TEXT_LIKE.items():
        if data.startswith(mark):
            raise UnreadableFileError(reason)
    if has_binary_bytes(data):
        raise UnreadableFileError(_binary_reason(data, suffix))
    return _text_format(suffix, data)


def _is_pdf(data: bytes, suffix: str) -> bool:
    """Tell by the mark that begins a PDF, which other bytes may stand before; a text may mention it."""
    if data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"%PDF-"):
        return True
    return b"%PDF-" in data[:1024] and (suffix == ".pdf" or has_binary_bytes(data))


def _text_format(suffix: str, data: bytes) -> str:
    head = data[:65536].replace(b"\0", b"").removeprefix(b"\xef\xbb\xbf").lstrip(b"\xff\xfe")
    is_html = _HTML.match(head) is not None
    if suffix in _DOCUMENT_SUFFIXES:
        true_kind = "a web page (HTML)" if is_html else "plain text"
        raise UnreadableFileError(
            f"named {suffix}, but it holds {true_kind}: get the true file again, or give it its proper suffix"
        )
    if is_html or (suffix in _HTML_SUFFIXES and re.search(rb"</?[a-zA-Z][^<]*>", head)):
        return "html"
    if suffix in _MARKDOWN_SUFFIXES:
        return "markdown"
    if suffix in _TABLE_SUFFIXES:
        return "csv"
    if _is_mail(suffix, head):
        return "email"
    return "text"


def _is_mail(suffix: str, head: bytes) -> bool:
    """Tell by the header block: a few known headers in a ``.eml`` file; in any other, what only a sent message has."""
    found: set[bytes] = set()
    for line in head.lstrip().splitlines()[:200]:
        if not line.strip():
            break
        if line[:1] in b" \t" or line.startswith(b"From "):
            continue
        header = _HEADER.match(line)
        if header is None:
            return False
        found.add(header.group(1).lower())
    known = found & _MAIL_HEADERS
    if suffix in (".eml", ".mbox"):
        return bool(known)
    return b"from" in known and len(known) >= 4 and bool(known & {b"received", b"message-id", b"mime-version"})


def _ole_reason(data: bytes) -> str:
    for stream, reason in _OLE_STREAMS.items():
        if stream.encode("utf-16-le") in data:
            return reason
    return "an old Office file: save it as .docx, .pptx, .xlsx or PDF and add that"


def _binary_reason(data: bytes, suffix: str) -> str:
    kind = _binary_kind(data)
    if suffix == ".pdf" and kind is None:
        return "named .pdf, but it is not a PDF, or its beginning is damaged: get the file again"
    if kind and kind.startswith("image"):
        return f"an image ({kind.removeprefix('image/')}), no text: run OCR and add the PDF that it makes"
    what = f"not a document ({kind})" if kind else "not a document: binary data of an unknown kind"
    return f"{what}; {_SUPPORTED}"


def _binary_kind(data: bytes) -> str | None:
    if data.startswith((b"MZ", b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")):
        return "a program"
    try:
        matches = puremagic.magic_string(data[:4096])
    except (puremagic.PureError, ValueError):
        return None
    best = matches[0] if matches else None
    return str(best.mime_type or best.name) if best and best.confidence >= 0.5 else None
