"""Cuts documents into passages."""

from asyncio import to_thread
from collections.abc import Iterator
from typing import Any

from haystack import Document, component, default_from_dict, default_to_dict

from needlepoint.text.splitting import Splitter


@component
class PassageSplitter:
    """Cuts documents into passages of whole sentences, each with its position in the source.

    A passage has its source's ``meta`` without what describes the source's text (``pages``, ``marks``, ``unread``), and
    ``document_id``, ``start``, ``end``, ``page``, ``opening`` and, if the page has a title, ``section``.
    ``source.content[start:end] == passage.content``.

    Usage example:

    ```python
    from haystack import Document
    from haystack_integrations.components.preprocessors.needlepoint import PassageSplitter

    source = Document(content="The lease begins in 2021. It ends in 2031.")
    for passage in PassageSplitter(max_words=5).run([source])["documents"]:
        print(passage.content, passage.meta["start"], passage.meta["page"])
    ```
    """

    def __init__(self, *, max_words: int = 120, overlap_sentences: int = 1, opening_characters: int = 600) -> None:
        """Check and keep the parameters.

        :param max_words: the most words in a passage; by default a passage and a question fit into one window of a reader.
        :param overlap_sentences: how many sentences two neighbouring passages share.
        :param opening_characters: how much of a document's beginning each of its passages carries as ``meta["opening"]``, so that
            questions can be compared with it; 0 leaves it out.
        :raises ValueError: an argument is out of its range.
        """
        self.max_words = max_words
        self.overlap_sentences = overlap_sentences
        self.opening_characters = opening_characters
        self._splitter = Splitter(max_words, overlap_sentences, opening_characters)

    def to_dict(self) -> dict[str, Any]:
        """Return the component's parameters for a pipeline file."""
        return default_to_dict(
            self,
            max_words=self.max_words,
            overlap_sentences=self.overlap_sentences,
            opening_characters=self.opening_characters,
        )

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "PassageSplitter":
        """Make the component from the result of :meth:`to_dict`."""
        return default_from_dict(cls, data)

    @component.output_types(documents=list[Document], sources=list[Document])
    def run(self, documents: list[Document]) -> dict[str, list[Document]]:
        """Cut documents into passages.

        :param documents: documents with text; those without text give no passages.
        :returns: ``documents``, the passages, and ``sources``, the documents that came in.
        """
        return {"documents": [passage for each in documents for passage in self._split(each)], "sources": documents}

    @component.output_types(documents=list[Document], sources=list[Document])
    async def run_async(self, documents: list[Document]) -> dict[str, list[Document]]:
        """Do what :meth:`run` does, without blocking the event loop."""
        return await to_thread(self.run, documents)

    def _split(self, document: Document) -> Iterator[Document]:
        for passage in self._splitter.split(document.id, document.content or "", document.meta):
            yield Document(id=passage.id, content=passage.content, meta=dict(passage.meta))
