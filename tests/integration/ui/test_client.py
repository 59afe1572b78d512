"""The page's client against the real service: the stream, its end, and what a busy service is told by."""

from contextlib import closing

import httpx
import pytest

from needlepoint.api.limits import Limits
from needlepoint_ui.service.client import Client
from needlepoint_ui.service.failures import ServiceBusyError, ServiceError

QUESTION = "When does the lease end?"


def test_the_reply_comes_last_and_quotes_the_documents(client):
    events = [event for event in client.ask(QUESTION, answers=3, passages=0) if event]
    assert events[-1].kind == "reply"
    assert [event.kind for event in events[:-1]].count("reply") == 0
    card = events[-1].reply.cards[0]
    for place in card.places:
        assert client.text(place.document.id, place.start, place.end) == place.answer
        assert 0 < place.score <= card.score
    assert card.place.quote in card.passage.text
    assert client.document(card.place.document.id).page_at(card.place.start) == card.place.page


def test_a_closed_stream_leaves_the_service_free_for_the_next_question(client):
    with closing(client.ask(QUESTION, answers=3, passages=0)) as events:
        next(events)
    assert [event for event in client.ask(QUESTION, answers=3, passages=0) if event][-1].reply.cards


def test_what_the_service_refuses_is_said_in_its_words(client):
    with pytest.raises(ServiceError, match="empty"):
        list(client.ask("   ", answers=3, passages=0))
    with pytest.raises(ServiceError):
        client.document("f" * 32)


def test_a_key_is_sent_and_a_wrong_one_told(serve, reader_folder, tmp_path, monkeypatch):
    monkeypatch.setenv("READER_PARAMS_MODEL_NAME_OR_PATH", str(reader_folder))
    with serve(tmp_path / "store", Limits(api_key="a secret of some length")) as url:
        assert Client(url, key="a secret of some length").collection().documents == 0
        with pytest.raises(ServiceError, match="NEEDLEPOINT_API_KEY"):
            Client(url, key="another").collection()


def test_a_service_that_takes_no_more_questions_says_when_to_come_back(client, monkeypatch):
    busy = httpx.MockTransport(
        lambda request: httpx.Response(503, headers={"Retry-After": "3"}, json={"errors": ["too many questions"]})
    )
    monkeypatch.setattr(client, "_http", httpx.Client(base_url=client.url, transport=busy))
    with pytest.raises(ServiceBusyError, match="too many questions") as raised:
        client.collection()
    assert raised.value.retry_after_s == 3.0
