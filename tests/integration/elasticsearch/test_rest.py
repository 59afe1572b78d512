"""The REST service over Elasticsearch: what the embedded store does there, this one does."""

from fastapi.testclient import TestClient

from needlepoint.api.app import create_app
from needlepoint.api.limits import Limits
from waiting import eventually

LEASE = "LEASE AGREEMENT\n\nThe term of this lease ends on 31 March 2031. The annual rent is 84,000 euros.\n"


def test_upload_ask_judge_export_delete(make_service):
    with TestClient(create_app(make_service(), Limits()), base_url="http://localhost") as client:
        eventually(lambda: client.get("/ready").status_code == 200)
        job = client.post(
            "/documents", files=[("files", ("lease.txt", LEASE))], data={"meta": '{"matter": "rent"}'}
        ).json()
        eventually(lambda: client.get(job["url"]).json()["state"] == "done")
        (entry,) = client.get("/documents", params={"filters": '{"matter": "rent"}'}).json()["documents"]
        assert (
            client.get(f"/documents/{entry['id']}/text", params={"start": 17, "end": 40}).json()["text"] == LEASE[17:40]
        )
        card = client.post("/ask", json={"question": "When does the lease end?"}).json()["answers"][0]
        assert card["answer"] == "31 March 2031"
        label = {"query": "When does the lease end?", "origin": "user-feedback", **card["haystack"]}
        label |= {"is_correct_answer": True, "is_correct_document": True}
        posted = client.post("/feedback", json=label).json()
        assert [found["id"] for found in client.get("/feedback").json()] == [posted["id"]]
        assert client.post("/eval-feedback").json()["answer_accuracy"] == 1
        assert len(client.get("/export-feedback").json()["data"]) == 1
        assert client.put(f"/feedback/{posted['id']}", json={**label, "is_correct_answer": False}).status_code == 200
        assert client.post("/eval-feedback").json()["answer_accuracy"] == 0
        assert client.delete("/feedback").status_code == 200
        assert client.get("/feedback").json() == []
        assert client.post("/documents/delete_by_filters", json={}).json() is True
        assert client.get("/collection").json()["passages"] == 0
        assert client.get("/documents").json()["total"] == 0
