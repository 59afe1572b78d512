"""The formats that files are read in, ours and those of other installed packages: each is one object in one list."""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import PurePath
from typing import Any

from needlepoint.errors import PluginError, UnreadableFileError
from needlepoint.files import detection
from needlepoint.files.archives.detection import is_archive
from needlepoint.files.limits import Limits
from needlepoint.files.members.part import Part
from needlepoint.files.ocr.drawn import DrawnPage
from needlepoint.files.source import SourceText
from needlepoint.resources import load_plugin, plugins

logger = logging.getLogger(__name__)

GROUP = "needlepoint.file_formats"


@dataclass(frozen=True, slots=True)
class FileFormat:
    """A format that files can be read in.

    :param name: what ``meta["type"]`` says of its documents, such as ``rtf``.
    :param read: bytes in, source text out; raises :class:`UnreadableFileError` with one line for the user.
        :class:`needlepoint.files.pages.PageCollector` makes the source text.
    :param recognises: whether a file of this name with these bytes is of this format. Without it the suffix decides.
    :param suffixes: of files in this format, in lower case, such as ``.rtf``.
    :param parts: bytes in, the files inside out: of an archive, attached to a message. Each becomes a document of its own.
    :param only_holds: whether a file has nothing but the files inside, so that it is refused where none can be unpacked.
    :param draw: bytes and a page's index from 0 in, the page as a picture for OCR out.
    """

    name: str
    read: Callable[[bytes, Limits], SourceText]
    recognises: Callable[[str, bytes], bool] | None = None
    suffixes: frozenset[str] = frozenset()
    parts: Callable[[bytes, Limits], Iterable[Part]] | None = None
    only_holds: bool = False
    draw: Callable[[bytes, int], DrawnPage] | None = None

    def holds(self, name: str, data: bytes) -> bool:
        """Whether a file of this name and content is of this format."""
        if self.recognises is None:
            return PurePath(name).suffix.lower() in self.suffixes
        return self.recognises(name, data)


def _imported(function: str) -> Callable[..., Any]:
    """Return a function of a format that is imported at its first call: each loads its format's library."""

    def call(*arguments: Any) -> Any:
        module, _, name = function.rpartition(".")
        return getattr(import_module(f"needlepoint.files.{module}"), name)(*arguments)

    return call


_EMBEDDED = _imported("office.embedded.embedded_parts")

FORMATS = (
    FileFormat(
        "pdf",
        _imported("pdf.reading.read_pdf"),
        detection.is_pdf,
        parts=_imported("pdf.attachments.pdf_parts"),
        draw=_imported("pdf.picture.draw_page"),
    ),
    FileFormat("docx", _imported("office.word.reading.read_docx"), detection.is_docx, parts=_EMBEDDED),
    FileFormat("pptx", _imported("office.slides.reading.read_pptx"), detection.is_pptx, parts=_EMBEDDED),
    FileFormat("xlsx", _imported("office.sheets.reading.read_xlsx"), detection.is_xlsx, parts=_EMBEDDED),
    FileFormat("xlsb", _imported("office.sheets.binary.read_xlsb"), detection.is_xlsb, parts=_EMBEDDED),
    FileFormat(
        "doc",
        _imported("office.old.word.reading.read_doc"),
        detection.is_doc,
        parts=_imported("office.old.embedded.doc_parts"),
    ),
    FileFormat(
        "xls",
        _imported("office.old.sheets.read_xls"),
        detection.is_xls,
        parts=_imported("office.old.embedded.xls_parts"),
    ),
    FileFormat(
        "ppt",
        _imported("office.old.slides.reading.read_ppt"),
        detection.is_ppt,
        parts=_imported("office.old.embedded.ppt_parts"),
    ),
    FileFormat(
        "image", _imported("images.reading.read_image"), detection.is_image, draw=_imported("images.opening.draw_page")
    ),
    FileFormat("odt", _imported("opendocument.text.read_odt"), detection.is_odt),
    FileFormat("ods", _imported("opendocument.sheets.read_ods"), detection.is_ods),
    FileFormat("odp", _imported("opendocument.slides.read_odp"), detection.is_odp),
    FileFormat("odg", _imported("opendocument.slides.read_odg"), detection.is_odg),
    FileFormat("odc", _imported("opendocument.charts.read_odc"), detection.is_odc),
    FileFormat("xps", _imported("xps.reading.read_xps"), detection.is_xps, draw=_imported("xps.drawing.draw_page")),
    FileFormat("epub", _imported("epub.read_epub"), detection.is_epub),
    FileFormat(
        "archive",
        _imported("archives.reading.read_archive"),
        is_archive,
        parts=_imported("archives.reading.archive_parts"),
        only_holds=True,
    ),
    FileFormat("rtf", _imported("rtf.reading.read_rtf"), detection.is_rtf),
    FileFormat("html", _imported("web.reading.read_html"), detection.is_html),
    FileFormat("xml", _imported("structured.xml_text.read_xml"), detection.is_xml),
    FileFormat("notebook", _imported("structured.notebook.read_notebook"), detection.is_notebook),
    FileFormat("json", _imported("structured.json_text.read_json"), detection.is_json),
    FileFormat("json", _imported("structured.json_text.read_json_lines"), detection.is_json_lines),
    FileFormat("calendar", _imported("structured.content_lines.read_calendar"), detection.is_calendar),
    FileFormat("contacts", _imported("structured.content_lines.read_contacts"), detection.is_contacts),
    FileFormat("subtitles", _imported("structured.subtitles.read_subtitles"), detection.is_subtitles),
    FileFormat("markdown", _imported("markdown.read_markdown"), detection.is_markdown),
    FileFormat("rst", _imported("markup.rst.read_rst"), detection.is_rst),
    FileFormat("org", _imported("markup.org.read_org"), detection.is_org),
    FileFormat("latex", _imported("markup.latex.read_latex"), detection.is_latex),
    FileFormat("csv", _imported("delimited.read_csv"), detection.is_table),
    FileFormat("html", _imported("saved_page.read_saved_page"), detection.is_saved_page),
    FileFormat("email", _imported("outlook.msg.read_msg"), detection.is_msg, parts=_imported("outlook.msg.msg_parts")),
    FileFormat(
        "email", _imported("outlook.tnef.read_tnef"), detection.is_tnef, parts=_imported("outlook.tnef.tnef_parts")
    ),
    FileFormat(
        "mailbox",
        _imported("mail.reading.read_mailbox"),
        detection.is_mailbox,
        parts=_imported("mail.reading.mailbox_parts"),
        only_holds=True,
    ),
    FileFormat(
        "email", _imported("mail.reading.read_email"), detection.is_mail, parts=_imported("mail.reading.email_parts")
    ),
    FileFormat("text", _imported("plain.read_plain"), detection.is_text),  # the last: all that no other format takes
)
"""Our formats, in the order in which they are asked. A new one is registered here."""


def format_of(name: str, data: bytes) -> FileFormat:
    """Return the format of a file. Plug-ins are asked before our own formats, and may take the place of one.

    :param name: the file's name; its suffix tells Markdown, LaTeX, CSV and plain text apart, nothing more.
    :param data: the file's bytes, not empty.
    :raises UnreadableFileError: no format can read it; the reason says what it is.
    """
    for each in (*_plugged_in(), *FORMATS):
        if _holds(each, name, data):
            return each
    raise UnreadableFileError(detection.reason_against(name, data))


@cache
def _plugged_in() -> tuple[FileFormat, ...]:
    return tuple(_loaded())


def _loaded() -> Iterator[FileFormat]:
    for plugin in plugins(GROUP):
        try:
            yield load_plugin(plugin, FileFormat)
        except PluginError as error:
            logger.error("%s", error)  # once; all other formats are read


def _holds(each: FileFormat, name: str, data: bytes) -> bool:
    try:
        return each.holds(name, data)
    except Exception as error:
        logger.error("the format '%s' cannot tell what %s is: %s: %s", each.name, name, type(error).__name__, error)
        return False
