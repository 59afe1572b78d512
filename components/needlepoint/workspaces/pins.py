"""Pinned quotes: words with their place, as they stood when they were pinned, in an order that people choose."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from needlepoint.errors import UnknownWorkspaceError, WorkspaceError
from needlepoint.sheets.database import SheetDatabase
from needlepoint.workspaces.texts import checked_note, new_id, now, storable

MOST_PINS = 2_000
"""Pinned quotes of one workspace."""
_COLUMNS = "id, workspace, question_id, question, quote, note, made, user"


@dataclass(frozen=True, slots=True)
class Pin:
    """A pinned quote.

    :param question_id: the question of the history that it answers, if it was pinned there.
    :param question: the question's text; empty for words that answer none.
    :param place: the words with their sentence and place, as a card of ``/ask`` has them.
    :param given: how the words were found: ``asked``, ``reader``, ``calibrated`` and the ``scope`` in words.
    """

    id: str
    workspace: str
    question_id: str | None
    question: str
    place: Mapping[str, Any]
    given: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""
    made: str = ""
    user: str | None = None


class Pins:
    """The pinned quotes of all workspaces; may be used from several threads.

    :param database: where they are kept.
    """

    def __init__(self, database: SheetDatabase) -> None:
        self._database = database

    def all(self, workspace: str) -> list[Pin]:
        """Return a workspace's pinned quotes in their order."""
        rows = self._database.rows(
            f"SELECT {_COLUMNS} FROM workspace_pins WHERE workspace = ? ORDER BY position, made", (workspace,)
        )
        return [_pin(*row) for row in rows]

    def add(
        self,
        workspace: str,
        place: Mapping[str, Any],
        *,
        question: str = "",
        question_id: str | None = None,
        given: Mapping[str, Any] | None = None,
        user: str | None = None,
    ) -> Pin:
        """Pin a quote behind the others; one of the same words for the same question is pinned once.

        :param place: the caller has taken it from a kept reply or from the document itself.
        :raises WorkspaceError: the workspace has too many pinned quotes.
        """
        held = self.all(workspace)
        for pin in held:
            if _same(pin, place, question):
                return pin
        if len(held) >= MOST_PINS:
            raise WorkspaceError(f"the workspace has {MOST_PINS:,} pinned quotes already: remove some, or make another")
        pin = Pin(
            new_id(), workspace, question_id, storable(question), dict(place), dict(given or {}), made=now(), user=user
        )
        quote = json.dumps({"place": pin.place, "given": pin.given})
        self._database.rows(
            f"INSERT INTO workspace_pins ({_COLUMNS}, position) VALUES (?, ?, ?, ?, ?, ?, ?, ?,"
            " (SELECT COALESCE(MAX(position), 0) + 1 FROM workspace_pins WHERE workspace = ?))",
            (pin.id, workspace, question_id, pin.question, quote, pin.note, pin.made, user, workspace),
        )
        return pin

    def get(self, workspace: str, pin_id: str) -> Pin:
        """Return a pinned quote.

        :raises UnknownWorkspaceError: it is not in this workspace.
        """
        found = [pin for pin in self.all(workspace) if pin.id == pin_id]
        if not found:
            raise UnknownWorkspaceError(f"no pinned quote '{pin_id[:64]}' in this workspace: it was removed")
        return found[0]

    def write_note(self, workspace: str, pin_id: str, note: str) -> Pin:
        """Write the note on a pinned quote.

        :raises UnknownWorkspaceError: it is not in this workspace.
        :raises WorkspaceError: the note is too long.
        """
        self.get(workspace, pin_id)
        self._database.rows("UPDATE workspace_pins SET note = ? WHERE id = ?", (checked_note(note), pin_id))
        return self.get(workspace, pin_id)

    def arrange(self, workspace: str, pin_ids: Sequence[str]) -> list[Pin]:
        """Put the pinned quotes into this order.

        :raises WorkspaceError: the ids are not those of all pinned quotes, each once.
        """
        if sorted(pin_ids) != sorted(pin.id for pin in self.all(workspace)):
            raise WorkspaceError("the order must name every pinned quote once: read the list again")
        self._database.write_all(
            [
                ("UPDATE workspace_pins SET position = ? WHERE id = ?", (position, pin_id))
                for position, pin_id in enumerate(pin_ids, start=1)
            ]
        )
        return self.all(workspace)

    def delete(self, workspace: str, pin_id: str) -> None:
        """Take a quote off; the question that it answers stays.

        :raises UnknownWorkspaceError: it is not in this workspace.
        """
        self.get(workspace, pin_id)
        self._database.rows("DELETE FROM workspace_pins WHERE id = ?", (pin_id,))
        self._database.erase_leftovers()


def _same(pin: Pin, place: Mapping[str, Any], question: str) -> bool:
    def key(of: Mapping[str, Any]) -> tuple[Any, ...]:
        return of["document"]["id"], of["start"], of["end"]

    return pin.question == storable(question) and key(pin.place) == key(place)


def _pin(
    id_: str, workspace: str, question_id: str | None, question: str, quote: str, note: str, made: str, user: str | None
) -> Pin:
    values = json.loads(quote)
    return Pin(id_, workspace, question_id, question, values["place"], values["given"], note, made, user)
