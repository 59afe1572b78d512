"""The part of the client that reaches question sheets."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import httpx

from needlepoint_ui.service.models import Passage
from needlepoint_ui.service.sheet_models import (
    CellPlace,
    CellQuote,
    CellVerdict,
    SheetDefinition,
    SheetNews,
    SheetTable,
    SheetWork,
    passage_of,
)

_SLOW = httpx.Timeout(120.0, connect=3.0)  # a sheet of 100,000 cells, or its workbook


class SheetClient:
    """Question sheets over HTTP; its calls raise what those of :class:`~needlepoint_ui.service.client.Client` raise.

    :param request: sends a request: method and path, and httpx's arguments.
    """

    def __init__(self, request: Callable[..., httpx.Response]) -> None:
        self._request = request

    def names(self) -> list[str]:
        """Return the names of the saved sheets, in alphabetical order."""
        return [str(each["name"]) for each in self._request("GET", "/sheets").json()]

    def get(self, name: str) -> SheetTable:
        """Return a sheet with its known cells."""
        return SheetTable.of(self._request("GET", _path(name), timeout=_SLOW).json())

    def save(self, definition: SheetDefinition) -> None:
        """Keep a sheet, or replace the questions and scope of the one with this name."""
        self._request("PUT", _path(definition.name), json=definition.to_json())

    def delete(self, name: str) -> None:
        """Forget a sheet; what was read for it stays known."""
        self._request("DELETE", _path(name))

    def run(self, name: str, *, first: int | None = None) -> str:
        """Read what is not known yet; return the job's id.

        :param first: read only so many documents.
        """
        body = {} if first is None else {"first": first}
        return str(self._request("POST", _path(name, "/run"), json=body).json()["job"])

    def work(self, name: str) -> SheetWork:
        """Return what is left to read."""
        return SheetWork.of(self._request("GET", _path(name, "/work")).json())

    def news(self, name: str, after: int) -> SheetNews:
        """Return the cells filled since ``after``."""
        return SheetNews.of(self._request("GET", _path(name, "/news"), params={"after": after}).json())

    def quotes(self, name: str, place: CellPlace) -> list[CellQuote]:
        """Return all quotes of a cell, best first; where nothing was found, the nearest candidates."""
        document, question = place
        params = {"document": document, "question": question}
        data = self._request("GET", _path(name, "/cell"), params=params).json()
        return [CellQuote.of(each) for each in data["quotes"]]

    def judge(self, name: str, place: CellPlace, verdict: CellVerdict | None) -> CellVerdict | None:
        """Say what is right or wrong about a cell; None takes it back. Return it as it was kept."""
        document, question = place
        said: dict[str, Any] = {"judgement": None}
        if verdict:
            said = {"judgement": verdict.judgement, "words": verdict.words, "start": verdict.start, "end": verdict.end}
        body = {"document_id": document, "question": question, **said}
        kept = self._request("PUT", _path(name, "/verdict"), json=body).json()
        return CellVerdict.of(kept) if kept else None

    def export(self, name: str, kind: str) -> bytes:
        """Return a sheet as a file: ``xlsx``, ``csv``, ``zip``, ``json``, ``docx`` or ``html``."""
        return self._request("GET", _path(name, f"/export.{kind}"), timeout=_SLOW).content

    def passage_with(self, document_id: str, start: int, end: int) -> Passage | None:
        """Return the passage that contains characters ``start`` to ``end`` of a document, or None if none has them all."""
        body = {"filters": {"document_id": document_id}}
        passages = map(passage_of, self._request("POST", "/documents/get_by_filters", json=body).json())
        return next((each for each in passages if each.place.start <= start and end <= each.place.end), None)


def _path(name: str, rest: str = "") -> str:
    return f"/sheets/{quote(name, safe='')}{rest}"
