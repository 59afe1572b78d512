"""A print kept as XPS is a document like any other: evidence on its page, replaced when it changes, gone when it is deleted."""

import dataclasses

import pytest

from needlepoint.service.facade import Service
from needlepoint.settings import Settings
from xps import glyphs, xps


@pytest.fixture
def service(tmp_path):
    with Service(settings=dataclasses.replace(Settings.from_environment(), store=tmp_path / "store")) as service:
        yield service


def written(path, rent):
    first = ["The harbour office of Tarvay keeps the list of all", "berths and of those who have let them."]
    second = [f"The rent of berth C-117 is {rent} euros a month.", "It is due on the first of May."]
    pages = ["".join(glyphs(line, 96, 96 + 20 * row) for row, line in enumerate(page)) for page in (first, second)]
    path.write_bytes(xps(pages))


def test_a_print_is_asked_replaced_and_deleted(service, tmp_path):
    path = tmp_path / "rent.oxps"
    written(path, 940)
    (outcome,) = service.index([path]).outcomes
    assert (outcome.state, outcome.unread) == ("indexed", ())
    (record,) = service.documents()
    text = service.text(record.id)
    assert (record.meta["type"], record.meta["author"], record.meta["pages"]) == ("xps", "Ane Rask", 2)
    assert (record.meta["date"], record.meta["date_of"]) == ("2024-06-21", "file")
    for passage in service.store.get_all_documents(index="document"):
        assert text[passage.meta["start"] : passage.meta["end"]] == passage.content
    (quote, *_) = service.ask("What is the rent of berth C-117?").quotes
    assert (quote.page, text[quote.start : quote.end]) == (2, quote.answer)
    assert "940" in quote.answer
    assert [outcome.state for outcome in service.index([path]).outcomes] == ["unchanged"]
    written(path, 960)
    service.index([path])
    (record,) = service.documents()
    assert "960 euros" in service.text(record.id)
    service.delete(["rent.oxps"])
    assert (service.documents(), service.passage_count()) == ([], 0)
