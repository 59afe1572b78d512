"""Documents in, passages out: the step of an indexing pipeline between the converter and the writer."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from haystack.nodes.base import BaseComponent
from haystack.schema import Document

from needlepoint.text.marks import Mark, MarkKind, marks_from, readable
from needlepoint.text.passages import Passage, split_passages


class PassageSplitter(BaseComponent):
    """Cuts documents into sentence-aligned passages that know their place in the source.

    :param max_words: the most words in a passage; by default a passage and a question fit into one window of a reader.
    :param overlap_sentences: how many sentences two neighbours share.
    :param opening_characters: how much of a document's beginning each of its passages carries as ``meta["opening"]``, so that
        questions can be compared with it: it tells what the document is and whom it concerns, which a clause on page 9
        does not repeat. Rows of tables are not in it: each concerns something else. 0 leaves it out.
    """

    outgoing_edges = 1

    def __init__(self, max_words: int = 120, overlap_sentences: int = 1, opening_characters: int = 600) -> None:
        super().__init__()
        if opening_characters < 0:
            raise ValueError(f"opening_characters must be at least 0, got {opening_characters}")
        split_passages("", max_words=max_words, overlap_sentences=overlap_sentences)  # checks the numbers
        self.max_words = max_words
        self.overlap_sentences = overlap_sentences
        self.opening_characters = opening_characters

    def run(self, documents: list[Document]) -> tuple[dict[str, list[Document]], str]:
        """Cut the documents into passages.

        A passage has its source's ``meta`` without ``pages``, ``marks`` and ``unread``, and ``document_id``, ``start``, ``end``,
        ``page``, ``opening`` (of a row of a table, its caption first) and, where the page has a title, ``section``.
        ``source.content[start:end] == passage.content``, but for a blank in the place of each character of page furniture.

        :param documents: text documents; those without text give no passages.
        :returns: ``documents``, the passages, and ``sources``, what came in.
        :raises ValueError: if a document is not text.
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
        meta = dict(document.meta or {})
        sections = _sections(meta.pop("pages", None))
        marks = marks_from(meta.pop("marks", None) or ())
        meta.pop("unread", None)
        meta["document_id"] = meta.get("document_id") or document.id
        meta.pop("section", None)
        text = readable(document.content, marks)
        opening = str(meta.pop("opening", None) or _first_words(_running_text(text, marks), self.opening_characters))
        for passage in split_passages(
            document.content, marks, max_words=self.max_words, overlap_sentences=self.overlap_sentences
        ):
            known = _first_words(f"{passage.about} {opening}", self.opening_characters) if passage.about else opening
            own = {**meta, "opening": known} if known else meta
            yield _passage_document(text, passage, own, sections.get(passage.page))


def _running_text(text: str, marks: list[Mark]) -> str:
    """Return the text without the rows of its tables and without notes."""
    pieces, done = [], 0
    for mark in marks:
        if mark.kind is not MarkKind.FURNITURE:
            pieces.append(text[done : mark.start])
            done = mark.end
    return "".join([*pieces, text[done:]])


def _first_words(text: str, characters: int) -> str:
    """Return the first whole words of a text with single blanks between them."""
    words = text[: 4 * characters].split()  # what is longer than that is blanks
    joined = " ".join(words)
    if len(joined) <= characters:
        return joined
    return joined[: characters + 1].rpartition(" ")[0] or joined[:characters]


def _passage_document(text: str, passage: Passage, source_meta: Mapping[str, Any], section: str | None) -> Document:
    content = text[passage.start : passage.end]
    meta = {**source_meta, "start": passage.start, "end": passage.end, "page": passage.page}
    if section:
        meta["section"] = section
    return Document(content=content, id=_passage_id(meta["document_id"], passage, content), meta=meta)


def _passage_id(document_id: str, passage: Passage, content: str) -> str:
    key = f"{document_id}\0{passage.start}\0{passage.end}\0{content}"
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _sections(pages: Any) -> dict[int, str]:
    """Return the titles of the pages by number; ``pages`` is the converter's list, or whatever a caller put there."""
    if not isinstance(pages, list):
        return {}
    titled = (page for page in pages if isinstance(page, Mapping) and page.get("title"))
    return {page.get("number", 0): page["title"] for page in titled}
