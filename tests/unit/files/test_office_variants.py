"""Templates, shows and files with macros are read as the documents that they are; what a macro says is no text."""

import io
import zipfile

import docx
import openpyxl
import pptx
import pytest

from needlepoint.files.reading import read_file

_OPEN = "application/vnd.openxmlformats-officedocument."
_PLAIN = {
    "docx": f"{_OPEN}wordprocessingml.document.main+xml",
    "pptx": f"{_OPEN}presentationml.presentation.main+xml",
    "xlsx": f"{_OPEN}spreadsheetml.sheet.main+xml",
}
_VARIANTS = [
    ("docx", "form.dotx", f"{_OPEN}wordprocessingml.template.main+xml"),
    ("docx", "macro.docm", "application/vnd.ms-word.document.macroEnabled.main+xml"),
    ("docx", "form.dotm", "application/vnd.ms-word.template.macroEnabledTemplate.main+xml"),
    ("pptx", "form.potx", f"{_OPEN}presentationml.template.main+xml"),
    ("pptx", "show.ppsx", f"{_OPEN}presentationml.slideshow.main+xml"),
    ("pptx", "macro.pptm", "application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml"),
    ("pptx", "form.potm", "application/vnd.ms-powerpoint.template.macroEnabled.main+xml"),
    ("pptx", "show.ppsm", "application/vnd.ms-powerpoint.slideshow.macroEnabled.main+xml"),
    ("xlsx", "form.xltx", f"{_OPEN}spreadsheetml.template.main+xml"),
    ("xlsx", "macro.xlsm", "application/vnd.ms-excel.sheet.macroEnabled.main+xml"),
    ("xlsx", "form.xltm", "application/vnd.ms-excel.template.macroEnabled.main+xml"),
]


def plain_file(kind):
    buffer = io.BytesIO()
    if kind == "docx":
        document = docx.Document()
        document.add_paragraph("The rent is 940 euros.")
        document.save(buffer)
    elif kind == "pptx":
        presentation = pptx.Presentation()
        slide = presentation.slides.add_slide(presentation.slide_layouts[5])
        slide.shapes.title.text = "The rent is 940 euros."
        presentation.save(buffer)
    else:
        workbook = openpyxl.Workbook()
        workbook.active["A1"] = "The rent is 940 euros."
        workbook.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(("kind", "name", "content_type"), _VARIANTS, ids=[name for _, name, _ in _VARIANTS])
@pytest.mark.parametrize("calls_itself", ["as it is", "plain"])
def test_a_variant_is_read_like_the_plain_file(tmp_path, kind, name, content_type, calls_itself):
    path = tmp_path / (name if calls_itself == "as it is" else f"named.{kind}")
    with zipfile.ZipFile(io.BytesIO(plain_file(kind))) as plain, zipfile.ZipFile(path, "w") as made:
        for member in plain.namelist():
            data = plain.read(member)
            if member == "[Content_Types].xml":
                assert _PLAIN[kind].encode() in data
                data = data.replace(_PLAIN[kind].encode(), content_type.encode())
            made.writestr(member, data)
        made.writestr("word/vbaProject.bin", b"\xd0\xcf\x11\xe0 Sub AutoOpen: the rent is 1 euro")
    source = read_file(path)
    assert source.text == "The rent is 940 euros."
    assert (source.type, source.unread) == (kind, ())
