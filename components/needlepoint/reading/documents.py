"""What the reader reads: documents with text and metadata, whichever framework made them."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeVar


class Readable(Protocol):
    """A document of any Haystack version, or a stored record."""

    @property
    def id(self) -> str:
        """The document's id."""
        ...

    @property
    def content(self) -> Any:
        """Its text; a content that is not text is not read."""
        ...

    @property
    def meta(self) -> Mapping[str, Any]:
        """Its metadata."""
        ...


Document = TypeVar("Document", bound=Readable)


def with_text(documents: Sequence[Document]) -> list[Document]:
    """Return the documents whose content is text and not only white space."""
    return [document for document in documents if isinstance(document.content, str) and document.content.strip()]
