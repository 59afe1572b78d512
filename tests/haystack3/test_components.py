"""The components by themselves: what they return, their asynchronous twins, what they refuse, how they are written down."""

import asyncio
import json

import pytest
from haystack import Document
from haystack.core.serialization import component_from_dict, component_to_dict
from haystack.dataclasses import ByteStream
from haystack.document_stores.errors import DocumentStoreError
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack.document_stores.types import FilterPolicy

from haystack_integrations.components.converters.needlepoint import FileConverter
from haystack_integrations.components.embedders.needlepoint import OnnxDocumentEmbedder, OnnxTextEmbedder
from haystack_integrations.components.preprocessors.needlepoint import PassageSplitter
from haystack_integrations.components.readers.needlepoint import OnnxReader
from haystack_integrations.components.retrievers.needlepoint import (
    NeedlepointBM25Retriever,
    NeedlepointEmbeddingRetriever,
    NeedlepointHybridRetriever,
)
from haystack_integrations.components.writers.needlepoint import CollectionWriter
from needlepoint.errors import ModelError

TEXT = (
    "The ferry Juniper left the pier at 7:40 on 3 May 2019. Captain Ida Moreau turned back because a bearing overheated.\f"
    "Tickets were refunded by the harbour office the same week."
)
OTHER = "Halder & Sons spun wool in the valley from 1871. Ruth Halder switched to carpet yarn after the war."


@pytest.fixture(scope="module")
def reader(reader_folder):
    return OnnxReader(str(reader_folder), precision="fp32")


def assert_exact(answers):
    for answer in answers:
        if answer.document is None:
            assert (answer.data, answer.document_offset, answer.context_offset, answer.context) == (None,) * 4
            continue
        place, inner = answer.document_offset, answer.context_offset
        assert answer.document.content[place.start : place.end] == answer.data
        assert answer.context[inner.start : inner.end] == answer.data
        assert answer.context in answer.document.content


# Reader


def test_an_answer_has_place_context_page_and_probability(reader):
    document = Document(content=TEXT, meta={"page": 4, "start": 1000})
    answers = reader.run("Who refunded the tickets?", [document])["answers"]
    best = answers[0]
    assert "harbour office" in best.data
    assert best.query == "Who refunded the tickets?"
    assert best.document is document
    start = TEXT.index(best.data)
    assert best.meta == {
        "document_ids": [document.id],
        "answer_page_number": 5,
        "source_start": 1000 + start,
        "source_end": 1000 + start + len(best.data),
    }
    assert [answer.score for answer in answers] == sorted((answer.score for answer in answers), reverse=True)
    assert_exact(answers)


def test_not_found_is_an_answer_by_its_calibrated_probability(reader):
    answers = reader.run("Who was the captain?", [Document(content=TEXT)])["answers"]
    (not_found,) = [answer for answer in answers if answer.data is None]
    assert answers[0].data == "Ida Moreau"
    assert answers[0].score > 0.5 > not_found.score
    assert not_found.score == reader._reader.calibration.no_answer_probability(answers[0].score)
    answers = reader.run("What is the capital of Mongolia?", [Document(content=TEXT), Document(content=OTHER)])[
        "answers"
    ]
    assert answers[0].data is None
    assert_exact(answers)


def test_nothing_to_read_is_surely_not_found(reader):
    for documents in ([], [Document(content="")], [Document(content=" \n")], [Document(meta={"name": "scan.png"})]):
        (answer,) = reader.run("Who?", documents)["answers"]
        assert (answer.data, answer.score) == (None, 1.0)
        assert reader.run("Who?", documents, no_answer=False)["answers"] == []


def test_a_text_of_several_documents_is_one_answer(reader):
    documents = [Document(id="a", content=TEXT), Document(id="b", content=OTHER), Document(id="c", content=TEXT)]
    answers = reader.run("Who was the captain?", documents)["answers"]
    (best,) = [answer for answer in answers if answer.data == "Ida Moreau"]
    assert best.document.id == "a"
    assert best.meta["document_ids"] == ["a", "c"]


def test_bounds_of_a_run(reader):
    documents = [Document(content=TEXT), Document(content=OTHER)]
    assert len(reader.run("Who was the captain?", documents, top_k=1)["answers"]) == 1
    assert [
        answer.data for answer in reader.run("Who was the captain?", documents, score_threshold=0.5)["answers"]
    ] == ["Ida Moreau"]
    with pytest.raises(ValueError, match="top_k must be at least 1, got 0"):
        reader.run("Who?", documents, top_k=0)


def test_the_reader_is_told_which_document_a_passage_is_from(reader_folder):
    clause = (
        "12.3 This Agreement shall be construed and in all respects governed by the laws of the State of Washington."
    )
    opening = "This Software Hosting Agreement is made by Inktomi Corporation and Microsoft."
    reader = OnnxReader(str(reader_folder), precision="fp32", context_fields=["opening"])
    scores = []
    for meta in ({}, {"opening": opening}):
        question = "Which law governs the Inktomi software hosting agreement?"
        answers = reader.run(question, [Document(content=clause, meta=meta)])["answers"]
        scores.append({answer.data: answer.score for answer in answers}["State of Washington"])
    assert scores[1] > scores[0] + 0.1


def test_a_missing_model_is_an_error_at_warm_up(tmp_path):
    with pytest.raises(ModelError, match="no model folder"):
        OnnxReader(str(tmp_path / "nothing")).warm_up()


@pytest.mark.parametrize(
    "parameters",
    [
        {"top_k": 0},
        {"top_k_per_document": 0},
        {"max_seq_length": 128, "stride": 64},
        {"precision": "fp8"},
        {"context_fields": "title"},
    ],
)
def test_arguments_of_the_reader(parameters):
    with pytest.raises(ValueError, match=r"top_k|doc_stride|precision|context_fields"):
        OnnxReader(**parameters)


# Retrievers


@pytest.fixture
def store(make_store):
    store = make_store("tantivy")
    store.write_documents(
        [
            Document(id=str(n), content=f"text number {n}", meta={"n": n}, embedding=[float(n == 7), 1.0])
            for n in range(9)
        ]
    )
    return store


def test_filters_of_the_retriever_and_of_the_run(store):
    few = {"field": "meta.n", "operator": "<", "value": 3}
    odd = {"field": "meta.n", "operator": "in", "value": [1, 3, 5, 7]}
    replacing = NeedlepointBM25Retriever(store, filters=few)
    merging = NeedlepointBM25Retriever(store, filters=few, filter_policy="merge")

    def found(retriever, filters=None):
        return sorted(document.id for document in retriever.run("number", filters=filters)["documents"])

    assert found(replacing) == ["0", "1", "2"]
    assert found(replacing, odd) == ["1", "3", "5", "7"]
    assert found(merging, odd) == ["1", "3", "5", "7"]  # a condition on the same field takes the other's place
    assert found(merging, {"field": "id", "operator": "!=", "value": "1"}) == ["0", "2"]
    assert merging.filter_policy is FilterPolicy.MERGE


def test_top_k_of_none_and_of_all(store):
    words = NeedlepointBM25Retriever(store, top_k=5)
    hybrid = NeedlepointHybridRetriever(store, top_k=5, candidates=8)
    for ask in (words.run, lambda query, **given: hybrid.run(query, [0.0, 1.0], **given)):
        assert len(ask("number 7")["documents"]) == 5
        assert len(ask("number 7", top_k=30)["documents"]) == 9
        assert ask("number 7", top_k=0)["documents"] == []


def test_the_first_place_in_both_rankings_scores_one(store):
    retriever = NeedlepointHybridRetriever(store)
    first, *others = retriever.run("number 7", [1.0, 0.0])["documents"]
    assert (first.id, first.score) == ("7", pytest.approx(1.0))
    assert all(0 < document.score < 1 for document in others)
    unscaled = NeedlepointHybridRetriever(store, scale_score=False).run("number 7", [1.0, 0.0])["documents"]
    assert unscaled[0].score == pytest.approx(2 / 61)


def test_meaning_alone(store):
    first, *others = NeedlepointEmbeddingRetriever(store).run([1.0, 0.0])["documents"]
    assert first.id == "7"
    assert others[0].score == pytest.approx(0.5)
    with pytest.raises(ValueError, match="must have 2 numbers"):
        NeedlepointEmbeddingRetriever(store).run([1.0])


@pytest.mark.parametrize(
    "retriever", [NeedlepointBM25Retriever, NeedlepointEmbeddingRetriever, NeedlepointHybridRetriever]
)
def test_arguments_of_retrievers(store, retriever):
    with pytest.raises(ValueError, match="top_k must be 0 or more, got -1"):
        retriever(store, top_k=-1)
    with pytest.raises(ValueError, match=r"TantivyDocumentStore or an ElasticsearchStore .*got InMemoryDocumentStore"):
        retriever(InMemoryDocumentStore())


# Converter and splitter


def test_files_become_documents_with_pages_title_and_date(tmp_path):
    page = tmp_path / "notice.html"
    page.write_text("<html><head><title>Fares</title></head><body><p>A ticket costs 4 euros.</p></body></html>")
    damaged = tmp_path / "broken.docx"
    damaged.write_bytes(b"PK\x03\x04 broken")
    output = FileConverter().run([str(page), damaged, tmp_path / "none.pdf"], meta={"department": "sales"})
    (document,) = output["documents"]
    assert document.content == "A ticket costs 4 euros."
    assert document.id == document.meta["document_id"]
    expected = {"name": "notice.html", "path": str(page), "title": "Fares", "type": "html", "department": "sales"}
    assert expected.items() <= document.meta.items()
    assert document.meta["date"] is None
    assert [(each["number"], each["start"], each["end"]) for each in document.meta["pages"]] == [(1, 0, 23)]
    assert [each["path"] for each in output["skipped"]] == [str(damaged), str(tmp_path / "none.pdf")]
    assert all(each["reason"] for each in output["skipped"])


def test_bytes_are_read_as_the_file_is(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_bytes(b"The meeting began at nine.")
    (of_path,) = FileConverter().run([path])["documents"]
    stream = ByteStream(path.read_bytes(), meta={"file_path": str(path)})
    (of_stream,) = FileConverter().run([stream])["documents"]
    assert of_stream.id == of_path.id
    assert of_stream.content == of_path.content
    assert of_stream.meta == {**of_path.meta, "file_path": str(path)}
    (unnamed,) = FileConverter().run([ByteStream(b"The meeting began at nine.")])["documents"]
    assert unnamed.meta["name"] == "unnamed"


def test_metadata_for_each_file(tmp_path):
    with pytest.raises(ValueError, match="length of the metadata"):
        FileConverter().run([tmp_path / "a", tmp_path / "b"], meta=[{}])
    with pytest.raises(ValueError, match="max_pages must be at least 1"):
        FileConverter(max_pages=0)


def test_passages_know_their_place():
    source = Document(id="lease", content=TEXT, meta={"title": "Log", "pages": [{"number": 2, "title": "Refunds"}]})
    output = PassageSplitter(max_words=15, opening_characters=20).run([source, Document(meta={"a": 1})])
    assert output["sources"][0] is source
    for passage in output["documents"]:
        assert TEXT[passage.meta["start"] : passage.meta["end"]] == passage.content
        assert passage.meta["document_id"] == "lease"
        assert passage.meta["title"] == "Log"
        assert passage.meta["opening"] == "The ferry Juniper"
    assert [passage.meta["page"] for passage in output["documents"]][-1] == 2
    assert output["documents"][-1].meta["section"] == "Refunds"
    assert "".join(output["documents"][0].content.split()) in "".join(TEXT.split())
    with pytest.raises(ValueError, match="max_words must be at least 1"):
        PassageSplitter(max_words=0)


# Embedders and writer


def test_questions_and_passages_have_comparable_vectors(encoder):
    text = OnnxTextEmbedder(encoder, precision="fp32")
    documents = [Document(content="It ends in 2031.", meta={"title": "Lease"}), Document(meta={"name": "scan.png"})]
    embedded = OnnxDocumentEmbedder(encoder, precision="fp32").run(documents)["documents"]
    assert embedded[0].embedding == text.run("It ends in 2031.")["embedding"]
    assert sum(number * number for number in embedded[1].embedding) == pytest.approx(1, abs=1e-5)
    assert documents[0].embedding is None
    assert embedded[0].id == documents[0].id
    titled = OnnxDocumentEmbedder(encoder, precision="fp32", passage_prefix="p: ", meta_fields_to_embed=["title"])
    asked = OnnxTextEmbedder(encoder, precision="fp32", query_prefix="p: ")
    assert titled.run(documents[:1])["documents"][0].embedding == asked.run("Lease\nIt ends in 2031.")["embedding"]


def test_a_collection_keeps_the_model_that_it_is_embedded_with(make_store, encoder):
    store = make_store("tantivy")
    passages = [Document(content="It ends in 2031.")]
    asking = OnnxTextEmbedder(encoder, document_store=store)
    assert asking.run("When?")["embedding"]  # an empty collection takes any model
    store.write_documents(OnnxDocumentEmbedder(encoder, document_store=store).run(passages)["documents"])
    assert asking.run("When?")["embedding"]
    other = {"passage_prefix": "passage: ", "document_store": store}
    for component, given in ((OnnxDocumentEmbedder, passages), (OnnxTextEmbedder, "When?")):
        with pytest.raises(DocumentStoreError, match="the collection is embedded with one-layer"):
            component(encoder, **other).run(given)


def test_a_collection_without_embeddings_is_not_asked_by_them(make_store, encoder):
    store = make_store("tantivy")
    store.write_documents([Document(content="It ends in 2031.")])
    with pytest.raises(DocumentStoreError, match="indexed without embeddings"):
        OnnxTextEmbedder(encoder, document_store=store).run("When?")


@pytest.mark.parametrize("component", [OnnxTextEmbedder, OnnxDocumentEmbedder])
def test_arguments_of_embedders(component):
    with pytest.raises(ValueError, match="precision must be one of"):
        component(precision="int4")
    with pytest.raises(ValueError, match="got InMemoryDocumentStore"):
        component(document_store=InMemoryDocumentStore())


def test_documents_are_written_whole(make_store, tmp_path):
    store = make_store("tantivy")
    path = tmp_path / "notes.txt"
    for text in (TEXT.replace("\f", "\n"), OTHER):
        path.write_text(text)
        sources = FileConverter().run([path])["documents"]
        split = PassageSplitter(max_words=15).run(sources)
        (written,) = CollectionWriter(store).run(split["documents"], split["sources"])["written"]
        assert written == {
            "document_id": sources[0].id,
            "name": "notes.txt",
            "path": str(path),
            "passages": len(split["documents"]),
            "unread": (),
        }
        assert store.filter_documents() == split["documents"]  # the former version is gone
    (page,) = store.collection.snapshot("page").scan()
    assert (page.content, page.meta["document_id"]) == (OTHER, sources[0].id)
    assert CollectionWriter(store).run([], []) == {"written": []}
    with pytest.raises(ValueError, match="got InMemoryDocumentStore"):
        CollectionWriter(InMemoryDocumentStore())


# What all have in common


@pytest.fixture
def every_component(store):
    return [
        FileConverter(max_pages=3),
        PassageSplitter(max_words=50),
        OnnxReader("models/reader", top_k=7, context_fields=["title"]),
        NeedlepointBM25Retriever(store, top_k=3, filters={"field": "id", "operator": "==", "value": "1"}),
        NeedlepointEmbeddingRetriever(store, filter_policy=FilterPolicy.MERGE),
        NeedlepointHybridRetriever(store, candidates=7),
        OnnxTextEmbedder("some/model", query_prefix="query: "),
        OnnxDocumentEmbedder("some/model", meta_fields_to_embed=["title"], document_store=store),
        CollectionWriter(store),
    ]


def test_components_are_written_to_pipeline_files_and_read_from_them(every_component):
    for each in every_component:
        data = json.loads(json.dumps(component_to_dict(each, "it")))
        again = component_from_dict(type(each), data, "it")
        assert component_to_dict(again, "it") == data
        module = f"{type(each).__module__}.{type(each).__name__}"
        assert data["type"] == module
        assert module.startswith("haystack_integrations.components.")


def test_asynchronous_twins_return_the_same(store, reader, encoder, tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text(TEXT.replace("\f", "\n"))
    for component, arguments in [
        (NeedlepointBM25Retriever(store), ("number 7",)),
        (NeedlepointEmbeddingRetriever(store), ([1.0, 0.0],)),
        (NeedlepointHybridRetriever(store), ("number 7", [1.0, 0.0])),
        (reader, ("Who was the captain?", [Document(content=TEXT)])),
        (FileConverter(), ([path],)),
        (PassageSplitter(), ([Document(content=TEXT)],)),
        (OnnxTextEmbedder(encoder), ("When?",)),
        (OnnxDocumentEmbedder(encoder), ([Document(content=TEXT)],)),
        (CollectionWriter(store), ([], [])),
    ]:
        assert component.__haystack_supports_async__
        assert asyncio.run(component.run_async(*arguments)) == component.run(*arguments)
