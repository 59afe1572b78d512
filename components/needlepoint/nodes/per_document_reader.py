"""A reader node that answers for each document apart, as a question sheet does."""

from typing import Any

from haystack.schema import Document

from needlepoint.nodes.onnx_reader import OnnxReader


class PerDocumentReader(OnnxReader):
    """An :class:`OnnxReader` that reads the passages of each document apart.

    ``answers`` has the best answers of each document, document by document in the order of retrieval; ``top_k`` counts for each
    of them. With ``return_no_answer``, a document that does not answer the question says so by an empty answer in its place by
    score. Every answer's ``meta`` has ``document_id`` and ``name``. ``predict_batch`` reads as :class:`OnnxReader` does.

    The retriever decides which documents are read and how much of each; a question sheet (``needlepoint sheet``) retrieves within
    every document instead, and keeps what it has read.

    Parameters are those of :class:`OnnxReader`::

        - name: Reader
          type: PerDocumentReader
          params:
            top_k: 1
            calibrated: true
            return_no_answer: true
    """

    def predict(self, query: str, documents: list[Document], top_k: int | None = None) -> dict[str, Any]:
        """Find the answers of each document to one question.

        :param documents: passages; ``meta["document_id"]`` names their document. One without it counts as a document itself.
        :returns: ``query``, ``answers`` and ``no_ans_gap``, the largest of all documents.
        """
        answers, gaps = [], []
        for group in _by_document(documents):
            found = super().predict(query, group, top_k)
            about = {"document_id": _document_id(group[0]), "name": group[0].meta.get("name", "")}
            for answer in found["answers"]:
                answer.meta = {**(answer.meta or {}), **about}
            answers += found["answers"]
            gaps.append(found["no_ans_gap"])
        gap = max(gaps) if gaps else super().predict(query, [], top_k)["no_ans_gap"]
        return {"query": query, "no_ans_gap": gap, "answers": answers}


def _by_document(documents: list[Document]) -> list[list[Document]]:
    groups: dict[str, list[Document]] = {}
    for document in documents:
        groups.setdefault(_document_id(document), []).append(document)
    return list(groups.values())


def _document_id(document: Document) -> str:
    return str(document.meta.get("document_id") or document.id)
