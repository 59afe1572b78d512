"""The node on real documents and on broken ones beside them."""

import tarfile
from pathlib import Path

import pytest

from needlepoint.files.pdf.boxes import page_boxes
from needlepoint.nodes.file_converter import FileConverter
from needlepoint.text.paging import join_pages

DOCUMENTS = Path(__file__).parents[4] / "shared" / "data" / "documents"


@pytest.fixture(scope="module")
def unpack(tmp_path_factory):
    """Unpack a set of the sample documents once and return its files."""

    def of(name, suffix="*"):
        packed = DOCUMENTS / f"{name}.tar.xz"
        if not packed.is_file():
            pytest.skip(f"the sample documents ({packed}) are not there")
        folder = tmp_path_factory.getbasetemp() / name
        if not folder.is_dir():
            with tarfile.open(packed) as archive:
                archive.extraction_filter = getattr(tarfile, "data_filter", None)  # Python before 3.11.4 has none
                archive.extractall(folder)
        return sorted(path for path in folder.rglob(f"*.{suffix}") if path.name != "index.json")

    return of


@pytest.fixture
def converter():
    return FileConverter()


@pytest.fixture
def three_files(tmp_path):
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "good.txt").write_text("one\ftwo")
    (folder / "bad.pdf").write_bytes(b"%PDF-1.4 nothing")
    (folder / "also.md").write_text("# Title\n\ntext")
    return [folder / name for name in ("good.txt", "bad.pdf", "also.md")]


def test_a_bad_file_stops_nothing(converter, three_files):
    output, edge = converter.run(file_paths=three_files)
    assert edge == "output_1"
    assert [document.content for document in output["documents"]] == ["one\ftwo", "Title\n\ntext"]
    assert [skipped["path"] for skipped in output["skipped"]] == [str(three_files[1])]
    assert "damaged" in output["skipped"][0]["reason"]


def test_the_metadata_of_a_document(converter, three_files):
    (document,) = converter.run(file_paths=str(three_files[0]))[0]["documents"]
    assert document.id == document.meta["document_id"]
    assert {key: document.meta[key] for key in ("name", "folder", "type", "size", "title")} == {
        "name": "good.txt",
        "folder": "reports",
        "type": "text",
        "size": 7,
        "title": None,
    }
    assert document.meta["path"] == str(three_files[0])
    assert document.meta["date"] is None, "the day of the file is not the document's"
    assert document.meta["pages"] == [
        {"number": 1, "start": 0, "end": 3, "title": None},
        {"number": 2, "start": 4, "end": 7, "title": None},
    ]


def test_every_file_has_a_dict_of_its_own(converter, three_files):
    shared = {"client": "Tarvay"}
    first, second = converter.run(file_paths=three_files, meta=shared)[0]["documents"]
    first.meta["client"] = "changed"
    assert second.meta["client"] == shared["client"] == "Tarvay"
    assert (first.meta["name"], second.meta["name"]) == ("good.txt", "also.md")


def test_the_callers_keys_win_but_not_over_what_the_file_is(converter, three_files):
    mine = {
        "title": "Mine",
        "date": "1999-01-01",
        "path": "elsewhere",
        "document_id": "x",
        "size": 0,
        "type": "y",
        "pages": [],
    }
    plain, _ = converter.run(file_paths=three_files)[0]["documents"]
    document, other = converter.run(file_paths=three_files, meta=[mine, None, None])[0]["documents"]
    assert (document.meta["title"], document.meta["date"]) == ("Mine", "1999-01-01")
    for key in ("path", "document_id", "size", "type", "pages"):
        assert document.meta[key] == plain.meta[key]
    assert other.meta["title"] == "Title"


def test_the_number_of_metadata_must_fit(converter, three_files):
    with pytest.raises(ValueError, match="got 1 entries for 3 files"):
        converter.run(file_paths=three_files, meta=[{}])
    with pytest.raises(ValueError, match="max_pages must be at least 1, got 0"):
        FileConverter(max_pages=0)


def test_no_files_are_no_documents(converter):
    assert converter.run(file_paths=[])[0] == {"documents": [], "skipped": []}


def test_a_batch_is_the_same_as_a_run(converter, three_files):
    assert converter.run_batch(file_paths=three_files) == converter.run(file_paths=three_files)


def test_the_id_belongs_to_name_and_content(converter, three_files):
    first = converter.run(file_paths=three_files[0])[0]["documents"][0].id
    moved = three_files[0].rename(three_files[0].parent.parent / "good.txt")
    assert converter.run(file_paths=moved)[0]["documents"][0].id == first
    renamed = moved.rename(moved.with_name("other.txt"))
    assert converter.run(file_paths=renamed)[0]["documents"][0].id != first


def test_every_sample_is_read_but_the_one_with_a_password(converter, unpack):
    output, _ = converter.run(file_paths=unpack("mixed"))
    assert [Path(skipped["path"]).name for skipped in output["skipped"]] == ["encrypted_password_openpassword.pdf"]
    assert "remove the password" in output["skipped"][0]["reason"]
    by_name = {document.meta["name"]: document for document in output["documents"]}
    assert "measuring the similarity between" in by_name["dense_passage_retrieval_acl2020.pdf"].content
    assert "Revenue: US$211.9 billion (2023)." in by_name["wikipedia_microsoft.html"].content
    assert "Leaves; Food: Ash, Elm, Maple; Calories per portion: 50." in by_name["word_sample.docx"].content
    assert len(by_name["irs_manual_2.3.59_400p.pdf"].meta["pages"]) == 400
    for document in output["documents"]:
        pages = [(page["start"], page["end"]) for page in document.meta["pages"]]
        assert join_pages((start, end, document.content[start:end]) for start, end in pages) == document.content
        assert not set(document.content) & set("\0\r\ufffe")


def test_an_answer_is_found_again_on_its_page(converter, unpack):
    (path,) = (path for path in unpack("mixed", "pdf") if path.name.startswith("dense_passage"))
    (document,) = converter.run(file_paths=path)[0]["documents"]
    answer = "measuring the similarity between a question and a passage"
    start = document.content.index(answer)
    page = next(page for page in document.meta["pages"] if page["start"] <= start < page["end"])
    boxes = page_boxes(path, page["number"], start - page["start"], start - page["start"] + len(answer))
    assert page["number"] == 3
    assert len(boxes) == 2  # the word is cut at the end of the first line
    for left, top, right, bottom in boxes:
        assert 60 < left < right < 300  # the left column
        assert 8 < bottom - top < 20
    assert boxes[0][3] < boxes[1][3] + 1
    assert boxes[0][2] > 280  # to the right margin
    assert boxes[1][0] == pytest.approx(71, abs=2)  # from the left one


def test_hundreds_of_text_files_are_read(converter, unpack):
    paths = unpack("explore_the_world", "txt")
    output, _ = converter.run(file_paths=paths)
    assert len(output["documents"]) == len(paths) == 455


def test_haystack_finds_the_node_by_its_name(three_files, tmp_path):
    from haystack import Pipeline

    definition = tmp_path / "indexing.haystack-pipeline.yml"
    definition.write_text(
        "version: ignore\n"
        "components: [{name: Converter, type: FileConverter, params: {max_characters: 5}}]\n"
        "pipelines: [{name: indexing, nodes: [{name: Converter, inputs: [File]}]}]\n"
    )
    output = Pipeline.load_from_yaml(definition).run(file_paths=three_files)
    assert output["documents"] == []
    assert "more than 5 characters" in output["skipped"][0]["reason"]


def test_files_that_no_single_reader_foresaw_come_through(converter, tmp_path):
    long = "clause " * 30_000
    japanese = "契約は署名の日から効力を生じる。"
    files = {
        "comments.txt": b"<!-- built by a machine -->\n" * 200 + b"A plain note.",
        "cells.csv": f"Contract;Text;Year\nRent;{long};1\nSale;short;2\n".encode(),
        "chinese.txt": ("甲方应当在三十日内支付货款。" * 3 + "\n").encode("gb18030") * 1500,
        "japanese.html": f"<html><meta charset=iso-2022-jp><p>{japanese}</p></html>".encode("iso2022_jp"),
        "marked.eml": b"\xef\xbb\xbfFrom: a@b.example\nSubject: Rent\nContent-Type: text/plain; charset=iso-2022-jp\n\n"
        + japanese.encode("iso2022_jp"),
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    output, _ = converter.run(file_paths=[tmp_path / name for name in files])
    assert output["skipped"] == []
    comments, cells, chinese, page, mail = (document.content for document in output["documents"])
    assert comments.endswith("A plain note.")
    assert cells.endswith("Contract: Sale; Text: short; Year: 2.")
    assert chinese.count("甲方应当在三十日内支付货款。") == 4500
    assert page == japanese
    assert mail == f"From: a@b.example\nSubject: Rent\n\n{japanese}"
