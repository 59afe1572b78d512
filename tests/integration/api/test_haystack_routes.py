"""Haystack's routes that tell how the service is."""

import pytest


def test_it_says_when_it_is_ready(shown):
    assert shown.get("/initialized").json() is True
    assert shown.get("/ready").json() == {"ready": True}


def test_the_version_is_haystacks(shown):
    assert shown.get("/hs_version").json()["hs_version"].startswith("1.26.4")


def test_health(shown):
    health = shown.get("/health").json()
    assert set(health) == {"version", "cpu", "memory", "gpus"}
    assert 0 <= health["memory"]["used"] <= 100
    assert round(health["cpu"]["used"], 2) == health["cpu"]["used"]


def test_documents_by_filter(shown):
    found = shown.post("/documents/get_by_filters", json={"filters": {"name": ["lease.txt", "letter.txt"]}}).json()
    assert {document["meta"]["name"] for document in found} == {"lease.txt", "letter.txt"}
    assert all(document["embedding"] is None for document in found)
    everything = shown.post("/documents/get_by_filters", json={}).json()
    assert len(everything) == shown.get("/collection").json()["passages"]


def test_unknown_fields_are_refused(shown):
    assert shown.post("/documents/get_by_filters", json={"filter": {}}).status_code == 422
    assert shown.post("/query", json={"query": "When?", "top_k": 3}).status_code == 422


@pytest.mark.parametrize(
    "params",
    [{"Retriever": {"top_k": 201}}, {"top_k": 201}, {"top_k": 201, "Retriever": {}}, {"BM25Retriever": {"top_k": 201}}],
)
def test_no_parameter_has_more_passages_read_than_the_service_allows(shown, params):
    refused = shown.post("/query", json={"query": "When?", "params": params})
    assert refused.status_code == 400
    assert "NEEDLEPOINT_MAX_PASSAGES" in refused.json()["errors"][0]
