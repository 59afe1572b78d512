"""Exports on a full disk, and in LibreOffice: what it opens is what was written, and nothing of it is computed."""

import csv
import re
import shutil
import subprocess
import tempfile

import pytest

from hostile_sheet import FORMULAS, WORDS, hostile_sheet
from needlepoint.errors import SheetError
from needlepoint.sheets.exports.characters import on_one_line
from needlepoint.sheets.exports.workbook_pages import LONGEST, cut
from needlepoint.sheets.exports.writing import SUFFIXES, write_sheet


@pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_full_disk_leaves_the_former_file(small_disk, suffix):
    path = small_disk / f"terms{suffix}"
    path.write_text("former")
    filler = small_disk / "filler"
    with filler.open("wb") as file, pytest.raises(OSError, match="No space"):
        file.write(b"x" * 8_500_000)
    with pytest.raises(SheetError, match=r"terms\.\S+: no space left on its disk"):
        write_sheet(hostile_sheet(), path)
    assert sorted(small_disk.iterdir()) == [filler, path]
    assert path.read_text() == "former"
    filler.unlink()
    write_sheet(hostile_sheet(), path)
    assert path.read_bytes() != b"former"


@pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")
def test_a_full_disk_of_temporary_files_is_named(small_disk, tmp_path, monkeypatch):
    (small_disk / "filler").write_bytes(b"x" * (shutil.disk_usage(small_disk).free - 8192))
    monkeypatch.setattr(tempfile, "tempdir", str(small_disk))
    with pytest.raises(SheetError, match=f"no space left on its disk, or on that of {re.escape(str(small_disk))}"):
        write_sheet(hostile_sheet(), tmp_path / "terms.xlsx")
    assert [path.name for path in small_disk.iterdir()] == ["filler"]


@pytest.fixture(scope="module")
def convert(tmp_path_factory):
    """Return what opens a file in LibreOffice and saves it in another format."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("no LibreOffice on this machine (apt-get install libreoffice-calc libreoffice-writer)")
    profile = tmp_path_factory.mktemp("profile")

    def saved(path, suffix, *options):
        folder = tmp_path_factory.mktemp("converted")
        command = [program, "--headless", f"-env:UserInstallation={profile.as_uri()}", *options]
        command += ["--convert-to", suffix, "--outdir", str(folder), str(path)]
        subprocess.run(command, check=True, capture_output=True, timeout=300)
        (made,) = folder.iterdir()
        return made

    return saved


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The folder with a sheet in all formats."""
    folder = tmp_path_factory.mktemp("sheet")
    for suffix in SUFFIXES:
        write_sheet(hostile_sheet(), folder / f"terms{suffix}", link=lambda quote: f"http://127.0.0.1/{quote.page}")
    return folder


def test_libreoffice_shows_the_words_of_a_workbook(convert, files):
    with convert(files / "terms.xlsx", "csv:Text - txt - csv (StarCalc):44,34,76,1").open(newline="") as file:
        rows = list(csv.reader(file))[1:]
    assert [row[4] for row in rows[: len(WORDS)]] == [cut(on_one_line(words), LONGEST) for words in WORDS]


@pytest.mark.parametrize("name", ["terms.xlsx", "terms.csv", "terms.sources.csv", "terms.about.csv"])
def test_libreoffice_computes_nothing(convert, files, name):
    saved = convert(files / name, "fods").read_text(encoding="utf-8")
    assert not re.findall(r'table:formula="[^"]*"', saved)
    assert "cmd|" in saved or name == "terms.about.csv"


def test_libreoffice_would_compute_the_words_as_they_are(convert, tmp_path):
    """Show that the check above can find a formula."""
    path = tmp_path / "plain.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([[words] for words in FORMULAS])
    assert "table:formula=" in convert(path, "fods").read_text(encoding="utf-8")


def test_libreoffice_opens_the_word_document(convert, files):
    text = convert(files / "terms.docx", "txt:Text (encoded):UTF8").read_text(encoding="utf-8")
    assert "<script>window.hurt=1</script>" in text
    assert f"[{3 * len(WORDS)}] " in text
