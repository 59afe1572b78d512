"""Files that are embedded in Office files, with the names that they had."""

import io
import zipfile

import pytest

from holding_files import embedded, zipped
from needlepoint.errors import UnreadableFileError
from needlepoint.files.limits import Limits
from needlepoint.files.office.compound import compound_file
from needlepoint.files.office.embedded import embedded_parts

RELATION = '<Relationship Id="{0}" Type="http://x/relationships/{1}" Target="{2}" {3}/>'


def package(relations, parts, rels="word/_rels/document.xml.rels"):
    links = "".join(RELATION.format(number, *relation) for number, relation in enumerate(relations))
    return zipped({rels: f"<Relationships>{links}</Relationships>".encode(), **parts})


def found(data):
    return {part.name: part.reason or b"".join(part.chunks()) for part in embedded_parts(data, Limits())}


def test_a_file_shown_as_an_icon_keeps_its_name():
    assert found(embedded({"annex.txt": b"The annex.", "large.txt": b"x" * 9000})) == {
        "annex.txt": b"The annex.",
        "large.txt": b"x" * 9000,
    }


@pytest.mark.parametrize(
    ("streams", "expected"),
    [
        ({("CONTENTS",): b"%PDF-1.4 words"}, {"object1.pdf": b"%PDF-1.4 words"}),
        ({("Equation Native",): b"x" * 40, ("\x01CompObj",): b"y"}, {}),
    ],
)
def test_objects_of_programs_give_what_they_hold(streams, expected):
    data = package(
        [("oleObject", "embeddings/object1.bin", "")], {"word/embeddings/object1.bin": compound_file(streams)}
    )
    assert found(data) == expected


def test_an_object_of_an_old_program_is_itself_the_file():
    held = compound_file({("WordDocument",): b"x" * 100})
    data = package([("oleObject", "/word/embeddings/object1.bin", "")], {"word/embeddings/object1.bin": held})
    assert found(data) == {"object1.doc": held}


def test_packages_are_files_and_those_of_charts_and_links_are_not():
    sheet = b"PK a workbook"
    parts = {"ppt/embeddings/Prices.xlsx": sheet, "ppt/embeddings/OfChart.xlsx": sheet}
    relations = [
        ("package", "../embeddings/Prices.xlsx", ""),
        ("oleObject", "file:///c:/a.xlsx", 'TargetMode="External"'),
    ]
    data = package(relations, parts, "ppt/slides/_rels/slide1.xml.rels")
    chart = package([("package", "../embeddings/OfChart.xlsx", "")], {}, "ppt/charts/_rels/chart1.xml.rels")
    with zipfile.ZipFile(io.BytesIO(data)) as one, zipfile.ZipFile(io.BytesIO(chart)) as other:
        both = zipped({name: archive.read(name) for archive in (one, other) for name in archive.namelist()})
    assert found(both) == {"Prices.xlsx": sheet}


def test_a_damaged_object_is_named():
    held = compound_file({("\x01Ole10Native",): b"\x05\0\0\0short"})
    data = package([("oleObject", "embeddings/object1.bin", "")], {"word/embeddings/object1.bin": held})
    assert "damaged" in found(data)["object1.bin"]


def test_a_damaged_package_is_told():
    with pytest.raises(UnreadableFileError, match="damaged or was cut short"):
        found(b"PK\3\4 no package")
