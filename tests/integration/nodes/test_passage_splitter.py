import pandas as pd
import pytest
from haystack import Document, Pipeline

import needlepoint.nodes  # noqa: F401 - prepares Haystack
from needlepoint.nodes.passage_splitter import PassageSplitter
from needlepoint.text.marks import Mark, MarkKind, marks_to_text

TEXT = "The fee is EUR 5. It is due on the first day of the month.\fThe term is one year. It renews\fby itself. Bye."


def source(**meta):
    return Document(content=TEXT, id="source-1", meta=meta)


def test_passages_know_their_place():
    pages = [
        {"number": 1, "start": 0, "end": 58, "title": "Fees"},
        {"number": 2, "start": 59, "end": 90, "title": None},
        {"number": 3, "start": 91, "end": 107, "title": "Term"},
    ]
    document = source(document_id="d1", name="contract.pdf", pages=pages, type="pdf")
    output, edge = PassageSplitter().run([document])
    assert edge == "output_1"
    assert output["sources"] == [document]
    assert document.meta["pages"] is pages
    for passage in output["documents"]:
        assert document.content[passage.meta["start"] : passage.meta["end"]] == passage.content
        assert "pages" not in passage.meta
        assert (passage.meta["document_id"], passage.meta["name"], passage.meta["type"]) == (
            "d1",
            "contract.pdf",
            "pdf",
        )
    assert [p.meta["page"] for p in output["documents"]] == [1, 2, 3]
    assert [p.meta.get("section") for p in output["documents"]] == ["Fees", None, "Term"]
    assert output["documents"][1].content == "The term is one year. It renews\fby itself."


def test_every_passage_has_its_own_meta():
    one, other, *_ = PassageSplitter().run([source(name="a")])[0]["documents"]
    one.meta["name"] = "changed"
    assert other.meta["name"] == "a"


def test_ids_come_from_document_place_and_content():
    split = PassageSplitter()
    first = [p.id for p in split.run([source(document_id="d1")])[0]["documents"]]
    assert first == [p.id for p in split.run([source(document_id="d1", name="renamed")])[0]["documents"]]
    assert len(set(first)) == 3
    assert all(len(identity) == 32 for identity in first)
    other = [p.id for p in split.run([source(document_id="d2")])[0]["documents"]]
    assert not set(first) & set(other)
    repeated = split.run([Document(content="Same words.\fSame words.")])[0]["documents"]
    assert repeated[0].content == repeated[1].content
    assert repeated[0].id != repeated[1].id


def test_any_haystack_document_will_do():
    document = Document(content="Just words.")
    (passage,) = PassageSplitter().run([document])[0]["documents"]
    assert passage.meta == {"document_id": document.id, "start": 0, "end": 11, "page": 1, "opening": "Just words."}
    odd = Document(content="Just words.", meta={"pages": "12", "section": "old"})
    (passage,) = PassageSplitter().run([odd])[0]["documents"]
    assert passage.meta == {"document_id": odd.id, "start": 0, "end": 11, "page": 1, "opening": "Just words."}


def test_every_passage_carries_the_documents_beginning():
    text = "Lease\n\n between  Ms Ode and Mr Quill. " + "They agree as follows. " * 60 + "Kent law governs."
    passages = PassageSplitter(opening_characters=36).run([Document(content=text)])[0]["documents"]
    assert len(passages) > 1
    assert {passage.meta["opening"] for passage in passages} == {"Lease between Ms Ode and Mr Quill."}
    (unbroken,) = PassageSplitter(opening_characters=3).run([Document(content="東京都の交通")])[0]["documents"]
    assert unbroken.meta["opening"] == "東京都"
    (own,) = PassageSplitter().run([Document(content="A text.", meta={"opening": "given"})])[0]["documents"]
    assert own.meta["opening"] == "given"
    (without,) = PassageSplitter(opening_characters=0).run([Document(content="A text.")])[0]["documents"]
    assert "opening" not in without.meta


@pytest.mark.parametrize("content", ["", " \n\f\t\u3000 "])
def test_nothing_to_read_gives_no_passages(content):
    document = Document(content=content, id="empty")
    assert PassageSplitter().run([document])[0] == {"documents": [], "sources": [document]}


def test_no_documents():
    assert PassageSplitter().run([]) == ({"documents": [], "sources": []}, "output_1")
    assert PassageSplitter().run_batch([]) == ({"documents": [], "sources": []}, "output_1")


def test_a_table_is_refused_by_name():
    table = Document(content=pd.DataFrame({"a": [1]}), content_type="table", id="table-7")
    with pytest.raises(ValueError, match="document table-7 is of content_type 'table'"):
        PassageSplitter().run([table])


@pytest.mark.parametrize("options", [{"max_words": 0}, {"overlap_sentences": -1}, {"opening_characters": -1}])
def test_numbers_are_checked_at_once(options):
    (name,) = options
    with pytest.raises(ValueError, match=name):
        PassageSplitter(**options)


def test_parameters_reach_the_splitting():
    document = Document(content="One two three. Four five six. Seven eight nine.")
    split = PassageSplitter(max_words=6, overlap_sentences=0).run([document])[0]["documents"]
    assert [p.content for p in split] == ["One two three. Four five six.", "Seven eight nine."]
    split = PassageSplitter(max_words=6, overlap_sentences=1).run([document])[0]["documents"]
    assert [p.content for p in split] == ["One two three. Four five six.", "Four five six. Seven eight nine."]


def test_run_batch_gives_what_run_gives():
    splitter = PassageSplitter()
    one, other = source(document_id="d1"), Document(content="Other words.")
    flat = splitter.run([one, other])[0]["documents"]
    assert splitter.run_batch([one, other])[0]["documents"] == flat
    groups = splitter.run_batch([[one], [], [other]])[0]
    assert groups["documents"] == [flat[:3], [], flat[3:]]
    assert groups["sources"] == [[one], [], [other]]


def test_it_runs_from_yaml(tmp_path):
    file = tmp_path / "split.haystack-pipeline.yml"
    file.write_text(
        "version: ignore\n"
        "components:\n"
        "  - name: Splitter\n"
        "    type: PassageSplitter\n"
        "    params: {max_words: 6, overlap_sentences: 0}\n"
        "pipelines:\n"
        "  - name: indexing\n"
        "    nodes:\n"
        "      - {name: Splitter, inputs: [File]}\n"
    )
    pipeline = Pipeline.load_from_yaml(file, pipeline_name="indexing")
    output = pipeline.run(documents=[Document(content="One two three. Four five six. Seven eight nine.")])
    assert [p.content for p in output["documents"]] == ["One two three. Four five six.", "Seven eight nine."]
    assert len(output["sources"]) == 1


def test_a_row_is_a_passage_that_is_found_by_its_caption_and_no_other_rows():
    text = "Fleet of Fjordlink\nVessel: Sula.\nVessel: Grip."
    rows = [Mark(19, 32, MarkKind.ROW, "Ferries in 2024"), Mark(33, 46, MarkKind.ROW)]
    marks = marks_to_text(rows)
    document = Document(content=text, meta={"marks": marks, "unread": ["a picture"]})
    head, sula, grip = PassageSplitter().run([document])[0]["documents"]
    assert [head.content, sula.content, grip.content] == text.split("\n")
    assert sula.meta["opening"] == "Ferries in 2024 Fleet of Fjordlink"
    assert grip.meta["opening"] == head.meta["opening"] == "Fleet of Fjordlink"
    assert [each.meta.get("kind") for each in (head, sula, grip)] == [None, "row", "row"]
    assert not {"marks", "unread"} & sula.meta.keys()
