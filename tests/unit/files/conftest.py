"""Files made on the spot: small, and just as broken as a test needs them."""

import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from needlepoint.errors import UnreadableFileError
from needlepoint.files.reading import read_file

Line = tuple[float, float, str] | tuple[float, float, str, float]


@pytest.fixture
def reason() -> Callable[[Path], str]:
    """Read a file that cannot be read and return the one line that says why."""

    def why(path: Path, **arguments: object) -> str:
        with pytest.raises(UnreadableFileError) as raised:
            read_file(path, **arguments)
        text = str(raised.value)
        assert "\n" not in text
        assert "Traceback" not in text
        assert 10 < len(text) < 200
        return text

    return why


@pytest.fixture
def make_pdf(tmp_path: Path) -> Callable[..., Path]:
    """Write a PDF of pages of lines ``(x, y, text)`` in 12-point Helvetica or another font, or ``(x, y, text, size)``."""

    def make(
        pages: list[list[Line]],
        name: str = "made.pdf",
        *,
        rotate: int = 0,
        extra: str = "",
        trailer: str = "",
        font: str = "Helvetica",
    ) -> Path:
        objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
        objects.append(f"<< /Type /Font /Subtype /Type1 /BaseFont /{font} /Encoding /WinAnsiEncoding >>")
        kids = []
        for lines in pages:
            shown = "".join(
                f"BT /F1 {size[0] if size else 12} Tf {x} {y} Td ({_escaped(text)}) Tj ET\n"
                for x, y, text, *size in lines
            )
            objects.append(f"<< /Length {len(shown)} >>\nstream\n{shown}endstream")
            objects.append(
                f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Rotate {rotate} {extra} /Contents {len(objects)} 0 R "
                "/Resources << /Font << /F1 3 0 R >> >> >>"
            )
            kids.append(f"{len(objects)} 0 R")
        objects[1] = f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(kids)}] >>"
        objects.append("<< /Title (A made PDF) /Author (Ada) /Subject (Tests) /CreationDate (D:20240229120000Z) >>")
        path = tmp_path / name
        path.write_bytes(_pdf_bytes(objects, f"/Info {len(objects)} 0 R {trailer}"))
        return path

    return make


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _pdf_bytes(objects: list[str], trailer: str) -> bytes:
    data, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(data))
        data += f"{number} 0 obj\n{body}\nendobj\n".encode("cp1252")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R {trailer} >>\n"
    return data + f"{end}startxref\n{len(data)}\n%%EOF\n".encode()


@pytest.fixture
def make_zip(tmp_path: Path) -> Callable[..., Path]:
    """Write a ZIP file of the members given."""

    def make(name: str, members: dict[str, bytes]) -> Path:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, data in members.items():
                archive.writestr(member, data)
        path = tmp_path / name
        path.write_bytes(buffer.getvalue())
        return path

    return make


@pytest.fixture(autouse=True, scope="module")
def _no_ocr() -> Iterator[None]:
    """Pages that are pictures are named, not read: OCR is tried where there is time for it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NEEDLEPOINT_OCR", "off")
        yield
