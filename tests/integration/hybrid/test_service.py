"""Hybrid pipelines from end to end on the embedded store."""

import os
import subprocess
import sys

import pytest

from commands import run_command
from needlepoint.errors import CollectionError, PipelineFileError
from needlepoint.service.copying import copy_collection
from needlepoint.service.embedding import add_embeddings


def dense(service, question, **options):
    return service.pipelines.indexing.embedder.retrieve(question, **options)


def test_indexing_embeds_every_passage_and_asking_uses_both(make_service, folder):
    service = make_service()
    seen = []
    service.pipelines.indexing.embedder.on_embedded = lambda done, total: seen.append((done, total))
    report = service.index([folder])
    assert service.store.get_embedding_count() == report.passages == 3
    assert seen[-1] == (3, 3)
    reply = service.ask("When does the lease end?")
    assert reply.quotes[0].answer == "31 March 2031"
    assert len(reply.passages) == 3  # BM25 alone finds those that share a word
    assert len(make_service("local").ask("When does the lease end?").passages) < 3
    assert reply.retrieval_s > 0
    for answer in reply.answers:
        if not answer.is_no_answer:
            text = service.text(answer.meta["document_id"])
            assert text[answer.meta["start"] : answer.meta["end"]] == answer.text


def test_a_passages_own_text_is_nearest_to_it(make_service, folder):
    service = make_service()
    service.index([folder])
    for document in service.store.get_all_documents():
        assert dense(service, document.content, top_k=1)[0].id == document.id


def test_parameters_of_the_node_named_retriever(make_service, folder):
    service = make_service()
    service.index([folder])
    assert len(service.ask("When does the lease end?", passages=2).passages) == 2
    reply = service.query("Which Straße?", params={"Retriever": {"top_k": 1, "filters": {"name": "minutes.txt"}}})
    assert [document.meta["name"] for document in reply.passages] == ["minutes.txt"]
    reply = service.query("When does the lease end?", params={"filters": {"name": ["lease.txt", "straße.txt"]}})
    assert {document.meta["name"] for document in reply.passages} == {"lease.txt", "straße.txt"}


def test_scores_and_order_are_those_of_the_fusion(make_service, folder):
    service = make_service()
    service.index([folder])
    retriever = service.pipelines.query.nodes["Retriever"]
    documents = retriever.retrieve("lease rent board", scale_score=False)
    words = [d.id for d in retriever.keyword_retriever.retrieve("lease rent board")]
    meaning = [d.id for d in retriever.dense_retriever.retrieve("lease rent board")]
    for document in documents:
        ranks = [ranking.index(document.id) + 1 for ranking in (words, meaning) if document.id in ranking]
        assert document.score == pytest.approx(sum(1 / (60 + rank) for rank in ranks))
    assert [d.score for d in documents] == sorted((d.score for d in documents), reverse=True)
    assert len({d.id for d in documents}) == len(documents) == 3
    scaled = retriever.retrieve("lease rent board")
    assert [d.id for d in scaled] == [d.id for d in documents]
    assert all(0 < d.score <= 1 for d in scaled)
    assert retriever.retrieve("lease", top_k=0) == []
    batch = retriever.retrieve_batch(["lease rent board", "zzz"], filters=[None, {"name": "nothing"}])
    assert [[d.id for d in found] for found in batch] == [[d.id for d in documents], []]


def test_an_empty_collection_answers_with_nothing(make_service):
    assert make_service().ask("When does the lease end?").passages == []


def test_a_collection_without_embeddings_is_told_and_mended(make_service, folder):
    make_service("local").index([folder])
    service = make_service()
    with pytest.raises(CollectionError, match=r"indexed without embeddings: .*needlepoint embed") as error:
        service.ask("When does the lease end?")
    assert "\n" not in str(error.value)
    totals, done = [], []
    report = add_embeddings(service, on_total=totals.append, progress=done.append)
    assert (report.embedded, report.unchanged, totals, done) == (3, 0, [3], [3])
    assert service.ask("When does the lease end?").quotes[0].answer == "31 March 2031"
    assert {outcome.state for outcome in service.index([folder]).outcomes} == {"unchanged"}


def test_what_was_added_without_embeddings_gets_them(make_service, folder, caplog):
    service = make_service()
    service.index([folder / "lease.txt"])
    make_service("local").index([folder / "minutes.txt"])
    with caplog.at_level("WARNING"):
        assert dense(service, "board", top_k=5)[0].meta["name"] == "lease.txt"
    assert "1 passages have no embedding" in caplog.text
    report = add_embeddings(service)
    assert (report.embedded, report.unchanged) == (1, 1)
    assert len(dense(service, "board", top_k=5)) == 2


def test_another_model_is_refused_until_all_is_embedded_anew(make_service, folder, encoders):
    service = make_service()
    service.index([folder])
    other = make_service(encoder=encoders[1])
    for attempt in (
        lambda: other.ask("When does the lease end?"),
        lambda: add_embeddings(other),
        lambda: other.index([_another(folder)]),
    ):
        with pytest.raises(CollectionError, match=r"embedded with one \(384 numbers, .*model is other .*--again"):
            attempt()
    assert "another.txt" not in {record.meta["name"] for record in service.documents()}
    assert service.ask("When does the lease end?").quotes[0].answer == "31 March 2031"
    assert add_embeddings(other, again=True).embedded == 3
    assert other.ask("When does the lease end?").quotes[0].answer == "31 March 2031"
    with pytest.raises(CollectionError, match="embedded with other"):
        service.ask("When does the lease end?")


def _another(folder):
    (folder / "another.txt").write_text("Another text.")
    return folder / "another.txt"


def test_embedding_anew_that_was_interrupted_mixes_no_vectors(make_service, folder, encoders, monkeypatch):
    service = make_service()
    service.index([folder])
    other = make_service(encoder=encoders[1])
    monkeypatch.setattr("needlepoint.service.embedding.records_in", _interrupted)
    with pytest.raises(KeyboardInterrupt):
        add_embeddings(other, again=True)
    monkeypatch.undo()
    for asked in (service, other):
        with pytest.raises(CollectionError, match="--again"):
            asked.ask("When does the lease end?")
    with pytest.raises(CollectionError, match="--again"):
        add_embeddings(other)
    assert add_embeddings(other, again=True).embedded == 3
    assert len(dense(other, "lease", top_k=5)) == 3


def _interrupted(*_, **__):
    raise KeyboardInterrupt


def test_a_pipeline_that_embeds_nothing_has_nothing_to_add(make_service, folder):
    service = make_service("local")
    with pytest.raises(PipelineFileError, match=r"local has no OnnxEmbeddingRetriever.*--pipeline hybrid"):
        add_embeddings(service)


def test_copying_carries_the_vectors_and_their_model(make_service, folder, encoders):
    first, second = make_service(), make_service(store="second")
    first.index([folder])
    copy_collection(first, second)
    assert second.store.get_embedding_count() == 3
    vectors = [
        {d.id: d.embedding.tolist() for d in service.store.get_all_documents(return_embedding=True)}
        for service in (first, second)
    ]
    assert vectors[0] == vectors[1]
    assert second.ask("When does the lease end?").quotes[0].answer == "31 March 2031"
    third = make_service(encoder=encoders[1], store="second")
    with pytest.raises(CollectionError, match="embedded with one"):
        third.ask("When does the lease end?")


def test_copying_again_brings_vectors_that_came_later(make_service, folder):
    first, second = make_service("local"), make_service("local", store="second")
    first.index([folder])
    copy_collection(first, second)
    add_embeddings(make_service())
    report = copy_collection(first, second)
    assert (report.copied, report.unchanged) == (3, 0)
    assert second.store.get_embedding_count() == 3
    assert make_service(store="second").ask("When does the lease end?").found
    assert copy_collection(first, second).unchanged == 3


def test_copying_between_models_is_refused_before_anything_is_written(make_service, folder, encoders):
    first, second = make_service(), make_service(encoder=encoders[1], store="second")
    first.index([folder / "lease.txt"])
    second.index([folder / "minutes.txt"])
    with pytest.raises(CollectionError, match=r"embedded with other .*is one"):
        copy_collection(first, second)
    assert [record.meta["name"] for record in second.documents()] == ["minutes.txt"]


def test_haystacks_own_retriever_takes_the_place_of_ours(make_service, folder, encoders, tmp_path):
    text = (make_service().pipelines.file.path).read_text()
    own = text.replace("type: OnnxEmbeddingRetriever", "type: EmbeddingRetriever")
    own = own.replace(
        "      document_store: Store\n  - name: Retriever",
        "      document_store: Store\n      model_format: transformers\n      pooling_strategy: reduce_mean\n"
        "      use_gpu: false\n      progress_bar: false\n  - name: Retriever",
    )
    assert own.count("reduce_mean") == 1
    (tmp_path / "own.haystack-pipeline.yml").write_text(own)
    service = make_service(tmp_path / "own.haystack-pipeline.yml")
    service.index([folder])
    assert service.store.get_embedding_count() == 3
    assert len(service.ask("When does the lease end?").passages) == 3


def test_the_commands(make_service, folder, tmp_path):
    make_service("local").index([folder])
    make_service().close()
    store = ["--store", str(tmp_path / "store")]
    refused = run_command("ask", "When does the lease end?", *store, "--pipeline", "hybrid")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("needlepoint: the collection is indexed without embeddings")
    assert refused.stderr.count("\n") == 1
    done = run_command("embed", *store, "--pipeline", "hybrid")
    assert done.stdout.startswith("3 passages embedded, "), done.stderr
    assert "no OnnxEmbeddingRetriever" in run_command("embed", *store).stderr


def test_hybrid_starts_without_torch(make_service, folder, tmp_path):
    make_service().index([folder])
    code = (
        "import sys; from needlepoint.cli.opening import open_service\n"
        f"from pathlib import Path; service = open_service(Path({str(tmp_path / 'store')!r}), 'hybrid')\n"
        "assert len(service.ask('When does the lease end?').passages) == 3\n"
        "assert 'torch' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=os.environ)
    assert done.returncode == 0, done.stderr
