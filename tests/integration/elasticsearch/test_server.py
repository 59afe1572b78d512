"""What can be wrong with the server or the way to it: one line each, which holds no secret."""

import base64
import json
import logging
import os
import threading
import time
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from commands import Command
from free_ports import free_port
from needlepoint.errors import CollectionError, ServerUnavailableError
from needlepoint.service.copying import copy_collection
from needlepoint.service.facade import Service
from needlepoint.settings import Settings
from needlepoint.sheets.questions import questions_from
from needlepoint.stores.changes import Change, Deletion, Entry
from needlepoint.stores.elasticsearch import ElasticCollection, Server, ServerSettings
from needlepoint.stores.elasticsearch.journal_entry import JournalEntry
from needlepoint.stores.elasticsearch.leases import LONGEST_S
from needlepoint.stores.elasticsearch.mapping import index_form
from needlepoint.stores.elasticsearch.places import Fence
from needlepoint.stores.names import PAGES, PASSAGES, SOURCES
from needlepoint.stores.records import Record
from waiting import eventually

LEASE = "LEASE AGREEMENT\n\nThe term of this lease ends on 31 March 2031. The annual rent is 84,000 euros.\n"
SECRET = "hunter2-secret"


def started(*arguments, **environment):
    others = {name for name in os.environ if name.startswith("ELASTICSEARCH_")}
    named = {f"ELASTICSEARCH_{name}": value for name, value in {"WAIT_S": "0", **environment}.items()}
    return Command(*arguments, **{**dict.fromkeys(others), **named})


def command(*arguments, **environment):
    return started(*arguments, **environment).finish()


def failing_list(**environment):
    """Return the one line that ``documents list`` fails with."""
    result = command("documents", "list", "--pipeline", "elasticsearch-onnx", **environment)
    assert result.returncode == 1, result.stderr
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1, result.stderr
    assert SECRET not in result.stderr
    return result.stderr


def test_a_server_that_is_away():
    line = failing_list(URL=f"http://elastic:{SECRET}@127.0.0.1:{free_port()}")
    assert "cannot be reached: start it, or set ELASTICSEARCH_URL" in line


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("URL", f"ftp://{SECRET}", "must begin with http:// or https://"),
        ("URL", f"http://{SECRET}:99999999", "is not a URL"),
        ("URL", ",", "names no server"),
        ("CLOUD_ID", SECRET, "ELASTICSEARCH_CLOUD_ID cannot be read"),
        ("WAIT_S", "soon", "ELASTICSEARCH_WAIT_S must be a number of seconds"),
        ("WAIT_S", "nan", "ELASTICSEARCH_WAIT_S must be a number of seconds"),
        ("INDEX", "Upper*", "ELASTICSEARCH_INDEX must be lower-case"),
        ("CA_CERTS", "/nowhere/ca.crt", "ELASTICSEARCH_CA_CERTS: no file /nowhere/ca.crt"),
    ],
)
def test_settings_that_cannot_be_right(name, value, said):
    with pytest.raises(CollectionError, match=said.replace("*", r"\*")) as caught:
        ServerSettings.from_environment({f"ELASTICSEARCH_{name}": value})
    assert SECRET not in str(caught.value)


def test_a_cloud_id_names_the_server():
    hidden = base64.b64encode(b"us-east.example.org$0123abc$kibana").decode()
    environment = {"ELASTICSEARCH_CLOUD_ID": f"mine:{hidden}", "ELASTICSEARCH_API_KEY": SECRET}
    settings = ServerSettings.from_environment(environment)
    assert (settings.urls, settings.api_key) == (("https://0123abc.us-east.example.org:443",), SECRET)
    with pytest.raises(CollectionError, match="both name a server: set one"):
        ServerSettings.from_environment({**environment, "ELASTICSEARCH_URL": "http://localhost:9200"})


def test_several_hosts_of_which_one_answers(server_url):
    hosts = f"http://127.0.0.1:{free_port()}, {server_url}"
    server = Server(ServerSettings.from_environment({"ELASTICSEARCH_URL": hosts}))
    for _ in range(4):
        assert server.ask(lambda client: client.info())["version"]
    server.close()


def test_credentials_in_the_url_are_used_and_never_shown():
    settings = ServerSettings.from_environment({"ELASTICSEARCH_URL": f"https://me:{SECRET}%40@search.example.org/es/"})
    assert (settings.urls, settings.username) == (("https://search.example.org:443/es",), "me")
    assert settings.password == f"{SECRET}@"
    assert SECRET not in repr(settings)


@pytest.mark.parametrize("login", [{"USERNAME": "elastic", "PASSWORD": SECRET}, {"API_KEY": f"id:{SECRET}"}])
def test_secrets_are_in_no_log_error_or_repr(answering, login, monkeypatch, caplog):
    for name, value in {**login, "WAIT_S": "0", "URL": answering(200, {"version": {"number": "7.17.9"}})}.items():
        monkeypatch.setenv(f"ELASTICSEARCH_{name}", value)
    from needlepoint.nodes.elasticsearch_store import ElasticsearchStore

    caplog.set_level(logging.DEBUG)
    for url in (os.environ["ELASTICSEARCH_URL"], f"http://127.0.0.1:{free_port()}"):
        monkeypatch.setenv("ELASTICSEARCH_URL", url)
        store = ElasticsearchStore()
        with pytest.raises(CollectionError) as caught:
            store.get_all_documents()
        server = store.collection.server
        shown = [
            *traceback.format_exception(caught.value),
            repr(vars(store)),
            repr(server.settings),
            repr(vars(server)),
        ]
        for secret in (SECRET, base64.b64encode(f"elastic:{SECRET}".encode()).decode()):
            assert secret not in " ".join(shown) + caplog.text


@pytest.fixture
def answering():
    """A little server that answers every request alike."""
    made = []

    def start(status, body, product="Elasticsearch"):
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                data = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(data)))
                if product:
                    self.send_header("x-elastic-product", product)
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *arguments):
                pass

        made.append(ThreadingHTTPServer(("127.0.0.1", 0), Handler))
        threading.Thread(target=made[-1].serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{made[-1].server_port}"

    yield start
    for server in made:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("status", "body", "product", "said"),
    [
        (
            200,
            {"version": {"number": "7.17.9"}},
            "Elasticsearch",
            "is version 7.17.9: Needlepoint needs Elasticsearch 8",
        ),
        (200, {"version": {"number": "2.11.0", "distribution": "opensearch"}}, None, "another product or version"),
        (200, {"hello": "world"}, "Elasticsearch", "is not Elasticsearch"),
        (200, ["hello"], "Elasticsearch", "is not Elasticsearch"),
        (
            406,
            {"error": "Content-Type header [application/vnd.elasticsearch+json] is not supported"},
            None,
            "is too old",
        ),
        (401, {"error": {"type": "security_exception", "reason": "missing"}}, "Elasticsearch", "wants a login: set"),
        (
            503,
            {"error": {"type": "unavailable", "reason": "no\nmaster"}},
            "Elasticsearch",
            r"cannot answer now \(503\): no master",
        ),
    ],
)
def test_a_server_that_is_not_the_right_one(answering, status, body, product, said):
    server = Server(ServerSettings(urls=(answering(status, body, product),), wait_s=0))
    with pytest.raises(CollectionError, match=said) as caught, server.talking():
        raise AssertionError
    assert "\n" not in str(caught.value)


def test_https_to_a_server_without_it(answering):
    server = Server(ServerSettings(urls=(answering(200, {}).replace("http:", "https:"),)))
    with pytest.raises(CollectionError, match=r"check http:// or https:// in ELASTICSEARCH_URL"), server.talking():
        raise AssertionError


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ("write", "takes no writes: .* (the index is read-only: take away its block"),
        (
            "read_only_allow_delete",
            "takes no writes: .* (its disk is nearly full: make room there",
        ),  # as the flood stage does
    ],
)
def test_an_index_that_takes_no_writes(make_service, prefix, tmp_path, block, said):
    """Nothing is added, deleted or copied by halves, and what only reads goes on."""
    service = make_service()
    (tmp_path / "lease.txt").write_text(LEASE)
    service.index([tmp_path / "lease.txt"])
    (tmp_path / "other.txt").write_text(LEASE.replace("2031", "2035"))
    with Service("local", settings=Settings(store=tmp_path / "store", cache=tmp_path / "cache")) as embedded:
        embedded.index([tmp_path / "other.txt"])
        with service.store.collection.server.talking() as client:
            client.indices.put_settings(index=f"{prefix}-*", settings={f"index.blocks.{block}": True})
            for act in (
                lambda: service.index([tmp_path / "other.txt"]),
                lambda: service.delete(["lease.txt"]),
                lambda: copy_collection(embedded, service),
            ):
                with pytest.raises(CollectionError, match=said.replace("(", r"\(")) as caught:
                    act()
                assert "\n" not in str(caught.value)
            assert [record.meta["name"] for record in service.documents()] == ["lease.txt"]
            sheet = service.sheets.fill(questions_from(["When does the lease end?"]), service.sheets.documents())
            assert [cell.shown() for cell in sheet.cells.values()] == ["31 March 2031"]
            client.indices.put_settings(index=f"{prefix}-*", settings={f"index.blocks.{block}": None})
        assert copy_collection(embedded, service).copied == 1
    assert [record.meta["name"] for record in service.documents()] == ["lease.txt", "other.txt"]
    assert service.delete(["lease.txt"]) == 1
    assert [record.meta["name"] for record in service.documents()] == ["other.txt"]


def test_a_red_index(prefix, monkeypatch):
    monkeypatch.setenv("ELASTICSEARCH_WAIT_S", "1")
    collection = ElasticCollection(Server(ServerSettings.from_environment()))
    nowhere = {"index.routing.allocation.require._name": "nowhere"}
    form = index_form(similarity="cosine", shards=1, replicas=0)
    with collection.server.talking() as client:
        whole = {"index": f"{prefix}-document", "wait_for_active_shards": "0", "mappings": form["mappings"]}
        client.indices.create(settings={**form["settings"], **nowhere}, **whole)
    index = collection.snapshot("document")
    record = Record("1", "ferries carry passengers")
    for act in (
        lambda: index.search("ferries", top_k=1),
        lambda: index.get(["1"]),
        lambda: collection.write("document", [record]),
    ):
        with pytest.raises(ServerUnavailableError, match=r"on no node that runs \(status red\)") as caught:
            act()
        assert "\n" not in str(caught.value)
    with collection.server.talking() as client:
        client.indices.put_settings(index=f"{prefix}-document", settings=dict.fromkeys(nowhere))
        client.cluster.health(index=f"{prefix}-document", wait_for_status="green", timeout="60s")
    collection.write("document", [record])
    assert [found.id for _, found in index.search("ferries", top_k=1)] == ["1"]
    collection.close()


def test_a_client_of_another_version(monkeypatch):
    monkeypatch.setattr("needlepoint.stores.elasticsearch.server.VERSION", (9, 1, 0))
    with pytest.raises(CollectionError, match=r"elasticsearch is 9.1.0: pip install 'elasticsearch>=8.19,<9'"):
        Server(ServerSettings(wait_s=0)).ask(lambda client: client.info())


def test_work_goes_on_when_the_server_is_back(own_server, make_service, prefix, monkeypatch, tmp_path):
    monkeypatch.setenv("ELASTICSEARCH_URL", own_server.url)
    monkeypatch.setenv("ELASTICSEARCH_WAIT_S", "1")
    service = make_service()
    (tmp_path / "lease.txt").write_text(LEASE)
    service.index([tmp_path / "lease.txt"])
    own_server.stop()
    try:
        for act in (lambda: service.ask("When does the lease end?"), lambda: service.documents()):
            with pytest.raises(ServerUnavailableError, match="cannot be reached") as caught:
                act()
            assert "\n" not in str(caught.value)
            assert caught.value.retry_after_s > 0
        assert "cannot be reached" in failing_list(URL=own_server.url)
        (tmp_path / "minutes.txt").write_text("Maria Lindqvist was elected chair on 4 May 2024.")
        arguments = ("index", str(tmp_path / "minutes.txt"), "--pipeline", "elasticsearch-onnx")
        waiting = started(*arguments, URL=own_server.url, INDEX=prefix, WAIT_S="400")
        line = eventually(lambda: waiting.stderr)
        assert "cannot be reached" in line
        assert line.endswith("waiting up to 400 s\n")
    finally:
        own_server.start()
    done = waiting.finish()
    assert "1 file indexed" in done.stdout, done.stderr
    assert [record.meta["name"] for record in service.documents()] == ["lease.txt", "minutes.txt"]
    assert service.ask("When does the lease end?").quotes[0].answer == "31 March 2031"
    (tmp_path / "lease.txt").write_text(LEASE.replace("2031", "2035"))
    service.index([tmp_path / "lease.txt"])
    assert service.ask("When does the lease end?").quotes[0].answer == "31 March 2035"


def leave_a_deletion(server):
    """Leave a deletion of all documents in the journal, as a process on another machine does that dies."""
    entry = JournalEntry(server, "needlepoint-journal", "another-machine/1/pid-1-1#1", Fence(0, time.time_ns()))
    entry.note(Entry.decided(Change(deletions=[Deletion(name) for name in (PASSAGES, PAGES, SOURCES)])))
    renewed_ms = int(1_000 * (time.time() - 2 * LONGEST_S))
    with server.talking() as client:
        client.update(index="needlepoint-journal", id=entry.id, doc={"renewed_ms": renewed_ms}, refresh=True)
    server.close()


def test_security_and_tls(secure_server, tmp_path):
    server = secure_server
    assert server.url.startswith("https://")
    password = (server.home / "home" / "elastic-password").read_text().strip()
    authority = str(server.home / "home" / "ca.crt")
    login = {"URL": server.url, "USERNAME": "elastic", "PASSWORD": password}
    trusted = {"URL": server.url, "CA_CERTS": authority}
    assert "certificate that is not known here: set ELASTICSEARCH_CA_CERTS" in failing_list(**login)
    assert "wants a login: set ELASTICSEARCH_USERNAME" in failing_list(**trusted)
    assert "refuses user name and password" in failing_list(**trusted, USERNAME="elastic", PASSWORD=SECRET)
    assert "refuses the API key" in failing_list(**trusted, API_KEY=SECRET)
    assert "ELASTICSEARCH_URL" in failing_list(URL=server.url.replace("https", "http"))
    (tmp_path / "lease.txt").write_text(LEASE)
    arguments = ("index", str(tmp_path / "lease.txt"), "--pipeline", "elasticsearch-onnx")
    done = command(*arguments, **login, CA_CERTS=authority)
    assert done.returncode == 0, done.stderr
    known = {f"ELASTICSEARCH_{name}": value for name, value in {**login, **trusted}.items()}

    def api_key(*privileges):
        role = {"indices": [{"names": ["needlepoint-*"], "privileges": list(privileges)}]}
        with Server(ServerSettings.from_environment(known)).talking() as client:
            made = client.security.create_api_key(name="-".join(privileges), role_descriptors={"only": role})
        return made["encoded"]

    key = api_key("read", "view_index_metadata")
    listed = command("documents", "list", "--pipeline", "elasticsearch-onnx", **trusted, API_KEY=key)
    assert "lease.txt" in listed.stdout, listed.stderr
    assert listed.stderr == ""
    leave_a_deletion(Server(ServerSettings.from_environment(known)))
    listed = command("documents", "list", "--pipeline", "elasticsearch-onnx", **trusted, API_KEY=key)
    assert "lease.txt" in listed.stdout, listed.stderr
    assert "an interrupted change cannot be settled: " in listed.stderr
    assert "unauthorized" in listed.stderr
    assert listed.stderr.count("\n") == 1
    listed = command("documents", "list", "--pipeline", "elasticsearch-onnx", **login, CA_CERTS=authority)
    assert "lease.txt" not in listed.stdout, listed.stderr
    assert listed.stderr == "needlepoint: an interrupted change to needlepoint has been completed\n"
    (tmp_path / "lease.txt").write_text(LEASE * 2)
    refused = command(*arguments, **trusted, API_KEY=key)
    assert refused.returncode == 1
    assert "unauthorized" in refused.stderr
    assert refused.stderr.count("\n") == 1
    key = api_key("read", "view_index_metadata", "write", "create_index", "maintenance")
    writer = {**trusted, "API_KEY": key, "INDEX": "needlepoint-other"}
    for text in (LEASE, LEASE * 2):
        (tmp_path / "lease.txt").write_text(text)
        done = command(*arguments, **writer)
        assert "1 file indexed" in done.stdout, done.stderr
    removed = command("documents", "delete", "lease.txt", "--yes", "--pipeline", "elasticsearch-onnx", **writer)
    assert removed.returncode == 0, removed.stderr
    listed = command("documents", "list", "--pipeline", "elasticsearch-onnx", **writer)
    assert "lease.txt" not in listed.stdout, listed.stderr
