import errno
import os
import resource
import stat
from pathlib import Path

import pytest

from needlepoint.errors import SheetError
from needlepoint.sheets.exports import writing
from needlepoint.sheets.exports.writing import SUFFIXES, check_export, write_sheet

CLOSE = "close it there (or remove {} if it is not), or choose another name"


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_file_replaces_a_former_one_and_leaves_nothing_else(sheet, tmp_path, suffix):
    path = tmp_path / f"terms{suffix}"
    path.write_text("former")
    path.chmod(0o640)
    written = write_sheet(sheet, path)
    assert written[0] == path
    assert sorted(tmp_path.iterdir()) == sorted(written)
    assert path.read_bytes() != b"former"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_csv_has_three_files(sheet, tmp_path):
    names = [path.name for path in write_sheet(sheet, tmp_path / "my.terms.CSV")]
    assert names == ["my.terms.CSV", "my.terms.sources.csv", "my.terms.about.csv"]


def test_the_title_is_that_of_the_file_unless_it_is_given(sheet, tmp_path):
    path = tmp_path / "terms.html"
    for options, title in (({}, "terms"), ({"title": "Leases <2026>"}, "Leases &lt;2026&gt;")):
        write_sheet(sheet, path, **options)
        assert f"<title>{title}</title>" in path.read_text(encoding="utf-8")


def test_a_new_file_has_the_rights_of_any_new_file(sheet, tmp_path):
    (tmp_path / "other").touch()
    (path,) = write_sheet(sheet, tmp_path / "terms.json")
    assert path.stat().st_mode == (tmp_path / "other").stat().st_mode


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("terms.xls", "'.xls' is no format of a sheet: end it in .xlsx, .csv, .zip, .json, .docx or .html"),
        ("terms", "the name has no ending: end it in .xlsx, .csv, .zip, .json, .docx or .html"),
        ("none/terms.csv", "there is no folder {0}/none: make it first, or choose another"),
        ("file.txt/terms.csv", "there is no folder {0}/file.txt: make it first, or choose another"),
        ("folder.html", "is a folder: choose another name"),
        ("open.xlsx", f"is open in LibreOffice: {CLOSE.format('.~lock.open.xlsx#')}"),
        ("used.docx", f"is open in Microsoft Office: {CLOSE.format('~$used.docx')}"),
        (f"{'n' * 300}.csv", "cannot be written (File name too long)"),
    ],
)  # fmt: skip
def test_a_place_where_nothing_can_be_written(sheet, tmp_path, name, message):
    (tmp_path / "file.txt").touch()
    (tmp_path / "folder.html").mkdir()
    (tmp_path / ".~lock.open.xlsx#").touch()
    (tmp_path / "~$used.docx").touch()
    before = sorted(tmp_path.iterdir())
    with pytest.raises(SheetError) as error:
        write_sheet(sheet, tmp_path / name)
    assert str(error.value) == f"{tmp_path / name}: {message.format(tmp_path)}"
    with pytest.raises(SheetError) as early:
        check_export(tmp_path / name)
    assert str(early.value) == str(error.value)
    assert sorted(tmp_path.iterdir()) == before


def test_a_folder_that_may_not_be_written(sheet):
    folder = Path("/sys")
    if not folder.is_dir():
        pytest.skip("no folder here in which nobody may write")
    with pytest.raises(
        SheetError, match=r"^/sys/terms\.csv: may not be written: close it where it is open, or choose another"
    ):
        write_sheet(sheet, folder / "terms.csv")


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")
def test_a_file_that_cannot_be_finished_leaves_the_former_one(sheet, tmp_path, suffix):
    path = tmp_path / f"terms{suffix}"
    path.write_text("former")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, hard))
    try:
        with pytest.raises(SheetError) as error:
            write_sheet(sheet, path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert str(error.value) == f"{path.with_name(named_in(error, path))}: cannot be written (File too large)"
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_text() == "former"


def named_in(error, path):
    """Return the name of the file of which an error tells: the one asked for, or one beside it."""
    return Path(str(error.value).partition(": ")[0]).name if path.suffix == ".csv" else path.name


def test_a_file_that_another_program_holds(sheet, tmp_path, monkeypatch):
    def refuse(*_):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(writing.os, "replace", refuse)  # as on Windows, where a file that is open is not replaced
    with pytest.raises(SheetError, match=r"terms\.json: may not be written: close it where it is open"):
        write_sheet(sheet, tmp_path / "terms.json")
    assert not list(tmp_path.iterdir())
