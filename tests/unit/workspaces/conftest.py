import pytest

from needlepoint.sheets.database import SheetDatabase
from needlepoint.workspaces.history import History
from needlepoint.workspaces.pins import Pins
from needlepoint.workspaces.workspace import Workspaces


@pytest.fixture
def database(tmp_path):
    database = SheetDatabase(tmp_path / "sheets.sqlite")
    yield database
    database.close()


@pytest.fixture
def workspaces(database):
    return Workspaces(database)


@pytest.fixture
def history(database):
    return History(database)


@pytest.fixture
def pins(database):
    return Pins(database)


@pytest.fixture
def place():
    """Return what makes the place of some words, as a card has it."""

    def place(answer="31 March 2031", *, start=100, score=0.9, name="lease.txt", id_="d1", page=7, **more):
        end = start + len(answer)
        quote = {"before": "It ends on ", "after": ".", "start": start - 11, "end": end + 1}
        document = {"id": id_, "name": name, "title": "", "type": "text", "date": "2021-03-30"}
        of_page = {"page": page, "last_page": page, "section": None}
        values = {"answer": answer, "score": score, "document": document, "start": start, "end": end, "quote": quote}
        return {**values, **of_page, "places": [], **more}

    return place


@pytest.fixture
def reply(place):
    """Return what makes a reply."""

    def reply(question="When does the lease end?", *answers, found=True, **more):
        answers = list(answers) or [place()]
        reader = {"model": "bundled reader", "precision": "fp32", "calibrated": True}
        parts = {
            "answers": answers if found else [],
            "doubtful": [] if found else answers,
            "verified": [],
            "nearest": [],
        }
        return {
            "question": question,
            "found": found,
            **parts,
            "read": {"passages": 20, "documents": 6},
            "reader": reader,
            **more,
        }

    return reply
