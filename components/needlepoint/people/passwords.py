"""Passwords, kept as argon2id hashes (RFC 9106)."""

import secrets
import threading
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from needlepoint.errors import MissingExtraError, PeopleError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST, LONGEST = 10, 1_000
_FEWEST_DIFFERENT = 5
_MOST_AT_ONCE = 2  # each takes 64 MiB for as long as it computes
_computing = threading.Semaphore(_MOST_AT_ONCE)


def checked_password(password: str, name: str) -> str:
    """Return a password that may be kept.

    :param name: whose it is.
    :raises PeopleError: it is empty, short, long, or easy to guess.
    """
    if not password:
        raise PeopleError("the password is empty: choose one of at least 10 characters")
    if not SHORTEST <= len(password) <= LONGEST:
        raise PeopleError(
            f"a password has {SHORTEST} to {LONGEST:,} characters, not {len(password):,}: use several words"
        )
    if len(set(password.casefold())) < _FEWEST_DIFFERENT or name.casefold() in password.casefold():
        raise PeopleError("the password is easy to guess (few different characters, or the name): use several words")
    return password


def hashed(password: str) -> str:
    """Return the hash of a password, with its salt and the cost of computing it."""
    with _computing:
        return _hasher().hash(_bytes(password))


def matches(hash_: str | None, password: str) -> bool:
    """Return whether a password has this hash; it takes as long if there is none, so that nobody learns which names exist."""
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        with _computing:
            return _hasher().verify(hash_ or _nobody(), _bytes(password)) and hash_ is not None
    except (VerificationError, InvalidHashError):
        return False


def _bytes(password: str) -> bytes:
    """Return a password as it is hashed: the same however a keyboard composes its letters."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")


def is_outdated(hash_: str) -> bool:
    """Return whether a hash was computed at another cost than new ones."""
    return _hasher().check_needs_rehash(hash_)


@cache
def _hasher() -> "PasswordHasher":
    try:
        from argon2 import PasswordHasher
        from argon2.profiles import RFC_9106_LOW_MEMORY
    except ModuleNotFoundError as error:
        raise MissingExtraError("app", "argon2-cffi") from error
    return PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)


@cache
def _nobody() -> str:
    return _hasher().hash(secrets.token_urlsafe(32))
