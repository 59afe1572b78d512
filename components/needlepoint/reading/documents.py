"""What the reader is asked about: documents with a text and metadata, whichever framework made them."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeVar


class Readable(Protocol):
    """A document as any Haystack knows it, or a stored record."""

    @property
    def id(self) -> str:
        """What the document is named by."""
        ...

    @property
    def content(self) -> Any:
        """Its text; anything else, or nothing, is not read."""
        ...

    @property
    def meta(self) -> Mapping[str, Any]:
        """What is known of it."""
        ...


Document = TypeVar("Document", bound=Readable)


def with_text(documents: Sequence[Document]) -> list[Document]:
    """Return the documents that hold a text with more than white space in it."""
    return [document for document in documents if isinstance(document.content, str) and document.content.strip()]
