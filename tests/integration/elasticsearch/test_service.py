"""The service on Elasticsearch from end to end, with the pipelines that ship."""

import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from needlepoint.errors import QuestionError
from needlepoint.sheets.exports.writing import write_sheet
from needlepoint.sheets.questions import questions_from
from needlepoint.sheets.quote_files import read_quotes
from needlepoint.sheets.reading import Coverage, pairs_of
from needlepoint.sheets.verdicts import Judgement, Verdict
from needlepoint.stores.names import SOURCES

EXAMPLES = Path(__file__).parents[3] / "examples"
LEASE = "LEASE AGREEMENT\n\nThe term of this lease ends on 31 March 2031. The annual rent is 84,000 euros.\n"


def test_the_example_collection_from_end_to_end(make_service):
    service = make_service()
    report = service.index([EXAMPLES / "collection"])
    assert {outcome.state for outcome in report.outcomes} == {"indexed"}
    assert service.passage_count() == report.passages > 100
    assert {o.state for o in service.index([EXAMPLES / "collection"]).outcomes} == {"unchanged"}
    questions = json.loads((EXAMPLES / "questions.json").read_text(encoding="utf-8"))["questions"]
    right = 0
    for question in questions[::6]:
        reply = service.ask(question["question"])
        for answer in reply.answers:
            if answer.is_no_answer:
                continue
            text = service.text(answer.meta["document_id"])
            assert text[answer.meta["start"] : answer.meta["end"]] == answer.text
            assert text.count("\f", 0, answer.meta["start"]) + 1 == answer.meta["page"]
        right += any(quote.answer in json.dumps(question, ensure_ascii=False) for quote in reply.quotes)
    assert right >= 3
    assert service.store.facets("type", index=SOURCES)["docx"] == 4
    reply = service.ask("When does the lease end?", filters={"type": "docx", "date": {"$lt": "2020-01-01"}})
    assert {document.meta["type"] for document in reply.passages} == {"docx"}
    with pytest.raises(QuestionError, match="not a filter operator"):
        service.ask("When?", filters={"type": {"$like": "docx"}})


def test_a_sheet_is_read_and_a_changed_file_is_read_again(make_service, tmp_path):
    service = make_service()
    (tmp_path / "lease.txt").write_text(LEASE)
    (tmp_path / "pier.txt").write_text("The longest pier of the harbour measures 412 metres.")
    service.index([tmp_path])
    questions = questions_from(["When does the lease end?"])
    sheets = service.sheets

    def shown():
        sheet = sheets.fill(questions, sheets.documents())
        return [sheet.cell(document, questions[0]).shown() for document in sheet.documents]

    assert shown() == ["31 March 2031", "not found in 1 of 1 passages"]
    (tmp_path / "lease.txt").write_text(LEASE.replace("2031", "2035"))
    service.index([tmp_path])
    work = sheets.filler(coverage=Coverage()).work(pairs_of(questions, sheets.documents()))
    assert (work.units, work.known) == (2, 1)
    assert shown() == ["31 March 2035", "not found in 1 of 1 passages"]


def test_the_quotes_of_an_exported_sheet_are_verified_as_the_collection_changes(make_service, tmp_path):
    service, papers = make_service(), tmp_path / "papers"
    papers.mkdir()
    (papers / "lease.txt").write_text(LEASE)
    (papers / "pier.txt").write_text("A page before.\n\fThe longest pier of the harbour measures 412 metres.\n")
    service.index([papers])
    questions = questions_from(["When does the lease end?", "How long is the longest pier?"])
    sheets = service.sheets
    (document,) = sheets.documents(names=["lease.txt"])
    start = LEASE.index("84,000 euros")
    words = "84,000 euros"
    sheets.verdicts.add(Verdict(document.id, questions[1].text, Judgement.CORRECTED, words, start, start + len(words)))
    for name in ("terms.xlsx", "terms.zip"):
        write_sheet(sheets.fill(questions, sheets.documents()), tmp_path / name)

    def outcomes(name="terms.xlsx"):
        verified = sheets.verify(read_quotes(tmp_path / name).quotes)
        for each in verified.quotes:
            if each.words:
                assert service.text(each.document_id)[each.start : each.end] == each.words
                assert each.words in service.text(each.document_id, page=each.page)
        return {(each.quote.words, str(each.outcome), each.page) for each in verified.quotes}

    held = {("31 March 2031", "holds", 1), (words, "holds", 1), ("412 metres", "holds", 2)}
    assert outcomes() == outcomes("terms.zip") == held
    (papers / "lease.txt").write_text("COPY OF THE REGISTER\n\n" + LEASE.replace("2031", "2035"))
    (papers / "pier.txt").unlink()
    service.index([papers])
    service.delete(["pier.txt"])
    assert outcomes() == {("31 March 2031", "changed", 1), (words, "moved", 1), ("412 metres", "gone", 0)}


def test_changed_and_deleted_files_leave_nothing_behind(make_service, tmp_path):
    service, other = make_service(), make_service()
    assert other.ask("When does the lease end?").passages == []
    file = tmp_path / "lease.txt"
    file.write_text(LEASE)
    service.index([file])
    file.write_text(LEASE.replace("2031", "2035"))
    service.index([file])
    assert [record.meta["name"] for record in other.documents()] == ["lease.txt"]
    assert other.ask("When does the lease end?").quotes[0].answer == "31 March 2035"
    assert "2031" not in other.text("lease.txt")
    assert service.delete(["lease.txt"]) == 1
    for index in ("document", "page", "source"):
        assert other.store.get_document_count(index=index) == 0


@pytest.mark.parametrize("pipeline", ["elasticsearch", "elasticsearch-transformers"])
def test_haystacks_own_readers_answer_with_evidence(make_service, tmp_path, pipeline):
    service = make_service(pipeline)
    (tmp_path / "lease.txt").write_text(LEASE)
    service.index([tmp_path / "lease.txt"])
    quote = service.ask("When does the lease end?").quotes[0]
    assert quote.answer == "31 March 2031"
    assert service.text(quote.document_id)[quote.start : quote.end] == quote.answer


def test_haystacks_own_store_with_our_reader(reader_folder, prefix, server_url, tmp_path):
    from needlepoint.service.facade import Service

    server = urlsplit(server_url)
    file = tmp_path / "own.haystack-pipeline.yml"
    file.write_text(f"""
components:
  - name: Store
    type: ElasticsearchDocumentStore
    params:
      scheme: {server.scheme}
      host: {server.hostname}
      port: {server.port}
      index: {prefix}-haystack
      analyzer: english
      refresh_type: "true"
  - name: Retriever
    type: BM25Retriever
    params: {{document_store: Store, top_k: 5}}
  - name: Reader
    type: OnnxReader
    params: {{model_name_or_path: {reader_folder}, return_no_answer: true}}
pipelines:
  - name: query
    nodes: [{{name: Retriever, inputs: [Query]}}, {{name: Reader, inputs: [Retriever]}}]
  - name: indexing
    nodes: [{{name: Store, inputs: [File]}}]
""")
    with Service(file) as service:
        haystack_store = service.store
        assert type(haystack_store).__module__.startswith("haystack.")
        haystack_store.write_documents(
            [{"content": LEASE, "meta": {"name": "lease.txt"}}, {"content": "Something else."}]
        )
        reply = service.ask("When does the lease end?", filters={"name": "lease.txt"})
        assert reply.quotes[0].answer == "31 March 2031"
        assert [document.content for document in reply.passages] == [LEASE]
