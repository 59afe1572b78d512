"""XML of any kind: documents as paragraphs, data as records, a line each."""

from collections.abc import Iterator
from typing import Any

from lxml import etree

from needlepoint.errors import UnreadableFileError
from needlepoint.files.limits import Limits
from needlepoint.files.office.package import ENTITY
from needlepoint.files.pages import PageCollector, PageText, one_line
from needlepoint.files.source import SourceText
from needlepoint.files.structured.records import Records

_SVG = "{http://www.w3.org/2000/svg}"
_INSTANCE = "{http://www.w3.org/2001/XMLSchema-instance}"
_OFFICE = frozenset(
    {
        "urn:schemas-microsoft-com:office:spreadsheet",
        "http://schemas.microsoft.com/office/word/2003/wordml",
        "http://schemas.microsoft.com/office/2006/xmlPackage",
    }
)
_PARAGRAPHS = frozenset({"p", "para", "paragraph", "simpara"})
_TITLES = ("title", "head", "name")
_LONGEST_TITLE = 200
_NO_TEXT = frozenset({"script", "style", "metadata", "defs"})


def read_xml(data: bytes, limits: Limits) -> SourceText:
    """Read XML as one page.

    Where elements often have text beside other elements it is a document, and each such element is a paragraph. Else it is
    data, and each element of values is a record. Office files of one XML file are read as such.

    :raises UnreadableFileError: it declares entities, or it is no XML at all.
    """
    limits.check_markup(len(data), "xml")
    if ENTITY.search(data.replace(b"\0", b"")):
        raise UnreadableFileError("it declares XML entities: resolve them and save it again")
    collector = PageCollector(limits)
    root = _parsed(data, collector)
    office = _office(root, limits) if root.tag.removeprefix("{").partition("}")[0] in _OFFICE else None
    if office is not None:
        return office
    if root.tag == f"{_SVG}svg":
        page = _drawing(root)
    elif _is_document(root):
        page = _document(root, collector)
    else:
        records = Records(collector)
        records.write(_value(root), _name(root))
        page = records.page
    collector.add(page.text, marks=page.marks)
    return collector.source(type="xml", title=_title(root))


def _parsed(data: bytes, collector: PageCollector) -> Any:
    options: dict[str, Any] = {
        "resolve_entities": False,
        "no_network": True,
        "load_dtd": False,
        "remove_comments": True,
    }
    try:
        return etree.fromstring(data, etree.XMLParser(remove_pis=True, **options))
    except etree.XMLSyntaxError as error:
        root = etree.fromstring(data, etree.XMLParser(remove_pis=True, recover=True, **options))
        if root is None:
            raise
        collector.leave_unread(f"the XML is damaged in line {error.lineno:,}: what follows may be missing")
        return root


def _office(root: Any, limits: Limits) -> SourceText | None:
    from needlepoint.files.office.xml_files import read_office_xml  # loads the libraries of all Office formats

    return read_office_xml(root, limits)


def _is_document(root: Any) -> bool:
    """Tell running text, with emphasis and the like in it, from data."""
    parents = [element for element in root.iter("*") if len(element)]
    mixed = sum(map(_is_mixed, parents))
    return mixed * 10 > len(parents) or any(_name(each) in _PARAGRAPHS for each in root.iter("*"))


def _is_mixed(element: Any) -> bool:
    """Tell whether an element has text beside elements."""
    if not len(element):
        return False
    return bool((element.text or "").strip()) or any((child.tail or "").strip() for child in element)


def _document(root: Any, collector: PageCollector) -> PageText:
    page = PageText()
    for text in _paragraphs(root):
        page.write(one_line(text))
        collector.check(len(page))
    return page


def _paragraphs(element: Any) -> Iterator[str]:
    if not isinstance(element.tag, str) or _name(element) in _NO_TEXT:
        return
    if _is_mixed(element) or not len(element):
        yield "".join(element.itertext())
        return
    for child in element:
        yield from _paragraphs(child)


def _drawing(root: Any) -> PageText:
    page = PageText()
    for element in root.iter(f"{_SVG}title", f"{_SVG}desc", f"{_SVG}text"):
        page.write(one_line(" ".join(element.itertext())))
    return page


def _value(element: Any) -> Any:
    """Return an element as a value: its text, or a record of what its attributes and its elements say."""
    if _is_mixed(element):
        return "".join(element.itertext())
    stated = [(name.rpartition("}")[2], text) for name, text in element.items() if not name.startswith(_INSTANCE)]
    inner = [(_name(child), _value(child)) for child in element if isinstance(child.tag, str)]
    text = (element.text or "").strip()
    if not stated and not inner:
        return text
    found: dict[str, Any] = {}
    for name, value in [*([("", text)] if text else []), *stated, *inner]:
        if name not in found:
            found[name] = value
        elif isinstance(found[name], list):
            found[name].append(value)
        else:
            found[name] = [found[name], value]
    return found


def _name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _title(root: Any) -> str | None:
    """Return what the root or its first element states as the title."""
    places = [root, *list(root)[:1]]
    named = (
        child for place in places for child in place if isinstance(child.tag, str) and _name(child).lower() in _TITLES
    )
    texts = (one_line("".join(child.itertext())) for child in named)
    return next((text for text in texts if text and len(text) <= _LONGEST_TITLE), None)
