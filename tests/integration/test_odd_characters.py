"""Whatever characters a text has, an answer is its words at the place that is told: in Python, REST, sheets and commands."""

import dataclasses
import json

import pytest
from fastapi.testclient import TestClient

from commands import run_command
from needlepoint.api.app import create_app
from needlepoint.api.limits import Limits
from needlepoint.service.facade import Service
from needlepoint.settings import Settings
from needlepoint.sheets.questions import questions_from
from parity_pairs import ODD

TEXT = (
    "Agreement for berth twelve. The annual rent is 84,000 euros, payable in advance. The term ends on 31 March 2031. "
    "The captain of the ferry is Ida Moreau. The pier is 412 metres long, and it was built of oak in 1898. "
)
QUESTIONS = ("When does the term end?", "Who is the captain of the ferry?", "How long is the pier?")
OTHERS = {
    "beyond the first plane": lambda text: text.replace("a", "\U0001d586").replace(" is ", " \U0001d4f2\U0001d4fc "),
    "form feeds": lambda text: text.replace(". ", ".\f"),
    "line separators": lambda text: text.replace(". ", ".\u2028").replace(", ", ",\x85"),
    "case that changes length": lambda text: text.replace("is", "İs").replace("ss", "ß").replace("fi", "ﬁ"),
}


@pytest.fixture(scope="module")
def service(reader_folder, tmp_path_factory):
    root = tmp_path_factory.mktemp("odd")
    (root / "files").mkdir()
    for kind, change in {**ODD, **OTHERS}.items():
        (root / "files" / f"{kind}.txt").write_bytes(change(TEXT * 2).encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("READER_PARAMS_MODEL_NAME_OR_PATH", str(reader_folder))
        with Service(settings=dataclasses.replace(Settings.from_environment(), store=root / "store")) as service:
            assert len(service.index([root / "files"]).in_state("indexed")) == len(ODD) + len(OTHERS)
            yield service


@pytest.fixture(scope="module")
def texts(service):
    return {record.id: service.text(record.id) for record in service.documents()}


@pytest.fixture(scope="module")
def client(service):
    app = create_app(service, Limits(remember=0))  # each route reads for itself
    with TestClient(app, base_url="http://localhost") as client:
        yield client


@pytest.mark.parametrize("kind", [*ODD, *OTHERS])
@pytest.mark.parametrize("question", QUESTIONS)
def test_answers_in_python_and_over_http_are_the_words_at_their_places(service, client, texts, kind, question):
    filters = {"name": f"{kind}.txt"}
    quotes = service.ask(question, filters=filters)
    told = [(each.document_id, each.start, each.end, each.answer) for each in (*quotes.quotes, *quotes.doubtful)]
    body = {"question": question, "filters": filters}
    for reply in (client.post("/ask", json=body).json(), *_streamed(client, body)):
        for card in (*reply["answers"], *reply["doubtful"]):
            told += [
                (each["document"]["id"], each["start"], each["end"], each["answer"]) for each in (card, *card["places"])
            ]
    assert len(told) >= 4
    for document, start, end, answer in told:
        assert answer
        assert texts[document][start:end] == answer


def _streamed(client, body):
    with client.stream("POST", "/ask/stream", json=body) as lines:
        events = [json.loads(line) for line in lines.iter_lines()]
    return [event["reply"] for event in events if "reply" in event]


@pytest.mark.parametrize("kind", [*ODD, *OTHERS])
def test_haystacks_reply_counts_in_the_passages_it_sends(client, kind):
    params = {"filters": {"name": f"{kind}.txt"}}
    reply = client.post("/query", json={"query": QUESTIONS[0], "params": params}).json()
    passages = {document["id"]: document["content"] for document in reply["documents"]}
    for answer in filter(lambda each: each["answer"], reply["answers"]):
        places = zip(answer["document_ids"], answer["offsets_in_document"], strict=True)
        words = [passages[id_][place["start"] : place["end"]] for id_, place in places]
        assert set(words) == {answer["answer"]}
        shown = answer["offsets_in_context"][0]
        assert answer["context"][shown["start"] : shown["end"]] == answer["answer"]


def test_cells_of_a_sheet_are_the_words_at_their_places(service, texts):
    sheet = service.sheets.fill(questions_from(QUESTIONS), service.sheets.documents())
    quotes = [quote for cell in sheet.cells.values() for quote in cell.quotes]
    assert len(quotes) > len(sheet.cells)
    for quote in quotes:
        assert texts[quote.document_id][quote.start : quote.end] == quote.answer


@pytest.mark.parametrize("kind", ["combining marks", "emoji", "beyond the first plane", "CRLF"])
def test_a_command_prints_the_words_at_their_places(service, texts, kind):
    own = {"NEEDLEPOINT_STORE": str(service.settings.store)}
    done = run_command("ask", QUESTIONS[0], "--filter", f"name={kind}.txt", "--json", **own)
    answers = [each for each in json.loads(done.stdout)["answers"] if each["answer"]]
    assert answers
    for answer in answers:
        meta = answer["meta"]
        assert texts[meta["document_id"]][meta["start"] : meta["end"]] == answer["answer"]
