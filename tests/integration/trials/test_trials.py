"""Readers, a retriever and a pipeline on trial, with the bundled reader and a collection of six paragraphs."""

import pytest

from needlepoint.errors import EvaluationError
from needlepoint.evaluation.squad import squad_questions
from needlepoint.evaluation.squad_metrics import squad_scores
from needlepoint.nodes.onnx_reader import OnnxReader
from needlepoint.nodes.register import Document
from needlepoint.service.facade import Service
from needlepoint.settings import Settings
from needlepoint.stores.names import EMBEDDINGS, LABELS, PAGES, PASSAGES, SOURCES
from needlepoint.trials.asking import try_pipeline
from needlepoint.trials.collection import _remove, trial_collection
from needlepoint.trials.readers import TrialReader
from needlepoint.trials.reading import try_reader
from needlepoint.trials.retrieving import try_retriever

FACTS = {
    "The ferry Juniper left the northern pier at 7:40 with 212 passengers.": {"When did the Juniper leave?": "7:40"},
    "The wool mill on Tanner's Brook closed in 1913.": {
        "When did the wool mill close?": "1913",
        "Who built the mill?": "",
    },
    "Captain Ida Moreau commands the Dunlin.": {"Who commands the Dunlin?": "Ida Moreau"},
    "The annual rent of Harbour House is 84,000 euros.": {"What is the rent of Harbour House?": "84,000 euros"},
    "Eggs are sold at the market hall on Fridays.": {"Who sells the cheapest bread?": ""},
    "The bakery in Mill Lane was founded by two sisters.": {"Who founded the bakery?": "two sisters"},
}


def entry(number, question, answer, context):
    answers = [{"text": answer, "answer_start": context.index(answer)}] if answer else []
    return {"id": str(number), "question": question, "answers": answers}


@pytest.fixture(scope="module")
def questions():
    paragraphs = [
        {
            "context": context,
            "qas": [entry(f"{question}", question, answer, context) for question, answer in qas.items()],
        }
        for context, qas in FACTS.items()
    ]
    return squad_questions({"data": [{"title": "", "paragraphs": paragraphs}]}, source="facts")


@pytest.fixture(scope="module")
def reader(reader_folder):
    return TrialReader(OnnxReader(str(reader_folder), precision="fp32", calibrated=True, return_no_answer=True))


def test_a_report_holds_the_official_measures_of_what_the_node_answers(reader, questions):
    report = try_reader(questions, reader)
    answers = {
        q.id: reader.node.predict(q.question, [Document(content=q.context)])["answers"][0].answer for q in questions
    }
    official = squad_scores(questions, answers)
    assert {name: report["scores"][name] for name in official} == official
    assert report["scores"]["HasAns_f1"] > 80
    assert (report["reader"], report["precision"], len(report["model_hash"])) == ("OnnxReader", "fp32", 32)
    assert report["trust"]["thresholds"][10]["coverage"] == pytest.approx(
        sum(bool(answer) for answer in answers.values()) / len(questions)
    )


def test_haystacks_readers_are_tried_the_same_way(questions, reader_folder, reader):
    farm = pytest.importorskip("haystack.nodes.reader.farm").FARMReader
    transformers = pytest.importorskip("haystack.nodes.reader.transformers").TransformersReader
    ours = {p.id: p for p in reader.predict(questions)}
    nodes = [
        farm(str(reader_folder), use_gpu=False, progress_bar=False, num_processes=0, return_no_answer=True),
        transformers(str(reader_folder), use_gpu=False, return_no_answers=True),
    ]
    for node in nodes:
        trial = TrialReader(node)
        assert trial.settings["reader"] == type(node).__name__
        assert trial.settings["model_hash"] == reader.settings["model_hash"]
        found = {p.id: p for p in trial.predict(questions)}
        same = [
            found[key].answer == ours[key].answer
            for key, question in ((q.id, q) for q in questions)
            if question.answers
        ]
        assert all(same)
        doubts = sorted(found.values(), key=lambda p: p.no_answer)
        assert {p.id for p in doubts[-2:]} == {q.id for q in questions if q.is_impossible}


class Stopped(Exception):
    """What stands for Ctrl-C."""


def test_a_run_that_was_stopped_goes_on_where_it_was(reader, questions, tmp_path, monkeypatch):
    monkeypatch.setattr("needlepoint.trials.reading._BATCH", 2)
    path = tmp_path / "answers.jsonl"

    def stop_after_three(done):
        if done >= 3:
            raise Stopped

    with pytest.raises(Stopped):
        try_reader(questions, reader, predictions=path, progress=stop_after_three)
    seen = []
    report = try_reader(questions, reader, predictions=path, progress=seen.append)
    assert seen[0] == 4
    assert seen[-1] == len(questions)
    assert report["scores"] == try_reader(questions, reader)["scores"]
    again = []
    assert try_reader(questions, reader, predictions=path, progress=again.append)["scores"] == report["scores"]
    assert again == [len(questions)]


@pytest.fixture(scope="module")
def collection(questions, reader_folder):
    with trial_collection([q.context for q in questions], "local", model=reader_folder) as collection:
        yield collection


def test_a_retriever_is_measured_by_the_rank_of_the_paragraph(collection, questions):
    report = try_retriever(questions, collection, top_k=3)
    assert set(report["scores"]) == {"recall@1", "recall@3", "mrr", "ndcg", "total"}
    assert report["scores"]["recall@1"] >= 5 / 7
    assert report["paragraphs"] == len(FACTS)
    assert len(collection.retrieve("Who founded the bakery?", top_k=1)) == 1
    assert collection.retrieve("Who founded the bakery?")[0].content.startswith("The bakery in Mill Lane")


def test_a_pipeline_is_measured_stage_by_stage(collection, questions, tmp_path):
    done = []
    report = try_pipeline(questions, collection, predictions=tmp_path / "answers.jsonl", progress=done.append)
    assert done[-1] == len(questions)
    lost = report["losses"]
    assert lost["answerable"] == 5 == sum(lost.values()) - 5
    assert report["scores"]["top3_f1"] >= report["scores"]["f1"] > 60
    assert report["retriever"]["recall@20"] >= report["retriever"]["recall@1"]
    again = try_pipeline(questions, collection, predictions=tmp_path / "answers.jsonl")
    assert again["scores"] == report["scores"]
    assert again["seconds"] == report["seconds"]  # those of the first run, not of reading the file


def test_the_users_own_collection_is_never_touched(questions, tmp_path, monkeypatch):
    store = tmp_path / "mine"
    monkeypatch.setenv("NEEDLEPOINT_STORE", str(store))
    monkeypatch.setenv("STORE_PARAMS_PATH", str(store))
    with trial_collection([questions[0].context], "local") as collection:
        place = collection.service.store.collection
        assert len(collection.retrieve("When did the Juniper leave?")) == 1
        assert place is not None
    assert not store.exists()


def test_of_a_trial_no_index_stays(tmp_path):
    settings = Settings(store=tmp_path / "store", cache=tmp_path / "cache")
    with Service("local", settings=settings) as service:
        for index in (PASSAGES, PAGES, SOURCES, LABELS, EMBEDDINGS):
            service.store.write_documents([Document(content="Eggs are sold on Fridays.")], index=index)
        _remove(service)
        assert service.store.collection.index_names() == []


def test_a_store_that_cannot_be_made_anew_is_refused(questions, tmp_path):
    pipeline = tmp_path / "memory.yml"
    pipeline.write_text(
        "components:\n  - {name: Store, type: InMemoryDocumentStore}\n"
        "pipelines:\n  - {name: query, nodes: [{name: Store, inputs: [Query]}]}\n"
    )
    with pytest.raises(EvaluationError, match=r"memory\.yml: a trial needs .* not InMemoryDocumentStore"):
        trial_collection([questions[0].context], pipeline).__enter__()
