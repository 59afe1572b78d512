"""Copies users and parts into a backup and out of it: never sessions, and never in the place of users that are there."""

import sqlite3
from contextlib import closing
from pathlib import Path

from needlepoint.errors import PeopleError
from needlepoint.people.database import FILE, PeopleDatabase

_TABLES = ("parts", "users")


def copy_users(folder: Path, copy: Path) -> bool:
    """Write users and parts as they are at one moment into a new file; return False if there are none.

    :param folder: the folder of the people's files.
    :raises PeopleError: they cannot be read.
    """
    source = folder / FILE
    if not source.is_file():
        return False
    try:
        address = f"{source.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True)) as live, closing(sqlite3.connect(copy)) as other:
            live.backup(other)
            for table in ("sessions", "attempts"):
                other.execute(f"DELETE FROM {table}")
            other.commit()
            other.execute("VACUUM")  # nothing of a deleted session stays in the file
    except sqlite3.Error as error:
        raise PeopleError(f"the users {source} cannot be read ({error}): check its permissions") from error
    return True


def restore_users(folder: Path, copy: Path) -> bool:
    """Write the users and parts of a copy where there are none; return False if there are some, which stay as they are.

    :param folder: the folder of the people's files.
    :raises PeopleError: they cannot be written, or the copy cannot be read.
    """
    database = PeopleDatabase(folder / FILE)
    try:
        with closing(sqlite3.connect(f"{copy.absolute().as_uri()}?mode=ro", uri=True)) as other:
            rows = {table: other.execute(f"SELECT * FROM {table}").fetchall() for table in _TABLES}
        with database.writing():
            if database.rows("SELECT 1 FROM users LIMIT 1"):
                return False
            for table, found in rows.items():
                for row in found:
                    database.rows(f"REPLACE INTO {table} VALUES ({', '.join('?' * len(row))})", row)
    except sqlite3.Error as error:
        raise PeopleError(f"the users of the backup cannot be restored: {error}") from error
    finally:
        database.close()
    return True
