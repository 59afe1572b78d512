import pytest

from hostile_sheet import hostile_sheet
from needlepoint.sheets.exports.writing import write_sheet


@pytest.fixture(scope="session")
def sheet():
    return hostile_sheet()


@pytest.fixture(scope="session")
def write(sheet, tmp_path_factory):
    """Return what writes the sheet in a format and returns the first file."""

    def write_as(suffix, **options):
        path = tmp_path_factory.mktemp("sheet") / f"terms{suffix}"
        assert write_sheet(sheet, path, **options)[0] == path
        return path

    return write_as


@pytest.fixture(scope="session")
def link():
    return lambda quote: f"http://127.0.0.1:8501/?document={quote.document_id}&page={quote.page}"
