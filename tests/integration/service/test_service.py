"""The service on the embedded store with a real reader: index, ask, look after the collection."""

import dataclasses
import functools
import json
import threading

import pytest

from needlepoint.errors import NeedlepointError, QuestionError, UnknownDocumentError
from needlepoint.nodes.file_converter import FileConverter
from needlepoint.service.facade import Service
from needlepoint.settings import Settings

LEASE = (
    "LEASE AGREEMENT\n\nThis lease is made between Harbour Estates Ltd and Tern Ferries Ltd.\n\n"
    "The term of this lease ends on 31 March 2031. The annual rent is 84,000 euros, payable in advance.\n"
)
MINUTES = (
    "Minutes of the board\n\nMaria Lindqvist was elected chair of the board on 4 May 2024.\n\f"
    "Page two: the meeting closed at noon.\n"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    (folder / "lease.txt").write_text(LEASE)
    (folder / "board").mkdir()
    (folder / "board" / "minutes.txt").write_text(MINUTES)
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 broken")
    return folder


@pytest.fixture
def make_service(reader_folder, tmp_path, monkeypatch):
    monkeypatch.setenv("READER_PARAMS_MODEL_NAME_OR_PATH", str(reader_folder))
    made = []

    def make(name="store"):
        settings = dataclasses.replace(Settings.from_environment(), store=tmp_path / name)
        made.append(Service(settings=settings))
        return made[-1]

    yield make
    for service in made:
        service.close()


@pytest.fixture
def service(make_service, folder):
    service = make_service()
    service.index([folder])
    return service


def test_a_clause_is_found_by_the_party_that_only_the_beginning_names(make_service, tmp_path):
    clauses = "\n\n".join(f"{n}. The parties shall give each other notice {n} days before." for n in range(2, 90))
    for number, party in enumerate(("Brightwater", "Ostrander", "Pellew", "Quillfeather")):
        law = f"99. The law of {('Kent', 'Delaware', 'Ohio', 'Texas')[number]} governs this agreement."
        text = f"LEASE\n\nbetween Harbour Estates Ltd and {party} Ltd (the Lessee).\n\n{clauses}\n\n{law}\n"
        (tmp_path / f"lease{number}.txt").write_text(text)
    service = make_service()
    service.index(sorted(tmp_path.glob("lease*.txt")))
    retriever = service.pipelines.query.nodes["Retriever"]
    for number, party in enumerate(("Brightwater", "Ostrander", "Pellew", "Quillfeather")):
        found = retriever.retrieve(f"Which law governs the agreement with {party}?", top_k=2)
        best = next(passage for passage in found if "governs this agreement" in passage.content)
        assert best.meta["name"] == f"lease{number}.txt"


def test_indexing_tells_each_files_fate(make_service, folder):
    seen, totals = [], []
    report = make_service().index([folder], progress=seen.append, on_total=totals.append)
    assert totals == [3]
    assert seen == report.outcomes
    assert {o.path.name: o.state for o in seen} == {
        "lease.txt": "indexed",
        "minutes.txt": "indexed",
        "broken.pdf": "skipped",
    }
    (skipped,) = report.in_state("skipped")
    assert skipped.reason
    assert "\n" not in skipped.reason
    assert report.passages == sum(outcome.passages for outcome in seen) > 0


def test_an_answer_is_evidence(service):
    reply = service.ask("When does the lease end?")
    quote = reply.quotes[0]
    assert quote.answer == "31 March 2031"
    assert service.text(quote.document_id)[quote.start : quote.end] == quote.answer
    assert quote.before.endswith("ends on ")
    assert (quote.name, quote.page) == ("lease.txt", 1)


def test_every_answer_of_every_question_stands_where_it_says(service):
    for question in ("Who was elected chair?", "When did the meeting close?", "How much is the rent?", "Who rents?"):
        reply = service.ask(question, top_k=10)
        passages = {passage.id: passage for passage in reply.passages}
        for answer in reply.answers:
            if answer.is_no_answer:
                assert answer.places == ()
                continue
            for place in answer.places:
                assert passages[place.passage.id] == place.passage
                assert place.passage.content[place.start : place.end] == answer.text
                text = service.text(place.passage.document_id)
                assert text[place.evidence.start : place.evidence.end] == answer.text
                assert text.count("\f", 0, place.evidence.start) + 1 == place.evidence.page
            text = service.text(answer.meta["document_id"])
            assert text[answer.meta["start"] : answer.meta["end"]] == answer.text
            assert text.count("\f", 0, answer.meta["start"]) + 1 == answer.meta["page"]


def test_the_reply_has_haystacks_shape_and_is_plain_json(service):
    from haystack import Answer, Document

    reply = json.loads(json.dumps(service.ask("When does the lease end?").to_dict()))
    assert set(reply) == {"query", "answers", "documents"}
    answer = Answer.from_dict(reply["answers"][0])
    assert answer.document_ids[0] in {Document.from_dict(d).id for d in reply["documents"]}
    assert {"document_id", "name", "page", "start", "end"} <= set(answer.meta)


def test_no_answer_is_a_result(service):
    reply = service.ask("Which colour has the emperor's submarine?")
    assert not reply.found
    assert reply.quotes == []


def test_an_empty_collection_answers_nothing(make_service):
    service = make_service()
    reply = service.ask("When does the lease end?")
    assert (reply.quotes, reply.passages) == ([], [])
    assert service.documents() == []
    assert service.passage_count() == 0


def test_filters_narrow_what_is_read(service):
    reply = service.ask("When did the board's meeting and the lease end?", filters={"name": "minutes.txt"})
    assert {passage.meta["name"] for passage in reply.passages} == {"minutes.txt"}
    folders = {record.meta["name"]: record.meta["folder"] for record in service.documents()}
    assert folders["minutes.txt"].endswith("/board")


def test_indexing_again_changes_nothing(service, folder):
    before = service.passage_count()
    report = service.index([folder])
    assert {o.state for o in report.outcomes} == {"unchanged", "skipped"}
    assert service.passage_count() == before


def test_a_changed_file_takes_its_former_versions_place(make_service, tmp_path):
    service = make_service()
    file = tmp_path / "lease.txt"
    file.write_text(LEASE)
    service.index([file])
    file.write_text(LEASE.replace("2031", "2035"))
    service.index([file])
    assert len(service.documents()) == 1
    assert service.ask("When does the lease end?").quotes[0].answer == "31 March 2035"
    assert "2031" not in service.text("lease.txt")


def test_deleting_takes_passages_and_pages_too(service):
    record = service.document("lease.txt")
    assert service.delete([record.id]) == 1
    assert [r.meta["name"] for r in service.documents()] == ["minutes.txt"]
    assert service.store.get_document_count(index="document", filters={"document_id": record.id}) == 0
    assert service.store.get_document_count(index="page", filters={"document_id": record.id}) == 0


def test_deleting_an_unknown_document_deletes_none(service):
    with pytest.raises(UnknownDocumentError, match="no document 'nothing'"):
        service.delete(["lease.txt", "nothing"])
    assert len(service.documents()) == 2


def test_documents_are_found_by_id_its_beginning_and_name(service):
    record = service.document("minutes.txt")
    assert service.document(record.id).id == service.document(record.id[:8]).id == record.id
    assert record.meta["pages"] == 2
    assert service.text(record.id) == MINUTES.rstrip("\n") or service.text(record.id) == MINUTES
    assert service.text(record.id, page=2).startswith("Page two")
    with pytest.raises(UnknownDocumentError, match="has no page 3, only 1 to 2"):
        service.text(record.id, page=3)


def test_records_are_read_once_until_the_collection_changes(service, monkeypatch):
    asked = []
    read = service.collection.snapshot
    monkeypatch.setattr(service.collection, "snapshot", lambda name: asked.append(name) or read(name))
    before = service.documents()
    assert [record.id for record in service.documents()] == [record.id for record in before]
    assert asked == ["source"]
    service.delete([before[0].id])
    assert [record.id for record in service.documents()] == [record.id for record in before[1:]]


@pytest.mark.parametrize("question", ["", "   ", "\x00", "x" * 10_000])
def test_questions_that_cannot_be_asked_get_one_line(service, question):
    with pytest.raises(QuestionError) as caught:
        service.ask(question)
    assert "\n" not in str(caught.value)


def test_a_lone_surrogate_in_a_question_does_no_harm(service):
    assert service.ask("When does the lease \ud800 end?").passages


@pytest.mark.parametrize("number", [0, -1])
def test_numbers_below_one_are_refused(service, number):
    with pytest.raises(QuestionError, match="at least 1"):
        service.ask("When?", top_k=number)
    with pytest.raises(QuestionError, match="at least 1"):
        service.ask("When?", passages=number)


def test_top_k_bounds_the_answers(service):
    reply = service.ask("When does the lease end and the board meet?", top_k=1)
    assert len([answer for answer in reply.answers if not answer.is_no_answer]) == 1


def test_what_another_service_writes_is_seen_at_the_next_question(make_service, folder):
    reader, writer = make_service(), make_service()
    assert reader.ask("When does the lease end?").passages == []
    writer.index([folder])
    assert reader.ask("When does the lease end?").quotes[0].answer == "31 March 2031"


def test_questions_from_several_threads(service):
    answers = []

    def ask():
        answers.append(service.ask("When does the lease end?").quotes[0].answer)

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == ["31 March 2031"] * 6


def test_a_store_that_is_a_file_gets_one_line(make_service, tmp_path):
    (tmp_path / "taken").write_text("not a store")
    with pytest.raises(NeedlepointError) as caught:
        make_service("taken").documents()
    assert "\n" not in str(caught.value)


def test_judgements_and_deletions_do_not_wait_for_files_that_are_being_read(make_service, tmp_path, monkeypatch):
    service = make_service()
    (tmp_path / "first.txt").write_text("The lease ends on 31 March 2031.\n")
    (tmp_path / "second.txt").write_text("The rent is 84,000 euros.\n")
    service.index([tmp_path / "first.txt"])
    reading, go_on = threading.Event(), threading.Event()
    convert = FileConverter.run

    @functools.wraps(convert)  # Haystack goes by the names of its parameters
    def slowly(self, *arguments, **options):
        reading.set()
        assert go_on.wait(300)
        return convert(self, *arguments, **options)

    monkeypatch.setattr(FileConverter, "run", slowly)
    failures = []

    def index():
        try:
            service.index([tmp_path / "second.txt"])
        except NeedlepointError as error:
            failures.append(error)

    thread = threading.Thread(target=index)
    thread.start()
    try:
        assert reading.wait(300)
        (first,) = service.documents()
        other = threading.Thread(target=service.delete, args=([first.id],))
        other.start()
        other.join(300)
        assert not other.is_alive(), "the deletion waits for the file that is being read"
        assert service.documents() == []
    finally:
        go_on.set()
        thread.join()
    assert failures == []
    assert [record.meta["name"] for record in service.documents()] == ["second.txt"]
