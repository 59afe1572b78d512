"""Questions as vectors."""

from asyncio import to_thread
from typing import Any

from haystack import component, default_from_dict, default_to_dict

from haystack_integrations.document_stores.needlepoint.checks import check_store
from haystack_integrations.document_stores.needlepoint.collection_document_store import CollectionDocumentStore
from haystack_integrations.document_stores.needlepoint.errors import haystack_errors
from needlepoint.collection.embedding_record import check, record_of
from needlepoint.embedding.encoder import TextEncoder
from needlepoint.embedding.passages import PassageEncoder


@component
class OnnxTextEmbedder:
    """Embeds a question on onnxruntime instead of torch, with the same vector as sentence-transformers.

    Passages must be embedded by ``OnnxDocumentEmbedder`` with the same model and the same ``passage_prefix`` and
    ``meta_fields_to_embed``; with a ``document_store``, this is checked.

    Usage example:

    ```python
    from haystack_integrations.components.embedders.needlepoint import OnnxTextEmbedder

    print(OnnxTextEmbedder().run("When does the lease end?")["embedding"][:3])
    ```
    """

    def __init__(
        self,
        model: str | None = None,
        *,
        revision: str | None = None,
        max_seq_length: int | None = None,
        query_prefix: str = "",
        passage_prefix: str = "",
        meta_fields_to_embed: list[str] | None = None,
        precision: str = "auto",
        use_gpu: bool = False,
        document_store: CollectionDocumentStore | None = None,
    ) -> None:
        """Check and keep the parameters; the model is loaded by :meth:`warm_up` or at first use.

        :param model: a sentence-transformers folder or hub name of the BERT family; all-MiniLM-L6-v2 as the extra ``hybrid``
            carries it by default.
        :param revision: branch, tag or commit of a model on the hub.
        :param max_seq_length: the longest text in tokens; the model's own by default.
        :param query_prefix: text that the model expects before a question, such as ``query: `` for E5.
        :param passage_prefix: text that the model expects before a passage.
        :param meta_fields_to_embed: metadata, such as ``title``, to put before a passage when it is embedded.
        :param precision: ``fp32``, ``int8``, or ``auto``: int8 if the processor computes it exactly and a check passes.
        :param use_gpu: use CUDA if the installed onnxruntime offers it.
        :param document_store: the collection to search; one embedded with another model is refused.
        :raises ValueError: an argument is out of its range.
        """
        if document_store is not None:
            check_store(document_store)
        self.model = model
        self.revision = revision
        self.max_seq_length = max_seq_length
        self.query_prefix = query_prefix
        self.passage_prefix = passage_prefix
        self.meta_fields_to_embed = meta_fields_to_embed
        self.precision = precision
        self.use_gpu = use_gpu
        self.document_store = document_store
        self._encoder = PassageEncoder(
            TextEncoder(model, max_tokens=max_seq_length, precision=precision, revision=revision, use_gpu=use_gpu),
            query_prefix=query_prefix,
            passage_prefix=passage_prefix,
            meta_fields=meta_fields_to_embed or (),
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the component's parameters for a pipeline file."""
        return default_to_dict(
            self,
            model=self.model,
            revision=self.revision,
            max_seq_length=self.max_seq_length,
            query_prefix=self.query_prefix,
            passage_prefix=self.passage_prefix,
            meta_fields_to_embed=self.meta_fields_to_embed,
            precision=self.precision,
            use_gpu=self.use_gpu,
            document_store=self.document_store,
        )

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "OnnxTextEmbedder":
        """Make the component from the result of :meth:`to_dict`."""
        return default_from_dict(cls, data)

    def warm_up(self) -> None:
        """Load the model now rather than at the first text.

        :raises ModelError: the model is missing or cannot be used.
        """
        self._encoder.load()

    @component.output_types(embedding=list[float])
    def run(self, text: str) -> dict[str, list[float]]:
        """Embed a question.

        :param text: the question.
        :returns: ``embedding``, a vector of length 1.
        :raises ModelError: the model is missing or cannot be used.
        :raises DocumentStoreError: the collection has no embeddings, or those of another model.
        """
        if self.document_store is not None:
            with haystack_errors():
                check(self.document_store.collection, self.document_store.index, record_of(self._encoder))
        return {"embedding": self._encoder.encode_questions([text])[0].tolist()}

    @component.output_types(embedding=list[float])
    async def run_async(self, text: str) -> dict[str, list[float]]:
        """Do what :meth:`run` does, without blocking the event loop."""
        return await to_thread(self.run, text)
