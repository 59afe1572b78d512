"""A collection that one Haystack has indexed is asked by the other: the same records, passages, answers and scores."""

import json
import os
import subprocess
from pathlib import Path

import pytest
import yaml
from haystack import Pipeline

from haystack_integrations.components.converters.needlepoint import FileConverter
from haystack_integrations.components.embedders.needlepoint import OnnxDocumentEmbedder, OnnxTextEmbedder
from haystack_integrations.components.preprocessors.needlepoint import PassageSplitter
from haystack_integrations.components.readers.needlepoint import OnnxReader
from haystack_integrations.components.retrievers.needlepoint import NeedlepointHybridRetriever
from haystack_integrations.components.writers.needlepoint import CollectionWriter
from haystack_integrations.document_stores.needlepoint import TantivyDocumentStore

CHECKOUT = Path(__file__).parents[2]
OTHER_PYTHON = Path(os.environ.get("NEEDLEPOINT_APP_PYTHON") or CHECKOUT / ".venv" / "bin" / "python")
FIELDS = ["content", "title", "name", "opening^0.8"]
FILES = [
    "annual-report-2024.pdf",
    "lease-harbour-house.docx",
    "price-list-2025.xlsx",
    "press-release-2025-05-12.html",
    "staff-handbook-2025.md",
]
QUESTIONS = [
    "How many passengers were carried in the year 2024?",
    "How many parking places does the tenant of Harbour House have in the yard?",
    "What is the melting point of tungsten?",
]
STORES = {
    "tantivy": ("local", "tantivy_document_store.TantivyDocumentStore"),
    "elasticsearch": ("elasticsearch-onnx", "elasticsearch_store.ElasticsearchStore"),
}
KINDS = pytest.mark.parametrize("kind", STORES)
INDEXES = ("document", "page", "source")


@pytest.fixture(autouse=True)
def collection(tmp_path, monkeypatch, reader_folder):
    """A collection of this test's own, and one reader for both Haystacks."""
    monkeypatch.setenv("NEEDLEPOINT_STORE", str(tmp_path / "store"))
    for name, value in {"MODEL_NAME_OR_PATH": reader_folder, "PRECISION": "fp32"}.items():
        monkeypatch.setenv(f"READER_PARAMS_{name}", str(value))


@pytest.fixture
def files():
    return [str(CHECKOUT / "examples" / "collection" / name) for name in FILES]


def haystack1(pipeline, *, files=(), questions=()):
    """Let Haystack 1.26 index files and answer questions, in its own environment."""
    if not OTHER_PYTHON.is_file():
        pytest.skip(f"no environment of Haystack 1.26 at {OTHER_PYTHON}: make install, or set NEEDLEPOINT_APP_PYTHON")
    done = subprocess.run(
        [str(OTHER_PYTHON), str(Path(__file__).with_name("haystack1.py")), pipeline],
        input=json.dumps({"files": list(files), "questions": list(questions)}),
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT / "components")},
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def pipeline_file(name, kind, reader_folder):
    """Load a pipeline file that comes with Needlepoint, with this store and this reader."""
    text = (CHECKOUT / "pipelines" / "haystack3" / f"{name}.yml").read_text()
    content = yaml.safe_load(text.replace(STORES["tantivy"][1], STORES[kind][1]))
    if "reader" in content["components"]:
        content["components"]["reader"]["init_parameters"] |= {"model": str(reader_folder), "precision": "fp32"}
    return Pipeline.loads(yaml.safe_dump(content))


def as_printed(documents, answers):
    return {
        "documents": [[document.id, document.score] for document in documents],
        "answers": [
            [
                answer.data,
                answer.score,
                answer.meta.get("document_ids", []),
                answer.document_offset.start if answer.data else None,
                answer.context,
            ]
            for answer in answers
        ],
    }


def ask(pipeline, question):
    output = pipeline.run(
        {"retriever": {"query": question}, "reader": {"query": question}}, include_outputs_from={"retriever"}
    )
    for answer in output["reader"]["answers"]:
        if answer.data:
            place = answer.document_offset
            assert answer.document.content[place.start : place.end] == answer.data
    return as_printed(output["retriever"]["documents"], output["reader"]["answers"])


def records_of(store):
    """Return all that is kept of a collection, the time of writing apart."""
    found = {}
    for index in INDEXES:
        for record in store.collection.snapshot(index).scan():
            meta = {key: value for key, value in record.meta.items() if key != "added"}
            found[index, record.id] = (record.content, meta, dict(record.fields))
    return found


@KINDS
def test_what_haystack_1_indexes_haystack_3_finds(make_store, monkeypatch, tmp_path, kind, files, reader_folder):
    make_store(kind).close()  # points the environment at the server
    expected = haystack1(STORES[kind][0], files=files, questions=QUESTIONS)
    query = pipeline_file("query", kind, reader_folder)
    found = [ask(query, question) for question in QUESTIONS]
    assert found == expected
    assert [each["answers"][0][0] for each in found] == ["1,184,000", "eighteen", None]


@KINDS
def test_what_haystack_3_indexes_haystack_1_finds(make_store, kind, files, reader_folder):
    make_store(kind).close()
    written = pipeline_file("indexing", kind, reader_folder).run({"converter": {"sources": files}})
    assert [each["name"] for each in written["writer"]["written"]] == FILES
    assert written["converter"]["skipped"] == []
    query = pipeline_file("query", kind, reader_folder)
    assert haystack1(STORES[kind][0], questions=QUESTIONS) == [ask(query, question) for question in QUESTIONS]


def test_both_write_the_very_same_records(tmp_path, monkeypatch, files, reader_folder):
    pipeline_file("indexing", "tantivy", reader_folder).run({"converter": {"sources": files}})
    ours = records_of(TantivyDocumentStore(str(tmp_path / "store"), search_fields=FIELDS))
    monkeypatch.setenv("NEEDLEPOINT_STORE", str(tmp_path / "other"))
    haystack1("local", files=files)
    theirs = records_of(TantivyDocumentStore(str(tmp_path / "other"), search_fields=FIELDS))
    assert len(ours) > len(files)
    assert ours == theirs


def test_a_file_that_has_changed_replaces_its_former_version_whoever_indexed_it(tmp_path, reader_folder):
    notice = tmp_path / "notice.txt"
    notice.write_text("The fare is four euros.")
    haystack1("local", files=[str(notice)])
    notice.write_text("The fare is five euros, and dogs travel free.")
    pipeline_file("indexing", "tantivy", reader_folder).run({"converter": {"sources": [str(notice)]}})
    store = TantivyDocumentStore(search_fields=FIELDS)
    assert [document.content for document in store.filter_documents()] == [notice.read_text()]
    assert len(list(store.collection.snapshot("source").scan())) == 1
    ((best, *_),) = [each["answers"] for each in haystack1("local", questions=["Who travels free?"])]
    assert best[0] == "dogs"


def hybrid_pipelines(store, encoder, reader_folder):
    """Build the two hybrid pipelines in Python."""
    indexing = Pipeline()
    indexing.add_component("converter", FileConverter())
    indexing.add_component("splitter", PassageSplitter())
    indexing.add_component("embedder", OnnxDocumentEmbedder(encoder, document_store=store))
    indexing.add_component("writer", CollectionWriter(store))
    indexing.connect("converter.documents", "splitter.documents")
    indexing.connect("splitter.documents", "embedder.documents")
    indexing.connect("embedder.documents", "writer.documents")
    indexing.connect("splitter.sources", "writer.sources")
    query = Pipeline()
    query.add_component("embedder", OnnxTextEmbedder(encoder, document_store=store))
    query.add_component("retriever", NeedlepointHybridRetriever(store, top_k=20))
    context_fields = ["title", "name", "opening"]
    reader = OnnxReader(str(reader_folder), precision="fp32", context_fields=context_fields)
    query.add_component("reader", reader)
    query.connect("embedder.embedding", "retriever.query_embedding")
    query.connect("retriever.documents", "reader.documents")
    return indexing, query


@pytest.mark.parametrize("indexed_by", [1, 3])
def test_hybrid_pipelines_find_the_same(monkeypatch, indexed_by, files, encoder, reader_folder):
    for name in ("EMBEDDING_MODEL", "PRECISION"):
        monkeypatch.setenv(f"DENSERETRIEVER_PARAMS_{name}", encoder if name == "EMBEDDING_MODEL" else "auto")
    indexing, query = hybrid_pipelines(TantivyDocumentStore(search_fields=FIELDS), encoder, reader_folder)
    if indexed_by == 3:
        indexing.run({"converter": {"sources": files[1:]}})
    expected = haystack1("hybrid", files=files[1:] if indexed_by == 1 else (), questions=QUESTIONS[:2])
    found = []
    for question in QUESTIONS[:2]:
        asked = {"embedder": {"text": question}, "retriever": {"query": question}, "reader": {"query": question}}
        output = query.run(asked, include_outputs_from={"retriever"})
        found.append(as_printed(output["retriever"]["documents"], output["reader"]["answers"]))
    assert found == expected
