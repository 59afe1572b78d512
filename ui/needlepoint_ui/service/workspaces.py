"""The part of the client that reaches workspaces, and what they keep as typed data."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import httpx

from needlepoint.text.questions import same_question
from needlepoint_ui.service.models import Json, Place, Reply

_SLOW = httpx.Timeout(120.0, connect=3.0)  # a report over thousands of quotes, each looked up again


@dataclass(frozen=True, slots=True)
class Workspace:
    """A workspace: its name, its note, and how much it keeps."""

    id: str
    name: str
    note: str = ""
    questions: int = 0
    pins: int = 0

    @classmethod
    def of(cls, data: Json) -> "Workspace":
        """Read it from JSON."""
        counts = {name: int(data.get(name) or 0) for name in ("questions", "pins")}
        return cls(str(data["id"]), str(data["name"]), str(data.get("note") or ""), **counts)


@dataclass(frozen=True, slots=True)
class KeptQuestion:
    """A question of the history.

    :param answer: its first answer; empty if none was found.
    :param place: where that stands, in words.
    :param score: the reader's score of it; None for words that a person confirmed.
    :param scope: which documents were asked, in words.
    :param address: the query of the page's address that asks it again.
    """

    id: str
    question: str
    asked: str
    answer: str = ""
    place: str = ""
    score: float | None = None
    note: str = ""
    pins: int = 0
    scope: str = ""
    address: str = ""

    @classmethod
    def of(cls, data: Json) -> "KeptQuestion":
        """Read it from JSON."""
        summary, request = data.get("summary") or {}, data.get("request") or {}
        place = ""
        if summary.get("found"):
            named = {"id": summary.get("document_id"), "name": summary.get("document"), "type": summary.get("type")}
            at = Place.of({**summary, "document": named})
            place = f"{at.document.name}, {at.pages}"
        return cls(
            str(data["id"]),
            str(data["question"]),
            str(data["asked"]),
            answer=str(summary.get("answer") or "") if summary.get("found") else "",
            place=place,
            score=summary.get("score"),
            note=str(data.get("note") or ""),
            pins=int(data.get("pins") or 0),
            scope=str(request.get("scope") or ""),
            address=str(request.get("address") or ""),
        )


@dataclass(frozen=True, slots=True)
class Check:
    """What a document says now of words that were quoted.

    :param outcome: ``holds``, ``moved``, ``changed``, ``gone`` or ``not checked``.
    :param now: the words at their place now, or the nearest ones; None if there are none.
    :param is_same_file: whether the document's file is the one of then.
    """

    outcome: str
    reason: str = ""
    now: Json | None = None
    is_same_file: bool = True

    @classmethod
    def of(cls, data: Json) -> "Check":
        """Read it from JSON."""
        return cls(str(data["outcome"]), str(data.get("reason") or ""), data.get("now"), bool(data.get("is_same_file")))

    @property
    def remark(self) -> str:
        """What a person has to know; empty if the words stand where they stood in the same file."""
        if self.outcome == "holds":
            return "" if self.is_same_file else "The document was changed since; these words still stand in it."
        where = f"page {self.now.get('page')}" if self.now and self.now.get("page") else "another place"
        words = str((self.now or {}).get("words") or "")
        return {
            "moved": f"Changed since: the words now stand on {where}.",
            "changed": f"Changed since: the document now says “{words}”.",
            "gone": f"Gone: {self.reason or 'the words are no longer there'}.",
        }.get(self.outcome, f"Not checked: {self.reason}.")


@dataclass(frozen=True, slots=True)
class Kept:
    """A question with its answers as they were given.

    :param checks: what became of each place, by its address.
    """

    question: KeptQuestion
    reply: Reply
    checks: dict[str, Check]


@dataclass(frozen=True, slots=True)
class Pin:
    """A pinned quote.

    :param question: that it answers; empty if none.
    :param asked: when that was asked; ``reader`` has answered it.
    """

    id: str
    question: str
    place: Place
    has_score: bool
    note: str = ""
    asked: str = ""
    reader: str = ""
    confirmed_by: str = ""
    check: Check | None = None

    @classmethod
    def of(cls, data: Json) -> "Pin":
        """Read it from JSON."""
        given, place = data.get("given") or {}, data["place"]
        check = data.get("check")
        return cls(
            str(data["id"]),
            str(data["question"]),
            Place.of(place),
            has_score=place.get("score") is not None,
            note=str(data.get("note") or ""),
            asked=str(given.get("asked") or ""),
            reader=str(given.get("reader") or ""),
            confirmed_by=str((place.get("confirmed") or {}).get("by") or "a person") if place.get("confirmed") else "",
            check=Check.of(check) if check else None,
        )


class WorkspaceClient:
    """Workspaces over HTTP; its calls raise what those of :class:`~needlepoint_ui.service.client.Client` raise.

    :param request: sends a request: method and path, and httpx's arguments.
    :param get: returns the JSON of a path; the last one, while the service does not answer.
    """

    def __init__(self, request: Callable[..., httpx.Response], get: Callable[..., Any]) -> None:
        self._request = request
        self._get = get

    def all(self) -> list[Workspace]:
        """Return the workspaces, the one last used first."""
        return list(map(Workspace.of, self._get("/workspaces")))

    def get(self, workspace: str) -> Workspace:
        """Return a workspace."""
        return Workspace.of(self._get(f"/workspaces/{workspace}"))

    def make(self, name: str) -> Workspace:
        """Make a workspace."""
        return Workspace.of(self._request("POST", "/workspaces", json={"name": name}).json())

    def change(self, workspace: str, **changes: str) -> None:
        """Give it another ``name`` or ``note``."""
        self._request("PUT", f"/workspaces/{workspace}", json=changes)

    def delete(self, workspace: str) -> None:
        """Delete it with all that it keeps."""
        self._request("DELETE", f"/workspaces/{workspace}")

    def questions(
        self, workspace: str, *, search: str = "", offset: int = 0, limit: int = 50
    ) -> tuple[int, list[KeptQuestion]]:
        """Return how many questions match, and some of them, the last one first."""
        data = self._get(f"/workspaces/{workspace}/questions", search=search, offset=offset, limit=limit)
        return int(data["total"]), list(map(KeptQuestion.of, data["questions"]))

    def question(self, workspace: str, question_id: str) -> Kept:
        """Return a question with its answers as they were given."""
        data = self._get(f"/workspaces/{workspace}/questions/{question_id}")
        checks = {str(each["address"]): Check.of(each) for each in data["checks"]}
        asked = KeptQuestion.of(data)
        reply = replace(Reply.of({**data["reply"], "kept": asked.id}), asked=asked.asked)
        return Kept(asked, reply, checks)

    def note_question(self, workspace: str, question_id: str, note: str) -> None:
        """Write the note on a question."""
        self._request("PUT", f"/workspaces/{workspace}/questions/{question_id}", json={"note": note})

    def delete_question(self, workspace: str, question_id: str) -> None:
        """Delete a question with its pinned quotes."""
        self._request("DELETE", f"/workspaces/{workspace}/questions/{question_id}")

    def delete_between(self, workspace: str, since: str, until: str) -> int:
        """Delete the questions of a time; return how many."""
        reply = self._request("DELETE", f"/workspaces/{workspace}/questions", params={"since": since, "until": until})
        return int(reply.json()["deleted"])

    def pins(self, workspace: str) -> list[Pin]:
        """Return the pinned quotes in their order."""
        return list(map(Pin.of, self._get(f"/workspaces/{workspace}/pins")))

    def pinned(self, workspace: str, question: str | None = None) -> set[str]:
        """Return the addresses of the places that are pinned, all or those that answer a question."""
        return set(map(str, self._get(f"/workspaces/{workspace}/pinned", question=question)))

    def pin(
        self, workspace: str, document_id: str, start: int, end: int, *, question_id: str = "", question: str = ""
    ) -> None:
        """Pin words of a kept answer, or of a document."""
        place = {"document_id": document_id, "start": start, "end": end}
        about = {"question_id": question_id or None, "question": question}
        self._request("POST", f"/workspaces/{workspace}/pins", json={**place, **about})

    def arrange(self, workspace: str, pins: Sequence[str]) -> None:
        """Put the pinned quotes into another order."""
        self._request("PUT", f"/workspaces/{workspace}/pins", json={"pins": list(pins)})

    def note_pin(self, workspace: str, pin: str, note: str) -> None:
        """Write the note on a pinned quote."""
        self._request("PUT", f"/workspaces/{workspace}/pins/{pin}", json={"note": note})

    def unpin(self, workspace: str, pin: str) -> None:
        """Take a quote off."""
        self._request("DELETE", f"/workspaces/{workspace}/pins/{pin}")

    def export(self, workspace: str, kind: str, over: str) -> bytes:
        """Return a report, or as ``json`` all that is kept."""
        path = f"/workspaces/{workspace}/export.{kind}"
        return self._request("GET", path, params={"over": over}, timeout=_SLOW).content


def distinct(questions: Iterable[KeptQuestion]) -> list[KeptQuestion]:
    """Return the last of the questions that read the same."""
    found: dict[str, KeptQuestion] = {}
    for each in questions:
        found.setdefault(same_question(each.question), each)
    return list(found.values())
