"""Embeds questions and passages in the form that a model expects: with its prefixes, and with metadata of the document."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from needlepoint.embedding.encoder import TextEncoder, Vectors


class Embeddable(Protocol):
    """A passage of any Haystack version, or a stored record."""

    @property
    def content(self) -> Any:
        """Its text."""
        ...

    @property
    def meta(self) -> Mapping[str, Any]:
        """Its metadata."""
        ...


class PassageEncoder:
    """Turns questions and passages into vectors that can be compared.

    :param encoder: the model.
    :param query_prefix: the text that the model expects before a question, such as ``query: `` for E5.
    :param passage_prefix: the text that it expects before a passage.
    :param meta_fields: keys of metadata, such as ``title``, whose values are put before the passage when it is embedded.
    """

    def __init__(
        self,
        encoder: TextEncoder,
        *,
        query_prefix: str = "",
        passage_prefix: str = "",
        meta_fields: Sequence[str] = (),
    ) -> None:
        self._encoder = encoder
        self._query_prefix = query_prefix
        self._passage_prefix = passage_prefix
        self._meta_fields = list(meta_fields)

    @property
    def name(self) -> str:
        """The model's name."""
        return self._encoder.name

    @property
    def dimension(self) -> int:
        """The length of a vector: how many numbers it has."""
        return self._encoder.dimension

    @property
    def fingerprint(self) -> str:
        """A text that is the same for all encoders whose passage vectors can be compared with these."""
        texts = [self._passage_prefix, *self._meta_fields]
        return "\x1f".join([self._encoder.fingerprint, *texts]) if any(texts) else self._encoder.fingerprint

    def load(self) -> None:
        """Load the model now rather than at the first text.

        :raises ModelError: the model is missing or cannot be used.
        """
        self._encoder.load()

    def encode_questions(self, questions: Sequence[str]) -> Vectors:
        """Return the vectors of questions, shape (questions, dimension)."""
        return self._encoder.encode([self._query_prefix + question for question in questions])

    def encode_passages(
        self, passages: Sequence[Embeddable], *, progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Return the vectors of passages, shape (passages, dimension).

        :param progress: called from time to time with the number of passages done.
        """
        return self._encoder.encode([self._text(passage) for passage in passages], progress=progress)

    def _text(self, passage: Embeddable) -> str:
        values = [passage.meta.get(field) for field in self._meta_fields]
        before = [str(value) for value in values if value]
        content = "" if passage.content is None else str(passage.content)
        return self._passage_prefix + "\n".join([*before, content])
