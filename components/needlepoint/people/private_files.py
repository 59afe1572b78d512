"""Opens the SQLite files of people: beside the store, in a folder of their own, readable for their owner alone."""

import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from needlepoint.errors import PeopleError

_VERSION = 1


def open_private(path: Path, schema: str, *, wait_s: float, pragmas: Sequence[str] = ()) -> sqlite3.Connection:
    """Open a file for reading and writing, and make it with its folder where it is not there yet.

    What is deleted is overwritten. Each statement is a change of its own.

    :param schema: statements that may be run again.
    :param wait_s: how long to wait for another program that writes.
    :param pragmas: further ones.
    :raises PeopleError: a later version has made it.
    :raises OSError, sqlite3.Error: it cannot be opened.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    connection = sqlite3.connect(path, timeout=wait_s, check_same_thread=False, isolation_level=None)
    try:
        for pragma in ("journal_mode = WAL", "secure_delete = ON", *pragmas):
            connection.execute(f"PRAGMA {pragma}")
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > _VERSION:
            raise PeopleError(f"{path}: made by a later version of Needlepoint: update it")
        connection.executescript(schema)
        connection.execute(f"PRAGMA user_version = {_VERSION}")
    except BaseException:
        connection.close()
        raise
    return connection
