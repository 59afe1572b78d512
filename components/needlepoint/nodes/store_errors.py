"""Versions of the core's errors that are also Haystack's errors, so that handlers of either kind catch them."""

from collections.abc import Iterator
from contextlib import contextmanager

from haystack.errors import DocumentStoreError, DuplicateDocumentError, FilterError, HaystackError

from needlepoint.errors import (
    CollectionError,
    DuplicateIdError,
    QuestionError,
    ServerUnavailableError,
    StoreLockedError,
)


class StoreError(CollectionError, DocumentStoreError):
    """The store cannot be reached, opened, read or written."""


class LockedError(StoreLockedError, StoreError):
    """Another process is writing into the store."""


class UnavailableError(ServerUnavailableError, StoreError):
    """The server that holds the store does not answer now."""


class StoreFilterError(QuestionError, FilterError):
    """A filter is invalid."""


@contextmanager
def haystack_errors() -> Iterator[None]:
    """Convert the core's errors in this block to errors that are also Haystack's."""
    try:
        yield
    except HaystackError:
        raise
    except DuplicateIdError as error:
        raise DuplicateDocumentError(str(error)) from error
    except StoreLockedError as error:
        raise LockedError(str(error)) from error
    except ServerUnavailableError as error:
        raise UnavailableError(str(error), retry_after_s=error.retry_after_s) from error
    except CollectionError as error:
        raise StoreError(str(error)) from error
    except QuestionError as error:
        raise StoreFilterError(str(error)) from error
