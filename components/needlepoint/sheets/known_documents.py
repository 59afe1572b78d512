"""Finds the document that a quote names among those of the collection as it is now."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

from needlepoint.collection.known_files import paths_of
from needlepoint.sheets.quotes import GivenQuote, Outcome, VerifiedQuote
from needlepoint.stores.records import Record
from needlepoint.text.cleaning import clean

_BEGINNING: Final = re.compile(r"[0-9a-f]{8,31}")  # of an id


@dataclass(frozen=True, slots=True)
class Match:
    """The document that a quote names.

    :param has_same_file: whether it has the id that the quote names; a changed file has another.
    :param remark: how it was found, where that matters.
    """

    record: Record
    has_same_file: bool = False
    remark: str = ""


class KnownDocuments:
    """The documents of a collection by id, path and name.

    :param records: the documents' records.
    """

    def __init__(self, records: Iterable[Record]) -> None:
        self._by_id: dict[str, Record] = {}
        self._by_path: dict[str, list[Record]] = {}
        self._by_name: dict[str, list[Record]] = {}
        self._begun: dict[str, list[Record]] = {}  # by beginnings of ids that were asked for
        for record in records:
            self._by_id[record.id] = record
            self._by_name.setdefault(str(record.meta.get("name") or ""), []).append(record)
            for path in filter(None, paths_of(record.meta)):
                self._by_path.setdefault(path, []).append(record)

    def find(self, quote: GivenQuote) -> Match | VerifiedQuote:
        """Return the document of a quote, or the outcome if it has none."""
        if quote.problem:
            return VerifiedQuote(quote, Outcome.UNCHECKED, reason=quote.problem)
        ids, paths, names = (
            [clean(each) for each in given if each]
            for given in (
                (quote.document_id, quote.document),
                (quote.path, quote.document),
                (quote.document, quote.path),
            )
        )
        for id_ in ids:
            if record := self._with_id(id_):
                return Match(record, has_same_file=True)
        is_other = "the document was changed or replaced since" if quote.document_id else ""
        for known, given in ((self._by_path, paths), (self._by_name, names), (self._by_name, map(_base_name, names))):
            for each in given:
                if found := known.get(each):
                    return _only(quote, found, is_other)
        said = f"no document '{quote.label[:80]}': it was deleted, or never indexed here"
        return VerifiedQuote(quote, Outcome.GONE, reason=said)

    def _with_id(self, id_: str) -> Record | None:
        if id_ in self._by_id or not _BEGINNING.fullmatch(id_):
            return self._by_id.get(id_)
        if id_ not in self._begun:
            self._begun[id_] = [record for known, record in self._by_id.items() if known.startswith(id_)]
        return self._begun[id_][0] if len(self._begun[id_]) == 1 else None


def _only(quote: GivenQuote, found: list[Record], remark: str) -> Match | VerifiedQuote:
    if len(found) == 1:
        return Match(found[0], remark=remark)
    said = f"{len(found):,} documents are named '{quote.label[:80]}': add a column 'path' or 'document id'"
    return VerifiedQuote(quote, Outcome.UNCHECKED, reason=said)


def _base_name(path: str) -> str:
    return PurePath(path.replace("\\", "/")).name
