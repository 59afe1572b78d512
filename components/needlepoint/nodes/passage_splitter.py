"""The node of an indexing pipeline that cuts documents into passages, between the converter and the writer."""

from collections.abc import Iterator
from typing import Any

from haystack.nodes.base import BaseComponent
from haystack.schema import Document

from needlepoint.text.splitting import Splitter


class PassageSplitter(BaseComponent):
    """Cuts documents into sentence-aligned passages that know their place in the source.

    :param max_words: the most words in a passage; with the default, a passage and a question fit into one window of a reader.
    :param overlap_sentences: how many sentences two neighbours share.
    :param opening_characters: how much of a document's beginning each of its passages carries as ``meta["opening"]``, so that
        questions can be compared with it: it tells what the document is and whom it concerns, which a clause on page 9
        does not repeat. 0 leaves it out.
    :raises ValueError: an argument is out of range.
    """

    outgoing_edges = 1

    def __init__(self, max_words: int = 120, overlap_sentences: int = 1, opening_characters: int = 600) -> None:
        super().__init__()
        self._splitter = Splitter(max_words, overlap_sentences, opening_characters)
        self.max_words = max_words
        self.overlap_sentences = overlap_sentences
        self.opening_characters = opening_characters

    def run(self, documents: list[Document]) -> tuple[dict[str, list[Document]], str]:
        """Cut the documents into passages.

        A passage has its source's ``meta`` without ``pages``, plus ``document_id``, ``start``, ``end``, ``page``, ``opening``
        and, if the page has a title, ``section``. ``source.content[start:end] == passage.content``.

        :param documents: text documents; empty ones give no passages.
        :returns: ``documents``, the passages, and ``sources``, the documents given.
        :raises ValueError: a document is not text.
        """
        passages = [passage for document in documents for passage in self._split(document)]
        return {"documents": passages, "sources": documents}, "output_1"

    def run_batch(self, documents: list[Document] | list[list[Document]]) -> tuple[dict[str, Any], str]:
        """Cut a list of documents as :meth:`run` does, or each list of a list of lists on its own."""
        if not any(isinstance(group, list) for group in documents):
            return self.run(documents)
        split = [self.run(group)[0]["documents"] for group in documents]
        return {"documents": split, "sources": documents}, "output_1"

    def _split(self, document: Document) -> Iterator[Document]:
        if document.content_type != "text" or not isinstance(document.content, str):
            raise ValueError(
                f"PassageSplitter cuts text only, but document {document.id} is of content_type "
                f"{document.content_type!r}: route it past the splitter or convert it to text"
            )
        for passage in self._splitter.split(document.id, document.content, document.meta or {}):
            yield Document(content=passage.content, id=passage.id, meta=dict(passage.meta))
