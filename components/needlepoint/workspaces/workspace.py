"""The workspaces of a collection: a name, a note, and what is kept in each."""

from dataclasses import dataclass

from needlepoint.errors import UnknownWorkspaceError, WorkspaceError
from needlepoint.people.person import Role, asking
from needlepoint.sheets.database import SheetDatabase
from needlepoint.workspaces.texts import checked_name, checked_note, new_id, now

_MOST = 1_000
_COUNTED = (
    "SELECT id, name, note, made, user,"
    " (SELECT COUNT(*) FROM workspace_questions WHERE workspace = workspaces.id),"
    " (SELECT COUNT(*) FROM workspace_pins WHERE workspace = workspaces.id),"
    " (SELECT MAX(asked) FROM workspace_questions WHERE workspace = workspaces.id)"
    " FROM workspaces"
)
_USABLE = "(? = '' OR user = ? OR (user IS NULL AND ?))"


@dataclass(frozen=True, slots=True)
class Workspace:
    """A place where questions, quotes and notes on one matter are kept.

    :param note: what a person has written on the whole of it.
    :param made: when, as ISO 8601.
    :param user: the id of the user who made it; None where nobody logs in.
    :param questions: how many are kept in it; ``pins`` likewise.
    :param asked: when its last question was asked; empty without one.
    """

    id: str
    name: str
    note: str = ""
    made: str = ""
    user: str | None = None
    questions: int = 0
    pins: int = 0
    asked: str = ""


class Workspaces:
    """The workspaces; may be used from several threads. Where people log in, each sees the own ones.

    Who manages also sees those that belong to nobody, since nobody logged in when they were made.

    :param database: where they are kept.
    """

    def __init__(self, database: SheetDatabase) -> None:
        self._database = database

    def all(self) -> list[Workspace]:
        """Return the workspaces, the one last used first."""
        rows = self._database.rows(f"{_COUNTED} WHERE {_USABLE}", _owner())
        return sorted((_workspace(*row) for row in rows), key=lambda each: each.asked or each.made, reverse=True)

    def get(self, workspace_id: str) -> Workspace:
        """Return a workspace.

        :raises UnknownWorkspaceError: there is none with this id.
        """
        rows = self._database.rows(f"{_COUNTED} WHERE {_USABLE} AND id = ?", (*_owner(), workspace_id))
        if not rows:
            raise UnknownWorkspaceError(f"no workspace '{workspace_id[:64]}': it was deleted, or the id is mistyped")
        return _workspace(*rows[0])

    def find(self, name: str) -> Workspace:
        """Return the workspace of this name, or with this id.

        :raises UnknownWorkspaceError: there is none.
        """
        found = [each for each in self.all() if name in (each.id, each.name)]
        if found:
            return found[0]
        known = ", ".join(each.name for each in self.all()[:20])
        raise UnknownWorkspaceError(f"no workspace '{name[:64]}'" + (f": there are {known}" if known else ""))

    def make(self, name: str) -> Workspace:
        """Make a workspace, which is that of whoever asks for it.

        :raises WorkspaceError: the name cannot be used or is taken, or there are too many workspaces.
        """
        made = Workspace(new_id(), self._free(name), made=now(), user=asking().id or None)
        if len(self.all()) >= _MOST:
            raise WorkspaceError(f"there are {_MOST:,} workspaces already: delete one first")
        row = (made.id, made.name, made.note, made.made, made.user)
        self._database.rows("INSERT INTO workspaces VALUES (?, ?, ?, ?, ?)", row)
        return made

    def change(self, workspace_id: str, *, name: str | None = None, note: str | None = None) -> Workspace:
        """Give a workspace another name, another note, or both.

        :raises UnknownWorkspaceError: there is none with this id.
        :raises WorkspaceError: the name cannot be used or is taken, or the note is too long.
        """
        former = self.get(workspace_id)
        named = former.name if name is None else self._free(name, but=workspace_id)
        noted = former.note if note is None else checked_note(note)
        self._database.rows("UPDATE workspaces SET name = ?, note = ? WHERE id = ?", (named, noted, workspace_id))
        return self.get(workspace_id)

    def delete(self, workspace_id: str) -> None:
        """Delete a workspace with its questions, quotes and notes; nothing of them stays in the file.

        :raises UnknownWorkspaceError: there is none with this id.
        """
        self.get(workspace_id)
        inner = [
            (f"DELETE FROM {table} WHERE workspace = ?", (workspace_id,))
            for table in ("workspace_questions", "workspace_pins")
        ]
        self._database.write_all([*inner, ("DELETE FROM workspaces WHERE id = ?", (workspace_id,))])
        self._database.erase_leftovers()

    def _free(self, name: str, *, but: str = "") -> str:
        kept = checked_name(name)
        if any(each.name.casefold() == kept.casefold() and each.id != but for each in self.all()):
            raise WorkspaceError(f"there is a workspace '{kept}' already: choose another name")
        return kept


def _owner() -> tuple[str, str, bool]:
    """Return the values of :data:`_USABLE` for whoever asks now."""
    person = asking()
    return person.id, person.id, person.role is Role.MANAGE


def _workspace(
    id_: str, name: str, note: str, made: str, user: str | None, questions: int, pins: int, asked: str | None
) -> Workspace:
    return Workspace(id_, name, note, made, user, questions, pins, asked or "")
