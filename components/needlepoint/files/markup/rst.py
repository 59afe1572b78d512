"""reStructuredText, that of Sphinx too: docutils makes a web page of it, which is read as any other."""

from collections.abc import Callable
from typing import Any

from docutils import nodes
from docutils.core import publish_doctree, publish_from_doctree
from docutils.parsers.rst import Parser

from needlepoint.files.limits import Limits
from needlepoint.files.markup.reading import MarkupPage, read_markup
from needlepoint.files.markup.sphinx import sphinx_names
from needlepoint.files.source import SourceText
from needlepoint.files.web.reading import parse_html

_LARGEST_PARSED = 2_000_000
_SETTINGS = {
    "_disable_config": True,
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "report_level": 5,  # nothing is said on stderr
    "halt_level": 5,
    "warning_stream": False,
    "syntax_highlight": "none",
    "math_output": "MathML",
    "embed_stylesheet": False,
    "stylesheet_path": "",
    "doctitle_xform": True,
    "sectnum_xform": True,
    "toc_backlinks": False,
    "table_style": "align-default",
}
_MOST_SUBSTITUTED = 2_000_000  # characters
_SHORT_LINE = ("Title underline too short", "Title overline too short")
_FAILED = 2  # the least level of a message that stands for text which is not in the tree


def read_rst(data: bytes, limits: Limits) -> SourceText:
    """Read reStructuredText as one page; its title is that of the document, or its first heading."""
    return read_markup(data, limits, kind="rst", largest=_LARGEST_PARSED, parse=_parsed)


def _parsed(text: str, unread: Callable[[str], None]) -> MarkupPage:
    with sphinx_names(unread):
        document = publish_doctree(text, parser=_Parser(), settings_overrides=_SETTINGS)
    _restore_failed(document)
    title = document.get("title") or next((each.astext() for each in document.findall(nodes.title)), "")
    authors = ", ".join(each.astext() for each in document.findall(nodes.author))
    dates = [each.astext() for each in document.findall(nodes.date)]
    _name_parts(document)
    for image in document.findall(nodes.image):
        if not image.get("alt"):
            unread(f"picture {image.get('uri', '')}: what is in it was not read")
    page = publish_from_doctree(document, writer="html5", settings_overrides=_SETTINGS)
    root: Any = parse_html(page.decode())
    return MarkupPage(root.find("body"), title, {"author": authors, "date": dates[0] if dates else ""})


class _Parser(Parser):
    """The parser, which refuses a text whose substitutions hold each other, and so would grow without measure."""

    def parse(self, inputstring: str, document: Any) -> None:
        super().parse(inputstring, document)
        sizes: dict[str, int] = {}
        if _substituted(document, document, sizes) > _MOST_SUBSTITUTED:
            raise ValueError("its substitutions are too long")


def _substituted(element: Any, document: Any, sizes: dict[str, int]) -> int:
    """Return how many characters the substitutions in an element give.

    :param sizes: of those that are known already, by name.
    """
    total = 0
    for reference in element.findall(nodes.substitution_reference):
        name = document.substitution_names.get(reference["refname"].lower(), reference["refname"])
        if name not in sizes:
            sizes[name] = 0  # one in itself, which docutils finds
            given = document.substitution_defs.get(name)
            sizes[name] = 0 if given is None else len(given.astext()) + 1 + _substituted(given, document, sizes)
        total += sizes[name]
    return total


def _restore_failed(document: Any) -> None:
    """Put text that docutils has only an error for in the place of the error, as it is written in the file."""
    _rewrite(document, nodes.system_message, _quoted)
    _rewrite(document, nodes.problematic, lambda problem: [nodes.Text(problem.astext())])


def _quoted(message: Any) -> list[Any]:
    is_lost = message["level"] >= _FAILED and not message.astext().startswith(_SHORT_LINE)
    return [each for each in message.children if is_lost and isinstance(each, nodes.literal_block)]


def _name_parts(document: Any) -> None:
    """Write fields, notes and lines in the way in which a reader takes them in: ``Author: Ada Lund``, ``[1] The note``."""
    _rewrite(document, nodes.docinfo, lambda docinfo: [new for each in docinfo.children for new in _stated(each)])
    _rewrite(document, nodes.field_list, lambda fields: [new for each in fields.children for new in _stated(each)])
    for kind in (nodes.footnote, nodes.citation):
        _rewrite(document, kind, lambda note: _led(f"[{note.children[0].astext()}] ", note.children[1:]))
    _rewrite(document, nodes.line_block, _lines)
    for classifier in list(document.findall(nodes.classifier)):
        classifier.parent.children[0].append(nodes.Text(f" ({classifier.astext()})"))
        classifier.parent.remove(classifier)


def _rewrite(document: Any, kind: type[Any], change: Callable[[Any], list[Any]]) -> None:
    """Put what a function returns in the place of each node of a kind."""
    parents = {id(each.parent): each.parent for each in document.findall(kind)}
    for parent in reversed(parents.values()):  # what is inside of another first
        parent[:] = [new for each in parent.children for new in (change(each) if isinstance(each, kind) else [each])]


def _stated(field: Any) -> list[Any]:
    if isinstance(field, nodes.field):
        name, body = field.children
        return _led(f"{name.astext()}: ", body.children)
    return [nodes.paragraph("", f"{type(field).__name__.capitalize()}: {_joined(field)}")]


def _lines(block: Any) -> list[Any]:
    text = "\n".join(each.astext() for each in block.findall(nodes.line))
    return [nodes.literal_block(text, text)]


def _joined(element: Any) -> str:
    """Return the text of a field of the document; several authors are separated by commas."""
    return (
        ", ".join(each.astext() for each in element.children)
        if isinstance(element, nodes.authors)
        else element.astext()
    )


def _led(label: str, content: list[Any]) -> list[Any]:
    """Return the content with a label before its first words."""
    if content and isinstance(content[0], nodes.paragraph):
        content[0].insert(0, nodes.Text(label))
        return content
    return [nodes.paragraph("", label), *content]
