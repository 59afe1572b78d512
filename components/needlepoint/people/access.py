"""All that decides who may do what with one collection: its users, sessions, attempts to log in, and the log of it."""

from pathlib import Path

from needlepoint.errors import PeopleError
from needlepoint.people.attempts import Attempts
from needlepoint.people.audit import AUDIT_DAYS, AUDIT_ENTRIES, AuditLog
from needlepoint.people.audit import FILE as AUDIT_FILE
from needlepoint.people.database import FILE, PeopleDatabase
from needlepoint.people.sessions import Sessions
from needlepoint.people.users import Users

IDLE_S, LONGEST_S = 8 * 3600.0, 7 * 24 * 3600.0


class WaitError(PeopleError):
    """Too many wrong passwords; ``wait_s`` says when to try again."""

    def __init__(self, wait_s: float) -> None:
        self.wait_s = max(1, round(wait_s))
        super().__init__(f"too many wrong passwords: try again in {self.wait_s} s")


class Access:
    """The people of one collection.

    :param folder: the folder of its files, see :attr:`needlepoint.settings.Settings.people`.
    :param idle_s: a session ends after so many seconds without a request; ``longest_s``, in any case.
    :param audit_days: for how many days entries of the log are kept; ``audit_entries``, how many of them at most.
    """

    def __init__(
        self,
        folder: Path,
        *,
        idle_s: float = IDLE_S,
        longest_s: float = LONGEST_S,
        audit_days: int = AUDIT_DAYS,
        audit_entries: int = AUDIT_ENTRIES,
    ) -> None:
        self._database = PeopleDatabase(folder / FILE)
        self.users = Users(self._database)
        self.sessions = Sessions(self._database, self.users, idle_s=idle_s, longest_s=longest_s)
        self._attempts = Attempts(self._database)
        self.audit = AuditLog(folder / AUDIT_FILE, days=audit_days, most=audit_entries)
        self._was_on = False

    @property
    def is_on(self) -> bool:
        """Whether people must log in: there is a user, or was one since this began.

        :raises PeopleError: the file of the users cannot be read; nobody is let in then.
        """
        self._was_on = self._was_on or self.users.any()
        return self._was_on

    def log_in(self, name: str, password: str, *, address: str = "") -> str | None:
        """Return the token of a new session, or None for a wrong name or password.

        :param address: from where, if that is known.
        :raises WaitError: too many attempts failed.
        """
        if wait_s := self._attempts.begin(name, address):
            raise WaitError(wait_s)
        user = self.users.with_password(name, password)
        if user is None:
            return None
        self._attempts.succeeded(name, address)
        return self.sessions.begin(user.name)

    def close(self) -> None:
        """Close the files; may be called again."""
        self._database.close()
        self.audit.close()
