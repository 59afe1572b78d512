"""Scanned pages, made on the spot: drawn text as a picture, in each kind of file that pictures come in."""

import io
import struct

from PIL import Image, ImageDraw, ImageFont

from holding_files import zipped
from xps import painted, xps_members

DPI = 110
SIZE = (round(8.27 * DPI), round(5.0 * DPI))  # of A4's width, and lower
_TOP, _LEFT, _STEP, _LETTERS = 60, 90, 40, 23

PAGES = (
    (
        "Keeper's report on Ryvingen light",
        "The lamp of the light is changed every eighteen months.",
        "It was made in Bergen in 1897.",
    ),
    ("Stores and expenses", "The boat carries 940 litres of diesel to the island.", "Kari Solheim keeps the accounts."),
)
"""The lines of two pages."""


def drawn(lines, size=SIZE, *, scale=1.0, turn=0, lean=0.0):
    """Return a page as a picture.

    :param turn: degrees clockwise by which it lies on the scanner.
    :param lean: degrees clockwise by which its lines lean.
    """
    picture = Image.new("L", size, "white")
    drawing, font = ImageDraw.Draw(picture), ImageFont.load_default(round(_LETTERS * scale))
    for number, line in enumerate(lines):
        drawing.text((_LEFT * scale, (_TOP + number * _STEP) * scale), line, font=font, fill="black")
    picture = picture.rotate(-lean, Image.Resampling.BICUBIC, fillcolor="white")
    return picture.rotate(-turn, expand=True)


def place_of(words, lines, size=SIZE):
    """Return where words of a page stand: left, top, right, bottom as fractions of the picture."""
    font = ImageFont.load_default(_LETTERS)
    for number, line in enumerate(lines):
        if words in line:
            left = _LEFT + font.getlength(line[: line.index(words)])
            top = _TOP + number * _STEP
            right = left + font.getlength(words)
            return (left / size[0], top / size[1], right / size[0], (top + _LETTERS) / size[1])
    raise AssertionError(f"{words!r} is not on the page")


def saved(pictures, kind, **options):
    """Return pictures as a file."""
    buffer = io.BytesIO()
    first, *others = pictures
    many = {"save_all": True, "append_images": others} if others else {}
    first.save(buffer, kind, **({"dpi": (DPI, DPI)} if kind not in ("WEBP", "GIF", "PDF") else {}), **many, **options)
    return buffer.getvalue()


def scan_pdf(pictures):
    """Return a PDF of pictures without any text."""
    return saved([picture.convert("RGB") for picture in pictures], "PDF", resolution=DPI)


def fax(pictures):
    """Return a TIFF as fax machines write it: black and white, in Group 4 compression."""
    return saved([picture.convert("1") for picture in pictures], "TIFF", compression="group4")


def scan_xps(pictures):
    """Return an XPS file of pictures: the first one in stripes, the second one on its side and turned back."""
    first, *others = pictures
    width, height = (side * 96 / DPI for side in first.size)
    parts, stripes = {}, []
    for number in range(4):
        top, bottom = (first.height * at // 4 for at in (number, number + 1))
        parts[f"Resources/Images/{number}.png"] = saved([first.crop((0, top, first.width, bottom))], "PNG")
        stripes.append(
            painted(f"../../../Resources/Images/{number}.png", (0, top * 96 / DPI, width, (bottom - top) * 96 / DPI))
        )
    pages = ["".join(stripes)]
    for number, picture in enumerate(others, start=4):
        parts[f"Resources/Images/{number}.jpg"] = saved([picture.rotate(90, expand=True)], "JPEG", quality=80)
        pages.append(painted(f"/Resources/Images/{number}.jpg", (0, 0, height, width), transform=f"0,1,-1,0,{width},0"))
    return zipped(xps_members(pages, size=(width, height)) | parts)


KINDS = {
    "scan.pdf": scan_pdf,
    "scan.xps": scan_xps,
    "fax.tif": fax,
    "scan.png": lambda pictures: saved(pictures[:1], "PNG"),
    "scan.jpg": lambda pictures: saved(pictures[:1], "JPEG", quality=60),
    "scan.webp": lambda pictures: saved(pictures[:1], "WEBP"),
    "scan.gif": lambda pictures: saved(pictures[:1], "GIF"),
    "scan.bmp": lambda pictures: saved(pictures[:1], "BMP"),
}
"""The makers by the names of what they make; those of images hold the first page alone."""


def endless_tiff(pages):
    """Return a TIFF of so many pages, each of one black pixel."""
    entries = [
        (256, 3, 1, 1),
        (257, 3, 1, 1),
        (258, 3, 1, 1),
        (259, 3, 1, 1),
        (262, 3, 1, 1),
        (273, 4, 1, 8),
        (279, 4, 1, 1),
    ]
    directory = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *entry) for entry in entries)
    length = len(directory) + 4
    parts = [b"II*\0", struct.pack("<I", 10), b"\0\0"]
    for number in range(pages):
        following = 0 if number == pages - 1 else 10 + (number + 1) * length
        parts += [directory, struct.pack("<I", following)]
    return b"".join(parts)
