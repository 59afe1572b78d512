"""Tells whether metadata matches a filter, by the rules of :mod:`needlepoint.stores.filters`, without a store."""

from collections.abc import Mapping, Sequence
from typing import Any

from needlepoint.stores.filters import Filters, compile_filters_with
from needlepoint.stores.tokens import metadata_tokens


def matches(filters: Filters | None, meta: Mapping[str, Any]) -> bool:
    """Return whether a document with this metadata, and no id yet, matches a filter.

    :raises QuestionError: the filter is invalid.
    """
    return compile_filters_with(_InTokens(metadata_tokens(meta)), filters) is not False


class _InTokens:
    """Builds no query, but tells what its outcome for one document is.

    :param tokens: those of its metadata.
    """

    def __init__(self, tokens: Sequence[str]) -> None:
        self._tokens = set(tokens)

    def everything(self) -> bool:
        return True

    def nothing(self) -> bool:
        return False

    def term(self, token: str) -> bool:
        return token in self._tokens

    def terms(self, tokens: Sequence[str]) -> bool:
        return not self._tokens.isdisjoint(tokens)

    def ids(self, ids: Sequence[str]) -> bool:
        return False

    def between(self, first: str, last: str, *, with_first: bool, with_last: bool) -> bool:
        return any(
            (first <= token if with_first else first < token) and (token <= last if with_last else token < last)
            for token in self._tokens
        )

    def all_of(self, queries: Sequence[bool]) -> bool:
        return all(queries)

    def any_of(self, queries: Sequence[bool]) -> bool:
        return any(queries)

    def none_of(self, queries: Sequence[bool]) -> bool:
        return not any(queries)
