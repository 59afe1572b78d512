"""The client of the service, over HTTP: the views reach Needlepoint only through this module."""

import json
import os
import ssl
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, BinaryIO

import httpx

from needlepoint_ui.service import streaming
from needlepoint_ui.service.collection_models import Collection, Job, Record
from needlepoint_ui.service.failures import ServiceBusyError, ServiceDownError, ServiceError, refusal_of
from needlepoint_ui.service.labels import Label
from needlepoint_ui.service.memory import LastReplies
from needlepoint_ui.service.models import Json, Me, Reply
from needlepoint_ui.service.reading_models import Found, Picture, PlacedWord, SheetRow
from needlepoint_ui.service.sets import SetClient
from needlepoint_ui.service.sheets import SheetClient
from needlepoint_ui.service.workspaces import WorkspaceClient

DEFAULT_URL = "http://127.0.0.1:8000"
_TIMEOUT = httpx.Timeout(30.0, connect=3.0)
_SLOW = httpx.Timeout(600.0, connect=3.0)  # sending files


@cache
def _trusted() -> ssl.SSLContext:
    """Return the certificates that this machine trusts; reading them takes longer than making a client for each session."""
    return ssl.create_default_context()


class Client:
    """The client of one service. Calls may come from several sessions at once.

    While nothing answers, calls that only read return what they returned last, and :attr:`failure` says so. Every other call
    raises :class:`ServiceDownError` if nothing answers, :class:`ServiceBusyError` if the service asks to try again later, and
    :class:`ServiceError` for any other refusal; each message says what to do.

    :param url: the service's address.
    :param key: its API key, if it needs one.
    :param person: headers that say who asks. The service lets nobody in for the key alone who comes from the page.
    """

    def __init__(
        self, url: str = DEFAULT_URL, *, key: str | None = None, person: Mapping[str, str] | None = None
    ) -> None:
        self.url = url.rstrip("/")
        self._headers = {"X-Needlepoint-Page": "1", **({"X-API-Key": key} if key else {}), **(person or {})}
        self._ssl = _trusted()
        self._http = httpx.Client(base_url=self.url, headers=self._headers, timeout=_TIMEOUT, verify=self._ssl)
        self._last = LastReplies()
        self.sheets = SheetClient(self._request)
        self.sets = SetClient(self._request)
        self.workspaces = WorkspaceClient(self._request, self._get)

    @classmethod
    def from_environment(cls, person: Mapping[str, str] | None = None) -> "Client":
        """Make one for ``NEEDLEPOINT_SERVICE`` with ``NEEDLEPOINT_API_KEY``."""
        url, key = os.environ.get("NEEDLEPOINT_SERVICE") or DEFAULT_URL, os.environ.get("NEEDLEPOINT_API_KEY") or None
        return cls(url, key=key, person=person)

    @property
    def failure(self) -> ServiceDownError | None:
        """Why the last call that only reads returned what it had returned before; None if it did not."""
        return self._last.failure

    def answers(self) -> bool:
        """Return whether the service answers now."""
        try:
            self._request("GET", "/collection")
        except ServiceError as error:
            return not isinstance(error, ServiceDownError)
        return True

    # --- people ---------------------------------------------------------------------------------------------------

    def me(self) -> Me:
        """Return who asks.

        :raises LogInNeededError: the service does not know.
        """
        return Me.of(self._get("/me"))

    def log_in(self, name: str, password: str) -> str:
        """Return the token of a new session.

        :raises ServiceError: the name or the password is wrong, or it was wrong too often.
        """
        return str(self._request("POST", "/login", json={"name": name, "password": password}).json()["session"])

    def log_out(self) -> None:
        """End the session."""
        self._request("POST", "/logout")

    # --- asking ---------------------------------------------------------------------------------------------------

    def ask(
        self, question: str, *, answers: int, passages: int, filters: Json | None = None, keep: Json | None = None
    ) -> Iterator[streaming.Event | None]:
        """Yield the events of a question, the reply last; ``None`` a few times a second while there is nothing new.

        Closing the iterator stops the work.

        :param passages: how many to read; 0 for the service's default.
        :param keep: the ``workspace`` in which it is kept, with ``scope`` and ``address``; None keeps it nowhere.
        """
        passages_read = passages or None
        body = _without_none(question=question, answers=answers, passages=passages_read, filters=filters, keep=keep)
        with _failures_explained(self.url):
            for line in streaming.lines(
                f"{self.url}/ask/stream", body, headers=self._headers, timeout=_TIMEOUT, verify=self._ssl
            ):
                yield None if line is None else _event(line)

    # --- the collection -------------------------------------------------------------------------------------------

    def collection(self) -> Collection:
        """Return the collection's size, store and reader."""
        return Collection.of(self._get("/collection"))

    def facets(self, filters: Json | None = None) -> dict[str, Any]:
        """Return each field's values with their counts; for ``date``, the first and the last."""
        return dict(self._get("/facets", filters=filters))

    def combined_facets(self, choices: Json, filters: Json | None = None) -> tuple[int, dict[str, list[Any]]]:
        """Return how many documents the choices leave, and each facet's values with their counts under all other choices.

        :param choices: the chosen values by facet; of ``date``, years.
        """
        data = self._get("/facets/combined", choices=choices or None, filters=filters)
        return int(data["documents"]), {str(facet["name"]): facet["values"] for facet in data["facets"]}

    def documents(
        self, *, search: str = "", sort: str = "name", offset: int = 0, limit: int = 50, filters: Json | None = None
    ) -> tuple[int, list[Record]]:
        """Return how many documents match, and one page of them."""
        data = self._get("/documents", search=search, sort=sort, offset=offset, limit=limit, filters=filters)
        return int(data["total"]), [Record.of(document) for document in data["documents"]]

    def document(self, document_id: str) -> Record:
        """Return a document's record with its list of pages, without its text."""
        return Record.of(self._get(f"/documents/{document_id}"))

    def text(self, document_id: str, start: int, end: int) -> str:
        """Return characters ``start`` to ``end`` of a document's text."""
        return str(self._get(f"/documents/{document_id}/text", start=start, end=end)["text"])

    def picture(self, document_id: str, page: int, *, highlight: tuple[int, int] | None, width: int) -> Picture | None:
        """Return a page as a picture with its words marked, or None if it has no picture."""
        marked = f"{highlight[0]}-{highlight[1]}" if highlight else None
        with _failures_explained(self.url):
            response = self._http.get(
                f"/documents/{document_id}/pages/{page}.png", params=_without_none(highlight=marked, width=width)
            )
            if response.status_code == httpx.codes.NOT_FOUND:
                return None
            boxes = json.loads(_checked(response).headers.get("X-Boxes", "[]"))
            return Picture(response.content, tuple(tuple(box) for box in boxes))

    def sizes(self, document_id: str) -> list[tuple[float, float]]:
        """Return width and height of each page of a PDF, in points."""
        return [
            (float(width), float(height)) for width, height in self._get(f"/documents/{document_id}/sizes")["sizes"]
        ]

    def words(self, document_id: str, page: int) -> list[PlacedWord]:
        """Return the words of a PDF page with their places."""
        data = self._get(f"/documents/{document_id}/pages/{page}/words")
        return [(int(word[0]), int(word[1]), *map(float, word[2:6])) for word in data["words"]]  # type: ignore[misc]

    def rows(self, document_id: str, page: int, *, most: int) -> list[SheetRow]:
        """Return the rows of a sheet with the places of their cells; none if there are more than ``most``."""
        data = self._get(f"/documents/{document_id}/pages/{page}/cells", limit=most)
        return list(map(SheetRow.of, data["rows"])) if int(data["total"]) <= most else []

    def find(self, document_id: str, words: str) -> Found:
        """Return where words stand in a document."""
        return Found.of(self._get(f"/documents/{document_id}/find", words=words))

    def file(self, document_id: str) -> bytes:
        """Return the file itself, as it was added."""
        return self._request("GET", f"/documents/{document_id}/file").content

    def add(self, files: Iterable[tuple[str, str, BinaryIO]], *, replace: bool = False) -> Job:
        """Send files, and return the job that indexes them.

        :param files: each with its folder, which may be empty, and its name.
        :param replace: whether they replace earlier uploads of the same names.
        """
        sent = list(files)
        parts = [("files", (name, content, "application/octet-stream")) for _, name, content in sent]
        metas = [{"folder": folder} if folder else {} for folder, _, _ in sent]
        data = {"meta": json.dumps(metas)} | ({"replace": "true"} if replace else {})
        return self._job(self._request("POST", "/documents", files=parts, data=data, timeout=_SLOW))

    def add_examples(self) -> Job:
        """Add the example collection."""
        return self._job(self._request("POST", "/examples"))

    def delete(self, document_ids: Sequence[str]) -> int:
        """Remove documents, and return how many."""
        return int(self._request("POST", "/documents/delete", json={"ids": list(document_ids)}).json()["deleted"])

    def reindex(self, document_ids: Sequence[str]) -> Job:
        """Read the files of documents again."""
        return self._job(self._request("POST", "/documents/reindex", json={"ids": list(document_ids)}))

    # --- jobs -----------------------------------------------------------------------------------------------------

    def job(self, job_id: str) -> Job:
        """Return a job with its progress."""
        return Job.of(self._get(f"/jobs/{job_id}"))

    def stop(self, job_id: str) -> None:
        """Stop a job; what it has done stays."""
        self._request("DELETE", f"/jobs/{job_id}")

    def _job(self, response: httpx.Response) -> Job:
        return self.job(str(response.json()["job"]))

    # --- feedback -------------------------------------------------------------------------------------------------

    def labels(self) -> list[Label]:
        """Return the labels that people gave, newest first."""
        return sorted(map(Label.of, self._get("/feedback")), key=lambda label: label.created, reverse=True)

    def give_feedback(self, label: Json) -> str:
        """Store a label, in the form of Haystack's ``/feedback``, and return its id."""
        return str(self._request("POST", "/feedback", json=dict(label)).json()["id"])

    def change_feedback(self, label_id: str, label: Json) -> None:
        """Replace a label."""
        self._request("PUT", f"/feedback/{label_id}", json=dict(label))

    def take_back(self, label_id: str) -> None:
        """Remove a label."""
        self._request("DELETE", f"/feedback/{label_id}")

    def squad(self) -> bytes:
        """Return the labels in SQuAD's format, as JSON text."""
        return self._request("GET", "/export-feedback").content

    def evaluate(self) -> Job:
        """Measure the reader on the labels."""
        return self._job(self._request("POST", "/evaluations", json={"on": "feedback"}))

    # --- sending --------------------------------------------------------------------------------------------------

    def _get(self, path: str, **params: Any) -> Any:
        encoded = {name: json.dumps(value) if isinstance(value, Mapping) else value for name, value in params.items()}
        given = _without_none(**encoded)
        return self._last.fetch((path, *given.items()), lambda: self._request("GET", path, params=given).json())

    def _request(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        with _failures_explained(self.url):
            return _checked(self._http.request(method, path, **arguments))


def _event(line: str) -> streaming.Event:
    data = json.loads(line)
    if data["event"] == "error":
        raise refusal_of(int(data.get("status") or 500), data, retry_after=data.get("retry_after"))
    reply = Reply.of(data["reply"]) if data.get("reply") else None
    expected_s = float(data.get("expected_s") or 0)
    return streaming.Event(str(data["event"]), len(data.get("passages") or ()), reply, expected_s)


def _checked(response: httpx.Response) -> httpx.Response:
    if response.is_success:
        return response
    response.read()
    raise refusal_of(response.status_code, _errors_in(response), retry_after=response.headers.get("Retry-After"))


def _errors_in(response: httpx.Response) -> Any:
    try:
        return response.json()
    except ValueError:
        return {}


@contextmanager
def _failures_explained(url: str) -> Iterator[None]:
    """Turn failures of the connection and of the service into errors with a message for the person."""
    try:
        yield
    except httpx.HTTPStatusError as error:
        response = error.response
        raise refusal_of(
            response.status_code, _errors_in(response), retry_after=response.headers.get("Retry-After")
        ) from error
    except (httpx.ConnectError, httpx.ConnectTimeout) as error:
        raise ServiceDownError(url) from error
    except httpx.TimeoutException as error:
        raise ServiceBusyError(f"the service at {url} did not answer in time", retry_after_s=5.0) from error
    except (httpx.NetworkError, httpx.RemoteProtocolError) as error:  # it ended in the middle of a reply
        raise ServiceDownError(url) from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ServiceError(f"the connection to {url} failed: {error or type(error).__name__}; try again") from error
    except (ValueError, KeyError, TypeError) as error:
        raise ServiceError(
            f"what answers at {url} is not this version's service ({type(error).__name__}: {error}); check the address"
        ) from error


def _without_none(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "")}
