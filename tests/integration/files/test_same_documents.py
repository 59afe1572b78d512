"""A process of its own reads what this process reads: text, marks, pages, metadata and what is unread."""

from pathlib import Path

import pytest

from needlepoint import resources
from needlepoint.errors import UnreadableFileError
from needlepoint.files.documents import document_of_bytes, read_document, read_documents
from needlepoint.files.file_document import read_here

CASES = Path(__file__).parents[4] / "shared" / "data" / "cases"


def read_alone(path):
    try:
        return read_here(path)
    except UnreadableFileError as error:
        return str(error)


@pytest.fixture(params=["examples", "cases"])
def paths(request):
    folder = resources.example_collection() if request.param == "examples" else CASES
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there")
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_files_read_together_are_the_same_documents(paths):
    results = [
        str(each) if isinstance(each, UnreadableFileError) else each
        for each in read_documents(paths, [{}] * len(paths))
    ]
    assert results == [read_alone(path) for path in paths]
    assert len(paths) > 10


def test_the_caller_adds_metadata_but_never_in_the_place_of_what_the_file_determines(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("The pier is long.")
    for document in (
        read_document(path, {"name": "b", "size": 0, "matter": "pier"}),
        document_of_bytes(path, path.read_bytes(), {"name": "b", "size": 0, "matter": "pier"}),
    ):
        assert {name: document.meta[name] for name in ("name", "size", "matter")} == {
            "name": "b",
            "size": 17,
            "matter": "pier",
        }
