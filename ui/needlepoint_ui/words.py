"""The page's words for likelihood, sizes, dates, counts and file types."""

from datetime import date, datetime

from needlepoint.text.languages import language_name

VERY_LIKELY, UNSURE = "very likely", "unsure"
_LIKELIHOOD = ((0.75, VERY_LIKELY), (0.6, "likely"), (0.4, "possible"), (0.0, UNSURE))
_TYPES = {
    "pdf": "PDF",
    "docx": "Word",
    "pptx": "PowerPoint",
    "xlsx": "Excel",
    "xlsb": "Excel (binary)",
    "doc": "Word (old)",
    "ppt": "PowerPoint (old)",
    "xls": "Excel (old)",
    "odt": "OpenDocument text",
    "ods": "OpenDocument sheet",
    "odp": "OpenDocument slides",
    "odg": "OpenDocument drawing",
    "odc": "OpenDocument chart",
    "rtf": "RTF",
    "xps": "XPS",
    "epub": "E-book",
    "csv": "CSV",
    "json": "JSON",
    "xml": "XML",
    "calendar": "Calendar",
    "contacts": "Contacts",
    "subtitles": "Subtitles",
    "notebook": "Notebook",
    "html": "Web page",
    "email": "E-mail",
    "mailbox": "Mailbox",
    "archive": "Archive",
    "markdown": "Markdown",
    "rst": "reStructuredText",
    "org": "Org",
    "latex": "LaTeX",
    "text": "Text",
    "image": "Image",
}
LIKELIHOOD_HELP = "very likely from 75 %, likely from 60 %, possible from 40 %, unsure below"
NOT_CALIBRATED = "this reader is not calibrated, so the number is a score, not a probability"


def score_help(rank: int) -> str:
    """Return what the words for a score mean, and what the passage's rank in retrieval has to do with it."""
    if rank < 2:
        return LIKELIHOOD_HELP
    return (
        f"{LIKELIHOOD_HELP}. This passage is number {rank} of those that the search found; further down, the same words are "
        "less often right, so filters that move it up raise the number"
    )


def likelihood(score: float) -> str:
    """Return the word for a score from 0 to 1."""
    shown = round(score, 2)  # as in the percentage beside it
    return next(word for bound, word in _LIKELIHOOD if shown >= bound or not bound)


def percent(score: float) -> str:
    """Return a score from 0 to 1 in whole percent."""
    return f"{100 * score:.0f} %"


def store(name: str) -> str:
    """Return what people call a store: ``TantivyDocumentStore /path`` is a folder of this machine."""
    kind_, _, where = name.partition(" ")
    called = {"TantivyDocumentStore": "on the service's disk", "ElasticsearchStore": "Elasticsearch"}.get(kind_, kind_)
    return f"{called}: {where}" if where else called


def kind(file_type: str) -> str:
    """Return what people call a type of file."""
    return _TYPES.get(file_type, file_type)


def language(code: str) -> str:
    """Return the name of a language by its ISO 639 code, with its region: ``en-GB`` is ``English (GB)``."""
    name, _, region = code.partition("-")
    known = language_name(name.casefold())
    return code if known == name.casefold() else f"{known} ({region})" if region else known


def recognised(confidence: float | None) -> str:
    """Return that a page was read by OCR, and how sure it is of the words; nothing for a page with words of its own."""
    return "" if confidence is None else f"read by OCR, {percent(confidence)} sure"


def inside(parent: str) -> str:
    """Return where a document is that is inside of another file; nothing for a file that stands alone."""
    if not parent:
        return ""
    is_message = parent.lower().endswith((".eml", ".msg", "winmail.dat"))
    return f"attached to {parent}" if is_message else f"in {parent}"


def day(iso: str) -> str:
    """Return ``2024-03-11`` as ``11 March 2024``; any other text is returned unchanged."""
    try:
        parsed = date.fromisoformat(iso[:10])
    except ValueError:
        return iso
    return f"{parsed.day} {parsed:%B %Y}"


def document_day(iso: str, *, is_of_file: bool) -> str:
    """Return the day of a document in words; ``file of 11 March 2024`` where only its file has that day."""
    return f"file of {day(iso)}" if iso and is_of_file else day(iso)


def moment(iso: str) -> str:
    """Return a time as ``11 March 2024, 14:05`` in this machine's time zone; any other text is returned unchanged."""
    try:
        parsed = datetime.fromisoformat(iso).astimezone()
    except ValueError:
        return iso
    return f"{parsed.day} {parsed:%B %Y, %H:%M}"


def count(number: int, one: str, many: str | None = None) -> str:
    """Return ``1 document``, ``2 documents``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def size(in_bytes: int) -> str:
    """Return ``5.3 KB``, ``12 MB``."""
    value, unit = float(in_bytes), "bytes"
    for larger in ("KB", "MB", "GB", "TB"):
        if value < 1000:
            break
        value, unit = value / 1000, larger
    return f"{value:,.0f} {unit}" if unit == "bytes" or value >= 10 else f"{value:,.1f} {unit}"
