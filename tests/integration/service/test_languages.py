"""Documents in a language that the reader does not know: they are found, and what the reader makes of them counts little."""

from needlepoint.pipelines.roles import foreign_languages
from needlepoint.sheets.questions import questions_from
from needlepoint.sheets.table import State

GERMAN = (
    "Mietvertrag C-117\n\n"
    "Der Mietvertrag für den Liegeplatz C-117 endet am 31. März 2031. Die Miete beträgt 940 Euro im Monat.\n"
)
ENGLISH = "Notes on the weather.\n\nIt rained on most days of the week, and the wind came from the west.\n"


def test_a_german_document(make_service, tmp_path):
    files = tmp_path / "files"
    files.mkdir()
    (files / "vertrag.txt").write_text(GERMAN)
    (files / "notes.txt").write_text(ENGLISH)
    service = make_service("store")
    service.index([files])
    assert {record.meta["name"]: record.meta["language"] for record in service.documents()} == {
        "vertrag.txt": "de",
        "notes.txt": "en",
    }
    reply = service.ask("Wann endet der Mietvertrag C-117?")
    assert foreign_languages(reply, service.reader_facts) == {"de": 1}
    assert not reply.found
    assert all(quote.score < 0.3 for quote in reply.doubtful)
    english = service.ask("Where did the wind come from?", filters={"language": "en"})
    assert foreign_languages(english, service.reader_facts) == {}
    assert english.quotes[0].answer.endswith("west")
    questions, documents = questions_from(["When does the lease end?"]), service.sheets.documents()
    sheet = service.sheets.fill(questions, documents)
    cells = {document.name: sheet.cell(document, questions[0]) for document in documents}
    assert cells["vertrag.txt"].state is State.NOT_FOUND
    assert cells["vertrag.txt"].reason == "it is in German, which the reader does not know"
    assert cells["notes.txt"].reason == ""
