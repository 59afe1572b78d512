"""Scans are documents: with evidence and boxes, read once, and a bad page costs itself alone; the same for every kind."""

import dataclasses
import io
import json
import os
import re
import shutil
import signal
import sqlite3
from contextlib import closing

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from commands import run_command
from holding_files import zipped
from needlepoint.api.app import create_app
from needlepoint.errors import UnreadableFileError
from needlepoint.files.documents import read_document, read_documents
from needlepoint.files.page_pictures import WantedPage, page_picture
from needlepoint.files.workers.pool import shared_pool
from needlepoint.files.workers.reading_ahead import page_progress
from needlepoint.service.facade import Service
from needlepoint.settings import Settings
from scans import DPI, KINDS, PAGES, SIZE, drawn, endless_tiff, fax, place_of, saved, scan_pdf
from waiting import eventually
from xps import glyphs, painted, xps, xps_members

pytest.importorskip("rapidocr", reason="pip install 'needlepoint[ocr]'")

ANSWER = "eighteen months"
QUESTION = "How often is the lamp of the light changed?"


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory):
    """The cache of what OCR reads is empty at first, and no other test's."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NEEDLEPOINT_CACHE", str(folder))
        patch.delenv("NEEDLEPOINT_OCR", raising=False)
        yield folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A file of each kind, with the same two pages where there can be two."""
    folder = tmp_path_factory.mktemp("scans")
    pictures = [drawn(lines) for lines in PAGES]
    for name, make in KINDS.items():
        (folder / name).write_bytes(make(pictures))
    return folder


@pytest.fixture(scope="module")
def service(tmp_path_factory, folder):
    store = tmp_path_factory.mktemp("scans-store")
    with Service(settings=dataclasses.replace(Settings.from_environment(), store=store)) as service:
        assert service.index([folder]).in_state("skipped") == []
        yield service


def read(path):
    """Read a file, and return its document with how many pages OCR has read for it."""
    asked = []
    with page_progress(lambda path, done, total: asked.append(done)):
        return read_document(path), len(asked)


def boxes(path, document, words, number=1):
    page = document.meta["pages"][number - 1]
    text = document.text[page["start"] : page["end"]]
    start = text.index(words)
    shown = page_picture(WantedPage(path, number, text, start, start + len(words), is_scan=True), 900)
    return shown, Image.open(io.BytesIO(shown.png))


def overlap(box, true):
    """Return the share that two boxes have of all that they cover."""
    width, height = (min(box[at + 2], true[at + 2]) - max(box[at], true[at]) for at in (0, 1))
    shared = max(width, 0) * max(height, 0)
    areas = [(each[2] - each[0]) * (each[3] - each[1]) for each in (box, true)]
    return shared / (sum(areas) - shared)


@pytest.mark.parametrize("kind", KINDS)
class TestEveryKind:
    def test_its_words_are_evidence(self, service, kind):
        record = service.document(kind)
        assert record.meta["read_by_ocr"].startswith("page")
        assert record.meta.get("unread") == []
        answer = service.ask(QUESTION, filters={"name": kind}).answers[0]
        assert ANSWER in answer.text
        place = answer.places[0]
        text, start = service.text(record.id), place.passage.meta["start"]
        assert text[start + place.start : start + place.end] == answer.text
        assert all(line in text for line in PAGES[0])
        for passage in service.store.get_all_documents(index="document", filters={"document_id": record.id}):
            assert text[passage.meta["start"] : passage.meta["end"]] == passage.content

    def test_the_quote_is_boxed_where_it_stands(self, service, folder, kind):
        document, asked = read(folder / kind)
        assert asked == 0
        shown, _ = boxes(folder / kind, document, ANSWER)
        (box,) = shown.boxes
        assert overlap(box, place_of(ANSWER, PAGES[0])) > 0.5

    def test_indexing_again_changes_nothing_and_reads_nothing(self, service, folder, kind):
        before = service.document(kind)
        asked = []
        with page_progress(lambda path, done, total: asked.append(path)):
            (outcome,) = service.index([folder / kind]).outcomes
        assert (outcome.state, asked) == ("unchanged", [])
        assert service.document(kind) == before


def test_each_page_has_its_own_text_and_certainty(service):
    record = service.document("fax.tif")
    pages = service.texts.pages(record.id)
    assert [PAGES[number][1] in service.text(record.id, page=number + 1) for number in (0, 1)] == [True, True]
    assert all(0.9 < page.confidence <= 1 for page in pages)


def test_the_service_shows_and_adds_scans(service, folder, tmp_path):
    with TestClient(create_app(service), base_url="http://localhost") as client:
        record = service.document("scan.jpg")
        shown = client.get(f"/documents/{record.id}").json()
        assert shown["has_picture"]
        assert 0.9 < shown["page_list"][0]["confidence"] <= 1
        start = service.text(record.id).index(ANSWER)
        marked = {"highlight": f"{start}-{start + len(ANSWER)}"}
        picture = client.get(f"/documents/{record.id}/pages/1.png", params=marked)
        assert overlap(json.loads(picture.headers["X-Boxes"])[0], place_of(ANSWER, PAGES[0])) > 0.5
        files = [("files", ("added.png", saved([drawn(["The quay was paved in 1931."])], "PNG")))]
        job = client.post("/documents", files=files).json()
        eventually(lambda: client.get(job["url"]).json()["state"] == "done")
        assert client.get(job["url"]).json()["files"][0].get("reason") is None
        assert "paved in 1931" in service.text("added.png")
        service.delete(["added.png"])


def test_a_scan_goes_when_it_is_deleted(service, folder, tmp_path):
    path = tmp_path / "gone.png"
    path.write_bytes((folder / "scan.png").read_bytes())
    service.index([path])
    assert service.delete(["gone.png"]) == 1
    assert "gone.png" not in [record.meta["name"] for record in service.documents()]


def test_what_ocr_read_of_a_scan_goes_when_it_is_deleted(service, tmp_path):
    path = tmp_path / "secret.png"
    path.write_bytes(saved([drawn(("The dismissal of Kari Solheim", "is to stay secret until June."))], "PNG"))
    kept = kept_pages()
    service.index([path])
    assert kept_pages() == kept + 1
    assert service.delete(["secret.png"]) == 1
    assert kept_pages() == kept


def kept_pages():
    with closing(sqlite3.connect(os.environ["NEEDLEPOINT_CACHE"] + "/ocr.sqlite")) as database:
        return database.execute("SELECT count(*) FROM pages").fetchone()[0]


def test_a_file_with_one_more_page_has_only_that_page_read(folder, tmp_path):
    read_document(folder / "fax.tif")
    third = ("An annex", "The harbour was dredged in 1931.")
    path = tmp_path / "more.tif"
    path.write_bytes(fax([*(drawn(lines) for lines in PAGES), drawn(third)]))
    before = kept_pages()
    document, asked = read(path)
    assert kept_pages() == before + 1
    assert asked == 3  # they were drawn and compared
    assert third[1] in document.text


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_that_lies_on_its_side_is_turned(tmp_path, turn):
    path = tmp_path / "turned.png"
    path.write_bytes(saved([drawn(PAGES[0], turn=turn)], "PNG"))
    document, _ = read(path)
    assert all(line in document.text for line in PAGES[0])
    shown, picture = boxes(path, document, ANSWER)
    assert overlap(shown.boxes[0], place_of(ANSWER, PAGES[0])) > 0.5
    assert picture.width > picture.height


def test_lines_that_lean_are_read_in_order_and_boxed_word_by_word(tmp_path):
    path = tmp_path / "leaning.pdf"
    path.write_bytes(scan_pdf([drawn(PAGES[0], lean=2.0)]))
    document, _ = read(path)
    assert [line for line in PAGES[0] if line in document.text] == list(PAGES[0])
    shown, _ = boxes(path, document, ANSWER)
    assert len(shown.boxes) == 2
    assert shown.boxes[1][1] > shown.boxes[0][1]


def test_only_pages_without_text_are_read(make_mixed):
    path = make_mixed("Printed text stands on this page.", drawn(PAGES[0]))
    document, asked = read(path)
    assert asked == 1
    assert document.meta["read_by_ocr"] == "page 2"
    assert [page.get("confidence") is None for page in document.meta["pages"]] == [True, False]


def test_of_a_print_in_xps_only_the_scanned_pages_are_read_and_drawn(tmp_path):
    width, height = (side * 96 / DPI for side in SIZE)
    pages = [glyphs("Printed text stands here.", 96, 96), painted("/scan.png", (0, 0, width, height))]
    scan = saved([drawn(PAGES[0])], "PNG")
    (tmp_path / "mixed.xps").write_bytes(zipped(xps_members(pages, size=(width, height)) | {"scan.png": scan}))
    (tmp_path / "text.xps").write_bytes(xps(pages[:1]))
    settings = dataclasses.replace(Settings.from_environment(), store=tmp_path / "store")
    with Service(settings=settings) as service:
        service.index([tmp_path / "mixed.xps", tmp_path / "text.xps"])
        mixed, text = service.document("mixed.xps"), service.document("text.xps")
        assert mixed.meta["read_by_ocr"] == "page 2"
        assert service.text(mixed.id, page=1) == "Printed text stands here."
        with TestClient(create_app(service), base_url="http://localhost") as client:
            assert [client.get(f"/documents/{each.id}").json()["has_picture"] for each in (mixed, text)] == [
                True,
                False,
            ]
            pictures = [client.get(f"/documents/{mixed.id}/pages/{number}.png") for number in (1, 2)]
            assert [picture.status_code for picture in pictures] == [404, 200]
            assert "only its text can be shown" in pictures[0].text


@pytest.fixture
def make_mixed(tmp_path):
    """Write a PDF of pages, each a line of text or a picture."""
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    def make(*pages):
        canvas = Canvas(str(tmp_path / "mixed.pdf"), pagesize=(600, 363))
        for page in pages:
            if isinstance(page, str):
                canvas.drawString(72, 300, page)
            else:
                canvas.drawImage(ImageReader(page.convert("RGB")), 0, 0, 600, 363)
            canvas.showPage()
        canvas.save()
        return tmp_path / "mixed.pdf"

    return make


KILLED = """
import os, signal, sys
from needlepoint.files.documents import read_document
from needlepoint.files.workers.reading_ahead import page_progress
def killed(path, done, total):
    os.kill(os.getpid(), signal.SIGKILL)
with page_progress(killed):
    read_document(sys.argv[1])
"""


def test_after_kill_nine_only_the_other_pages_are_read(tmp_path, monkeypatch):
    monkeypatch.setenv("NEEDLEPOINT_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "long.tif"
    path.write_bytes(fax([drawn([f"Sheet {number} of the log", "The wind was fair."]) for number in range(1, 5)]))
    run = run_command(path, code=KILLED)
    assert run.returncode == -signal.SIGKILL, run.stderr
    document, asked = read(path)
    assert 1 <= asked < 4
    assert [f"Sheet {number} of the log" in document.text for number in range(1, 5)] == [True] * 4


# --- bad input


def broken_tiff():
    """Return a TIFF of three pages, of which the second one's picture is cut off."""
    data = bytearray(saved([drawn(PAGES[0]), drawn(PAGES[1]), drawn(PAGES[1])], "TIFF"))
    with Image.open(io.BytesIO(data)) as image:
        image.seek(1)
        offset = image.tag_v2[273][0]
    place = data.index(offset.to_bytes(4, "little"))
    data[place : place + 4] = (len(data) + 10_000).to_bytes(4, "little")
    return bytes(data)


def test_a_bad_page_costs_itself_alone(tmp_path):
    path = tmp_path / "broken.tif"
    path.write_bytes(broken_tiff())
    document, _ = read(path)
    (line,) = document.meta["unread"]
    assert line.startswith("page 2: a picture without text: the image is damaged")
    assert PAGES[0][1] in document.text
    assert PAGES[1][1] in document.text


HUGE = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (100_000).to_bytes(4, "big") * 2 + b"\x08\0\0\0\0" + b"\x0e\x8f\x0c\x57"


@pytest.mark.parametrize(
    ("name", "make", "reason"),
    [
        ("huge.png", lambda: HUGE + bytes(100), "damaged or was cut short|million pixels"),
        ("endless.tif", lambda: endless_tiff(30_000), "more than 10,000 pages"),
        ("cut.jpg", lambda: saved([drawn(PAGES[0])], "JPEG")[:3_000], "damaged or was cut short"),
        ("blank.png", lambda: saved([drawn([])], "PNG"), "OCR found no text"),
        ("coarse.png", lambda: saved([drawn(PAGES[0]).resize((83, 50))], "PNG"), "OCR found no text"),
    ],
)
def test_what_cannot_be_read_has_one_line_and_its_neighbour_is_read(tmp_path, name, make, reason):
    (tmp_path / name).write_bytes(make())
    (tmp_path / "good.txt").write_text("The pier is 412 metres long.")
    bad, good = read_documents([tmp_path / name, tmp_path / "good.txt"], [{}, {}])
    assert isinstance(bad, UnreadableFileError)
    assert re.search(reason, str(bad))
    assert good.text == "The pier is 412 metres long."


def test_a_page_of_a_hundred_thousand_pixels_is_drawn_small(tmp_path):
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    side = 14_400  # points, the largest that a PDF may have; at 500 dpi, 100,000 pixels
    canvas = Canvas(str(tmp_path / "poster.pdf"), pagesize=(side, side))
    canvas.drawImage(ImageReader(drawn(PAGES[0], (2_600, 2_600), scale=2.5).convert("RGB")), 0, 0, side, side)
    canvas.save()
    document, asked = read(tmp_path / "poster.pdf")
    assert asked == 1
    assert PAGES[0][1] in document.text


@pytest.fixture
def limited(monkeypatch, tmp_path):
    """Set the limits of the shared pool for one test, with an empty cache."""

    def renew():
        if shared_pool.cache_info().currsize:
            shared_pool().close()
        shared_pool.cache_clear()

    def set_(**limits):
        monkeypatch.setenv("NEEDLEPOINT_CACHE", str(tmp_path / "empty"))
        for name, value in limits.items():
            monkeypatch.setenv(f"NEEDLEPOINT_FILE_{name.upper()}", str(value))
        renew()

    yield set_
    renew()


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        ({"timeout_s": 1}, "reading it by OCR took more than 1 s"),
        ({"memory_mb": 300}, "reading it by OCR needs more than 300 MB of memory"),
    ],
)
def test_ocr_that_takes_too_much_is_stopped_and_said(limited, tmp_path, monkeypatch, limits, reason):
    drawn(PAGES[0], (2_600, 2_600), scale=2.5).save(tmp_path / "scan.png")  # takes more than 700 MB
    monkeypatch.setattr("needlepoint.files.workers.limits._LEAST_OCR_MEMORY_MB", 300)
    limited(**limits)
    with pytest.raises(UnreadableFileError, match=reason):
        read_document(tmp_path / "scan.png")


@pytest.mark.parametrize("name", ["scan.png", "scan.pdf"])
def test_without_ocr_one_line_says_what_to_do(folder, monkeypatch, name):
    monkeypatch.setenv("NEEDLEPOINT_OCR", "off")
    with pytest.raises(UnreadableFileError, match="to read it, unset NEEDLEPOINT_OCR"):
        read_document(folder / name)


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")
@pytest.mark.parametrize("turn", [0, 180])
def test_tesseract_reads_too_where_it_is_installed(tmp_path, monkeypatch, turn):
    monkeypatch.setenv("NEEDLEPOINT_OCR", "tesseract")
    path = tmp_path / "page.png"
    lines = [*PAGES[0], *PAGES[1]]
    path.write_bytes(saved([drawn(lines, turn=turn)], "PNG"))
    document, asked = read(path)
    assert asked == 1
    assert PAGES[0][1] in document.text
    shown, _ = boxes(path, document, ANSWER)
    assert overlap(shown.boxes[0], place_of(ANSWER, lines)) > 0.5
