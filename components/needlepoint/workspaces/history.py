"""The history of a workspace: each question with its answers as they were given, never asked again by itself."""

import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from needlepoint.errors import UnknownWorkspaceError, WorkspaceError
from needlepoint.sheets.database import SheetDatabase
from needlepoint.workspaces.places import cards_of
from needlepoint.workspaces.texts import checked_note, folded, new_id, now, storable

MOST_AT_ONCE = 100
"""Questions of one page of the history."""
_COLUMNS = (
    "id, workspace, question, asked, summary, request, note, user,"
    " (SELECT COUNT(*) FROM workspace_pins WHERE question_id = workspace_questions.id)"
)
_MOST_SEARCHED = 20_000  # characters of a question's answers
_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question of the history, without its answers.

    :param asked: when, as ISO 8601.
    :param summary: its first answer: ``answer``, ``document``, ``page`` and ``score``, and whether one was ``found``.
    :param request: what it was put to: ``filters``, ``answers``, ``passages``, the ``scope`` in words and the page's ``address``.
    :param pins: how many of its quotes are pinned.
    """

    id: str
    workspace: str
    question: str
    asked: str
    summary: Mapping[str, Any] = field(default_factory=dict)
    request: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""
    user: str | None = None
    pins: int = 0


class History:
    """The questions of all workspaces; may be used from several threads.

    :param database: where they are kept.
    """

    def __init__(self, database: SheetDatabase) -> None:
        self._database = database

    def add(
        self, workspace: str, request: Mapping[str, Any], reply: Mapping[str, Any], *, user: str | None = None
    ) -> str:
        """Keep a question with its answers; return its id.

        The same question with the same outcome on the same day is kept once, with the time when it was last asked.

        :param workspace: its id; the caller has looked it up.
        :param request: see :class:`AskedQuestion`.
        :param reply: as ``/ask`` sends it.
        :raises SheetError: it cannot be written; all earlier questions stay.
        """
        digest, asked = _digest(request, reply), now()
        rows = self._database.rows(
            "SELECT id FROM workspace_questions WHERE workspace = ? AND digest = ? AND asked >= ?",
            (workspace, digest, asked[:10]),
        )
        if rows:
            self._database.rows("UPDATE workspace_questions SET asked = ? WHERE id = ?", (asked, rows[0][0]))
            return str(rows[0][0])
        question = storable(str(reply["question"]))
        row = (
            new_id(),
            workspace,
            question,
            asked,
            digest,
            json.dumps(_summary(reply)),
            _searched(question, reply),
            json.dumps(dict(request)),
            zlib.compress(json.dumps(reply).encode()),
            "",
            user,
        )
        self._database.rows(f"INSERT INTO workspace_questions VALUES ({', '.join('?' * len(row))})", row)
        return row[0]

    def page(
        self, workspace: str, *, search: str = "", offset: int = 0, limit: int = 50
    ) -> tuple[int, list[AskedQuestion]]:
        """Return how many questions have all words of a search, and some of them, the last one first.

        :param search: words of questions, answers, document names and notes; case does not matter.
        :raises WorkspaceError: ``limit`` is above :data:`MOST_AT_ONCE`.
        """
        if not 0 < limit <= MOST_AT_ONCE or offset < 0:
            raise WorkspaceError(f"limit must be from 1 to {MOST_AT_ONCE}, and offset at least 0")
        words = folded(storable(search)).split()[:20]
        where = " AND ".join(["workspace = ?", *("instr(searched, ?)" for _ in words)])
        values = [workspace, *words]
        ((total,),) = self._database.rows(f"SELECT COUNT(*) FROM workspace_questions WHERE {where}", values)
        rows = self._database.rows(
            f"SELECT {_COLUMNS} FROM workspace_questions WHERE {where} ORDER BY asked DESC, rowid DESC LIMIT ? OFFSET ?",
            [*values, limit, offset],
        )
        return int(total), [_asked(*row) for row in rows]

    def get(self, workspace: str, question_id: str) -> tuple[AskedQuestion, dict[str, Any]]:
        """Return a question, and its reply as it was given.

        :raises UnknownWorkspaceError: it is not in this workspace.
        """
        rows = self._database.rows(
            f"SELECT {_COLUMNS}, reply FROM workspace_questions WHERE workspace = ? AND id = ?",
            (workspace, question_id),
        )
        if not rows:
            raise UnknownWorkspaceError(f"no question '{question_id[:64]}' in this workspace: it was deleted")
        *values, reply = rows[0]
        return _asked(*values), _unpacked(reply)

    def whole(self, workspace: str) -> Iterator[tuple[AskedQuestion, dict[str, Any]]]:
        """Yield all questions with their replies, in the order in which they were asked."""
        last = ("", 0)
        while True:
            rows = self._database.rows(
                f"SELECT {_COLUMNS}, reply, rowid FROM workspace_questions"
                " WHERE workspace = ? AND (asked, rowid) > (?, ?) ORDER BY asked, rowid LIMIT ?",
                (workspace, *last, _AT_ONCE),
            )
            for *values, reply, _ in rows:
                yield _asked(*values), _unpacked(reply)
            if len(rows) < _AT_ONCE:
                return
            last = (str(rows[-1][3]), int(rows[-1][-1]))

    def notes(self, workspace: str) -> dict[str, str]:
        """Return the notes on questions by their ids, those that are empty left out."""
        rows = self._database.rows(
            "SELECT id, note FROM workspace_questions WHERE workspace = ? AND note <> ''", (workspace,)
        )
        return dict(rows)

    def write_note(self, workspace: str, question_id: str, note: str) -> AskedQuestion:
        """Write the note on a question.

        :raises UnknownWorkspaceError: the question is not in this workspace.
        :raises WorkspaceError: the note is too long.
        """
        asked, reply = self.get(workspace, question_id)
        kept = checked_note(note)
        searched = _searched(asked.question, reply, kept)
        self._database.rows(
            "UPDATE workspace_questions SET note = ?, searched = ? WHERE id = ?", (kept, searched, question_id)
        )
        return self.get(workspace, question_id)[0]

    def delete(self, workspace: str, question_id: str) -> None:
        """Delete a question with its answers and the quotes that are pinned of it; nothing of them stays in the file.

        :raises UnknownWorkspaceError: it is not in this workspace.
        """
        self.get(workspace, question_id)
        self._delete("workspace = ? AND id = ?", (workspace, question_id))

    def delete_between(self, workspace: str, since: str, until: str) -> int:
        """Delete the questions of a time with all that :meth:`delete` deletes; return how many.

        :param since: the first moment, as ISO 8601 with its time zone; ``until`` is the first moment after it.
        :raises WorkspaceError: one of them is no such time.
        """
        where, values = "workspace = ? AND asked >= ? AND asked < ?", (workspace, _moment(since), _moment(until))
        ((count,),) = self._database.rows(f"SELECT COUNT(*) FROM workspace_questions WHERE {where}", values)
        self._delete(where, values)
        return int(count)

    def _delete(self, where: str, values: Sequence[str]) -> None:
        chosen = f"SELECT id FROM workspace_questions WHERE {where}"
        self._database.write_all(
            [
                (f"DELETE FROM workspace_pins WHERE question_id IN ({chosen})", values),
                (f"DELETE FROM workspace_questions WHERE {where}", values),
            ]
        )
        self._database.erase_leftovers()


def _asked(
    id_: str,
    workspace: str,
    question: str,
    asked: str,
    summary: str,
    request: str,
    note: str,
    user: str | None,
    pins: int,
) -> AskedQuestion:
    return AskedQuestion(id_, workspace, question, asked, json.loads(summary), json.loads(request), note, user, pins)


def _unpacked(reply: bytes) -> dict[str, Any]:
    unpacked: dict[str, Any] = json.loads(zlib.decompress(reply))
    return unpacked


def _digest(request: Mapping[str, Any], reply: Mapping[str, Any]) -> str:
    """Return a hash of a question and all that a person sees of its answers."""
    seen = [
        [
            card.get("answer"),
            card["document"]["id"],
            card.get("start"),
            card.get("end"),
            round(card.get("score") or 0, 3),
        ]
        for card in cards_of(reply)
    ]
    asked = {name: request.get(name) for name in ("filters", "answers", "passages")}
    whole = [reply["question"], asked, reply.get("found"), reply.get("reader"), seen]
    return hashlib.sha256(json.dumps(whole, sort_keys=True, default=str).encode()).hexdigest()


def _summary(reply: Mapping[str, Any]) -> dict[str, Any]:
    found = bool(reply.get("found") or reply.get("verified"))
    for card in cards_of(reply)[: 1 if found else 0]:
        document = card["document"]
        names = {"document_id": document["id"], "document": document.get("name") or "", "type": document.get("type")}
        place = {name: card.get(name) for name in ("answer", "page", "last_page", "section", "start", "end", "score")}
        return {"found": True, **place, **names}
    return {"found": False, "read": (reply.get("read") or {}).get("passages", 0)}


def _searched(question: str, reply: Mapping[str, Any], note: str = "") -> str:
    words = [text for card in cards_of(reply) for text in (card.get("answer"), card["document"].get("name"))]
    return storable(folded(question, note, " ".join(str(text or "") for text in words)[:_MOST_SEARCHED]))


def _moment(text: str) -> str:
    """Return a time as the history writes it."""
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        parsed = None
    if parsed is None or parsed.tzinfo is None:
        raise WorkspaceError(f"'{text[:40]}' is no time with a time zone: write 2026-11-29T00:00:00+00:00")
    return parsed.astimezone(UTC).isoformat(timespec="microseconds")
