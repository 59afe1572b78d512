"""XPS and OpenXPS packages, put together by hand as ECMA-388 says."""

import uuid
from pathlib import Path
from xml.sax.saxutils import quoteattr

import reportlab

from holding_files import zipped

FONT = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"
MICROSOFT = "http://schemas.microsoft.com/xps/2005/06"
OPEN = "http://schemas.openxps.org/oxps/v1.0"
GUID = uuid.UUID("0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0")
FONT_PATH = f"Resources/Fonts/{GUID}.odttf"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_CORE = (
    f'<coreProperties xmlns="{_PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:dcterms="http://purl.org/dc/terms/"><dc:title>Berths</dc:title><dc:creator>Ane Rask</dc:creator>'
    "<dcterms:created>2024-06-21T08:00:00Z</dcterms:created></coreProperties>"
)


def glyphs(text, x, y, size=16, **attributes):
    """Return a run of text; its place and size are in pixels, 96 to an inch."""
    stated = {
        "UnicodeString": text,
        "OriginX": x,
        "OriginY": y,
        "FontRenderingEmSize": size,
        "FontUri": f"/{FONT_PATH}",
        "Fill": "#FF000000",
    } | attributes
    return f"<Glyphs {' '.join(f'{name}={quoteattr(str(value))}' for name, value in stated.items())}/>"


def disguised_font():
    """Return the font with its first bytes disguised as packages have it."""
    data = FONT.read_bytes()
    mask = 2 * GUID.bytes[::-1]
    return bytes(byte ^ mask[at] for at, byte in enumerate(data[:32])) + data[32:]


def painted(source, place, *, viewbox=None, transform="", brush="", clip=None):
    """Return a picture on a page; lengths are in pixels, 96 to an inch.

    :param place: left, top, width and height of it.
    :param viewbox: what of it is shown, where it is not all.
    :param transform: of the path; ``brush`` of what it is painted with.
    :param clip: left, top, width and height of what is painted, where that is not all.
    """
    x, y, width, height = clip or place
    viewbox, viewport = (",".join(map(str, box)) for box in (viewbox or (0, 0, *place[2:]), place))
    own = f' RenderTransform="{transform}"' if transform else ""
    inner = f' Transform="{brush}"' if brush else ""
    return (
        f'<Path Data="M {x},{y} h {width} v {height} h -{width} z"{own}><Path.Fill><ImageBrush ImageSource="{source}" '
        f'Viewbox="{viewbox}" Viewport="{viewport}" ViewboxUnits="Absolute" ViewportUnits="Absolute" TileMode="None"{inner}/>'
        "</Path.Fill></Path>"
    )


def xps_members(pages, *, namespace=MICROSOFT, fonts=True, size=(816, 1056)):
    """Return the parts of a package by their names, in the order of a print.

    :param pages: what each holds.
    :param size: of the pages, in pixels, 96 to an inch.
    """
    content = "".join(f'<PageContent Source="Pages/{number}.fpage"/>' for number in range(1, len(pages) + 1))
    kinds = {
        "rels": "application/vnd.openxmlformats-package.relationships+xml",
        "fdseq": "application/vnd.ms-package.xps-fixeddocumentsequence+xml",
        "fdoc": "application/vnd.ms-package.xps-fixeddocument+xml",
        "fpage": "application/vnd.ms-package.xps-fixedpage+xml",
        "odttf": "application/vnd.ms-package.obfuscated-opentype",
    }
    types = "".join(f'<Default Extension="{suffix}" ContentType="{kind}"/>' for suffix, kind in kinds.items())
    members = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">{types}</Types>',
        "_rels/.rels": (
            f'<Relationships xmlns="{_PACKAGE}/relationships">'
            f'<Relationship Id="a" Type="{namespace}/fixedrepresentation" Target="/FixedDocSeq.fdseq"/>'
            f'<Relationship Id="b" Type="{_PACKAGE}/relationships/metadata/core-properties" Target="Metadata/core.xml"/>'
            "</Relationships>"
        ),
        "FixedDocSeq.fdseq": (
            f'<FixedDocumentSequence xmlns="{namespace}"><DocumentReference Source="Documents/1/Fixed%20Doc.fdoc"/>'
            "</FixedDocumentSequence>"
        ),
        "Documents/1/Fixed Doc.fdoc": f'<FixedDocument xmlns="{namespace}">{content}</FixedDocument>',
    }
    for number, page in enumerate(pages, start=1):
        members[f"Documents/1/Pages/{number}.fpage"] = (
            f'<FixedPage xmlns="{namespace}" xmlns:x="http://schemas.microsoft.com/winfx/2006/xaml" '
            f'Width="{size[0]}" Height="{size[1]}" xml:lang="en">{page}</FixedPage>'
        )
    members["Metadata/core.xml"] = _CORE
    return {name: text.encode() for name, text in members.items()} | ({FONT_PATH: disguised_font()} if fonts else {})


def xps(pages, **how):
    """Return a file of pages, each of ``glyphs`` and other markup."""
    return zipped(xps_members(pages, **how))
