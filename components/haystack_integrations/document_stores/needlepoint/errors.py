"""The errors of the core as subclasses of Haystack's, so that code that expects Haystack's catches them too."""

from collections.abc import Iterator
from contextlib import contextmanager

from haystack.document_stores.errors import DocumentStoreError, DuplicateDocumentError
from haystack.errors import FilterError

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
    """A filter that cannot be understood."""


@contextmanager
def haystack_errors() -> Iterator[None]:
    """Turn the core's errors into these."""
    try:
        yield
    except (StoreError, StoreFilterError):
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
