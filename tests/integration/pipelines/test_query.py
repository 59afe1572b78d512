"""The query pipeline: its reader and retrievers are found by what they are, and what it puts out becomes our own types."""

import copy
import dataclasses
import time

import pytest
import yaml
from fastapi.testclient import TestClient

from needlepoint import resources
from needlepoint.answers.haystack_json import answer_json, document_json
from needlepoint.api.app import create_app
from needlepoint.api.limits import Limits
from needlepoint.collection.asking import answer_question
from needlepoint.errors import ParameterError, PipelineFileError
from needlepoint.evaluation.squad import squad_questions
from needlepoint.pipelines.file import PipelineFile
from needlepoint.pipelines.output import answers_of, passages_of, plain
from needlepoint.pipelines.query import Listener
from needlepoint.pipelines.roles import reader_in
from needlepoint.service.facade import Service
from needlepoint.settings import Settings
from needlepoint.trials.asking import try_pipeline
from needlepoint.trials.collection import trial_collection
from needlepoint.trials.readers import TrialReader

NAMES = {"Retriever": "Finder", "Reader": "Answerer", "Store": "Shelf", "Writer": "Scribe"}
QUESTION = "When does the lease end?"
TEXTS = {
    "lease.txt": "This lease is made between Harbour Estates Ltd and Tern Ferries Ltd. It ends on 31 March 2031.",
    "minutes.txt": "Maria Lindqvist was elected chair of the board on 4 May 2024.\n\fThe lease is on page two.",
    "letter.txt": "Dear tenant, the rent of the lease is 84,000 euros, payable in advance.",
}


@pytest.fixture(scope="module")
def local(reader_folder):
    """The default pipelines as data, with the reader of these tests."""
    config = yaml.safe_load((resources.pipelines_folder() / "local.haystack-pipeline.yml").read_text())
    component(config, "Reader")["params"] |= {"model_name_or_path": str(reader_folder), "precision": "fp32"}
    return config


@pytest.fixture
def config(local):
    return copy.deepcopy(local)


@pytest.fixture
def write(tmp_path):
    def write(config):
        path = tmp_path / "mine.haystack-pipeline.yml"
        path.write_text(yaml.safe_dump(config))
        return path

    return write


@pytest.fixture
def make_service(write, tmp_path):
    made = []

    def make(config):
        settings = dataclasses.replace(Settings.from_environment(), store=tmp_path / "store")
        made.append(Service(write(config), settings=settings))
        folder = tmp_path / "files"
        folder.mkdir(exist_ok=True)
        for name, text in TEXTS.items():
            (folder / name).write_text(text)
        made[-1].index([folder])
        return made[-1]

    yield make
    for service in made:
        service.close()


def component(config, name):
    return next(each for each in config["components"] if each["name"] == name)


def query_nodes(config):
    return next(each for each in config["pipelines"] if each["name"] == "query")["nodes"]


def renamed(config):
    text = yaml.safe_dump(config)
    for former, name in NAMES.items():
        text = text.replace(f"name: {former}\n", f"name: {name}\n").replace(f"- {former}\n", f"- {name}\n")
        text = text.replace(f"document_store: {former}\n", f"document_store: {name}\n")
    return yaml.safe_load(text)


# --- nodes of any name


def test_nodes_of_other_names_are_asked_like_any(config, make_service):
    service = make_service(renamed(config))
    assert list(service.pipelines.query.nodes) == ["Finder", "Answerer"]
    reply = service.ask(QUESTION, top_k=1, passages=2)
    assert [quote.answer for quote in reply.quotes] == ["31 March 2031"]
    assert len(reply.passages) == 2
    assert reply.retrieval_s > 0
    assert reply.reading_s > 0
    assert service.reader_facts.calibrated
    assert service.reader_facts.precision == "fp32"


def test_a_clients_parameters_go_by_the_names_in_the_file(config, make_service):
    service = make_service(renamed(config))
    params = {"filters": {"name": "lease.txt"}, "Finder": {"top_k": 1}, "Answerer": {"top_k": 1}}
    reply = service.query(QUESTION, params=params)
    assert [passage.meta["name"] for passage in reply.passages] == ["lease.txt"]
    assert len(reply.answers) == 1
    with pytest.raises(ParameterError, match=r"no node or parameter 'Reader'; nodes: Answerer, Finder"):
        service.query(QUESTION, params={"Reader": {"top_k": 1}})


def test_the_service_serves_nodes_of_other_names(config, make_service):
    service = make_service(renamed(config))
    with TestClient(create_app(service, Limits(max_passages=5)), base_url="http://localhost") as client:
        service.load()
        while client.get("/ready").status_code != 200:
            time.sleep(0.02)
        card = client.post("/ask", json={"question": QUESTION, "passages": 2}).json()["answers"][0]
        assert card["answer"] == "31 March 2031"
        reply = client.post(
            "/query", json={"query": QUESTION, "params": {"Finder": {"top_k": 1}}, "debug": True}
        ).json()
        assert len(reply["documents"]) == 1
        assert {"Finder", "Answerer"} <= set(reply["_debug"])
        many = {"query": QUESTION, "params": {"Answerer": {"top_k": 6}}}
        assert client.post("/query", json=many).status_code == 200  # answers, not passages
        refused = client.post("/query", json={"query": QUESTION, "params": {"Finder": {"top_k": 6}}})
        assert refused.status_code == 400
        assert "at most 5 passages" in refused.json()["errors"][0]
        judged = {"is_correct_answer": True, "is_correct_document": True, "origin": "user-feedback", **card["haystack"]}
        assert client.post("/feedback", json={"query": QUESTION, **judged}).status_code == 200
        url = client.post("/evaluations", json={"on": "feedback"}).json()["url"]
        while (job := client.get(url).json())["state"] in {"waiting", "running"}:
            time.sleep(0.02)
        assert job["result"]["scores"]["exact"] == 100


def test_a_pipeline_of_other_names_is_measured(config, write, reader_folder):
    context = TEXTS["lease.txt"]
    answers = [{"text": "31 March 2031", "answer_start": context.index("31 March")}]
    qas = [{"id": "1", "question": QUESTION, "answers": answers}]
    questions = squad_questions({"data": [{"title": "", "paragraphs": [{"context": context, "qas": qas}]}]}, source="x")
    del component(config, "Reader")["params"]["model_name_or_path"]
    file = write(renamed(config))
    with trial_collection(list(TEXTS.values()), file, model=reader_folder) as collection:
        report = try_pipeline(questions, collection)
        assert report["scores"]["exact"] == 100
        assert len(collection.retrieve(QUESTION, top_k=1)) == 1
        assert TrialReader.of_service(collection.service).settings["reader"] == "OnnxReader"
    assert TrialReader.of_pipeline(file, reader_folder).predict(questions)[0].answer == "31 March 2031"


def test_several_retrievers_together_let_so_many_passages_through(config, make_service):
    config["components"] += [
        {
            "name": "Second",
            "type": "BM25Retriever",
            "params": {"document_store": "Store", "all_terms_must_match": True},
        },
        {"name": "Join", "type": "JoinDocuments", "params": {"join_mode": "concatenate"}},
    ]
    query_nodes(config)[1:] = [
        {"name": "Second", "inputs": ["Query"]},
        {"name": "Join", "inputs": ["Retriever", "Second"]},
        {"name": "Reader", "inputs": ["Join"]},
    ]
    service = make_service(config)
    assert service.pipelines.query.retrievers == ("Retriever", "Second")
    whole = service.ask(QUESTION)
    assert whole.quotes[0].answer == "31 March 2031"
    assert len(whole.passages) > 1
    assert len(service.ask(QUESTION, passages=1).passages) == 1
    assert len(service.pipelines.query.retrieve(QUESTION, top_k=1)) == 1


@pytest.mark.parametrize("lacking", ["Reader", "Retriever"])
def test_a_pipeline_without_a_part_that_it_needs_is_told_so(config, make_service, lacking):
    query_nodes(config)[:] = [{**node, "inputs": ["Query"]} for node in query_nodes(config) if node["name"] != lacking]
    service = make_service(config)
    assert service.passage_count() > 0  # the collection can be looked after all the same
    what = lacking.lower()
    with pytest.raises(PipelineFileError, match=rf"mine\.haystack-pipeline\.yml: pipeline 'query' has no {what}: add "):
        service.load()


def test_two_readers_are_one_too_many(config, write):
    config["components"].append({**component(config, "Reader"), "name": "Other"})
    query_nodes(config).append({"name": "Other", "inputs": ["Retriever"]})
    file = PipelineFile(write(config))
    with pytest.raises(PipelineFileError, match=r"pipeline 'query' has 2 readers, Reader, Other: keep one of them"):
        reader_in(file)


# --- what comes out, for every reader


@pytest.fixture
def haystacks(request, reader_folder):
    """A reader of Haystack's or ours, with "no answer" among its answers."""
    if request.param == "onnx":
        from needlepoint.nodes.onnx_reader import OnnxReader

        return OnnxReader(str(reader_folder), precision="fp32", calibrated=True, return_no_answer=True)
    pytest.importorskip("torch")
    from haystack.nodes import FARMReader, TransformersReader

    if request.param == "farm":
        options = {"progress_bar": False, "num_processes": 0, "return_no_answer": True}
        return FARMReader(str(reader_folder), use_gpu=False, **options)
    return TransformersReader(str(reader_folder), use_gpu=False, return_no_answers=True)


def documents():
    from haystack.schema import Document

    text = TEXTS["minutes.txt"]
    where = {"document_id": "m", "name": "minutes.txt", "start": 100, "page": 3, "given": ["x"]}
    return [
        Document(text, id="m1", meta=where, score=0.5, id_hash_keys=["content", "meta"]),
        Document(TEXTS["lease.txt"], id="alone", score=None),
    ]


@pytest.mark.parametrize("haystacks", ["onnx", "farm", "transformers"], indirect=True)
def test_every_readers_answers_are_evidence_and_go_back_as_they_came(haystacks):
    given = documents()
    for question in ("Who was elected chair of the board?", QUESTION, "Which page is the lease on?"):
        output, _ = haystacks.run(query=question, documents=copy.deepcopy(given), top_k=5)
        before = [copy.deepcopy(answer.to_dict()) for answer in output["answers"]]
        passages = passages_of(given)
        answers = answers_of(output["answers"], passages)
        assert [document_json(passage) for passage in passages] == [document.to_dict() for document in given]
        assert any(answer.is_no_answer for answer in answers)
        assert any(answer.places for answer in answers)
        for answer, haystack in zip(answers, before, strict=True):
            back = answer_json(answer)
            place = {"document_id", "name", "page", "start", "end"} if answer.places else set()
            assert set(back["meta"]) == set(haystack["meta"]) | place
            kept = {name: value for name, value in haystack["meta"].items() if name not in place}
            assert {name: back["meta"][name] for name in kept} == kept
            assert {**back, "meta": None} == {**haystack, "meta": None}
            for each in answer.places:
                assert each.passage.content[each.start : each.end] == answer.text
                assert each.evidence.start == each.passage.start + each.start
                assert each.evidence.page == each.passage.page + each.passage.content[: each.start].count("\f")
            if answer.context:
                assert answer.context.text[answer.context.start : answer.context.end] == answer.text


def test_a_table_and_an_embedding_go_back_as_they_came():
    from haystack.schema import Document
    from pandas import DataFrame

    table = Document(DataFrame({"year": ["2024"], "rent": ["84,000"]}), content_type="table", id="t")
    vector = Document("text", id="v", embedding=[0.5, 1.0])
    passages = passages_of([table, vector])
    assert "84,000" in passages[0].content
    assert document_json(passages[0]) == table.to_dict()
    assert document_json(passages[1])["embedding"] == [0.5, 1.0]


def test_an_answer_that_stands_nowhere_is_refused_in_one_line():
    from haystack.schema import Answer

    with pytest.raises(PipelineFileError, match="use an extractive reader") as caught:
        answers_of([Answer("made up", type="generative", score=1.0, document_ids=["m1"])], passages_of(documents()))
    assert "\n" not in str(caught.value)


def test_what_nodes_say_is_plain_data():
    from haystack.schema import Answer

    said = plain({"Reader": {"output": {"answers": [Answer("x", score=0.5)], "documents": documents()}, "n": 1}})
    assert said["Reader"]["output"]["answers"][0]["answer"] == "x"
    assert said["Reader"]["output"]["documents"][0]["embedding"] is None
    assert said["Reader"]["n"] == 1


def test_a_listener_hears_replies_in_our_own_types(config, make_service):
    service = make_service(config)
    retrieved, partial = [], []
    reply = service.ask(QUESTION, top_k=1, listener=Listener(retrieved.append, partial.append, interval_s=0))
    (first,) = retrieved
    assert (first.answers, first.found) == ([], False)
    assert first.passages == reply.passages
    assert [len(each.passages) for each in partial] == list(range(1, len(reply.passages) + 1))
    assert partial[-1].quotes == reply.quotes


def test_other_machines_read_what_the_pipeline_reads(config, make_service):
    component(config, "Reader")["params"] |= {
        "return_no_answer": False,
        "top_k_per_candidate": 2,
        "context_fields": ["name"],
    }
    query = make_service(config).pipelines.query
    spans, options = query.span_reading()
    elsewhere = spans.recipe(threads=1)()
    assert elsewhere is not spans
    assert elsewhere.key == spans.key
    passages = query.retrieve("Who is the chair, and when does the lease in lease.txt end?")
    for question in (QUESTION, "Who is the chair?", "What colour is the lease in lease.txt?"):
        here, there = (
            query.read(question, passages, top_k=3),
            answer_question(elsewhere, question, passages, top_k=3, options=options),
        )
        assert (there.quotes, there.doubtful, there.found) == (here.quotes, here.doubtful, here.found)
        assert here.quotes


def test_a_reader_of_another_class_reads_on_this_machine_only(config, make_service):
    from needlepoint.nodes.onnx_reader import OnnxReader

    class ReaderOfAnotherPackage(OnnxReader):
        pass

    component(config, "Reader")["type"] = ReaderOfAnotherPackage.__name__
    with pytest.raises(
        PipelineFileError, match=r"yml: ReaderOfAnotherPackage reads on this machine only: .* needs OnnxReader$"
    ):
        make_service(config).pipelines.query.span_reading()
